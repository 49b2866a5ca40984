"""Figures of a region for those who see many cases and none of them: counts, and no count so small that it tells of somebody.

What following up the co-operation asks for (S3-080): how many, how long it took, receipts, refusals, deviations, goals reached.

Enters: a region and a day. Leaves: counts, None below `guarded.LEAST`. Never a case, a name, a unit or a sum from which a
protected count could be worked out. Test cases count nowhere. Read from what is open and what happened, each time anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, case, func, select, text, type_coerce

from engine.reads import guarded, measures
from engine.records import tables as t
from engine.status import TO_DO, TaskStatus

RECEIPTS = measures.KEPT["receipts"]
"""The steps in which a unit says that it has got an initiative or a summons, as everywhere where receipts are counted."""


_OPEN = text("tasks.status IN ('open', 'claimed')")
"""As the partial indexes have it, word for word, so that what is over is not walked."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many of one kind; None where there are fewer than `guarded.LEAST`, or where that could be worked out."""

    key: str
    number: int | None


def open_cases(tx: Connection, region_id: str) -> list[Count]:
    """Running cases about a person, by routine (process id)."""
    c = t.cases.c
    query = select(c.process_id, func.count()).where(
        _of(region_id), c.ended_at.is_(None), c.subject_id.is_not(None)
    )
    return _told(_counted(tx, query.group_by(c.process_id)))


def waiting_acknowledgements(tx: Connection, region_id: str) -> list[Count]:
    """Open tasks to acknowledge an initiative or a summons, by the principal (id) whose units are asked."""
    tasks = t.tasks.c
    query = _open_tasks(region_id, tasks.principal_id).where(tasks.element_id.in_(RECEIPTS))
    return _told(_counted(tx, query.group_by(tasks.principal_id)))


def overdue_by_step(tx: Connection, region_id: str, *, today: date) -> list[Count]:
    """Open tasks whose last day has passed, by the name of the step."""
    tasks = t.tasks.c
    query = _open_tasks(region_id, tasks.name).where(tasks.due_on < today)
    return _told(_counted(tx, query.group_by(tasks.name)))


def plans_per_month(
    tx: Connection, region_id: str, zone: ZoneInfo, *, since: date, today: date
) -> list[tuple[date, int | None]]:
    """Cases that got their first plan, by the first day of each month from `since` to `today`, the newest first."""
    papers = t.documents.c
    query = select(papers.issued_at).join(t.cases, t.cases.c.id == papers.case_id)
    query = query.where(
        _of(region_id),
        papers.kind == "plan",
        papers.version == 1,
        papers.issued_at >= datetime.combine(since, time(), zone),
    )
    made = Counter(at.astimezone(zone).date().replace(day=1) for at in tx.execute(query).scalars())
    months = {month.isoformat(): month for month in _months(since, today)}
    unsaid = guarded.hidden({key: made[month] for key, month in months.items()})
    return [(month, None if key in unsaid else made[month]) for key, month in months.items()]


def deviations_by_kind(
    tx: Connection, region_id: str, process_ids: Iterable[str], *, since: datetime
) -> list[Count]:
    """Deviations that were reported, by the kind that was chosen."""
    c, values = t.cases.c, t.case_values.c
    query = select(values.value).join(t.cases, c.id == values.case_id)
    query = query.where(
        _of(region_id),
        c.process_id.in_(sorted(process_ids)),
        c.started_at >= since,
        values.scope == "",
        values.name == "kind",
    )
    return _told(Counter(str(one) for one in tx.execute(query).scalars()))


def receipts(tx: Connection, region_id: str, *, since: datetime, now: datetime) -> list[Count]:
    """Initiatives and summonses that arrived since then, by whether the unit said in time that it had got them: `in_time`, `late`.

    One that is open after its last instant is late; one that is open before it, or was taken back, counts nowhere.
    """
    tasks = t.tasks.c
    done, too_late = tasks.status == TaskStatus.COMPLETED, tasks.closed_at > tasks.due_at
    late = case(
        (done, case((too_late, 1), else_=0)), (and_(tasks.status.in_(TO_DO), tasks.due_at < now), 1), else_=0
    )
    query = select(func.sum(case((done, 1), else_=0) * (1 - late)), func.sum(late)).join(
        t.cases, t.cases.c.id == tasks.case_id
    )
    in_time, behind = tx.execute(
        query.where(_of(region_id), tasks.element_id.in_(RECEIPTS), tasks.opened_at >= since)
    ).one()
    return _guarded({"in_time": int(in_time or 0), "late": int(behind or 0)}, ("in_time", "late"))


def refusals(tx: Connection, region_id: str, *, since: datetime) -> list[Count]:
    """Cases in which a plan was refused since then, by routine (process id). A person who does not want one is refused nothing."""
    papers, c = t.documents.c, t.cases.c
    query = select(c.id, c.process_id, papers.content).join(t.cases, c.id == papers.case_id)
    query = query.where(_of(region_id), papers.kind == "refusal_note", papers.issued_at >= since)
    refused = {
        row.id: row.process_id
        for row in tx.execute(query)
        if isinstance(row.content, Mapping) and not row.content.get("declined_on")
    }
    return _told(Counter(refused.values()))


LEAD_TIMES = (("month", timedelta(days=30)), ("two_months", timedelta(days=60)))
"""How long it took from the beginning of a case to its first plan, at most; what took longer is `longer`."""


def lead_times(tx: Connection, region_id: str, *, since: datetime) -> list[Count]:
    """Cases that got their first plan since then, by how long it took: `month` (30 days), `two_months` (60), `longer`."""
    papers = t.documents.c
    query = select(papers.issued_at, t.cases.c.started_at).join(t.cases, t.cases.c.id == papers.case_id)
    query = query.where(_of(region_id), papers.kind == "plan", papers.version == 1, papers.issued_at >= since)
    found = Counter(
        next((key for key, most in LEAD_TIMES if issued - started <= most), "longer")
        for issued, started in tx.execute(query)
    )
    return _guarded(found, (*(key for key, _ in LEAD_TIMES), "longer"))


GOOD = frozenset({"met", "reached"})
"""What forms call a goal that was reached."""


def goals_reached(tx: Connection, region_id: str, *, since: datetime) -> list[Count]:
    """Plans that were followed up or evaluated since then, by how the newest of it found their goals: `all` reached, `some`, `none`.

    Plans and not goals are counted: five goals may be one person's.
    """
    papers = t.documents.c
    written = type_coerce(papers.content, Text).label(
        "written"
    )  # whose instants nobody asks for: read as plain JSON
    query = select(papers.case_id, written).join(t.cases, t.cases.c.id == papers.case_id)
    query = query.where(
        _of(region_id), papers.kind.in_(["evaluation", "follow_up_note"]), papers.issued_at >= since
    )
    newest = {row.case_id: row.written for row in tx.execute(query.order_by(papers.issued_at))}
    found = Counter(reached for one in newest.values() if (reached := _reached(json.loads(one))))
    return _guarded(found, ("all", "some", "none"))


def _reached(content: object) -> str:
    goals = content.get("goals") if isinstance(content, Mapping) else None
    if not isinstance(goals, list):
        return ""
    rows = [one for one in goals if isinstance(one, Mapping)]
    states = [str(one.get("goal_result") or one.get("state")) in GOOD for one in rows]
    if not states:
        return ""
    return "all" if all(states) else "some" if any(states) else "none"


def _guarded(counted: Mapping[str, int], keys: Sequence[str]) -> list[Count]:
    """Every key in its order, also those that nothing has."""
    whole = {key: counted.get(key, 0) for key in keys}
    unsaid = guarded.hidden(whole)
    return [Count(key, None if key in unsaid else number) for key, number in whole.items()]


def _of(region_id: str) -> ColumnElement[bool]:
    return and_(t.cases.c.region_id == region_id, t.cases.c.is_test.is_(False))


def _open_tasks(region_id: str, key: ColumnElement[str]) -> Select[str, int]:
    query = select(key, func.count()).join(t.cases, t.cases.c.id == t.tasks.c.case_id)
    return query.where(_of(region_id), _OPEN)


def _counted(tx: Connection, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in tx.execute(query)}


def _told(counted: Mapping[str, int]) -> list[Count]:
    """The largest first; those that are not told last, in an order that tells nothing of their size."""
    return [Count(*row) for row in guarded.counts(counted)]


def _months(first: date, last: date) -> list[date]:
    found, month = [], last.replace(day=1)
    while month >= first.replace(day=1):
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found
