"""What is kept long enough is removed, if two persons want it: everywhere, at once, and with a certificate."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.access import Actor
from engine.actions import attaching, cases, disposing, live, retention, sealing, tasks
from engine.deadlines.retention import years_after
from engine.errors import AlreadyClosed, NotAllowed, NotFound, StaleCase
from engine.records import backup, correspondence, disposals, purging, verifying
from engine.records import retention as rows
from engine.records import tables as t
from engine.records.absences import Given
from engine.records.database import reading, writing
from tests.actions.test_substitutes import away, joins
from tests.world import MONDAY, World

SECRET = "qzhemligtzq"
ADULT = cases.Subject(f"Birgitta {SECRET}", "19430515-2383")
CHILD = cases.Subject("Barn Barnsson", None, date(2020, 5, 1))


def ended(world: World, subject: cases.Subject = ADULT) -> str:
    """A case that was begun, written in everywhere and ended at the same instant."""
    case = world.start(subject=subject)
    world.do(cases.note, "sara", case, SECRET, "situation")
    world.do(
        attaching.add, "sara", case, attaching.Sent(f"{SECRET}.txt", SECRET.encode()), "situation", SECRET
    )
    world.do(tasks.save_draft, "sara", world.task(case, "register").id, {"reason": SECRET})
    with writing(world.engine) as tx:
        correspondence.issue_document(
            tx, case_id=case, kind="plan", title=SECRET, content={"goal": SECRET}, by="sara", now=world.now
        )
        tx.execute(
            t.tasks.update()
            .where(t.tasks.c.case_id == case)
            .values(status="cancelled", closed_at=world.now, line=SECRET)
        )
        tx.execute(
            t.instances.update()
            .where(t.instances.c.case_id == case)
            .values(status="ended", ended_at=world.now)
        )
        tx.execute(
            t.cases.update()
            .where(t.cases.c.id == case)
            .values(status="ended", ended_at=world.now, close_reason=SECRET)
        )
    return case


@pytest.fixture
def later(world: World) -> str:
    """A case that ended long enough ago, at the instant of the test."""
    case = ended(world)
    world.now += timedelta(days=3660)
    return case


def due(world: World, principal: str = "region") -> list[str]:
    with reading(world.engine) as tx:
        return [one.case.id for one in retention.due(tx, rows.principal(tx, principal), now=world.now)[0]]


def asked(world: World, *case_ids: str) -> str:
    return str(world.do(disposing.propose, "admin", "region", case_ids, "tiden är ute"))


def everything(world: World) -> str:
    """All that the database holds but the names of its people and routines, as one text."""
    told = []
    with reading(world.engine) as tx:
        for table in t.metadata.sorted_tables:
            if table in (t.files, t.persons):
                continue
            for row in tx.execute(select(table)):
                told += [
                    value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                    for value in row
                ]
    return "\n".join(told)


def test_a_case_is_due_when_its_time_is_over_and_not_a_day_before(world: World) -> None:
    """S3-067."""
    case = ended(world)
    last = years_after(world.now.date(), 10)
    world.now = world.now.replace(year=last.year, month=last.month, day=last.day) - timedelta(days=1)
    assert due(world) == []
    world.now += timedelta(days=1)
    assert due(world) == [case]
    assert due(world, "malby") == []


def test_a_new_entry_resets_the_clock(world: World) -> None:
    case = ended(world)
    world.now += timedelta(days=3660)
    with writing(world.engine) as tx:
        entry = tx.execute(select(t.entries.c.id).where(t.entries.c.case_id == case)).scalars().first()
        tx.execute(
            t.entries.update().where(t.entries.c.id == entry).values(at=world.now - timedelta(days=30))
        )
    assert due(world) == []


def test_a_running_case_is_never_due_however_old(world: World) -> None:
    running = world.start()
    half = ended(world, CHILD)
    with writing(world.engine) as tx:  # ended, but for a run beside it
        tx.execute(
            t.instances.update().where(t.instances.c.case_id == half).values(status="running", ended_at=None)
        )
    world.now += timedelta(days=40_000)
    assert due(world) == []
    with pytest.raises(StaleCase):
        asked(world, running)
    with pytest.raises(StaleCase):
        asked(world, half)


def test_what_is_written_of_a_child_is_kept_until_thirty(world: World) -> None:
    case = ended(world, CHILD)
    world.now = datetime(2050, 4, 30, 12, tzinfo=MONDAY.tzinfo)
    assert due(world) == []
    world.now += timedelta(days=1)
    assert due(world) == [case]


def test_nothing_of_a_removed_case_is_left_anywhere_but_that_it_was_there(world: World, later: str) -> None:
    before = {
        table.name: len(world.rows(table)) for table in (t.facts, t.tasks, t.timers, t.instances, t.cases)
    }
    read = len(world.rows(t.log))
    assert SECRET in everything(world)
    disposal = asked(world, later)
    told = world.do(disposing.approve, "owner", disposal)
    assert SECRET not in everything(world)
    assert "19430515" not in everything(world)
    (case,) = world.rows(t.cases, id=later)
    assert (case.purged_at, case.subject_id, case.close_reason) == (world.now, None, None)
    assert world.rows(t.subjects) == []
    after = {name: len(world.rows(t.metadata.tables[name])) for name in before}
    assert after == before | {"facts": before["facts"] + 1}
    assert len(world.rows(t.log)) > read
    assert told.status == "approved"


def test_the_certificate_counts_what_went_and_names_nothing_of_it(world: World, later: str) -> None:
    disposal = asked(world, later)
    world.do(disposing.approve, "owner", disposal, "granskat")
    with reading(world.engine) as tx:
        (one,) = disposals.listed(tx, disposal)
        found = disposals.that_removed(tx, later)
        assert disposals.is_whole(tx, disposal)
    assert (one.outcome, one.basis, one.subject_removed) == ("removed", "the agreement", True)
    assert one.counts is not None
    assert (one.counts["attachment_contents"], one.counts["documents"]) == (1, 1)
    assert found is not None
    assert (found.asked_by, found.decided_by, found.digest and len(found.digest)) == ("admin", "owner", 64)
    with writing(world.engine) as tx:
        tx.execute(t.disposal_cases.update().values(due_on=date(2020, 1, 1)))
    with reading(world.engine) as tx:
        assert not disposals.is_whole(tx, disposal)


def test_the_sealed_log_still_verifies(world: World, later: str, tmp_path: object) -> None:
    sealing.seal(world.engine, None, now=world.now)
    world.do(disposing.approve, "owner", asked(world, later))
    sealing.seal(world.engine, None, now=world.now)
    told = verifying.verify(world.engine, None, now=world.now)
    assert not told.findings
    acts = [row.act for row in world.rows(t.log, case_id=later)]
    assert acts[-1] == "case_purged"
    assert (
        world.rows(t.log, case_id=later)[-1].subject_id is not None
    )  # whose case it was is known where the law wants it


def test_nobody_decides_alone_nor_through_a_substitute(world: World, later: str) -> None:
    disposal = asked(world, later)
    for name in ("admin", "sara", "petra"):
        with pytest.raises(NotAllowed):
            world.do(disposing.approve, name, disposal)
    with pytest.raises(NotAllowed):
        world.do(disposing.propose, "sara", "region", [later], "x")
    with pytest.raises(NotAllowed):
        world.do(disposing.propose, "admin", "region", [later], " ")
    assert world.case(later).purged_at is None


def test_whoever_substitutes_for_the_one_who_asked_does_not_approve(world: World, later: str) -> None:
    disposal = asked(world, later)
    joins(world, "admin", "vc", "administrator", "staff")
    away(world, "admin", Given("owner", "vc", "staff"))
    with pytest.raises(NotAllowed, match="four-eyes"):
        world.do(disposing.approve, "owner", disposal)


def test_nobody_approves_as_substitute_what_they_asked_for_themself(world: World, later: str) -> None:
    joins(world, "sara", "vc", "administrator")
    joins(world, "owner", "vc", "process_owner", "staff")
    disposal = str(world.do(disposing.propose, "sara", "region", [later], "tiden är ute"))
    away(world, "owner", Given("sara", "vc", "staff"))
    with pytest.raises(NotAllowed, match="four-eyes"):
        world.do(disposing.approve, "sara", disposal)


def test_the_cases_of_a_principal_are_not_another_principals_to_remove(world: World, later: str) -> None:
    joins(world, "maria", "bistand", "administrator")
    with pytest.raises(NotAllowed):
        world.do(disposing.propose, "maria", "region", [later], "tiden är ute")
    with pytest.raises(StaleCase):
        world.do(disposing.propose, "maria", "malby", [later], "tiden är ute")
    with pytest.raises(NotFound):
        world.do(retention.place_hold, "maria", world.case(later).number, "x", None)


def test_what_is_decided_stays_decided(world: World, later: str) -> None:
    disposal = asked(world, later)
    with pytest.raises(StaleCase):
        asked(world, later)
    with pytest.raises(NotAllowed):
        world.do(disposing.refuse, "owner", disposal, "")
    world.do(disposing.refuse, "owner", disposal, "forskning pågår")
    with pytest.raises(AlreadyClosed):
        world.do(disposing.approve, "owner", disposal)
    world.do(disposing.approve, "owner", asked(world, later))
    with pytest.raises(StaleCase):
        asked(world, later)


def test_a_case_that_is_held_back_stays_and_the_certificate_says_why(world: World, later: str) -> None:
    other = ended(world, cases.Subject("Annan", "19430515-2383"))
    with writing(world.engine) as tx:
        long_ago = world.now - timedelta(days=4000)
        tx.execute(
            t.cases.update().where(t.cases.c.id == other).values(started_at=long_ago, ended_at=long_ago)
        )
        for table, column in ((t.entries, "at"), (t.documents, "issued_at"), (t.attachments, "at")):
            tx.execute(table.update().where(table.c.case_id == other).values(**{column: long_ago}))
    disposal = asked(world, later, other)
    number = world.case(later).number
    hold = world.do(retention.place_hold, "admin", number, "tillsyn av IVO", None)
    world.do(disposing.approve, "owner", disposal)
    assert world.case(later).purged_at is None
    assert world.case(other).purged_at is not None
    with reading(world.engine) as tx:
        assert {one.case_id: one.kept_because for one in disposals.listed(tx, disposal)} == {
            later: "held",
            other: None,
        }
    assert [len(world.facts(later, kind)) for kind in ("hold_placed", "case_purged")] == [1, 0]
    with pytest.raises(StaleCase):
        asked(world, later)
    with pytest.raises(NotAllowed):
        world.do(retention.end_hold, "admin", hold, "")
    world.do(retention.end_hold, "admin", hold, "tillsynen är avslutad")
    with pytest.raises(AlreadyClosed):
        world.do(retention.end_hold, "admin", hold, "igen")
    world.do(disposing.approve, "owner", asked(world, later))
    assert world.case(later).purged_at is not None


def test_a_hold_with_a_last_day_ends_by_itself(world: World, later: str) -> None:
    number = world.case(later).number
    with pytest.raises(StaleCase):
        world.do(retention.place_hold, "admin", number, "x", world.now.date() - timedelta(days=1))
    world.do(retention.place_hold, "admin", number, "x", world.now.date())
    with pytest.raises(StaleCase):
        asked(world, later)
    world.now += timedelta(days=1)
    asked(world, later)


def test_whoever_may_not_keep_cases_learns_from_no_number_whether_there_is_one(
    world: World, later: str
) -> None:
    for number in (world.case(later).number, "T-1999-0001"):
        with pytest.raises(NotFound):
            world.do(retention.place_hold, "sara", number, "x", None)


def test_a_person_whom_another_case_needs_is_not_forgotten(world: World) -> None:
    case = ended(world)
    world.now += timedelta(days=3660)
    other = world.start(subject=ADULT)
    world.do(disposing.approve, "owner", asked(world, case))
    assert world.case(other).subject_name == ADULT.name
    assert world.case(case).subject_id is None


def test_killed_on_the_way_nothing_has_happened(world: World, later: str) -> None:
    disposal = asked(world, later)
    before = everything(world)

    class Killed(Exception):
        pass

    def killed(tx: object, actor: Actor, *, now: datetime) -> None:
        disposing.approve(tx, actor, disposal, now=now)  # type: ignore[arg-type]
        raise Killed

    with pytest.raises(Killed):
        world.do(killed, "owner")
    assert everything(world) == before
    world.do(disposing.approve, "owner", disposal)
    assert world.case(later).purged_at is not None


def test_nothing_of_it_is_kept_in_memory(world: World, later: str) -> None:
    stamp = world.case(later).stamp
    live.put(later, live.Live(stamp, {"": {"word": SECRET}}))
    world.do(disposing.approve, "owner", asked(world, later))
    assert live.peek(later, stamp) is None
    assert live.peek(later, world.case(later).stamp) is None


def test_every_table_that_leads_to_a_case_is_removed_emptied_or_left_on_purpose() -> None:
    ends = {t.cases, t.instances, t.tasks, t.awaited, t.attachments, t.invitations, t.disposals}
    leads = {
        table for table in t.metadata.sorted_tables if {key.column.table for key in table.foreign_keys} & ends
    }
    leads |= {table for table in t.metadata.sorted_tables if {"case_id", "task_id"} & set(table.c.keys())} - {
        t.log
    }
    known = {*purging.REMOVED, *purging.EMPTIED, *purging.LEFT}
    assert leads - known == set()
    assert {t.cases, t.kept_forms, t.subjects} <= known


def test_a_backup_made_afterwards_holds_nothing_of_it(world: World, later: str, tmp_path: object) -> None:
    from pathlib import Path
    from zipfile import ZipFile

    world.do(disposing.approve, "owner", asked(world, later))
    path = Path(str(tmp_path)) / "copy.zip"
    backup.write(world.engine, path, now=world.now)
    with ZipFile(path) as archive:
        assert not any(SECRET.encode() in archive.read(name) for name in archive.namelist())
