"""What a name stands for, and calling a function by its name.

Enters: a name, and the functions of the arguments. Leaves: a function of the scope.
"""

from __future__ import annotations

from . import calling, messages
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
                return _taken_in(scope, name, value) if inner.foreign and type(value) not in KNOWN else value
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
