"""Who is away, and who acts for whom meanwhile. In force from `from_at` until `until_at`, exclusive, or until it was ended."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from engine.records.columns import Instant
from engine.records.tables.shape import WORD, holds, metadata, ref, text_id

absences = Table(
    "absences",
    metadata,
    text_id(),
    ref("person_id", "persons"),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    ref("registered_by", "persons", nullable=True),
    ref("registered_for_id", "persons", nullable=True),
    Column("registered_at", Instant, nullable=False),
    Column("ended_at", Instant),
    ref("ended_by", "persons", nullable=True),
    ref("ended_for_id", "persons", nullable=True),
    holds("period", "from_at < until_at"),
)
Index("ix_absences_person_id", absences.c.person_id, absences.c.until_at)
substitutions = Table(  # one row for each role at each unit
    "substitutions",
    metadata,
    text_id(),
    ref("absence_id", "absences"),
    ref("substitute_id", "persons"),
    ref("unit_id", "units"),
    Column("role", WORD, nullable=False),
)
Index("ix_substitutions_absence_id", substitutions.c.absence_id)
Index("ix_substitutions_substitute_id", substitutions.c.substitute_id)
