"""Boxed expressions of DMN to closures: literal, context, list, relation, invocation, function, conditional, filter,
iteration and decision table (DMN 1.5, clauses 7.3.5, 8 and 10.2.2).

Enters: an element and what is known where it stands. Leaves: a function of the scope. What cannot be read becomes a
note and a function that fails with it, so that the rest of the model still works.
"""

from __future__ import annotations

from collections.abc import Callable

from engine import xml

from . import boxed_tables, loops, messages, paths
from .calling import call
from .names import normalised
from .places import Place
from .reading import Element, child, children, text_in
from .scope import Run, Scope
from .three_valued import condition
from .types import ANY, MISMATCH, Type, coerced
from .values import Function, kind

KINDS = (
    "literalExpression", "decisionTable", "context", "list", "relation", "invocation", "functionDefinition",
    "conditional", "filter", "for", "every", "some",
)  # fmt: skip


def content(element: Element) -> Element | None:
    """The boxed expression inside an element."""
    return child(element, *KINDS)


def inside(element: Element | None, place: Place) -> Run:
    """The boxed expression inside `element`, null when there is none."""
    inner = None if element is None else content(element)
    return null if inner is None else build(inner, place)


def null(scope: Scope) -> object:
    return None


def failing(message: str) -> Run:
    def run(scope: Scope) -> object:
        scope.state.fail(message)
        return None

    return run


def build(element: Element, place: Place) -> Run:
    """The closure of one boxed expression."""
    return _BUILDERS[xml.local(element)](element, place)


def typed(run: Run, wanted: Type, name: str) -> Run:
    """`run` with its value as the type `wanted`, or null and a message."""
    if wanted is ANY:
        return run

    def checked(scope: Scope) -> object:
        value = run(scope)
        result = coerced(value, wanted, scope.state.budget)
        if result is MISMATCH:
            words = {"name": name, "kind": kind(value), "type": wanted.label or wanted.name}
            scope.state.say(messages.WRONG_TYPE.format(**words))
            return None
        return result

    return checked


def _literal(element: Element, place: Place) -> Run:
    text = text_in(element)
    if not text:
        return null
    parsed = place.parse(text, element)
    if parsed is None:
        return failing(messages.BAD_EXPRESSION.format(name=place.where, reason=messages.UNREADABLE))
    return parsed.run


def _table(element: Element, place: Place) -> Run:
    return boxed_tables.build(element, place)


def _context(element: Element, place: Place) -> Run:
    entries: list[tuple[str | None, Run]] = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        if variable is None:
            entries.append((None, inside(entry, place)))
            continue
        name = normalised(variable.get("name", ""))
        run = typed(inside(entry, place), place.types.reference(variable), name)
        entries.append((name, run))
        place = place.with_names(name)

    def run_context(scope: Scope) -> object:
        made: dict[str, object] = {}
        inner = scope.inner(made)
        for name, run in entries:
            if name is None:
                return run(inner)
            made[name] = run(inner)
        return made

    return run_context


def _list(element: Element, place: Place) -> Run:
    items = [build(item, place) for item in children(element, *KINDS)]

    def run(scope: Scope) -> object:
        scope.state.budget.touch(len(items))
        return [item(scope) for item in items]

    return run


def _relation(element: Element, place: Place) -> Run:
    columns = [normalised(column.get("name", "")) for column in children(element, "column")]
    types = [place.types.reference(column) for column in children(element, "column")]
    rows = []
    for row in children(element, "row"):
        cells = [build(cell, place) for cell in children(row, *KINDS)]
        rows.append(
            [typed(cell, wanted, name) for name, wanted, cell in zip(columns, types, cells, strict=False)]
        )

    def run(scope: Scope) -> object:
        scope.state.budget.touch(len(rows) * len(columns))
        return [{name: cell(scope) for name, cell in zip(columns, row, strict=False)} for row in rows]

    return run


def _invocation(element: Element, place: Place) -> Run:
    function = inside(element, place)
    names: list[str] = []
    arguments: list[Run] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        names.append(normalised("" if parameter is None else parameter.get("name", "")))
        arguments.append(inside(binding, place))
    given = tuple(names)

    def run(scope: Scope) -> object:
        called = function(scope)
        return call(scope.state, called, [argument(scope) for argument in arguments], given)

    return run


def function(element: Element, place: Place, declared: Type = ANY) -> Run:
    """A function definition, also that of a business knowledge model: a closure over the scope it is made in.

    `declared` is the type of the variable that holds it: a function's, or in older files that of its result.
    """
    if element.get("kind", "FEEL") not in ("FEEL", ""):
        place.notes.add("external-function", element, messages.NO_EXTERNAL, broken=False)
        return _saying(messages.NO_EXTERNAL)
    parameters = children(element, "formalParameter")
    names = tuple(normalised(parameter.get("name", "")) for parameter in parameters)
    types = tuple(place.types.reference(parameter) for parameter in parameters)
    body = inside(element, place.with_variables(dict(zip(names, types, strict=True))))
    result = _result_type(declared) or _result_type(place.types.reference(element))

    def run(scope: Scope) -> object:
        def apply(state: object, given: list[object]) -> object:
            return body(scope.inner(dict(zip(names, given, strict=True))))

        return Function(names, apply, types, result)

    return run


def _result_type(declared: Type) -> Type | None:
    if declared.name == "function":
        return declared.result
    return None if declared is ANY else declared


def _saying(message: str) -> Run:
    def run(scope: Scope) -> object:
        scope.state.say(message)
        return None

    return run


def _conditional(element: Element, place: Place) -> Run:
    parts = [inside(child(element, name), place) for name in ("if", "then", "else")]
    return condition(*parts)


def _filter(element: Element, place: Place) -> Run:
    source = inside(child(element, "in"), place)
    match = child(element, "match")
    return paths.filtering(source, inside(match, place.with_names("item")), None)


def _iterator(element: Element, place: Place) -> tuple[loops.Step, Place]:
    name = normalised(element.get("iteratorVariable", ""))
    return loops.Step(name, inside(child(element, "in"), place), None), place.with_names(name, "partial")


def _for(element: Element, place: Place) -> Run:
    step, inner = _iterator(element, place)
    return loops.collecting((step,), inside(child(element, "return"), inner), partial=True)


def _quantified(element: Element, place: Place) -> Run:
    step, inner = _iterator(element, place)
    return loops.quantifying(xml.local(element), (step,), inside(child(element, "satisfies"), inner))


_BUILDERS: dict[str, Callable[[Element, Place], Run]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "every": _quantified,
    "some": _quantified,
}
