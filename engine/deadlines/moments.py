"""Between the local wall clock and UTC, and the value that every deadline becomes.

Enters: local days and times, and the calendar whose zone they are in. Leaves: aware UTC instants, and
`Due`. A wall-clock time that is skipped when the clock is put forward counts with the offset before the
change (02:30 is 03:30 summer time); one that comes twice is the first (RFC 5545, 3.3.5). What lies outside
the years 1 to 9999 in UTC is the nearest instant inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.deadlines.calendar import Calendar

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a wait: `due_at` in UTC, `last_day` the local day people are shown, `explanation` in keys
    and ISO values.

    A deadline that is a whole day ends at 24:00 local, exclusive: `due_at` is the first instant of the next
    day. The explanation can be written as JSON. Always in it: `rule` (clock, wall-calendar, working-days,
    rolled-days or date) and `zone`, and `armed_at` where it was counted from an instant. For the two day
    rules also `n`, `counted_from` (counting began with the day after it), `after_closing`, `skipped` (list
    of {day, why, name?}; why is weekend, holiday or closing-day, name in the country's language) and, if
    that list was cut, `skipped_more` (how many). For a duration also `duration`; for a cycle `occurrence`
    (from 1) and `times` (None: no end).
    """

    due_at: datetime
    last_day: date
    explanation: Mapping[str, object]


def ending_at(at: datetime, calendar: Calendar, explanation: Mapping[str, object]) -> Due:
    """A `Due` at `at`, shown as the day it falls on; an end at local midnight belongs to the day before."""
    local = calendar.local(at)
    day = local.date()
    if local.time() == time(0) and day > date.min:
        day -= timedelta(days=1)
    return Due(at, day, {**explanation, "zone": calendar.zone.key})


def whole_day(day: date, explanation: Mapping[str, object], calendar: Calendar) -> Due:
    """A `Due` at the end of the local `day`."""
    return Due(end_of_day(day, calendar), day, {**explanation, "zone": calendar.zone.key})


def end_of_day(day: date, calendar: Calendar) -> datetime:
    """The instant at which the local `day` is over: 24:00, exclusive."""
    return LAST if day == date.max else start_of_day(day + timedelta(days=1), calendar)


def start_of_day(day: date, calendar: Calendar) -> datetime:
    """The instant at which the local `day` begins."""
    return to_utc(datetime.combine(day, time(0)), calendar)


def to_utc(at: datetime, calendar: Calendar) -> datetime:
    """`at` in UTC; without a zone it is a wall-clock time of the calendar's zone."""
    local = at if at.tzinfo is not None else at.replace(tzinfo=calendar.zone)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return FIRST if at.year == 1 else LAST


def require_aware(at: datetime) -> None:
    """Refuse an instant without a zone where one of the engine's own is meant. Raises ValueError."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
