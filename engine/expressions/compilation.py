"""Tree to closures: every node becomes one Python function of the scope, so that nothing is looked up twice at run time.

Enters: a tree. Leaves: a function `Scope -> value`. What the standard calls an error becomes None with a message.
"""

from __future__ import annotations

from decimal import Decimal
from functools import singledispatch

from . import (
    arithmetic,
    calling,
    comparing,
    loops,
    messages,
    nodes,
    paths,
    temporal_text,
    testing,
    three_valued,
)
from .budget import MAX_HEIGHT, LimitExceeded
from .nodes import Node
from .registry import Builtin
from .scope import Run, Scope, State
from .types import ANY, Type, conforms, resolve
from .values import KNOWN, Function, Range, kind, normal


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
    name = node.name
    unknown = messages.UNKNOWN_NAME.format(name=name)

    def run(scope: Scope) -> object:
        inner: Scope | None = scope
        while inner is not None:
            variables = inner.variables
            if name in variables:
                value = variables[name]
                return _taken_in(scope, name, value) if inner.foreign and type(value) not in KNOWN else value
            inner = inner.parent
        function = calling.find(scope, name)
        if function is None:
            scope.state.say(unknown)
        return function

    return run


def _taken_in(scope: Scope, name: str, value: object) -> object:
    result = normal(value)
    scope.state.budget.read(result)
    if result is None:
        scope.state.say(messages.NOT_A_VALUE.format(name=name))
    return result


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
        run_by_name = _call_by_name(node.function.name, arguments, given)
        known = calling.written_out(node)
        return run_by_name if known is None else _constant_call(node.function.name, *known, run_by_name)
    function = compiled(node.function, height)

    def run(scope: Scope) -> object:
        return calling.call(scope.state, function(scope), [argument(scope) for argument in arguments], given)

    return run


def _constant_call(name: str, function: Builtin, value: object, run: Run) -> Run:
    """`value`, unless something in scope has taken the function's name."""

    def constant(scope: Scope) -> object:
        return value if calling.find(scope, name) is function else run(scope)

    return constant


def _call_by_name(name: str, arguments: tuple[Run, ...], given: tuple[str, ...] | None) -> Run:
    unknown = messages.NOT_A_FUNCTION.format(name=name)

    def run(scope: Scope) -> object:
        function = calling.find(scope, name)
        if function is None:
            scope.state.say(unknown)
            return None
        return calling.call(scope.state, function, [argument(scope) for argument in arguments], given)

    return run


@_compile.register
def _negation(node: nodes.Negation, height: int) -> Run:
    operand = compiled(node.operand, height)

    def run(scope: Scope) -> object:
        value = operand(scope)
        result = value.copy_negate() if type(value) is Decimal and value else arithmetic.negate(value)
        if result is None and value is not None:
            scope.state.say(messages.NO_NEGATION.format(kind=kind(value)))
        return result

    return run


@_compile.register
def _arithmetic(node: nodes.Arithmetic, height: int) -> Run:
    left, right, operator = compiled(node.left, height), compiled(node.right, height), node.operator
    calculate = arithmetic.operation(operator)

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        result = calculate(first, second)
        if type(result) is str:
            scope.state.budget.write(result)
        elif result is None:
            words = {"left": kind(first), "operator": operator, "right": kind(second)}
            scope.state.say(messages.NO_ARITHMETIC.format(**words))
        return result

    return run


@_compile.register
def _comparison(node: nodes.Comparison, height: int) -> Run:
    left, right = compiled(node.left, height), compiled(node.right, height)
    if node.operator in ("=", "!="):
        return _equality(left, right, node.operator == "!=")
    operator, ordered = node.operator, comparing.ordered

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        result = ordered(operator, first, second)
        if type(first) is str:
            scope.state.budget.read(first)
        if result is None:
            scope.state.say(messages.UNLIKE.format(left=kind(first), right=kind(second)))
        return result

    return run


def _equality(left: Run, right: Run, negated: bool) -> Run:
    equal = comparing.equal

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        if type(first) is str or type(first) is list:
            scope.state.budget.read(first)
        result = equal(first, second)
        if result is None:
            scope.state.say(messages.UNLIKE.format(left=kind(first), right=kind(second)))
            return None
        return result is not negated

    return run


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
    return testing.expression(compiled(node, height), implicit=testing.uses_implicit_value(node))


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
    operand = compiled(node.operand, height)
    return lambda scope: _open_range(node.operator, operand(scope))


def _open_range(operator: str, end: object) -> Range | None:
    if end is None:
        return None
    if operator in ("=", "!="):
        return Range(end, end, True, True, operator)
    if operator[0] == "<":
        return Range(None, end, False, operator == "<=")
    return Range(end, None, operator == ">=", False)


@_compile.register
def _interval(node: nodes.Interval, height: int) -> Run:
    low, high = compiled(node.low, height), compiled(node.high, height)
    if isinstance(node.low, nodes.Literal) and isinstance(node.high, nodes.Literal):
        written = Range(node.low.value, node.high.value, node.low_included, node.high_included)
        if comparing.ordered("<=", written.low, written.high) is not None:
            return lambda scope: written

    def run(scope: Scope) -> object:
        start, end = low(scope), high(scope)
        if comparing.ordered("<=", start, end) is None:
            scope.state.say(messages.BAD_RANGE)
            return None
        return Range(start, end, node.low_included, node.high_included)

    return run


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
    body = compiled(node.body, height)
    return loops.collecting(_steps(node.iterators, height), body, partial=testing.reads_partial(node.body))


@_compile.register
def _quantified(node: nodes.Quantified, height: int) -> Run:
    return loops.quantifying(
        node.quantifier, _steps(node.iterators, height), compiled(node.condition, height)
    )


@_compile.register
def _instance_of(node: nodes.InstanceOf, height: int) -> Run:
    value, written = compiled(node.value, height), node.type

    def run(scope: Scope) -> object:
        wanted = resolve(written, scope.state.types)
        if wanted is None:
            scope.state.say(messages.UNKNOWN_TYPE.format(name=written.name))
            return None
        return conforms(value(scope), wanted)

    return run


@_compile.register
def _definition(node: nodes.Definition, height: int) -> Run:
    names = tuple(name for name, _ in node.parameters)
    if node.external:
        return _saying(messages.NO_EXTERNAL)
    body = compiled(node.body, height)

    def run(scope: Scope) -> object:
        types = tuple(_parameter_type(scope, written) for _, written in node.parameters)

        def apply(state: State, values: list[object]) -> object:
            return body(Scope(dict(zip(names, values, strict=True)), scope, state))

        return Function(names, apply, types)

    return run


def _parameter_type(scope: Scope, written: nodes.TypeName | None) -> Type:
    return (resolve(written, scope.state.types) if written is not None else None) or ANY
