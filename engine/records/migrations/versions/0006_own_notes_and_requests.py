"""What the one whose case it is writes for themselves, and those who ask to be rung about a plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.records.columns import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID, WORD, HASH = sa.String(64), sa.String(64), sa.String(64)
WAITING = sa.text("taken_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "own_notes",
        sa.Column("author", HASH, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_own_notes_case_id")),
        sa.PrimaryKeyConstraint("author", name=op.f("pk_own_notes")),
    )
    op.create_index("ix_own_notes_case_id", "own_notes", ["case_id"])
    op.create_table(
        "contact_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("asked_as", WORD, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("taken_by", ID, nullable=True),
        sa.CheckConstraint("(taken_at IS NULL) = (taken_by IS NULL)", name=op.f("ck_contact_requests_taken")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_contact_requests_unit_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["persons.id"], name=op.f("fk_contact_requests_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_requests")),
    )
    op.create_index(
        "ix_contact_requests_waiting",
        "contact_requests",
        ["unit_id", "asked_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    op.drop_table("contact_requests")
    op.drop_table("own_notes")
