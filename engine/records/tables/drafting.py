"""Routines being changed: drafts with every step of their making, and what was published with the proof for it.

A file's content stands in `files`, under its hash, whether it belongs to a version or to a draft.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, holds, metadata, one_of, open_rows, ref, text_id


def _content(name: str, *, nullable: bool = True) -> Column[str]:
    return Column(name, String(64), ForeignKey("files.hash"), nullable=nullable)


def _version(name: str) -> Column[str]:
    return Column(name, String(64), ForeignKey("bundles.hash"))


routine_drafts = Table(
    "routine_drafts",
    metadata,
    text_id(),
    Column("process_id", ID, nullable=False),
    ref("region_id", "regions", nullable=True),  # none: shared by all regions
    Column("folder", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("origin", WORD, nullable=False),
    _version("base_hash"),  # the version whose place it is to take
    Column("revision", Integer, nullable=False),  # counts every save, undo and redo
    Column("position", Integer, nullable=False),  # the last change that is not undone
    Column("status", WORD, nullable=False),
    Column("created_at", Instant, nullable=False),
    ref("created_by", "persons", nullable=True),  # none: whoever ran the command on the machine
    Column("changed_at", Instant, nullable=False),
    ref("changed_by", "persons", nullable=True),
    one_of("kind", ("change", "withdrawal")),
    one_of("status", ("open", "waiting", "published", "dropped")),
)
Index("ix_routine_drafts_process_id", routine_drafts.c.process_id, routine_drafts.c.status)
draft_files = Table(  # as they stand now; one that was removed keeps its row
    "draft_files",
    metadata,
    Column("draft_id", ID, ForeignKey("routine_drafts.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    _content("file_hash"),
    Column("revision", Integer, nullable=False),  # of the draft when this file was last changed
)
draft_changes = Table(  # a change of several files has one number
    "draft_changes",
    metadata,
    Column("draft_id", ID, ForeignKey("routine_drafts.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("path", Text, primary_key=True),
    _content("before_hash"),
    _content("after_hash"),
    Column("at", Instant, nullable=False),
    ref("by", "persons", nullable=True),
)
draft_conflicts = Table(  # what somebody saved on top of what they had not seen
    "draft_conflicts",
    metadata,
    text_id(),
    Column("draft_id", ID, ForeignKey("routine_drafts.id"), nullable=False),
    Column("path", Text, nullable=False),
    _content("mine_hash"),
    _content("theirs_hash"),
    Column("at", Instant, nullable=False),
    ref("by", "persons"),
    Column("settled_at", Instant),
)
open_rows("ix_draft_conflicts_open", draft_conflicts, "draft_id", where="settled_at IS NULL")
draft_presence = Table(
    "draft_presence",
    metadata,
    Column("draft_id", ID, ForeignKey("routine_drafts.id"), primary_key=True),
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("element_id", Text, nullable=False),  # '' for the whole
    Column("edits", Boolean, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
draft_reads = Table(  # a change that changes has another key, so the mark falls by itself
    "draft_reads",
    metadata,
    Column("draft_id", ID, ForeignKey("routine_drafts.id"), primary_key=True),
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("change_key", String(64), primary_key=True),
    Column("read_at", Instant, nullable=False),
)
draft_trials = Table(  # findings and scenarios of exactly these files
    "draft_trials",
    metadata,
    Column("draft_id", ID, ForeignKey("routine_drafts.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("tried_at", Instant, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("findings", Values, nullable=False),
    Column("scenarios", Values, nullable=False),
)
publications = Table(  # asked for by one person, decided by another
    "publications",
    metadata,
    text_id(),
    Column("draft_id", ID, ForeignKey("routine_drafts.id"), nullable=False),
    Column("process_id", ID, nullable=False),
    _version("from_hash"),
    _version("to_hash"),  # none until it is approved, and where a routine is withdrawn
    Column("digest", String(64), nullable=False),  # of all files of the draft
    Column("message", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    ref("asked_by", "persons"),
    ref("asked_for_id", "persons", nullable=True),
    Column("status", WORD, nullable=False),
    Column("decided_at", Instant),
    ref("decided_by", "persons", nullable=True),
    ref("decided_for_id", "persons", nullable=True),
    Column("reason", Text, nullable=False),
    Column("comments", Values, nullable=False),  # by the key of the change
    Column("valid_from", Date),
    Column("valid_from_at", Instant),
    Column("in_force_at", Instant),  # none: its day has not come
    Column("proof", Values, nullable=False),
    Column("called_off_at", Instant),  # approved, and then stopped before its day
    ref("called_off_by", "persons", nullable=True),
    ref("called_off_for_id", "persons", nullable=True),
    Column("called_off_why", Text),
    one_of("status", ("asked", "approved", "called_off", "sent_back", "withdrawn")),
    holds("decided", "(status = 'asked') = (decided_at IS NULL)"),
    holds("dated", "(status IN ('approved', 'called_off')) = (valid_from_at IS NOT NULL)"),
    holds("called_off", "(status = 'called_off') = (called_off_at IS NOT NULL)"),
    holds("never_both", "called_off_at IS NULL OR in_force_at IS NULL"),
    holds(
        "four_eyes",
        "status NOT IN ('approved', 'called_off') OR (decided_by <> asked_by AND (asked_for_id IS NULL OR decided_by <> asked_for_id)"
        " AND (decided_for_id IS NULL OR decided_for_id <> asked_by))",
    ),
)
Index("ix_publications_to_hash", publications.c.to_hash)
open_rows("ix_publications_asked", publications, "process_id", where="status = 'asked'", unique=True)
open_rows(
    "ix_publications_ahead",
    publications,
    "process_id",
    where="status = 'approved' AND in_force_at IS NULL",
    unique=True,
)
