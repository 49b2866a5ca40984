"""Made-up contents for papers, so that a template can be tried before there is a case.

Enters: a routine. Leaves: for each kind of paper that its diagrams issue, contents as the diagrams write them, from answers as the forms
could have them. Nothing of it is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from engine.definitions.formula import FormulaError, is_formula, parse
from engine.definitions.routine import Routine
from engine.definitions.schema import Field

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = "Ett prov med å, ä, ö, æ och ø: 1 < 2 & #hash *stjärna* _streck_ @namn $dollar$ \\sned [hake]."
"""Holds the signs that mean something to Typst, so that a template that takes a text for code is seen."""
UNIT = {"name": "Provenheten", "phone": "000-00 00 00", "principal": "Provkommunen"}
PAPER_INPUTS = ("paper", "kind")
"""The inputs of a service task that name a template, the one that is asked for first."""


def issued(routine: Routine) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """(kind, folder path of the diagram, content) for each service task that says what stands in a paper."""
    answers = samples(routine)
    for inside in routine.elements.values():
        for one in inside.values():
            asked = routine.inputs(one.process_id, one.id)
            kind = next((asked[name] for name in PAPER_INPUTS if asked.get(name)), "")
            if kind and not is_formula(kind) and "content" in asked:
                yield kind, one.path, content(asked["content"], answers)


def content(written: str, answers: Mapping[str, object]) -> dict[str, object]:
    """What the context of a diagram gives with these answers; what it cannot say without a case is left out."""
    try:
        formula = parse(written)
        whole = formula.evaluate(answers, now=NOW)
    except FormulaError:
        return {}
    return {str(key): value for key, value in whole.items()} if isinstance(whole, Mapping) else {}


def samples(routine: Routine) -> dict[str, object]:
    """An answer to every question of the routine's forms by name, and the names that the system hands in."""
    found: dict[str, object] = {
        "case": {"number": "X-0001", "unit": "provenhet", "participants": ["provenhet"]},
        "roles": {name: {"unit": "provenhet", "person": "prov"} for name in ("convener", "coordinator")},
        "subject": {"name": "Prov Provsson", "is_child": False},
        "unit": lambda *_: UNIT,
        "working days": lambda *_: NOW,
        "rolled days": lambda *_: NOW,
        "managing unit": lambda *_: "provenhet",
        "unit holding": lambda *_: "provenhet",
    }
    for form in routine.forms.values():
        for one in form.top_level():
            found.setdefault(one.key, sample(one))
    for item, sources in routine.item_sources.items():
        rows = next((found[name] for name in sorted(sources) if isinstance(found.get(name), list)), None)
        found.setdefault(item, rows[0] if isinstance(rows, list) and rows else "provenhet")
    return found


def sample(one: Field) -> object:  # noqa: PLR0911  one line a kind is the clearest table
    """An answer that the field could be given."""
    first = one.options[0].value if one.options else "provenhet"
    match one.value_type:
        case "number":
            return one.min if one.min is not None else Decimal(3)
        case "boolean":
            return True
        case "date":
            return date(2026, 3, 2)
        case "time":
            return time(9, 30)
        case "date and time":
            return NOW
        case "list":
            return [option.value for option in one.options] or [first]
        case "rows":
            return [_row(one), _row(one)]
        case "context":
            return _row(one)
    return first if one.type in ("radio", "select") else TEXT


def _row(one: Field) -> dict[str, object]:
    found: dict[str, object] = {}
    for child in one.children:
        if child.key:
            found[child.key] = sample(child)
        else:
            found |= _row(child)
    return found
