"""Timers fire in due order, once, and leave people time after downtime."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

from engine import heartbeat
from engine.actions import timers
from engine.records import heartbeats
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.world import World


def fired(world: World, case: str) -> list[str]:
    return [fact.element_id for fact in world.facts(case, "timer_fired")]


def test_timers_fire_at_their_own_instants_and_say_so(world: World) -> None:
    case = world.summoned("bistand")
    world.pass_time(days=4)
    found = world.facts(case, "timer_fired")
    assert [(one.element_id, one.at) for one in found] == [
        ("one_working_day", datetime(2026, 11, 17, 23, 0, tzinfo=UTC)),
        ("two_working_days", datetime(2026, 11, 18, 23, 0, tzinfo=UTC)),
    ]


def test_a_completed_task_takes_its_timers_along(world: World) -> None:
    case = world.summoned("bistand")
    world.complete("maria", case, "acknowledge", answer="acknowledged")
    assert {row.status for row in world.rows(t.timers, case_id=case)} == {"cleared"}
    assert world.pass_time(days=30) == 0


def test_after_ten_days_of_downtime_the_reminder_comes_first_and_the_escalation_a_working_day_later(
    world: World,
) -> None:
    case = world.summoned("bistand")
    world.sleep_through(days=10)  # Thursday 26 November, 10.00
    assert fired(world, case) == ["one_working_day"]
    assert world.elements(case) == ["acknowledge"]
    world.sleep_through(hours=20)
    assert fired(world, case) == ["one_working_day"]
    world.sleep_through(hours=18)  # Saturday 00.00
    assert fired(world, case) == ["one_working_day", "two_working_days"]
    assert world.elements(case) == ["acknowledge", "manager_acts"]


def test_downtime_does_not_move_the_day_that_people_are_shown(world: World) -> None:
    case = world.summoned("bistand")
    world.sleep_through(days=10)
    assert world.task(case, "acknowledge").due_on == date(2026, 11, 17)


def test_a_delay_of_less_than_an_hour_holds_nothing_back(world: World) -> None:
    case = world.summoned("bistand")
    world.travel(datetime(2026, 11, 17, 22, 59, tzinfo=UTC))
    world.sleep_through(minutes=50)
    assert world.rows(t.timers, case_id=case, status="armed")[0].due_at == datetime(
        2026, 11, 18, 23, 0, tzinfo=UTC
    )


def test_timers_of_other_tasks_are_not_held_back(world: World) -> None:
    first, second = world.summoned("bistand"), world.summoned("rehab")
    world.sleep_through(days=10)
    assert fired(world, first) == fired(world, second) == ["one_working_day"]


def test_a_cycle_that_was_slept_through_turns_once_and_goes_on_in_its_rhythm(world: World) -> None:
    case = world.start(process="testland_fragile")
    world.complete("sara", case, "choose", way="wait", amount=1)
    world.pass_time(hours=2, minutes=1)
    assert fired(world, case) == ["every_hour"] * 2
    assert world.sleep_through(days=10, minutes=10) == 1
    (armed,) = world.rows(t.timers, case_id=case, status="armed")
    assert armed.due_at == datetime(2026, 11, 27, 23, 0, tzinfo=UTC), (
        "people have a working day before the next"
    )
    world.travel(armed.due_at)
    (armed,) = world.rows(t.timers, case_id=case, status="armed")
    assert armed.due_at == datetime(2026, 11, 28, 0, 0, tzinfo=UTC)
    world.complete("sara", case, "wait")
    assert world.pass_time(days=1) == 0


def test_a_units_own_closing_day_is_a_free_day_for_it_and_for_nobody_else(world: World) -> None:
    with world.engine.begin() as tx:
        tx.execute(update(t.units).where(t.units.c.id == "bistand").values(closing_days=[date(2026, 11, 17)]))
    case = world.summoned("bistand", "rehab")
    due = {task.unit_id: task.due_on for task in world.open(case, "acknowledge")}
    assert due == {"bistand": date(2026, 11, 18), "rehab": date(2026, 11, 17)}
    task = world.task(case, "acknowledge", "bistand")
    assert {"day": "2026-11-17", "why": "closing-day"} in task.due_explanation["skipped"]  # type: ignore[index]


def test_how_a_due_date_came_about_is_plain_json(world: World) -> None:
    import json

    task = world.task(world.summoned("bistand"), "acknowledge")
    told = json.loads(json.dumps(task.due_explanation))
    assert (told["rule"], told["n"], told["last_day"]) == ("working-days", 1, "2026-11-17")


def test_nothing_fires_before_its_time_and_the_earliest_fires_first(world: World) -> None:
    case = world.summoned("bistand")
    with writing(world.engine) as tx:
        assert not timers.fire_next(tx, now=datetime(2026, 11, 17, 22, 59, 59, tzinfo=UTC))
    with writing(world.engine) as tx:
        assert timers.fire_next(tx, now=datetime(2026, 11, 20, 0, 0, tzinfo=UTC))
    assert fired(world, case) == ["one_working_day"]


def test_a_timer_that_somebody_else_fired_meanwhile_is_not_fired_again(world: World, monkeypatch) -> None:
    """The search found it, then another heartbeat took it, then the lock was ours."""
    from engine.records import timers as rows

    case = world.summoned("bistand")
    at = datetime(2026, 11, 17, 23, 0, tzinfo=UTC)
    with reading(world.engine) as tx:
        stale = rows.next_due(tx, now=at)
    world.travel(at)
    monkeypatch.setattr(rows, "next_due", lambda _tx, *, now: stale)
    with writing(world.engine) as tx:
        assert timers.fire_next(tx, now=at)
    assert fired(world, case) == ["one_working_day"]


def test_the_heartbeat_notes_that_it_beat_how_late_it_was_and_when_to_wake(world: World) -> None:
    from apscheduler.schedulers.background import BackgroundScheduler

    world.summoned("bistand")
    late = datetime(2026, 11, 17, 23, 0, 7, tzinfo=UTC)
    scheduler = BackgroundScheduler(timezone=UTC)
    heartbeat.schedule(scheduler, world.engine, lambda: late, "here:1")
    scheduler.start(paused=True)
    job = scheduler.get_job(heartbeat.JOB)
    job.func()
    with reading(world.engine) as tx:
        (beat,) = heartbeats.all_of(tx)
    assert (beat.id, beat.beat_at, beat.lag_seconds, beat.fired) == ("here:1", late, 7, 1)
    assert scheduler.get_job(heartbeat.JOB).next_run_time == late + timedelta(seconds=15)
    scheduler.shutdown(wait=False)


def test_a_heartbeat_that_is_stopped_in_the_middle_of_a_round_stops(sqlite_url: str) -> None:
    for _ in range(10):  # the first round begins at once, so most of these stop while it is under way
        with heartbeat.running(sqlite_url):
            pass
