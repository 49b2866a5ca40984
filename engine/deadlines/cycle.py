"""Timers that fire again: `R3/PT1H`, `R/P1D`, `R3/2026-12-24T12:00:00+01:00/P1D`.

Enters: the cycle, when it was armed, and the instant after which the next firing is wanted. Leaves: that
firing, or None when none is left. Every firing is counted from the beginning, so neither a late heartbeat
nor a short month makes it drift.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.deadlines import iso
from engine.deadlines.calendar import Calendar
from engine.deadlines.elapsed import later
from engine.deadlines.elapsed import length as checked
from engine.deadlines.moments import FIRST, Due, ending_at, require_aware, start_of_day, to_utc

SHORTEST = timedelta(seconds=1)
"""A cycle may not be shorter: one without end would keep the heartbeat from ever coming to rest."""

_INSTANT = timedelta(microseconds=1)


def next_cycle(value: str, *, armed_at: datetime, after: datetime, calendar: Calendar) -> Due | None:
    """The first firing later than `after`, or None if none is left.

    The firings are the first `times` of a fixed row: `armed_at` plus one length, two lengths ...; with a
    start, the start itself, one length later ..., leaving out those before `armed_at`. After a firing pass
    `after=now`: what was missed during downtime is passed over and counts as used, so nobody gets ten
    reminders at once. To make up for each, pass the last `due_at`. Both instants are aware. Raises
    ValueError for anything but a repetition of at least a second.
    """
    require_aware(armed_at)
    require_aware(after)
    repetition = iso.repetition(value)
    every = checked(repetition.every)
    if not every.months and not every.days and every.clock < SHORTEST:
        raise ValueError("a cycle must be at least a second long")
    first = _first_step(repetition, every, armed_at, calendar)
    step = max(first, _step_after(_origin(repetition, armed_at, calendar), every, after, calendar))
    occurrence = step - first + 1
    if repetition.times is not None and occurrence > repetition.times:
        return None
    at = _at(_origin(repetition, armed_at, calendar), every, step, calendar)
    if at is None:
        return None
    explanation = {
        "rule": "wall-calendar" if every.months or every.days else "clock",
        "duration": iso.written(every),
        "armed_at": armed_at.isoformat(),
        "occurrence": occurrence,
        "times": repetition.times,
    }
    return ending_at(at, calendar, explanation)


def _origin(repetition: iso.Repetition, armed_at: datetime, calendar: Calendar) -> datetime:
    if repetition.start is None:
        return to_utc(armed_at, calendar)
    if isinstance(repetition.start, datetime):
        return to_utc(repetition.start, calendar)
    return start_of_day(repetition.start, calendar)


def _first_step(
    repetition: iso.Repetition, every: iso.Duration, armed_at: datetime, calendar: Calendar
) -> int:
    """The number of lengths from the origin to the first firing."""
    if repetition.start is None:
        return 1
    just_before = max(armed_at, FIRST + _INSTANT) - _INSTANT
    return _step_after(_origin(repetition, armed_at, calendar), every, just_before, calendar)


def _step_after(origin: datetime, every: iso.Duration, after: datetime, calendar: Calendar) -> int:
    """The smallest number of lengths, 0 or more, that leads past `after`; found by doubling, then halving."""

    def past(step: int) -> bool:
        at = _at(origin, every, step, calendar)
        return at is None or at > after

    if past(0):
        return 0
    high = 1
    while not past(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if past(middle) else (middle, high)
    return high


def _at(origin: datetime, every: iso.Duration, step: int, calendar: Calendar) -> datetime | None:
    try:
        return later(origin, every, step, calendar) if step else origin
    except ValueError:
        return None
