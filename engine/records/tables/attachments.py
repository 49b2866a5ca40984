"""Papers that people add to a case: what each is, and apart from that its content.

The content lies in the database, not in a folder: then it is saved, backed up, restored and removed in the same transaction as the row
that speaks of it, no file is left without a row, and no address of a web server ever leads to it.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.records.columns import Instant
from engine.records.tables.shape import ID, WORD, holds, metadata, ref, text_id, who

attachments = Table(  # stays when the content was removed, and says by whom and why
    "attachments",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("category", WORD, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("size", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("note", Text),
    *who(),
    Column("at", Instant, nullable=False),
    Column("removed_at", Instant),
    ref("removed_by", "persons", nullable=True),
    ref("removed_for_id", "persons", nullable=True),
    Column("removed_because", Text),
    holds("removed", "(removed_at IS NULL) = (removed_because IS NULL)"),
)
Index("ix_attachments_case_id", attachments.c.case_id)
attachment_contents = Table(
    "attachment_contents",
    metadata,
    Column("attachment_id", ID, ForeignKey("attachments.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
task_attachments = (
    Table(  # a paper that goes with somebody's draft: nobody else's to see until the task is handed in
        "task_attachments",
        metadata,
        Column("attachment_id", ID, ForeignKey("attachments.id"), primary_key=True),
        Column("task_id", ID, ForeignKey("tasks.id"), nullable=False),
        Column("person_id", ID, ForeignKey("persons.id"), nullable=False),
    )
)
Index("ix_task_attachments_task_id", task_attachments.c.task_id)
