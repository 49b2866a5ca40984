"""The log of who read and did what, and the seals over it (HSLF-FS 2016:40 4 kap. 9 §). Never changed; see `engine.records.log`.

A row stands by itself: it refers to nothing by foreign key, so that it outlives the case that it is about, and it holds ids and words
of the product, never a name, an identity number or anything that somebody wrote. Triggers of the migration refuse every change.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, SERIAL, WORD, metadata, numbered

log = Table(
    "log",
    metadata,
    numbered(),
    Column("at", Instant, nullable=False),
    Column("act", WORD, nullable=False),
    Column("actor_id", ID),  # none: the routine itself, or nobody who is known
    Column("acting_for_id", ID),
    Column("unit_id", ID),
    Column("principal_id", ID),
    Column("region_id", ID),
    Column("case_id", ID),
    Column("case_number", WORD),
    Column("subject_id", ID),
    Column(
        "subject_key", String(64)
    ),  # keyed hash of the identity number: whose case, also when the case is gone
    Column("process_id", ID),
    Column("element_id", ID),
    Column("task_id", ID),
    Column("page", WORD),
    Column("categories", Values),
    Column("ground", WORD),  # the reason of the verdict that allowed it, or refused it
    Column("about", Text),  # what else it is about, as ids: an account, a version, a seal
    sqlite_autoincrement=True,  # a number is never used again, also when old rows are gone
)
for column in ("case_id", "actor_id", "unit_id", "subject_key", "region_id"):
    Index(f"ix_log_{column}", log.c[column], log.c.id)

seals = Table(  # one row a batch: the chain
    "seals",
    metadata,
    Column("number", SERIAL, primary_key=True, autoincrement=False),
    Column("sealed_at", Instant, nullable=False),
    Column(
        "last_id", SERIAL, nullable=False, unique=True
    ),  # it covers every row after the seal before, up to here
    Column("rows", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False, unique=True),  # two seals never follow the same one
    Column("head", String(64), nullable=False),
)
seal_rows = Table(  # the hash of each row in a batch, by which a changed row is named
    "seal_rows",
    metadata,
    Column("number", SERIAL, primary_key=True, autoincrement=False),
    Column("sealed_at", Instant, nullable=False),
    Column("hashes", Text, nullable=False),
)
