"""An index of what was done at a unit in a period: the picture of a routine goes through the units' own tasks, however many others there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CLOSED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_tasks_closed", "tasks", ["unit_id", "closed_at"], sqlite_where=CLOSED, postgresql_where=CLOSED
    )


def downgrade() -> None:
    op.drop_index("ix_tasks_closed", table_name="tasks")
