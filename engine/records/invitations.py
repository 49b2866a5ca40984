"""Invitations to see one's own case: for whom, with which code, until when, and whether it was used.

Enters: an open transaction; hashes of codes and identity numbers, never these. Leaves: frozen values. Nothing is deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Invitation:
    """`code_hash` is none where only the identity number opens it; `used_at` says when the code was used."""

    id: str
    case_id: str
    capacity: str
    name: str
    identity_hash: str | None
    code_hash: str | None
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    created_by: str
    created_at: datetime


_ALL = select(*(t.invitations.c[name] for name in Invitation.__slots__))


def insert(tx: Connection, invitation: Invitation) -> None:
    """A new invitation."""
    tx.execute(t.invitations.insert(), {name: getattr(invitation, name) for name in Invitation.__slots__})


def of_case(tx: Connection, case_id: str) -> list[Invitation]:
    """All of a case, the newest first."""
    query = _ALL.where(t.invitations.c.case_id == case_id).order_by(t.invitations.c.created_at.desc())
    return [Invitation(*row) for row in tx.execute(query)]


def find(tx: Connection, invitation_id: str) -> Invitation | None:
    """One invitation."""
    row = tx.execute(_ALL.where(t.invitations.c.id == invitation_id)).one_or_none()
    return Invitation(*row) if row else None


def of_identity(tx: Connection, identity_hash: str) -> list[Invitation]:
    """Those made for whoever has that identity number and not taken back."""
    i = t.invitations.c
    query = _ALL.where(i.identity_hash == identity_hash, i.revoked_at.is_(None))
    return [Invitation(*row) for row in tx.execute(query.order_by(i.created_at))]


def use(tx: Connection, code_hash: str, *, now: datetime) -> Invitation | None:
    """The invitation of that code, which from now on is used; none where it was used before, is too old or was taken back."""
    i = t.invitations
    unused = update(i).where(
        i.c.code_hash == code_hash, i.c.used_at.is_(None), i.c.revoked_at.is_(None), i.c.expires_at > now
    )
    if tx.execute(unused.values(used_at=now)).rowcount != 1:
        return None
    row = tx.execute(_ALL.where(i.c.code_hash == code_hash)).one()
    return Invitation(*row)


def revoke(tx: Connection, invitation_id: str, *, by: str, now: datetime) -> None:
    """It opens nothing any longer."""
    i = t.invitations
    current = update(i).where(i.c.id == invitation_id, i.c.revoked_at.is_(None))
    tx.execute(current.values(revoked_at=now, revoked_by=by))
