"""What each person is to be told, and how they want to be told it.

Enters: an open transaction. Leaves: rows as small frozen values. An event is told to a person once, whoever looks for it and however often.
Nothing here holds what a case says: kinds, ids and instants.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, or_, select, update

from engine.records import ids
from engine.records import tables as t
from engine.records.tasks import Task
from engine.records.upsert import insert_or_skip, upsert
from engine.status import TO_DO


@dataclass(frozen=True, slots=True)
class Reached:
    """Where and how somebody is told by mail. `choices`: kind -> `at_once`, `daily` or `none`, as far as the person has chosen."""

    person_id: str
    name: str
    email: str | None
    refused_at: datetime | None
    choices: Mapping[str, str]
    language: str | None


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing that one person is to be told; `for_id` is the absent person for whom they are told."""

    id: str
    event: str
    kind: str
    person_id: str
    for_id: str | None
    case_id: str | None
    task_id: str | None
    happened_at: datetime
    at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class Put:
    """A row of the outbox that an action left (`correspondence.put_notices`)."""

    id: str
    kind: str
    case_id: str | None
    task_id: str | None
    unit_id: str | None
    role: str | None
    person_id: str | None
    created_at: datetime


_PUT = select(*(t.notices.c[name] for name in Put.__slots__))
_TO_TELL = and_(t.tasks.c.tell_at.is_not(None), t.tasks.c.status.in_(TO_DO))

# --- how somebody wants to be told ----------------------------------------------------------------------------------------


def reached(tx: Connection, person_ids: Iterable[str]) -> dict[str, Reached]:
    """Of these persons the active ones who have an account, with where and how they are told; one statement."""
    p, c = t.persons.c, t.mail_choices.c
    query = select(p.id, p.name, p.email, p.email_refused_at, c.choices, c.language)
    query = query.select_from(t.persons.outerjoin(t.mail_choices, c.person_id == p.id))
    query = query.where(p.id.in_(sorted(set(person_ids))), p.active, p.reached_by == "account")
    return {row[0]: Reached(*row[:4], row[4] or {}, row[5]) for row in tx.execute(query)}


def choose(tx: Connection, person_id: str, choices: Mapping[str, str]) -> None:
    """How this person wants to be told, by kind."""
    upsert(tx, t.mail_choices, [{"person_id": person_id, "choices": dict(choices)}], key=["person_id"])


def choose_language(tx: Connection, person_id: str, language: str | None) -> None:
    """In which language; None follows the region."""
    if not insert_or_skip(tx, t.mail_choices, {"person_id": person_id, "choices": {}, "language": language}):
        about = update(t.mail_choices).where(t.mail_choices.c.person_id == person_id)
        tx.execute(about.values(language=language))


# --- what is to be told ---------------------------------------------------------------------------------------------------


def tasks_to_tell(tx: Connection, *, now: datetime, most: int) -> list[tuple[Task, int]]:
    """Open tasks of which something is to be told now, with what was told already; held until the transaction ends.

    PostgreSQL skips those that somebody else is working on; SQLite has one writer anyway.
    """
    c = t.tasks.c
    query = select(*(c[name] for name in Task.__slots__), c.told).where(_TO_TELL, c.tell_at <= now)
    query = query.order_by(c.tell_at, c.id).limit(most).with_for_update(of=t.tasks, skip_locked=True)
    return [(Task(*row[:-1]), row[-1] or 0) for row in tx.execute(query)]


def task_was_told(tx: Connection, task_id: str, told: int, next_at: datetime | None) -> None:
    """How much of it is told now, and when there is more."""
    tx.execute(update(t.tasks).where(t.tasks.c.id == task_id).values(told=told, tell_at=next_at))


def puts(tx: Connection, *, most: int) -> list[Put]:
    """What waits in the outbox, the oldest first; held until the transaction ends."""
    c = t.notices.c
    query = _PUT.where(c.delivered_at.is_(None)).order_by(c.created_at, c.id).limit(most)
    return [Put(*row) for row in tx.execute(query.with_for_update(of=t.notices, skip_locked=True))]


def puts_were_told(tx: Connection, put_ids: Collection[str], *, now: datetime) -> None:
    """Handed on to everybody whom they reach."""
    tx.execute(update(t.notices).where(t.notices.c.id.in_(sorted(put_ids))).values(delivered_at=now))


def is_anything_to_tell(tx: Connection, *, now: datetime) -> bool:
    """Whether a task or a row of the outbox waits; asks two indexes."""
    task = select(t.tasks.c.id).where(_TO_TELL, t.tasks.c.tell_at <= now).limit(1)
    put = select(t.notices.c.id).where(t.notices.c.delivered_at.is_(None)).limit(1)
    return tx.execute(task).first() is not None or tx.execute(put).first() is not None


def known_events(tx: Connection, events: Collection[str]) -> set[str]:
    """Those of these events that everybody was told of."""
    c = t.told_events.c
    return set(tx.execute(select(c.event).where(c.event.in_(sorted(events)))).scalars()) if events else set()


def note_event(tx: Connection, event: str, *, now: datetime) -> bool:
    """Everybody is told of it now; False where somebody else has seen to it."""
    return insert_or_skip(tx, t.told_events, {"event": event, "at": now})


def tell(
    tx: Connection, event: str, kind: str, person_id: str, how: str, *, for_id: str | None, case_id: str | None, task_id: str | None,
    happened_at: datetime, now: datetime,
) -> bool:  # fmt: skip
    """The person is to be told; False where they are told of this event already."""
    row: dict[str, object] = {"id": ids.new(), "event": event, "kind": kind, "person_id": person_id}
    row |= {"for_id": for_id, "case_id": case_id, "task_id": task_id, "how": how, "letter_id": None}
    return insert_or_skip(tx, t.tellings, row | {"happened_at": happened_at, "at": now})


def waiting(tx: Connection, how: str) -> list[Telling]:
    """What stands in no letter yet, of those whose address was not refused, by person; held until the transaction ends."""
    c, p = t.tellings.c, t.persons.c
    query = select(*(c[name] for name in Telling.__slots__)).join(t.persons, p.id == c.person_id)
    query = query.where(
        c.letter_id.is_(None), c.how == how, p.email.is_not(None), p.email_refused_at.is_(None)
    )
    query = query.order_by(c.person_id, c.happened_at, c.id)
    return [Telling(*row) for row in tx.execute(query.with_for_update(of=t.tellings, skip_locked=True))]


def is_waiting(tx: Connection, how: str) -> bool:
    """Whether anything stands in no letter yet."""
    c = t.tellings.c
    return tx.execute(select(c.id).where(c.letter_id.is_(None), c.how == how).limit(1)).first() is not None


def put_in_letter(tx: Connection, telling_ids: Collection[str], letter_id: str) -> None:
    """They stand in that letter."""
    about = update(t.tellings).where(t.tellings.c.id.in_(sorted(telling_ids)))
    tx.execute(about.values(letter_id=letter_id))


def drop(tx: Connection, telling_ids: Collection[str]) -> None:
    """Nobody needs to be told any more."""
    tx.execute(delete(t.tellings).where(t.tellings.c.id.in_(sorted(telling_ids))))


def still_open(tx: Connection, task_ids: Collection[str]) -> set[str]:
    """Those of these tasks that are still to be done."""
    c = t.tasks.c
    query = select(c.id).where(c.id.in_(sorted(task_ids)), c.status.in_(TO_DO))
    return set(tx.execute(query).scalars()) if task_ids else set()


def forget(tx: Connection, before: datetime) -> None:
    """Throw away what was told, or was to be told, before that instant."""
    tx.execute(delete(t.tellings).where(t.tellings.c.at < before))


def are_old(tx: Connection, before: datetime) -> bool:
    """Whether there is anything to forget."""
    return tx.execute(select(t.tellings.c.id).where(t.tellings.c.at < before).limit(1)).first() is not None


# --- why a task is there --------------------------------------------------------------------------------------------------


def fired_with(tx: Connection, case_ids: Collection[str]) -> dict[tuple[str, datetime], datetime]:
    """(case, instant) -> when the timer that fired then had been due: what opened at that instant, a timer opened."""
    f, m = t.facts.c, t.timers.c
    if not case_ids:
        return {}
    query = select(f.case_id, f.at, f.data).where(f.case_id.in_(sorted(case_ids)), f.kind == "timer_fired")
    fired: dict[str, tuple[str, datetime]] = {}
    for case_id, at, data in tx.execute(query):
        timer = data.get("timer") if isinstance(data, dict) else None
        if timer and case_id:
            fired[str(timer)] = (case_id, at)
    due = tx.execute(select(m.id, m.due_at).where(m.id.in_(sorted(fired)))).all() if fired else []
    return {fired[row.id]: row.due_at for row in due}


def disposals_asked(tx: Connection) -> list[str]:
    """The disposals that wait for a second person."""
    c = t.disposals.c
    return list(tx.execute(select(c.id).where(c.status == "asked").order_by(c.id)).scalars())


def moves_asked(tx: Connection) -> list[str]:
    """The corrections of running cases that wait for a second person."""
    c = t.moves.c
    return list(tx.execute(select(c.id).where(c.status == "asked").order_by(c.id)).scalars())


def absences_ahead(tx: Connection, *, now: datetime) -> list[str]:
    """Absences that are registered and not over."""
    c = t.absences.c
    query = select(c.id).where(c.until_at > now, or_(c.ended_at.is_(None), c.ended_at > now))
    return list(tx.execute(query.order_by(c.id)).scalars())


def versions_in_force(tx: Connection) -> list[tuple[str, str, str | None, datetime]]:
    """(process, hash, region or None for all, since when) of the routines whose version in force took the place of another one, or was
    published: not of those that an installation begins with.
    """
    r, b, older, p = t.routines.c, t.bundles.c, t.bundles.alias("older").c, t.publications.c
    replaced = exists().where(
        older.process_id == r.process_id, older.hash != r.bundle_hash, older.deployed_at <= r.changed_at
    )
    published = exists().where(p.to_hash == r.bundle_hash, p.in_force_at.is_not(None))
    query = select(r.process_id, r.bundle_hash, b.region_id, r.changed_at).join(
        t.bundles, b.hash == r.bundle_hash
    )
    query = query.where(or_(replaced, published))
    return [tuple(row) for row in tx.execute(query.order_by(r.process_id))]


def people_in(tx: Connection, region_id: str | None, *, on: Any) -> dict[str, set[str]]:
    """Person -> roles held anywhere in the region (None: in any) on that day, of those who have a mail address."""
    m, u, p = t.memberships.c, t.units.c, t.persons.c
    query = select(m.person_id, m.role).join(t.units, u.id == m.unit_id).join(t.persons, p.id == m.person_id)
    query = query.where(m.valid_from <= on, or_(m.valid_to.is_(None), m.valid_to >= on), p.email.is_not(None))
    if region_id is not None:
        query = query.where(u.region_id == region_id)
    found: dict[str, set[str]] = {}
    for person_id, role in tx.execute(query.distinct()):
        found.setdefault(person_id, set()).add(role)
    return found
