"""Calendar built-ins: now, today, and where a day stands in its year, month and week."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from engine.expressions import temporal
from engine.expressions.registry import builtin
from engine.expressions.scope import State
from engine.expressions.temporal import AnyDate, AnyDateTime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@builtin("now")
def now(state: State) -> datetime:
    """The instant handed to the evaluation; the wall clock in UTC only when none was. It stands still during one."""
    if state.now is None:
        state.now = datetime.now(UTC)
    return state.now


@builtin("today")
def today(state: State) -> date:
    return now(state).date()


@builtin("day of year", "date: date")
def day_of_year(day: AnyDate | AnyDateTime) -> Decimal:
    return Decimal(temporal.days_of(day) - temporal.day_number(day.year, 1, 1) + 1)


@builtin("day of week", "date: date")
def day_of_week(day: AnyDate | AnyDateTime) -> str:
    return _DAYS[(temporal.days_of(day) + 3) % 7]


@builtin("month of year", "date: date")
def month_of_year(day: AnyDate | AnyDateTime) -> str:
    return _MONTHS[day.month - 1]


@builtin("week of year", "date: date")
def week_of_year(day: AnyDate | AnyDateTime) -> Decimal:
    """The ISO 8601 week number: the week belongs to the year that holds its Thursday."""
    thursday = temporal.days_of(day) - (temporal.days_of(day) + 3) % 7 + 3
    year, _, _ = temporal.civil(thursday)
    return Decimal((thursday - temporal.day_number(year, 1, 1)) // 7 + 1)
