"""`for`, `some` and `every`: going through lists, ranges and their combinations, within the budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from . import messages, temporal
from .scope import Run, Scope, State
from .temporal import BigDate
from .values import Range, kind, plain


@dataclass(frozen=True, slots=True)
class Step:
    """One iterator: `name in domain`, or `name in domain .. end`."""

    name: str
    domain: Run
    end: Run | None


def collecting(steps: tuple[Step, ...], body: Run, *, partial: bool, cost: int = 1) -> Run:
    """`for`: the list of the body's values; `partial` (told whether the body reads it) holds those so far.

    `cost` is what each round costs, in steps.
    """

    def run(scope: Scope) -> object:
        results: list[object] = []
        so_far: dict[str, object] = {"partial": []}
        for inner in _scopes(steps, scope.inner(so_far) if partial else scope, cost):
            if inner is None:
                return None
            if partial:
                # a copy each round: a body may keep it, and the list of results must never come to hold itself
                scope.state.budget.touch(len(results))
                so_far["partial"] = results.copy()
            results.append(body(inner))
        return results

    return run


def quantifying(quantifier: str, steps: tuple[Step, ...], condition: Run, *, cost: int = 1) -> Run:
    """`some` and `every`: false and true respectively over nothing; a value that is not boolean makes it null."""
    decisive = quantifier == "some"

    def run(scope: Scope) -> object:
        result: object = not decisive
        for inner in _scopes(steps, scope, cost):
            if inner is None:
                return None
            value = condition(inner)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                result = None
        return result

    return run


def _scopes(steps: tuple[Step, ...], scope: Scope, cost: int) -> Iterator[Scope | None]:
    """The scope of each round, the last iterator turning fastest; None when something cannot be gone through."""
    first, rest = steps[0], steps[1:]
    values = _values(first, scope)
    if values is None:
        yield None
        return
    budget = scope.state.budget
    for value in values:
        budget.spend(cost)
        inner = scope.inner({first.name: value})
        if rest:
            yield from _scopes(rest, inner, cost)
        else:
            yield inner


def _values(step: Step, scope: Scope) -> Iterable[object] | None:
    start = step.domain(scope)
    if step.end is not None:
        return _counted(scope.state, start, step.end(scope), downwards=True)
    if isinstance(start, list):
        return start
    if isinstance(start, Range):
        return elements(scope.state, start)
    if start is None:
        scope.state.say(messages.BAD_ITERATION.format(kind="null"))
        return None
    return [start]


def elements(state: State, interval: Range) -> Iterable[object] | None:
    """The whole numbers or days of a range."""
    low, high = interval.low, interval.high
    if not interval.low_included:
        low = _moved(low, 1)
    if not interval.high_included:
        high = _moved(high, -1)
    return _counted(state, low, high, downwards=False)


def _moved(value: object, by: int) -> object:
    number = _number(value)
    return None if number is None else _like(value, number + by)


def _counted(state: State, start: object, end: object, *, downwards: bool) -> Iterable[object] | None:
    first, last = _number(start), _number(end)
    if first is None or last is None or kind(start) != kind(end):
        state.say(messages.BAD_ITERATION.format(kind=kind(end if first is not None else start)))
        return None
    if first > last and not downwards:
        return ()
    numbers = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    return (_like(start, number) for number in numbers)


def _number(value: object) -> int | None:
    value = plain(value)
    if isinstance(value, Decimal) and value.adjusted() < 30 and value == value.to_integral_value():
        return int(value)
    if isinstance(value, (date, BigDate)) and not isinstance(value, datetime):
        return temporal.days_of(value)
    return None


def _like(value: object, number: int) -> object:
    if isinstance(value, (date, BigDate)):
        return temporal.make_date(*temporal.civil(number))
    return Decimal(number)
