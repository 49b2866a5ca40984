"""What people do with a task, and what the second of two is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.actions import cases, tasks
from engine.actions.tasks import OnBehalf
from engine.errors import AlreadyClaimed, AlreadyClosed, InvalidForm, NotAllowed, NotFound
from engine.records import tables as t
from engine.status import TaskStatus
from tests.world import World


def test_whoever_claims_a_task_holds_it_and_colleagues_are_told_since_when(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    world.do(tasks.claim, "sara", task.id)
    claimed_at, world.now = world.now, world.now + timedelta(minutes=5)
    with pytest.raises(AlreadyClaimed) as told:
        world.do(tasks.claim, "petra", task.id)
    assert (told.value.holder_id, told.value.since) == ("sara", claimed_at)
    with pytest.raises(AlreadyClaimed):
        world.hand_in("petra", task, called_units=[], consent=False)
    assert world.task(case, "register").status == TaskStatus.CLAIMED


def test_a_released_task_is_free_for_a_colleague(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    world.do(tasks.claim, "sara", task.id)
    world.do(tasks.release, "sara", task.id)
    free = world.task(case, "register")
    assert (free.status, free.holder_id, free.claimed_at) == (TaskStatus.OPEN, None, None)
    world.do(tasks.claim, "petra", task.id)
    assert world.task(case, "register").holder_id == "petra"


def test_only_the_holder_or_the_manager_puts_a_task_back(world: World) -> None:
    task = world.task(world.start(), "register")
    world.do(tasks.claim, "sara", task.id)
    with pytest.raises(NotAllowed):
        world.do(tasks.release, "petra", task.id)
    world.do(tasks.release, "chef", task.id)


def test_a_task_is_given_to_a_colleague_who_may_do_it_and_to_nobody_else(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    world.do(tasks.reassign, "sara", task.id, world.actor("petra"))
    assert world.task(case, "register").holder_id == "petra"
    with pytest.raises(NotAllowed):
        world.do(tasks.reassign, "petra", task.id, world.actor("maria"))
    (fact,) = world.facts(case, "task_reassigned")
    assert (fact.actor_id, fact.data["to"], fact.unit_id) == ("sara", "petra", "vc")


def test_a_draft_is_kept_as_typed_and_only_for_whoever_typed_it(world: World) -> None:
    task = world.task(world.start(), "register")
    world.do(tasks.save_draft, "sara", task.id, {"own_situation": "Trö", "called_units": "not yet a list"})
    world.do(tasks.save_draft, "sara", task.id, {"own_situation": "Trött"})
    assert world.draft("sara", task.id) == {"own_situation": "Trött"}
    assert world.draft("petra", task.id) is None


def test_a_draft_goes_when_it_is_handed_in(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    world.do(tasks.save_draft, "sara", task.id, {"own_situation": "Trött"})
    world.hand_in("sara", task, called_units=["rehab"], consent=False)
    assert world.draft("sara", task.id) is None


def test_strangers_can_neither_claim_nor_complete_nor_leave_drafts(world: World) -> None:
    task = world.task(world.start(), "register")
    for action, more in (
        (tasks.claim, ()),
        (tasks.release, ()),
        (tasks.save_draft, ({},)),
        (tasks.complete, ({},)),
    ):
        with pytest.raises(NotAllowed):
            world.do(action, "maria", task.id, *more)


def test_a_task_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.do(tasks.claim, "sara", "0" * 32)


def test_the_second_to_complete_is_told_who_and_when_and_keeps_what_was_typed(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    world.hand_in("sara", task, called_units=["rehab"], consent=False)
    done_at, world.now = world.now, world.now + timedelta(minutes=1)
    with pytest.raises(AlreadyClosed) as told:
        world.hand_in("petra", task, called_units=["bistand"], consent=False)
    assert (told.value.closed_by, told.value.closed_at, told.value.reason) == ("sara", done_at, "completed")
    world.do(tasks.save_draft, "petra", task.id, {"called_units": ["bistand"]})
    assert world.draft("petra", task.id) == {"called_units": ["bistand"]}
    assert [one.unit_id for one in world.open(case)] == ["rehab"]


def test_a_task_that_the_routine_took_back_says_so_and_keeps_what_was_typed(world: World) -> None:
    case = world.summoned("bistand")
    task = world.task(case, "acknowledge")
    (awaited,) = world.rows(t.awaited, case_id=case)
    world.do(cases.receive, "sara", awaited.id, {"withdrawn_by": "personen"})
    with pytest.raises(AlreadyClosed) as told:
        world.hand_in("maria", task, answer="acknowledged")
    assert (told.value.reason, told.value.closed_by) == ("cancelled", None)
    world.do(tasks.save_draft, "maria", task.id, {"answer": "acknowledged"})
    assert world.draft("maria", task.id) == {"answer": "acknowledged"}


def test_a_form_with_errors_changes_nothing(world: World) -> None:
    case = world.summoned("bistand")
    before = world.case(case).stamp
    with pytest.raises(InvalidForm) as told:
        world.complete("maria", case, "acknowledge", answer="perhaps", no_such_field=1)
    assert {one.path for one in told.value.errors} == {"answer", "no_such_field"}
    assert world.case(case).stamp == before
    assert world.rows(t.entries, task_id=world.task(case, "acknowledge").id) == []


def test_the_convener_writes_down_what_a_unit_answered_by_telephone(world: World) -> None:
    case = world.summoned("bistand")
    task = world.task(case, "acknowledge")
    said = OnBehalf("Maria Ek", "telephone", world.now - timedelta(minutes=10))
    world.do(tasks.complete_on_behalf, "sara", task.id, {"answer": "acknowledged"}, said)
    (entry,) = world.rows(t.entries, task_id=task.id)
    assert entry.on_behalf == {"who": "Maria Ek", "how": "telephone", "at": said.at}
    assert (entry.actor_id, entry.unit_id, entry.principal_id) == ("sara", "vc", "region")
    (fact,) = world.facts(case, "task_answered_on_behalf")
    assert (fact.task_id, fact.data["how"]) == (task.id, "telephone")
    assert world.elements(case) == ["conclude"]


def test_nobody_answers_on_behalf_where_the_diagram_does_not_say_so(world: World) -> None:
    task = world.task(world.start(), "register")
    with pytest.raises(NotAllowed):
        world.do(tasks.complete_on_behalf, "sara", task.id, {}, OnBehalf("x", "telephone", world.now))


def test_another_called_unit_cannot_answer_on_behalf(world: World) -> None:
    case = world.summoned("bistand", "rehab")
    task = world.task(case, "acknowledge", "bistand")
    with pytest.raises(NotAllowed):
        world.do(
            tasks.complete_on_behalf,
            "johanna",
            task.id,
            {"answer": "acknowledged"},
            OnBehalf("x", "telephone", world.now),
        )


def test_what_is_handed_in_empty_takes_back_what_stood_there_and_what_is_not_handed_in_stays(
    world: World,
) -> None:
    case = world.summoned("bistand", consent=True, own_situation="Trött")
    for given, left in (({}, "Trött"), ({"own_situation": ""}, None)):
        world.do(cases.start_linked, "sara", case, "testland_addition", {"added_unit": "vc"})
        world.complete("sara", case, "answer_added", added_answer="Ja", **given)
        assert world.values(case)[""]["own_situation"] == left
