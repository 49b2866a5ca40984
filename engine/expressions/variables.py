"""Which variables and functions an expression takes from outside, and which names a context holds."""

from __future__ import annotations

from collections.abc import Mapping

from . import names, nodes
from .registry import Builtin
from .walking import children

_IMPLICIT = frozenset({"?", "partial"})
_DEPTH = 8


def names_in(context: Mapping[str, object] | None) -> frozenset[str]:
    """The names with spaces or signs in a context and the contexts and lists inside it."""
    found: set[str] = set()
    if context is not None:
        _gather(context, found, _DEPTH)
    return frozenset(found)


def _gather(value: object, found: set[str], depth: int) -> None:
    if depth and isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str) and not names.is_plain(key):
                found.add(key)
            if isinstance(item, (Mapping, list)):
                _gather(item, found, depth - 1)
    elif depth and isinstance(value, list):
        for item in value[:20]:
            _gather(item, found, depth - 1)


class _Search:
    """One walk over a tree, with the local names at each place."""

    def __init__(self, known: frozenset[str], functions: frozenset[str]) -> None:
        self.known = known
        self.functions = functions
        self.names: set[str] = set()
        self.calls: set[str] = set()

    def walk(self, node: nodes.Node, local: frozenset[str], *, filtered: bool) -> None:
        """`filtered`: inside a filter, where an unknown name may be an entry of the item."""
        if isinstance(node, nodes.Name):
            self._name(node.name, local, filtered=filtered)
        elif isinstance(node, nodes.Filter):
            self.walk(node.source, local, filtered=filtered)
            self.walk(node.condition, local | {"item"}, filtered=True)
        elif isinstance(node, nodes.Definition):
            if not node.external:
                self.walk(node.body, local | {name for name, _ in node.parameters}, filtered=filtered)
        else:
            self._walk_parts(node, local, filtered=filtered)

    def _walk_parts(self, node: nodes.Node, local: frozenset[str], *, filtered: bool) -> None:
        parts = children(node)
        if isinstance(node, nodes.ContextOf):
            for key, value in node.entries:
                self.walk(value, local, filtered=filtered)
                local |= {key}
            return
        if isinstance(node, (nodes.For, nodes.Quantified)):
            local = self._iterators(node.iterators, local, filtered=filtered)
            parts = [node.body if isinstance(node, nodes.For) else node.condition]
        elif isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
            self._call(node.function.name, local)
            parts = list(node.arguments)
        for part in parts:
            self.walk(part, local, filtered=filtered)

    def _iterators(
        self, iterators: tuple[nodes.Iterator, ...], local: frozenset[str], *, filtered: bool
    ) -> frozenset[str]:
        for iterator in iterators:
            self.walk(iterator.domain, local, filtered=filtered)
            if iterator.end is not None:
                self.walk(iterator.end, local, filtered=filtered)
            local |= {iterator.name}
        return local

    def _name(self, name: str, local: frozenset[str], *, filtered: bool) -> None:
        if name in local or name in _IMPLICIT or (filtered and name not in self.known):
            return
        if name in self.known or (name not in Builtin.all and name not in self.functions):
            self.names.add(name)

    def _call(self, name: str, local: frozenset[str]) -> None:
        if name in local:
            return
        if name in self.known and name not in Builtin.all:
            self.names.add(name)
        elif name not in Builtin.all and name not in self.functions:
            self.calls.add(name)


def free(
    node: nodes.Node, known: frozenset[str], functions: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The outermost variables that are read, and the functions called that are neither built in nor handed in."""
    search = _Search(known, functions)
    search.walk(node, frozenset(), filtered=False)
    return frozenset(search.names), frozenset(search.calls)
