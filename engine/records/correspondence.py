"""What was sent, when people meet, which papers were issued, and who is to be told.

Enters: an open transaction that holds the case. Leaves: ids and rows. A message arrives in the product; a dispatch only writes down
what somebody did outside it; a document is a numbered copy that never changes; a notice waits in the outbox until after commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, select, update

from engine import wire
from engine.records import ids
from engine.records import tables as t
from engine.records.facts import Who


def send_message(
    tx: Connection, *, case_id: str, instance_id: str | None, element_id: str, scope: str, kind: str, from_unit: str, to_unit: str,
    text: str | None, answer_by: datetime | None, after_the_fact: bool, by: str | None, now: datetime,
) -> str:  # fmt: skip
    """The message lies in the unit's worklist from this transaction on; gives its id."""
    row: dict[str, object] = {
        "id": ids.new(),
        "case_id": case_id,
        "instance_id": instance_id,
        "element_id": element_id,
        "scope": scope,
    }
    row |= {
        "kind": kind,
        "from_unit_id": from_unit,
        "to_unit_id": to_unit,
        "text": text,
        "answer_by": answer_by,
    }
    tx.execute(t.messages.insert(), row | {"after_the_fact": after_the_fact, "sent_at": now, "sent_by": by})
    return str(row["id"])


def newest_message(tx: Connection, case_id: str, kind: str, to_unit: str) -> Row[*tuple[Any, ...]] | None:
    """The last message of that kind to the unit in the case."""
    m = t.messages.c
    query = select(t.messages).where(m.case_id == case_id, m.kind == kind, m.to_unit_id == to_unit)
    return tx.execute(query.order_by(m.sent_at.desc(), m.id.desc()).limit(1)).one_or_none()


def register_dispatch(
    tx: Connection, *, case_id: str, kind: str, recipient: str, channel: str, sent_on: date, sent_by: str | None, note: str | None,
    who: Who, now: datetime, document_id: str | None = None,
) -> str:  # fmt: skip
    """Who sent what to whom, when and how, outside the product; `document_id` is the paper that was sent, where it was issued here."""
    row: dict[str, object] = {
        "id": ids.new(),
        "case_id": case_id,
        "kind": kind,
        "recipient": recipient,
        "channel": channel,
    }
    row |= {"sent_on": sent_on, "sent_by": sent_by, "note": note, "at": now, "document_id": document_id}
    tx.execute(
        t.dispatches.insert(),
        row | who.columns(),
    )
    return str(row["id"])


def schedule_meeting(
    tx: Connection, *, case_id: str, starts_at: datetime, ends_at: datetime | None, place: str | None, digital: bool, chair: str | None,
    now: datetime,
) -> str:  # fmt: skip
    """The next meeting; those not yet held are marked as moved."""
    end_meetings(tx, case_id, status="moved", reason=None, now=now)
    row: dict[str, object] = {
        "id": ids.new(),
        "case_id": case_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": place,
    }
    tx.execute(
        t.meetings.insert(),
        row | {"digital": digital, "chair": chair, "status": "planned", "set_at": now, "cancelled_for": []},
    )
    return str(row["id"])


def end_meetings(tx: Connection, case_id: str, *, status: str, reason: str | None, now: datetime) -> None:
    """The planned meetings of the case are `moved` or `cancelled`; one that had begun by now was held, whatever comes after it."""
    m = t.meetings
    planned = update(m).where(m.c.case_id == case_id, m.c.status == "planned")
    begun = m.c.starts_at <= now
    tx.execute(
        planned.values(status=case((begun, "held"), else_=status), reason=case((begun, None), else_=reason))
    )


def cancel_for(tx: Connection, case_id: str, unit_ids: Sequence[str]) -> None:
    """The planned meetings go on without these units; what waits to be sent to them about the case is not sent."""
    m = t.meetings
    planned = select(m.c.id, m.c.cancelled_for).where(m.c.case_id == case_id, m.c.status == "planned")
    for row in tx.execute(planned).all():
        gone = sorted({*row.cancelled_for, *unit_ids})
        tx.execute(update(m).where(m.c.id == row.id).values(cancelled_for=gone))
    waiting = delete(t.notices).where(
        t.notices.c.case_id == case_id,
        t.notices.c.unit_id.in_(sorted(unit_ids)),
        t.notices.c.delivered_at.is_(None),
    )
    tx.execute(waiting)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a paper is set: the template, its own hash, the bundle that holds it, and what stands around the content."""

    bundle_hash: str
    template: str
    template_hash: str
    frame: Mapping[str, object]


def issue_document(
    tx: Connection, *, case_id: str, kind: str, title: str, content: object, by: str | None, now: datetime,
    setting: Setting | None = None,
) -> tuple[str, int]:  # fmt: skip
    """Keep a copy; gives id and version, counted per case and kind."""
    newest = select(func.max(t.documents.c.version)).where(
        t.documents.c.case_id == case_id, t.documents.c.kind == kind
    )
    version = int(tx.execute(newest).scalar() or 0) + 1
    row: dict[str, object] = {
        "id": ids.new(),
        "case_id": case_id,
        "kind": kind,
        "version": version,
        "title": title,
        "content": content,
    }
    row |= {"bundle_hash": None, "template": None, "template_hash": None, "frame": None}
    row |= asdict(setting) if setting else {}
    row |= {"hash": paper_hash(content, setting), "issued_at": now, "issued_by": by}
    tx.execute(t.documents.insert(), row)
    return str(row["id"]), version


def paper_hash(content: object, setting: Setting | None) -> str:
    """SHA-256 of all that decides what the paper looks like."""
    whole = (
        content
        if setting is None
        else {"content": content, "frame": setting.frame, "template": setting.template_hash}
    )
    return hashlib.sha256(wire.dump(whole).encode()).hexdigest()


def put_notices(
    tx: Connection,
    *,
    kind: str,
    case_id: str | None,
    element_id: str | None,
    unit_id: str,
    roles: Sequence[str],
    people: Sequence[str] = (),
    now: datetime,
) -> int:
    """One notice per role of the unit, and per person of it, waits for delivery; gives how many."""
    shared = {
        "kind": kind,
        "case_id": case_id,
        "element_id": element_id,
        "unit_id": unit_id,
        "created_at": now,
        "attempts": 0,
    }
    rows = [shared | {"id": ids.new(), "role": role, "person_id": None} for role in roles]
    rows += [shared | {"id": ids.new(), "role": None, "person_id": person_id} for person_id in people]
    if rows:
        tx.execute(t.notices.insert().values(rows))
    return len(rows)
