"""What kind of value an expression gives, as far as can be told without running it, and comparisons that can never hold.

Enters: a tree and the types of the variables in scope. Leaves: kinds, or nothing where it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import nodes, temporal_text
from .nodes import Node
from .testing import children
from .types import ANY, Type, named
from .values import kind

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
    if isinstance(node, nodes.Literal):
        return ANY if node.value is None else _named(kind(node.value))
    if isinstance(node, nodes.At):
        value = temporal_text.read_any(node.text)
        return ANY if value is None else _named(kind(value))
    if isinstance(node, nodes.Name):
        return types.get(node.name, ANY)
    if isinstance(node, nodes.Path):
        source = type_of(node.source, types)
        return source.members.get(node.name, ANY) if source.name == "context" else ANY
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        known = node.function.name not in types
        return _named(_RESULTS.get(node.function.name, "")) if known else ANY
    return _named("boolean") if isinstance(node, _BOOLEAN) else ANY


def _named(name: str) -> Type:
    return named(name) or ANY


def unlike_comparisons(node: Node, types: Types) -> Iterator[tuple[str, str]]:
    """The kinds on both sides of each comparison whose sides can never be compared."""
    if isinstance(node, nodes.Comparison):
        left, right = type_of(node.left, types).name, type_of(node.right, types).name
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


def _without(types: Types, names: set[str]) -> Types:
    return {name: type_ for name, type_ in types.items() if name not in names}
