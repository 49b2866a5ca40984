"""List built-ins. Positions count from 1, or from the end when negative."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key

from engine.expressions import calling, comparing
from engine.expressions.registry import Builtin, builtin
from engine.expressions.scope import State
from engine.expressions.testing import in_list
from engine.expressions.values import Function, plain

Items = list[object]


def _index(position: Decimal, size: int) -> int | None:
    if position == 0 or abs(position) > size or position != position.to_integral_value():
        return None
    return int(position) - 1 if position > 0 else size + int(position)


@builtin("list contains", "list: list, element: any")
def list_contains(state: State, items: Items, element: object) -> bool:
    return in_list(element, items, state.budget)


@builtin("count", "list: list*")
def count(items: Items) -> Decimal:
    return Decimal(len(items))


@builtin("sublist", "list: list, start position: number, length: number?")
def sublist(items: Items, start: Decimal, length: Decimal | None) -> Items | None:
    first = _index(start, len(items))
    if first is None or (length is not None and (length < 1 or first + length > len(items))):
        return None
    return items[first:] if length is None else items[first : first + int(length)]


@builtin("append", "list: list, item: any+")
def append(state: State, items: Items, new: Items) -> Items:
    state.budget.spend(len(items) + len(new))
    return [*items, *new]


@builtin("concatenate", "list: list+")
def concatenate(state: State, lists: Items) -> Items | None:
    joined: Items = []
    for items in map(plain, lists):
        if items is None:
            return None
        joined += items if isinstance(items, list) else [items]
        state.budget.spend(len(joined))
    return joined


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(state: State, items: Items, position: Decimal, new: object) -> Items | None:
    index = _index(position, len(items))
    state.budget.spend(len(items))
    return None if index is None else [*items[:index], new, *items[index:]]


@builtin("remove", "list: list, position: number")
def remove(state: State, items: Items, position: Decimal) -> Items | None:
    index = _index(position, len(items))
    state.budget.spend(len(items))
    return None if index is None else [*items[:index], *items[index + 1 :]]


@builtin("list replace", "list: list, position: number, newItem: any")
def list_replace(state: State, items: Items, position: Decimal, new: object) -> Items | None:
    index = _index(position, len(items))
    state.budget.spend(len(items))
    return None if index is None else [*items[:index], new, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any")
def list_replace_matching(state: State, items: Items, match: Function, new: object) -> Items | None:
    replaced: Items = []
    for item in items:
        fits = calling.call(state, match, [item, new])
        if not isinstance(fits, bool):
            return None
        replaced.append(new if fits else item)
    return replaced


@builtin("reverse", "list: list")
def reverse(items: Items) -> Items:
    return items[::-1]


@builtin("index of", "list: list, match: any")
def index_of(state: State, items: Items, match: object) -> Items:
    budget = state.budget
    budget.spend(len(items) // 4)
    fitting = (number for number, item in enumerate(items, 1) if comparing.equal(plain(item), match, budget))
    return [Decimal(number) for number in fitting]


@builtin("union", "list: list+")
def union(state: State, lists: Items) -> Items | None:
    joined = concatenate(state, lists)
    return None if joined is None else distinct_values(state, joined)


@builtin("distinct values", "list: list")
def distinct_values(state: State, items: Items) -> Items:
    kept: Items = []
    for item in items:
        state.budget.spend(1 + len(kept) // 8)
        if not any(comparing.equal(item, earlier, state.budget) is True for earlier in kept):
            kept.append(item)
    return kept


@builtin("flatten", "list: list")
def flatten(state: State, items: Items) -> Items:
    flat: Items = []
    waiting = items[::-1]
    while waiting:
        state.budget.spend()
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item[::-1])
        else:
            flat.append(item)
    return flat


@builtin("sort", "list: list, precedes: function?")
def sort(state: State, items: Items, precedes: Function | Builtin | None) -> Items | None:
    """Stable. Without a function the items must have an order of their own."""

    def compare(left: object, right: object) -> int:
        if _precedes(left, right):
            return -1
        return 1 if _precedes(right, left) else 0

    def _precedes(left: object, right: object) -> bool:
        state.budget.spend(2)
        if precedes is not None:
            before = calling.call(state, precedes, [left, right])
            if not isinstance(before, bool):
                raise _NoOrder
            return before
        smaller = comparing.ordered("<", left, right)
        if smaller is None:
            raise _NoOrder
        return smaller

    try:
        return sorted(items, key=cmp_to_key(compare))
    except _NoOrder:
        return None


class _NoOrder(Exception):
    """Two items of the list cannot be compared."""
