"""The values worth trying in a column of a table: each constant in its cells, one between each two, one outside.

Enters: a column and its cells. Leaves: sample values. Two inputs between the same two constants pass the same plain cells, so that
these samples stand for all values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise

from . import comparing, feel, nodes
from .feel import UnaryTests
from .tables import Input
from .temporal import YearsMonths
from .values import kind
from .walking import children, walk

_MAX_SAMPLES = 1_000  # in one column
_OTHER_TEXT = "something else"
_ANYTHING: dict[str, object] = {  # a value of each kind, where the cells of a column name none
    "number": Decimal(0),
    "date": date(2026, 1, 1),
    "time": time(12),
    "date and time": datetime(2026, 1, 1, tzinfo=UTC),
    "days and time duration": timedelta(days=1),
    "years and months duration": YearsMonths(1),
}
_CONSTANT_CALLS = frozenset({"date", "time", "date and time", "duration"})


class TooLarge(Exception):
    """The table has too many values or combinations to be searched."""


def constant(node: nodes.Node) -> object:
    """The value of a literal, a negated one or a date, time or duration written out; None for anything else."""
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        arguments = node.arguments
        known = node.function.name in _CONSTANT_CALLS
        if not known or not all(isinstance(one, (nodes.Literal, nodes.Negation)) for one in arguments):
            return None
    elif not (
        isinstance(node, nodes.At)
        or (isinstance(node, nodes.Negation) and isinstance(node.operand, nodes.Literal))
    ):
        return None
    return feel.parse(feel.written(node)).evaluate({})


def constants(node: nodes.Node) -> Iterator[object]:
    """All constants in a tree."""
    value = constant(node)
    if value is not None:
        yield value
        return
    for inner in children(node):
        yield from constants(inner)


def ends(test: nodes.Node) -> list[nodes.Node] | None:
    """What a plain test compares with; None for an expression that does more."""
    if isinstance(test, nodes.UnaryComparison):
        return [test.operand]
    if isinstance(test, nodes.Interval):
        return [test.low, test.high]
    return [test] if constant(test) is not None or isinstance(test, nodes.Literal) else None


def is_plain(cell: UnaryTests) -> bool:
    """Whether the cell compares its input with constants and nothing else."""
    return all(
        parts is not None
        and all(constant(part) is not None or isinstance(part, nodes.Literal) for part in parts)
        for parts in map(ends, cell.tree.tests)
    )


def listed(column: Input) -> tuple[object, ...]:
    """The values a column may have, where they are listed one by one; else none."""
    allowed = column.allowed
    if allowed is not None and all(isinstance(test, nodes.Literal) for test in allowed.tree.tests):
        return tuple(test.value for test in allowed.tree.tests if isinstance(test, nodes.Literal))
    return column.type.choices


def samples(column: Input, cells: list[UnaryTests]) -> list[object]:
    """Values of one column: each constant in its cells, one between each two, one outside; or all allowed ones.

    null is among them where a cell or the list of allowed values speaks of it.
    """
    null = any(map(speaks_of_null, cells))
    one_by_one = listed(column)
    if one_by_one:
        return [
            *(value for value in one_by_one if value is not None),
            *([None] if null or None in one_by_one else []),
        ]
    values = _told(column, cells)
    if not null:
        return values
    values = [value for value in values if value is not None]
    return [*(values or [_ANYTHING.get(column.type.name, _OTHER_TEXT)]), None]


def speaks_of_null(cell: UnaryTests) -> bool:
    """Whether the cell tests for null, so that a missing value is one of its own."""
    return any(
        isinstance(node, nodes.Literal) and node.value is None
        for test in cell.tree.tests
        for node in walk(test)
    )


def _told(column: Input, cells: list[UnaryTests]) -> list[object]:
    allowed = column.allowed
    found = [value for cell in cells for test in cell.tree.tests for value in constants(test)]
    if allowed is not None:
        found += [value for test in allowed.tree.tests for value in constants(test)]
    if column.type.name == "boolean" or any(isinstance(value, bool) for value in found):
        return [True, False]
    values = _spread(found)
    limits = [one for one in (_tester(allowed), column.type.allows) if one is not None]
    return [value for value in values if all(limit(value) for limit in limits)]


def _tester(allowed: UnaryTests | None) -> Callable[[object], bool] | None:
    return None if allowed is None else lambda value: allowed.evaluate(value, {}) is True


def _spread(found: list[object]) -> list[object]:
    distinct: list[object] = []
    for value in found:
        if not any(comparing.equal(value, earlier) is True for earlier in distinct):
            distinct.append(value)
        if len(distinct) > _MAX_SAMPLES:
            raise TooLarge
    kinds = {kind(value) for value in distinct}
    if len(kinds) != 1:
        return distinct or [None]
    ordered = sorted(distinct, key=cmp_to_key(lambda a, b: -1 if comparing.ordered("<", a, b) else 1))
    if kinds == {"string"}:
        return [*ordered, _OTHER_TEXT]
    between = [_between(low, high) for low, high in pairwise(ordered)]
    outside = [_beside(ordered[0], -1), _beside(ordered[-1], 1)]
    return [value for value in (*outside[:1], *ordered, *between, *outside[1:]) if value is not None]


def _beside(value: object, step: int) -> object:
    """A value just outside; None where there is none."""
    try:
        if isinstance(value, Decimal):
            return value + step
        if isinstance(value, (date, datetime)):
            return value + timedelta(days=step)
        if isinstance(value, time):
            return (
                value.replace(minute=59 if step > 0 else 0, hour=23 if step > 0 else 0)
                if value.hour
                else None
            )
        if isinstance(value, timedelta):
            return value + timedelta(days=step)
    except OverflowError:
        return None
    return YearsMonths(value.total + step) if isinstance(value, YearsMonths) else None


def _between(low: object, high: object) -> object:
    middle: object = None
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        whole = (low + 1).to_integral_value(rounding="ROUND_FLOOR")
        middle = whole if low < whole < high else (low + high) / 2
    elif isinstance(low, timedelta) and isinstance(high, timedelta):
        middle = low + (high - low) / 2
    elif isinstance(low, YearsMonths) and isinstance(high, YearsMonths):
        middle = YearsMonths((low.total + high.total) // 2)
    elif isinstance(low, datetime) and isinstance(high, datetime):
        middle = low + (high - low) / 2
    elif isinstance(low, date) and isinstance(high, date):
        middle = low + (high - low) // 2
    elif isinstance(low, time) and isinstance(high, time):
        minutes = (low.hour * 60 + low.minute + high.hour * 60 + high.minute) // 2
        middle = low.replace(hour=minutes // 60, minute=minutes % 60, second=30)
    inside = comparing.ordered("<", low, middle) is True and comparing.ordered("<", middle, high) is True
    return middle if inside else None
