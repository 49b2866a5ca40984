"""`samordna decide`: one decision of a file tried by hand, told for people or as JSON.

Enters: the path of a decision file, the name or id of a decision, and its inputs as JSON or as a FEEL context. Leaves: lines to
print, or DecideError in a sentence. It never reads outside the file's folder (and the region's settings above it), touches no
database, and asks nobody: what only a running case knows, such as `unit(...)`, has no answer here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from engine import functions
from engine.deadlines.calendar import Calendar, Country
from engine.deadlines.counted import rolled_days, working_days
from engine.definitions import region
from engine.errors import BrokenDefinition, EngineError
from engine.expressions import dmn, feel, printing, temporal_text
from engine.expressions.types import Type

MOST_BYTES = 2_000_000
MOST_FILES = 100
_TEMPORAL = frozenset(
    {"date", "time", "date and time", "days and time duration", "years and months duration"}
)


class DecideError(EngineError):
    """The decision cannot be tried."""


class WrongInput(DecideError):
    """What was typed as input cannot be read."""


def model_in(path: Path) -> dmn.Model:
    """The model in the file, with those it imports from its own folder. Raises DecideError."""
    try:
        return dmn.load(_bytes(path), tuple(_beside(path)))
    except dmn.DmnError as error:
        raise DecideError(f"{path.name}: {error}") from error


def _beside(path: Path) -> Iterator[bytes]:
    """The other decision files of the folder; a link that leads out of it is not followed."""
    home = path.resolve().parent
    others = [one for one in sorted(home.glob("*.dmn")) if one.name != path.name]
    for other in others[:MOST_FILES]:
        if other.is_file() and other.resolve().parent == home:
            yield _bytes(other)


def _bytes(path: Path) -> bytes:
    if not path.is_file():  # a device or a pipe may have no end
        raise DecideError(f"{path} is no file")
    if path.stat().st_size > MOST_BYTES:
        raise DecideError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB")
    return path.read_bytes()


def inputs_in(text: str, model: dmn.Model) -> dict[str, object]:
    """The inputs by name. JSON has no dates: a text becomes what the input is declared to be, and FEEL may say it itself.

    Raises WrongInput.
    """
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as reason:
        found = _feel_context(text, reason)
    if not isinstance(found, dict):
        raise WrongInput('the input must be an object by name, such as {"age": 17}')
    types = model.input_types
    return {name: _as_declared(value, types.get(name)) for name, value in found.items()}


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _feel_context(text: str, reason: Exception) -> object:
    try:
        value, messages = feel.evaluate_with_messages(text)
    except feel.FeelError:
        value, messages = None, []
    if isinstance(value, dict) and not messages:
        return value
    raise WrongInput(f"the input is neither JSON nor a FEEL context: {reason}")


def _as_declared(value: object, declared: Type | None) -> object:
    """A text as the date, time or duration that it is declared to be; all else as it stands."""
    if declared is None:
        return value
    if isinstance(value, str) and declared.name in _TEMPORAL:
        read = temporal_text.read_any(value)
        return value if read is None else read
    if isinstance(value, list) and declared.arguments:
        return [_as_declared(item, declared.arguments[0]) for item in value]
    if isinstance(value, dict):
        return {name: _as_declared(item, declared.members.get(name)) for name, item in value.items()}
    return value


def decided(
    path: Path, model: dmn.Model, name: str, inputs: Mapping[str, object], *, now: datetime
) -> dmn.Decision:
    """The decision with that name or id; `now` is an aware instant. Raises DecideError when there is none or a limit is passed."""
    calendar = _calendar(path)
    moment = now.astimezone(calendar.zone)
    try:
        return model.decide(name, inputs, functions=_functions(calendar), now=moment)
    except dmn.DmnError as error:
        known = ", ".join(sorted({node.id for node in model.decisions.values()})) or "none"
        raise DecideError(f"{error} The decisions in {path.name}: {known}") from error
    except feel.FeelError as error:
        raise DecideError(str(error)) from error


def _calendar(path: Path) -> Calendar:
    """That of the region whose folder the file lies in, else the Swedish one."""
    for folder in path.resolve().parents[:2]:
        settings = folder / "region.toml"
        if settings.is_file():
            try:
                found = region.read(_bytes(settings), path=settings.name)
            except BrokenDefinition as broken:
                raise DecideError(str(broken)) from broken
            country: Country = "NO" if found.country == "NO" else "SE"
            return Calendar(country, found.zone, found.closing_time, found.closing_days)
    zone = temporal_text.named_zone("Europe/Stockholm")
    assert zone is not None
    return Calendar("SE", zone)


def _functions(calendar: Calendar) -> dict[str, Callable[..., object]]:
    counted = {"working days": working_days(calendar), "rolled days": rolled_days(calendar)}
    return {name: counted.get(name, _unit if name == "unit" else _at_level) for name in functions.NAMES}


def _unit(id_: object) -> object:
    raise ValueError("only a running case can tell")


def _at_level(id_: object, level: object) -> object:
    raise ValueError("only a running case can tell")


# --- telling ----------------------------------------------------------------------------------------------------------


def lines(decision: dmn.Decision) -> Iterator[str]:
    """The decision as people read it: the result, what each table looked at, and the rules that fitted."""
    yield f"Result: {printing.literal(decision.value)}"
    for match in decision.matched:
        yield ""
        yield f"{match.table} ({match.policy})"
        for label, value in match.inputs:
            yield f"  looked at {label}: {printing.literal(value)}"
        for rule in match.rules:
            yield from _rule_lines(rule)
        if not match.rules:
            yield "  no rule fits"
    others = [one for one in decision.messages if one not in decision.errors]
    if others:
        yield ""
    for message in others:
        yield f"Note: {message}"


def _rule_lines(rule: dmn.RuleMatch) -> Iterator[str]:
    results = ", ".join(
        f"{name}: {printing.literal(value)}" if name else printing.literal(value)
        for name, value in rule.outputs.items()
    )
    yield f"  rule {rule.number} ({rule.id}) fits: {results}"
    for name, text in rule.annotations:
        yield f"    {name}: {text}" if name else f"    {text}"


def as_json(decision: dmn.Decision) -> str:
    """The same as one JSON object; dates, times, durations and ranges as FEEL writes them."""
    tables = [
        {
            "id": match.table_id,
            "name": match.table,
            "policy": match.policy,
            "inputs": [{"name": name, "value": _plain(value)} for name, value in match.inputs],
            "rules": [
                {
                    "number": rule.number,
                    "id": rule.id,
                    "outputs": {name: _plain(value) for name, value in rule.outputs.items()},
                    "annotations": [{"name": name, "text": text} for name, text in rule.annotations],
                }
                for rule in match.rules
            ],
        }
        for match in decision.matched
    ]
    told = {
        "value": _plain(decision.value),
        "tables": tables,
        "messages": list(decision.messages),
        "errors": list(decision.errors),
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and value.adjusted() < 18
        return int(value) if whole else float(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, str)) else printing.text_of(value)
