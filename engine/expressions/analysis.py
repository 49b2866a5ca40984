"""Findings about a decision model: what its author must mend before it runs, in words a process owner understands.

Enters: a graph. Leaves: `Finding`s with element id and line; `error` for what cannot work or contradicts itself, `warning`
for what may be meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import xml
from engine.errors import Finding

from . import comparing, coverage, inference, messages, printing, reading, sampling
from .budget import LimitExceeded
from .coverage import Example, Search
from .feel import UnaryTests
from .places import Use
from .reading import Element, children
from .requirements import Graph
from .tables import Input, Table
from .values import kind

_ONE_RESULT = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})
_MAX_PER_TABLE = 20


def findings(graph: Graph, functions: frozenset[str]) -> list[Finding]:
    """All findings of a model. `functions` are names that will be handed in when it is run."""
    found = [
        Finding("", one.line, "error" if one.broken else "warning", one.rule, one.element_id, one.message)
        for one in graph.notes.problems
    ]
    found += _duplicates(graph)
    found += _unknown(graph, functions)
    found += _unlike_comparisons(graph)
    for element, table in graph.tables:
        found += list(_of_table(graph, element, table))[:_MAX_PER_TABLE]
    return list(dict.fromkeys(found))


def _finding(
    element: Element, severity: str, rule: str, message: str, about: tuple[str, ...] = ()
) -> Finding:
    return Finding("", xml.line_of(element), severity, rule, reading.identity(element), message, about)


def _duplicates(graph: Graph) -> Iterator[Finding]:
    ids: dict[str, Element] = {}
    for element in graph.root.iter("*"):
        id_ = element.get("id")
        if id_ and id_ in ids:
            words = {"name": id_, "line": xml.line_of(ids[id_])}
            yield _finding(element, "error", "duplicate-id", messages.DUPLICATE_ID.format(**words))
        elif id_:
            ids[id_] = element
    names: set[str] = set()
    for id_, node in graph.nodes.items():
        if node.name in names:
            message = messages.DUPLICATE_NAME.format(name=node.name)
            yield _finding(graph.elements[id_], "error", "duplicate-name", message)
        names.add(node.name)


def _unknown(graph: Graph, functions: frozenset[str]) -> Iterator[Finding]:
    components = graph.types.components()
    for use in graph.uses:
        for name in sorted(use.parsed.free_names - use.names - components - functions):
            message = messages.UNKNOWN_VARIABLE.format(where=_where(use), name=name)
            yield _finding(use.element, "error", "unknown-name", message)
        for name in sorted(use.parsed.free_functions - use.names - functions):
            message = messages.UNKNOWN_FUNCTION.format(where=_where(use), name=name)
            yield _finding(use.element, "error", "unknown-function", message)


def _where(use: Use) -> str:
    """The element people know, with rule and column for a cell."""
    rule = use.element.getparent()
    if rule is None or xml.local(rule) != "rule":
        return f"'{use.where}'"
    table = rule.getparent()
    number = 0 if table is None else children(table, "rule").index(rule) + 1
    column = children(rule, "inputEntry", "outputEntry").index(use.element) + 1
    return f"'{use.where}', rule {number}, column {column}:"


def _unlike_comparisons(graph: Graph) -> Iterator[Finding]:
    for use in graph.uses:
        trees = use.parsed.tree.tests if isinstance(use.parsed, UnaryTests) else (use.parsed.tree,)
        for tree in trees:
            for left, right in inference.unlike_comparisons(tree, use.variables):
                message = messages.UNLIKE_COMPARISON.format(where=_where(use), left=left, right=right)
                yield _finding(use.element, "error", "unlike-types", message)


def _of_table(graph: Graph, element: Element, table: Table) -> Iterator[Finding]:
    holds_one = _collects_into_one(graph, element, table)
    unlike = list(_unlike(element, table))
    yield from unlike
    try:
        if not table.rules:
            yield _finding(element, "warning", "gap", messages.NO_RULES.format(table=table.name))
        search = None if unlike else coverage.search(table)
        if search is not None:
            yield from _overlaps(element, search, holds_one=holds_one)
            yield from _unreachable(element, search)
            yield from _gaps(element, search, holds_one=holds_one)
    except (sampling.TooLarge, LimitExceeded):
        yield _finding(element, "warning", "table-too-large", messages.NOT_ANALYSED.format(table=table.name))


def _collects_into_one(graph: Graph, element: Element, table: Table) -> bool:
    """Whether a table of lists stands in a decision whose type is not a list: it works as long as one rule fits."""
    lists = table.policy in ("RULE ORDER", "OUTPUT ORDER") or (
        table.policy == "COLLECT" and not table.aggregation
    )
    parent = element.getparent()
    owner = graph.nodes.get(reading.identity(parent)) if lists and parent is not None else None
    return owner is not None and owner.kind == "decision" and owner.type.name not in ("Any", "list")


def _rule_element(element: Element, index: int) -> Element:
    return children(element, "rule")[index]


def _words(example: Example) -> str:
    return (
        " and ".join(f"{label} is {printing.literal(value)}" for label, value in example.items()) or "always"
    )


def _overlaps(element: Element, search: Search, *, holds_one: bool) -> Iterator[Finding]:
    table = search.table
    if table.policy not in ("UNIQUE", "ANY") and not holds_one:
        return
    for first, second, example in search.overlaps():
        rules = table.rules[first], table.rules[second]
        words = {
            "table": table.name,
            "first": rules[0].number,
            "second": rules[1].number,
            "example": _words(example),
            "policy": table.policy,
        }
        where, about = (
            _rule_element(element, second),
            ("both-rows", str(rules[0].number), str(rules[1].number)),
        )
        if holds_one:
            yield _finding(where, "error", "several-results", messages.SEVERAL_KEPT.format(**words), about)
        elif table.policy == "UNIQUE":
            yield _finding(where, "error", "overlapping-rules", messages.OVERLAP.format(**words), about)
        elif [str(one) for one in rules[0].results] != [str(one) for one in rules[1].results]:
            yield _finding(
                where, "error", "contradicting-rules", messages.CONTRADICTION.format(**words), about
            )


def _unreachable(element: Element, search: Search) -> Iterator[Finding]:
    if search.table.policy != "FIRST":
        return
    for rule, earlier in search.unreachable():
        numbers = ", ".join(str(search.table.rules[one].number) for one in earlier)
        words = {"table": search.table.name, "rule": search.table.rules[rule].number, "earlier": numbers}
        yield _finding(
            _rule_element(element, rule), "warning", "unreachable-rule", messages.UNREACHABLE.format(**words)
        )


def _gaps(element: Element, search: Search, *, holds_one: bool) -> Iterator[Finding]:
    table = search.table
    if (table.policy not in _ONE_RESULT and not holds_one) or any(
        column.default is not None for column in table.outputs
    ):
        return
    for example in search.gaps():
        about = (
            "gap",
            *(said for label, value in example.items() for said in (label, printing.literal(value))),
        )
        told = messages.GAP.format(table=table.name, example=_words(example))
        yield _finding(element, "warning", "gap", told, about)


def _unlike(element: Element, table: Table) -> Iterator[Finding]:
    """Cells that test another kind of value than their column holds, or a value that it may not have."""
    rows = [children(rule, "inputEntry") for rule in children(element, "rule")]
    for number, column in enumerate(table.inputs, 1):
        expected = column.type.name if column.type.name not in ("Any", "list", "context", "null") else ""
        first_rule = 0
        for index, rule in enumerate(table.rules):
            cell = rows[index][number - 1]
            for value in _tested(rule.tests[number - 1]):
                found = kind(value)
                if not expected:
                    expected, first_rule = found, rule.number
                elif found != expected:
                    yield _finding(
                        cell,
                        "error",
                        "unlike-types",
                        _unlike_words(table.name, column, rule.number, number, found, expected, first_rule),
                    )
                elif not _possible(column, value):
                    words = {
                        "table": table.name,
                        "rule": rule.number,
                        "column": number,
                        "label": column.label,
                    }
                    yield _finding(
                        cell, "warning", "value-not-allowed", messages.VALUE_OUTSIDE.format(**words)
                    )


def _tested(cell: UnaryTests) -> Iterator[object]:
    """The constants that a cell compares its input with."""
    for test in cell.tree.tests:
        for part in sampling.ends(test) or ():
            value = sampling.constant(part)
            if value is not None:
                yield value


def _unlike_words(
    table: str, column: Input, rule: int, number: int, found: str, expected: str, first_rule: int
) -> str:
    where: dict[str, object] = {"table": table, "column": number, "label": column.label}
    if not first_rule:
        return messages.UNLIKE_CELL.format(**where, rule=rule, found=found, expected=expected)
    mixed = {"first": expected, "first_rule": first_rule, "second": found, "second_rule": rule}
    return messages.UNLIKE_COLUMN.format(**where, **mixed)


def _possible(column: Input, value: object) -> bool:
    """False when the allowed values are listed one by one and this is none of them."""
    listed = sampling.listed(column)
    return not listed or any(comparing.equal(value, one) is True for one in listed)
