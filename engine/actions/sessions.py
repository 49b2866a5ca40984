"""How long a session lasts, and what becomes of one that is over.

Enters: a random token that only the browser keeps, or a session as remembered. Leaves: rows that hold the token's hash, or whether the
session still holds. Staff: half an hour of nothing, ten hours in all. Whose case it is: ten minutes of nothing, one hour in all.
A form that came too late is kept for the same person and nobody else.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from engine.records import ids, log, sessions, sign_ins
from engine.records.database import reading, writing
from engine.records.sessions import KeptForm, Session
from engine.records.who import Who

STAFF_IDLE, STAFF_ABSOLUTE = timedelta(minutes=30), timedelta(hours=10)
OWN_IDLE, OWN_ABSOLUTE = timedelta(minutes=10), timedelta(hours=1)
TOUCHED_EVERY = timedelta(minutes=1)
SIGNING_WITHIN = timedelta(minutes=15)
NOBODYS_FOR = timedelta(hours=1)
REMEMBERED_FOR = timedelta(hours=24)  # after the last click, so that a form that comes late finds its owner
FORMS_KEPT_FOR = timedelta(days=7)
TRIES_KEPT_FOR = timedelta(days=31)
MOST_KEPT = 20
BROWSER_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Holder:
    """Who signs in, and how: one of the three is set."""

    method: str
    person_id: str | None = None
    invitation_id: str | None = None
    identity_hash: str | None = None

    @property
    def proves(self) -> bool:
        """Whether signing in was a proof made now: an outside provider may have answered from a session of its own."""
        return self.method != "none" and not self.method.startswith("outside:")


NOBODY = Holder("none")


def new_token() -> str:
    """What a cookie holds: 256 random bits."""
    return secrets.token_urlsafe(32)


def session_id(token: str) -> str:
    """What is remembered of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def opened(
    token: str, holder: Holder, *, browser: str = "", data: Mapping[str, object] | None = None, now: datetime
) -> Session:
    """A session that begins now, to be remembered."""
    return Session(
        session_id(token), holder.person_id, holder.invitation_id, holder.identity_hash, holder.method, began_at=now, seen_at=now,
        proved_at=now if holder.proves else None, ended_at=None, browser=browser[:BROWSER_LETTERS], data=dict(data or {}),
    )  # fmt: skip


def begin(
    tx: Connection, holder: Holder, *, browser: str, data: Mapping[str, object] | None = None, replaced: str = "", now: datetime
) -> tuple[str, Session]:  # fmt: skip
    """A session with a token of its own, which is given back and kept nowhere; the one whose token it replaces is over."""
    if replaced:
        sessions.end(tx, session_id(replaced), now=now)
    token = new_token()
    begun = opened(token, holder, browser=browser, data=data, now=now)
    sessions.insert(tx, begun)
    if holder != NOBODY:
        log.note(tx, log.SIGNED_IN, who=Who(holder.person_id), now=now, about=f"method:{holder.method}")
    return token, begun


def proved(
    tx: Connection, session: Session, *, data: Mapping[str, object], now: datetime
) -> tuple[str, Session]:
    """They have proved anew who they are: the session goes on under a new token, as long as it would have, and `data` with it."""
    token = new_token()
    renewed = replace(session, id=session_id(token), proved_at=now, data=dict(data))
    sessions.renew(tx, session.id, renewed)
    return token, renewed


def is_over(session: Session, *, now: datetime) -> bool:
    """Whether it was ended, or has lasted too long."""
    staff = session.person_id is not None
    idle, absolute = (STAFF_IDLE, STAFF_ABSOLUTE) if staff else (OWN_IDLE, OWN_ABSOLUTE)
    return session.ended_at is not None or now - session.seen_at > idle or now - session.began_at > absolute


def wants_touch(session: Session, *, now: datetime) -> bool:
    """Whether the last click is worth a write."""
    return now - session.seen_at > TOUCHED_EVERY


def has_just_proved(session: Session, *, now: datetime) -> bool:
    """Whether they proved who they are so lately that they may sign something."""
    return session.proved_at is not None and now - session.proved_at <= SIGNING_WITHIN


def keep_form(
    tx: Connection,
    session: Session,
    endpoint: str,
    address: str,
    fields: Mapping[str, list[str]],
    *,
    now: datetime,
) -> str:
    """Keep what somebody sent for when they have signed in again; gives its id, or nothing where there is nobody to keep it for."""
    if session.person_id is None or len(sessions.kept_forms(tx, session.person_id)) >= MOST_KEPT:
        return ""
    form = KeptForm(ids.new(), session.person_id, endpoint, address, dict(fields), now)
    sessions.keep_form(tx, form)
    return form.id


def purge(engine: Engine, *, now: datetime) -> int:
    """Forget sessions, kept forms and tries that nobody can come back to; gives how many sessions. Writes only where there are any."""
    nobodys, anybodys = now - NOBODYS_FOR, now - REMEMBERED_FOR
    with reading(engine) as tx:
        if not sessions.are_old(tx, nobodys_before=nobodys, anybodys_before=anybodys):
            return 0
    with writing(engine) as tx:
        sessions.remove_kept_forms(tx, now - FORMS_KEPT_FOR)
        sign_ins.remove(tx, now - TRIES_KEPT_FOR)
        return sessions.remove(tx, nobodys_before=nobodys, anybodys_before=anybodys)
