"""Who is there: regions, principals, units, persons, their memberships and attempts to sign in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import WORD, metadata, numbered, ref, text_id

regions = Table(
    "regions",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("zone", Text, nullable=False),
    Column("settings", Values, nullable=False),
)
principals = Table(
    "principals",
    metadata,
    text_id(),
    ref("region_id", "regions"),
    Column("name", Text, nullable=False),
    Column("kind", WORD, nullable=False),
)
units = Table(
    "units",
    metadata,
    text_id(),
    ref("principal_id", "principals"),
    ref("region_id", "regions"),
    ref("parent_id", "units", nullable=True),
    Column("name", Text, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("phone", Text),
    Column("sort_key", Text, nullable=False),
    Column("closing_days", Values),
)
persons = Table(
    "persons",
    metadata,
    text_id(),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("active", Boolean, nullable=False),
    Column("is_demo", Boolean, nullable=False),
    Column("sort_key", Text, nullable=False),
    Column("sessions_from", Instant),
)
memberships = Table(
    "memberships",
    metadata,
    text_id(),
    ref("person_id", "persons"),
    ref("unit_id", "units"),
    Column("role", WORD, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)
Index("ix_memberships_person_id", memberships.c.person_id)
Index("ix_memberships_unit_id", memberships.c.unit_id)
sign_ins = Table(
    "sign_ins",
    metadata,
    numbered(),
    Column("username_key", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("succeeded", Boolean, nullable=False),
)
Index("ix_sign_ins_username_key_at", sign_ins.c.username_key, sign_ins.c.at)
