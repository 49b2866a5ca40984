"""Unary tests: does a value pass `< 10`, `[1..5]`, `"a", "b"` or an expression over `?` (DMN 1.5, 7.3.3 and rule 7 to 15)."""

from __future__ import annotations

from collections.abc import Callable

from . import comparing, messages
from .budget import Budget
from .scope import Run, Scope
from .values import Range, kind, plain

Test = Callable[[object, Scope], bool | None]


def comparison(operator: str, operand: Run) -> Test:
    """`< 10`, `= "a"` ..."""
    if operator in ("=", "!="):

        def same(value: object, scope: Scope) -> bool | None:
            result = comparing.equal(value, operand(scope), scope.state.budget)
            return None if result is None else result is (operator == "=")

        return same

    return lambda value, scope: comparing.ordered(operator, value, operand(scope))


def interval(run: Run) -> Test:
    """`[1..5]`; a range without an end tests nothing."""

    def test(value: object, scope: Scope) -> bool | None:
        found = run(scope)
        return None if found is None else matches(value, found, scope)

    return test


def expression(run: Run, *, implicit: bool) -> Test:
    """An expression as a test: true itself if it speaks of `?`, else equal to the value or holding it."""

    def test(value: object, scope: Scope) -> bool | None:
        found = run(scope.inner({"?": value}) if implicit else scope)
        if implicit and isinstance(found, bool):
            return found
        return matches(value, found, scope)

    return test


def matches(value: object, found: object, scope: Scope) -> bool | None:
    """Whether `value` is what was found, lies in it, or is among it."""
    if type(found) is Range:
        result = comparing.contains(found, value)
    elif isinstance(found, list) and not isinstance(value, list):
        return in_list(value, found, scope.state.budget)
    elif isinstance(found, list) and isinstance(value, list):
        budget = scope.state.budget
        return comparing.equal(value, found, budget) is True or in_list(value, found, budget)
    elif isinstance(found, bool) and value is not None and not isinstance(value, bool):
        return found
    else:
        result = comparing.equal(value, found, scope.state.budget)
    if result is None:
        scope.state.say(messages.UNLIKE.format(left=kind(value), right=kind(found)))
    return result


def in_list(value: object, items: list[object], budget: Budget) -> bool:
    """Whether `value` is one of the items, or lies in one of them that is a range."""
    budget.spend(len(items) // 4)
    return any(_in_item(value, plain(item), budget) for item in items)


def _in_item(value: object, item: object, budget: Budget) -> bool:
    if isinstance(item, Range) and not isinstance(value, Range):
        return comparing.contains(item, value) is True
    return comparing.equal(value, item, budget) is True


def any_of(tests: tuple[Test, ...]) -> Test:
    """True when one of the tests is; a single test keeps its null."""
    if len(tests) == 1:
        return tests[0]

    def test(value: object, scope: Scope) -> bool | None:
        return any(one(value, scope) is True for one in tests)

    return test
