"""FEEL values in Python: which types stand for which FEEL type, and how foreign values become one of them.

number = Decimal (int and float are taken in), string = str, boolean = bool, null = None, list = list, context = dict,
date, time, date and time and days-and-time duration = the types of `datetime`, or the wide types of `temporal` where
Python's cannot hold the value; years-and-months duration, range and function = the types here.
An object of any other kind never enters an expression: it becomes null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from math import isfinite

from .budget import MAX_VALUES, Budget, for_value
from .temporal import BigDate, FineDateTime, FineDuration, FineTime, YearsMonths

DECIMAL = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. An end that is None is open-ended when the range came from a unary comparison such as `< 10`."""

    low: object
    high: object
    low_included: bool
    high_included: bool
    operator: str = (
        ""  # `=` or `!=` when the range came from such a comparison: the point, or everything but it
    )

    @property
    def excluded(self) -> bool:
        return self.operator == "!="


class Invocable:
    """Anything that an expression can call: a `Function`, or a built-in of `registry`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Function(Invocable):
    """Something that can be called with positional values. `types` are checked by the caller (`call`)."""

    parameters: tuple[str, ...]
    call: Callable[..., object]
    types: tuple[object, ...] = ()
    result_type: object = None
    name: str = ""


KNOWN = frozenset(
    {
        Decimal, str, bool, type(None), date, time, datetime, timedelta, YearsMonths, Range, Function, dict,
        BigDate, FineDateTime, FineDuration, FineTime,
    }
)  # fmt: skip


_SINGLE = KNOWN - {dict}


def plain(value: object) -> object:
    """`value`, already inside an evaluation, as a FEEL value: its lists have been looked through when they came in."""
    return value if type(value) in KNOWN or type(value) is list else normal(value)


def normal(value: object, budget: Budget | None = None) -> object:
    """`value` from outside as a FEEL value. Lists are looked through; contexts are not (`member` looks at their values)."""
    if type(value) in KNOWN:
        return value
    if isinstance(value, int):
        return DECIMAL.create_decimal(value) if -(10**34) < value < 10**34 else _wide_int(value)
    if isinstance(value, (list, tuple)):
        return _normal_list(value, budget or for_value())
    return _foreign(value)


def _normal_list(value: list[object] | tuple[object, ...], budget: Budget) -> list[object]:
    budget.touch(len(value))
    if KNOWN.issuperset(map(type, value)):
        return value if isinstance(value, list) else list(value)
    budget.spend(1 + len(value) // 4)
    return [normal(item, budget) for item in value]


def _wide_int(value: int) -> Decimal | None:
    return DECIMAL.create_decimal(value) if value.bit_length() < 20_000 else None


def _foreign(value: object) -> object:
    if isinstance(value, float):
        return Decimal(repr(value)) if isfinite(value) else None
    if isinstance(value, Decimal):
        return Decimal(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, (date, time, timedelta, Invocable)) else None


def member(context: dict[str, object], key: str, budget: Budget) -> object:
    """The entry of a context as a FEEL value; None when there is none."""
    value = context.get(key)
    return value if type(value) in KNOWN else normal(value, budget)


def deep(value: object) -> object:
    """`value` with every nested value made a FEEL value: what leaves an evaluation. Raises `LimitExceeded` when too large."""
    if not isinstance(value, (list, tuple, dict)):
        return plain(value)
    if type(value) is list and len(value) <= MAX_VALUES and _SINGLE.issuperset(map(type, value)):
        return value.copy()  # the common case, on the short way
    return _deep(value, for_value(), 60)


def _deep(value: object, budget: Budget, depth: int) -> object:
    if type(value) in _SINGLE:
        return value
    if depth < 0:
        return None
    if isinstance(value, dict):
        budget.spend(1 + len(value))
        return {str(key): _deep(item, budget, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        budget.spend(1 + len(value))
        return [_deep(item, budget, depth - 1) for item in value]
    return plain(value)


def kind(value: object) -> str:
    """The FEEL type name of a value, as the standard and the messages call it."""
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "null"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    ((Decimal, int, float), "number"),
    (str, "string"),
    ((datetime, FineDateTime), "date and time"),
    ((date, BigDate), "date"),
    ((time, FineTime), "time"),
    ((timedelta, FineDuration), "days and time duration"),
    (YearsMonths, "years and months duration"),
    (list, "list"),
    (dict, "context"),
    (Range, "range"),
    (Invocable, "function"),
)
