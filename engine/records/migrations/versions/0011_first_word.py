"""Indexes by which the first word, the first meeting and the last one before a plan are found in a case without looking at any other."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WIDER = {
    "ix_messages_case_id": ("messages", ["case_id", "kind", "sent_at"]),
    "ix_meetings_case_id": ("meetings", ["case_id", "starts_at"]),
}


def upgrade() -> None:
    for name, (table, columns) in WIDER.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, columns) in WIDER.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns[:1])
