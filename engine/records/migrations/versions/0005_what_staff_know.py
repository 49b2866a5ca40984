"""What staff know and read: links, courses, what each has read, and each unit's own instruction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.records.columns import Instant, Values

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    _publishers()
    _links()
    _case_links()
    _courses()
    _learned()
    _instructions()
    _instruction_contents()


def downgrade() -> None:
    for name in (
        "instruction_contents",
        "instructions",
        "learned",
        "courses",
        "case_links",
        "links",
        "publishers",
    ):
        op.drop_table(name)


def _publishers() -> None:
    op.create_table(
        "publishers",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("earlier", Values(), nullable=False),
        sa.Column("region_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_publishers_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishers")),
    )


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", ID, nullable=False),
        sa.Column("region_id", ID, nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("theme", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("publisher_id", ID, nullable=False),
        sa.Column("diagnoses", Values(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("address LIKE 'https://%'", name=op.f("ck_links_https")),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_links_publisher_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_links_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )


def _case_links() -> None:
    op.create_table(
        "case_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("link_id", ID, nullable=False),
        sa.Column("category", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("acting_for_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("principal_id", ID, nullable=True),
        sa.Column("region_id", ID, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["acting_for_id"], ["persons.id"], name=op.f("fk_case_links_acting_for_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["persons.id"], name=op.f("fk_case_links_actor_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_links_case_id")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_case_links_link_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["principals.id"], name=op.f("fk_case_links_principal_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_case_links_region_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_case_links_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_links")),
    )
    op.create_index("ix_case_links_case_id", "case_links", ["case_id"], unique=False)


def _courses() -> None:
    op.create_table(
        "courses",
        sa.Column("id", ID, nullable=False),
        sa.Column("region_id", ID, nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("situations", Values(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("publisher_id", ID, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_courses_publisher_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_courses_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )


def _learned() -> None:
    op.create_table(
        "learned",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", ID, nullable=False),
        sa.Column("what", ID, nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("(kind = 'routine') = (version <> '')", name=op.f("ck_learned_versioned")),
        sa.CheckConstraint("kind IN ('course', 'routine')", name=op.f("ck_learned_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_learned_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", "what", "version", name=op.f("pk_learned")),
    )
    op.create_index("ix_learned_what", "learned", ["what", "version"], unique=False)


def _instructions() -> None:
    op.create_table(
        "instructions",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("kind", ID, nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("hash", ID, nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("acting_for_id", ID, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.CheckConstraint("address IS NULL OR address LIKE 'https://%'", name=op.f("ck_instructions_https")),
        sa.CheckConstraint("(address IS NULL) <> (kind IS NULL)", name=op.f("ck_instructions_one")),
        sa.ForeignKeyConstraint(
            ["acting_for_id"], ["persons.id"], name=op.f("fk_instructions_acting_for_id")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["persons.id"], name=op.f("fk_instructions_actor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_instructions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
    )
    op.create_index(
        "uq_instructions_in_force",
        "instructions",
        ["unit_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )


def _instruction_contents() -> None:
    op.create_table(
        "instruction_contents",
        sa.Column("instruction_id", ID, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instructions.id"], name=op.f("fk_instruction_contents_instruction_id")
        ),
        sa.PrimaryKeyConstraint("instruction_id", name=op.f("pk_instruction_contents")),
    )
