"""Deadlines in whole days: working days, and calendar days moved off free days.

Enters: the instant or day counted from, a number of days, a calendar. Leaves: the end of the last day, with
the days passed over (receipt rule, S3-042; lag 1930:173, 2 §). Also the two functions that FEEL calls
`working days` and `rolled days`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.deadlines.calendar import Calendar
from engine.deadlines.moments import Due, to_utc, whole_day

MOST_DAYS = 3660
"""Ten years. A longer count of days is a slip of the pen, and would walk day by day through millennia."""

_MOST_SKIPPED = (
    60  # days listed in an explanation: nobody reads on after that, and the list is kept with the timer
)


def after_working_days(start: date | datetime, n: int, calendar: Calendar) -> Due:
    """The end of the n-th working day after `start`.

    An instant after closing time, or anything on a free day, counts as the next working day, and counting
    begins after that. A date has no time of day and is never after closing. n = 0 is the end of the day it
    counts as. Raises ValueError unless n is 0 to 3660.
    """
    _check(n)
    day, clock = _local(start, calendar)
    after_closing = (
        calendar.is_working_day(day) and clock is not None and clock.time() > calendar.closing_time
    )
    counted_from = calendar.next_working_day(day) if after_closing else calendar.working_day_from(day)
    last = counted_from
    for _ in range(n):
        last = calendar.next_working_day(last)
    skipped = _skipped(day, last, calendar)
    explanation = {
        "rule": "working-days",
        "counted_from": counted_from.isoformat(),
        "after_closing": after_closing,
    }
    return whole_day(last, {**explanation, "n": n, **_shown(start, skipped, calendar)}, calendar)


def after_rolled_days(start: date | datetime, n: int, calendar: Calendar) -> Due:
    """The end of the n-th calendar day after `start`, or of the next working day if that day is free.

    The time of day of `start` does not matter. n = 0 is the end of that day itself, moved likewise. Raises
    ValueError unless n is 0 to 3660.
    """
    _check(n)
    day, _ = _local(start, calendar)
    try:
        nominal = day + timedelta(days=n)
    except OverflowError:
        raise ValueError("the last day lies after year 9999") from None
    last = calendar.working_day_from(nominal)
    skipped = _skipped(nominal, last, calendar)
    explanation = {"rule": "rolled-days", "counted_from": day.isoformat(), "after_closing": False}
    return whole_day(last, {**explanation, "n": n, **_shown(start, skipped, calendar)}, calendar)


def working_days(
    calendar: Calendar, told: Callable[[Due], None] | None = None
) -> Callable[[object, object], datetime]:
    """FEEL `working days(from, n)`: the aware UTC instant at which the deadline ends (24:00 local,
    exclusive).

    `from` is a date or a date and time (local where it has no zone), n a whole number from 0. `told` is
    handed the full `Due` at each call, so that a timer set by an expression can say how its date came
    about. The function raises ValueError.
    """
    return _feel("working days", after_working_days, calendar, told)


def rolled_days(
    calendar: Calendar, told: Callable[[Due], None] | None = None
) -> Callable[[object, object], datetime]:
    """FEEL `rolled days(from, n)`: like `working_days`, counting by `after_rolled_days`."""
    return _feel("rolled days", after_rolled_days, calendar, told)


def _feel(
    name: str,
    counted: Callable[[date | datetime, int, Calendar], Due],
    calendar: Calendar,
    told: Callable[[Due], None] | None,
) -> Callable[[object, object], datetime]:
    def function(from_: object, n: object) -> datetime:  # FEEL takes the names of parameters: `from` and `n`
        found = counted(_start(name, from_), _whole(name, n), calendar)
        if told is not None:
            told(found)
        return found.due_at

    return function


def _start(name: str, start: object) -> date | datetime:
    match start:
        case date():  # a datetime is one too
            return start
        case _:
            raise ValueError(
                f"{name}() counts from a date or a date and time, not from a {type(start).__name__}"
            )


def _whole(name: str, n: object) -> int:
    match n:
        case int() if not isinstance(n, bool):
            return n
        case Decimal() if n.is_finite() and n == n.to_integral_value():
            return int(n)
        case _:
            raise ValueError(f"{name}() needs a whole number of days")


def _check(n: int) -> None:
    if not 0 <= n <= MOST_DAYS:
        raise ValueError(f"a number of days is 0 to {MOST_DAYS}")


def _local(start: date | datetime, calendar: Calendar) -> tuple[date, datetime | None]:
    if isinstance(start, datetime):
        local = calendar.local(start)
        return local.date(), local
    return start, None


def _skipped(first: date, last: date, calendar: Calendar) -> list[dict[str, str]]:
    """The free days from `first` up to `last`, which is a working day."""
    skipped = []
    for ordinal in range(first.toordinal(), last.toordinal()):
        day = date.fromordinal(ordinal)
        why = calendar.why_free(day)
        if why is not None:
            name = calendar.holiday_name(day, "") if why == "holiday" else None
            skipped.append({"day": day.isoformat(), "why": why, **({"name": name} if name else {})})
    return skipped


def _shown(start: date | datetime, skipped: list[dict[str, str]], calendar: Calendar) -> dict[str, object]:
    shown: dict[str, object] = {"skipped": skipped[:_MOST_SKIPPED]}
    if len(skipped) > _MOST_SKIPPED:
        shown["skipped_more"] = len(skipped) - _MOST_SKIPPED
    if isinstance(start, datetime):
        shown["armed_at"] = to_utc(start, calendar).isoformat()
    return shown
