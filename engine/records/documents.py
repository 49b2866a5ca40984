"""Reading what was issued, sent, met and read: papers, dispatches, meetings, readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.errors import NotFound
from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Document:
    """A numbered copy that never changes. `hash` is over `content` and, where it has a template, also over `frame` and `template_hash`;
    `template` is a path in the bundle of `bundle_hash`.
    """

    id: str
    case_id: str
    kind: str
    version: int
    title: str
    content: object
    hash: str
    issued_at: datetime
    issued_by: str | None
    bundle_hash: str | None
    template: str | None
    template_hash: str | None
    frame: object


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Something somebody sent outside the product."""

    id: str
    kind: str
    recipient: str
    channel: str
    sent_on: date
    sent_by: str | None
    note: str | None
    at: datetime
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """When people meet; `status` is `planned`, `moved`, `cancelled` or `held`. `cancelled_for` are units no longer to come."""

    id: str
    starts_at: datetime
    ends_at: datetime | None
    place: str | None
    digital: bool
    chair: str | None
    status: str
    set_at: datetime
    cancelled_for: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody was shown categories of a case."""

    id: int
    page: str
    categories: object
    reason: str
    actor_id: str | None
    acting_for_id: str | None
    unit_id: str | None
    at: datetime


_DOCUMENT = select(*(t.documents.c[name] for name in Document.__slots__))


def of_case(tx: Connection, case_id: str) -> list[Document]:
    """The papers of a case, the newest first."""
    query = _DOCUMENT.where(t.documents.c.case_id == case_id).order_by(
        t.documents.c.issued_at.desc(), t.documents.c.version.desc()
    )
    return [Document(*row) for row in tx.execute(query)]


def fetch(tx: Connection, document_id: str) -> Document:
    """One paper. NotFound where there is none."""
    row = tx.execute(_DOCUMENT.where(t.documents.c.id == document_id)).one_or_none()
    if row is None:
        raise NotFound
    return Document(*row)


def has_plan(tx: Connection, case_id: str) -> bool:
    """Whether a plan has been issued or is being written."""
    query = select(t.case_values.c.name).where(
        t.case_values.c.case_id == case_id, t.case_values.c.scope == "", t.case_values.c.name == "goals"
    )
    return tx.execute(query).first() is not None


def dispatches(tx: Connection, case_id: str) -> list[Dispatch]:
    """What was sent outside the product, in the order it was written down."""
    query = select(*(t.dispatches.c[name] for name in Dispatch.__slots__)).where(
        t.dispatches.c.case_id == case_id
    )
    return [Dispatch(*row) for row in tx.execute(query.order_by(t.dispatches.c.at))]


def meetings(tx: Connection, case_id: str) -> list[Meeting]:
    """Every meeting ever set, in order of time."""
    query = select(*(t.meetings.c[name] for name in Meeting.__slots__)).where(t.meetings.c.case_id == case_id)
    return [Meeting(*row) for row in tx.execute(query.order_by(t.meetings.c.starts_at))]


def meetings_set(tx: Connection, case_id: str) -> list[Meeting]:
    """Every meeting ever set, in the order in which they were set."""
    return sorted(meetings(tx, case_id), key=lambda one: one.set_at)


def chains(in_order: Sequence[Meeting]) -> list[list[Meeting]]:
    """Meetings in the order in which they were set, each with those that it was moved from: one meeting to whoever has it in a calendar.

    One that was to be held already when the next was set is another meeting.
    """
    found: list[list[Meeting]] = []
    for one in in_order:
        before = found[-1][-1] if found else None
        if before is not None and before.status == "moved" and one.set_at < before.starts_at:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def readings(tx: Connection, case_id: str, *, limit: int) -> list[Reading]:
    """Who was shown what, the newest first."""
    names = (name if name != "reason" else "ground" for name in Reading.__slots__)
    query = select(*(t.log.c[name] for name in names)).where(
        t.log.c.case_id == case_id, t.log.c.act == "read"
    )
    return [Reading(*row) for row in tx.execute(query.order_by(t.log.c.id.desc()).limit(limit))]
