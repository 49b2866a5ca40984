"""Arithmetic built-ins: rounding, roots, logarithms, divisibility."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
)

from engine.expressions import temporal
from engine.expressions.registry import builtin
from engine.expressions.scope import State
from engine.expressions.temporal import AnyDuration, YearsMonths
from engine.expressions.values import DECIMAL

_STEPS_OF_A_SERIES = 10
_SCALES = range(-6111, 6177)
_WIDE = Context(prec=13_000, Emin=-20_000, Emax=20_000)


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    digits = int(scale) if abs(scale) < 10_000 else 10_000
    if digits not in _SCALES:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return value  # already at most that many digits; nothing to round
    made = value.quantize(Decimal((0, (1,), -digits)), rounding=rounding, context=_WIDE)
    if digits < 0:
        made = made.quantize(Decimal(1), context=_WIDE)
    try:
        return DECIMAL.plus(made)
    except DecimalException:
        return None


def _declare(name: str, parameters: str, rounding: str) -> None:
    def body(n: Decimal, scale: Decimal | None = None) -> Decimal | None:
        return _rounded(n, Decimal(0) if scale is None else scale, rounding)

    builtin(name, parameters)(body)


_declare("decimal", "n: number, scale: number", ROUND_HALF_EVEN)
_declare("floor", "n: number, scale: number", ROUND_FLOOR)
_declare("floor", "n: number", ROUND_FLOOR)
_declare("ceiling", "n: number, scale: number", ROUND_CEILING)
_declare("ceiling", "n: number", ROUND_CEILING)
_declare("round up", "n: number, scale: number", ROUND_UP)
_declare("round down", "n: number, scale: number", ROUND_DOWN)
_declare("round half up", "n: number, scale: number", ROUND_HALF_UP)
_declare("round half down", "n: number, scale: number", ROUND_HALF_DOWN)


@builtin("abs", "n: number")
def absolute(n: Decimal) -> Decimal:
    return n.copy_abs()


@builtin("abs", "n: days and time duration")
def absolute_length(n: AnyDuration) -> AnyDuration:
    return temporal.make_duration(abs(temporal.duration_nanos(n)))


@builtin("abs", "n: years and months duration")
def absolute_months(n: YearsMonths) -> YearsMonths:
    return YearsMonths(abs(n.total))


@builtin("modulo", "dividend: number, divisor: number")
def modulo(state: State, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """dividend - divisor * floor(dividend / divisor): the sign of the divisor."""
    state.budget.spend()
    if not divisor:
        return None
    rest = _WIDE.remainder(dividend, divisor)
    return DECIMAL.plus(_WIDE.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest)


@builtin("sqrt", "number: number")
def square_root(number: Decimal) -> Decimal | None:
    return DECIMAL.sqrt(number) if number >= 0 else None


@builtin("log", "number: number")
def logarithm(state: State, number: Decimal) -> Decimal | None:
    state.budget.spend(_STEPS_OF_A_SERIES)
    return DECIMAL.ln(number) if number > 0 else None


@builtin("exp", "number: number")
def exponential(state: State, number: Decimal) -> Decimal | None:
    state.budget.spend(_STEPS_OF_A_SERIES)
    try:
        return DECIMAL.exp(number)
    except DecimalException:
        return None


@builtin("odd", "number: number")
def odd(state: State, number: Decimal) -> bool:
    return number == number.to_integral_value() and not even(number)


@builtin("even", "number: number")
def even(number: Decimal) -> bool:
    if number != number.to_integral_value():
        return False
    return number.adjusted() > 34 or int(number) % 2 == 0
