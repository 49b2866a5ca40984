"""Whose case it is, where the engine stands in it, and what was written in it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import (
    ID,
    SERIAL,
    WORD,
    holds,
    metadata,
    numbered,
    one_of,
    open_rows,
    ref,
    text_id,
    who,
)
from engine.status import CaseStatus, Protection

subjects = Table(
    "subjects",
    metadata,
    text_id(),
    ref("region_id", "regions"),
    Column("name", Text, nullable=False),
    Column("search_key", Text, nullable=False),
    Column("identity_number", Text),
    Column("identity_hash", String(64)),
    Column("born_on", Date),
    Column("protection", WORD, nullable=False),
    one_of("protection", Protection),
    Column("created_at", Instant, nullable=False),
)
Index("ix_subjects_identity_hash", subjects.c.identity_hash)
cases = Table(  # the one lock: every action on a case locks this row first
    "cases",
    metadata,
    text_id(),
    Column("number", WORD, nullable=False, unique=True),
    ref("region_id", "regions"),
    ref("principal_id", "principals"),
    ref("unit_id", "units"),
    Column("process_id", ID, nullable=False),
    ref("subject_id", "subjects", nullable=True),
    ref("about_case_id", "cases", nullable=True),
    Column("status", WORD, nullable=False),
    Column("stamp", String(32), nullable=False),
    Column("is_test", Boolean, nullable=False),
    ref("started_by", "persons", nullable=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", ID),
    Column("close_reason", Text),
    Column("retention_from", Date),
    Column("purged_at", Instant),  # its content was disposed of; what is left says that it was there
    one_of("status", CaseStatus),
    holds("ended", "(status = 'ended') = (ended_at IS NOT NULL)"),
    holds("purged", "purged_at IS NULL OR (ended_at IS NOT NULL AND subject_id IS NULL)"),
)
Index("ix_cases_subject_id", cases.c.subject_id)
open_rows(
    "ix_cases_kept", cases, "principal_id", "ended_at", where="purged_at IS NULL AND ended_at IS NOT NULL"
)
Index("ix_cases_about_case_id", cases.c.about_case_id)
Index("ix_cases_process_id", cases.c.process_id, cases.c.started_at)
Index("ix_cases_ended_at", cases.c.ended_at)
Index("ix_cases_unit_id", cases.c.unit_id, cases.c.started_at)
open_rows("ix_cases_running_unit", cases, "unit_id", where="ended_at IS NULL")
case_numbers = Table(
    "case_numbers",
    metadata,
    Column("series", String(32), primary_key=True),
    Column("last", Integer, nullable=False),
)
instances = Table(
    "instances",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("bundle_hash", String(64), ForeignKey("bundles.hash"), nullable=False),
    Column("process_id", ID, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("status", WORD, nullable=False),
    ref("started_by", "persons", nullable=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", ID),
    one_of("kind", ("main", "linked")),
    one_of("status", ("running", "ended")),
    holds("ended", "(status = 'ended') = (ended_at IS NOT NULL)"),
)
Index("ix_instances_case_id", instances.c.case_id)
open_rows("uq_instances_main", instances, "case_id", where="kind = 'main'", unique=True)
engine_rows = Table(
    "engine_rows",
    metadata,
    Column("instance_id", ID, ForeignKey("instances.id"), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
entries = Table(  # append-only: what people and routines wrote, one row per category (decision 4)
    "entries",
    metadata,
    numbered(),
    ref("case_id", "cases"),
    ref("instance_id", "instances", nullable=True),
    Column("scope", String(80), nullable=False),
    Column("source", WORD, nullable=False),
    Column("element_id", ID, nullable=False),
    Column("task_id", ID),
    Column("bundle_hash", String(64)),
    Column("category", WORD, nullable=False),
    Column("data", Values, nullable=False),
    *who(),
    Column("at", Instant, nullable=False),
    Column("corrects_id", SERIAL, ForeignKey("entries.id")),
    Column("reason", Text),
    Column("on_behalf", Values),
)
Index("ix_entries_case_id", entries.c.case_id, entries.c.id)
case_values = Table(  # the newest value of each name, folded from the entries
    "case_values",
    metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("scope", String(80), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("category", WORD, nullable=False),
    Column("value", Values),
)
