"""People are told by mail: addresses, choices, what each is to be told, and letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.records.columns import Instant, Values

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID, WORD = sa.String(64), sa.String(64)
_TO_TELL = sa.text("tell_at IS NOT NULL AND status IN ('open', 'claimed')")


def upgrade() -> None:
    with op.batch_alter_table("persons") as batch_op:
        batch_op.add_column(sa.Column("email", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("email_refused_at", Instant(), nullable=True))
    with op.batch_alter_table("tasks") as batch_op:
        batch_op.add_column(sa.Column("told", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("tell_at", Instant(), nullable=True))
    op.create_index(
        "ix_tasks_to_tell", "tasks", ["tell_at", "id"], sqlite_where=_TO_TELL, postgresql_where=_TO_TELL
    )
    # That they are there is known to those who work with them; that they are near or overdue is still to be told.
    op.execute("UPDATE tasks SET told = 1, tell_at = opened_at WHERE status IN ('open', 'claimed')")
    _choices()
    _letters()
    _tellings()


def downgrade() -> None:
    for name in ("tellings", "letters", "told_events", "mail_choices"):
        op.drop_table(name)
    op.drop_index("ix_tasks_to_tell", table_name="tasks")
    with op.batch_alter_table("tasks") as batch_op:
        batch_op.drop_column("tell_at")
        batch_op.drop_column("told")
    with op.batch_alter_table("persons") as batch_op:
        batch_op.drop_column("email_refused_at")
        batch_op.drop_column("email")


def _choices() -> None:
    op.create_table(
        "mail_choices",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("choices", Values(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_mail_choices_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_choices")),
    )
    op.create_table(
        "told_events",
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_told_events")),
    )


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("how", WORD, nullable=False),
        sa.Column("told", Values(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("next_try_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("held_until", Instant(), nullable=True),
        sa.Column("held_by", ID, nullable=True),
        sa.Column("failure", WORD, nullable=True),
        sa.Column("failure_code", sa.Integer(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("how IN ('at_once', 'daily')", name=op.f("ck_letters_how")),
        sa.CheckConstraint("status IN ('waiting', 'sent', 'dead')", name=op.f("ck_letters_status")),
        sa.CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name=op.f("ck_letters_ended")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_letters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    for name, columns, status in (
        ("ix_letters_waiting", ["next_try_at", "id"], "waiting"),
        ("ix_letters_dead", ["created_at"], "dead"),
    ):
        where = sa.text(f"status = '{status}'")
        op.create_index(name, "letters", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_letters_created_at", "letters", ["created_at"])


def _tellings() -> None:
    op.create_table(
        "tellings",
        sa.Column("id", ID, nullable=False),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("for_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("happened_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("how", WORD, nullable=False),
        sa.Column("letter_id", ID, nullable=True),
        sa.CheckConstraint("how IN ('at_once', 'daily')", name=op.f("ck_tellings_how")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_tellings_person_id")),
        sa.ForeignKeyConstraint(["for_id"], ["persons.id"], name=op.f("fk_tellings_for_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tellings_case_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_tellings_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tellings")),
    )
    op.create_index("uq_tellings_event", "tellings", ["event", "person_id"], unique=True)
    where = sa.text("letter_id IS NULL")
    op.create_index(
        "ix_tellings_waiting",
        "tellings",
        ["how", "person_id"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index("ix_tellings_letter_id", "tellings", ["letter_id"])
    op.create_index("ix_tellings_case_id", "tellings", ["case_id"])
    op.create_index("ix_tellings_at", "tellings", ["at"])
