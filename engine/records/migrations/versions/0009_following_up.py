"""What managers do about what is late, the filters they keep, and indexes by which a unit's board costs by that unit's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.records.columns import Instant, Values

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID, WORD = sa.String(64), sa.String(64)
RUNNING = sa.text("ended_at IS NULL")
FIRED = sa.text("status = 'fired' AND host <> ''")
KINDS = "kind IN ('reminded', 'reassigned', 'taken_over', 'escalated', 'noted')"
WHO = {
    "actor_id": "persons",
    "acting_for_id": "persons",
    "unit_id": "units",
    "principal_id": "principals",
    "region_id": "regions",
}


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        *(sa.Column(name, ID, nullable=True) for name in WHO),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", Values(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_follow_ups_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_follow_ups_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_follow_ups_task_id")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_follow_ups_{name}"))
            for name, table in WHO.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index("ix_follow_ups_task_id", "follow_ups", ["task_id", "at"])
    op.create_index("ix_follow_ups_case_id", "follow_ups", ["case_id"])
    op.create_index("ix_follow_ups_batch_id", "follow_ups", ["batch_id"])
    op.create_table(
        "saved_filters",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_saved_filters_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_saved_filters_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
    )
    op.create_index("ix_saved_filters_person_id", "saved_filters", ["person_id"])
    op.create_index("ix_saved_filters_unit_id", "saved_filters", ["unit_id"])
    op.create_index(
        "ix_cases_running_unit", "cases", ["unit_id"], sqlite_where=RUNNING, postgresql_where=RUNNING
    )
    op.create_index("ix_timers_fired_host", "timers", ["host"], sqlite_where=FIRED, postgresql_where=FIRED)


def downgrade() -> None:
    op.drop_index("ix_timers_fired_host", "timers")
    op.drop_index("ix_cases_running_unit", "cases")
    op.drop_table("saved_filters")
    op.drop_table("follow_ups")
