"""A revision that only the tests know: a column more, and a table that SQLite must make anew."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from engine.records import migrations

KNOWN = Path(migrations.__path__[0]) / "versions"

revision = "later"
down_revision = max(path.name for path in KNOWN.glob("[0-9]*.py")).partition("_")[0]
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
