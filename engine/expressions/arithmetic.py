"""`+ - * / **` and negation over numbers, texts, dates, times and durations (DMN 1.5, tables 53 to 58).

Enters: two FEEL values. Leaves: a value, or None where the standard gives no result.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException, DivisionByZero

from . import messages, temporal
from .budget import MAX_STRING, LimitExceeded
from .temporal import BigDate, FineDateTime, FineDuration, FineTime, YearsMonths
from .values import DECIMAL, plain

_DATETIMES = (datetime, FineDateTime)
_DATES = (date, BigDate)
_TIMES = (time, FineTime)
_DURATIONS = (timedelta, FineDuration)
_MAX_NANOS = temporal.DAY * 366 * 10**9


def add(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_STRING:
            raise LimitExceeded(messages.TEXT_TOO_LARGE)
        return left + right
    if isinstance(right, (YearsMonths, *_DURATIONS)):
        return _longer(left, right, 1)
    if isinstance(left, (YearsMonths, *_DURATIONS)) and isinstance(right, (*_DATES, *_DATETIMES, *_TIMES)):
        return add(right, left)
    return None


def _longer(left: object, length: YearsMonths | timedelta | FineDuration, sign: int) -> object:
    """`left` plus (sign 1) or minus (sign -1) a duration."""
    if (
        type(left) is date
        and type(length) is timedelta
        and abs(length.days) < 1_000_000
        and 1000 < left.year < 5000
    ):
        return left + length * sign  # the common case, on the short way: whole days, rounded down
    if isinstance(length, YearsMonths):
        months = sign * length.total
        return _months(left.total + months) if isinstance(left, YearsMonths) else _plus_months(left, months)
    nanos = sign * temporal.duration_nanos(length)
    return (
        _nanos(temporal.duration_nanos(left) + nanos) if isinstance(left, _DURATIONS) else _plus(left, nanos)
    )


def subtract(left: object, right: object) -> object:
    if isinstance(right, (YearsMonths, *_DURATIONS)):
        return _longer(left, right, -1)
    if isinstance(left, _TIMES) and isinstance(right, _TIMES):
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
        return _nanos(temporal.time_value(left) - temporal.time_value(right))
    first, second = _as_datetimes(left, right)
    if first is None or second is None or (first.tzinfo is None) != (second.tzinfo is None):
        return None
    return _nanos(temporal.instant(first) - temporal.instant(second))


def multiply(left: object, right: object) -> object:
    if isinstance(left, Decimal):
        left, right = right, left
    if not isinstance(right, Decimal):
        return None
    if isinstance(left, YearsMonths):
        return _months(_whole(DECIMAL.multiply(Decimal(left.total), right)))
    if isinstance(left, _DURATIONS):
        return _nanos(_whole(DECIMAL.multiply(Decimal(temporal.duration_nanos(left)), right)))
    return None


def divide(left: object, right: object) -> object:
    if isinstance(left, YearsMonths) and isinstance(right, Decimal):
        return _months(_whole(DECIMAL.divide(Decimal(left.total), right)))
    if isinstance(left, _DURATIONS) and isinstance(right, Decimal):
        return _nanos(_whole(DECIMAL.divide(Decimal(temporal.duration_nanos(left)), right)))
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return DECIMAL.divide(Decimal(left.total), Decimal(right.total))
    if isinstance(left, _DURATIONS) and isinstance(right, _DURATIONS):
        return DECIMAL.divide(Decimal(temporal.duration_nanos(left)), Decimal(temporal.duration_nanos(right)))
    return None


def power(left: object, right: object) -> object:
    return None


def negate(value: object) -> object:
    if isinstance(value, Decimal):
        return value.copy_negate() if value else value.copy_abs()
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.total)
    if isinstance(value, _DURATIONS):
        return _nanos(-temporal.duration_nanos(value))
    return None


def _power(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        return Decimal(1)
    if not left and right < 0:
        raise DivisionByZero
    return DECIMAL.power(left, right)


Operation = Callable[[object, object], object]
NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": DECIMAL.add,
    "-": DECIMAL.subtract,
    "*": DECIMAL.multiply,
    "/": DECIMAL.divide,
    "**": _power,
}
_OTHERS: dict[str, Operation] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}


def operation(operator: str) -> Operation:
    """The function of two values for one operator. Never raises but for a size limit."""
    numbers, others = NUMBERS[operator], _OTHERS[operator]

    def calculate(left: object, right: object) -> object:
        try:
            left, right = plain(left), plain(right)
            if isinstance(left, Decimal) and isinstance(right, Decimal):
                return numbers(left, right)
            return others(left, right)
        except (DecimalException, OverflowError):
            return None

    return calculate


def _as_datetimes(
    left: object, right: object
) -> tuple[datetime | FineDateTime | None, datetime | FineDateTime | None]:
    """Both as date and time; a date is its midnight, in UTC where the other one has a zone."""
    zoned = any(isinstance(value, _DATETIMES) and value.tzinfo is not None for value in (left, right))

    def one(value: object) -> datetime | FineDateTime | None:
        if isinstance(value, _DATETIMES):
            return value
        if isinstance(value, _DATES):
            return temporal.make_datetime(value, time(0, tzinfo=UTC if zoned else None))
        return None

    return one(left), one(right)


def _plus_months(value: object, months: int) -> object:
    return temporal.add_months(value, months) if isinstance(value, (*_DATES, *_DATETIMES)) else None


def _plus(value: object, nanos: int) -> object:
    if isinstance(value, _DATETIMES):
        return temporal.shift(value, nanos)
    if isinstance(value, _DATES):
        moved = temporal.from_local(temporal.days_of(value) * temporal.DAY + nanos, None)
        return None if moved is None else temporal.date_of(moved)
    if isinstance(value, _TIMES):
        return temporal.shift_time(value, nanos)
    return None


def _whole(value: Decimal) -> int:
    return int(value) if value.adjusted() < 40 else _MAX_NANOS + 1


def _months(total: int) -> YearsMonths | None:
    return YearsMonths(total) if abs(total) <= temporal.MAX_MONTHS else None


def _nanos(total: int) -> timedelta | FineDuration | None:
    return temporal.make_duration(total) if abs(total) <= _MAX_NANOS else None
