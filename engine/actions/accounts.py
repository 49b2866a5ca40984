"""Accounts of this installation: adding people, signing in with a password, changing it.

Enters: names and passwords. Leaves: rows, or the person. A wrong name and a wrong password take the same time and give the same answer.
Wrong tries make the account wait, each time longer, and an address from which many come. A password is weighed between two short
transactions, never inside one: on SQLite everybody else would wait for it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from engine import asking
from engine.access import Actor
from engine.actions import passwords
from engine.errors import EngineError, NotFound
from engine.records import credentials, directory, log, sessions, sign_ins
from engine.records.database import reading, writing
from engine.records.who import Who

TRIES, WITHIN = 5, timedelta(minutes=15)
LONGEST_WAIT, COUNTED_FOR = timedelta(hours=24), timedelta(days=30)
MOST_TRIES = 100  # in a row; then somebody must reset the password (NIST SP 800-63B-4, 3.2.2)
TRIES_FROM_ADDRESS = 100
TEMPORARY_FOR = timedelta(days=3)


class TooManyTries(EngineError):
    """Too many wrong tries; `again_at` says when to try again, None that an administrator must reset the password."""

    def __init__(self, again_at: datetime | None) -> None:
        super().__init__()
        self.again_at = again_at


class WrongPassword(EngineError):
    """The password is not right."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody whose password was right; `must_change` where somebody else chose it."""

    person: directory.Person
    must_change: bool


def sign_in(engine: Engine, username: str, password: str, *, address: str, now: datetime) -> Entered | None:
    """The person, or None where name or password is wrong. Raises TooManyTries."""
    key = _key(username.casefold())
    number = _counted(engine, key, username, address, now)
    with reading(engine) as tx:
        person = directory.person_by_username(tx, username)
        temporary_until = credentials.temporary_until(tx, person.id) if person else None
    usable = person is not None and person.active and (temporary_until is None or temporary_until > now)
    right = passwords.matches(person.password_hash if person and usable else None, password)
    if person is None or not right:
        with writing(engine) as tx:
            log.note(tx, log.SIGN_IN_FAILED, who=Who(person.id if person else None), now=now)
        return None
    newer = passwords.hashed(password) if passwords.is_outdated(person.password_hash or "") else None
    with writing(engine) as tx:
        sign_ins.succeeded(tx, number)
        if newer:
            credentials.set_password(tx, person.id, newer)
    return Entered(person, temporary_until is not None)


def prove(engine: Engine, person_id: str, password: str, *, address: str, now: datetime) -> None:
    """Somebody who is signed in shows the password anew. Raises WrongPassword, TooManyTries."""
    with reading(engine) as tx:
        person = directory.person(tx, person_id)
    if person is None or sign_in(engine, person.username, password, address=address, now=now) is None:
        raise WrongPassword


def add_user(
    engine: Engine, *, username: str, name: str, password: str, unit_id: str, roles: list[str], now: datetime
) -> str:
    """A new account with its roles at one unit; gives the person's id. Raises WeakPassword, NotFound for the unit."""
    person_id = username.casefold()
    with reading(engine) as tx:
        unit = directory.units(tx, [unit_id]).get(unit_id)
    if unit is None:
        raise NotFound
    known = (username, name, unit.name, unit.principal_name)
    password_hash = passwords.hashed(passwords.checked(password, known=known))
    with writing(engine) as tx:
        where = Who(None, None, unit.id, unit.principal_id, unit.region_id)
        log.note(tx, "account_added", who=where, now=now, about=f"person:{person_id}")
        directory.put_person(
            tx, id=person_id, username=username, name=name, password_hash=password_hash, is_demo=False
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


def change_password(
    engine: Engine, person_id: str, old: str, new: str, *, session_id: str, address: str, now: datetime
) -> None:
    """The person's own change: every other session of theirs ends. Raises WrongPassword, TooManyTries, WeakPassword."""
    prove(engine, person_id, old, address=address, now=now)
    with reading(engine) as tx:
        known = _names(tx, person_id, now)
    password_hash = passwords.hashed(passwords.checked(new, known=known))
    with writing(engine) as tx:
        credentials.set_password(tx, person_id, password_hash)
        sessions.end_all(tx, person_id, but=session_id, now=now)
        log.note(tx, "password_changed", who=Who(person_id), now=now)


def set_temporary_password(engine: Engine, username: str, *, now: datetime, by: Actor | None = None) -> str:
    """A new password for somebody who has lost theirs; gives it, to be handed over. It must be changed at the first sign-in, within
    three days. Every session ends, the tries so far are forgiven, and the log says by whom: an administrator, or none from the command
    line. Raises NotFound.
    """
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    password_hash = passwords.hashed(password)
    with writing(engine) as tx:
        person = directory.person_by_username(tx, username)
        if person is None:
            raise NotFound
        credentials.set_password(tx, person.id, password_hash, temporary_until=now + TEMPORARY_FOR)
        sessions.end_all(tx, person.id, now=now)
        sign_ins.forgive(tx, _key(username.casefold()))
        log.note(tx, "password_reset", who=_by(by), now=now, about=f"person:{person.id}")
    return password


def note_code(engine: Engine, person_id: str, *, address: str, now: datetime) -> int:
    """Somebody is about to try a code of the second factor; gives the number of the try. Raises TooManyTries."""
    return _counted(engine, _key(f"code:{person_id}"), "", address, now)


def code_was_right(tx: Connection, number: int) -> None:
    """The try of that number was right."""
    sign_ins.succeeded(tx, number)


def code_was_wrong(engine: Engine, person_id: str | None, *, now: datetime) -> None:
    """The log tells of it; the try has been counted already."""
    with writing(engine) as tx:
        log.note(tx, log.SIGN_IN_FAILED, who=Who(person_id), now=now)


def _by(actor: Actor | None) -> Who:
    return asking.who(actor, next((one.unit_id for one in actor.memberships), None)) if actor else Who()


def _names(tx: Connection, person_id: str, now: datetime) -> tuple[str, ...]:
    """What others know of the person, and so guess first."""
    person = directory.person(tx, person_id)
    held = {row.unit_id for row in directory.memberships(tx, on=now.date(), person_id=person_id)}
    units = directory.units(tx, held).values()
    places = [name for unit in units for name in (unit.name, unit.principal_name)]
    return (person.username, person.name, *places) if person else ()


def _counted(engine: Engine, key: str, username: str, address: str, now: datetime) -> int:
    """The try counts before it is weighed, so that many at once are not weighed for free; one that comes too early stands in the log."""
    try:
        with writing(engine) as tx:
            _refuse_many(tx, key, _key(address), now)
            return sign_ins.note(tx, key, _key(address), now=now)
    except TooManyTries:
        with writing(engine) as tx:
            person = directory.person_by_username(tx, username) if username else None
            log.note(tx, log.SIGN_IN_FAILED, who=Who(person.id if person else None), now=now)
        raise


def _refuse_many(tx: Connection, key: str, address_key: str, now: datetime) -> None:
    failed = sign_ins.failed_since(tx, key, now - COUNTED_FOR)
    if len(failed) >= MOST_TRIES:
        raise TooManyTries(None)
    if len(failed) >= TRIES and len(failed) % TRIES == 0:
        again_at = max(failed) + min(WITHIN * 2 ** (len(failed) // TRIES - 1), LONGEST_WAIT)
        if again_at > now:
            raise TooManyTries(again_at)
    if sign_ins.failed_from(tx, address_key, now - WITHIN) >= TRIES_FROM_ADDRESS:
        raise TooManyTries(now + WITHIN)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
