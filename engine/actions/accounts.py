"""Accounts: adding people, filling an empty database with the demo directory, signing in, and who somebody is.

Enters: names and passwords, or a directory.toml. Leaves: rows, or the person. Passwords are kept as argon2 hashes; a wrong name and a
wrong password take the same time and give the same answer; too many tries wait.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

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


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
