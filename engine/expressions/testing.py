"""Unary tests: does a value pass `< 10`, `[1..5]`, `"a", "b"` or an expression over `?` (DMN 1.5, 7.3.3 and rule 7 to 15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache

from . import comparing, messages, nodes
from .nodes import Node
from .scope import Run, Scope
from .values import Range, kind, plain

Test = Callable[[object, Scope], bool | None]


def comparison(operator: str, operand: Run) -> Test:
    """`< 10`, `= "a"` ..."""
    if operator in ("=", "!="):

        def same(value: object, scope: Scope) -> bool | None:
            result = comparing.equal(value, operand(scope))
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
        scope.state.budget.spend(len(found))
        return any(in_item(value, plain(item)) for item in found)
    elif isinstance(found, list) and isinstance(value, list):
        scope.state.budget.spend(len(found))
        return comparing.equal(value, found) is True or any(in_item(value, plain(item)) for item in found)
    elif isinstance(found, bool) and value is not None and not isinstance(value, bool):
        return found
    else:
        result = comparing.equal(value, found)
    if result is None:
        scope.state.say(messages.UNLIKE.format(left=kind(value), right=kind(found)))
    return result


def in_item(value: object, item: object) -> bool:
    if isinstance(item, Range) and not isinstance(value, Range):
        return comparing.contains(item, value) is True
    return comparing.equal(value, item) is True


def any_of(tests: tuple[Test, ...]) -> Test:
    """True when one of the tests is; a single test keeps its null."""
    if len(tests) == 1:
        return tests[0]

    def test(value: object, scope: Scope) -> bool | None:
        return any(one(value, scope) is True for one in tests)

    return test


@lru_cache(maxsize=4096)
def uses_implicit_value(node: Node) -> bool:
    """Whether `?` stands in the expression, outside tests of its own."""
    if isinstance(node, nodes.Name):
        return node.name == "?"
    if isinstance(node, nodes.In):
        return uses_implicit_value(node.value)
    return any(uses_implicit_value(child) for child in children(node))


@lru_cache(maxsize=4096)
def reads_partial(node: Node) -> bool:
    """Whether `partial`, the values of a `for` so far, stands in the expression."""
    return (isinstance(node, nodes.Name) and node.name == "partial") or any(
        map(reads_partial, children(node))
    )


def children(node: Node) -> list[Node]:
    """The expressions directly under a node."""
    found: list[Node] = []
    for part in fields(node):
        _gather(getattr(node, part.name), found)
    return found


def _gather(value: object, found: list[Node]) -> None:
    if isinstance(value, Node):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _gather(item, found)
