"""Publications of routines: asked for by one person, decided by another, with the proof on which that rests.

Enters: an open transaction. Leaves: rows. A decided one is never changed again, but for the instant at which it came into force or was
called off before that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select, update
from sqlalchemy.exc import IntegrityError

from engine.errors import NotFound, StaleCase
from engine.records import ids
from engine.records import tables as t
from engine.records.routine_drafts import Draft
from engine.records.upsert import insert_or_skip, upsert
from engine.records.who import Who


@dataclass(frozen=True, slots=True)
class Publication:
    """Which version is to take whose place, and why. `status` is `asked`, `approved`, `called_off`, `sent_back` or `withdrawn`.

    `to_hash` is None until it is approved, and where the routine is withdrawn. `comments` are by the key of a change. `called_off` was
    approved and stopped before its day.
    """

    id: str
    draft_id: str
    process_id: str
    from_hash: str | None
    to_hash: str | None
    digest: str
    message: str
    asked_at: datetime
    asked_by: str
    asked_for_id: str | None
    status: str
    decided_at: datetime | None
    decided_by: str | None
    decided_for_id: str | None
    reason: str
    comments: Mapping[str, str]
    valid_from: date | None
    valid_from_at: datetime | None
    in_force_at: datetime | None
    proof: Mapping[str, object]
    called_off_at: datetime | None
    called_off_by: str | None
    called_off_for_id: str | None
    called_off_why: str | None

    @property
    def askers(self) -> frozenset[str]:
        """Who asked, and for whom."""
        return frozenset(one for one in (self.asked_by, self.asked_for_id) if one)


@dataclass(frozen=True, slots=True)
class Trial:
    """What the checks and the scenarios said of exactly these files. `findings` and `scenarios` are as `trying` wrote them."""

    digest: str
    tried_at: datetime
    passed: bool
    findings: tuple[Mapping[str, object], ...]
    scenarios: tuple[Mapping[str, object], ...]


_ALL = select(*(t.publications.c[name] for name in Publication.__slots__))


def ask(
    tx: Connection,
    draft: Draft,
    digest: str,
    message: str,
    proof: Mapping[str, object],
    *,
    who: Who,
    now: datetime,
) -> str:
    """Asked for; gives its id. StaleCase where another change of the routine waits already."""
    row: dict[str, object] = {"id": ids.new(), "draft_id": draft.id, "process_id": draft.process_id}
    row |= {"from_hash": draft.base_hash, "digest": digest, "message": message, "status": "asked"}
    row |= {"asked_at": now, "asked_by": who.actor_id, "asked_for_id": who.acting_for_id}
    row |= {"reason": "", "comments": {}, "proof": proof}
    try:
        with tx.begin_nested():
            tx.execute(t.publications.insert(), row)
    except IntegrityError:
        raise StaleCase("another change of the routine waits for approval already") from None
    return str(row["id"])


def fetch(tx: Connection, publication_id: str) -> Publication:
    """NotFound where there is none."""
    return _one(tx, _ALL.where(t.publications.c.id == publication_id))


def lock(tx: Connection, publication_id: str) -> Publication:
    """The same, and nobody else decides it until the transaction ends."""
    return _one(tx, _ALL.where(t.publications.c.id == publication_id).with_for_update())


def asked_of(tx: Connection, draft_id: str) -> Publication | None:
    """The one that waits for a draft."""
    p = t.publications.c
    row = tx.execute(_ALL.where(p.draft_id == draft_id, p.status == "asked")).one_or_none()
    return Publication(*row) if row else None


def waiting(tx: Connection) -> list[Publication]:
    """All that wait for a second person, the oldest first."""
    p = t.publications.c
    return [
        Publication(*row) for row in tx.execute(_ALL.where(p.status == "asked").order_by(p.asked_at, p.id))
    ]


def of_draft(tx: Connection, draft_id: str) -> list[Publication]:
    """Every time it was asked for, the newest first."""
    p = t.publications.c
    query = _ALL.where(p.draft_id == draft_id).order_by(p.asked_at.desc(), p.id)
    return [Publication(*row) for row in tx.execute(query)]


def of_process(tx: Connection, process_id: str) -> list[Publication]:
    """Everything that was approved for a routine, the newest first."""
    p = t.publications.c
    query = _ALL.where(p.process_id == process_id, p.status == "approved").order_by(p.decided_at.desc(), p.id)
    return [Publication(*row) for row in tx.execute(query)]


def of_version(tx: Connection, bundle_hash: str) -> list[Publication]:
    """How a version came into force or was stopped before it did, the newest first; none for one of the first installation."""
    p = t.publications.c
    approved = p.status.in_(("approved", "called_off"))
    query = _ALL.where(p.to_hash == bundle_hash, approved).order_by(p.decided_at.desc(), p.id)
    return [Publication(*row) for row in tx.execute(query)]


def ahead(tx: Connection, process_id: str) -> str | None:
    """Hash of the approved version whose day has not come."""
    p = t.publications.c
    query = select(p.to_hash).where(
        p.process_id == process_id, p.status == "approved", p.in_force_at.is_(None)
    )
    return tx.execute(query).scalar_one_or_none()


def awaits_its_day(tx: Connection, process_id: str) -> Publication | None:
    """The approved publication, of a version or of a withdrawal, whose day has not come."""
    p = t.publications.c
    query = _ALL.where(p.process_id == process_id, p.status == "approved", p.in_force_at.is_(None))
    row = tx.execute(query).one_or_none()
    return Publication(*row) if row else None


def due(tx: Connection, now: datetime) -> list[Publication]:
    """Those that are approved and whose day has come, but which are not in force, the earliest first."""
    p = t.publications.c
    query = _ALL.where(p.status == "approved", p.in_force_at.is_(None), p.valid_from_at <= now)
    return [Publication(*row) for row in tx.execute(query.order_by(p.valid_from_at, p.id))]


def answered(tx: Connection, since: datetime) -> list[Publication]:
    """Those that a second person approved or sent back, or that somebody called off, since then; the oldest first."""
    p = t.publications.c
    lately = or_(p.decided_at > since, p.called_off_at > since)
    query = _ALL.where(p.status.in_(("approved", "called_off", "sent_back")), lately)
    return [Publication(*row) for row in tx.execute(query.order_by(p.decided_at, p.id))]


def decide(
    tx: Connection, publication_id: str, *, who: Who, now: datetime, values: Mapping[str, object]
) -> None:
    """How it was decided: `values` are columns."""
    row = {"decided_at": now, "decided_by": who.actor_id, "decided_for_id": who.acting_for_id, **values}
    tx.execute(update(t.publications).where(t.publications.c.id == publication_id).values(**row))


def call_off(tx: Connection, publication_id: str, why: str, *, who: Who, now: datetime) -> None:
    """Approved, and stopped before its day."""
    row = {"status": "called_off", "called_off_at": now, "called_off_why": why}
    row |= {"called_off_by": who.actor_id, "called_off_for_id": who.acting_for_id}
    tx.execute(update(t.publications).where(t.publications.c.id == publication_id).values(**row))


def came_into_force(tx: Connection, publication_id: str, *, now: datetime) -> None:
    """From now on new cases get it."""
    tx.execute(update(t.publications).where(t.publications.c.id == publication_id).values(in_force_at=now))


# --- what was read, and what was tried ----------------------------------------------------------------------------------


def mark_read(tx: Connection, draft_id: str, person_id: str, change_key: str, *, now: datetime) -> None:
    """Somebody has read one change."""
    row = {"draft_id": draft_id, "person_id": person_id, "change_key": change_key, "read_at": now}
    insert_or_skip(tx, t.draft_reads, row)


def read_by(tx: Connection, draft_id: str, person_id: str) -> dict[str, datetime]:
    """The keys of the changes that somebody has read, and when."""
    r = t.draft_reads.c
    query = select(r.change_key, r.read_at).where(r.draft_id == draft_id, r.person_id == person_id)
    return {row.change_key: row.read_at for row in tx.execute(query)}


def put_trial(tx: Connection, draft_id: str, trial: Trial) -> None:
    """What was found; a later trial of the same files takes its place."""
    row: dict[str, object] = {"draft_id": draft_id, "digest": trial.digest, "tried_at": trial.tried_at}
    row |= {"passed": trial.passed, "findings": list(trial.findings), "scenarios": list(trial.scenarios)}
    upsert(tx, t.draft_trials, [row], key=["draft_id", "digest"])


def trial(tx: Connection, draft_id: str, digest: str) -> Trial | None:
    """What was found of these very files; None where they were not tried."""
    d = t.draft_trials.c
    query = select(d.digest, d.tried_at, d.passed, d.findings, d.scenarios)
    row = tx.execute(query.where(d.draft_id == draft_id, d.digest == digest)).one_or_none()
    return (
        Trial(row.digest, row.tried_at, row.passed, tuple(row.findings), tuple(row.scenarios))
        if row
        else None
    )


def _one(tx: Connection, query: Select[Any]) -> Publication:
    row = tx.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return Publication(*row)
