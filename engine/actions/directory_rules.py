"""What a directory must be like, whoever changes it and however: by a page, a file or a command.

Enters: the book before and after, and which rows are to change. Leaves: what is wrong, by row and field, as keys. Pure: whether there are
open tasks is handed in. Who may change what is for `access`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.access.directory import CENTRE, EXPERT_TEAM, take_part
from engine.mailing import LONGEST as LONGEST_ADDRESS
from engine.mailing import fits
from engine.records.directory_book import KINDS, Book, Key, Row, key_of

ROLES = (
    "staff", "coordinator", "manager", "mas", "process_owner", "administrator", "region_administrator", "auditor", "governance",
)  # fmt: skip
"""Roles that the product knows; others may be named by routines and are taken as they are written."""

FUNCTIONS = ("mas", "csd", "sip_coordination", "data_protection", "coordinating_unit")
PRINCIPAL_KINDS = ("region", "municipality")
ORGANISATION_KINDS = ("own", "contracted")
REACHED_BY = ("account", "letter")
LONGEST = 200
_ID = re.compile(r"[a-z0-9][a-z0-9_.@-]{0,63}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")
NEEDED = {
    "principal": ("id", "name", "type"),
    "organisation": ("id", "name", "type", "principal", "valid_from"),
    "unit": ("id", "name", "type", "principal"),
    "person": ("id", "name", "reached_by"),
    "membership": ("person", "unit", "role", "valid_from"),
    "function": ("type", "unit", "valid_from"),
}
CHOICES = {
    ("principal", "type"): PRINCIPAL_KINDS,
    ("organisation", "type"): ORGANISATION_KINDS,
    ("person", "reached_by"): REACHED_BY,
}
_POINTS_AT = {
    "principal": "principal", "organisation": "organisation", "parent": "unit", "successor": "unit", "unit": "unit",
    "holder_unit": "unit", "person": "person",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One row as it is to be. `line` is where a file says so; 0 elsewhere. `follows`: from another change, not asked for by itself."""

    kind: str
    row: Row
    line: int = 0
    follows: bool = False

    @property
    def key(self) -> Key:
        """What the row is known by."""
        return key_of(self.kind, self.row)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: `message` is a key, `detail` its values."""

    change: Change
    field: str
    message: str
    detail: str = ""


OpenTasks = Callable[[str], int]
"""How many open tasks, and roles in running cases, lie with a unit."""


def after(before: Book, changes: Iterable[Change]) -> Book:
    """The book with the changes in it."""
    found = before.copy()
    for change in changes:
        found.rows[change.kind][change.key] = change.row
    return found


def following(before: Book, changes: Sequence[Change], today: date) -> list[Change]:
    """What else comes to an end with a unit that is closed or a person who is made inactive."""
    asked = {(one.kind, one.key) for one in changes}
    book = after(before, changes)
    closed: dict[str, date] = {}
    for one in changes:
        if one.kind == "unit" and one.row.get("valid_to") and one.row["valid_to"] <= today:
            closed[str(one.row["id"])] = one.row["valid_to"]
    gone = {str(one.row["id"]) for one in changes if one.kind == "person" and one.row.get("active") is False}
    found = []
    for kind in ("membership", "function"):
        for key, row in book.rows[kind].items():
            last = closed.get(row["unit"]) or (today if row.get("person") in gone else None)
            if last is None or (kind, key) in asked or (row["valid_to"] and row["valid_to"] <= last):
                continue
            found.append(Change(kind, {**row, "valid_to": max(last, row["valid_from"])}, follows=True))
    return found


def problems(before: Book, changes: Sequence[Change], open_tasks: OpenTasks, today: date) -> list[Problem]:
    """Everything that is wrong, in the order of the changes."""
    book = after(before, changes)
    found: list[Problem] = []
    for change in changes:
        shape = list(_shape(change))
        found += shape
        if not shape:
            found += _references(before, book, change)
            found += _RULES.get(change.kind, _nothing)(before, book, change, open_tasks, today)
    return found


def _shape(change: Change) -> Iterator[Problem]:
    row, kind = change.row, change.kind
    for name in NEEDED[kind]:
        if row.get(name) in (None, ""):
            yield Problem(change, name, "missing")
    for name, value in row.items():
        if isinstance(value, str) and len(value) > {"address": 500, "email": LONGEST_ADDRESS}.get(
            name, LONGEST
        ):
            yield Problem(change, name, "too-long")
        choices = CHOICES.get((kind, name))
        if choices and value not in (None, "", *choices):
            yield Problem(change, name, "not-a-choice", ", ".join(choices))
    if "id" in KINDS[kind].columns and row.get("id") and not _ID.fullmatch(str(row["id"])):
        yield Problem(change, "id", "bad-id")
    for name in ("role", "type"):
        if (kind, name) not in CHOICES and row.get(name) and not _WORD.fullmatch(str(row[name])):
            yield Problem(change, name, "bad-word")
    first, last = row.get("valid_from"), row.get("valid_to")
    if first and last and last < first:
        yield Problem(change, "valid_to", "ends-before-it-begins")


def _references(before: Book, book: Book, change: Change) -> Iterator[Problem]:
    for name, kind in _POINTS_AT.items():
        target = change.row.get(name)
        if name not in KINDS[change.kind].columns or target in (None, ""):
            continue
        there = book.get(kind, str(target))
        if there is None:
            yield Problem(change, name, "unknown", str(target))
        elif _is_over(there) and not _is_over(change.row) and _points_anew(before, change, name):
            yield Problem(change, name, "is-over", str(target))


def _is_over(row: Mapping[str, Any]) -> bool:
    return bool(row.get("valid_to")) or row.get("active") is False


def _points_anew(before: Book, change: Change, name: str) -> bool:
    known = before.rows[change.kind].get(change.key)
    return known is None or known.get(name) != change.row.get(name)


def _nothing(*_: object) -> Iterator[Problem]:
    return iter(())


def _principal(
    before: Book, book: Book, change: Change, open_tasks: OpenTasks, today: date
) -> Iterator[Problem]:
    if change.row.get("valid_to"):
        left = [
            one for one in book.all("unit") if one["principal"] == change.row["id"] and not one["valid_to"]
        ]
        if left:
            yield Problem(change, "valid_to", "has-units", str(len(left)))


def _organisation(
    before: Book, book: Book, change: Change, open_tasks: OpenTasks, today: date
) -> Iterator[Problem]:
    units = [
        one for one in book.all("unit") if one["organisation"] == change.row["id"] and not one["valid_to"]
    ]
    if change.row.get("valid_to") and change.row["valid_to"] <= today and units:
        yield Problem(change, "valid_to", "has-units", str(len(units)))
    known = before.get("organisation", change.row["id"])
    if known and known["principal"] != change.row["principal"]:
        yield Problem(change, "principal", "stays-with-principal")


def _unit(before: Book, book: Book, change: Change, open_tasks: OpenTasks, today: date) -> Iterator[Problem]:
    row = change.row
    known = before.get("unit", row["id"])
    if known and known["principal"] != row["principal"]:
        yield Problem(change, "principal", "stays-with-principal")
    organisation = book.get("organisation", row.get("organisation")) if row.get("organisation") else None
    if organisation and organisation["principal"] != row["principal"]:
        yield Problem(change, "organisation", "other-principal")
    yield from _place_in_tree(book, change)
    yield from _rare_diseases(before, book, change, open_tasks)
    if row.get("valid_to"):
        yield from _closing(before, book, change, open_tasks, today)
    elif known and known["valid_to"]:
        yield Problem(change, "valid_to", "stays-closed")


def _place_in_tree(book: Book, change: Change) -> Iterator[Problem]:
    """Below a unit of the same principal; a principal's own unit never below one of a contracted provider; never in a circle."""
    row, seen = change.row, set[str]()
    parent = book.get("unit", row.get("parent")) if row.get("parent") else None
    if parent is None:
        return
    if parent["principal"] != row["principal"]:
        yield Problem(change, "parent", "other-principal")
    above, own = _provider(book, parent), _provider(book, row)
    if above and above != own:
        yield Problem(change, "parent", "below-a-provider")
    here: Row | None = row
    while here is not None:
        if here["id"] in seen:
            yield Problem(change, "parent", "goes-round")
            return
        seen.add(here["id"])
        here = book.get("unit", here["parent"]) if here.get("parent") else None


def _rare_diseases(before: Book, book: Book, change: Change, open_tasks: OpenTasks) -> Iterator[Problem]:
    """An expert team stands below the centre (CSD) of its region (S0-30); a European network is there to be read about: nobody works
    there, nothing stands below it, lies with it or is taken over by it (S0-31).
    """
    row = change.row
    above = book.get("unit", row.get("parent")) if row.get("parent") else None
    below = [one for one in book.all("unit") if one["parent"] == row["id"] and not one["valid_to"]]
    if row["type"] == EXPERT_TEAM and (above is None or above["type"] != CENTRE):
        yield Problem(change, "parent", "team-needs-centre")
    if row["type"] != CENTRE and any(one["type"] == EXPERT_TEAM for one in below):
        yield Problem(change, "type", "has-teams")
    for name in ("parent", "successor"):
        other = book.get("unit", row[name]) if row.get(name) else None
        if other is not None and not take_part(other["type"]):
            yield Problem(change, name, "takes-no-part")
    known = before.get("unit", row["id"])
    if known is None or take_part(row["type"]):
        return
    used = [one for kind in ("membership", "function") for one in book.all(kind) if one["unit"] == row["id"]]
    if below or open_tasks(str(row["id"])) or any(not one["valid_to"] for one in used):
        yield Problem(change, "type", "takes-no-part")


def _working_there(book: Book, change: Change, *names: str) -> Iterator[Problem]:
    for name in names:
        unit = book.get("unit", change.row[name]) if change.row.get(name) else None
        if unit is not None and not take_part(unit["type"]):
            yield Problem(change, name, "takes-no-part")


def _provider(book: Book, unit: Row) -> str | None:
    """The contracted provider to whom the unit belongs."""
    organisation = book.get("organisation", unit.get("organisation")) if unit.get("organisation") else None
    return str(organisation["id"]) if organisation and organisation["type"] == "contracted" else None


def _closing(
    before: Book, book: Book, change: Change, open_tasks: OpenTasks, today: date
) -> Iterator[Problem]:
    row = change.row
    known = before.get("unit", row["id"])
    if row["valid_to"] > today:
        yield Problem(change, "valid_to", "not-ahead")
    below = [one for one in book.all("unit") if one["parent"] == row["id"] and not one["valid_to"]]
    if below:
        yield Problem(change, "valid_to", "has-units", str(len(below)))
    successor = book.get("unit", row["successor"]) if row.get("successor") else None
    if successor is not None and successor["principal"] != row["principal"]:
        yield Problem(change, "successor", "other-principal")
    if row.get("successor") == row["id"]:
        yield Problem(change, "successor", "is-itself")
    left = open_tasks(str(row["id"])) if known and not known["valid_to"] else 0
    if left and successor is None:
        yield Problem(change, "successor", "open-tasks", str(left))


def _person(
    before: Book, book: Book, change: Change, open_tasks: OpenTasks, today: date
) -> Iterator[Problem]:
    row = change.row
    if row["reached_by"] == "letter" and row.get("active") is not False and not row.get("address"):
        yield Problem(change, "address", "letter-needs-address")
    if row.get("email") and not fits(str(row["email"])):
        yield Problem(change, "email", "not-an-address")


def _membership(
    before: Book, book: Book, change: Change, open_tasks: OpenTasks, today: date
) -> Iterator[Problem]:
    """Of one person, unit and role no two periods hold at the same time."""
    row = change.row
    yield from _working_there(book, change, "unit")
    for other in book.all("membership"):
        same = all(other[name] == row[name] for name in ("person", "unit", "role"))
        if same and other["valid_from"] != row["valid_from"] and _overlap(other, row):
            yield Problem(change, "valid_from", "overlaps", str(other["valid_from"]))
            return


def _function(
    before: Book, book: Book, change: Change, open_tasks: OpenTasks, today: date
) -> Iterator[Problem]:
    row = change.row
    yield from _working_there(book, change, "unit", "holder_unit")
    if bool(row.get("person")) == bool(row.get("holder_unit")):
        yield Problem(change, "person", "person-or-unit")


def _overlap(one: Row, other: Row) -> bool:
    ends: tuple[date, date] = (one["valid_to"] or date.max, other["valid_to"] or date.max)
    return bool(ends[0] >= other["valid_from"] and ends[1] >= one["valid_from"])


_RULES: dict[str, Callable[[Book, Book, Change, OpenTasks, date], Iterator[Problem]]] = {
    "principal": _principal,
    "organisation": _organisation,
    "unit": _unit,
    "person": _person,
    "membership": _membership,
    "function": _function,
}
