"""The register of deviations of units that somebody answers for: those that they reported, and those that were sent to them.

Enters: an actor, the deviation routines, units that the actor answers for, a time. Leaves: rows with number, status, kind and counterpart,
which whoever answers for a unit needs to assess and answer (S3-078). Never the person or the case that a deviation came out of, nor what
anybody wrote. A deviation that `access` lets them neither see nor follow, and a test case, stand in no register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from engine import asking
from engine.access import Act, Actor, CaseObject, TaskObject, may
from engine.records import cases, grounds
from engine.records import tables as t
from engine.status import TO_DO

STATUS = {
    "describe_deviation": "draft", "assess_as_manager": "assess", "assess_as_mas": "assess", "assess_deviation": "assess",
    "assess_in_coordinating_unit": "assess", "hand_over_to_lex": "assess", "acknowledge_deviation": "sent", "answer_deviation": "sent",
    "inform_reporter": "answered", "file_in_eqs": "answered",
}  # fmt: skip
"""Open step -> how far the deviation has come; `lifted` where only the line of management has it, `closed` where it is over."""
ASKED = ("acknowledge_deviation", "answer_deviation")
AHEAD = ("draft", "assess", "sent", "answered")
MOST = 500
MOST_AT_ONCE = 10_000
"""Of a page, and of a file."""


@dataclass(frozen=True, slots=True)
class Row:
    """A deviation. `own` where one of the units reported it, `received` where it was sent to one of them: both where both are theirs.
    `answer_on` is the last day to acknowledge or answer, while that is awaited.
    """

    case_id: str
    number: str
    status: str
    own: bool
    received: bool
    late: bool
    mine: str  # the id of the open task that is the actor's to do, '' where none is
    reporter_id: str
    about_id: str
    kind: str
    began_at: datetime
    answer_on: date | None
    opens: bool = True  # whether the actor may open its case


def register(
    tx: Connection,
    actor: Actor,
    process_ids: Sequence[str],
    units: frozenset[str],
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    most: int = MOST,
) -> list[Row]:
    """What began within the time at those of the units that the actor answers for, the newest first; at most `most`."""
    led = units & actor.leads
    c = t.cases.c
    query = select(c.id).where(
        c.process_id.in_(process_ids), c.about_case_id.is_not(None), c.is_test.is_(False), c.started_at >= since, c.started_at < until,
        or_(c.unit_id.in_(sorted(led)), c.id.in_(sent_to(led))),
    )  # fmt: skip
    found = list(tx.execute(query.order_by(c.started_at.desc(), c.id).limit(most)).scalars())
    known, standings, steps, values = (
        cases.fetch_many(tx, found),
        grounds.standings(tx, found),
        _steps(tx, found),
        _values(tx, found),
    )
    rows = []
    for case_id in found:
        about = asking.case_object(known[case_id], standings[case_id], now=now)
        row = _row(actor, led, known[case_id], steps[case_id], values[case_id], now)
        if may(actor, Act.CASE_SEE_EXISTENCE, about):
            rows.append(row)
        elif _followed(actor, about, steps[case_id]):
            rows.append(replace(row, opens=False))
    return rows


def _followed(actor: Actor, about: CaseObject, steps: Iterable[Any]) -> bool:
    """Whether it was sent to a unit that the actor answers for."""
    asked = [TaskObject(about, one.unit_id, one.role) for one in steps if one.element_id in ASKED]
    return any(may(actor, Act.TASK_FOLLOW, one) for one in asked if one.unit_id in actor.leads)


def sent_to(units: Collection[str]) -> Select[tuple[str]]:
    """The ids of deviations that were sent to one of the units."""
    tasks = t.tasks.c
    return select(tasks.case_id).where(tasks.element_id.in_(ASKED), tasks.unit_id.in_(sorted(units)))


def sent_anywhere() -> Select[tuple[str]]:
    """The ids of deviations that were sent to any unit."""
    return select(t.tasks.c.case_id).where(t.tasks.c.element_id.in_(ASKED))


def status(opened: Iterable[str], *, ended: bool) -> str:
    """How far a deviation has come, by the ids of its open steps."""
    states = {STATUS[one] for one in opened if one in STATUS}
    return "closed" if ended else next((one for one in AHEAD if one in states), "lifted")


def _row(
    actor: Actor,
    units: frozenset[str],
    case: cases.Case,
    steps: Sequence[Any],
    told: Mapping[str, str],
    now: datetime,
) -> Row:
    opened = [one for one in steps if one.status in TO_DO]
    asked = [one for one in steps if one.element_id in ASKED]
    mine = [one.id for one in opened if one.element_id in STATUS and _is_for(actor, one)]
    dues = [one for one in opened if one.element_id in ASKED and one.due_at is not None]
    return Row(
        case.id, case.number, status([one.element_id for one in opened], ended=case.ended_at is not None),
        case.unit_id in units, case.unit_id not in units or any(one.unit_id in units for one in asked),
        any(one.due_at < now for one in dues), mine[0] if mine else "", case.unit_id, told.get("about_unit", ""), told.get("kind", ""),
        case.started_at, dues[0].due_on if dues else None,
    )  # fmt: skip


def _is_for(actor: Actor, task: Any) -> bool:
    return any(one.unit_id == task.unit_id and one.holds(task.role) for one in actor.memberships)


def _steps(tx: Connection, case_ids: Sequence[str]) -> dict[str, list[Any]]:
    tasks = t.tasks.c
    query = select(
        tasks.case_id, tasks.id, tasks.element_id, tasks.unit_id, tasks.role, tasks.status, tasks.due_at, tasks.due_on,
    )  # fmt: skip
    found: dict[str, list[Any]] = defaultdict(list)
    for row in tx.execute(query.where(tasks.case_id.in_(case_ids)).order_by(tasks.opened_at)):
        found[row.case_id].append(row)
    return found


def _values(tx: Connection, case_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    values = t.case_values.c
    query = select(values.case_id, values.name, values.value).where(
        values.case_id.in_(case_ids), values.scope == "", values.name.in_(["kind", "about_unit"])
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in tx.execute(query):
        found[row.case_id][row.name] = str(row.value or "")
    return found
