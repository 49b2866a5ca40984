"""Routines being changed: drafts, and publications with their proof."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.records.columns import Instant, Values

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    _routine_drafts()
    _draft_files()
    _draft_changes()
    _draft_conflicts()
    _draft_presence()
    _draft_reads()
    _draft_trials()
    _publications()


def downgrade() -> None:
    for name in (
        "publications",
        "draft_trials",
        "draft_reads",
        "draft_presence",
        "draft_conflicts",
        "draft_changes",
        "draft_files",
        "routine_drafts",
    ):
        op.drop_table(name)


def _routine_drafts() -> None:
    op.create_table(
        "routine_drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("process_id", ID, nullable=False),
        sa.Column("region_id", ID, nullable=True),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", ID, nullable=False),
        sa.Column("origin", ID, nullable=False),
        sa.Column("base_hash", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", ID, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", ID, nullable=True),
        sa.CheckConstraint("kind IN ('change', 'withdrawal')", name=op.f("ck_routine_drafts_kind")),
        sa.CheckConstraint(
            "status IN ('open', 'waiting', 'published', 'dropped')", name=op.f("ck_routine_drafts_status")
        ),
        sa.ForeignKeyConstraint(["base_hash"], ["bundles.hash"], name=op.f("fk_routine_drafts_base_hash")),
        sa.ForeignKeyConstraint(["changed_by"], ["persons.id"], name=op.f("fk_routine_drafts_changed_by")),
        sa.ForeignKeyConstraint(["created_by"], ["persons.id"], name=op.f("fk_routine_drafts_created_by")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_routine_drafts_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routine_drafts")),
    )
    op.create_index("ix_routine_drafts_process_id", "routine_drafts", ["process_id", "status"])


def _draft_files() -> None:
    op.create_table(
        "draft_files",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("file_hash", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["routine_drafts.id"], name=op.f("fk_draft_files_draft_id")),
        sa.ForeignKeyConstraint(["file_hash"], ["files.hash"], name=op.f("fk_draft_files_file_hash")),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_draft_files")),
    )


def _draft_changes() -> None:
    op.create_table(
        "draft_changes",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("before_hash", ID, nullable=True),
        sa.Column("after_hash", ID, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.ForeignKeyConstraint(["after_hash"], ["files.hash"], name=op.f("fk_draft_changes_after_hash")),
        sa.ForeignKeyConstraint(["before_hash"], ["files.hash"], name=op.f("fk_draft_changes_before_hash")),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_draft_changes_by")),
        sa.ForeignKeyConstraint(["draft_id"], ["routine_drafts.id"], name=op.f("fk_draft_changes_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "number", "path", name=op.f("pk_draft_changes")),
    )


def _draft_conflicts() -> None:
    op.create_table(
        "draft_conflicts",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("mine_hash", ID, nullable=True),
        sa.Column("theirs_hash", ID, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_draft_conflicts_by")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["routine_drafts.id"], name=op.f("fk_draft_conflicts_draft_id")
        ),
        sa.ForeignKeyConstraint(["mine_hash"], ["files.hash"], name=op.f("fk_draft_conflicts_mine_hash")),
        sa.ForeignKeyConstraint(["theirs_hash"], ["files.hash"], name=op.f("fk_draft_conflicts_theirs_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_conflicts")),
    )
    where = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_draft_conflicts_open",
        "draft_conflicts",
        ["draft_id"],
        unique=False,
        sqlite_where=where,
        postgresql_where=where,
    )


def _draft_presence() -> None:
    op.create_table(
        "draft_presence",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("edits", sa.Boolean(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["routine_drafts.id"], name=op.f("fk_draft_presence_draft_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_draft_presence_person_id")),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_draft_presence")),
    )


def _draft_reads() -> None:
    op.create_table(
        "draft_reads",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("change_key", ID, nullable=False),
        sa.Column("read_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["routine_drafts.id"], name=op.f("fk_draft_reads_draft_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_draft_reads_person_id")),
        sa.PrimaryKeyConstraint("draft_id", "person_id", "change_key", name=op.f("pk_draft_reads")),
    )


def _draft_trials() -> None:
    op.create_table(
        "draft_trials",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("digest", ID, nullable=False),
        sa.Column("tried_at", Instant(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("findings", Values(), nullable=False),
        sa.Column("scenarios", Values(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["routine_drafts.id"], name=op.f("fk_draft_trials_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "digest", name=op.f("pk_draft_trials")),
    )


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("process_id", ID, nullable=False),
        sa.Column("from_hash", ID, nullable=True),
        sa.Column("to_hash", ID, nullable=True),
        sa.Column("digest", ID, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_for_id", ID, nullable=True),
        sa.Column("status", ID, nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_for_id", ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("comments", Values(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_from_at", Instant(), nullable=True),
        sa.Column("in_force_at", Instant(), nullable=True),
        sa.Column("proof", Values(), nullable=False),
        sa.CheckConstraint(
            "(status = 'approved') = (valid_from_at IS NOT NULL)", name=op.f("ck_publications_dated")
        ),
        sa.CheckConstraint("(status = 'asked') = (decided_at IS NULL)", name=op.f("ck_publications_decided")),
        sa.CheckConstraint(
            "status <> 'approved' OR (decided_by <> asked_by AND (asked_for_id IS NULL OR decided_by <> asked_for_id) AND (decided_for_id IS NULL OR decided_for_id <> asked_by))",
            name=op.f("ck_publications_four_eyes"),
        ),
        sa.CheckConstraint(
            "status IN ('asked', 'approved', 'sent_back', 'withdrawn')", name=op.f("ck_publications_status")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["persons.id"], name=op.f("fk_publications_asked_by")),
        sa.ForeignKeyConstraint(["asked_for_id"], ["persons.id"], name=op.f("fk_publications_asked_for_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["persons.id"], name=op.f("fk_publications_decided_by")),
        sa.ForeignKeyConstraint(
            ["decided_for_id"], ["persons.id"], name=op.f("fk_publications_decided_for_id")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["routine_drafts.id"], name=op.f("fk_publications_draft_id")),
        sa.ForeignKeyConstraint(["from_hash"], ["bundles.hash"], name=op.f("fk_publications_from_hash")),
        sa.ForeignKeyConstraint(["to_hash"], ["bundles.hash"], name=op.f("fk_publications_to_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    where = sa.text("status = 'approved' AND in_force_at IS NULL")
    op.create_index(
        "ix_publications_ahead",
        "publications",
        ["process_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    where = sa.text("status = 'asked'")
    op.create_index(
        "ix_publications_asked",
        "publications",
        ["process_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index("ix_publications_to_hash", "publications", ["to_hash"])
