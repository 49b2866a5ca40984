"""A draft is played by several people at once: each sees the position that is theirs, on a stage that has one database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.records.database import reading
from engine.scenarios import playing, sight
from tests.scenarios.conftest import START, TESTLAND
from tests.scenarios.test_play import REGISTER

CONTENTS = {
    path.relative_to(TESTLAND.parent).as_posix(): path.read_bytes()
    for path in sorted(TESTLAND.rglob("*"))
    if path.is_file()
}


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    playing.close()


def at(text: str, readme: str = "") -> set[str]:
    """Which steps are open at that position, looked at as a page does: long after it was reached."""
    contents = {**CONTENTS, "testland/six_steps/README.md": readme.encode()}
    with playing.theatre(contents, "testland/six_steps", "testland_six_steps") as place:
        position = playing.at(place, START + text)
        for _ in range(5):
            with reading(position.engine) as tx:
                shown = sight.situation(tx, position.case_id, now=position.now)
        return {one.element_id for one in shown.open}


def test_two_who_play_the_same_draft_each_see_their_own_position() -> None:
    begun, chosen = at(""), at(REGISTER)
    assert begun != chosen
    with ThreadPoolExecutor(4) as people:
        found = list(people.map(at, ["", REGISTER] * 4))
    assert found == [begun, chosen] * 4


def test_a_stage_that_makes_room_for_others_is_not_taken_from_whoever_plays_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playing, "MOST_STAGES", 1)
    with ThreadPoolExecutor(2) as people:
        found = list(people.map(at, ["", ""], ["one", "two"]))
    assert len({frozenset(one) for one in found}) == 1
