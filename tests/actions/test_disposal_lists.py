"""What is due for disposal comes to somebody by itself: one list at a time, and only when there is something new."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from engine.actions import archiving, deploy, disposal_lists, disposing, retention
from engine.definitions import files
from engine.errors import NotAllowed
from engine.records import archiving as archives
from engine.records import due_lists
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.actions.test_disposing import asked, ended
from tests.world import World

PROCESSES = Path(__file__).parents[2] / "processes"
ARCHIVE_FIRST = {"years": 10, "basis": "the agreement", "rules": [], "archive_first": True}


@pytest.fixture
def later(world: World) -> str:
    """A case that is due, in a region whose rule wants an archive first, with the routine in force."""
    case = ended(world)
    with writing(world.engine) as tx:
        bundle = files.read_bundle(PROCESSES / "shared" / "retention", PROCESSES)
        deploy.install(tx, bundle, by=None, now=world.now)
        settings = dict(tx.execute(t.regions.select()).mappings().first()["settings"])  # type: ignore[index]
        tx.execute(update(t.regions).values(settings=settings | {"retention": ARCHIVE_FIRST}))
    world.now += timedelta(days=3660)
    return case


def opened(world: World) -> int:
    return disposal_lists.open_all(world.engine, now=world.now)


def the_list(world: World) -> str:
    with reading(world.engine) as tx:
        found = due_lists.open_list(tx, "region")
    assert found is not None
    return found


def take_out(world: World, disposal: str, case: str) -> None:
    with reading(world.engine) as tx:
        content = archiving.gather(tx, world.actor("owner"), disposal, case)
    world.do(archiving.taken, "owner", disposal, case, content.digest, b"a file")


def test_a_list_is_opened_when_something_is_due_and_no_second_one_while_it_is_open(
    world: World, later: str
) -> None:
    assert [opened(world), opened(world)] == [1, 0]
    assert world.elements(the_list(world)) == ["review_list"]
    world.now += timedelta(days=400)
    assert opened(world) == 0


def test_what_people_chose_to_keep_comes_again_after_a_year_and_not_before(world: World, later: str) -> None:
    opened(world)
    world.complete("admin", the_list(world), "review_list", kept_reason="forskning")
    assert opened(world) == 0
    world.now += timedelta(days=366)
    assert opened(world) == 1


def test_a_case_that_is_held_back_or_asked_about_opens_no_list(world: World, later: str) -> None:
    hold = world.do(retention.place_hold, "admin", world.case(later).number, "tillsyn", None)
    assert opened(world) == 0
    world.do(retention.end_hold, "admin", hold, "slut")
    asked(world, later)
    assert opened(world) == 0


def test_the_list_goes_on_by_what_people_do_on_the_pages_and_ends_with_the_certificate(
    world: World, later: str
) -> None:
    opened(world)
    list_case = the_list(world)
    disposal = asked(world, later)
    with pytest.raises(NotAllowed, match="archive-first"):
        world.do(disposing.approve, "owner", disposal)
    with pytest.raises(NotAllowed, match="archive-first"):
        world.do(archiving.confirm, "owner", disposal, "kvitto")
    take_out(world, disposal, later)
    with pytest.raises(NotAllowed, match="archive-first"):
        world.do(disposing.approve, "owner", disposal)
    world.do(archiving.confirm, "owner", disposal, "kvitto")
    world.do(disposing.approve, "owner", disposal)
    case = world.case(list_case)
    assert (case.status, case.outcome) == ("ended", "cases_removed")
    certificate = world.values(list_case)[""]["certificate"]
    assert isinstance(certificate, dict)
    assert (certificate["status"], certificate["removed"], len(certificate["digest"])) == ("approved", 1, 64)


def test_whoever_asked_takes_no_archive_out_and_what_is_written_afterwards_makes_it_stale(
    world: World, later: str
) -> None:
    disposal = asked(world, later)
    with reading(world.engine) as tx, pytest.raises(NotAllowed, match="four-eyes"):
        archiving.gather(tx, world.actor("admin"), disposal, later)
    take_out(world, disposal, later)
    world.do(archiving.confirm, "owner", disposal, "kvitto")
    with writing(world.engine) as tx:
        tx.execute(update(t.entries).where(t.entries.c.case_id == later).values(data={"note": "annat"}))
    with pytest.raises(NotAllowed, match="archive-first"):
        world.do(disposing.approve, "owner", disposal)


def test_the_archive_itself_is_kept_nowhere(world: World, later: str) -> None:
    disposal = asked(world, later)
    take_out(world, disposal, later)
    with reading(world.engine) as tx:
        (taken,) = archives.taken(tx, disposal).values()
    assert taken.size == len(b"a file")
    for table in t.metadata.sorted_tables:
        assert not [
            row for row in world.rows(table) if b"a file" in [one for one in row if isinstance(one, bytes)]
        ]
