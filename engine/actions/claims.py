"""Somebody whom an outside provider vouches for becomes a person with places of work here.

Enters: claims whose signature, audience, time and level have been verified, and the declared mapping. Leaves: the person, with the
memberships that the claims give now; those that an earlier sign-in by the same provider gave, and that the claims no longer give, are over.
Memberships that the directory itself has are left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from engine.errors import EngineError
from engine.records import claimed, credentials, directory, ids


class UnknownHere(EngineError):
    """The provider knows who it is, but nobody here is connected with that identity: an administrator must connect an account.

    `subject` is what to connect (`samordna user connect`).
    """

    def __init__(self, issuer: str, subject: str) -> None:
        super().__init__()
        self.issuer, self.subject = issuer, subject


class NotActive(EngineError):
    """The account is closed: speak with an administrator."""


class MissingClaim(EngineError):
    """The provider did not say what the mapping needs; `claim` tells which."""

    def __init__(self, claim: str) -> None:
        super().__init__(f"the provider gave no claim {claim}")
        self.claim = claim


@dataclass(frozen=True, slots=True)
class Place:
    """Where the claim has this value, its holder has these roles at this unit."""

    claim: str
    value: str
    unit_id: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which claims say what. `unknown` is what happens to somebody who comes for the first time: `refuse`, `same-user-name`, `add`."""

    issuer: str
    subject: str
    user_name: str
    name: str
    unknown: str
    places: tuple[Place, ...]


def arrive(
    tx: Connection, mapping: Mapping, told: AnyMapping[str, object], *, on: date, now: datetime
) -> str:
    """The id of the person, with the memberships of now. Raises UnknownHere, NotActive, MissingClaim."""
    subject = _text(told, mapping.subject)
    person_id = credentials.person_of_identity(tx, mapping.issuer, subject) or _first(
        tx, mapping, told, subject, now
    )
    person = directory.person(tx, person_id)
    if person is None or not person.active:
        raise NotActive
    if mapping.places:
        claimed.follow(tx, person_id, _source(mapping.issuer), _held(tx, mapping.places, told), on=on)
    return person_id


def connect(tx: Connection, username: str, issuer: str, subject: str, *, now: datetime) -> str:
    """From now on that identity is the account of that name; gives the person's id. Raises UnknownHere for the name."""
    person = directory.person_by_username(tx, username)
    if person is None:
        raise UnknownHere(issuer, subject)
    credentials.put_identity(tx, issuer, subject, person.id, now=now)
    return person.id


def _first(
    tx: Connection, mapping: Mapping, told: AnyMapping[str, object], subject: str, now: datetime
) -> str:
    """Somebody who comes for the first time."""
    if mapping.unknown == "refuse":
        raise UnknownHere(mapping.issuer, subject)
    username = _text(told, mapping.user_name or mapping.subject).casefold()
    person = directory.person_by_username(tx, username)
    if person is None and mapping.unknown != "add":
        raise UnknownHere(mapping.issuer, subject)
    if person is None:
        person_id = ids.new()
        directory.put_person(
            tx,
            id=person_id,
            username=username,
            name=_text(told, mapping.name),
            password_hash=None,
            is_demo=False,
        )
    elif (
        mapping.unknown == "add"
    ):  # an account that was made in another way is not handed to whoever bears its name
        raise UnknownHere(mapping.issuer, subject)
    else:
        person_id = person.id
    credentials.put_identity(tx, mapping.issuer, subject, person_id, now=now)
    return person_id


def _held(tx: Connection, places: tuple[Place, ...], told: AnyMapping[str, object]) -> set[tuple[str, str]]:
    """(unit, role) that the claims give, at units that there are."""
    found = [place for place in places if place.value in _values(told.get(place.claim))]
    known = directory.units(tx, [place.unit_id for place in found])
    return {(place.unit_id, role) for place in found if place.unit_id in known for role in place.roles}


def _values(claim: object) -> tuple[str, ...]:
    return tuple(map(str, claim)) if isinstance(claim, list) else () if claim is None else (str(claim),)


def _text(told: AnyMapping[str, object], claim: str) -> str:
    value = told.get(claim)
    if not isinstance(value, str | int) or not str(value):
        raise MissingClaim(claim)
    return str(value)


def _source(issuer: str) -> str:
    """Twelve letters that stand for the provider in the ids of memberships."""
    return hashlib.sha256(issuer.encode()).hexdigest()[:12]
