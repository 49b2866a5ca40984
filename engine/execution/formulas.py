"""The one door from this room to FEEL and DMN.

Enters: the expression texts of a diagram and the bytes of decision files, once per bundle; later what one evaluation may see.
Leaves: JSON-able values, or StepFailed naming the element and the variables. Nothing is ever evaluated as Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine import functions
from engine.errors import EngineError, StepFailed
from engine.expressions import dmn, feel


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A FEEL expression, parsed once."""

    text: str
    expression: Any


@dataclass(frozen=True, slots=True)
class Sight:
    """What an evaluation may see: data by name, the functions handed in, and the instant of the step in the region's zone."""

    context: Mapping[str, object]
    functions: Mapping[str, Callable[..., object]]
    now: datetime


def parse(text: str) -> Formula:
    """Read a FEEL expression, with or without the leading `=`; raises EngineError saying what is wrong."""
    stripped = text.strip().removeprefix("=").strip()
    return Formula(stripped, feel.parse(stripped, names=(), functions=functions.NAMES))


def value(formula: Formula, sight: Sight, blame: str) -> object:
    """The formula's FEEL value, None where it has none; raises StepFailed at `blame` where it cannot be run at all."""
    return _evaluated(formula, sight, blame)[0]


def needed(formula: Formula, sight: Sight, blame: str) -> object:
    """The formula's FEEL value; raises StepFailed at `blame` (cause no-value) where that is null."""
    found, messages = _evaluated(formula, sight, blame)
    if found is None:
        raise _no_value(blame, formula, messages)
    return found


def condition(formula: Formula, sight: Sight, blame: str) -> bool:
    """Whether a condition holds; raises StepFailed at `blame` (cause no-value) where it is neither true nor false."""
    found, messages = _evaluated(formula, sight, blame)
    if not isinstance(found, bool):
        raise _no_value(blame, formula, messages)
    return found


def _evaluated(formula: Formula, sight: Sight, blame: str) -> tuple[object, tuple[str, ...]]:
    try:
        found, messages = formula.expression.evaluate_with_messages(
            sight.context, functions=sight.functions, now=sight.now
        )
    except EngineError as error:
        raise _failed(blame, error) from error
    return found, tuple(str(message) for message in messages)


def _failed(blame: str, error: EngineError) -> StepFailed:
    cause = "step-budget" if isinstance(error, feel.LimitExceeded) else "no-value"
    return StepFailed(blame, cause, str(error))


def _no_value(blame: str, formula: Formula, messages: tuple[str, ...]) -> StepFailed:
    # The text is the routine's own and holds no value of the case; the messages name variables.
    return StepFailed(blame, "no-value", " ".join((f"{formula.text} has no value.", *messages)))


# --- decision tables --------------------------------------------------------------------------------------------------


def has_decision(model: dmn.Model, decision: str) -> bool:
    """Whether the model has a decision of that id."""
    found = model.decisions.get(decision)
    return found is not None and found.id == decision


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of a decision as JSON can hold it: its value, what its tables looked at, and each rule that applied."""

    value: object
    inputs: dict[str, object]
    rules: tuple[dict[str, object], ...]


def read_decisions(data: bytes, *, others: tuple[bytes, ...] = ()) -> dmn.Model:
    """Read a decision file, and those of `others` that it imports, into a model; raises EngineError saying what is wrong."""
    return dmn.load(data, others)


def decide(model: dmn.Model, decision: str, sight: Sight, blame: str) -> Decided:
    """Evaluate a decision; raises StepFailed at `blame` where its value must not be used (uniqueness: two rules apply)."""
    try:
        found = model.decide(decision, sight.context, functions=sight.functions, now=sight.now)
    except EngineError as error:
        raise _failed(blame, error) from error
    if found.errors:
        contradicted = any(match.contradicts for match in found.matched)
        raise StepFailed(blame, "uniqueness" if contradicted else "no-value", " ".join(found.errors))
    inputs = {name: seen for match in found.matched for name, seen in _named(match.inputs).items()}
    rules = tuple(_rule(match, rule) for match in found.matched for rule in match.rules)
    return Decided(plain(found.value), inputs, rules)


def _rule(match: dmn.Match, rule: dmn.RuleMatch) -> dict[str, object]:
    """One rule that applied, as the fact keeps it: which table, what it looked at, what it gave, and its author's notes."""
    return {
        "table": match.table_id,
        "name": match.table,
        "rule": rule.id,
        "number": rule.number,
        "inputs": _named(match.inputs),
        "outputs": _named(tuple(rule.outputs.items())),
        "annotations": [{"name": name, "text": text} for name, text in rule.annotations],
    }


def _named(pairs: tuple[tuple[str, object], ...]) -> dict[str, object]:
    """Columns by their labels; labels are free text, but a name of kept data never begins with `$` (`engine.wire`)."""
    return {label.lstrip("$ ") or "-": plain(value) for label, value in pairs}


# --- values that leave ------------------------------------------------------------------------------------------------


def plain(found: object) -> object:
    """A FEEL value as case data can hold it (`engine.wire`): whole numbers as int, what has no form there as text."""
    match found:
        case None | bool() | int() | str() | datetime() | date() | time() | timedelta():
            return found
        case Decimal() | float():
            number = Decimal(str(found))
            whole = number == number.to_integral_value() and number.adjusted() < 18
            return int(number) if whole else number
        case list() | tuple():
            return [plain(item) for item in found]
        case Mapping():
            return {str(key): plain(item) for key, item in found.items()}
    return str(found)
