"""A deviation for a principal's own system, which has no interface that Samordna could send to (gap G9): as JSON, or as one row of CSV.

Enters: the ground of a deviation, its version, and the categories that the reader may see. Leaves: text that somebody carries over by
hand. It bears the deviation's own number and never a person, the case it came out of, or what its receiver alone has judged.
"""

from __future__ import annotations

import csv
import io
import json

from engine import library
from engine.actions.ground import Ground
from engine.actions.paper_frames import words
from engine.actions.papers import plain
from engine.definitions import templates
from engine.errors import NotFound

FORMAT = "samordna-deviation/1"
CARRIED = {
    "kind": "kind", "since": "since", "agreed": "agreed", "happened": "happened", "consequence": "consequence", "proposal": "proposal",
    "classification": "deviation_class", "severity": "severity", "cause": "deviation_cause", "measure": "deviation_measure",
    "measure_on": "deviation_measure_on",
}  # fmt: skip
"""Column -> the name of case data. What is not named here is not carried: suspicions under law, comments, names."""
LABELLED = ("kind", "classification", "severity")
COLUMNS = (
    "format", "number", "test_case", "region", "reported_at", "closed_at", "reporter_unit", "reporter_principal", "about_unit",
    "about_principal", *(name for key in CARRIED for name in ((key, f"{key}_label") if key in LABELLED else (key,))),
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
BOM = "\ufeff"


def content(ground: Ground, bundle_hash: str, visible: frozenset[str]) -> dict[str, object]:
    """Every column of `COLUMNS`; None where nothing is known or it is of a category that the reader may not see.

    Instants are local, `2026-03-02T09:10`. Raises NotFound where the case is no deviation, or nothing of it may be seen.
    """
    if ground.case.about_case_id is None or not visible:
        raise NotFound
    routine = library.loaded(ground.tx, bundle_hash).routine
    known, values = routine.categories, ground.values.get("", {})
    wanted = (*CARRIED.values(), "about_unit")
    by_key = {name: [known[name]] for name in wanted if name in known}
    seen = templates.opened({name: values.get(name) for name in by_key}, by_key, known, visible)
    labels = words(routine, seen)
    found: dict[str, object] = dict.fromkeys(COLUMNS)
    found |= {"format": FORMAT, "number": ground.case.number, "region": ground.case.region_id}
    found |= {
        "test_case": ground.case.is_test,
        "reported_at": ground.case.started_at,
        "closed_at": ground.case.ended_at,
    }
    for part, unit_id in (("reporter", ground.case.unit_id), ("about", seen.get("about_unit"))):
        unit = ground.unit(str(unit_id)) if unit_id else None
        if unit is not None:
            found |= {f"{part}_unit": unit.name, f"{part}_principal": unit.principal_name}
    for key, name in CARRIED.items():
        found[key] = seen.get(name)
        if key in LABELLED:
            found[f"{key}_label"] = labels.get(name, {}).get(str(seen.get(name)))
    return {key: plain(value, ground.zone) for key, value in found.items()}


def as_json(told: dict[str, object]) -> str:
    """One object, with every column."""
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_csv(told: dict[str, object]) -> str:
    """A row of headings and one row; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerow([_cell(told[name]) for name in COLUMNS])
    return BOM + written.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
