"""Durations that run on the wall calendar and the clock.

Enters: an instant and a length. Leaves: the instant one or more such lengths later. Years to days move on
the wall calendar (P1D is the same local time tomorrow, P1M from the 31st the last day of a shorter month);
hours and less are elapsed time, added last. Never looks at working days.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

from engine.deadlines import iso
from engine.deadlines.calendar import Calendar
from engine.deadlines.moments import to_utc


@runtime_checkable
class YearsAndMonths(Protocol):
    """A FEEL years-and-months duration, whichever class the room for expressions gives it."""

    @property
    def years(self) -> int: ...

    @property
    def months(self) -> int: ...


def length(value: object) -> iso.Duration:
    """`value` as months, days and clock time: ISO text, a `Duration`, or a FEEL duration; a timedelta's
    whole days are calendar days.

    Raises ValueError unless it is a duration longer than nothing.
    """
    match value:
        case str():
            read = iso.duration(value)
        case timedelta():
            read = iso.Duration(days=value.days, clock=value - timedelta(days=value.days))
        case iso.Duration():
            read = value
        case YearsAndMonths():
            read = iso.Duration(months=value.years * 12 + value.months)
        case _:
            raise ValueError(f"a timer needs a duration here, not a {type(value).__name__}")
    if read.months < 0 or read.days < 0 or read.clock < timedelta(0):
        raise ValueError("negative duration: a timer cannot end before it begins")
    if read == iso.Duration():
        raise ValueError("a duration of nothing: a timer must have something to wait for")
    return read


def later(at: datetime, every: iso.Duration, times: int, calendar: Calendar) -> datetime:
    """`at` and `times` lengths more, in UTC, counted in one step so that P1M does not drift from the 31st
    to the 28th.

    Raises ValueError if that lies after year 9999.
    """
    try:
        local = calendar.local(at)
        moved = local
        if every.months or every.days:
            day = _months_later(local.date(), every.months * times) + timedelta(days=every.days * times)
            moved = datetime.combine(day, local.time().replace(fold=0), calendar.zone)
        return to_utc(moved, calendar) + every.clock * times
    except OverflowError:
        raise ValueError("the duration ends after year 9999") from None


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    if day.year + years > date.max.year:
        raise OverflowError
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))
