"""What was handed over or posted says which paper it was, where that was issued here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dispatches") as batch_op:
        batch_op.add_column(sa.Column("document_id", sa.String(64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("dispatches") as batch_op:
        batch_op.drop_column("document_id")
