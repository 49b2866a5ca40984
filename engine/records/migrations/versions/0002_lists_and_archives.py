"""Lists of what is due for disposal, archives taken out before it, and papers that go with a draft."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.records.columns import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "case_archives",
        sa.Column("disposal_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.Column("taken_by", ID, nullable=False),
        sa.Column("taken_for_id", ID, nullable=True),
        sa.Column("content_digest", sa.String(64), nullable=False),
        sa.Column("file_digest", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        *_refers(
            "case_archives",
            disposal_id="disposals",
            case_id="cases",
            taken_by="persons",
            taken_for_id="persons",
        ),
        sa.PrimaryKeyConstraint("disposal_id", "case_id", name=op.f("pk_case_archives")),
    )
    op.create_index("ix_case_archives_case_id", "case_archives", ["case_id"])
    op.create_table(
        "archive_receipts",
        sa.Column("disposal_id", ID, nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=False),
        sa.Column("confirmed_by", ID, nullable=False),
        sa.Column("confirmed_for_id", ID, nullable=True),
        *_refers(
            "archive_receipts", disposal_id="disposals", confirmed_by="persons", confirmed_for_id="persons"
        ),
        sa.PrimaryKeyConstraint("disposal_id", name=op.f("pk_archive_receipts")),
    )
    op.create_table(
        "due_listed",
        sa.Column("list_case_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("principal_id", ID, nullable=False),
        sa.Column("listed_at", Instant(), nullable=False),
        *_refers("due_listed", list_case_id="cases", case_id="cases", principal_id="principals"),
        sa.PrimaryKeyConstraint("list_case_id", "case_id", name=op.f("pk_due_listed")),
    )
    op.create_index("ix_due_listed_principal_id", "due_listed", ["principal_id", "listed_at"])
    op.create_index("ix_due_listed_case_id", "due_listed", ["case_id"])
    op.create_table(
        "task_attachments",
        sa.Column("attachment_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        *_refers("task_attachments", attachment_id="attachments", task_id="tasks", person_id="persons"),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_task_attachments")),
    )
    op.create_index("ix_task_attachments_task_id", "task_attachments", ["task_id"])


def downgrade() -> None:
    for name in ("task_attachments", "due_listed", "archive_receipts", "case_archives"):
        op.drop_table(name)


def _refers(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]
