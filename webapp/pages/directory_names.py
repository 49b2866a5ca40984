"""Names of units and persons for pages, and what a form's choices may offer from the directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import g
from flask_babel import gettext

from engine.access.directory import take_part
from engine.definitions.schema import Field, Form
from engine.records import directory
from webapp.session import today, tx

KINDS = {"region": "hospital", "municipality": "buildings"}


def all_units() -> dict[str, directory.Unit]:
    """Every unit by id, in the order of the alphabet; read once a request."""
    if "units" not in g:
        g.units = {unit.id: unit for unit in directory.all_units(tx())}
    units: dict[str, directory.Unit] = g.units
    return units


def unit_names(ids: Iterable[str]) -> dict[str, str]:
    """id -> name, in the order given."""
    known = all_units()
    return {unit_id: known[unit_id].name for unit_id in dict.fromkeys(ids) if unit_id in known}


def unit_label(unit: directory.Unit) -> str:
    """The unit with its principal: `Biståndsenheten Norra, Mälby kommun`."""
    return f"{unit.name}, {unit.principal_name}"


def people(pairs: Iterable[tuple[str | None, str | None]]) -> dict[tuple[str | None, str | None], str]:
    """(who, for whom) -> the words for it: `Ali Omar`, or `Ali Omar för Maria Ek`; '' where nobody did it."""
    asked = set(pairs)
    names = directory.names(tx(), {one for pair in asked for one in pair if one})
    return {pair: _for_whom(names.get(pair[0] or "", ""), names.get(pair[1] or "", "")) for pair in asked}


def _for_whom(name: str, other: str) -> str:
    return gettext("%(name)s for %(other)s", name=name, other=other) if name and other else name


def options(form: Form | None, unit_id: str | None) -> dict[str, list[tuple[str, ...]]]:
    """What the choices of a form offer from the directory: `units` (of the region that answers: no case goes to another),
    `own_units` (of its principal) and `colleagues` (of the unit itself).
    """
    if form is None:
        return {}
    wanted = {one.options_source for one in _all(form) if one.options_source}
    units = all_units()
    own, region = (units[unit_id].principal_id, units[unit_id].region_id) if unit_id in units else ("", "")
    found: dict[str, list[tuple[str, ...]]] = {}
    if "units" in wanted:
        found["units"] = [
            (unit.id, unit_label(unit), KINDS.get(unit.principal_kind, ""))
            for unit in units.values()
            if unit.region_id == region and unit.is_open(today()) and take_part(unit.kind)
        ]
    if "own_units" in wanted:
        found["own_units"] = [
            (unit.id, unit.name)
            for unit in units.values()
            if unit.principal_id == own and unit.is_open(today()) and take_part(unit.kind)
        ]
    if "colleagues" in wanted:
        found["colleagues"] = list(directory.colleagues(tx(), unit_id or "", on=today()))
    return found


def values_of(offered: Mapping[str, list[tuple[str, ...]]]) -> dict[str, list[str]]:
    """source -> the ids it offers, for the check of what was handed in."""
    return {source: [row[0] for row in rows] for source, rows in offered.items()}


def _all(form: Form) -> Iterable[Field]:
    ahead = list(form.fields)
    while ahead:
        one = ahead.pop()
        yield one
        ahead += list(one.children)
