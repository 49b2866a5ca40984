"""Every table, and the rules that hold whatever the code does.

Enters: nothing. Leaves: SQLAlchemy Core tables. Ids are 32 hex digits unless a person chose them (regions, units, user names);
instants end in `_at` and are aware UTC, days end in `_on`. Who did something is always the same columns: `actor_id`, `acting_for_id`
(the person replaced), `unit_id` (for which unit, with its principal and region) and an instant. Partial indexes keep the open few
apart from the closed many.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from engine.records.columns import Instant, Values
from engine.status import CaseStatus, TaskStatus, TimerStatus

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_id = String(64)
_word = String(64)
_serial = BigInteger().with_variant(Integer(), "sqlite")


def _text_id() -> Column[str]:
    return Column("id", _id, primary_key=True)


def _numbered() -> Column[int]:
    return Column("id", _serial, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, _id, ForeignKey(f"{target}.id"), nullable=nullable)


def _who() -> list[Column[str]]:
    """Actor None means the routine itself or a timer."""
    return [
        _ref("actor_id", "persons", nullable=True),
        _ref("acting_for_id", "persons", nullable=True),
        _ref("unit_id", "units", nullable=True),
        _ref("principal_id", "principals", nullable=True),
        _ref("region_id", "regions", nullable=True),
    ]


def _one_of(column: str, states: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    words = ", ".join(f"'{state}'" for state in states)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def _holds(name: str, rule: str) -> CheckConstraint:
    return CheckConstraint(rule, name=name)


def _open(name: str, table: Table, *columns: str, where: str, unique: bool = False) -> None:
    condition = text(where)
    Index(
        name,
        *(table.c[column] for column in columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


# --- directory --------------------------------------------------------------------------------------------------------

regions = Table(
    "regions", metadata, _text_id(), Column("name", Text, nullable=False), Column("country", String(2), nullable=False),
    Column("zone", Text, nullable=False), Column("settings", Values, nullable=False),
)  # fmt: skip
principals = Table(
    "principals", metadata, _text_id(), _ref("region_id", "regions"), Column("name", Text, nullable=False),
    Column("kind", _word, nullable=False),
)  # fmt: skip
units = Table(
    "units", metadata, _text_id(), _ref("principal_id", "principals"), _ref("region_id", "regions"),
    _ref("parent_id", "units", nullable=True), Column("name", Text, nullable=False), Column("kind", _word, nullable=False),
    Column("phone", Text), Column("sort_key", Text, nullable=False), Column("closing_days", Values),
)  # fmt: skip
persons = Table(
    "persons", metadata, _text_id(), Column("username", Text, nullable=False, unique=True), Column("name", Text, nullable=False),
    Column("password_hash", Text), Column("active", Boolean, nullable=False), Column("is_demo", Boolean, nullable=False),
    Column("sort_key", Text, nullable=False), Column("sessions_from", Instant),
)  # fmt: skip
memberships = Table(
    "memberships", metadata, _text_id(), _ref("person_id", "persons"), _ref("unit_id", "units"), Column("role", _word, nullable=False),
    Column("valid_from", Date, nullable=False), Column("valid_to", Date),
)  # fmt: skip
Index("ix_memberships_person_id", memberships.c.person_id)
Index("ix_memberships_unit_id", memberships.c.unit_id)
sign_ins = Table(
    "sign_ins", metadata, _numbered(), Column("username_key", String(64), nullable=False), Column("at", Instant, nullable=False),
    Column("succeeded", Boolean, nullable=False),
)  # fmt: skip
Index("ix_sign_ins_username_key_at", sign_ins.c.username_key, sign_ins.c.at)

# --- routines ---------------------------------------------------------------------------------------------------------

files = Table(
    "files",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
bundles = Table(
    "bundles", metadata, Column("hash", String(64), primary_key=True), Column("process_id", _id, nullable=False),
    Column("title", Text, nullable=False), Column("region_id", _id), Column("deployed_at", Instant, nullable=False),
    _ref("deployed_by", "persons", nullable=True),
)  # fmt: skip
bundle_files = Table(
    "bundle_files", metadata, Column("bundle_hash", String(64), ForeignKey("bundles.hash"), primary_key=True),
    Column("path", Text, primary_key=True), Column("file_hash", String(64), ForeignKey("files.hash"), nullable=False),
)  # fmt: skip
routines = Table(  # the version that new cases get
    "routines", metadata, Column("process_id", _id, primary_key=True), Column("bundle_hash", String(64), ForeignKey("bundles.hash"), nullable=False),
    Column("changed_at", Instant, nullable=False), _ref("changed_by", "persons", nullable=True),
)  # fmt: skip

# --- cases ------------------------------------------------------------------------------------------------------------

subjects = Table(
    "subjects", metadata, _text_id(), _ref("region_id", "regions"), Column("name", Text, nullable=False),
    Column("search_key", Text, nullable=False), Column("identity_number", Text), Column("identity_hash", String(64)),
    Column("born_on", Date), Column("protected", Boolean, nullable=False), Column("created_at", Instant, nullable=False),
)  # fmt: skip
Index("ix_subjects_identity_hash", subjects.c.identity_hash)
cases = Table(  # the one lock: every action on a case locks this row first
    "cases", metadata, _text_id(), Column("number", _word, nullable=False, unique=True), _ref("region_id", "regions"),
    _ref("principal_id", "principals"), _ref("unit_id", "units"), Column("process_id", _id, nullable=False),
    _ref("subject_id", "subjects", nullable=True), _ref("about_case_id", "cases", nullable=True), Column("status", _word, nullable=False),
    Column("stamp", String(32), nullable=False), Column("is_test", Boolean, nullable=False),
    _ref("started_by", "persons", nullable=True), Column("started_at", Instant, nullable=False), Column("ended_at", Instant),
    Column("outcome", _id), Column("close_reason", Text), Column("retention_from", Date), _one_of("status", CaseStatus),
    _holds("ended", "(status = 'ended') = (ended_at IS NOT NULL)"),
)  # fmt: skip
Index("ix_cases_subject_id", cases.c.subject_id)
Index("ix_cases_about_case_id", cases.c.about_case_id)
Index("ix_cases_unit_id", cases.c.unit_id, cases.c.started_at)
case_numbers = Table(
    "case_numbers",
    metadata,
    Column("series", String(32), primary_key=True),
    Column("last", Integer, nullable=False),
)
instances = Table(
    "instances", metadata, _text_id(), _ref("case_id", "cases"), Column("bundle_hash", String(64), ForeignKey("bundles.hash"), nullable=False),
    Column("process_id", _id, nullable=False), Column("kind", _word, nullable=False), Column("status", _word, nullable=False),
    _ref("started_by", "persons", nullable=True), Column("started_at", Instant, nullable=False), Column("ended_at", Instant), Column("outcome", _id),
    _one_of("kind", ("main", "linked")), _one_of("status", ("running", "ended")), _holds("ended", "(status = 'ended') = (ended_at IS NOT NULL)"),
)  # fmt: skip
Index("ix_instances_case_id", instances.c.case_id)
_open("uq_instances_main", instances, "case_id", where="kind = 'main'", unique=True)
engine_rows = Table(
    "engine_rows", metadata, Column("instance_id", _id, ForeignKey("instances.id"), primary_key=True),
    Column("key", String(80), primary_key=True), Column("body", LargeBinary, nullable=False),
)  # fmt: skip
entries = Table(  # append-only: what people and routines wrote, one row per category (decision 4)
    "entries", metadata, _numbered(), _ref("case_id", "cases"), _ref("instance_id", "instances", nullable=True), Column("scope", String(80), nullable=False),
    Column("source", _word, nullable=False), Column("element_id", _id, nullable=False), Column("task_id", _id), Column("bundle_hash", String(64)),
    Column("category", _word, nullable=False), Column("data", Values, nullable=False), *_who(), Column("at", Instant, nullable=False),
    Column("corrects_id", _serial, ForeignKey("entries.id")), Column("reason", Text), Column("on_behalf", Values),
)  # fmt: skip
Index("ix_entries_case_id", entries.c.case_id, entries.c.id)
case_values = Table(  # the newest value of each name, folded from the entries
    "case_values", metadata, Column("case_id", _id, ForeignKey("cases.id"), primary_key=True), Column("scope", String(80), primary_key=True),
    Column("name", String(120), primary_key=True), Column("category", _word, nullable=False), Column("value", Values),
)  # fmt: skip

# --- what is open -----------------------------------------------------------------------------------------------------

tasks = Table(
    "tasks", metadata, _text_id(), _ref("case_id", "cases"), _ref("instance_id", "instances"), Column("process_id", _id, nullable=False),
    Column("element_id", _id, nullable=False), Column("name", Text, nullable=False), Column("scope", String(80), nullable=False),
    Column("role", _word, nullable=False), _ref("unit_id", "units"), _ref("principal_id", "principals"),
    _ref("region_id", "regions"), _ref("meant_for_id", "persons", nullable=True), _ref("holder_id", "persons", nullable=True),
    Column("claimed_at", Instant), Column("status", _word, nullable=False), Column("line", Text), Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant), Column("due_on", Date), Column("due_explanation", Values), Column("closed_at", Instant),
    _ref("closed_by", "persons", nullable=True), Column("search_key", Text, nullable=False), _one_of("status", TaskStatus),
    _holds("claimed", "status <> 'claimed' OR (holder_id IS NOT NULL AND claimed_at IS NOT NULL)"),
    _holds("free", "status <> 'open' OR holder_id IS NULL"),
    _holds("closed", "(status IN ('completed', 'cancelled')) = (closed_at IS NOT NULL)"),
)  # fmt: skip
_OPEN = "status IN ('open', 'claimed')"
_open("ix_tasks_open_unit", tasks, "unit_id", "due_at", "id", where=_OPEN)
_open("ix_tasks_open_holder", tasks, "holder_id", "due_at", "id", where=_OPEN)
_open("ix_tasks_open_case", tasks, "case_id", where=_OPEN)
Index("ix_tasks_case_id", tasks.c.case_id)
Index("ix_tasks_instance_id", tasks.c.instance_id)
drafts = Table(  # of a form that a task or a waiting place asks for
    "drafts", metadata, Column("task_id", _id, primary_key=True), Column("person_id", _id, ForeignKey("persons.id"), primary_key=True),
    Column("data", Values, nullable=False), Column("saved_at", Instant, nullable=False),
)  # fmt: skip
timers = Table(
    "timers", metadata, _text_id(), _ref("case_id", "cases"), _ref("instance_id", "instances"), Column("element_id", _id, nullable=False),
    Column("name", Text, nullable=False), Column("scope", String(80), nullable=False), Column("host", _id, nullable=False),
    Column("watches", _id, nullable=False), Column("due_at", Instant, nullable=False), Column("deadline", Boolean, nullable=False),
    Column("calendar", _word), Column("explanation", Values), Column("status", _word, nullable=False), Column("set_at", Instant, nullable=False),
    Column("ended_at", Instant), Column("attempts", Integer, nullable=False), _one_of("status", TimerStatus),
    _holds("ended", "(status = 'armed') = (ended_at IS NULL)"),
)  # fmt: skip
_ARMED = "status = 'armed' AND attempts = 0"
_open("ix_timers_armed_due_at", timers, "due_at", "id", where=_ARMED)
_open("ix_timers_armed_case", timers, "case_id", where="status = 'armed'")
_open("ix_timers_frames", timers, "case_id", where="deadline AND host = ''")
awaited = Table(  # message events that people may set going (decision 21)
    "awaited", metadata, _text_id(), _ref("case_id", "cases"), _ref("instance_id", "instances"), Column("process_id", _id, nullable=False),
    Column("element_id", _id, nullable=False), Column("name", Text, nullable=False), Column("message", _id, nullable=False),
    Column("scope", String(80), nullable=False), Column("role", _word, nullable=False), Column("unit_id", _id), Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
)  # fmt: skip
_open("ix_awaited_open_case", awaited, "case_id", where="closed_at IS NULL")
incidents = Table(  # `key` is the task, timer or waiting place whose step failed
    "incidents", metadata, _text_id(), _ref("case_id", "cases"), _ref("instance_id", "instances", nullable=True),
    Column("key", _id, nullable=False), Column("element_id", _id, nullable=False),
    Column("cause", _word, nullable=False), Column("detail", Text, nullable=False), Column("step", Values, nullable=False),
    Column("at", Instant, nullable=False), Column("attempts", Integer, nullable=False), Column("resolved_at", Instant),
    _ref("resolved_by", "persons", nullable=True),
)  # fmt: skip
_open("ix_incidents_open", incidents, "case_id", where="resolved_at IS NULL")
_open(
    "uq_incidents_step", incidents, "case_id", "key", where="resolved_at IS NULL AND key <> ''", unique=True
)
moves = Table(  # corrections of running cases: asked for by one person, decided by another (decision 2)
    "moves", metadata, _text_id(), _ref("case_id", "cases"), _ref("instance_id", "instances"),
    Column("from_hash", String(64), ForeignKey("bundles.hash"), nullable=False), Column("to_hash", String(64), ForeignKey("bundles.hash"), nullable=False),
    Column("reason", Text, nullable=False), _ref("asked_by", "persons"), _ref("asked_for_id", "persons", nullable=True),
    Column("asked_at", Instant, nullable=False), _ref("decided_by", "persons", nullable=True), _ref("decided_for_id", "persons", nullable=True),
    Column("decided_at", Instant), Column("status", _word, nullable=False), _one_of("status", ("asked", "approved", "refused")),
    _holds("decided", "(status = 'asked') = (decided_at IS NULL)"),
    _holds("four_eyes", "decided_by IS NULL OR status <> 'approved' OR decided_by <> asked_by"),
)  # fmt: skip
Index("ix_moves_case_id", moves.c.case_id)
_open("uq_moves_asked", moves, "instance_id", where="status = 'asked'", unique=True)

# --- who takes part, and on what ground ---------------------------------------------------------------------------------

slots = Table(  # role slots of the case: convener, coordinator, chair
    "slots", metadata, _numbered(), _ref("case_id", "cases"), Column("slot", _word, nullable=False), _ref("unit_id", "units"),
    _ref("principal_id", "principals"),
    _ref("person_id", "persons", nullable=True), Column("since_at", Instant, nullable=False), Column("until_at", Instant),
)  # fmt: skip
_open("uq_slots_held", slots, "case_id", "slot", where="until_at IS NULL", unique=True)
participants = Table(
    "participants", metadata, _numbered(), _ref("case_id", "cases"), _ref("unit_id", "units"), _ref("principal_id", "principals"),
    Column("state", _word, nullable=False), _one_of("state", ("summoned", "left")), _holds("left", "(state = 'left') = (until_at IS NOT NULL)"),
    Column("since_at", Instant, nullable=False), Column("until_at", Instant), Column("reason", Text),
)  # fmt: skip
_open("uq_participants_current", participants, "case_id", "unit_id", where="until_at IS NULL", unique=True)
Index("ix_participants_unit_id", participants.c.unit_id)
consents = Table(
    "consents", metadata, _text_id(), _ref("case_id", "cases"), Column("kind", _word, nullable=False), Column("categories", Values, nullable=False),
    Column("units", Values, nullable=False), Column("others", Values, nullable=False), Column("given_by", Text, nullable=False),
    Column("form", _word, nullable=False), Column("given_on", Date, nullable=False), Column("valid_until", Date), Column("note", Text),
    Column("recorded_at", Instant, nullable=False), _ref("recorded_by", "persons", nullable=True),
)  # fmt: skip
Index("ix_consents_case_id", consents.c.case_id)
withdrawals = Table(
    "withdrawals", metadata, _text_id(), _ref("case_id", "cases"), Column("scope", _word, nullable=False), Column("units", Values, nullable=False),
    Column("categories", Values, nullable=False), Column("given_on", Date, nullable=False), Column("form", _word), Column("said_by", Text),
    Column("recorded_at", Instant, nullable=False), _ref("recorded_by", "persons", nullable=True),
)  # fmt: skip
Index("ix_withdrawals_case_id", withdrawals.c.case_id)

# --- what was sent, met and issued ----------------------------------------------------------------------------------------

messages = Table(
    "messages", metadata, _text_id(), _ref("case_id", "cases"), _ref("instance_id", "instances", nullable=True),
    Column("element_id", _id, nullable=False),
    Column("scope", String(80), nullable=False), Column("kind", _word, nullable=False), _ref("from_unit_id", "units"), _ref("to_unit_id", "units"),
    Column("text", Text), Column("answer_by", Instant), Column("after_the_fact", Boolean, nullable=False), Column("sent_at", Instant, nullable=False),
    _ref("sent_by", "persons", nullable=True), Column("read_at", Instant), _ref("read_by", "persons", nullable=True),
)  # fmt: skip
Index("ix_messages_case_id", messages.c.case_id)
Index("ix_messages_to_unit_id", messages.c.to_unit_id, messages.c.sent_at)
dispatches = Table(
    "dispatches", metadata, _text_id(), _ref("case_id", "cases"), Column("kind", _word, nullable=False), Column("recipient", Text, nullable=False),
    Column("channel", _word, nullable=False), Column("sent_on", Date, nullable=False), Column("sent_by", Text), Column("note", Text), *_who(),
    Column("at", Instant, nullable=False),
)  # fmt: skip
Index("ix_dispatches_case_id", dispatches.c.case_id)
meetings = Table(
    "meetings", metadata, _text_id(), _ref("case_id", "cases"), Column("starts_at", Instant, nullable=False), Column("ends_at", Instant),
    Column("place", Text), Column("digital", Boolean, nullable=False), Column("chair", Text), Column("status", _word, nullable=False),
    Column("set_at", Instant, nullable=False), Column("reason", Text),
)  # fmt: skip
Index("ix_meetings_case_id", meetings.c.case_id)
documents = Table(
    "documents", metadata, _text_id(), _ref("case_id", "cases"), Column("kind", _word, nullable=False), Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False), Column("content", Values, nullable=False), Column("hash", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False), _ref("issued_by", "persons", nullable=True),
)  # fmt: skip
Index("uq_documents_version", documents.c.case_id, documents.c.kind, documents.c.version, unique=True)

# --- what happened --------------------------------------------------------------------------------------------------------

facts = Table(  # append-only
    "facts", metadata, _numbered(), _ref("case_id", "cases", nullable=True), _ref("instance_id", "instances", nullable=True),
    Column("kind", _word, nullable=False), Column("element_id", _id), Column("task_id", _id), *_who(),
    Column("at", Instant, nullable=False), Column("data", Values, nullable=False),
)  # fmt: skip
Index("ix_facts_case_id", facts.c.case_id, facts.c.id)
readings = Table(  # append-only: who was shown which categories of which case
    "readings", metadata, _numbered(), _ref("case_id", "cases"), Column("page", _word, nullable=False), Column("categories", Values, nullable=False),
    Column("reason", _word, nullable=False), *_who(), Column("at", Instant, nullable=False),
)  # fmt: skip
Index("ix_readings_case_id", readings.c.case_id, readings.c.id)
notices = Table(  # the outbox: what somebody must be told, delivered after commit; never with personal data
    "notices", metadata, _text_id(), Column("kind", _word, nullable=False), _ref("case_id", "cases", nullable=True), Column("task_id", _id),
    Column("unit_id", _id), Column("role", _word), _ref("person_id", "persons", nullable=True), Column("element_id", _id),
    Column("created_at", Instant, nullable=False), Column("delivered_at", Instant), Column("attempts", Integer, nullable=False), Column("seen_at", Instant),
)  # fmt: skip
_open("ix_notices_undelivered", notices, "created_at", where="delivered_at IS NULL")
Index("ix_notices_unit_id", notices.c.unit_id, notices.c.created_at)
heartbeats = Table(
    "heartbeats", metadata, _text_id(), Column("beat_at", Instant, nullable=False), Column("lag_seconds", Integer, nullable=False),
    Column("fired", Integer, nullable=False),
)  # fmt: skip
