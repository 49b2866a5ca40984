"""One-time keys of forms that make something new: whatever comes again with the same key makes nothing."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from engine.records.columns import Instant
from engine.records.tables.shape import ID, metadata

pressed = Table(
    "pressed",
    metadata,
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),  # of what was written, to tell a second press from a change
    Column("made_id", ID),
    Column("at", Instant, nullable=False),
)
