"""FEEL everywhere: every expression can be read, uses only names and functions that exist, and compares like with like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.definitions import diagram
from engine.definitions.checks import known_names, known_types, timers
from engine.definitions.checks.model import Model, Place
from engine.definitions.checks.wording import near
from engine.definitions.diagram import Node
from engine.definitions.formula import Formula, FormulaError, is_formula, parse
from engine.definitions.schema import Field, Form
from engine.definitions.vocabulary import FORMULAS, TASK_NAMES
from engine.errors import Finding
from engine.expressions.types import Type

MAX_LENGTH = 2_000


def check(model: Model) -> Iterable[Finding]:
    """An expression that cannot be read is an error; an unknown name too in a routine, where every name is declared somewhere."""
    known, types = known_names.of(model), known_types.of(model)
    of_line = known | TASK_NAMES
    for _, flow in model.flows():
        if flow.condition is not None:
            yield from _text(model, flow, "condition", flow.condition, known, types)
    for _, node in model.nodes():
        for what, text in _of_node(node):
            allowed = of_line if what == "samordna:line" else known
            yield from _text(model, node, what, text, allowed, types)
    for form in model.forms:
        for asked, formula, what in _of_form(form):
            found = Finding(form.path, asked.line, "error", "", asked.id or asked.key, "")
            yield from _names(model, found, what, formula, known)
            yield from _comparisons(found, what, formula, types)


def _of_node(node: Node) -> Iterator[tuple[str, str]]:
    """What is FEEL on a node; attributes that are FEEL always, values only where they begin with `=`."""
    loop = node.multi_instance
    for own in (node.own, diagram.attributes(loop) if loop is not None else {}):
        for name in sorted(FORMULAS & set(own)):
            yield f"samordna:{name}", own[name]
    for name, value in node.inputs:
        if is_formula(value):
            yield f"input {name}", value
    for kind, text in timers.values(node):
        if is_formula(text):
            yield kind, text


def _of_form(form: Form) -> Iterator[tuple[Field, Formula, str]]:
    for asked in form.walk():
        if asked.hide is not None:
            yield asked, asked.hide, "conditional.hide"
        if asked.proposed is not None:
            yield asked, asked.proposed, "properties.proposed"
        if asked.options_formula is not None:
            yield asked, asked.options_formula, "valuesExpression"


def _text(
    model: Model, place: Place, what: str, text: str, known: frozenset[str], types: Mapping[str, Type]
) -> Iterable[Finding]:
    found = Finding(place.path, place.line, "error", "expression", place.id, "")
    if what.startswith("samordna:") and not is_formula(text):
        yield _told(
            found, "error", "expression", f"{what} is an expression and begins with =. Write = before it."
        )
        return
    if len(text) > MAX_LENGTH:
        yield _told(
            found,
            "error",
            "expression",
            f"The {what} is over {MAX_LENGTH} characters long. Use a decision table.",
        )
        return
    try:
        formula = parse(text)
    except FormulaError as error:
        yield _told(
            found,
            "error",
            "expression",
            f"The {what} cannot be read as FEEL: {error}. {_hint(text)}".rstrip(),
            about=("feel-slip", text, *_slip(text)) if _slip(text) else ("feel-unread", text),
        )
        return
    yield from _names(model, found, what, formula, known)
    yield from _comparisons(found, what, formula, types)


def _comparisons(found: Finding, what: str, formula: Formula, types: Mapping[str, Type]) -> Iterable[Finding]:
    for left, right in formula.unlike_comparisons(types):
        hint = (
            "Use list contains(...) to ask what is in a list."
            if "list" in (left, right)
            else "Compare like with like."
        )
        message = f"The {what} compares a {left} with a {right}, which is never true. {hint}"
        yield _told(found, "error", "unlike-types", message, about=("unlike", left, right))


def _names(
    model: Model, found: Finding, what: str, formula: Formula, known: frozenset[str]
) -> Iterable[Finding]:
    severity = "error" if model.stands_alone else "warning"
    for name in sorted(formula.free_names - known):
        close = near(name, known)
        hint = (
            f"Did you mean {close}?"
            if close
            else "Ask for it in a form, or set it as a result, or correct the name."
        )
        yield _told(
            found,
            severity,
            "unknown-name",
            f"The {what} uses {name[:80]}, which nothing in the routine writes. {hint}",
            about=("name-near", name, close) if close else ("name-unwritten", name),
        )
    for name in sorted(formula.unknown_functions):
        message = f"The {what} calls {name[:80]}, which is no function. Correct the name."
        yield _told(found, "error", "unknown-function", message, about=("function-unknown", name))


def _hint(text: str) -> str:
    found = _slip(text)
    return f"FEEL writes {found[1]} where this says {found[0]}." if found else ""


def _slip(text: str) -> tuple[str, str] | tuple[()]:
    """The slips of people who know other languages: what they write, and what FEEL has for it."""
    for sign, word in (
        ("==", "="),
        ("&&", "and"),
        ("||", "or"),
        ("${", "a plain expression"),
        ("!(", "not("),
    ):
        if sign in text:
            return sign, word
    return ()


def _told(found: Finding, severity: str, rule: str, message: str, *, about: tuple[str, ...] = ()) -> Finding:
    return Finding(found.path, found.line, severity, rule, found.element_id, message, about)
