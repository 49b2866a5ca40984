"""Who takes part in a case, and on what ground: slots, participants, consents and withdrawals."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import WORD, holds, metadata, numbered, one_of, open_rows, ref, text_id

slots = Table(  # role slots of the case: convener, coordinator, chair
    "slots",
    metadata,
    numbered(),
    ref("case_id", "cases"),
    Column("slot", WORD, nullable=False),
    ref("unit_id", "units"),
    ref("principal_id", "principals"),
    ref("person_id", "persons", nullable=True),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant),
)
open_rows("uq_slots_held", slots, "case_id", "slot", where="until_at IS NULL", unique=True)
participants = Table(
    "participants",
    metadata,
    numbered(),
    ref("case_id", "cases"),
    ref("unit_id", "units"),
    ref("principal_id", "principals"),
    Column("state", WORD, nullable=False),
    one_of("state", ("summoned", "left")),
    holds("left", "(state = 'left') = (until_at IS NOT NULL)"),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant),
    Column("reason", Text),
)
open_rows(
    "uq_participants_current", participants, "case_id", "unit_id", where="until_at IS NULL", unique=True
)
Index("ix_participants_unit_id", participants.c.unit_id)
consents = Table(
    "consents",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("kind", WORD, nullable=False),
    Column("categories", Values, nullable=False),
    Column("units", Values, nullable=False),
    Column("others", Values, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("form", WORD, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("valid_until", Date),
    Column("note", Text),
    Column("recorded_at", Instant, nullable=False),
    ref("recorded_by", "persons", nullable=True),
)
Index("ix_consents_case_id", consents.c.case_id)
withdrawals = Table(
    "withdrawals",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("scope", WORD, nullable=False),
    Column("units", Values, nullable=False),
    Column("categories", Values, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("form", WORD),
    Column("said_by", Text),
    Column("recorded_at", Instant, nullable=False),
    ref("recorded_by", "persons", nullable=True),
)
Index("ix_withdrawals_case_id", withdrawals.c.case_id)
