"""Values and trees as FEEL text: what the built-in `string` answers, and an expression that reads back as the same tree."""

from __future__ import annotations

from decimal import Decimal
from functools import singledispatch

from . import names, nodes, temporal_text
from .budget import Budget, for_value
from .nodes import Node
from .registry import Builtin
from .values import Function, Range, plain

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def text_of(value: object, budget: Budget | None = None) -> str:
    """A value as `string` writes it: a text is itself, texts inside lists and contexts stand in quotation marks."""
    return value if isinstance(value, str) else literal(value, budget)


def literal(value: object, budget: Budget | None = None) -> str:
    """A value as it would be written in an expression; the budget pays for each value in it."""
    budget = budget or for_value()
    budget.spend()
    value = plain(value)
    if isinstance(value, list):
        return "[" + ", ".join(literal(item, budget) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {literal(item, budget)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return _range(value)
    if isinstance(value, (Function, Builtin)):
        return f"function({', '.join(value.parameters) if isinstance(value, Function) else value.name})"
    return _simple(value)


def _simple(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number(value)
    return quoted(value) if isinstance(value, str) else temporal_text.write(value) or ""


def number(value: Decimal) -> str:
    value = value or value.copy_abs()  # FEEL has one zero
    return format(value, "f") if abs(value.adjusted()) < 100 else str(value)


def quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _key(key: str) -> str:
    return key if names.is_plain(key) else quoted(key)


def _range(value: Range) -> str:
    if value.operator:
        return f"{value.operator} {literal(value.low)}"
    if value.low is None:
        return f"{'<=' if value.high_included else '<'} {literal(value.high)}"
    if value.high is None:
        return f"{'>=' if value.low_included else '>'} {literal(value.low)}"
    opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opening}{literal(value.low)}..{literal(value.high)}{closing}"


# --- trees ----------------------------------------------------------------------------------------------------------


def expression(node: Node) -> str:
    """A tree as text; operands stand in brackets, so that no precedence needs to be known."""
    return _print(node)


def tests(cell: nodes.Tests) -> str:
    if not cell.tests:
        return "-"
    text = ", ".join(map(_bare, cell.tests))
    return f"not({text})" if cell.negated else text


def _bare(node: Node) -> str:
    return (
        f"{node.operator} {_operand(node.operand)}"
        if isinstance(node, nodes.UnaryComparison)
        else _print(node)
    )


_ATOMS = (
    nodes.Literal,
    nodes.At,
    nodes.Name,
    nodes.Path,
    nodes.Call,
    nodes.ListOf,
    nodes.ContextOf,
    nodes.Filter,
)


def _operand(node: Node) -> str:
    return _print(node) if isinstance(node, (*_ATOMS, nodes.Interval)) else f"({_print(node)})"


def _source(node: Node) -> str:
    """What stands before `.`, `[` or `(`: a number or an interval would swallow them."""
    return f"({_print(node)})" if isinstance(node, (nodes.Literal, nodes.Interval)) else _operand(node)


@singledispatch
def _print(node: Node) -> str:
    raise TypeError(type(node).__name__)


@_print.register
def _literal(node: nodes.Literal) -> str:
    if isinstance(node.value, Decimal):
        return str(node.value)
    return literal(node.value)


@_print.register
def _at(node: nodes.At) -> str:
    return "@" + quoted(node.text)


@_print.register
def _name(node: nodes.Name) -> str:
    return node.name


@_print.register
def _path(node: nodes.Path) -> str:
    return f"{_source(node.source)}.{node.name}"


@_print.register
def _filter(node: nodes.Filter) -> str:
    return f"{_source(node.source)}[{_print(node.condition)}]"


@_print.register
def _call(node: nodes.Call) -> str:
    arguments = [_print(argument) for argument in node.arguments]
    if node.names is not None:
        arguments = [f"{name}: {argument}" for name, argument in zip(node.names, arguments, strict=True)]
    return f"{_source(node.function)}({', '.join(arguments)})"


@_print.register
def _negation(node: nodes.Negation) -> str:
    return f"-{_operand(node.operand)}"


@_print.register(nodes.Arithmetic)
@_print.register(nodes.Comparison)
def _binary(node: nodes.Arithmetic | nodes.Comparison) -> str:
    return f"{_operand(node.left)} {node.operator} {_operand(node.right)}"


@_print.register
def _logic(node: nodes.Logic) -> str:
    return f" {node.operator} ".join(map(_operand, node.operands))


@_print.register
def _between(node: nodes.Between) -> str:
    return f"{_operand(node.value)} between {_operand(node.low)} and {_operand(node.high)}"


@_print.register
def _in(node: nodes.In) -> str:
    if len(node.tests) == 1 and not isinstance(node.tests[0], nodes.UnaryComparison):
        return f"{_operand(node.value)} in {_operand(node.tests[0])}"
    return f"{_operand(node.value)} in ({', '.join(map(_bare, node.tests))})"


@_print.register
def _unary_comparison(node: nodes.UnaryComparison) -> str:
    return f"({_bare(node)})"


@_print.register
def _interval(node: nodes.Interval) -> str:
    opening, closing = "[" if node.low_included else "(", "]" if node.high_included else ")"
    return f"{opening}{_operand(node.low)}..{_operand(node.high)}{closing}"


@_print.register
def _list(node: nodes.ListOf) -> str:
    return f"[{', '.join(map(_print, node.items))}]"


@_print.register
def _context(node: nodes.ContextOf) -> str:
    return "{" + ", ".join(f"{quoted(key)}: {_print(value)}" for key, value in node.entries) + "}"


@_print.register
def _if(node: nodes.If) -> str:
    return f"if {_print(node.condition)} then {_print(node.then)} else {_print(node.otherwise)}"


def _iterators(iterators: tuple[nodes.Iterator, ...]) -> str:
    return ", ".join(
        f"{one.name} in {_print(one.domain)}" + (f"..{_print(one.end)}" if one.end is not None else "")
        for one in iterators
    )


@_print.register
def _for(node: nodes.For) -> str:
    return f"for {_iterators(node.iterators)} return {_print(node.body)}"


@_print.register
def _quantified(node: nodes.Quantified) -> str:
    return f"{node.quantifier} {_iterators(node.iterators)} satisfies {_print(node.condition)}"


@_print.register
def _instance_of(node: nodes.InstanceOf) -> str:
    return f"{_operand(node.value)} instance of {type_name(node.type)}"


@_print.register
def _definition(node: nodes.Definition) -> str:
    parameters = (
        name + (f": {type_name(given)}" if given is not None else "") for name, given in node.parameters
    )
    return f"function({', '.join(parameters)}) {'external ' if node.external else ''}{_print(node.body)}"


def type_name(written: nodes.TypeName) -> str:
    inner = list(map(type_name, written.arguments))
    if written.members:
        inner = [f"{name}: {argument}" for name, argument in zip(written.members, inner, strict=True)]
    if written.result is not None:
        return f"{written.name}<{', '.join(inner)}>->{type_name(written.result)}"
    return f"{written.name}<{', '.join(inner)}>" if inner else written.name
