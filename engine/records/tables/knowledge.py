"""What staff know and read: links and who stands behind them, courses, what each person has read or gone through, and each unit's own
instruction.

Only `case_links` leads to a case. Nothing is deleted but what somebody takes back of their own: a link or a course that is no longer
right gets its last day.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, holds, metadata, one_of, open_rows, ref, text_id, who

LEARNED = ("course", "routine")

publishers = Table(  # the body behind a link; renamed, it keeps its id and remembers what it was called
    "publishers",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    Column("earlier", Values, nullable=False),
    ref("region_id", "regions", nullable=True),
)
links = Table(
    "links",
    metadata,
    text_id(),
    ref("region_id", "regions", nullable=True),  # none: for every region of the country, or of all
    Column("country", String(2)),
    Column("theme", WORD, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    ref("publisher_id", "publishers"),
    Column("diagnoses", Values, nullable=False),
    Column("note", Text),
    Column("sort_key", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("valid_to", Date),
    holds("https", "address LIKE 'https://%'"),
)
case_links = Table(  # reading matter of a case; which link it is may tell of the person, so it has a category
    "case_links",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    ref("link_id", "links"),
    Column("category", WORD, nullable=False),
    *who(),
    Column("at", Instant, nullable=False),
    Column("removed_at", Instant),
)
Index("ix_case_links_case_id", case_links.c.case_id)
courses = Table(  # as the data files have them; one that is no longer there has had its last day
    "courses",
    metadata,
    text_id(),
    ref("region_id", "regions", nullable=True),
    Column("country", String(2)),
    Column("name", Text, nullable=False),
    Column("situations", Values, nullable=False),
    Column("summary", Text, nullable=False),
    Column("address", Text),
    ref("publisher_id", "publishers"),
    Column("minutes", Integer),
    Column("place", Integer, nullable=False),
    Column("valid_to", Date),
)
learned = Table(  # a course gone through, or a version of a routine read and understood; by the person alone
    "learned",
    metadata,
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("kind", WORD, primary_key=True),
    Column("what", ID, primary_key=True),
    Column("version", String(64), primary_key=True),  # the hash of the bundle; '' for a course
    Column("on_day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    one_of("kind", LEARNED),
    holds("versioned", "(kind = 'routine') = (version <> '')"),
)
Index("ix_learned_what", learned.c.what, learned.c.version)
instructions = Table(  # a unit's own: one in force, the earlier ones kept
    "instructions",
    metadata,
    text_id(),
    ref("unit_id", "units"),
    Column("name", Text, nullable=False),
    Column("dated_on", Date, nullable=False),
    Column("address", Text),
    Column("kind", WORD),
    Column("size", Integer),
    Column("hash", String(64)),
    ref("actor_id", "persons", nullable=True),
    ref("acting_for_id", "persons", nullable=True),
    Column("at", Instant, nullable=False),
    Column("replaced_at", Instant),
    holds("one", "(address IS NULL) <> (kind IS NULL)"),
    holds("https", "address IS NULL OR address LIKE 'https://%'"),
)
open_rows("uq_instructions_in_force", instructions, "unit_id", where="replaced_at IS NULL", unique=True)
instruction_contents = Table(
    "instruction_contents",
    metadata,
    Column("instruction_id", ID, ForeignKey("instructions.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
