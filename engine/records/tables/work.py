"""What is open: tasks, drafts, timers, awaited messages, incidents and corrections of running cases."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, holds, metadata, one_of, open_rows, ref, text_id
from engine.status import TaskStatus, TimerStatus

tasks = Table(
    "tasks",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    ref("instance_id", "instances"),
    Column("process_id", ID, nullable=False),
    Column("element_id", ID, nullable=False),
    Column("name", Text, nullable=False),
    Column("scope", String(80), nullable=False),
    Column("role", WORD, nullable=False),
    ref("unit_id", "units"),
    ref("principal_id", "principals"),
    ref("region_id", "regions"),
    ref("meant_for_id", "persons", nullable=True),
    ref("holder_id", "persons", nullable=True),
    Column("claimed_at", Instant),
    Column("status", WORD, nullable=False),
    Column("line", Text),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("due_on", Date),
    Column("due_explanation", Values),
    Column("closed_at", Instant),
    ref("closed_by", "persons", nullable=True),
    ref("closed_for_id", "persons", nullable=True),
    Column("search_key", Text, nullable=False),
    Column("not_by", Values),  # persons whose own step it is to look at a second time
    Column("told", Integer),  # what people were told of it: 0 nothing, 1 that it is there, 2 near, 3 overdue
    Column("tell_at", Instant),  # when the next is to be told; none where nothing is
    one_of("status", TaskStatus),
    holds("claimed", "status <> 'claimed' OR (holder_id IS NOT NULL AND claimed_at IS NOT NULL)"),
    holds("free", "status <> 'open' OR holder_id IS NULL"),
    holds("closed", "(status IN ('completed', 'cancelled')) = (closed_at IS NOT NULL)"),
)
_OPEN = "status IN ('open', 'claimed')"
open_rows("ix_tasks_open_unit", tasks, "unit_id", "due_at", "id", "due_on", where=_OPEN)
open_rows("ix_tasks_open_holder", tasks, "holder_id", "due_at", "id", "due_on", where=_OPEN)
open_rows("ix_tasks_open_case", tasks, "case_id", where=_OPEN)
open_rows("ix_tasks_to_tell", tasks, "tell_at", "id", where=f"tell_at IS NOT NULL AND {_OPEN}")
open_rows(
    "ix_tasks_closed", tasks, "unit_id", "closed_at", where="closed_at IS NOT NULL"
)  # what was done in a period
Index("ix_tasks_case_id", tasks.c.case_id)
Index("ix_tasks_kept", tasks.c.element_id, tasks.c.due_on)  # figures walk one kind of step and period
Index("ix_tasks_opened", tasks.c.element_id, tasks.c.opened_at)
Index("ix_tasks_instance_id", tasks.c.instance_id)
drafts = Table(  # of a form that a task or a waiting place asks for
    "drafts",
    metadata,
    Column("task_id", ID, primary_key=True),
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("data", Values, nullable=False),
    Column("saved_at", Instant, nullable=False),
)
timers = Table(
    "timers",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    ref("instance_id", "instances"),
    Column("element_id", ID, nullable=False),
    Column("name", Text, nullable=False),
    Column("scope", String(80), nullable=False),
    Column("host", ID, nullable=False),
    Column("watches", ID, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("deadline", Boolean, nullable=False),
    Column("calendar", WORD),
    Column("explanation", Values),
    Column("status", WORD, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("attempts", Integer, nullable=False),
    one_of("status", TimerStatus),
    holds("ended", "(status = 'armed') = (ended_at IS NULL)"),
)
_ARMED = "status = 'armed' AND attempts = 0"
open_rows("ix_timers_armed_due_at", timers, "due_at", "id", where=_ARMED)
open_rows("ix_timers_armed_case", timers, "case_id", where="status = 'armed'")
open_rows("ix_timers_fired_host", timers, "host", where="status = 'fired' AND host <> ''")
open_rows("ix_timers_frames", timers, "case_id", where="deadline AND host = ''")
awaited = Table(  # message events that people may set going (decision 21)
    "awaited",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    ref("instance_id", "instances"),
    Column("process_id", ID, nullable=False),
    Column("element_id", ID, nullable=False),
    Column("name", Text, nullable=False),
    Column("message", ID, nullable=False),
    Column("scope", String(80), nullable=False),
    Column("role", WORD, nullable=False),
    Column("unit_id", ID),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
)
open_rows("ix_awaited_open_case", awaited, "case_id", where="closed_at IS NULL")
incidents = Table(  # `key` is the task, timer or waiting place whose step failed
    "incidents",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    ref("instance_id", "instances", nullable=True),
    Column("key", ID, nullable=False),
    Column("element_id", ID, nullable=False),
    Column("cause", WORD, nullable=False),
    Column("detail", Text, nullable=False),
    Column("step", Values, nullable=False),
    Column("at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("resolved_at", Instant),
    ref("resolved_by", "persons", nullable=True),
)
open_rows("ix_incidents_open", incidents, "case_id", where="resolved_at IS NULL")
open_rows(
    "uq_incidents_step", incidents, "case_id", "key", where="resolved_at IS NULL AND key <> ''", unique=True
)
moves = Table(  # corrections of running cases: asked for by one person, decided by another (decision 2)
    "moves",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    ref("instance_id", "instances"),
    Column("from_hash", String(64), ForeignKey("bundles.hash"), nullable=False),
    Column("to_hash", String(64), ForeignKey("bundles.hash"), nullable=False),
    Column("reason", Text, nullable=False),
    ref("asked_by", "persons"),
    ref("asked_for_id", "persons", nullable=True),
    Column("asked_at", Instant, nullable=False),
    ref("decided_by", "persons", nullable=True),
    ref("decided_for_id", "persons", nullable=True),
    Column("decided_at", Instant),
    Column("decision_reason", Text, nullable=False),
    Column("status", WORD, nullable=False),
    one_of("status", ("asked", "approved", "refused")),
    holds("decided", "(status = 'asked') = (decided_at IS NULL)"),
    holds(
        "four_eyes",
        "decided_by IS NULL OR (decided_by <> asked_by AND (asked_for_id IS NULL OR decided_by <> asked_for_id)"
        " AND (decided_for_id IS NULL OR decided_for_id <> asked_by))",
    ),
)
Index("ix_moves_case_id", moves.c.case_id)
open_rows("uq_moves_asked", moves, "instance_id", where="status = 'asked'", unique=True)
