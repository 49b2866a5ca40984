"""Rules that hold whatever the code does, and values that mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError, StatementError

from engine import wire
from engine.actions import reading, tasks
from engine.records import database
from engine.records import tables as t
from tests.world import World

STOCKHOLM = ZoneInfo("Europe/Stockholm")

BROKEN = {
    "a claimed task without a holder": t.tasks.update().values(status="claimed"),
    "an open task with a holder": t.tasks.update().values(holder_id="sara"),
    "a completed task without an instant": t.tasks.update().values(status="completed"),
    "a task state nobody knows": t.tasks.update().values(status="lost"),
    "a task of a unit that is not there": t.tasks.update().values(unit_id="gone"),
    "an ended case without an instant": t.cases.update().values(status="ended"),
    "a running case with an end": t.cases.update().values(ended_at=datetime(2026, 1, 1, tzinfo=UTC)),
    "a fired timer without an instant": t.timers.update().values(status="fired"),
    "a participant that left at no time": t.participants.update().values(state="left"),
    "a fact about no case": t.facts.update().values(case_id="gone"),
    "an entry that corrects none": t.entries.update().values(corrects_id=10**9),
    "an instance of a version that is not there": t.instances.update().values(bundle_hash="gone"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_database_refuses(world: World, what: str) -> None:
    world.summoned("bistand")
    with pytest.raises(IntegrityError), database.writing(world.engine) as tx:
        tx.execute(BROKEN[what])


def test_nobody_approves_a_correction_of_their_own_whatever_the_code_does(world: World) -> None:
    case = world.start()
    (run,) = world.rows(t.instances, case_id=case)
    row = {
        "id": "m",
        "case_id": case,
        "instance_id": run.id,
        "from_hash": run.bundle_hash,
        "to_hash": run.bundle_hash,
    }
    row |= {
        "reason": "x",
        "asked_by": "admin",
        "asked_at": world.now,
        "decided_by": "admin",
        "decided_at": world.now,
    }
    with pytest.raises(IntegrityError), database.writing(world.engine) as tx:
        tx.execute(t.moves.insert(), row | {"status": "approved"})


def test_an_instant_without_a_zone_is_refused(world: World) -> None:
    with pytest.raises(StatementError, match="time zone"), database.writing(world.engine) as tx:
        tx.execute(t.facts.insert(), {"kind": "x", "at": datetime(2026, 1, 1), "data": {}})  # noqa: DTZ001


def test_an_instant_is_the_same_however_it_was_told(world: World) -> None:
    told = datetime(2026, 7, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    with database.writing(world.engine) as tx:
        tx.execute(t.facts.insert(), {"kind": "told", "at": told, "data": {"at": told}})
    (row,) = world.rows(t.facts, kind="told")
    assert (row.at, row.at.utcoffset()) == (told, timedelta())
    assert row.data["at"] == told


def test_a_reading_says_who_read_which_categories_on_what_ground(world: World) -> None:
    case = world.start()
    world.do(reading.note, "petra", case, "case", {"plan", "identity"}, "own-unit", unit_id="vc")
    world.do(reading.note, "petra", case, "case", set(), "own-unit", unit_id="vc")
    world.do(reading.note, "admin", case, "case", {"coordination"}, "your-role", unit_id=None)
    row, by_admin = world.rows(t.log, act="read")
    assert (by_admin.unit_id, by_admin.principal_id) == ("region_top", "region")
    assert (row.actor_id, row.unit_id, row.principal_id, row.region_id) == (
        "petra",
        "vc",
        "region",
        "testland",
    )
    assert (row.categories, row.ground, row.at) == (["identity", "plan"], "own-unit", world.now)


def test_a_notice_is_in_the_outbox_when_the_step_is_saved_and_not_before(world: World) -> None:
    case = world.summoned("bistand")
    assert world.rows(t.notices) == []
    world.travel(datetime(2026, 11, 17, 23, 0, tzinfo=UTC))
    found = world.rows(t.notices, case_id=case)
    assert {(row.unit_id, row.role, row.element_id, row.delivered_at) for row in found} == {
        ("bistand", "staff", "acknowledge", None),
        ("bistand", "manager", "acknowledge", None),
    }


def test_what_was_rolled_back_left_nothing(world: World) -> None:
    case = world.start()
    task, sara = world.task(case, "register"), world.actor("sara")
    before = {table.name: world.rows(table) for table in t.metadata.sorted_tables}

    def complete_and_fail() -> None:
        with database.writing(world.engine) as tx:
            tasks.complete(tx, sara, task.id, {"called_units": ["rehab"], "consent": True}, now=world.now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        complete_and_fail()
    assert {table.name: world.rows(table) for table in t.metadata.sorted_tables} == before
    world.hand_in("sara", task, called_units=["bistand"], consent=False)
    assert [one.unit_id for one in world.open(case)] == ["bistand"]


# --- case data as text --------------------------------------------------------------------------------------------------

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text()
    | st.dates()
    | st.times()
    | st.timedeltas(timedelta(days=-9999), timedelta(days=9999))
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
)
NAMES = st.text(min_size=1).filter(lambda name: not name.startswith("$"))
VALUES: st.SearchStrategy[object] = st.deferred(
    lambda: PLAIN | st.lists(VALUES, max_size=3) | st.dictionaries(NAMES, VALUES, max_size=3)
)


@given(VALUES)
def test_every_value_comes_back_as_it_was(value: object) -> None:
    assert wire.load(wire.dump(value)) == value
    assert wire.dump(wire.load(wire.dump(value))) == wire.dump(value)


@pytest.mark.parametrize(
    "value", [{"$": ["date", "2026-01-01"]}, {1: "x"}, object(), Decimal("NaN"), {"x": {"$y": 1}}]
)
def test_what_could_pass_for_something_else_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        wire.dump(value)


@pytest.mark.parametrize("text", ['{"$":["class","os.system"]}', '{"$":["date"]}', '{"$":[]}'])
def test_a_tag_that_nobody_wrote_is_an_error_and_never_code(text: str) -> None:
    with pytest.raises(ValueError, match="unknown tag"):
        wire.load(text)


def test_a_local_instant_keeps_its_zone() -> None:
    at = datetime(2026, 7, 1, 12, 0, tzinfo=STOCKHOLM)
    back = wire.load(wire.dump(at))
    assert isinstance(back, datetime)
    assert (back, back.tzinfo) == (at, STOCKHOLM)


@pytest.mark.parametrize("value", [date(2026, 1, 1), time(12, 30), Decimal("0.1"), timedelta(microseconds=1)])
def test_what_json_cannot_hold_stands_under_a_tag(value: object) -> None:
    assert wire.dump({"x": value}).startswith('{"x":{"$":[')
