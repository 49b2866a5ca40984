"""Tree to closures: every node becomes one Python function of the scope, so that nothing is looked up twice at run time.

Enters: a tree. Leaves: a function `Scope -> value`. What the standard calls an error becomes None with a message.
"""

from __future__ import annotations

from functools import singledispatch

from . import (
    calling,
    comparing,
    loops,
    messages,
    nodes,
    operators,
    paths,
    references,
    temporal_text,
    testing,
    three_valued,
)
from .budget import MAX_HEIGHT, LimitExceeded
from .nodes import Node
from .scope import Run, Scope, State
from .types import ANY, Type, conforms, resolve
from .values import Function, Range
from .walking import cost_of_one_round, reads_partial, uses_implicit_value


def compiled(node: Node, height: int = 0) -> Run:
    """The function that evaluates `node`."""
    if height > MAX_HEIGHT:
        raise LimitExceeded(messages.TOO_NESTED)
    return _compile(node, height + 1)


@singledispatch
def _compile(node: Node, height: int) -> Run:
    raise TypeError(type(node).__name__)


@_compile.register
def _literal(node: nodes.Literal, height: int) -> Run:
    value = node.value
    return lambda scope: value


@_compile.register
def _at(node: nodes.At, height: int) -> Run:
    value = temporal_text.read_any(node.text)
    if value is not None:
        return lambda scope: value
    return _saying(messages.NOT_A_DATE.format(text=node.text[:40]))


def _saying(message: str) -> Run:
    def run(scope: Scope) -> object:
        scope.state.say(message)
        return None

    return run


@_compile.register
def _name(node: nodes.Name, height: int) -> Run:
    return references.variable(node.name)


@_compile.register
def _path(node: nodes.Path, height: int) -> Run:
    source, name = compiled(node.source, height), node.name
    return lambda scope: paths.step(scope.state, source(scope), name)


@_compile.register
def _filter(node: nodes.Filter, height: int) -> Run:
    return paths.filtering(compiled(node.source, height), compiled(node.condition, height), node.condition)


@_compile.register
def _call(node: nodes.Call, height: int) -> Run:
    arguments = tuple(compiled(argument, height) for argument in node.arguments)
    given = node.names
    if isinstance(node.function, nodes.Name):
        name = node.function.name
        by_name = references.call(name, arguments, given)
        known = calling.written_out(node)
        return by_name if known is None else references.constant_call(name, *known, by_name)
    function = compiled(node.function, height)

    def run(scope: Scope) -> object:
        return calling.call(scope.state, function(scope), [argument(scope) for argument in arguments], given)

    return run


@_compile.register
def _negation(node: nodes.Negation, height: int) -> Run:
    return operators.negation(compiled(node.operand, height))


@_compile.register
def _arithmetic(node: nodes.Arithmetic, height: int) -> Run:
    left, right = compiled(node.left, height), compiled(node.right, height)
    if node.operator == "**":
        return operators.power(left, right)
    return operators.calculation(node.operator, left, right)


@_compile.register
def _comparison(node: nodes.Comparison, height: int) -> Run:
    left, right = compiled(node.left, height), compiled(node.right, height)
    if node.operator in ("=", "!="):
        return operators.equality(left, right, negated=node.operator == "!=")
    return operators.order(node.operator, left, right)


@_compile.register
def _logic(node: nodes.Logic, height: int) -> Run:
    operands = tuple(compiled(operand, height) for operand in node.operands)
    return three_valued.joined(operands, decisive=node.operator == "or")


@_compile.register
def _between(node: nodes.Between, height: int) -> Run:
    value, low, high = (compiled(part, height) for part in (node.value, node.low, node.high))
    return three_valued.between(value, low, high)


@_compile.register
def _in(node: nodes.In, height: int) -> Run:
    value = compiled(node.value, height)
    tests = testing.any_of(tuple(_compiled_test(test, height) for test in node.tests))
    return lambda scope: tests(value(scope), scope)


def _compiled_test(node: Node, height: int) -> testing.Test:
    if isinstance(node, nodes.UnaryComparison):
        return testing.comparison(node.operator, compiled(node.operand, height))
    if isinstance(node, nodes.Interval):
        return testing.interval(compiled(node, height))
    return testing.expression(compiled(node, height), implicit=uses_implicit_value(node))


def compiled_tests(node: nodes.Tests) -> testing.Test:
    """A whole cell: a function of the value under test and the scope that says True, False or None."""
    tests = testing.any_of(tuple(_compiled_test(test, 0) for test in node.tests))
    if not node.tests:
        return lambda value, scope: True
    if not node.negated:
        return tests

    def negated(value: object, scope: Scope) -> bool | None:
        result = tests(value, scope)
        return None if result is None else not result

    return negated


@_compile.register
def _unary_comparison(node: nodes.UnaryComparison, height: int) -> Run:
    return operators.open_range(node.operator, compiled(node.operand, height))


@_compile.register
def _interval(node: nodes.Interval, height: int) -> Run:
    if isinstance(node.low, nodes.Literal) and isinstance(node.high, nodes.Literal):
        written = Range(node.low.value, node.high.value, node.low_included, node.high_included)
        if comparing.ordered("<=", written.low, written.high) is not None:
            return lambda scope: written
    low, high = compiled(node.low, height), compiled(node.high, height)
    return operators.interval(low, high, low_included=node.low_included, high_included=node.high_included)


@_compile.register
def _list(node: nodes.ListOf, height: int) -> Run:
    items = tuple(compiled(item, height) for item in node.items)
    return lambda scope: [item(scope) for item in items]


@_compile.register
def _context(node: nodes.ContextOf, height: int) -> Run:
    entries = tuple((key, compiled(value, height)) for key, value in node.entries)

    def run(scope: Scope) -> object:
        made: dict[str, object] = {}
        inner = scope.inner(made)
        for key, value in entries:
            made[key] = value(inner)
        return made

    return run


@_compile.register
def _if(node: nodes.If, height: int) -> Run:
    parts = (compiled(part, height) for part in (node.condition, node.then, node.otherwise))
    return three_valued.condition(*parts)


def _steps(iterators: tuple[nodes.Iterator, ...], height: int) -> tuple[loops.Step, ...]:
    return tuple(
        loops.Step(
            iterator.name,
            compiled(iterator.domain, height),
            None if iterator.end is None else compiled(iterator.end, height),
        )
        for iterator in iterators
    )


@_compile.register
def _for(node: nodes.For, height: int) -> Run:
    body, steps = compiled(node.body, height), _steps(node.iterators, height)
    return loops.collecting(steps, body, partial=reads_partial(node.body), cost=cost_of_one_round(node.body))


@_compile.register
def _quantified(node: nodes.Quantified, height: int) -> Run:
    condition, steps = compiled(node.condition, height), _steps(node.iterators, height)
    return loops.quantifying(node.quantifier, steps, condition, cost=cost_of_one_round(node.condition))


@_compile.register
def _instance_of(node: nodes.InstanceOf, height: int) -> Run:
    value, written = compiled(node.value, height), node.type

    def run(scope: Scope) -> object:
        wanted = resolve(written, scope.state.types)
        if wanted is None:
            scope.state.say(messages.UNKNOWN_TYPE.format(name=written.name))
            return None
        return conforms(value(scope), wanted, scope.state.budget)

    return run


@_compile.register
def _definition(node: nodes.Definition, height: int) -> Run:
    names = tuple(name for name, _ in node.parameters)
    if node.external:
        return _saying(messages.NO_EXTERNAL)
    body, cost = compiled(node.body, height), cost_of_one_round(node.body)

    def run(scope: Scope) -> object:
        types = tuple(_parameter_type(scope, written) for _, written in node.parameters)

        def apply(state: State, values: list[object]) -> object:
            state.budget.spend(cost)
            return body(Scope(dict(zip(names, values, strict=True)), scope, state))

        return Function(names, apply, types)

    return run


def _parameter_type(scope: Scope, written: nodes.TypeName | None) -> Type:
    return (resolve(written, scope.state.types) if written is not None else None) or ANY
