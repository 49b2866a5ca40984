"""The content of a case is removed, everywhere at once, and what statistics and the log rest on stays.

Enters: an open transaction that holds the case. Leaves: rows that are gone or emptied, a count of each, and one hash over all that was
removed, by which a copy of it can be known again. `REMOVED` and `EMPTIED` name what goes and `LEFT` what stays: a test finds every table
that leads to a case in one of them. The log is never touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.types import LargeBinary, Text

from engine.records import tables as t
from engine.records.columns import Instant, Values

REMOVED: tuple[Table, ...] = (
    t.kept_forms, t.engine_rows, t.drafts, t.case_values, t.entries, t.attachment_contents, t.task_attachments,
    t.attachments, t.case_links, t.documents, t.messages,
    t.dispatches, t.meetings, t.consents, t.withdrawals, t.withheld, t.named_readers, t.notices, t.tellings, t.sessions, t.invitations,
    t.own_notes, t.follow_ups,
)  # fmt: skip
"""In this order: whatever refers to another goes first."""
EMPTIED: dict[Table, Mapping[str, object]] = {
    t.tasks: {"line": None, "due_explanation": None},
    t.timers: {"explanation": None},
    t.incidents: {"detail": "", "step": {}},
    t.moves: {"reason": "", "decision_reason": ""},
    t.participants: {"reason": None},
    t.slots: {"person_id": None},
    t.cases: {"subject_id": None, "close_reason": None},
}
"""The row stays, since figures rest on it: how many, when, how long; these columns do not."""
LEFT: tuple[Table, ...] = (
    t.instances, t.awaited, t.facts, t.legal_holds, t.disposal_cases, t.case_archives, t.archive_receipts, t.due_listed,
    t.subjects,
)  # fmt: skip
"""Names of the diagram, ids and instants; `facts` loses what a decision looked at, `subjects` goes where no other case needs the row."""
TOLD_BY_FACTS = frozenset(
    {
        "process", "name", "scope", "calls", "element", "flows", "role", "unit", "timer", "due_at", "watches", "deadline", "decision",
        "operation", "outcome", "bundle", "before", "after", "move", "person", "category", "capacity", "level", "how", "said_at",
        "cause", "attempts", "from", "to", "disposal", "hold", "attachment", "given_to", "due_on", "tasks", "region", "test", "about_case",
    }
)  # fmt: skip
"""What stays of a fact: words of the product and of the diagram, ids and instants."""


@dataclass(frozen=True, slots=True)
class Purged:
    """Table -> how many rows were removed or emptied; `digest` of the content; whether the person is no longer known here."""

    counts: dict[str, int]
    digest: str
    subject_removed: bool


def purge(tx: Connection, case_id: str, *, now: datetime) -> Purged:
    """Remove the content of the case. Whoever calls holds the case and knows that it may go."""
    subject_id = tx.execute(select(t.cases.c.subject_id).where(t.cases.c.id == case_id)).scalar_one()
    hashed, counts = hashlib.sha256(), {}
    for table in REMOVED:
        counts[table.name] = _hash(tx, table, _of(table, case_id), hashed)
    for table in (*EMPTIED, t.facts):
        counts[table.name] = _hash(tx, table, _of(table, case_id), hashed)
    if subject_id is not None:
        counts["subjects"] = _hash(tx, t.subjects, t.subjects.c.id == subject_id, hashed)
    for table in REMOVED:
        tx.execute(delete(table).where(_of(table, case_id)))
    for table, columns in EMPTIED.items():
        tx.execute(update(table).where(_of(table, case_id)).values(**columns))
    _reduce_facts(tx, case_id)
    tx.execute(update(t.cases).where(t.cases.c.id == case_id).values(purged_at=now))
    return Purged(
        {name: number for name, number in counts.items() if number},
        hashed.hexdigest(),
        _forget(tx, subject_id),
    )


def _of(table: Table, case_id: str) -> ColumnElement[bool]:
    """The rows of a table that belong to the case."""
    if "case_id" in table.c:
        return table.c.case_id == case_id
    led = {
        t.cases: (t.cases.c.id, t.cases),
        t.engine_rows: (t.engine_rows.c.instance_id, t.instances),
        t.attachment_contents: (t.attachment_contents.c.attachment_id, t.attachments),
        t.task_attachments: (t.task_attachments.c.attachment_id, t.attachments),
        t.sessions: (t.sessions.c.invitation_id, t.invitations),
    }
    if table in led:
        column, owner = led[table]
        return column.in_(_ids(owner, case_id))
    handed_in = [_ids(one, case_id) for one in (t.tasks, t.awaited, t.instances)]
    if table is t.drafts:
        return or_(*(table.c.task_id.in_(one) for one in handed_in))
    # t.kept_forms: by the ids in the address that it was sent to
    places = (*handed_in, _ids(t.cases, case_id), _ids(t.attachments, case_id))
    return or_(*(_names(table.c.address, one) for one in places))


def _ids(table: Table, case_id: str) -> Select[tuple[str]]:
    return select(table.c.id).where((table.c.id if table is t.cases else table.c.case_id) == case_id)


def _names(address: ColumnElement[str], ids: Select[tuple[str]]) -> ColumnElement[bool]:
    """Whether an address names one of these ids."""
    one = ids.subquery()
    return select(one.c.id).where(address.like(literal("%/") + one.c.id + "%")).exists()


def _hash(tx: Connection, table: Table, which: ColumnElement[bool], hashed: Any) -> int:
    """Add the rows to the hash as they are kept, in the order of their keys; gives how many there are."""
    number = 0
    for row in _rows(tx, table, which):
        hashed.update(table.name.encode() + b"\n" + row + b"\n")
        number += 1
    return number


def _rows(tx: Connection, table: Table, which: ColumnElement[bool]) -> Iterator[bytes]:
    columns = [
        type_coerce(one, Text).label(one.name) if isinstance(one.type, Values) else one
        for one in table.columns
    ]
    found = tx.execute(select(*columns).where(which).order_by(*table.primary_key.columns))
    for row in found:
        told = [_plain(column.type, value) for column, value in zip(table.columns, row, strict=True)]
        yield json.dumps(told, separators=(",", ":"), default=str).encode()


def _plain(kind: object, value: object) -> object:
    if isinstance(kind, LargeBinary) and value is not None:
        return hashlib.sha256(bytes(value)).hexdigest()  # type: ignore[call-overload]
    if isinstance(kind, Instant) and isinstance(value, datetime):
        return value.isoformat()
    return value


def _reduce_facts(tx: Connection, case_id: str) -> None:
    """What a decision looked at, and names of what was corrected, are content."""
    f = t.facts
    for fact_id, data in tx.execute(select(f.c.id, f.c.data).where(f.c.case_id == case_id)).all():
        kept = {name: value for name, value in data.items() if name in TOLD_BY_FACTS}
        if kept != data:
            tx.execute(update(f).where(f.c.id == fact_id).values(data=kept))


def _forget(tx: Connection, subject_id: str | None) -> bool:
    """Forget the person where no other case is about them."""
    if subject_id is None:
        return False
    others = select(t.cases.c.id).where(t.cases.c.subject_id == subject_id)
    if tx.execute(others).first() is not None:
        return False
    tx.execute(delete(t.subjects).where(t.subjects.c.id == subject_id))
    return True
