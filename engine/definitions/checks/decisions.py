"""Decision tables: they can be read, the one asked for is there, and what it looks at is case data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from posixpath import dirname

from engine import functions, xml
from engine.definitions.checks import known_names
from engine.definitions.checks.model import Model, error
from engine.definitions.checks.wording import near
from engine.definitions.diagram import text_of
from engine.definitions.formula import FormulaError, parse
from engine.errors import Finding
from engine.expressions import dmn


def check(model: Model) -> Iterable[Finding]:
    """The findings of the tables themselves, and whether diagram and tables fit together."""
    for path in model.tables:
        # those of its own folder first, as when it runs
        beside = sorted(model.tables, key=lambda other: dirname(other) != dirname(path))
        others = {other: model.bundle.files[other] for other in beside if other != path}
        for found in dmn.findings(model.bundle.files[path], others, functions.NAMES):
            yield replace(found, path=path, line=max(found.line, 1))
    yield from _asked_for(model)
    if model.conventions:
        yield from _inputs(model)


def _decisions(root: xml.Element) -> Iterable[xml.Element]:
    return (element for element in root.iter("{*}decision") if element.get("id"))


def _asked_for(model: Model) -> Iterable[Finding]:
    known = {decision.get("id", "") for root in model.tables.values() for decision in _decisions(root)}
    for _, node in model.nodes():
        wanted = node.own.get("decision", "")
        if node.kind != "businessRuleTask":
            continue
        if not wanted:
            yield error(
                node, "decision", "It does not say which decision it asks for. Add samordna:decision."
            )
        elif wanted not in known:
            close = near(wanted, known)
            hint = f"Did you mean {close}?" if close else "Add it to a .dmn file of the routine."
            yield error(node, "decision", f"There is no decision with the id {wanted[:80]}. {hint}")
        if model.conventions and not node.own.get("result"):
            yield error(
                node, "decision", "What it decides is kept nowhere. Add samordna:result with a name for it."
            )


def _inputs(model: Model) -> Iterable[Finding]:
    """Every name an input column reads is written somewhere, or is what another decision of the file gives."""
    known = known_names.of(model)
    for path, root in model.tables.items():
        given = {
            _name(element)
            for kind in ("decision", "businessKnowledgeModel")
            for element in root.iter(f"{{*}}{kind}")
        }
        given |= {element.get("id", "") for element in _decisions(root)}
        for data in root.iter("{*}inputData"):
            if _name(data) not in known | given:
                yield _unknown(model, path, data, _name(data))
        given |= {_name(element) for element in root.iter("{*}inputData")}
        for column in root.iter("{*}inputExpression"):
            if any(True for _ in column.iterancestors("{*}decision")):
                yield from _column(model, path, column, known | given)


def _name(element: xml.Element) -> str:
    return element.get("name", "")


def _column(
    model: Model, path: str, column: xml.Element, known: frozenset[str] | set[str]
) -> Iterable[Finding]:
    try:
        formula = parse(text_of(column.find("{*}text")))
    except FormulaError:
        return  # told by the table's own findings
    for name in sorted(formula.free_names - known):
        yield _unknown(model, path, column, name)


def _unknown(model: Model, path: str, element: xml.Element, name: str) -> Finding:
    message = f"The table looks at {name[:80]}, which nothing in the routine writes. Ask for it in a form, or correct the name."
    owner = next((one for one in (element, *element.iterancestors()) if one.get("id")), element)
    return Finding(
        path,
        xml.line_of(element),
        "error" if model.stands_alone else "warning",
        "unknown-name",
        owner.get("id", ""),
        message,
        ("name-unwritten", name),
    )
