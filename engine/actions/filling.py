"""Putting a directory.toml in place: principals and their organisations, units, persons, where they work and which functions they fill.

Enters: the text of the file and the region that it belongs to. Leaves: rows. Fills an empty directory, for demonstration, scenarios and
tests; it is not how a directory that people work in is kept.
"""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.actions import passwords
from engine.errors import NotFound
from engine.records import directory, directory_book


def fill(tx: Connection, text: str, region_id: str, *, demo_password: str | None, since: date) -> int:
    """Put a directory.toml in place: principals, organisations, units, persons, memberships, functions; gives how many persons.

    With `demo_password` the accounts are marked as demonstration, and a production start refuses them.
    """
    told = tomllib.loads(text)
    for one in told.get("principal", []):
        directory.put_principal(tx, id=one["id"], region_id=region_id, name=one["name"], kind=one["kind"])
    for one in told.get("organisation", []):
        _put(tx, region_id, "organisation", one | {"valid_from": since}, is_new=True)
    for one in _parents_first(told.get("unit", [])):
        directory.put_unit(
            tx, id=one["id"], principal_id=one["principal"], region_id=region_id, parent_id=one.get("parent") or None, name=one["name"],
            kind=one["kind"], phone=one.get("phone"), closing_days=one.get("closing_days") or (),
        )  # fmt: skip
        if one.get("organisation"):
            _put(tx, region_id, "unit", one | {"type": one["kind"]}, is_new=False)
    hashed = passwords.hashed(demo_password) if demo_password else None
    for one in told.get("person", []):
        if one.get("reached_by") == "letter":
            _put(tx, region_id, "person", one | {"id": one["username"], "active": True}, is_new=True)
            continue
        directory.put_person(
            tx,
            id=one["username"],
            username=one["username"],
            name=one["name"],
            password_hash=hashed,
            is_demo=hashed is not None,
            email=one.get("email"),
        )
    for one in told.get("membership", []):
        for role in one.get("roles") or ["staff"]:
            key = f"{one['person']}:{one['unit']}:{role}"[:64]
            directory.put_membership(
                tx, id=key, person_id=one["person"], unit_id=one["unit"], role=role, valid_from=since
            )
    for one in told.get("function", []):
        _put(tx, region_id, "function", one | {"valid_from": since}, is_new=True)
    return len(told.get("person", []))


def _put(tx: Connection, region_id: str, kind: str, told: dict[str, Any], *, is_new: bool) -> None:
    row = {name: told.get(name) for name in directory_book.KINDS[kind].columns}
    directory_book.put(tx, region_id, kind, row, is_new=is_new)


def _parents_first(units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known, ordered, waiting = set(), [], list(units)
    while waiting:
        ready = [one for one in waiting if not one.get("parent") or one["parent"] in known]
        if not ready:
            raise NotFound(f"unit {waiting[0]['id']} names a parent that is not in the file")
        ordered += ready
        known |= {one["id"] for one in ready}
        waiting = [one for one in waiting if one["id"] not in known]
    return ordered
