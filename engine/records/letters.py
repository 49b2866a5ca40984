"""Letters that wait to be handed to the mail server, those that were, and those that nobody takes.

Enters: an open transaction. Leaves: rows as small frozen values. A process that sends a letter holds it for a while, in a transaction of
its own that is over before the first word with the server; whoever dies meanwhile leaves it to the next when that while has passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from engine.records import ids
from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Written:
    """A letter: `told` are counts and instants (`actions.letters`), `status` is `waiting`, `sent` or `dead`, `failure` a word."""

    id: str
    person_id: str
    how: str
    told: Mapping[str, object]
    created_at: datetime
    status: str
    next_try_at: datetime
    attempts: int
    held_by: str | None
    failure: str | None
    failure_code: int | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """How the mail stands: how many wait and since when, how many were tried in vain, when the last one went out."""

    waiting: int
    oldest_at: datetime | None
    most_attempts: int
    failure: str | None
    failure_code: int | None
    last_sent_at: datetime | None


_LETTER = select(*(t.letters.c[name] for name in Written.__slots__))
_WAITING = t.letters.c.status == "waiting"


def insert(tx: Connection, person_id: str, how: str, told: Mapping[str, object], *, now: datetime) -> str:
    """A letter to be sent from now on; gives its id."""
    letter_id = ids.new()
    row: dict[str, object] = {"id": letter_id, "person_id": person_id, "how": how, "told": dict(told)}
    row |= {"created_at": now, "status": "waiting", "next_try_at": now, "attempts": 0}
    tx.execute(t.letters.insert(), row)
    return letter_id


def take(tx: Connection, holder: str, *, until: datetime, now: datetime) -> Written | None:
    """The letter whose turn it is, held by `holder` from now until then; None where none is due."""
    c = t.letters.c
    free = or_(c.held_until.is_(None), c.held_until <= now)
    query = _LETTER.where(_WAITING, c.next_try_at <= now, free).order_by(c.next_try_at, c.id).limit(1)
    row = tx.execute(query.with_for_update(of=t.letters, skip_locked=True)).one_or_none()
    if row is None:
        return None
    tx.execute(update(t.letters).where(c.id == row.id).values(held_until=until, held_by=holder))
    return Written(*row)


def is_due(tx: Connection, *, now: datetime) -> bool:
    """Whether a letter waits for its turn."""
    return (
        tx.execute(select(t.letters.c.id).where(_WAITING, t.letters.c.next_try_at <= now).limit(1)).first()
        is not None
    )


def was_sent(tx: Connection, letter_id: str, *, now: datetime) -> None:
    """The server has taken it."""
    _end(tx, letter_id, "sent", None, None, now)


def nobody_takes(tx: Connection, letter_id: str, failure: str, code: int | None, *, now: datetime) -> None:
    """Not tried again unless somebody asks for it."""
    _end(tx, letter_id, "dead", failure, code, now)


def _end(
    tx: Connection, letter_id: str, status: str, failure: str | None, code: int | None, now: datetime
) -> None:
    c = t.letters.c
    values: dict[str, object] = {"status": status, "ended_at": now, "failure": failure, "failure_code": code}
    about = update(t.letters).where(c.id == letter_id, _WAITING)
    tx.execute(about.values(**values, held_until=None, held_by=None, attempts=c.attempts + 1))


def try_later(
    tx: Connection, letter_id: str, failure: str, code: int | None, *, at: datetime, holder: str
) -> None:
    """The server did not take it now."""
    c = t.letters.c
    about = update(t.letters).where(c.id == letter_id, c.held_by == holder, _WAITING)
    values: dict[str, object] = {"failure": failure, "failure_code": code, "next_try_at": at}
    tx.execute(about.values(**values, held_until=None, held_by=None, attempts=c.attempts + 1))


def all_wait(tx: Connection, failure: str, code: int | None, *, until: datetime, now: datetime) -> None:
    """The server is away: whatever else is due waits as long, and counts it as a try of its own."""
    c = t.letters.c
    due = and_(_WAITING, c.next_try_at <= now, or_(c.held_until.is_(None), c.held_until <= now))
    values: dict[str, object] = {"failure": failure, "failure_code": code, "next_try_at": until}
    tx.execute(update(t.letters).where(due).values(**values, attempts=c.attempts + 1))


def give_up(tx: Connection, tries: int, *, now: datetime) -> None:
    """Those that were tried so often are tried no more unless somebody asks for it."""
    c = t.letters.c
    about = update(t.letters).where(_WAITING, c.attempts >= tries)
    tx.execute(about.values(status="dead", ended_at=now, held_until=None, held_by=None))


def again(tx: Connection, letter_id: str, *, now: datetime) -> str | None:
    """Try it once more from the beginning; gives whose it is, None where it is not dead."""
    c = t.letters.c
    row = tx.execute(
        select(c.person_id).where(c.id == letter_id, c.status == "dead").with_for_update()
    ).one_or_none()
    if row is None:
        return None
    values: dict[str, object] = {"status": "waiting", "ended_at": None, "next_try_at": now, "attempts": 0}
    tx.execute(update(t.letters).where(c.id == letter_id).values(**values, failure=None, failure_code=None))
    return str(row.person_id)


def dead(tx: Connection, *, most: int) -> list[Written]:
    """What nobody takes, the newest first."""
    c = t.letters.c
    query = _LETTER.where(c.status == "dead").order_by(c.created_at.desc(), c.id).limit(most)
    return [Written(*row) for row in tx.execute(query)]


def state(tx: Connection) -> State:
    """How the mail stands."""
    c = t.letters.c
    number, oldest, tries = tx.execute(
        select(func.count(), func.min(c.created_at), func.max(c.attempts)).where(_WAITING)
    ).one()
    tried = select(c.failure, c.failure_code).where(_WAITING, c.attempts > 0)
    why = tx.execute(tried.order_by(c.created_at).limit(1)).one_or_none()
    last = tx.execute(select(func.max(c.ended_at)).where(c.status == "sent")).scalar()
    return State(
        number, oldest, tries or 0, why.failure if why else None, why.failure_code if why else None, last
    )


def mark_refused(tx: Connection, person_id: str, email: str, *, now: datetime) -> None:
    """A server said that there is no such address: nothing more goes there until somebody changes it or tries again."""
    p = t.persons.c
    about = update(t.persons).where(p.id == person_id, p.email == email, p.email_refused_at.is_(None))
    tx.execute(about.values(email_refused_at=now))


def clear_refused(tx: Connection, person_id: str) -> None:
    """The address may be tried again."""
    tx.execute(update(t.persons).where(t.persons.c.id == person_id).values(email_refused_at=None))


def refused(tx: Connection) -> list[tuple[str, str, datetime]]:
    """(person, address, since when) of addresses that a server refused."""
    p = t.persons.c
    query = select(p.id, p.email, p.email_refused_at).where(p.email_refused_at.is_not(None), p.active)
    return [tuple(row) for row in tx.execute(query.order_by(p.email_refused_at.desc(), p.id))]


def forget(tx: Connection, sent_before: datetime, dead_before: datetime) -> None:
    """Throw away old letters, and first what refers to them."""
    c = t.letters.c
    old = or_(
        and_(c.status == "sent", c.ended_at < sent_before), and_(c.status == "dead", c.ended_at < dead_before)
    )
    tx.execute(delete(t.tellings).where(t.tellings.c.letter_id.in_(select(c.id).where(old))))
    tx.execute(delete(t.letters).where(old))
