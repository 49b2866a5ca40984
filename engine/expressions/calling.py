"""Calling functions: built-ins, those defined in FEEL, decision models' own and those handed in from outside.

Enters: a function and its arguments, by position or by name. Leaves: a value, or None with a message.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from keyword import iskeyword

from . import messages, nodes
from .registry import Builtin
from .scope import Scope, State
from .types import MISMATCH, Type, coerced
from .values import Function, Invocable, kind, normal


def call(
    state: State, function: object, arguments: Sequence[object], given: tuple[str, ...] | None = None
) -> object:
    """The result of a FEEL function value; `given` are the argument names, None when they stand by position."""
    if isinstance(function, Builtin):
        state.budget.spend()
        return function.invoke(state, arguments, given)
    if not isinstance(function, Function):
        state.say(messages.NOT_A_FUNCTION.format(name=kind(function)))
        return None
    bound = _bound(function, arguments, given)
    if bound is None:
        state.say(messages.WRONG_ARGUMENTS.format(name=function.name or "function"))
        return None
    typed = [_typed(state, function, index, value) for index, value in enumerate(bound)]
    if any(value is MISMATCH for value in typed):
        return None
    state.budget.enter()
    result = function.call(state, typed)
    state.budget.leave()
    if isinstance(function.result_type, Type):
        result = coerced(result, function.result_type, state.budget)
        if result is MISMATCH:
            state.say(messages.WRONG_ARGUMENTS.format(name=function.name or "function"))
            return None
    return result


def _bound(
    function: Function, arguments: Sequence[object], given: tuple[str, ...] | None
) -> list[object] | None:
    if given is None:
        return list(arguments) if len(arguments) == len(function.parameters) else None
    by_name = dict(zip(given, arguments, strict=True))
    if set(by_name) - set(function.parameters):
        return None
    return [by_name.get(name) for name in function.parameters]


def _typed(state: State, function: Function, index: int, value: object) -> object:
    wanted = function.types[index] if index < len(function.types) else None
    if not isinstance(wanted, Type):
        return value
    result = coerced(value, wanted, state.budget)
    if result is MISMATCH:
        words = {"name": function.parameters[index], "kind": kind(value), "type": wanted.label or wanted.name}
        state.say(messages.WRONG_TYPE.format(**words))
    return result


def find(scope: Scope, name: str) -> object:
    """The function of that name: a variable that holds one, one handed in, or a built-in; None when there is none."""
    inner: Scope | None = scope
    while inner is not None:
        value = inner.variables.get(name)
        if value is not None and isinstance(value, Invocable):
            return value
        inner = inner.parent
    outside = scope.state.functions.get(name)
    return Builtin.find(name) if outside is None else from_outside(name, outside)


_FOREIGN_CALL = 50  # steps: what it does cannot be counted


def from_outside(name: str, function: Callable[..., object]) -> Function:
    """A Python callable as a FEEL function; its parameters are its own names with blanks for underscores."""
    parameters = _parameters(function)

    def run(state: State, arguments: Sequence[object]) -> object:
        state.budget.spend(_FOREIGN_CALL)
        try:
            return normal(function(*arguments))
        except (TypeError, ValueError, ArithmeticError):
            state.say(messages.FUNCTION_FAILED.format(name=name))
            return None

    return Function(parameters, run, name=name)


@lru_cache(maxsize=256)
def _parameters(function: Callable[..., object]) -> tuple[str, ...]:
    names = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            plain = parameter.name.rstrip("_")
            names.append(plain if iskeyword(plain) else parameter.name.replace("_", " ").strip())
    return tuple(names)


_CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration"})


def written_out(node: nodes.Call) -> tuple[Builtin, object] | None:
    """The value of `date("2026-01-01")` and its like, which need no work at run time, with the function that made it."""
    function = Builtin.find(node.function.name) if isinstance(node.function, nodes.Name) else None
    if function is None or function.name not in _CONSTRUCTORS or node.names is not None:
        return None
    literals = [argument.value for argument in node.arguments if isinstance(argument, nodes.Literal)]
    if len(literals) != len(node.arguments):
        return None
    value = function.invoke(State({}, None, None, {}), literals)
    return None if value is None else (function, value)
