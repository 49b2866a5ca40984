"""A draft that nobody will hand in is kept for thirty days after its task or waiting place closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import heartbeat
from engine.actions import cases, drafts, tasks
from engine.errors import NotAllowed
from engine.records import tables as t
from engine.records import tasks as task_rows
from engine.records.database import reading, writing
from engine.status import Protection
from tests.world import World


def purge(world: World) -> int:
    return drafts.purge(world.engine, now=world.now)


def left_behind(world: World) -> tuple[str, str]:
    """A case in which Petra wrote at a task that Sara handed in; the task's id too."""
    case = world.start()
    task = world.task(case, "register").id
    world.do(tasks.save_draft, "petra", task, {"called_units": ["bistand"]})
    world.complete("sara", case, "register", called_units=["bistand"], consent=False)
    assert world.draft("petra", task) is not None
    return case, task


def test_the_draft_of_a_closed_task_goes_after_thirty_days_and_not_before(world: World) -> None:
    _, task = left_behind(world)
    world.now += timedelta(days=30, seconds=-1)
    assert purge(world) == 0
    assert world.draft("petra", task) is not None
    world.now += timedelta(seconds=1)
    assert purge(world) == 1
    assert world.draft("petra", task) is None


def test_a_draft_that_arrives_after_ones_own_hand_in_is_not_kept(world: World) -> None:
    case = world.start()
    task = world.task(case, "register").id
    world.complete("sara", case, "register", called_units=["bistand"], consent=False)
    world.do(tasks.save_draft, "sara", task, {"called_units": ["bistand"]})
    world.do(tasks.save_draft, "petra", task, {"called_units": ["bistand"]})
    assert world.draft("sara", task) is None
    assert world.draft("petra", task) is not None


def test_a_colleague_whom_a_protected_case_does_not_name_keeps_no_draft_in_it(world: World) -> None:
    subject = cases.Subject("Birgitta Holm", "19430515-2383", protection=Protection.CONFIDENTIALITY_MARK)
    task = world.task(world.start(subject=subject), "register").id
    world.do(tasks.save_draft, "sara", task, {"called_units": ["bistand"]})
    with pytest.raises(NotAllowed):
        world.do(tasks.save_draft, "petra", task, {"called_units": ["bistand"]})
    assert world.draft("sara", task) is not None
    assert world.draft("petra", task) is None


def test_the_draft_of_an_open_task_stays_however_old(world: World) -> None:
    case = world.start()
    task = world.task(case, "register").id
    world.do(tasks.save_draft, "petra", task, {"called_units": ["bistand"]})
    world.now += timedelta(days=400)
    assert purge(world) == 0
    assert world.draft("petra", task) is not None


def test_the_draft_of_a_waiting_place_goes_after_it_closed(world: World) -> None:
    case = world.start()
    with reading(world.engine) as tx:
        place = task_rows.awaited_of(tx, case)[0]
    with writing(world.engine) as tx:
        task_rows.save_draft(tx, place.id, "petra", {}, now=world.now)
    assert purge(world) == 0
    with writing(world.engine) as tx:
        tx.execute(t.awaited.update().where(t.awaited.c.id == place.id).values(closed_at=world.now))
    world.now += timedelta(days=29)
    assert purge(world) == 0
    world.now += timedelta(days=1)
    assert purge(world) == 1
    assert world.rows(t.drafts) == []


def test_the_heartbeat_looks_when_it_starts_and_again_some_hours_later(world: World) -> None:
    pulse = heartbeat.Pulse()
    _, first = left_behind(world)
    heartbeat.tidy(world.engine, pulse, now=world.now + timedelta(days=30))
    assert world.draft("petra", first) is None
    world.now += timedelta(days=30)
    _, second = left_behind(world)
    world.now += timedelta(days=30)
    pulse.tidied_at = world.now - heartbeat.TIDIES_EVERY + timedelta(seconds=1)
    heartbeat.tidy(world.engine, pulse, now=world.now)
    assert world.draft("petra", second) is not None
    heartbeat.tidy(world.engine, pulse, now=world.now + timedelta(seconds=1))
    assert world.draft("petra", second) is None
