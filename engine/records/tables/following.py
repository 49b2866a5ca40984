"""What managers do about what is late, and the filters that they keep.

A row of `follow_ups` holds what somebody wrote, and so it goes with the case; that it was done stands in `facts` and in the log.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, metadata, one_of, ref, text_id, who

FOLLOW_UPS = ("reminded", "reassigned", "taken_over", "escalated", "noted")

follow_ups = Table(  # one for each task; those of the same choice share `batch_id`
    "follow_ups",
    metadata,
    text_id(),
    Column("batch_id", ID, nullable=False),
    Column("kind", WORD, nullable=False),
    ref("case_id", "cases"),
    ref("task_id", "tasks"),
    *who(),
    Column("reason", Text, nullable=False),
    Column("before", Values, nullable=False),  # for an undoing: who held it, which notices were written
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    one_of("kind", FOLLOW_UPS),
)
Index("ix_follow_ups_task_id", follow_ups.c.task_id, follow_ups.c.at)
Index("ix_follow_ups_case_id", follow_ups.c.case_id)
Index("ix_follow_ups_batch_id", follow_ups.c.batch_id)
saved_filters = Table(  # `unit_id`: every manager who answers for that unit may use it; none: its owner alone
    "saved_filters",
    metadata,
    text_id(),
    ref("person_id", "persons"),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    ref("unit_id", "units", nullable=True),
    Column("saved_at", Instant, nullable=False),
)
Index("ix_saved_filters_person_id", saved_filters.c.person_id)
Index("ix_saved_filters_unit_id", saved_filters.c.unit_id)
