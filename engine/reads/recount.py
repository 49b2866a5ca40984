"""The same figures as `measures`, counted anew from the facts alone: what `samordna figures rebuild` sets beside what the pages show.

Enters: an open transaction. Leaves: cases as the facts tell of them, and of these the figures in the shapes of `measures`. Reads no table
but `facts` and keeps nothing, since the pages count rows that were written in the transaction of their facts. Of a case whose content was
removed the facts tell, like the rows, its steps alone; of one that began before facts told enough they tell nothing (`remembered`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from engine.reads.measures import FIRST_WORD, KEPT, LEVELS, Kept, Length, Period, Scope
from engine.records import tables as t

COUNTED = sorted({*(one for steps in KEPT.values() for one in steps), *LEVELS})
"""The steps that any figure counts."""
_OF_STEPS = ("task_opened", "task_completed", "task_cancelled")
_OF_CASES = (
    "case_started",
    "instance_ended",
    "unit_taken_over",
    "tasks_moved",
    "kind_chosen",
    "operation_performed",
)
_AT_ONCE = 2_000


@dataclass(slots=True)
class Step:
    """A step that somebody is or was to do, with its last instant and day."""

    element_id: str
    instance_id: str
    unit_id: str
    opened_at: datetime
    due_at: datetime | None
    due_on: date | None
    closed_at: datetime | None = None
    how: str = "open"


@dataclass(slots=True)
class Case:
    """A case that is no test, as far as figures ask. `meetings` are planned or held; one that was moved or cancelled is not there."""

    process_id: str
    region_id: str
    unit_id: str
    instance_id: str
    about_case: bool
    started_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    kind: object = None
    steps: dict[str, Step] = field(default_factory=dict)
    first_word_at: datetime | None = None
    meetings: list[datetime] = field(default_factory=list)
    plan_at: datetime | None = None

    @property
    def met_at(self) -> datetime | None:
        """When the first meeting was, or is to be."""
        return min(self.meetings, default=None)


def remembered(tx: Connection) -> tuple[list[Case], int]:
    """Every case that is no test, and of how many cases the facts tell too little."""
    f = t.facts.c
    query = select(f.case_id, f.instance_id, f.kind, f.element_id, f.task_id, f.at, f.data)
    which = or_(f.kind.in_(_OF_CASES), and_(f.kind.in_(_OF_STEPS), f.element_id.in_(COUNTED)))
    found: dict[str, Case] = {}
    unknown: set[str] = set()
    rows = tx.execution_options(yield_per=_AT_ONCE).execute(query.where(which).order_by(f.id))
    for row in rows:
        if row.kind == "case_started" and "test" in row.data:
            if not row.data["test"]:
                found[row.case_id] = _begun(row)
        elif row.kind == "case_started":
            unknown.add(row.case_id)
        elif row.case_id in found:
            _follow(found[row.case_id], row)
    return list(found.values()), len(unknown)


def _begun(row: Any) -> Case:
    told = row.data
    return Case(
        told["process"], told["region"], told["unit"], row.instance_id, bool(told["about_case"]), row.at
    )


def _follow(case: Case, row: Any) -> None:
    told: Mapping[str, Any] = row.data
    match row.kind:
        case "task_opened" if "given_to" in told:
            due = told.get("due_at"), told.get("due_on")
            case.steps[row.task_id] = Step(row.element_id, row.instance_id, told["given_to"], row.at, *due)
        case "task_completed" | "task_cancelled" if row.task_id in case.steps:
            step = case.steps[row.task_id]
            step.how, step.closed_at = row.kind.removeprefix("task_"), row.at
        case "tasks_moved":
            for key in set(told["tasks"]) & set(case.steps):
                case.steps[key].unit_id = told["to"]
        case "unit_taken_over":
            _taken_over(case, told["from"], told["to"])
        case "kind_chosen":
            case.kind = told.get("chosen")
        case "instance_ended" if row.instance_id == case.instance_id:
            case.ended_at = row.at
        case "operation_performed":
            _operated(case, told, row.at)
        case _:
            pass


def _taken_over(case: Case, old: str, new: str) -> None:
    case.unit_id = new if case.unit_id == old else case.unit_id
    for step in case.steps.values():
        if step.how == "open" and step.unit_id == old:
            step.unit_id = new


def _operated(case: Case, told: Mapping[str, Any], at: datetime) -> None:
    if told.get("message") in FIRST_WORD and case.first_word_at is None:
        case.first_word_at = at
    if told.get("issued") == "plan" and case.plan_at is None:
        case.plan_at = at
    if told["operation"] in ("schedule_meeting", "cancel_meeting", "close_case"):
        case.meetings = [met for met in case.meetings if met <= at]
    if told.get("starts_at") is not None:
        case.meetings.append(told["starts_at"])
    if told["operation"] == "close_case":
        case.reason = told.get("reason")


# --- the figures ----------------------------------------------------------------------------------------


def kept(
    cases: Iterable[Case], measure: str, scope: Scope, period: Period, *, now: datetime, asked: bool = False
) -> list[Kept]:
    """As `measures.kept`."""
    found: dict[tuple[str, str, date], tuple[int, int]] = {}
    for case in cases:
        for step in case.steps.values():
            if not _is_kept(step, measure, period, now) or case.region_id != scope.region_id:
                continue
            if scope.unit_ids and not _asked_of(case, step, scope, asked=asked):
                continue
            key = (step.unit_id, case.unit_id, step.due_on or period.since)
            hits, total = found.get(key, (0, 0))
            found[key] = (hits + _in_time(step), total + 1)
    return [Kept(*key, *counted) for key, counted in found.items()]


def _is_kept(step: Step, measure: str, period: Period, now: datetime) -> bool:
    if step.element_id not in KEPT[measure] or step.due_on is None or step.how == "cancelled":
        return False
    over = step.how == "completed" or (step.due_at is not None and step.due_at < now)
    return over and period.since <= step.due_on <= period.until


def _asked_of(case: Case, step: Step, scope: Scope, *, asked: bool) -> bool:
    theirs = step.unit_id in scope.unit_ids
    return case.unit_id in scope.unit_ids and not theirs if asked else theirs


def _in_time(step: Step) -> bool:
    if step.how != "completed" or step.closed_at is None or step.due_at is None:
        return False
    return step.closed_at <= step.due_at


def lengths(
    cases: Iterable[Case], measure: str, scope: Scope, period: Period, *, now: datetime
) -> list[Length]:
    """As `measures.lengths`."""
    find = {"to_initiative": _to_initiative, "to_meeting": _to_meeting, "to_plan": _to_plan, "to_answer": _to_answer}[measure]  # fmt: skip
    days = timedelta(days=1)
    return [
        Length(unit, ended.astimezone(period.zone).date(), (ended - began) / days)
        for case in cases
        if case.region_id == scope.region_id
        for unit, began, ended in find(case)
        if (not scope.unit_ids or unit in scope.unit_ids) and began <= ended
        if period.begins_at <= ended < (min(period.ends_at, now) if measure == "to_meeting" else period.ends_at)
    ]  # fmt: skip


Way = tuple[str, datetime, datetime]


def _to_initiative(case: Case) -> list[Way]:
    return [(case.unit_id, case.started_at, case.first_word_at)] if case.first_word_at else []


def _to_meeting(case: Case) -> list[Way]:
    return [(case.unit_id, case.first_word_at or case.started_at, case.met_at)] if case.met_at else []


def _to_plan(case: Case) -> list[Way]:
    if case.plan_at is None:
        return []
    met = max((one for one in case.meetings if one < case.plan_at), default=case.started_at)
    return [(case.unit_id, met, case.plan_at)]


def _to_answer(case: Case) -> list[Way]:
    return [
        (step.unit_id, case.started_at, step.closed_at)
        for step in case.steps.values()
        if step.element_id in KEPT["answers"] and step.how == "completed" and step.closed_at
    ]


def escalations(cases: Iterable[Case], scope: Scope, period: Period) -> dict[str, int]:
    """As `measures.escalations`."""
    matters = {
        (step.element_id, step.instance_id, step.opened_at)
        for case in _of(cases, scope)
        for step in case.steps.values()
        if step.element_id in LEVELS and period.begins_at <= step.opened_at < period.ends_at
    }
    return dict(sorted(Counter(LEVELS[element] for element, _, _ in matters).items()))


def deviations(
    cases: Iterable[Case], scope: Scope, period: Period, process_ids: Sequence[str]
) -> dict[str, int]:
    """As `measures.deviations`."""
    begun = [case for case in _of(cases, scope) if period.begins_at <= case.started_at < period.ends_at]
    return dict(Counter(str(case.kind or "") for case in begun if case.process_id in process_ids))


def refusals(cases: Iterable[Case], scope: Scope, period: Period) -> dict[str, int]:
    """As `measures.refusals`."""
    ended = [
        case
        for case in _of(cases, scope)
        if case.ended_at and not case.about_case and period.begins_at <= case.ended_at < period.ends_at
    ]
    return dict(Counter(case.reason for case in ended if case.reason and case.reason != "goals_met"))


def _of(cases: Iterable[Case], scope: Scope) -> list[Case]:
    return [
        case
        for case in cases
        if case.region_id == scope.region_id and (not scope.unit_ids or case.unit_id in scope.unit_ids)
    ]
