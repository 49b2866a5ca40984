"""Accounts: adding people, filling an empty database with the demo directory, signing in, and who somebody is.

Enters: names and passwords, or a directory.toml. Leaves: rows, or the person. Passwords are kept as argon2 hashes; a wrong name and a
wrong password take the same time and give the same answer; too many tries wait.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from engine.access import Actor, Membership
from engine.errors import EngineError, NotFound
from engine.records import directory, sign_ins

LEAST_LETTERS = 12
TRIES, WITHIN = 5, timedelta(minutes=15)

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """What a name that nobody has is compared with, so that it takes as long as a wrong password."""
    return _hasher.hash("no such person has this password")


class WeakPassword(EngineError):
    """The password is too short: at least twelve characters are needed."""


class TooManyTries(EngineError):
    """Too many wrong tries; `again_at` says when to try again."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__()
        self.again_at = again_at


def sign_in(tx: Connection, username: str, password: str, *, now: datetime) -> directory.Person | None:
    """The person, or None where name or password is wrong. Raises TooManyTries. The caller commits either way, so that tries count."""
    key = hashlib.sha256(username.casefold().encode()).hexdigest()
    failed = sign_ins.failed_since(tx, key, now - WITHIN)
    if len(failed) >= TRIES:
        raise TooManyTries(min(failed) + WITHIN)
    person = directory.person_by_username(tx, username)
    usable = person is not None and person.active and person.password_hash
    right = _matches(
        (person.password_hash or _nobody()) if person and usable else _nobody(), password
    ) and bool(usable)
    sign_ins.note(tx, key, succeeded=right, now=now)
    return person if right else None


def add_user(
    tx: Connection, *, username: str, name: str, password: str, unit_id: str, roles: list[str], now: datetime
) -> str:
    """A new account with its roles at one unit; gives the person's id. Raises WeakPassword, NotFound for the unit."""
    if len(password) < LEAST_LETTERS:
        raise WeakPassword
    if not directory.units(tx, [unit_id]):
        raise NotFound
    person_id = username.casefold()
    directory.put_person(
        tx, id=person_id, username=username, name=name, password_hash=_hasher.hash(password), is_demo=False
    )
    for role in roles or ["staff"]:
        directory.put_membership(
            tx,
            id=f"{person_id}:{unit_id}:{role}"[:64],
            person_id=person_id,
            unit_id=unit_id,
            role=role,
            valid_from=now.date(),
        )
    return person_id


def fill(tx: Connection, text: str, region_id: str, *, demo_password: str | None, since: date) -> int:
    """Put a directory.toml in place: principals, units, persons, memberships; gives how many persons.

    With `demo_password` the accounts are marked as demonstration, and a production start refuses them.
    """
    told = tomllib.loads(text)
    for one in told.get("principal", []):
        directory.put_principal(tx, id=one["id"], region_id=region_id, name=one["name"], kind=one["kind"])
    for one in _parents_first(told.get("unit", [])):
        directory.put_unit(
            tx, id=one["id"], principal_id=one["principal"], region_id=region_id, parent_id=one.get("parent") or None, name=one["name"],
            kind=one["kind"], phone=one.get("phone"), closing_days=one.get("closing_days") or (),
        )  # fmt: skip
    hashed = _hasher.hash(demo_password) if demo_password else None
    for one in told.get("person", []):
        directory.put_person(
            tx,
            id=one["username"],
            username=one["username"],
            name=one["name"],
            password_hash=hashed,
            is_demo=hashed is not None,
        )
    for one in told.get("membership", []):
        for role in one.get("roles") or ["staff"]:
            key = f"{one['person']}:{one['unit']}:{role}"[:64]
            directory.put_membership(
                tx, id=key, person_id=one["person"], unit_id=one["unit"], role=role, valid_from=since
            )
    return len(told.get("person", []))


def actor(tx: Connection, person_id: str, *, on: date) -> Actor | None:
    """Who that person is on that day: roles per unit, and all units they lead, sub-units included. None where not active."""
    person = directory.person(tx, person_id)
    if person is None or not person.active:
        return None
    held: dict[str, list[directory.Membership]] = defaultdict(list)
    for membership in directory.memberships(tx, on=on, person_id=person_id):
        held[membership.unit_id].append(membership)
    memberships = tuple(
        Membership(unit_id, rows[0].principal_id, rows[0].region_id, frozenset(row.role for row in rows))
        for unit_id, rows in held.items()
    )
    led = {membership.unit_id for membership in memberships if "manager" in membership.roles}
    return Actor(person.id, person.name, memberships, frozenset(_below(tx, led)) if led else frozenset())


def _below(tx: Connection, roots: set[str]) -> set[str]:
    children: dict[str, list[str]] = defaultdict(list)
    for unit in directory.all_units(tx):
        children[unit.parent_id or ""].append(unit.id)
    found, ahead = set(roots), list(roots)
    while ahead:
        new = [child for child in children[ahead.pop()] if child not in found]
        found.update(new)
        ahead += new
    return found


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


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
