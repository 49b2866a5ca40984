"""Who is there: regions, principals, organisations, units, persons, who works where and who fills which function.

Nothing is deleted: a row that no longer holds gets its last day in `valid_to`. What was changed, by whom and when stands in `facts`.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import WORD, holds, metadata, one_of, ref, text_id

regions = Table(
    "regions",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("zone", Text, nullable=False),
    Column("settings", Values, nullable=False),
    Column("closing_days", Values),
)
principals = Table(
    "principals",
    metadata,
    text_id(),
    ref("region_id", "regions"),
    Column("name", Text, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("valid_to", Date),
)
organisations = Table(  # within a principal: its own parts, and providers it has a contract with
    "organisations",
    metadata,
    text_id(),
    ref("principal_id", "principals"),
    Column("name", Text, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("sort_key", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    one_of("kind", ("own", "contracted")),
    holds("period", "valid_to IS NULL OR valid_to >= valid_from"),
)
Index("ix_organisations_principal_id", organisations.c.principal_id)
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
    ref("organisation_id", "organisations", nullable=True),
    Column("address", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    ref("successor_id", "units", nullable=True),  # who does what still comes to a unit that is closed
    holds("parent", "parent_id <> id"),
    holds("successor", "successor_id <> id"),
)
Index("ix_units_parent_id", units.c.parent_id)
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
    ref(
        "principal_id", "principals", nullable=True
    ),  # whose administrators keep it; none: those where the person works
    Column("reached_by", WORD, nullable=False, server_default="account"),
    Column("title", Text),
    Column("phone", Text),
    Column("postal_address", Text),
    Column("email", Text),
    Column("email_refused_at", Instant),  # a mail server said that there is no such address
    one_of("reached_by", ("account", "letter")),
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
    holds("period", "valid_to IS NULL OR valid_to >= valid_from"),
)
Index("ix_memberships_person_id", memberships.c.person_id)
Index("ix_memberships_unit_id", memberships.c.unit_id)
named_functions = Table(  # such as MAS: for a unit and all below it, filled by a person or by a unit
    "named_functions",
    metadata,
    text_id(),
    Column("kind", WORD, nullable=False),
    ref("unit_id", "units"),
    ref("person_id", "persons", nullable=True),
    ref("holder_unit_id", "units", nullable=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    holds("filled", "(person_id IS NULL) <> (holder_unit_id IS NULL)"),
    holds("period", "valid_to IS NULL OR valid_to >= valid_from"),
)
Index("ix_named_functions_unit_id", named_functions.c.unit_id)
directory_imports = Table(  # a file that was read and shown, and waits to be applied exactly as shown
    "directory_imports",
    metadata,
    text_id(),
    ref("region_id", "regions"),
    Column("content", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    ref("read_by", "persons", nullable=True),
    Column("read_at", Instant, nullable=False),
    Column("applied_at", Instant),
)
