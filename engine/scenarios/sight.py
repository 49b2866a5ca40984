"""A case as it stands, and which of several things a step means.

Enters: an open transaction and a case. Leaves: its open tasks, waiting messages and incidents in the order in which they came, as
values and as lines for people. Only reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, literal, select

from engine.records import cases, facts, tables
from engine.records import tasks as task_rows
from engine.records.facts import Incident
from engine.records.tasks import Awaited, Task
from engine.scenarios.script import DEVIATION, MAIN
from engine.status import TO_DO


@dataclass(frozen=True, slots=True)
class Situation:
    """A case at one instant; `tasks` are all it ever had, in the order they opened."""

    case: cases.Case
    now: datetime
    tasks: tuple[Task, ...]
    waiting: tuple[Awaited, ...]
    incidents: tuple[Incident, ...]

    @property
    def open(self) -> list[Task]:
        """What somebody is to do."""
        return [one for one in self.tasks if one.status in TO_DO]

    @property
    def overdue(self) -> list[Task]:
        """What should have been done by now."""
        return [one for one in self.open if one.due_at is not None and one.due_at <= self.now]


def situation(tx: Connection, case_id: str, *, now: datetime) -> Situation:
    """The case as it stands."""
    order = _order(tx, case_id)
    found = sorted(task_rows.of_case(tx, case_id), key=lambda one: order.get(one.id, 0))
    waiting, incidents = task_rows.awaited_of(tx, case_id), facts.open_incidents(tx, case_id)
    return Situation(cases.fetch(tx, case_id), now, tuple(found), tuple(waiting), tuple(incidents))


def case_named(tx: Connection, main_id: str, name: str) -> str | None:
    """The id of the case that a step acts on: `main`, `deviation` (the newest) or `deviation:2` (the second); None without one."""
    if name == MAIN:
        return main_id
    found = deviations(tx, main_id)
    number = name.removeprefix(DEVIATION).removeprefix(":")
    if not found or (number and int(number) > len(found)):
        return None
    return found[int(number) - 1 if number else -1]


def deviations(tx: Connection, main_id: str) -> list[str]:
    """Ids of the deviations about a case, the oldest first."""
    c = tables.cases.c
    return list(
        tx.execute(select(c.id).where(c.about_case_id == main_id).order_by(c.started_at, c.number)).scalars()
    )


def matches(task: Task, place: str) -> bool:
    """Whether a task stands at `element` or `element@unit`."""
    element, _, unit = place.partition("@")
    return task.element_id == element and unit in ("", task.unit_id)


def concerns(tx: Connection, waiting: Awaited, unit: str) -> bool:
    """Whether a waiting message is that unit's, or waits inside the item that is about the unit."""
    if unit == waiting.unit_id:
        return True
    if not waiting.scope:
        return False
    t, m, v = tables.tasks.c, tables.messages.c, tables.case_values.c
    for query in (
        select(t.id).where(t.case_id == waiting.case_id, t.scope == waiting.scope, t.unit_id == unit),
        select(m.id).where(m.case_id == waiting.case_id, m.scope == waiting.scope, m.to_unit_id == unit),
        select(v.name).where(
            v.case_id == waiting.case_id, v.scope == waiting.scope, v.value == literal(unit, v.value.type)
        ),
    ):
        if tx.execute(query.limit(1)).first() is not None:
            return True
    return False


def told(seen: Situation, zone: ZoneInfo) -> list[str]:
    """The situation in lines: what people need to see why a step did not fit."""
    local = seen.now.astimezone(zone)
    lines = [f"{seen.case.number} ({seen.case.status}) at {local:%Y-%m-%d %H:%M} {zone.key}"]
    late = {one.id for one in seen.overdue}
    for one in seen.open:
        due = f"due {one.due_on}" if one.due_on else "no due date"
        held = f", held by {one.holder_id}" if one.holder_id else ""
        lines.append(
            f"  open     {one.element_id}@{one.unit_id} ({one.role}), {due}{' OVERDUE' if one.id in late else ''}{held}"
        )
    lines += [
        f"  waits    {one.element_id} ({one.role}{f' of {one.unit_id}' if one.unit_id else ''})"
        for one in seen.waiting
        if one.role
    ]
    lines += [f"  incident {one.element_id}: {one.cause}: {one.detail}" for one in seen.incidents]
    return lines if len(lines) > 1 else [*lines, "  nothing is open and nothing waits"]


def _order(tx: Connection, case_id: str) -> dict[str, int]:
    """Task id -> place in the order of opening; tasks opened in one step share an instant and have random ids."""
    f = tables.facts.c
    return {
        row.task_id: row.id
        for row in tx.execute(select(f.task_id, f.id).where(f.case_id == case_id, f.kind == "task_opened"))
    }
