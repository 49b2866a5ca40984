"""A draft is tried as the command line would try it, and what is found stays with exactly those files."""

from __future__ import annotations

import pytest

from engine.actions import draft_sources, routine_drafts
from engine.actions.publishing import state
from engine.errors import NotFound
from engine.records.database import reading
from engine.scenarios import trying
from tests.actions.conftest import world
from tests.world import ROUTINES, World

__all__ = ["world"]

PROCESS = "testland_choices"
SCENARIOS = "testland/choices/scenarios/"


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """What is tried runs in a database of its own, whatever the draft is kept in."""
    return str(request.param)


def drafted(world: World) -> str:
    return str(world.do(draft_sources.from_version, "owner", PROCESS).id)


def save(world: World, draft_id: str, path: str, old: bytes, new: bytes) -> None:
    actor = world.actor("owner")
    with reading(world.engine) as tx:
        found = routine_drafts.read(tx, actor, draft_id)
    assert old in found.files[path]
    text = found.files[path].replace(old, new)
    world.do(routine_drafts.save_file, "owner", draft_id, path, text, expected_revision=found.draft.revision)


def test_every_scenario_of_the_draft_is_played_and_what_was_found_stays_with_exactly_these_files(
    world: World,
) -> None:
    draft, actor = drafted(world), world.actor("owner")
    others = dict.fromkeys(
        [f"{SCENARIOS}{name}.toml" for name in ("stopped", "unknown_unit", "nobody_answers")]
    )
    world.do(routine_drafts.save_files, "owner", draft, others, expected_revision=1)
    save(world, draft, f"{SCENARIOS}light.toml", b"deviations = 1", b"deviations = 7")
    save(world, draft, f"{SCENARIOS}light.toml", b"expect = { open = [] }", b'expect = { open = ["tell"] }')
    found = trying.try_draft(world.engine, actor, draft, root=ROUTINES, now=world.now)
    assert (found.passed, found.findings) == (False, ())
    assert {one["name"]: one["ok"] for one in found.scenarios} == {"heavy": True, "light": False}
    assert any("7" in "".join(one["trouble"]) for one in found.scenarios)  # type: ignore[arg-type]
    light = next(one for one in found.scenarios if one["name"] == "light")
    assert light["renewed"] == (ROUTINES / SCENARIOS / "light.toml").read_text(encoding="utf-8")
    assert light["others"] == [
        {"step": 1, "key": "open", "place": "", "expected": ["tell"], "found": []},
        {"step": 0, "key": "facts", "place": "deviations", "expected": 7, "found": 1},
    ]
    with reading(world.engine) as tx:
        assert state(tx, actor, draft).trial == found
    save(world, draft, "testland/choices/README.md", b"# ", b"## ")
    with reading(world.engine) as tx:
        assert state(tx, actor, draft).trial is None


def test_what_cannot_run_is_found_and_nothing_is_played(world: World) -> None:
    draft, actor = drafted(world), world.actor("owner")
    path = "testland/choices/choices.bpmn"
    save(world, draft, path, b"targetRef=", b"targetref=")
    found = trying.try_draft(world.engine, actor, draft, root=ROUTINES, now=world.now)
    assert not found.passed
    assert any(one["severity"] == "error" and one["path"] == path for one in found.findings)
    assert found.scenarios == ()


def test_more_than_there_is_room_for_is_told_at_once_and_the_room_is_free_again(world: World) -> None:
    actor, now = world.actor("owner"), world.now
    with trying.ROOM, trying.ROOM, pytest.raises(trying.Busy):
        trying.try_draft(world.engine, actor, "none", root=ROUTINES, now=now)
    for _ in range(3):
        with pytest.raises(NotFound):
            trying.try_draft(world.engine, actor, "none", root=ROUTINES, now=now)
