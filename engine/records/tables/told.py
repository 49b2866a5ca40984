"""Who is told what by mail: each person's choice, what each is to be told, and the letters.

None of it holds what stands in a case, or whose it is: kinds, counts, ids and instants. A letter is written anew each time it is tried.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, holds, metadata, one_of, open_rows, ref, text_id

HOW = ("at_once", "daily")
LETTER_STATES = ("waiting", "sent", "dead")

mail_choices = Table(  # how each wants to be told, by kind; and in which language
    "mail_choices",
    metadata,
    Column("person_id", ID, ForeignKey("persons.id"), primary_key=True),
    Column("choices", Values, nullable=False),
    Column("language", String(8)),
)
told_events = Table(  # what was told to everybody whom it reaches, so that it is told once
    "told_events",
    metadata,
    Column("event", String(200), primary_key=True),
    Column("at", Instant, nullable=False),
)
letters = Table(
    "letters",
    metadata,
    text_id(),
    ref("person_id", "persons"),
    Column("how", WORD, nullable=False),
    Column("told", Values, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("status", WORD, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("held_until", Instant),  # a process is sending it
    Column("held_by", ID),
    Column("failure", WORD),
    Column("failure_code", Integer),
    Column("ended_at", Instant),
    one_of("how", HOW),
    one_of("status", LETTER_STATES),
    holds("ended", "(status = 'waiting') = (ended_at IS NULL)"),
)
open_rows("ix_letters_waiting", letters, "next_try_at", "id", where="status = 'waiting'")
open_rows("ix_letters_dead", letters, "created_at", where="status = 'dead'")
Index("ix_letters_created_at", letters.c.created_at)
tellings = Table(  # one thing that one person is to be told
    "tellings",
    metadata,
    text_id(),
    Column("event", String(200), nullable=False),
    Column("kind", WORD, nullable=False),
    ref("person_id", "persons"),
    ref("for_id", "persons", nullable=True),
    ref("case_id", "cases", nullable=True),
    Column("task_id", ID),
    Column("happened_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("how", WORD, nullable=False),
    ref("letter_id", "letters", nullable=True),
    one_of("how", HOW),
)
Index("uq_tellings_event", tellings.c.event, tellings.c.person_id, unique=True)
open_rows("ix_tellings_waiting", tellings, "how", "person_id", where="letter_id IS NULL")
Index("ix_tellings_letter_id", tellings.c.letter_id)
Index("ix_tellings_case_id", tellings.c.case_id)
Index("ix_tellings_at", tellings.c.at)
