"""A routine in numbers, by step and way, from cases that the engine ran: who waits, how long it took, what was late, which way it went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from engine.actions import live
from engine.reads import heat, missed
from engine.reads.heat import Heat
from engine.reads.measures import Period, Scope
from engine.records import tables as t
from engine.records.database import connect, reading, writing
from tests import databases
from tests.world import BUILT, World

ZONE = ZoneInfo("Europe/Stockholm")
SIX, FRAGILE = "testland_six_steps", "testland_fragile"
STEP = (SIX, "acknowledge")
NOVEMBER, OCTOBER = (
    Period(date(2026, 11, 1), date(2026, 11, 30), ZONE),
    Period(date(2026, 10, 1), date(2026, 10, 31), ZONE),
)
REGION = Scope("testland")


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[World, list[str]]]:
    """Called on a Monday at ten: two units answer within the hour, one on Wednesday (a day late), one never; looked at on Friday."""
    live.forget()
    with databases.copied("sqlite", BUILT) as url:
        engine = connect(url)
        world = World(engine)
        cases = [world.summoned("bistand") for _ in range(4)]
        world.pass_time(hours=1)
        for case in cases[:2]:
            world.complete("maria", case, "acknowledge", answer="acknowledged")
        world.pass_time(hours=47)
        world.complete("maria", cases[2], "acknowledge", answer="acknowledged")
        for way in ("straight", "straight", "straight", "wait"):
            world.complete("sara", world.start(process=FRAGILE), "choose", way=way, amount=1)
        world.pass_time(days=2)
        yield world, cases
        engine.dispose()
    live.forget()


def steps(world: World, scope: Scope = REGION, period: Period = NOVEMBER) -> dict[tuple[str, str], Heat]:
    with reading(world.engine) as tx:
        return heat.steps(tx, SIX, scope, period, now=world.now)


def test_a_step_tells_who_waits_how_long_it_took_and_what_came_too_late(
    played: tuple[World, list[str]],
) -> None:
    found = steps(played[0])[STEP]
    assert (found.waiting, found.done, found.late, found.due) == (1, 3, 2, 4)
    assert found.median_days == pytest.approx(1 / 24)
    assert found.ninth_days == pytest.approx(2)
    with reading(played[0].engine) as tx:
        (version,) = heat.versions(tx, SIX)
        by = {
            one: heat.steps(tx, SIX, REGION, NOVEMBER, now=played[0].now, version=one)
            for one in (version, "no")
        }
    assert (by[version], by["no"]) == (steps(played[0]), {})


def test_a_unit_s_numbers_are_of_its_own_steps_and_a_period_s_of_what_was_done_in_it(
    played: tuple[World, list[str]],
) -> None:
    world, _ = played
    assert steps(world, Scope("testland", ("bistand",)))[STEP] == steps(world)[STEP]
    assert STEP not in steps(world, Scope("testland", ("vc", "rehab")))
    assert steps(world, Scope("elsewhere")) == {}
    assert steps(world, period=OCTOBER)[STEP] == Heat(waiting=1)


def test_each_way_is_counted_by_the_cases_that_took_it(played: tuple[World, list[str]]) -> None:
    with reading(played[0].engine) as tx:
        assert heat.ways(tx, FRAGILE, REGION, NOVEMBER, ["which_way"]) == {"straight": 3, "to_wait": 1}
        assert heat.ways(tx, FRAGILE, REGION, OCTOBER, ["which_way"]) == {}
        assert heat.ways(tx, FRAGILE, Scope("testland", ("rehab",)), NOVEMBER, ["which_way"]) == {}


def test_behind_a_number_are_its_cases_for_whoever_answers_for_the_unit_and_for_nobody_else(
    played: tuple[World, list[str]],
) -> None:
    world, cases = played
    late = world.case(cases[2]).number
    with reading(world.engine) as tx:
        waits = heat.tasks_at(tx, SIX, "acknowledge", REGION, late=True, now=world.now)
        told = {
            name: missed.done_late(
                tx, world.actor(name), SIX, ["acknowledge"], REGION, NOVEMBER, now=world.now
            )
            for name in ("malbychef", "rehabchef")
        }
    assert waits == [world.task(cases[3], "acknowledge").id]
    assert (
        [(one.number, one.unit_id, one.due_on) for one in told["malbychef"][0]],
        told["malbychef"][1],
    ) == (
        [(late, "bistand", date(2026, 11, 17))],
        0,
    )
    assert told["rehabchef"] == ([], 1)


def test_a_test_case_counts_nowhere(played: tuple[World, list[str]]) -> None:
    world, cases = played
    with writing(world.engine) as tx:
        tx.execute(update(t.cases).where(t.cases.c.id.in_(cases[2:])).values(is_test=True))
    try:
        found = steps(world)[STEP]
        assert (found.waiting, found.done, found.late, found.due) == (0, 2, 0, 2)
        with reading(world.engine) as tx:
            assert heat.tasks_at(tx, SIX, "acknowledge", REGION, late=False, now=world.now) == []
    finally:
        with writing(world.engine) as tx:
            tx.execute(update(t.cases).where(t.cases.c.id.in_(cases[2:])).values(is_test=False))


def test_what_is_told_of_many_holds_no_small_number_nor_a_sum_that_gives_one_away() -> None:
    large, small = Heat(10, 20, 1.0, 3.0, 6, 20), Heat(2, 3, 1.0, 1.0, 1, 3)
    assert heat.protected(large) == large
    assert heat.protected(small) == Heat(None, None, None, None, None, None)
    assert heat.protected(Heat(5, 20, 1.0, 3.0, 17, 20)) == Heat(5, 20, 1.0, 3.0, None, None)
    assert heat.together_protected([large, small]).waiting is None
    assert heat.together_protected([large, small]).late is None
    both = heat.together_protected([large, large])
    assert (both.waiting, both.late, both.due) == (20, 12, 40)
