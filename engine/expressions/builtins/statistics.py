"""Built-ins over the numbers of a list: sum, mean, median and their like; `min` and `max` over anything with an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import partial, reduce

from engine.expressions import comparing
from engine.expressions.registry import builtin
from engine.expressions.scope import State
from engine.expressions.values import DECIMAL, plain

Items = list[object]
_NUMBERS = frozenset({Decimal})


@builtin("min", "list: list*")
def minimum(state: State, items: Items) -> object:
    return _extreme(state, items, "<")


@builtin("max", "list: list*")
def maximum(state: State, items: Items) -> object:
    return _extreme(state, items, ">")


def _extreme(state: State, items: Items, operator: str) -> object:
    if not items:
        return None
    state.budget.spend(comparing.steps_to_order(items))
    best = plain(items[0])
    if comparing.ordered("<=", best, best) is None:
        return None
    for item in items[1:]:
        better = comparing.ordered(operator, item, best)
        if better is None:
            return None
        best = plain(item) if better else best
    return best


def _numbers(items: Items) -> list[Decimal]:
    """The items, looked at anew where one is not a plain number; raises `_NoNumber` where one is none at all."""
    found = list(map(plain, items))
    if not _NUMBERS.issuperset(map(type, found)):
        raise _NoNumber
    return found  # type: ignore[return-value]


class _NoNumber(Exception):
    """An item of the list is not a number."""


Calculation = Callable[[list[Decimal]], Decimal | Items | None]


def _over_numbers(calculate: Calculation) -> Callable[[Items], object]:
    """`calculate` over a list's numbers; None when there are none, when one item is not a number, or on overflow."""

    def run(items: Items) -> object:
        if not items:
            return None
        try:
            return calculate(items if _NUMBERS.issuperset(map(type, items)) else _numbers(items))  # type: ignore[arg-type]
        except (DecimalException, _NoNumber):
            return None

    return run


_sum: Callable[[list[Decimal]], Decimal] = partial(reduce, DECIMAL.add)
_product: Callable[[list[Decimal]], Decimal] = partial(reduce, DECIMAL.multiply)


def _mean(values: list[Decimal]) -> Decimal:
    return DECIMAL.divide(_sum(values), Decimal(len(values)))


def _median(values: list[Decimal]) -> Decimal:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else _mean(ordered[middle - 1 : middle + 1])


def _deviation(values: list[Decimal]) -> Decimal | None:
    """The sample standard deviation."""
    if len(values) < 2:
        return None
    mean = _mean(values)
    distances = [DECIMAL.subtract(value, mean) for value in values]
    squares = [DECIMAL.multiply(distance, distance) for distance in distances]
    return DECIMAL.sqrt(DECIMAL.divide(_sum(squares), Decimal(len(values) - 1)))


def _mode(values: list[Decimal]) -> Items:
    counts = Counter(values)
    most = max(counts.values())
    return [value for value in sorted(counts) if counts[value] == most]


_mode_of_some = _over_numbers(_mode)


@builtin("mode", "list: list*")
def mode(items: Items) -> object:
    return _mode_of_some(items) if items else []


total = builtin("sum", "list: list*")(_over_numbers(_sum))
builtin("product", "list: list*")(_over_numbers(_product))
builtin("mean", "list: list*")(_over_numbers(_mean))
builtin("median", "list: list*")(_over_numbers(_median))

_deviation_of_numbers = _over_numbers(_deviation)


@builtin("stddev", "list: list*")
def deviation(state: State, items: Items) -> object:
    state.budget.touch(2 * len(items))  # it goes through them several times
    return _deviation_of_numbers(items)
