"""A version that is approved for a later day can be called off before that day: who did it, when and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.records.columns import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.String(64)
PERSONS = ("called_off_by", "called_off_for_id")
FOUR_EYES = (
    "(decided_by <> asked_by AND (asked_for_id IS NULL OR decided_by <> asked_for_id)"
    " AND (decided_for_id IS NULL OR decided_for_id <> asked_by))"
)
NEW = {
    "status": "status IN ('asked', 'approved', 'called_off', 'sent_back', 'withdrawn')",
    "dated": "(status IN ('approved', 'called_off')) = (valid_from_at IS NOT NULL)",
    "four_eyes": f"status NOT IN ('approved', 'called_off') OR {FOUR_EYES}",
    "called_off": "(status = 'called_off') = (called_off_at IS NOT NULL)",
    "never_both": "called_off_at IS NULL OR in_force_at IS NULL",
}
OLD = {
    "status": "status IN ('asked', 'approved', 'sent_back', 'withdrawn')",
    "dated": "(status = 'approved') = (valid_from_at IS NOT NULL)",
    "four_eyes": f"status <> 'approved' OR {FOUR_EYES}",
}


def upgrade() -> None:
    with op.batch_alter_table("publications") as batch_op:
        batch_op.add_column(sa.Column("called_off_at", Instant(), nullable=True))
        for name in PERSONS:
            batch_op.add_column(sa.Column(name, ID, nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_publications_{name}"), "persons", [name], ["id"])
        batch_op.add_column(sa.Column("called_off_why", sa.Text(), nullable=True))
        for name in OLD:
            batch_op.drop_constraint(op.f(f"ck_publications_{name}"), type_="check")
        for name, rule in NEW.items():
            batch_op.create_check_constraint(op.f(f"ck_publications_{name}"), rule)


def downgrade() -> None:
    op.execute(
        "UPDATE publications SET status = 'withdrawn', valid_from = NULL, valid_from_at = NULL WHERE status = 'called_off'"
    )
    with op.batch_alter_table("publications") as batch_op:
        for name in NEW:
            batch_op.drop_constraint(op.f(f"ck_publications_{name}"), type_="check")
        for name, rule in OLD.items():
            batch_op.create_check_constraint(op.f(f"ck_publications_{name}"), rule)
        for name in PERSONS:
            batch_op.drop_constraint(op.f(f"fk_publications_{name}"), type_="foreignkey")
        for name in ("called_off_why", *reversed(PERSONS), "called_off_at"):
            batch_op.drop_column(name)
