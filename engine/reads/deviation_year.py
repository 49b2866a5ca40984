"""A year's deviations for a report that leaves the units: how many, of what kind, how they ended, how soon they were answered (S3-080).

Enters: a scope and a period. Leaves: numbers that have gone through `guarded`; never a deviation, a person or a word that anybody wrote.
Test cases count nowhere. What is told of a whole adds up to it, and each part is large enough to be told.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, Select, select

from engine.reads import deviations, guarded
from engine.reads.guarded import LEAST, Share
from engine.reads.measures import LEVELS, Period, Scope
from engine.records import tables as t
from engine.status import TO_DO, TaskStatus

Parts = list[tuple[tuple[str, ...], int]]
"""Keys told together, and how many; empty where none may be told."""
ANSWER = "answer_deviation"


@dataclass(frozen=True, slots=True)
class Side:
    """Deviations seen from one side: those that the scope's units reported, or those sent to them.

    `total` is None where there are too few; then nothing else is told. `counterparts` are units: whom it is about, or who reported it.
    `levels` is how far it was lifted ('0' not at all, '4' the forum), `beginnings` whether Samordna drafted it or somebody did,
    `measures` what the answers promise. Times are days from when it was sent until it was answered.
    """

    total: int | None = None
    kinds: Parts | None = None
    statuses: Parts | None = None
    counterparts: Parts | None = None
    severities: Parts | None = None
    levels: Parts | None = None
    beginnings: Parts | None = None
    measures: Parts | None = None
    answered: int | None = None
    median_days: float | None = None
    ninth_days: float | None = None
    in_time: Share | None = None


@dataclass(slots=True)
class _Known:
    """What is known of one deviation while it is counted."""

    unit_id: str
    ended: bool
    steps: list[Any]
    values: dict[str, object]


def reported(
    tx: Connection, scope: Scope, process_ids: Sequence[str], period: Period, *, now: datetime
) -> Side:
    """Those that the scope's units reported and that began within the period; of a region all there are."""
    own = t.cases.c.unit_id.in_(scope.unit_ids) if scope.unit_ids else t.cases.c.region_id == scope.region_id
    found = _known(tx, _chosen(scope, process_ids, period).where(own))
    return _side(found, lambda one: str(one.values.get("about_unit") or ""), now)


def received(
    tx: Connection, scope: Scope, process_ids: Sequence[str], period: Period, *, now: datetime
) -> Side:
    """Those that began within the period and were sent to the scope's units; of a region all that were sent."""
    sent = deviations.sent_to(scope.unit_ids) if scope.unit_ids else deviations.sent_anywhere()
    found = _known(tx, _chosen(scope, process_ids, period).where(t.cases.c.id.in_(sent)))
    return _side(found, lambda one: one.unit_id, now)


def _chosen(scope: Scope, process_ids: Sequence[str], period: Period) -> Select[Any]:
    c = t.cases.c
    return select(c.id, c.unit_id, c.ended_at).where(
        c.process_id.in_(process_ids), c.about_case_id.is_not(None), c.is_test.is_(False), c.region_id == scope.region_id,
        c.started_at >= period.begins_at, c.started_at < period.ends_at,
    )  # fmt: skip


def _known(tx: Connection, chosen: Select[Any]) -> list[_Known]:
    found = {row.id: _Known(row.unit_id, row.ended_at is not None, [], {}) for row in tx.execute(chosen)}
    tasks, values = t.tasks.c, t.case_values.c
    within = chosen.with_only_columns(t.cases.c.id)
    steps = select(
        tasks.case_id, tasks.element_id, tasks.status, tasks.opened_at, tasks.closed_at, tasks.due_at
    ).where(tasks.case_id.in_(within))
    for row in tx.execute(steps):
        found[row.case_id].steps.append(row)
    names = ("kind", "about_unit", "severity", "drafted", "deviation_measure", "deviation_measure_on")
    chose = select(values.case_id, values.name, values.value).where(
        values.case_id.in_(within), values.scope == "", values.name.in_(names)
    )
    for case_id, name, value in tx.execute(chose):
        found[case_id].values[name] = value
    return list(found.values())


def _side(found: Sequence[_Known], counterpart: Callable[[_Known], str], now: datetime) -> Side:
    if len(found) < LEAST:
        return Side()
    answers = [(one, took) for one in found if (took := _answered(one)) is not None]
    days = sorted(took for _, took in answers)
    enough = len(days) >= LEAST
    return Side(
        total=len(found),
        kinds=_parted(str(one.values.get("kind") or "") for one in found),
        statuses=_parted(_status(one) for one in found),
        counterparts=_parted(map(counterpart, found)),
        severities=_parted(str(one.values.get("severity") or "") for one in found),
        levels=_parted(map(_level, found)),
        beginnings=_parted("drafted" if one.values.get("drafted") is True else "written" for one in found),
        measures=_parted(_measure(one) for one, _ in answers),
        answered=len(days) if enough else None,
        median_days=median(days) if enough else None,
        ninth_days=days[math.ceil(len(days) * 0.9) - 1] if len(days) >= 2 * LEAST else None,
        in_time=_in_time(found, now),
    )


def _parted(keys: Iterable[str]) -> Parts:
    return guarded.parted(Counter(keys))


def _status(one: _Known) -> str:
    return deviations.status([step.element_id for step in one.steps if step.status in TO_DO], ended=one.ended)


def _level(one: _Known) -> str:
    return max((LEVELS[step.element_id] for step in one.steps if step.element_id in LEVELS), default="0")


def _measure(one: _Known) -> str:
    if not one.values.get("deviation_measure"):
        return "none"
    return "with_day" if one.values.get("deviation_measure_on") else "without_day"


def _answered(one: _Known) -> float | None:
    """Days from when it was sent until it was answered."""
    sent = [step.opened_at for step in one.steps if step.element_id in deviations.ASKED]
    done = [
        step.closed_at
        for step in one.steps
        if step.element_id == ANSWER and step.status == TaskStatus.COMPLETED
    ]
    return (max(done) - min(sent)) / timedelta(days=1) if done else None


def _in_time(found: Sequence[_Known], now: datetime) -> Share | None:
    """Answers given by the last day, of all given and all whose last day has passed."""
    due = [
        step for one in found for step in one.steps if step.element_id == ANSWER and step.due_at is not None
    ]
    done = [step for step in due if step.status == TaskStatus.COMPLETED]
    over = [step for step in due if step.status in TO_DO and step.due_at < now]
    share = Share((), sum(step.closed_at <= step.due_at for step in done), len(done) + len(over))
    return share if guarded.tellable(share) else None
