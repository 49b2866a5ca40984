"""What a name stands for, and calling a function by its name.

Enters: a name, and the functions of the arguments. Leaves: a function of the scope.
"""

from __future__ import annotations

from . import calling, messages
from .budget import SHORT
from .registry import Builtin
from .scope import Run, Scope
from .values import KNOWN, normal


def variable(name: str) -> Run:
    """The innermost variable of that name, else the function; null with a message when there is neither."""
    unknown = messages.UNKNOWN_NAME.format(name=name)

    def run(scope: Scope) -> object:
        inner: Scope | None = scope
        while inner is not None:
            variables = inner.variables
            if name in variables:
                value = variables[name]
                if not inner.foreign or type(value) in KNOWN:
                    return value
                if type(value) is list and len(value) <= SHORT and KNOWN.issuperset(map(type, value)):
                    return value
                return _taken_in(scope, name, value)
            inner = inner.parent
        function = calling.find(scope, name)
        if function is None:
            scope.state.say(unknown)
        return function

    return run


def _taken_in(scope: Scope, name: str, value: object) -> object:
    result = normal(value, scope.state.budget)
    if result is None:
        scope.state.say(messages.NOT_A_VALUE.format(name=name))
    return result


def call(name: str, arguments: tuple[Run, ...], given: tuple[str, ...] | None) -> Run:
    """`name(...)`; `given` are the argument names, None when they stand by position."""
    general = _call_of_whatever_is_found(name, arguments, given)
    builtin = Builtin.find(name)
    return general if builtin is None else _builtin_call(builtin, arguments, given, general)


def _builtin_call(
    builtin: Builtin, arguments: tuple[Run, ...], given: tuple[str, ...] | None, otherwise: Run
) -> Run:
    """The call of a built-in, unless something in scope has taken its name."""
    name = builtin.name
    only = arguments[0] if len(arguments) == 1 and given is None else None

    def run(scope: Scope) -> object:
        inner: Scope | None = scope
        while inner is not None:
            if name in inner.variables:
                return otherwise(scope)
            inner = inner.parent
        if name in scope.state.functions:
            return otherwise(scope)
        if only is not None:
            return builtin.invoke_with_one(scope.state, only(scope))
        return builtin.invoke(scope.state, [argument(scope) for argument in arguments], given)

    return run


def _call_of_whatever_is_found(name: str, arguments: tuple[Run, ...], given: tuple[str, ...] | None) -> Run:
    unknown = messages.NOT_A_FUNCTION.format(name=name)

    def run(scope: Scope) -> object:
        function = calling.find(scope, name)
        if function is None:
            scope.state.say(unknown)
            return None
        return calling.call(scope.state, function, [argument(scope) for argument in arguments], given)

    return run


def constant_call(name: str, function: Builtin, value: object, otherwise: Run) -> Run:
    """`value`, unless something in scope has taken the function's name."""

    def run(scope: Scope) -> object:
        return value if calling.find(scope, name) is function else otherwise(scope)

    return run
