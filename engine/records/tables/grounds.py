"""Who takes part in a case, and on what ground: slots, participants, consents, withdrawals; named readers, and what is withheld."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import WORD, holds, metadata, numbered, one_of, open_rows, ref, text_id

GIVERS = ("person", "guardian", "legal_representative", "relative")
CHILD_VIEWS = ("agrees", "too_young", "disagrees")

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
    Column("given_as", WORD),  # in which capacity; None where the routine did not ask
    one_of("given_as", GIVERS),
    Column("guardians", Values, nullable=False),  # each guardian asked: {name, agrees}
    Column("child_view", WORD),
    one_of("child_view", CHILD_VIEWS),
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
    Column("others", Values, nullable=False),
    Column("said_by", Text),
    Column("said_as", WORD),
    one_of("said_as", GIVERS),
    Column("recorded_at", Instant, nullable=False),
    ref("recorded_by", "persons", nullable=True),
)
Index("ix_withdrawals_case_id", withdrawals.c.case_id)
named_readers = Table(  # who may read of a protected person besides those who hold a role of the case
    "named_readers",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    ref("person_id", "persons"),
    Column("reason", Text, nullable=False),
    Column("since_at", Instant, nullable=False),
    ref("named_by", "persons"),
    Column("until_at", Instant),
    ref("ended_by", "persons", nullable=True),
)
open_rows(
    "uq_named_readers_current", named_readers, "case_id", "person_id", where="until_at IS NULL", unique=True
)
withheld = Table(  # what is kept from a guardian, since the child would come to harm (OSL 12:3)
    "withheld",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("category", WORD, nullable=False),
    Column("guardian", Text),  # None: from every guardian
    Column("reason", Text, nullable=False),
    Column("since_at", Instant, nullable=False),
    ref("decided_by", "persons"),
    Column("until_at", Instant),
    ref("lifted_by", "persons", nullable=True),
    Column("lifted_because", Text),
)
Index("ix_withheld_case_id", withheld.c.case_id)
