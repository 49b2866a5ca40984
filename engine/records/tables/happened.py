"""What happened in cases, and who must be told. Append-only but for delivery; who read and did what stands in `log`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, metadata, numbered, open_rows, ref, text_id, who

facts = Table(  # append-only
    "facts",
    metadata,
    numbered(),
    ref("case_id", "cases", nullable=True),
    ref("instance_id", "instances", nullable=True),
    Column("kind", WORD, nullable=False),
    Column("element_id", ID),
    Column("task_id", ID),
    *who(),
    Column("at", Instant, nullable=False),
    Column("data", Values, nullable=False),
)
Index("ix_facts_case_id", facts.c.case_id, facts.c.id)
open_rows("ix_facts_of_no_case", facts, "element_id", "id", where="case_id IS NULL")
notices = Table(  # the outbox: what somebody must be told, delivered after commit; never with personal data
    "notices",
    metadata,
    text_id(),
    Column("kind", WORD, nullable=False),
    ref("case_id", "cases", nullable=True),
    Column("task_id", ID),
    Column("unit_id", ID),
    Column("role", WORD),
    ref("person_id", "persons", nullable=True),
    Column("element_id", ID),
    Column("created_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("seen_at", Instant),
)
open_rows("ix_notices_undelivered", notices, "created_at", where="delivered_at IS NULL")
Index("ix_notices_unit_id", notices.c.unit_id, notices.c.created_at)
heartbeats = Table(
    "heartbeats",
    metadata,
    text_id(),
    Column("beat_at", Instant, nullable=False),
    Column("lag_seconds", Integer, nullable=False),
    Column("fired", Integer, nullable=False),
)
