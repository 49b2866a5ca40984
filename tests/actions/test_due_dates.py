"""One due date a task: its own deadline's, else that of what stands nearest around it."""

from __future__ import annotations

from datetime import date

from tests.world import World


def due(world: World, case: str, element: str) -> date | None:
    return world.task(case, element).due_on


def test_a_task_is_due_with_the_nearest_deadline_around_it(world: World) -> None:
    case = world.start(process="testland_framed")
    assert due(world, case, "inner_first") == date(2026, 11, 21), "with the call it stands in"
    world.pass_time(days=1)
    world.complete("sara", case, "inner_first")
    assert due(world, case, "inner_second") == date(2026, 11, 18), "with its own, which is nearer"
    world.complete("sara", case, "inner_second")
    assert due(world, case, "round_first") == date(2026, 11, 27), (
        "with the sub-process, and not with the call that is over"
    )
    world.pass_time(days=2)
    world.complete("sara", case, "round_first")
    assert due(world, case, "round_second") == date(2026, 11, 27), "the same for all that is inside"
    world.complete("sara", case, "round_second")
    assert due(world, case, "free_task") is None


def test_a_deadline_that_has_passed_is_still_the_one_that_people_are_shown(world: World) -> None:
    case = world.start(process="testland_framed")
    world.complete("sara", case, "inner_first")
    world.complete("sara", case, "inner_second")
    world.pass_time(days=12)
    assert due(world, case, "round_first") == date(2026, 11, 26)
    world.complete("sara", case, "round_first")
    assert due(world, case, "round_second") == date(2026, 11, 26), "it opens late, and says so"
