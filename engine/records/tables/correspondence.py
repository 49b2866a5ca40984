"""What was sent, met and issued."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, metadata, ref, text_id, who

messages = Table(
    "messages",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    ref("instance_id", "instances", nullable=True),
    Column("element_id", ID, nullable=False),
    Column("scope", String(80), nullable=False),
    Column("kind", WORD, nullable=False),
    ref("from_unit_id", "units"),
    ref("to_unit_id", "units"),
    Column("text", Text),
    Column("answer_by", Instant),
    Column("after_the_fact", Boolean, nullable=False),
    Column("sent_at", Instant, nullable=False),
    ref("sent_by", "persons", nullable=True),
    Column("read_at", Instant),
    ref("read_by", "persons", nullable=True),
)
Index("ix_messages_case_id", messages.c.case_id, messages.c.kind, messages.c.sent_at)
Index("ix_messages_kind", messages.c.kind, messages.c.sent_at)
Index("ix_messages_to_unit_id", messages.c.to_unit_id, messages.c.sent_at)
dispatches = Table(
    "dispatches",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("kind", WORD, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("channel", WORD, nullable=False),
    Column("sent_on", Date, nullable=False),
    Column("sent_by", Text),
    Column("note", Text),
    *who(),
    Column("at", Instant, nullable=False),
    Column(
        "document_id", ID
    ),  # the paper that was sent, where it was issued here; both go when the case is purged
)
Index("ix_dispatches_case_id", dispatches.c.case_id)
meetings = Table(
    "meetings",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("place", Text),
    Column("digital", Boolean, nullable=False),
    Column("chair", Text),
    Column("status", WORD, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("reason", Text),
    Column("cancelled_for", Values, nullable=False),  # ids of units that are no longer to come
)
Index("ix_meetings_case_id", meetings.c.case_id, meetings.c.starts_at)
Index("ix_meetings_starts_at", meetings.c.starts_at)
documents = Table(
    "documents",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("kind", WORD, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("content", Values, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False),
    ref("issued_by", "persons", nullable=True),
    Column("bundle_hash", String(64), ForeignKey("bundles.hash")),  # the version that holds the template
    Column("template", Text),
    Column("template_hash", String(64)),
    Column("frame", Values),  # what stands around the content: letterhead, addressee, words, law, categories
)
Index("ix_documents_kind", documents.c.kind, documents.c.issued_at)
Index("uq_documents_version", documents.c.case_id, documents.c.kind, documents.c.version, unique=True)
