"""What the rules of a table cover: each column cut into sample values, and each rule's cells tried on every sample.

Enters: a table. Leaves: examples of inputs that no rule fits, that two rules fit, or that only earlier rules fit. Every
example was really tried, so that what is reported is true; a cell that reads other variables is left out of the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise

from . import comparing, feel, nodes
from .feel import UnaryTests
from .scope import Scope, State
from .tables import Input, Table
from .temporal import YearsMonths
from .values import kind
from .walking import children

_MAX_STEPS = 200_000
_MAX_SAMPLES = 400
_OTHER_TEXT = "something else"
_CONSTANT_CALLS = frozenset({"date", "time", "date and time", "duration"})
Example = dict[str, object]


class TooLarge(Exception):
    """The table has too many combinations to be searched."""


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
    """Values of one column: each constant in its cells, one between each two, one outside; or all allowed ones."""
    allowed = column.allowed
    one_by_one = listed(column)
    if one_by_one:
        return [value for value in one_by_one if value is not None]
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
    for value in found[:_MAX_SAMPLES]:
        if not any(comparing.equal(value, earlier) is True for earlier in distinct):
            distinct.append(value)
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


@dataclass(frozen=True, slots=True)
class Search:
    """A table tried out. `masks[c][s]` has a bit for each rule whose cell in column c passes sample s."""

    table: Table
    columns: tuple[tuple[object, ...], ...]
    masks: tuple[tuple[int, ...], ...]
    unsure: int  # rules that read other variables: they may fit anywhere
    plain: int  # rules whose cells all compare with constants

    def example(self, places: list[int]) -> Example:
        chosen = zip(self.table.inputs, self.columns, places, strict=False)
        return {column.label: values[place] for column, values, place in chosen if values != (None,)}

    def gaps(self, most: int = 3) -> list[Example]:
        """Inputs that no rule fits."""
        found: list[Example] = []
        for places in self._uncovered((1 << len(self.table.rules)) - 1, None):
            found.append(self.example(places))
            if len(found) >= most:
                break
        return found

    def overlaps(self) -> Iterator[tuple[int, int, Example]]:
        """Pairs of rules, as indexes, that fit the same input."""
        for first in range(len(self.table.rules)):
            for second in range(first + 1, len(self.table.rules)):
                both = 1 << first | 1 << second
                if both & self.unsure:
                    continue
                places = [
                    next((p for p, mask in enumerate(masks) if mask & both == both), -1)
                    for masks in self.masks
                ]
                if -1 not in places:
                    yield first, second, self.example(places)

    def unreachable(self) -> Iterator[tuple[int, list[int]]]:
        """Rules that fit only where earlier ones do, with those earlier ones."""
        for rule in range(1, len(self.table.rules)):
            earlier = ((1 << rule) - 1) & self.plain & ~self.unsure
            if (1 << rule) & self.plain and next(self._uncovered(earlier, 1 << rule), None) is None:
                yield rule, [one for one in range(rule) if earlier >> one & 1 and self._meet(one, rule)]

    def _meet(self, first: int, second: int) -> bool:
        both = 1 << first | 1 << second
        return all(any(mask & both == both for mask in masks) for masks in self.masks)

    def _uncovered(self, rules: int, within: int | None) -> Iterator[list[int]]:
        """Combinations of samples, within one rule where given, that none of `rules` fits; one for each distinct cut."""
        steps = 0
        seen: set[tuple[int, int]] = set()
        waiting: list[tuple[list[int], int]] = [([], rules)]
        while waiting:
            places, alive = waiting.pop()
            if not alive:
                yield self._completed(places, within)
                continue
            column = len(places)
            if column == len(self.masks) or (column, alive) in seen:
                continue
            seen.add((column, alive))
            for place in reversed(range(len(self.masks[column]))):
                steps += 1
                if steps > _MAX_STEPS:
                    raise TooLarge
                mask = self.masks[column][place]
                if within is None or mask & within:
                    waiting.append(([*places, place], alive & mask))

    def _completed(self, places: list[int], within: int | None) -> list[int]:
        """`places` with the first fitting sample of each column that no longer matters."""
        rest = self.masks[len(places) :]
        return places + [
            next((p for p, mask in enumerate(masks) if within is None or mask & within), 0) for masks in rest
        ]


def search(table: Table) -> Search | None:
    """The table tried on its samples; None when it has no rule or no input, or a column without any sample."""
    if not table.rules or not table.inputs:
        return None
    state = State({}, feel.Budget(steps=_MAX_STEPS), None, {})
    columns, masks, unsure = [], [], 0
    for index, column in enumerate(table.inputs):
        cells = [rule.tests[index] for rule in table.rules]
        values = samples(column, cells)
        if not values:
            return None
        for number, cell in enumerate(cells):
            unsure |= bool(cell.free_names or cell.free_functions) << number
        columns.append(tuple(values))
        masks.append(tuple(_mask(cells, value, unsure, state) for value in values))
    plain = sum(all(map(is_plain, rule.tests)) << number for number, rule in enumerate(table.rules))
    whole = tuple(tuple(mask | unsure for mask in column_masks) for column_masks in masks)
    return Search(table, tuple(columns), whole, unsure, plain)


def _mask(cells: list[UnaryTests], value: object, unsure: int, state: State) -> int:
    mask = 0
    for number, cell in enumerate(cells):
        fits = (
            cell.matches_anything or unsure >> number & 1 or cell.run(value, Scope({}, None, state)) is True
        )
        mask |= bool(fits) << number
    return mask
