"""Equality and order of FEEL values (DMN 1.5, 10.3.2.4 and tables 45 to 52): True, False, or None for unlike kinds.

Two instants are equal when they are the same second: fractions of a second do not count for equality.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from . import temporal
from .budget import Budget, for_value
from .temporal import SECOND, BigDate, FineDateTime, FineDuration, FineTime, YearsMonths
from .values import Range, kind, member, plain

_STEPS_OF_EQUALITY = 2  # of two dates with times, say, which are made points on one line first
SIMPLE = frozenset({Decimal, str, bool, date, YearsMonths})
_DATETIMES = (datetime, FineDateTime)
_DATES = (date, BigDate)
_TIMES = (time, FineTime)
_DURATIONS = (timedelta, FineDuration)


def equal(left: object, right: object, budget: Budget | None = None) -> bool | None:
    """Whether two values are equal; None when their kinds cannot be compared. null equals only null.

    The budget pays for lists and contexts.
    """
    if type(left) is type(right) and type(left) in SIMPLE:
        return left == right
    if left is None or right is None:
        return left is right
    budget = budget or for_value()
    budget.spend(_STEPS_OF_EQUALITY)
    return _equal_composite(plain(left), plain(right), budget)


def _equal_composite(left: object, right: object, budget: Budget) -> bool | None:
    if kind(left) != kind(right):
        return None
    if isinstance(left, list) and isinstance(right, list):
        return _equal_lists(left, right, budget)
    if isinstance(left, dict) and isinstance(right, dict):
        return _equal_contexts(left, right, budget)
    if isinstance(left, Range) and isinstance(right, Range):
        return _equal_ranges(left, right, budget)
    return _equal_simple(left, right)


def _equal_lists(left: list[object], right: list[object], budget: Budget) -> bool:
    if len(left) != len(right):
        return False
    budget.spend(len(left) // 8)
    return all(equal(a, b, budget) for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, object], right: dict[str, object], budget: Budget) -> bool:
    budget.touch(len(left))
    if left.keys() != right.keys():
        return False
    budget.spend(len(left) // 2)
    return all(equal(member(left, key, budget), member(right, key, budget), budget) for key in left)


def _equal_simple(left: object, right: object) -> bool | None:
    numbers = measures(left, right)
    if isinstance(left, (*_DATETIMES, *_TIMES)):
        return None if numbers is None else numbers[0] // SECOND == numbers[1] // SECOND
    return left == right if numbers is None else numbers[0] == numbers[1]


def _equal_ranges(left: Range, right: Range, budget: Budget) -> bool:
    return (
        (left.low_included, left.high_included, left.operator)
        == (right.low_included, right.high_included, right.operator)
        and equal(left.low, right.low, budget) is True
        and equal(left.high, right.high, budget) is True
    )


def measures(left: object, right: object) -> tuple[int, int] | None:
    """Two temporal values of one kind as numbers on one line; None for anything else, and for local against zoned."""
    first, second = _measure(left), _measure(right)
    if first is None or second is None or first[:2] != second[:2]:
        return None
    return first[2], second[2]


def _measure(value: object) -> tuple[str, bool, int] | None:
    """What kind of line the value lies on, whether it has a zone, and where it lies."""
    if isinstance(value, _DATETIMES):
        return "date and time", value.tzinfo is not None, temporal.instant(value)
    if isinstance(value, _DATES):
        return "date", False, temporal.days_of(value)
    if isinstance(value, _TIMES):
        return "time", value.tzinfo is not None, temporal.time_value(value)
    if isinstance(value, _DURATIONS):
        return "days", False, temporal.duration_nanos(value)
    return ("months", False, value.total) if isinstance(value, YearsMonths) else None


def steps_to_order(items: list[object]) -> int:
    """What comparing each item of a list once costs, in steps; a list in order holds one kind, so the first one tells."""
    return len(items) // 4 if items and type(items[0]) in SIMPLE else 2 * len(items)


_OPERATIONS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def ordered(operator: str, left: object, right: object) -> bool | None:
    """`left < right` and its three sisters; None for null, unlike kinds and kinds without an order."""
    kind_of = type(left)
    if kind_of is type(right) and (kind_of is Decimal or kind_of is str or kind_of is date):
        return _OPERATIONS[operator](left, right)
    left, right = plain(left), plain(right)
    if (isinstance(left, Decimal) and isinstance(right, Decimal)) or (
        isinstance(left, str) and isinstance(right, str)
    ):
        return _OPERATIONS[operator](left, right)
    numbers = measures(left, right)
    return None if numbers is None else _OPERATIONS[operator](*numbers)


def contains(interval: Range, value: object) -> bool | None:
    """Whether `value` lies in the range; None when it cannot be compared with the ends."""
    if interval.excluded:
        same = equal(value, interval.low)
        return None if same is None else not same
    above = (
        None if interval.low is None else ordered(">=" if interval.low_included else ">", value, interval.low)
    )
    below = (
        None
        if interval.high is None
        else ordered("<=" if interval.high_included else "<", value, interval.high)
    )
    if interval.low is None:
        return below
    if interval.high is None:
        return above
    if above is None or below is None:
        return None
    return above and below


def identical(left: object, right: object, budget: Budget | None = None) -> bool:
    """The built-in `is`: same kind, same elements, same zone as written; no conversion to a common line."""
    left, right = plain(left), plain(right)
    if kind(left) != kind(right):
        return False
    if isinstance(left, (*_DATETIMES, *_TIMES)) and isinstance(right, (*_DATETIMES, *_TIMES)):
        return _face(left) == _face(right)
    return equal(left, right, budget) is True


def _face(value: datetime | time | FineDateTime | FineTime) -> tuple[object, ...]:
    day = temporal.days_of(value) if isinstance(value, _DATETIMES) else 0
    zone = temporal.zone_name(value.tzinfo)
    return day, temporal.clock_nanos(value), zone, None if zone else temporal.offset_of(value)
