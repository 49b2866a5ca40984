"""A revision that only the tests know: a column more, and a table that SQLite must make anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("cases") as cases:
        cases.alter_column(
            "number", existing_type=sa.String(64), type_=sa.String(80), existing_nullable=False
        )
        cases.add_column(sa.Column("colour", sa.String(20), nullable=True))


def downgrade() -> None:
    raise NotImplementedError
