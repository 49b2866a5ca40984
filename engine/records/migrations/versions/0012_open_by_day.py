"""The indexes of what is open at a unit and with a person hold the last day too, so that no day is looked up among everybody's steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('open', 'claimed')")
BEFORE = {
    "ix_tasks_open_unit": ["unit_id", "due_at", "id"],
    "ix_tasks_open_holder": ["holder_id", "due_at", "id"],
}


def upgrade() -> None:
    _replace("due_on")


def downgrade() -> None:
    _replace()


def _replace(*last: str) -> None:
    for name, columns in BEFORE.items():
        op.drop_index(name, table_name="tasks", sqlite_where=OPEN, postgresql_where=OPEN)
        op.create_index(name, "tasks", [*columns, *last], sqlite_where=OPEN, postgresql_where=OPEN)
