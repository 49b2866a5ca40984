"""`a.b` and `a[...]`: entries of contexts, properties of dates, durations and ranges, filters and indexes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from . import messages, nodes, temporal
from .nodes import Node
from .scope import ForeignScope, Run, Scope, State
from .temporal import SECOND, BigDate, FineDateTime, FineDuration, FineTime, YearsMonths
from .values import KNOWN, Range, kind, member, plain
from .walking import cost_of_one_round

_MISSING = object()
_BOOLEAN = (nodes.Comparison, nodes.Logic, nodes.Between, nodes.In, nodes.InstanceOf, nodes.Quantified)


def step(state: State, source: object, name: str) -> object:
    """`source.name`; over a list, the list of each item's."""
    if type(source) is dict:
        if name in source:
            return member(source, name, state.budget)
        state.say(messages.NO_ENTRY.format(kind="context", name=name))
        return None
    if isinstance(source, list):
        state.budget.spend(1 + len(source) // 2)
        return _of_each(state, source, name)
    value = property_of(source, name)
    if value is _MISSING:
        state.say(messages.NO_ENTRY.format(kind=kind(source), name=name))
        return None
    return value


def _of_each(state: State, items: list[object], name: str) -> list[object]:
    found = []
    for item in items:
        value = item.get(name, _MISSING) if type(item) is dict else _MISSING
        found.append(value if type(value) in KNOWN else step(state, plain(item), name))
    return found


def property_of(source: object, name: str) -> object:
    for types, properties in _PROPERTIES:
        if isinstance(source, types):
            read = properties.get(name)
            return _MISSING if read is None else read(source)
    return _MISSING


def _offset(value: time | datetime | FineTime | FineDateTime) -> object:
    seconds = temporal.offset_of(value)
    return None if seconds is None else timedelta(seconds=seconds)


def _second(value: time | datetime | FineTime | FineDateTime) -> Decimal:
    nano = temporal.nanosecond(value)
    return Decimal(value.second) + Decimal(nano).scaleb(-9).normalize() if nano else Decimal(value.second)


def _weekday(value: date | BigDate | FineDateTime) -> Decimal:
    return Decimal((temporal.days_of(value) + 3) % 7 + 1)


def _duration_part(divisor: int, modulus: int | None) -> Callable[[timedelta | FineDuration], Decimal]:
    def read(value: timedelta | FineDuration) -> Decimal:
        nanos = temporal.duration_nanos(value)
        whole = abs(nanos) // divisor
        part = whole % modulus if modulus else whole
        return Decimal(-part if nanos < 0 else part)

    return read


def _duration_seconds(value: timedelta | FineDuration) -> Decimal:
    nanos = temporal.duration_nanos(value)
    seconds, rest = divmod(abs(nanos), SECOND)
    result = Decimal(seconds % 60) + (Decimal(rest).scaleb(-9).normalize() if rest else 0)
    return -result if nanos < 0 else result


Read = Callable[..., object]
_DATE: dict[str, Read] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": _weekday,
}
_TIME: dict[str, Read] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": _offset,
    "timezone": lambda value: temporal.zone_name(value.tzinfo),
}
_RANGE: dict[str, Read] = {
    "start": lambda value: value.low,
    "end": lambda value: value.high,
    "start included": lambda value: value.low_included,
    "end included": lambda value: value.high_included,
}
_DURATION: dict[str, Read] = {
    "days": _duration_part(86_400 * SECOND, None),
    "hours": _duration_part(3600 * SECOND, 24),
    "minutes": _duration_part(60 * SECOND, 60),
    "seconds": _duration_seconds,
}
_MONTHS: dict[str, Read] = {
    "years": lambda value: Decimal(value.years),
    "months": lambda value: Decimal(value.months),
}
_PROPERTIES: tuple[tuple[type | tuple[type, ...], dict[str, Read]], ...] = (
    ((datetime, FineDateTime), _DATE | _TIME),
    ((date, BigDate), _DATE),
    ((time, FineTime), _TIME),
    ((timedelta, FineDuration), _DURATION),
    (YearsMonths, _MONTHS),
    (Range, _RANGE),
)


def filtering(source: Run, condition: Run, node: Node | None) -> Run:
    """`source[condition]`: by index where the condition is a number, else the items for which it is true."""
    sure = isinstance(node, _BOOLEAN)
    cost = 1 if node is None else cost_of_one_round(node)

    def run(scope: Scope) -> object:
        found = source(scope)
        items = found if isinstance(found, list) else [] if found is None else [found]
        if not sure:
            index = _index(condition, items, scope)
            if index is not None:
                return at(scope.state, items, index)
        scope.state.budget.spend(len(items) * cost)
        return _kept(items, condition, scope)

    return run


def _kept(items: list[object], condition: Run, scope: Scope) -> list[object] | None:
    """The items for which the condition is true. They take turns in one scope: nothing outlives an item's condition."""
    held: dict[str, object] = {"item": None}
    around = Scope(held, scope, scope.state)
    entries = ForeignScope(held, around, scope.state)
    kept = []
    for one in items:
        held["item"] = item = one if type(one) in KNOWN else plain(one)
        if type(item) is dict:
            entries.variables = item
            fits = condition(entries)
        else:
            fits = condition(around)
        if fits is True:
            kept.append(item)
        elif fits is not False and fits is not None:
            scope.state.say(messages.NOT_BOOLEAN.format(kind=kind(fits)))
            return None
    return kept


def _index(condition: Run, items: list[object], scope: Scope) -> Decimal | None:
    """The condition as a number, if it is one; asked of the first item, since it may be an entry of it."""
    said = len(scope.state.messages)
    value = condition(_item_scope(scope, plain(items[0])) if items else scope)
    del scope.state.messages[said:]
    return value if isinstance(value, Decimal) else None


def _item_scope(scope: Scope, item: object) -> Scope:
    inner = scope.inner({"item": item})
    return ForeignScope(item, inner, scope.state) if isinstance(item, dict) else inner


def at(state: State, items: list[object], index: Decimal) -> object:
    """The item at a 1-based index, from the end when negative; None outside."""
    if index != index.to_integral_value() or not -len(items) <= index <= len(items) or index == 0:
        return None
    return plain(items[int(index) - 1 if index > 0 else int(index)])
