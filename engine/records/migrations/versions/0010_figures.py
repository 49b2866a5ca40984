"""Indexes by which figures walk one kind of step, paper or message and one period, whatever else is remembered."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_tasks_kept": ("tasks", ["element_id", "due_on"]),
    "ix_tasks_opened": ("tasks", ["element_id", "opened_at"]),
    "ix_messages_kind": ("messages", ["kind", "sent_at"]),
    "ix_meetings_starts_at": ("meetings", ["starts_at"]),
    "ix_documents_kind": ("documents", ["kind", "issued_at"]),
    "ix_cases_process_id": ("cases", ["process_id", "started_at"]),
    "ix_cases_ended_at": ("cases", ["ended_at"]),
}


def upgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
