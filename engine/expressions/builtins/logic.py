"""`not`, `is`, `all` and `any`."""

from __future__ import annotations

from engine.expressions import comparing
from engine.expressions.registry import builtin
from engine.expressions.scope import State


@builtin("not", "negand: boolean")
def negation(negand: bool) -> bool:
    return not negand


@builtin("is", "value1: any?, value2: any?")
def same(state: State, value1: object, value2: object) -> bool:
    return comparing.identical(value1, value2, state.budget)


@builtin("all", "list: list*")
def every(items: list[object]) -> bool | None:
    return _decided(items, decisive=False)


@builtin("any", "list: list*")
def some(items: list[object]) -> bool | None:
    return _decided(items, decisive=True)


def _decided(items: list[object], *, decisive: bool) -> bool | None:
    """Three-valued: one decisive item decides, else one that is not boolean makes it null."""
    if any(item is decisive for item in items):
        return decisive
    return not decisive if all(item is not decisive and isinstance(item, bool) for item in items) else None
