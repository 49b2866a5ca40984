"""The register of deviations of units that somebody answers for: those that they reported, and those that were sent to them.

Enters: an actor, the deviation routines, a year. Leaves: rows with number, status and what of kind and counterpart `access` lets the actor
see. Never the person or the case that a deviation came out of. Test cases stand in no register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from engine import asking
from engine.access import Act, Actor, may, visible_categories
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


@dataclass(frozen=True, slots=True)
class Row:
    """A deviation. `received` where it was sent to a unit of the actor's; `answer_on` is the last day to answer, while that is awaited."""

    case_id: str
    number: str
    status: str
    received: bool
    late: bool
    mine: str  # the id of the open task that is the actor's to do, '' where none is
    reporter_id: str
    about_id: str
    kind: str
    began_at: datetime
    answer_on: date | None


def register(
    tx: Connection,
    actor: Actor,
    process_ids: Sequence[str],
    *,
    since: datetime,
    until: datetime,
    now: datetime,
) -> list[Row]:
    """What began within the time, the newest first; at most `MOST`."""
    c, tasks, units = t.cases.c, t.tasks.c, sorted(actor.leads)
    sent = select(tasks.case_id).where(tasks.element_id.in_(ASKED), tasks.unit_id.in_(units))
    query = select(c.id).where(
        c.process_id.in_(process_ids), c.about_case_id.is_not(None), c.is_test.is_(False), c.started_at >= since, c.started_at < until,
        or_(c.unit_id.in_(units), c.id.in_(sent)),
    )  # fmt: skip
    found = list(tx.execute(query.order_by(c.started_at.desc(), c.id).limit(MOST)).scalars())
    known, standings, steps, values = (
        cases.fetch_many(tx, found),
        grounds.standings(tx, found),
        _steps(tx, found),
        _values(tx, found),
    )
    rows = []
    for case_id in found:
        about = asking.case_object(known[case_id], standings[case_id], now=now)
        if not may(actor, Act.CASE_SEE_EXISTENCE, about):
            continue
        seen = visible_categories(actor, about)
        told = {name: str(value) for name, (category, value) in values[case_id].items() if category in seen}
        rows.append(_row(actor, known[case_id], steps[case_id], told, now))
    return rows


def _row(actor: Actor, case: cases.Case, steps: Sequence[Any], told: dict[str, str], now: datetime) -> Row:
    opened = [one for one in steps if one.status in TO_DO]
    states = {STATUS[one.element_id] for one in opened if one.element_id in STATUS}
    status = "closed" if case.ended_at else next((one for one in AHEAD if one in states), "lifted")
    asked = [one for one in steps if one.element_id in ASKED]
    mine = [one.id for one in opened if one.unit_id in actor.leads and one.element_id in STATUS]
    dues = [one for one in opened if one.element_id in ASKED and one.due_at is not None]
    return Row(
        case.id, case.number, status, case.unit_id not in actor.leads or any(one.unit_id in actor.leads for one in asked),
        any(one.due_at < now for one in dues), mine[0] if mine else "", case.unit_id, told.get("about_unit", ""), told.get("kind", ""),
        case.started_at, dues[0].due_on if dues else None,
    )  # fmt: skip


def _steps(tx: Connection, case_ids: Sequence[str]) -> dict[str, list[Any]]:
    tasks = t.tasks.c
    query = select(
        tasks.case_id, tasks.id, tasks.element_id, tasks.unit_id, tasks.status, tasks.due_at, tasks.due_on
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in tx.execute(query.where(tasks.case_id.in_(case_ids)).order_by(tasks.opened_at)):
        found[row.case_id].append(row)
    return found


def _values(tx: Connection, case_ids: Sequence[str]) -> dict[str, dict[str, tuple[str, object]]]:
    values = t.case_values.c
    query = select(values.case_id, values.name, values.category, values.value).where(
        values.case_id.in_(case_ids), values.scope == "", values.name.in_(["kind", "about_unit"])
    )
    found: dict[str, dict[str, tuple[str, object]]] = defaultdict(dict)
    for row in tx.execute(query):
        found[row.case_id][row.name] = (row.category, row.value)
    return found
