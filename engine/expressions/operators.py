"""Arithmetic, negation and comparison of two parts (DMN 1.5, 10.3.2.13 to 10.3.2.15); null with a message where they fail.

Enters: the functions of the parts. Leaves: a function of the scope.
"""

from __future__ import annotations

from decimal import Decimal, DecimalException

from . import arithmetic, comparing, messages
from .scope import Run, Scope
from .values import Range, kind

_STEPS_OF_A_POWER = 30
_STEPS_OF_UNUSUAL_KINDS = 2  # dates with times and zones, durations, and what gives a message


def negation(operand: Run) -> Run:
    """`-a`."""

    def run(scope: Scope) -> object:
        value = operand(scope)
        result = value.copy_negate() if type(value) is Decimal and value else arithmetic.negate(value)
        if result is None and value is not None:
            scope.state.say(messages.NO_NEGATION.format(kind=kind(value)))
        return result

    return run


def calculation(operator: str, left: Run, right: Run) -> Run:
    """`a + b` and its like."""
    of_numbers, of_others = arithmetic.NUMBERS[operator], arithmetic.operation(operator)

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        try:
            if type(first) is Decimal and type(second) is Decimal:
                return of_numbers(first, second)
            scope.state.budget.spend(_STEPS_OF_UNUSUAL_KINDS)
            result = of_others(first, second)
        except DecimalException:
            scope.state.budget.spend(_STEPS_OF_UNUSUAL_KINDS)
            result = None
        if type(result) is str:
            scope.state.budget.write(result)
        elif result is None:
            words = {"left": kind(first), "operator": operator, "right": kind(second)}
            scope.state.say(messages.NO_ARITHMETIC.format(**words))
        return result

    return run


def power(left: Run, right: Run) -> Run:
    """`a ** b`, which takes far longer than any other calculation."""
    calculated = calculation("**", left, right)

    def run(scope: Scope) -> object:
        scope.state.budget.spend(_STEPS_OF_A_POWER)
        return calculated(scope)

    return run


def order(operator: str, left: Run, right: Run) -> Run:
    """`a < b` and its like."""
    ordered = comparing.ordered

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        kind_of = type(first)
        if kind_of is str:
            scope.state.budget.read(first)
        elif kind_of is not Decimal:
            scope.state.budget.spend(_STEPS_OF_UNUSUAL_KINDS)
        result = ordered(operator, first, second)
        if result is None:
            scope.state.say(messages.UNLIKE.format(left=kind(first), right=kind(second)))
        return result

    return run


def equality(left: Run, right: Run, *, negated: bool) -> Run:
    """`a = b`, or `a != b` when negated."""
    equal = comparing.equal

    def run(scope: Scope) -> object:
        first, second = left(scope), right(scope)
        kind_of = type(first)
        if kind_of is str:
            scope.state.budget.read(first)
        if kind_of is type(second) and kind_of in comparing.SIMPLE:
            return (first == second) is not negated
        result = equal(first, second, scope.state.budget)
        if result is None:
            scope.state.say(messages.UNLIKE.format(left=kind(first), right=kind(second)))
            return None
        return result is not negated

    return run


def open_range(operator: str, operand: Run) -> Run:
    """`< a` as a value: the range it describes."""

    def run(scope: Scope) -> object:
        end = operand(scope)
        if end is None:
            return None
        if operator in ("=", "!="):
            return Range(end, end, True, True, operator)
        if operator[0] == "<":
            return Range(None, end, False, operator == "<=")
        return Range(end, None, operator == ">=", False)

    return run


def interval(low: Run, high: Run, *, low_included: bool, high_included: bool) -> Run:
    """`[a..b]`; null when the ends have no order."""

    def run(scope: Scope) -> object:
        start, end = low(scope), high(scope)
        if comparing.ordered("<=", start, end) is None:
            scope.state.say(messages.BAD_RANGE)
            return None
        return Range(start, end, low_included, high_included)

    return run
