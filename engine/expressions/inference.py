"""What kind of value an expression gives, as far as can be told without running it, and comparisons that can never hold.

Enters: a tree and the types of the variables in scope. Leaves: kinds, or nothing where it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import nodes, temporal_text
from .nodes import Node
from .types import ANY, Type, named
from .values import kind
from .walking import children

Types = Mapping[str, Type]
_RESULTS = {
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "now": "date and time",
    "today": "date",
    "string": "string",
    "number": "number",
    "count": "number",
    "string length": "number",
    "upper case": "string",
    "lower case": "string",
    "substring": "string",
    "contains": "boolean",
    "list contains": "boolean",
    "starts with": "boolean",
    "ends with": "boolean",
    "matches": "boolean",
    "day of week": "string",
    "month of year": "string",
    "years and months duration": "years and months duration",
}
_BOOLEAN = (nodes.Comparison, nodes.Logic, nodes.Between, nodes.In, nodes.InstanceOf, nodes.Quantified)


def type_of(node: Node, types: Types) -> Type:
    """The type of what `node` gives, `Any` where that cannot be told."""
    if isinstance(node, (nodes.Literal, nodes.At)):
        value = node.value if isinstance(node, nodes.Literal) else temporal_text.read_any(node.text)
        return ANY if value is None else _named(kind(value))
    if isinstance(node, nodes.Name):
        return types.get(node.name, ANY)
    if isinstance(node, nodes.Path):
        source = type_of(node.source, types)
        return source.members.get(node.name, ANY) if source.name == "context" else ANY
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        return _result_of(node.function.name, node, types)
    if isinstance(node, nodes.Arithmetic):
        return _calculated(node, types)
    return _named("boolean") if isinstance(node, _BOOLEAN) else ANY


def _result_of(name: str, call: nodes.Call, types: Types) -> Type:
    """What a function gives: one handed in or in scope as its type says, else the language's own."""
    if name in types:
        return types[name].result or ANY
    if name == "duration" and len(call.arguments) == 1 and isinstance(call.arguments[0], nodes.Literal):
        text = call.arguments[0].value
        value = temporal_text.read_duration(text) if isinstance(text, str) else None
        return ANY if value is None else _named(kind(value))
    return _named(_RESULTS.get(name, ""))


def _calculated(node: nodes.Arithmetic, types: Types) -> Type:
    left, right = type_of(node.left, types), type_of(node.right, types)
    if left.name == right.name == "number":
        return left
    longer = node.operator in "+-" and right.name.endswith("duration")
    return left if longer and left.name in ("date", "date and time", "time") else ANY


def _named(name: str) -> Type:
    return named(name) or ANY


def unlike_comparisons(node: Node, types: Types) -> Iterator[tuple[str, str]]:
    """The kinds on both sides of each comparison whose sides can never be compared."""
    for one, other in _compared(node):
        left, right = type_of(one, types).name, type_of(other, types).name
        if "Any" not in (left, right) and left != right:
            yield left, right
    inner = types
    if isinstance(node, (nodes.For, nodes.Quantified)):
        inner = _without(types, {iterator.name for iterator in node.iterators})
    elif isinstance(node, nodes.Definition):
        inner = _without(types, {name for name, _ in node.parameters})
    elif isinstance(node, nodes.ContextOf):
        inner = _without(types, {name for name, _ in node.entries})
    elif isinstance(node, nodes.Filter):
        yield from unlike_comparisons(node.source, types)
        return  # an item's entries may hide the variables
    for child in children(node):
        yield from unlike_comparisons(child, inner)


def _compared(node: Node) -> Iterator[tuple[Node, Node]]:
    """The pairs that a node compares with each other."""
    if isinstance(node, nodes.Comparison):
        yield node.left, node.right
    elif isinstance(node, nodes.Between):
        yield node.value, node.low
        yield node.value, node.high
    elif isinstance(node, nodes.In):
        for test in node.tests:
            if isinstance(test, nodes.UnaryComparison):
                yield node.value, test.operand
            elif isinstance(test, nodes.Interval):
                yield node.value, test.low
                yield node.value, test.high


def _without(types: Types, names: set[str]) -> Types:
    return {name: type_ for name, type_ in types.items() if name not in names}
