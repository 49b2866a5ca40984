"""What has happened becomes what each person is to be told: after the commit, by the heartbeat, so that no action waits for it.

Enters: a database and an instant. Leaves: rows of `tellings`, each event once a person. Tasks say when there is something to tell
(`tasks.tell_at`); what other actions left in the outbox is handed on; what waits for a second person, a reader or a substitute is few and
is looked at each time. Test cases tell nobody anything.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from engine.access.actor import Role
from engine.actions import mail_kinds as kinds
from engine.actions import notifying_decisions
from engine.actions.ground import calendar_of
from engine.actions.told_people import People, tell
from engine.deadlines.due import LATE_AFTER
from engine.records import cases, directory, tellings
from engine.records.database import reading, writing
from engine.records.tasks import Task
from engine.records.tellings import Put

MOST = 100
NEAR_FROM = time(7)
"""The hour of the working day before the last day, in the region's zone, at which a task is told of as near."""
STALE = timedelta(days=7)
"""What lay longer in the outbox is no news: it was put there while no mail was sent at all."""
NOTHING, THERE, NEAR, OVERDUE = 0, 1, 2, 3
"""What was told of a task."""


def gather(engine: Engine, *, now: datetime) -> None:
    """Find everything that is to be told at `now`. Any number of processes may do so: each row is one's at a time."""
    with reading(engine) as tx:
        waits = tellings.is_anything_to_tell(tx, now=now)
    while waits:
        with writing(engine) as tx:
            found = tellings.tasks_to_tell(tx, now=now, most=MOST)
            put = tellings.puts(tx, most=MOST)
            _tell_all(tx, found, put, now=now)
        waits = len(found) == MOST or len(put) == MOST
    notifying_decisions.gather(engine, now=now)


def _tell_all(tx: Connection, found: list[tuple[Task, int]], put: list[Put], *, now: datetime) -> None:
    people = People(tx, now)
    about = {task.case_id for task, _ in found} | {one.case_id for one in put if one.case_id}
    people.read_cases(about)
    fired = tellings.fired_with(tx, about)
    closing: dict[str, tuple[object, ...]] = {}
    for task, told in found:
        _tell_task(people, task, told, fired.get((task.case_id, task.opened_at)), closing)
    for one in put:
        case = people.cases[one.case_id][0] if one.case_id else None
        if now - one.created_at <= STALE and (case is None or not case.is_test):
            kind = kinds.OF_PUT.get(one.kind, kinds.NEW)
            happened_at = min(one.created_at, fired.get((one.case_id or "", one.created_at), one.created_at))
            tell(
                tx, f"put:{one.id}", kind, people.of_put(one), case_id=one.case_id, task_id=one.task_id, happened_at=happened_at, now=now
            )  # fmt: skip
    tellings.puts_were_told(tx, [one.id for one in put], now=now)


def _tell_task(
    people: People,
    task: Task,
    told: int,
    fired_due_at: datetime | None,
    closing: dict[str, tuple[object, ...]],
) -> None:
    case, now = people.cases[task.case_id][0], people.now
    near_at = _near_at(people.tx, task, case, closing)
    stage, kind, happened_at = told, "", task.opened_at
    if task.due_at is not None and task.due_at <= now and told < OVERDUE:
        stage, kind, happened_at = OVERDUE, kinds.OVERDUE, task.due_at
    elif near_at is not None and task.opened_at < near_at <= now and told < NEAR:
        stage, kind, happened_at = NEAR, kinds.NEAR, near_at
    elif told < THERE:
        stage, kind = THERE, kinds.ESCALATION if _is_lifted(task, fired_due_at) else kinds.NEW
        happened_at = task.claimed_at or (
            fired_due_at if _late(fired_due_at, task.opened_at) and fired_due_at else task.opened_at
        )
    if kind and not case.is_test:
        event = f"task:{task.id}:{stage}:{task.unit_id}:{task.holder_id or ''}"[:200]
        meant = people.of_task(task)
        tell(
            people.tx,
            event,
            kind,
            meant,
            case_id=task.case_id,
            task_id=task.id,
            happened_at=happened_at,
            now=now,
        )
    ahead = [at for at in (near_at if stage < NEAR else None, task.due_at if stage < OVERDUE else None) if at]
    tellings.task_was_told(people.tx, task.id, stage, min((at for at in ahead if at > now), default=None))


def _is_lifted(task: Task, fired_due_at: datetime | None) -> bool:
    """Whether the task is there because others did not act in time: a manager's, from a routine of escalation or by a timer."""
    return task.role == Role.MANAGER and ("escalation" in task.process_id or fired_due_at is not None)


def _late(due_at: datetime | None, at: datetime) -> bool:
    return due_at is not None and at - due_at > LATE_AFTER


def _near_at(
    tx: Connection, task: Task, case: cases.Case, closing: dict[str, tuple[object, ...]]
) -> datetime | None:
    """The morning of the working day before the last day of the task."""
    if task.due_on is None:
        return None
    if task.unit_id not in closing:
        unit = directory.units(tx, [task.unit_id]).get(task.unit_id)
        closing[task.unit_id] = unit.closing_days if unit else ()
    days = [*(case.region_closing_days or ()), *closing[task.unit_id]]
    zone = ZoneInfo(case.zone)
    calendar = calendar_of(case.country, zone, case.region_settings, days)  # type: ignore[arg-type]
    day = task.due_on - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, NEAR_FROM, zone).astimezone(UTC)
