"""`and`, `or`, `if` and `between` with a third truth value: what is neither true nor false (DMN 1.5, tables 50 and 52).

Enters: the functions of the parts. Leaves: a function of the scope.
"""

from __future__ import annotations

from . import comparing, messages
from .scope import Run, Scope
from .values import kind


def joined(operands: tuple[Run, ...], *, decisive: bool) -> Run:
    """`or` (true decides at once) and `and` (false does); anything but a boolean counts as null."""

    def run(scope: Scope) -> object:
        result: object = not decisive
        for operand in operands:
            value = operand(scope)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                result = None
        return result

    return run


def between(value: Run, low: Run, high: Run) -> Run:
    """`value >= low and value <= high`."""
    ordered = comparing.ordered

    def run(scope: Scope) -> object:
        middle = value(scope)
        above, below = ordered(">=", middle, low(scope)), ordered("<=", middle, high(scope))
        if above is None or below is None:
            return False if above is False or below is False else None
        return above and below

    return run


def condition(test: Run, then: Run, otherwise: Run) -> Run:
    """`if`: null counts as false, anything but a boolean makes the whole null."""

    def run(scope: Scope) -> object:
        value = test(scope)
        if value is True:
            return then(scope)
        if value is not False and value is not None:
            scope.state.say(messages.NOT_BOOLEAN.format(kind=kind(value)))
            return None
        return otherwise(scope)

    return run
