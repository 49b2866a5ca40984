"""What following up the co-operation asks for (S3-080), counted anew from what is remembered: shares in time, lengths of time, kinds.

Enters: a scope (units, or a region) and a period of local days. Leaves: raw counts by unit and day, never a case or a name: they go through
`guarded` before anybody is told. Test cases count nowhere. Each question is one statement that walks an index of its own kind and period,
so that its cost follows the period and not all that is remembered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, or_, select
from sqlalchemy import case as sql_case

from engine.records import tables as t
from engine.status import TO_DO, TaskStatus

KEPT = {
    "receipts": (
        "acknowledge_initiative", "acknowledge_summons", "acknowledge_addition", "acknowledge_lss_notice", "answer_call",
        "confirm_participation",
    ),
    "plans": ("draw_up_plan", "draw_up_lss_plan"),
    "follow_ups": ("follow_up",),
    "reviews": ("evaluate_goal", "evaluate_plan", "review_lss_plan"),
    "answers": ("answer_deviation",),
}  # fmt: skip
"""Measure -> the steps whose last day is to be kept, named alike in every region (`processes/README.md`)."""
LENGTHS = ("to_initiative", "to_meeting", "to_plan", "to_answer")
LEVELS = {
    "settle_at_level_1": "1", "settle_at_level_2": "2", "settle_at_level_3": "3", "bring_to_forum": "4",
    "agree_between_leaders": "1", "settle_in_coordinating_unit": "2", "hold_clarifying_meeting": "3",
}  # fmt: skip
"""Step of an escalation -> its level; 4 is the forum."""
FIRST_WORD = ("initiative",)
"""Kinds of the message with which a need is told to another unit."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: a region's, and of it only these units where they are named."""

    region_id: str
    unit_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last local day, both within."""

    since: date
    until: date
    zone: ZoneInfo

    @property
    def begins_at(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.since, time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.until + timedelta(days=1), time(), self.zone)

    @property
    def before(self) -> Period:
        """As many days just before."""
        days = (self.until - self.since).days + 1
        return Period(self.since - timedelta(days=days), self.since - timedelta(days=1), self.zone)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many steps had their last day at a unit on a day, and how many of those were done by then; `asked_by` keeps the case."""

    unit_id: str
    asked_by: str
    due_on: date
    hits: int
    total: int


def kept(
    tx: Connection, measure: str, scope: Scope, period: Period, *, now: datetime, asked: bool = False
) -> list[Kept]:
    """Steps of a measure whose last day is within the period, by unit, by who asked, and by day.

    Counted: those done, and those still open when their last instant has passed. One taken back counts nowhere. With `asked` the scope's
    units are those that keep the case and wait for somebody else; else those that are to do the step.
    """
    tasks, cases = t.tasks.c, t.cases.c
    hit = and_(tasks.status == TaskStatus.COMPLETED, tasks.closed_at <= tasks.due_at)
    over = or_(tasks.status == TaskStatus.COMPLETED, and_(tasks.status.in_(TO_DO), tasks.due_at < now))
    query = (
        select(tasks.unit_id, cases.unit_id, tasks.due_on, func.sum(sql_case((hit, 1), else_=0)), func.count())
        .join(t.cases, cases.id == tasks.case_id)
        .where(
            tasks.element_id.in_(KEPT[measure]), tasks.due_on >= period.since, tasks.due_on <= period.until,
            over, cases.is_test.is_(False), cases.region_id == scope.region_id,
        )
        .group_by(tasks.unit_id, cases.unit_id, tasks.due_on)
    )  # fmt: skip
    if scope.unit_ids and asked:
        query = query.where(cases.unit_id.in_(scope.unit_ids), tasks.unit_id.not_in(scope.unit_ids))
    elif scope.unit_ids:
        query = query.where(tasks.unit_id.in_(scope.unit_ids))
    return [Kept(row[0], row[1], row[2], int(row[3]), row[4]) for row in tx.execute(query)]


@dataclass(frozen=True, slots=True)
class Length:
    """One case's way from one thing to another: at which unit, on which day it ended, and how many days it took."""

    unit_id: str
    ended_on: date
    days: float


def lengths(tx: Connection, measure: str, scope: Scope, period: Period, *, now: datetime) -> list[Length]:
    """Ways that ended within the period: `to_initiative` from when the case began, `to_meeting` from the first initiative (the case's
    beginning where none was needed), `to_plan` from the meeting (the beginning where there was none), `to_answer` of a deviation.
    """
    found = {
        "to_initiative": _to_initiative,
        "to_meeting": _to_meeting,
        "to_plan": _to_plan,
        "to_answer": _to_answer,
    }[measure]
    rows = found(tx, scope, period, now)
    days = timedelta(days=1)
    return [
        Length(unit, ended.astimezone(period.zone).date(), (ended - began) / days)
        for unit, began, ended in rows
        if ended >= began
    ]


Way = tuple[str, datetime, datetime]


def _to_initiative(tx: Connection, scope: Scope, period: Period, _now: datetime) -> list[Way]:
    c, sent = t.cases.c, t.messages.c
    is_word = sent.kind.in_(FIRST_WORD)
    near = select(sent.case_id).where(
        is_word, sent.sent_at >= period.begins_at, sent.sent_at < period.ends_at
    )
    of = _earliest(sent.case_id, sent.sent_at, and_(is_word, sent.case_id.in_(near)), period, period.ends_at)
    query = select(c.unit_id, c.started_at, of.c.at).join(t.cases, c.id == of.c.case_id).where(_of(scope))
    return [(unit, began, at) for unit, began, at in tx.execute(query)]


def _earliest(
    case_id: ColumnElement[str], at: ColumnElement[datetime], which: ColumnElement[bool], period: Period, until: datetime
) -> Subquery:  # fmt: skip
    """Of each case the earliest of such rows, where it is within the period and before `until`."""
    first = func.min(at).label("at")
    query = select(case_id, first).where(which).group_by(case_id)
    return query.having(first >= period.begins_at, first < until).subquery()


def _to_meeting(tx: Connection, scope: Scope, period: Period, now: datetime) -> list[Way]:
    """To the first meeting that was not moved or cancelled."""
    c, meetings, sent = t.cases.c, t.meetings.c, t.messages.c
    first_word = (
        select(func.min(sent.sent_at))
        .where(sent.case_id == c.id, sent.kind.in_(FIRST_WORD))
        .scalar_subquery()
    )
    near = select(meetings.case_id).where(
        meetings.starts_at >= period.begins_at, meetings.starts_at < period.ends_at
    )
    held = and_(meetings.case_id.in_(near), meetings.status.not_in(["moved", "cancelled"]))
    of = _earliest(meetings.case_id, meetings.starts_at, held, period, min(period.ends_at, now))
    query = select(c.unit_id, c.started_at, first_word, of.c.at).join(t.cases, c.id == of.c.case_id)
    query = query.where(_of(scope))
    return [(unit, word or began, met) for unit, began, word, met in tx.execute(query)]


def _to_plan(tx: Connection, scope: Scope, period: Period, _now: datetime) -> list[Way]:
    c, papers, meetings = t.cases.c, t.documents.c, t.meetings.c
    met = select(func.max(meetings.starts_at)).where(
        meetings.case_id == c.id,
        meetings.status.not_in(["moved", "cancelled"]),
        meetings.starts_at < papers.issued_at,
    )
    query = select(c.unit_id, c.started_at, met.scalar_subquery(), papers.issued_at).join(
        t.cases, c.id == papers.case_id
    )
    query = query.where(
        _of(scope),
        papers.kind == "plan",
        papers.version == 1,
        papers.issued_at >= period.begins_at,
        papers.issued_at < period.ends_at,
    )
    return [(unit, met_at or began, issued) for unit, began, met_at, issued in tx.execute(query)]


def _to_answer(tx: Connection, scope: Scope, period: Period, _now: datetime) -> list[Way]:
    tasks, c = t.tasks.c, t.cases.c
    query = select(tasks.unit_id, c.started_at, tasks.closed_at).join(t.cases, c.id == tasks.case_id)
    query = query.where(
        tasks.element_id.in_(KEPT["answers"]), tasks.status == TaskStatus.COMPLETED, c.is_test.is_(False), c.region_id == scope.region_id,
        tasks.closed_at >= period.begins_at, tasks.closed_at < period.ends_at,
    )  # fmt: skip
    if scope.unit_ids:
        query = query.where(tasks.unit_id.in_(scope.unit_ids))
    return [(row[0], row[1], row[2]) for row in tx.execute(query)]


def escalations(tx: Connection, scope: Scope, period: Period) -> dict[str, int]:
    """How many matters were lifted to each level within the period. A level asks both sides at once, which is one matter."""
    tasks, c = t.tasks.c, t.cases.c
    matters = (
        select(tasks.element_id, tasks.instance_id, tasks.opened_at)
        .distinct()
        .join(t.cases, c.id == tasks.case_id)
    )
    matters = matters.where(
        _of(scope),
        tasks.element_id.in_(sorted(LEVELS)),
        tasks.opened_at >= period.begins_at,
        tasks.opened_at < period.ends_at,
    )
    of = matters.subquery()
    found: Counter[str] = Counter()
    for element_id, number in tx.execute(select(of.c.element_id, func.count()).group_by(of.c.element_id)):
        found[LEVELS[element_id]] += number
    return dict(sorted(found.items()))


def deviations(tx: Connection, scope: Scope, period: Period, process_ids: Sequence[str]) -> dict[str, int]:
    """How many deviations began within the period, by the kind that was chosen ('' where none is yet)."""
    c, values = t.cases.c, t.case_values.c
    chosen = and_(values.case_id == c.id, values.scope == "", values.name == "kind")
    query = select(values.value).select_from(t.cases.outerjoin(t.case_values, chosen))
    query = query.where(
        _of(scope),
        c.process_id.in_(process_ids),
        c.started_at >= period.begins_at,
        c.started_at < period.ends_at,
    )
    return dict(Counter(str(one or "") for one in tx.execute(query).scalars()))


def refusals(tx: Connection, scope: Scope, period: Period) -> dict[str, int]:
    """Cases about a person that ended within the period without a plan being carried through, by the reason they were closed for."""
    c = t.cases.c
    query = select(c.close_reason, func.count()).where(
        _of(scope), c.about_case_id.is_(None), c.close_reason.is_not(None), c.close_reason != "goals_met",
        c.ended_at >= period.begins_at, c.ended_at < period.ends_at,
    )  # fmt: skip
    return {row[0]: row[1] for row in tx.execute(query.group_by(c.close_reason))}


def by_unit(rows: Iterable[Kept]) -> dict[str, tuple[int, int]]:
    """Hits and total of each unit that was to do the step."""
    return _summed((one.unit_id, one) for one in rows)


def by_asker(rows: Iterable[Kept]) -> dict[str, tuple[int, int]]:
    """Hits and total by the unit that keeps the case."""
    return _summed((one.asked_by, one) for one in rows)


def by_day(rows: Iterable[Kept]) -> dict[date, tuple[int, int]]:
    """Hits and total of each last day."""
    found: dict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in rows:
        found[one.due_on] = (found[one.due_on][0] + one.hits, found[one.due_on][1] + one.total)
    return dict(sorted(found.items()))


def _summed(rows: Iterable[tuple[str, Kept]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, one in rows:
        found[key] = (found[key][0] + one.hits, found[key][1] + one.total)
    return dict(found)


def _of(scope: Scope) -> ColumnElement[bool]:
    kept_by = (
        t.cases.c.unit_id.in_(scope.unit_ids) if scope.unit_ids else t.cases.c.region_id == scope.region_id
    )
    return and_(t.cases.c.region_id == scope.region_id, kept_by, t.cases.c.is_test.is_(False))
