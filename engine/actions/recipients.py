"""Whom a notice reaches: those it is meant for, and whoever acts for them while they are away.

Enters: an open transaction, what a row of the outbox says of its unit, role and person, and an instant: asked when it is delivered, so
that a substitution counts for as long as it lasts. Leaves: each person once, and for whom. A substitute gets what the substitution lends
and no more; of a protected person only those hear who are named themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from engine.access import Actor
from engine.actions import actors
from engine.records import absences, directory


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told; `for_id` is the absent person for whom they are told, None where it is for themself."""

    person_id: str
    for_id: str | None = None


def of(
    tx: Connection,
    unit_id: str,
    role: str | None,
    person_id: str | None,
    *,
    protected: bool,
    on: date,
    now: datetime,
) -> list[Recipient]:
    """Everybody whom a notice to that role of the unit, or to that person, reaches at the instant; in the order of their ids."""
    meant = [person_id] if person_id else [one for one, _ in directory.colleagues(tx, unit_id, on=on)]
    acting = absences.substituting(tx, absent_ids=meant, now=now)
    found = []
    for candidate in sorted({*meant, *(one.substitute_id for one in acting)}):
        actor = actors.actor(tx, candidate, on=on, now=now)
        faces = _reached(actor, unit_id, role, person_id) if actor else []
        if protected:
            faces = [face for face in faces if face.acting_for is None]
        if faces:  # one's own face comes first: nobody is told twice
            found.append(Recipient(candidate, faces[0].acting_for))
    return found


def _reached(actor: Actor, unit_id: str, role: str | None, person_id: str | None) -> list[Actor]:
    return [
        face
        for face in actor.each_face()
        if (person_id in (None, face.acting_for or face.id)) and _at(face, unit_id, role)
    ]


def _at(face: Actor, unit_id: str, role: str | None) -> bool:
    held: Iterable[str | None] = (one.unit_id for one in face.memberships if role is None or one.holds(role))
    return unit_id in held
