"""Alembic's entry: runs the revisions on the connection that `records.database.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from engine.records.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
