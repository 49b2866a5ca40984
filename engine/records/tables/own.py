"""What the one whose case it is writes for themselves, and what is asked for without a case."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from engine.records.columns import Instant
from engine.records.tables.accounts import HASH
from engine.records.tables.shape import WORD, holds, metadata, open_rows, ref, text_id

own_notes = Table(  # private until shared; `author` is a keyed hash, `sealed` is encrypted
    "own_notes",
    metadata,
    Column("author", HASH, primary_key=True),
    ref("case_id", "cases"),
    Column("sealed", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
)
Index("ix_own_notes_case_id", own_notes.c.case_id)
contact_requests = (
    Table(  # somebody asks to be rung about a plan; `sealed` is a name and a way to reach them, encrypted
        "contact_requests",
        metadata,
        text_id(),
        ref("unit_id", "units"),
        Column("asked_as", WORD, nullable=False),
        Column("sealed", Text),  # none: forgotten after it was dealt with
        Column("asked_at", Instant, nullable=False),
        Column("taken_at", Instant),
        ref("taken_by", "persons", nullable=True),
        holds("taken", "(taken_at IS NULL) = (taken_by IS NULL)"),
    )
)
open_rows("ix_contact_requests_waiting", contact_requests, "unit_id", "asked_at", where="taken_at IS NULL")
