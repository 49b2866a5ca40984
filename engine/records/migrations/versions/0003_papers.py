"""Issued papers say which template they were set with, and what stood around their content."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.records.columns import Values

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("documents") as batch_op:
        batch_op.add_column(sa.Column("bundle_hash", sa.String(64), nullable=True))
        batch_op.add_column(sa.Column("template", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("template_hash", sa.String(64), nullable=True))
        batch_op.add_column(sa.Column("frame", Values(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_documents_bundle_hash"), "bundles", ["bundle_hash"], ["hash"])


def downgrade() -> None:
    with op.batch_alter_table("documents") as batch_op:
        batch_op.drop_constraint(op.f("fk_documents_bundle_hash"), type_="foreignkey")
        for name in ("frame", "template_hash", "template", "bundle_hash"):
            batch_op.drop_column(name)
