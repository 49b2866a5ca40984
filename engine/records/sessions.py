"""Sessions: who is signed in, since when, and what the pages remember meanwhile; and forms that came when a session was over.

Enters: an open transaction and the hash of what a cookie holds, never the cookie. Leaves: frozen values. How long a session lasts is
judged in `actions.sessions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. `person_id` is set for somebody who works here, `invitation_id` or `identity_hash` for somebody whose case it is.

    `method` is how they signed in, `proved_at` when they last proved who they are, `seen_at` the last click to the minute.
    """

    id: str
    person_id: str | None
    invitation_id: str | None
    identity_hash: str | None
    method: str
    began_at: datetime
    seen_at: datetime
    proved_at: datetime | None
    ended_at: datetime | None
    browser: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What somebody sent to `address` when the session was over: fields by name, each with its values."""

    id: str
    person_id: str
    endpoint: str
    address: str
    fields: Mapping[str, list[str]]
    kept_at: datetime


_SESSION = select(*(t.sessions.c[name] for name in Session.__slots__))
_KEPT = select(*(t.kept_forms.c[name] for name in KeptForm.__slots__))


def find(tx: Connection, session_id: str) -> Session | None:
    """The session of that hash, also one that is over."""
    row = tx.execute(_SESSION.where(t.sessions.c.id == session_id)).one_or_none()
    return Session(*row) if row else None


def insert(tx: Connection, session: Session) -> None:
    """A new session."""
    tx.execute(t.sessions.insert(), {name: getattr(session, name) for name in Session.__slots__})


def touch(tx: Connection, session_id: str, *, now: datetime) -> None:
    """Somebody clicked."""
    tx.execute(update(t.sessions).where(t.sessions.c.id == session_id).values(seen_at=now))


def renew(tx: Connection, session_id: str, session: Session) -> None:
    """The session of that hash goes on under another, with what is remembered of it now; the hash before is nobody's."""
    told = {name: getattr(session, name) for name in ("id", "proved_at", "data")}
    tx.execute(update(t.sessions).where(t.sessions.c.id == session_id).values(told))


def remember(tx: Connection, session_id: str, data: Mapping[str, object]) -> None:
    """Replace what the pages remember; nothing where the session is over."""
    still = and_(t.sessions.c.id == session_id, t.sessions.c.ended_at.is_(None))
    tx.execute(update(t.sessions).where(still).values(data=dict(data)))


def end(tx: Connection, session_id: str, *, now: datetime) -> None:
    """Over; what the pages remembered is gone at once."""
    _end(tx, t.sessions.c.id == session_id, now)


def end_one(tx: Connection, person_id: str, session_id: str, *, now: datetime) -> None:
    """That session of the person is over; nothing where it is another's."""
    _end(tx, and_(t.sessions.c.person_id == person_id, t.sessions.c.id == session_id), now)


def end_all(tx: Connection, person_id: str, *, but: str = "", now: datetime) -> None:
    """Every session of that person is over, but for one."""
    _end(tx, and_(t.sessions.c.person_id == person_id, t.sessions.c.id != but), now)


def end_invited(tx: Connection, invitation_id: str, *, now: datetime) -> None:
    """Every session that began with that invitation is over."""
    _end(tx, t.sessions.c.invitation_id == invitation_id, now)


def of_person(tx: Connection, person_id: str) -> list[Session]:
    """Sessions that nobody has ended, the last seen first."""
    query = _SESSION.where(t.sessions.c.person_id == person_id, t.sessions.c.ended_at.is_(None))
    return [Session(*row) for row in tx.execute(query.order_by(t.sessions.c.seen_at.desc()))]


def are_old(tx: Connection, *, nobodys_before: datetime, anybodys_before: datetime) -> bool:
    """Whether there are any that `remove` would forget."""
    query = select(t.sessions.c.id).where(_old(nobodys_before, anybodys_before)).limit(1)
    return tx.execute(query).first() is not None


def remove(tx: Connection, *, nobodys_before: datetime, anybodys_before: datetime) -> int:
    """Forget sessions last seen before: those in which nobody signed in, and all others; gives how many."""
    return tx.execute(delete(t.sessions).where(_old(nobodys_before, anybodys_before))).rowcount


def keep_form(tx: Connection, form: KeptForm) -> None:
    """Keep it for the same person."""
    tx.execute(t.kept_forms.insert(), {name: getattr(form, name) for name in KeptForm.__slots__})


def kept_forms(tx: Connection, person_id: str) -> list[KeptForm]:
    """What is kept for that person, the newest first."""
    query = _KEPT.where(t.kept_forms.c.person_id == person_id)
    return [KeptForm(*row) for row in tx.execute(query.order_by(t.kept_forms.c.kept_at.desc()))]


def drop_kept_form(tx: Connection, form_id: str, person_id: str) -> None:
    """It was sent after all, or thrown away; only by the one it is kept for."""
    k = t.kept_forms.c
    tx.execute(delete(t.kept_forms).where(k.id == form_id, k.person_id == person_id))


def remove_kept_forms(tx: Connection, before: datetime) -> None:
    """Forget forms that nobody came back for."""
    tx.execute(delete(t.kept_forms).where(t.kept_forms.c.kept_at < before))


def _end(tx: Connection, which: ColumnElement[bool], now: datetime) -> None:
    still = and_(which, t.sessions.c.ended_at.is_(None))
    tx.execute(update(t.sessions).where(still).values(ended_at=now, data={}))


def _old(nobodys_before: datetime, anybodys_before: datetime) -> ColumnElement[bool]:
    s = t.sessions.c
    nobody = and_(s.person_id.is_(None), s.invitation_id.is_(None), s.identity_hash.is_(None))
    return or_(s.seen_at < anybodys_before, and_(nobody, s.seen_at < nobodys_before))
