"""Runs beside the main one share its case; a deviation is a case of its own that bears only a reference."""

from __future__ import annotations

import pytest

from engine.actions import cases, live
from engine.errors import NotAllowed, NotFound
from engine.records import tables as t
from engine.status import CaseStatus
from tests.world import World


def added(world: World, case: str, unit: str = "rehab") -> None:
    world.do(cases.start_linked, "sara", case, "testland_addition", {"added_unit": unit})


def test_a_linked_run_has_its_own_version_and_shares_data_participants_and_lock(world: World) -> None:
    case = world.summoned("bistand", "rehab", consent=True, own_situation="Trött")
    added(world, case)
    main, linked = sorted(world.rows(t.instances, case_id=case), key=lambda row: row.kind == "linked")
    assert main.bundle_hash != linked.bundle_hash
    assert {row.unit_id for row in world.rows(t.participants, case_id=case)} == {"bistand", "rehab"}
    world.complete("johanna", case, "answer_added", added_answer="Ja")
    assert world.values(case)[""]["added_answer"] == "Ja"
    assert world.values(case)[""]["own_situation"] == "Trött"
    assert world.case(case).status == CaseStatus.RUNNING


def test_main_and_linked_runs_take_turns_with_and_without_memory(world: World) -> None:
    case = world.summoned("bistand")
    added(world, case, "rehab")
    live.forget()
    added(world, case, "vc")
    world.complete("johanna", case, "answer_added", "rehab", added_answer="Ja")
    live.forget()
    world.complete("maria", case, "acknowledge", answer="acknowledged")
    world.complete("petra", case, "answer_added", "vc", added_answer="Nej")
    world.complete("sara", case, "conclude", conclusion="Bra")
    assert [row.status for row in world.rows(t.instances, case_id=case)] == ["ended"] * 3
    assert world.case(case).outcome == "concluded"


def test_memory_is_kept_across_runs_of_one_case(world: World) -> None:
    case = world.summoned("bistand")
    added(world, case)
    kept = live.peek(case, world.case(case).stamp)
    assert kept is not None
    assert len(kept.instances) == 2


def test_the_end_of_the_main_run_ends_linked_runs_with_tasks_and_timers(world: World) -> None:
    case = world.summoned("bistand")
    added(world, case)
    world.complete("maria", case, "acknowledge", answer="acknowledged")
    world.complete("sara", case, "conclude", conclusion="Bra")
    assert world.open(case) == []
    assert [row for row in world.rows(t.timers, case_id=case) if row.status == "armed"] == []
    linked = next(row for row in world.rows(t.instances, case_id=case) if row.kind == "linked")
    assert (linked.status, linked.outcome, linked.ended_at) == ("ended", None, world.now)
    assert len(world.facts(case, "instance_cancelled")) == 1
    (task,) = [row for row in world.rows(t.tasks, case_id=case) if row.element_id == "answer_added"]
    assert (task.status, task.closed_by) == ("cancelled", None)


def test_the_end_of_a_linked_run_leaves_the_case_running(world: World) -> None:
    case = world.summoned("bistand")
    added(world, case)
    world.complete("johanna", case, "answer_added", added_answer="Ja")
    assert (world.case(case).status, world.case(case).outcome) == (CaseStatus.RUNNING, None)


def test_only_what_the_routine_names_is_linked_and_only_by_those_who_may(world: World) -> None:
    case = world.summoned("bistand")
    with pytest.raises(NotFound):
        world.do(cases.start_linked, "sara", case, "testland_fragile", {})
    with pytest.raises(NotAllowed):
        world.do(cases.start_linked, "maria", case, "testland_addition", {"added_unit": "rehab"})


def test_a_case_has_one_main_run(world: World) -> None:
    from sqlalchemy.exc import IntegrityError

    case = world.start()
    (main,) = world.rows(t.instances, case_id=case)
    with pytest.raises(IntegrityError), world.engine.begin() as tx:
        tx.execute(t.instances.insert(), dict(main._mapping) | {"id": "x"})


def test_a_deviation_is_a_case_of_its_own_with_a_reference_and_no_content(world: World) -> None:
    case = world.summoned("bistand", consent=True, own_situation="Trött")
    given = {"kind": "late", "agreed": "svar", "happened": "inget svar"}
    world.do(cases.start_linked, "sara", case, "testland_deviation", given)
    (other,) = [row for row in world.rows(t.cases) if row.id != case]
    assert (other.about_case_id, other.subject_id, other.number) == (case, None, "TA-2026-0001")
    assert world.values(other.id)[""] == {**given, "drafted": False}
    assert world.elements(other.id) == ["investigate"]
    assert "investigate" not in world.elements(case)


def test_a_called_unit_reports_a_deviation_for_itself(world: World) -> None:
    """S3-077."""
    case = world.summoned("bistand")
    world.do(
        cases.start_linked, "maria", case, "testland_deviation", {"kind": "k", "agreed": "a", "happened": "h"}
    )
    (other,) = [row for row in world.rows(t.cases) if row.id != case]
    assert (other.unit_id, other.principal_id) == ("bistand", "malby")


def test_a_deviation_by_the_routine_begins_when_the_step_is_at_rest(world: World) -> None:
    case = world.start(process="testland_fragile")
    world.complete("sara", case, "choose", way="report", amount=1, agreed="svar", happened="inget svar")
    (other,) = [row for row in world.rows(t.cases) if row.id != case]
    assert world.values(case)[""]["reported"] == {"number": other.number}
    assert world.values(other.id)[""]["drafted"] is True
    assert world.task(other.id, "investigate").unit_id == "vc"
    assert world.case(case).status == CaseStatus.ENDED
    assert world.case(other.id).status == CaseStatus.RUNNING
