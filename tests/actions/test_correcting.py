"""What was handed in with a message, or with the start of a run, is corrected as the form of a task is."""

from __future__ import annotations

import pytest

from engine.actions import cases
from engine.errors import InvalidForm, NotAllowed, NotFound
from engine.reads import influence
from engine.records import handed_in
from engine.records import tables as t
from engine.records.database import reading
from tests.world import World


def begun(world: World) -> tuple[str, str]:
    """A case whose start asked two units, and the id under which its start form stands."""
    case = world.start(process="testland_rounds", asked_units=["bistand", "rehab"])
    (run,) = world.rows(t.instances, case_id=case)
    return case, run.id


def recalled(world: World) -> tuple[str, str]:
    """A case in which one of two units was recalled, and the waiting place of that."""
    case = world.start(process="testland_choices")
    world.complete("sara", case, "choose", load=10, asked_units=["rehab", "bistand"])
    world.complete("petra", case, "help")
    waiting, _ = [row for row in world.rows(t.awaited, case_id=case) if row.element_id == "recalled"]
    world.do(cases.receive, "sara", waiting.id, {"recall_reason": "Fel enhet"})
    return case, waiting.id


def written(world: World, under: str) -> list[tuple[object, ...]]:
    rows = world.rows(t.entries, task_id=under)
    return [(row.source, row.data, row.reason, row.corrects_id) for row in rows]


def test_the_form_of_a_start_is_corrected_and_the_old_one_stays_readable(world: World) -> None:
    case, start = begun(world)
    (first,) = world.rows(t.entries, task_id=start)
    world.do(cases.correct, "petra", start, {"asked_units": ["bistand"]}, "hörde fel")
    assert written(world, start) == [
        ("start", {"asked_units": ["bistand", "rehab"]}, None, None),
        ("correction", {"asked_units": ["bistand"]}, "hörde fel", first.id),
    ]
    assert world.values(case)[""]["asked_units"] == ["bistand"]
    (fact,) = world.facts(case, "entry_corrected")
    assert (fact.actor_id, fact.element_id, fact.data["names"]) == ("petra", "rounds_begun", ["asked_units"])


def test_what_the_answers_of_a_start_influenced_is_listed(world: World) -> None:
    _, start = begun(world)
    with reading(world.engine) as tx:
        found = {(one.kind, one.element_id) for one in influence.of_answer(tx, start)}
    assert ("task", "say") in found


def test_the_form_of_a_linked_start_is_corrected(world: World) -> None:
    case = world.summoned("bistand")
    world.do(cases.start_linked, "sara", case, "testland_addition", {"added_unit": "rehab"})
    (run,) = world.rows(t.instances, case_id=case, kind="linked")
    world.do(cases.correct, "sara", run.id, {"added_unit": "vc"}, "fel enhet")
    assert [one[1] for one in written(world, run.id)] == [{"added_unit": "rehab"}, {"added_unit": "vc"}]
    with reading(world.engine) as tx:
        assert "answer_added" in {one.element_id for one in influence.of_answer(tx, run.id)}


def test_the_form_of_a_message_is_corrected_while_the_case_runs(world: World) -> None:
    case, waiting = recalled(world)
    world.do(cases.correct, "sara", waiting, {"recall_reason": "Enheten är nedlagd"}, "fel ord")
    assert [(one[0], one[1]) for one in written(world, waiting)] == [
        ("message", {"recall_reason": "Fel enhet"}),
        ("correction", {"recall_reason": "Enheten är nedlagd"}),
    ]
    assert len(world.facts(case, "entry_corrected")) == 1
    with reading(world.engine) as tx:
        found = handed_in.fetch(tx, waiting)
        assert influence.of_answer(tx, waiting) == []
    assert (found.kind, found.element_id, found.unit_id) == ("message", "recalled", "vc")


def test_a_message_or_start_is_corrected_by_the_unit_that_wrote_it_with_a_reason_and_only_once_written(
    world: World,
) -> None:
    _, start = begun(world)
    with pytest.raises(NotAllowed):
        world.do(cases.correct, "maria", start, {"asked_units": ["bistand"]}, "hörde fel")
    with pytest.raises(NotAllowed):
        world.do(cases.correct, "sara", start, {"asked_units": ["bistand"]}, " ")
    with pytest.raises(InvalidForm):
        world.do(cases.correct, "sara", start, {"other": "x"}, "hörde fel")
    (waiting,) = world.rows(t.awaited, case_id=world.summoned("bistand"))
    with pytest.raises(NotFound):
        world.do(cases.correct, "sara", waiting.id, {"withdrawn_by": "x"}, "hörde fel")
