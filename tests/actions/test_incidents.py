"""A step that cannot be taken is rolled back wholly, told with element and cause, and taken again after mending."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Connection

from engine import asking
from engine.actions import cases, incidents, live
from engine.errors import CaseStopped, NotAllowed, NotFound, StepFailed
from engine.records import grounds
from engine.records import tables as t
from engine.records.database import writing
from engine.records.facts import Who
from engine.status import CaseStatus
from tests.world import World

BROKEN: dict[
    str, tuple[dict[str, object], str, str]
] = {  # what is handed in -> the element and cause that the incident names
    "no-value": ({"way": "nowhere"}, "to_wait", "no-value"),
    "unknown-unit": ({"way": "unit", "chosen_unit": "gone", "amount": 1}, "at_unit", "unknown-unit"),
    "uniqueness": ({"way": "table", "amount": 50, "limit": 20}, "weigh", "uniqueness"),
    "timer": ({"way": "date", "amount": 1}, "until_then", "no-value"),
    "operation": ({"way": "report", "amount": 1, "agreed": "x"}, "report", "operation"),
}


def counted(world: World) -> dict[str, int]:
    return {
        table.name: len(world.rows(table))
        for table in t.metadata.sorted_tables
        if table.name not in ("drafts", "incidents", "facts", "log")
    }


@pytest.mark.parametrize("kind", BROKEN)
def test_nothing_of_a_failed_step_is_saved_and_the_incident_names_element_and_cause(
    world: World, kind: str
) -> None:
    given, element, cause = BROKEN[kind]
    case = world.start(process="testland_fragile")
    before, values, logged = counted(world), world.values(case), len(world.rows(t.log))
    with pytest.raises(CaseStopped):
        world.hand_in("sara", world.task(case, "choose"), **given)
    assert counted(world) == before
    assert [row.act for row in world.rows(t.log)[logged:]] == ["incident_opened"]
    assert world.values(case) == values
    (incident,) = world.incidents(case)
    assert (incident.element_id, incident.cause, incident.attempts) == (element, cause, 1)
    for value in ("nowhere", "gone", "50"):
        assert value not in incident.detail
    assert world.case(case).status == CaseStatus.STOPPED
    task = world.task(case, "choose")
    assert world.draft("sara", task.id) == given
    (fact,) = world.facts(case, "incident_opened")
    assert (fact.actor_id, fact.element_id, fact.data["cause"]) == ("sara", element, cause)


def test_a_case_that_stands_still_goes_on_when_the_step_is_handed_in_anew(world: World) -> None:
    case = world.start(process="testland_fragile")
    with pytest.raises(CaseStopped):
        world.complete("sara", case, "choose", way="unit", chosen_unit="gone", amount=1)
    world.complete("petra", case, "choose", way="unit", chosen_unit="rehab", amount=1)
    assert world.incidents(case) == []
    assert (world.case(case).status, world.elements(case)) == (CaseStatus.RUNNING, ["at_unit"])


def test_the_same_failure_twice_is_one_incident_that_counts(world: World) -> None:
    case = world.start(process="testland_fragile")
    for amount in (50, 60):
        with pytest.raises(CaseStopped):
            world.complete("sara", case, "choose", way="table", amount=amount, limit=20)
    (incident,) = world.incidents(case)
    assert incident.attempts == 2


def test_an_administrator_takes_the_step_again_after_mending_in_the_name_of_whoever_took_it(
    world: World,
) -> None:
    case = world.start(process="testland_fragile")
    with pytest.raises(CaseStopped):
        world.complete("sara", case, "choose", way="unit", chosen_unit="new_unit", amount=1)
    (incident,) = world.incidents(case)
    for name in ("sara", "maria"):
        with pytest.raises(NotAllowed):
            world.retry(name, incident.id)
    with pytest.raises(CaseStopped):
        world.retry("admin", incident.id)
    assert world.incidents(case)[0].attempts == 2
    with world.engine.begin() as tx:
        row = dict(tx.execute(t.units.select().where(t.units.c.id == "rehab")).one()._mapping)
        tx.execute(t.units.insert(), row | {"id": "new_unit", "name": "Ny"})
    world.retry("admin", incident.id)
    assert world.incidents(case) == []
    assert (world.case(case).status, world.task(case, "at_unit").unit_id) == (CaseStatus.RUNNING, "new_unit")
    (task,) = [row for row in world.rows(t.tasks, case_id=case) if row.element_id == "choose"]
    assert task.closed_by == "sara"
    assert world.values(case)[""]["chosen_unit"] == "new_unit"
    assert world.draft("sara", task.id) is None
    (fact,) = world.facts(case, "incident_resolved")
    assert (fact.actor_id, fact.principal_id) == ("admin", "region")
    with pytest.raises(NotFound):
        world.retry("admin", incident.id)


def test_what_is_no_longer_asked_for_is_closed_by_a_retry(world: World) -> None:
    case = world.start(process="testland_fragile")
    world.pass_time(days=1, minutes=1)
    (incident,) = world.incidents(case)
    world.complete("sara", case, "choose", way="straight", amount=1)
    assert world.case(case).status == CaseStatus.ENDED
    assert world.incidents(case) == []
    with pytest.raises(NotFound):
        world.retry("admin", incident.id)


def test_a_failed_timer_steps_aside_and_the_others_fire(world: World) -> None:
    broken = world.start(process="testland_fragile")  # its timer asks for a unit that nobody has named
    whole = world.summoned("bistand")
    world.pass_time(days=3)
    (incident,) = world.incidents()
    assert (incident.case_id, incident.element_id, incident.cause) == (broken, "look_after", "no-value")
    assert "manager_acts" in world.elements(whole)
    assert world.elements(broken) == ["choose"]
    assert world.sleep_through(days=5) == 0


def test_an_incident_is_over_when_what_it_is_about_is_no_longer_asked_for(world: World) -> None:
    case = world.start(process="testland_fragile")
    world.pass_time(days=1, minutes=1)
    assert world.case(case).status == CaseStatus.STOPPED
    world.complete("sara", case, "choose", way="wait", amount=1)
    assert (world.incidents(case), world.case(case).status) == ([], CaseStatus.RUNNING)


def test_a_failed_timer_fires_after_mending(world: World) -> None:
    case = world.start(process="testland_fragile")
    world.pass_time(days=1, minutes=1)
    (incident,) = world.incidents()
    (task,) = world.open(case)
    with pytest.raises(CaseStopped):
        world.retry("admin", incident.id)
    assert world.sleep_through(days=1) == 0, "a failed retry leaves the timer aside"
    with world.engine.begin() as tx:
        row = {
            "case_id": case,
            "scope": "",
            "name": "looking_unit",
            "category": "coordination",
            "value": "vc",
        }
        tx.execute(t.case_values.insert(), row)
    live.forget()
    world.retry("admin", incident.id)
    assert world.elements(case) == ["choose", "look_after"]
    assert world.task(case, "choose").id == task.id


def test_a_case_whose_first_step_fails_never_comes_to_be_and_nobody_looks_for_it(world: World) -> None:
    stopped = CaseStopped(
        "0" * 32, None, {"kind": "start", "key": "begun"}, StepFailed("begun", "no-value", "x")
    )
    with writing(world.engine) as tx:
        assert incidents.record(tx, stopped, who=Who("sara", None, "vc"), now=world.now) is None
    assert world.incidents() == []


def test_a_linked_run_that_cannot_begin_leaves_an_incident_on_its_case(world: World) -> None:
    case = world.summoned("bistand")
    before = counted(world)
    with pytest.raises(CaseStopped) as stopped:
        world.do(cases.start_linked, "sara", case, "testland_addition", {"added_unit": "gone"})
    with writing(world.engine) as tx:
        incidents.record(tx, stopped.value, who=asking.who(world.actor("sara"), "vc"), now=world.now)
    assert counted(world) == before
    (incident,) = world.incidents(case)
    assert (incident.element_id, incident.instance_id) == ("call_added", None)
    world.retry("admin", incident.id)  # nothing can be taken again: it is begun anew by people
    assert world.incidents(case) == []
    assert world.case(case).status == CaseStatus.RUNNING


def test_a_deviation_that_cannot_begin_stops_the_step_that_asked_for_it(world: World) -> None:
    case = world.start(process="testland_fragile")
    with world.engine.begin() as tx:
        tx.execute(t.routines.delete().where(t.routines.c.process_id == "testland_deviation"))
    with pytest.raises(CaseStopped) as stopped:
        world.complete("sara", case, "choose", way="report", amount=1, agreed="a", happened="b")
    assert stopped.value.case_id == case
    assert world.incidents(case)[0].element_id == "report"
    assert len(world.rows(t.cases)) == 1


def test_a_rule_of_the_database_that_is_broken_is_an_incident_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers that the lock should have kept apart: the constraint says no, and the step is rolled back."""
    case = world.summoned("bistand", "rehab")

    def summon_blindly(
        tx: Connection, case_id: str, unit_id: str, principal_id: str, *, now: datetime
    ) -> None:
        row = {
            "case_id": case_id,
            "unit_id": unit_id,
            "principal_id": principal_id,
            "state": "summoned",
            "since_at": now,
        }
        tx.execute(t.participants.insert(), row)

    monkeypatch.setattr(grounds, "summon", summon_blindly)
    with pytest.raises(CaseStopped) as stopped:
        world.do(cases.start_linked, "sara", case, "testland_addition", {"added_unit": "rehab"})
    assert (stopped.value.failure.cause, stopped.value.failure.element_id) == ("conflict", "added")
    assert len(world.rows(t.participants, case_id=case)) == 2
