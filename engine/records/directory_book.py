"""The directory of a region as one book: every row of every kind, as people write them.

Enters: an open transaction. Leaves: a `Book`, and rows written back from it. A row is known by its key: what a person gave it as id, or for
who works where and who fills a function by what it says. Decides nothing: what may be written is for `actions.directory_rules`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, or_, select, true, update
from sqlalchemy import case as sql_case

from engine import wire
from engine.records import ids
from engine.records import tables as t
from engine.records.collation import sort_key

Key = tuple[str, ...]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row: its table, what each field is called there, and the fields that make its key."""

    name: str
    table: Table
    columns: Mapping[str, str]
    key: tuple[str, ...] = ("id",)
    sorted_by_name: bool = False


KINDS = {
    one.name: one
    for one in (
        Kind("principal", t.principals, {"id": "id", "name": "name", "type": "kind", "valid_to": "valid_to"}),
        Kind(
            "organisation",
            t.organisations,
            {
                "id": "id", "name": "name", "type": "kind", "principal": "principal_id", "valid_from": "valid_from",
                "valid_to": "valid_to",
            },
            sorted_by_name=True,
        ),
        Kind(
            "unit",
            t.units,
            {
                "id": "id", "name": "name", "type": "kind", "principal": "principal_id", "organisation": "organisation_id",
                "parent": "parent_id", "phone": "phone", "address": "address", "valid_from": "valid_from", "valid_to": "valid_to",
                "successor": "successor_id",
            },
            sorted_by_name=True,
        ),
        Kind(
            "person",
            t.persons,
            {
                "id": "id", "name": "name", "title": "title", "principal": "principal_id", "phone": "phone", "email": "email",
                "address": "postal_address",
                "reached_by": "reached_by", "active": "active",
            },
            sorted_by_name=True,
        ),
        Kind(
            "membership",
            t.memberships,
            {"person": "person_id", "unit": "unit_id", "role": "role", "valid_from": "valid_from", "valid_to": "valid_to"},
            ("person", "unit", "role", "valid_from"),
        ),
        Kind(
            "function",
            t.named_functions,
            {
                "type": "kind", "unit": "unit_id", "person": "person_id", "holder_unit": "holder_unit_id", "valid_from": "valid_from",
                "valid_to": "valid_to",
            },
            ("type", "unit", "person", "holder_unit", "valid_from"),
        ),
    )
}  # fmt: skip
"""In the order in which one refers to the other."""


@dataclass(frozen=True, slots=True)
class Book:
    """Kind -> key -> row."""

    region_id: str
    rows: Mapping[str, dict[Key, Row]]

    def get(self, kind: str, *key: str | None) -> Row | None:
        """The row of that key."""
        return self.rows[kind].get(tuple(part or "" for part in key))

    def all(self, kind: str) -> Iterable[Row]:
        """Every row of that kind."""
        return self.rows[kind].values()

    def copy(self) -> Book:
        """The same, to be changed apart."""
        return Book(
            self.region_id,
            {kind: {key: dict(row) for key, row in rows.items()} for kind, rows in self.rows.items()},
        )

    def fingerprint(self) -> str:
        """Changes whenever anything in the book does."""
        told = [
            [kind, [[name, wire.dump(row[name])] for name in sorted(row)]]
            for kind, rows in self.rows.items()
            for _, row in sorted(rows.items())
        ]
        return hashlib.sha256(wire.dump(told).encode()).hexdigest()


def key_of(kind: str, row: Mapping[str, Any]) -> Key:
    """What the row is known by."""
    return tuple("" if row.get(name) is None else str(row[name]) for name in KINDS[kind].key)


def hold(tx: Connection, region_id: str) -> None:
    """The region's directory, held until the transaction ends: of two who change it, the second sees what the first did."""
    tx.execute(
        select(t.regions.c.id).where(t.regions.c.id == region_id).with_for_update(key_share=True)
    ).all()


def load(tx: Connection, region_id: str) -> Book:
    """The region's directory as it stands. Persons who belong nowhere yet stand in every region's."""
    rows: dict[str, dict[Key, Row]] = {}
    for kind in KINDS.values():
        columns = [kind.table.c[column].label(name) for name, column in kind.columns.items()]
        query = select(*columns).where(_within(kind, region_id))
        found = [dict(row._mapping) for row in tx.execute(query)]
        rows[kind.name] = {key_of(kind.name, row): row for row in found}
    return Book(region_id, rows)


def put(tx: Connection, region_id: str, kind_name: str, row: Row, *, is_new: bool) -> None:
    """Write one row; those it refers to must be there."""
    kind = KINDS[kind_name]
    values: dict[str, Any] = {column: row.get(name) for name, column in kind.columns.items()}
    if kind.sorted_by_name:
        values["sort_key"] = sort_key(str(row["name"]))
    if kind_name == "person" and not is_new:  # another address was refused by nobody yet
        same = t.persons.c.email == row.get("email")
        values["email_refused_at"] = sql_case((same, t.persons.c.email_refused_at), else_=None)
    if not is_new:
        where = [
            kind.table.c[kind.columns[name]] == row[name] for name in kind.key if row.get(name) is not None
        ]
        tx.execute(update(kind.table).where(*where).values(**values))
        return
    if kind_name == "person":
        values |= {"username": str(row["id"]), "password_hash": None, "is_demo": False}
    if "region_id" in kind.table.c:
        values["region_id"] = region_id
    tx.execute(kind.table.insert(), {"id": ids.new(), **values})


def _within(kind: Kind, region_id: str) -> ColumnElement[bool]:
    units = select(t.units.c.id).where(t.units.c.region_id == region_id)
    principals = select(t.principals.c.id).where(t.principals.c.region_id == region_id)
    match kind.name:
        case "principal" | "unit":
            return kind.table.c.region_id == region_id
        case "organisation":
            return kind.table.c.principal_id.in_(principals)
        case "membership" | "function":
            return kind.table.c.unit_id.in_(units)
        case "person":
            anywhere, here = select(t.memberships.c.person_id), t.memberships.c.unit_id.in_(units)
            person = t.persons.c
            nowhere = person.principal_id.is_(None) & person.id.not_in(anywhere)
            return or_(person.principal_id.in_(principals), person.id.in_(anywhere.where(here)), nowhere)
    return true()
