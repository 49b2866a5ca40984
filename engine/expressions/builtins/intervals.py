"""How points and ranges lie to each other (DMN 1.5, 10.3.4.8): before, meets, overlaps, during and their like.

Each takes points, ranges or one of each as the standard's table allows; ends that cannot be compared make the answer null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.expressions import comparing
from engine.expressions.registry import builtin
from engine.expressions.scope import State
from engine.expressions.values import Range

_STEPS = 4  # what up to four comparisons cost


class _Unlike(Exception):
    """Two ends cannot be compared."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range, or a point as the range that holds only it."""

    low: object
    high: object
    opens: bool  # holds its low end
    closes: bool  # holds its high end
    point: bool


def _span(value: object) -> Span:
    if isinstance(value, Range):
        if value.excluded:
            raise _Unlike
        return Span(value.low, value.high, value.low_included, value.high_included, False)
    return Span(value, value, True, True, True)


def _less(left: object, right: object) -> bool:
    result = comparing.ordered("<", left, right)
    if result is None:
        raise _Unlike
    return result


def _same(left: object, right: object) -> bool:
    return not _less(left, right) and not _less(right, left)


def _before(a: Span, b: Span) -> bool:
    return _less(a.high, b.low) or (_same(a.high, b.low) and not (a.closes and b.opens))


def _meets(a: Span, b: Span) -> bool:
    return a.closes and b.opens and _same(a.high, b.low)


def _starts_before(a: Span, b: Span) -> bool:
    return _less(a.low, b.low) or (_same(a.low, b.low) and a.opens and not b.opens)


def _ends_before(a: Span, b: Span) -> bool:
    return _less(a.high, b.high) or (_same(a.high, b.high) and b.closes and not a.closes)


def _overlaps(a: Span, b: Span) -> bool:
    return not _before(a, b) and not _before(b, a)


def _overlaps_before(a: Span, b: Span) -> bool:
    return _starts_before(a, b) and not _before(a, b) and not _ends_before(b, a)


def _includes(a: Span, b: Span) -> bool:
    return not _starts_before(b, a) and not _ends_before(a, b)


def _finishes(a: Span, b: Span) -> bool:
    return a.closes == b.closes and _same(a.high, b.high) and not _starts_before(a, b)


def _starts(a: Span, b: Span) -> bool:
    return a.opens == b.opens and _same(a.low, b.low) and not _ends_before(b, a)


def _coincides(a: Span, b: Span) -> bool:
    return a.opens == b.opens and a.closes == b.closes and _same(a.low, b.low) and _same(a.high, b.high)


Relation = Callable[[Span, Span], bool]


def _turned(relation: Relation) -> Relation:
    return lambda a, b: relation(b, a)


def _declare(name: str, relation: Relation, *signatures: str) -> None:
    """`signatures` as `point1, range2`: the names the standard gives the parameters, telling which kind each must be."""

    def body_for(points: tuple[bool, ...]) -> Callable[[State, object, object], bool | None]:
        def body(state: State, first: object, second: object) -> bool | None:
            state.budget.spend(_STEPS)
            try:
                a, b = _span(first), _span(second)
                return relation(a, b) if (a.point, b.point) == points else None
            except _Unlike:
                return None

        return body

    for signature in signatures:
        names = signature.split(", ")
        points = tuple(part.startswith("point") for part in names)
        kinds = ", ".join(
            f"{part}: {'point' if is_point else 'range'}"
            for part, is_point in zip(names, points, strict=True)
        )
        builtin(name, kinds)(body_for(points))


_PP, _PR, _RP, _RR = "point1, point2", "point, range", "range, point", "range1, range2"
_declare("before", _before, _PP, _PR, _RP, _RR)
_declare("after", _turned(_before), _PP, _PR, _RP, _RR)
_declare("meets", _meets, _RR)
_declare("met by", _turned(_meets), _RR)
_declare("overlaps", _overlaps, _RR)
_declare("overlaps before", _overlaps_before, _RR)
_declare("overlaps after", _turned(_overlaps_before), _RR)
_declare("finishes", _finishes, _PR, _RR)
_declare("finished by", _turned(_finishes), _RP, _RR)
_declare("includes", _includes, _RP, _RR)
_declare("during", _turned(_includes), _PR, _RR)
_declare("starts", _starts, _PR, _RR)
_declare("started by", _turned(_starts), _RP, _RR)
_declare("coincides", _coincides, _PP, _RR)
