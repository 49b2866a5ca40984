"""How long cases are kept: holds on their disposal, proposals to dispose of them, and what was disposed of.

A decided proposal with its cases is the certificate. It holds ids, days, counts and hashes, and nothing of what stood in a case. The
archive that was taken out before is not kept here, only by whom and its hash.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from engine.records.columns import Instant, Values
from engine.records.tables.shape import ID, WORD, holds, metadata, one_of, open_rows, ref, text_id

legal_holds = Table(  # a case under a hold is kept whatever the rules say
    "legal_holds",
    metadata,
    text_id(),
    ref("case_id", "cases"),
    Column("reason", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
    ref("placed_by", "persons"),
    ref("placed_for_id", "persons", nullable=True),
    Column("until_on", Date),  # the last day; none: until somebody ends it
    Column("ended_at", Instant),
    ref("ended_by", "persons", nullable=True),
    ref("ended_for_id", "persons", nullable=True),
    Column("ended_because", Text),
    holds("ended", "(ended_at IS NULL) = (ended_because IS NULL)"),
)
Index("ix_legal_holds_case_id", legal_holds.c.case_id)
disposals = Table(  # asked for by one person, decided by another
    "disposals",
    metadata,
    text_id(),
    ref("region_id", "regions"),
    ref("principal_id", "principals"),
    Column("reason", Text, nullable=False),
    ref("asked_by", "persons"),
    ref("asked_for_id", "persons", nullable=True),
    Column("asked_at", Instant, nullable=False),
    ref("decided_by", "persons", nullable=True),
    ref("decided_for_id", "persons", nullable=True),
    Column("decided_at", Instant),
    Column("decision_reason", Text, nullable=False),
    Column("status", WORD, nullable=False),
    Column("digest", String(64)),  # of the certificate
    one_of("status", ("asked", "approved", "refused")),
    holds("decided", "(status = 'asked') = (decided_at IS NULL)"),
    holds("certified", "(status = 'approved') = (digest IS NOT NULL)"),
    holds(
        "four_eyes",
        "decided_by IS NULL OR (decided_by <> asked_by AND (asked_for_id IS NULL OR decided_by <> asked_for_id)"
        " AND (decided_for_id IS NULL OR decided_for_id <> asked_by))",
    ),
)
Index("ix_disposals_principal_id", disposals.c.principal_id, disposals.c.asked_at)
open_rows("ix_disposals_asked", disposals, "principal_id", where="status = 'asked'")
disposal_cases = Table(
    "disposal_cases",
    metadata,
    Column("disposal_id", ID, ForeignKey("disposals.id"), primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("basis", Text, nullable=False),
    Column("outcome", WORD),  # none until it is decided
    Column("kept_because", WORD),
    Column("counts", Values),  # table -> rows whose content was removed
    Column("digest", String(64)),  # of what was removed
    Column("subject_removed", Boolean),
    one_of("outcome", ("removed", "kept")),
)
Index("ix_disposal_cases_case_id", disposal_cases.c.case_id)
case_archives = Table(  # the newest that was taken out of each case
    "case_archives",
    metadata,
    Column("disposal_id", ID, ForeignKey("disposals.id"), primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("taken_at", Instant, nullable=False),
    ref("taken_by", "persons"),
    ref("taken_for_id", "persons", nullable=True),
    Column("content_digest", String(64), nullable=False),  # of what stood in the case
    Column("file_digest", String(64), nullable=False),
    Column("size", Integer, nullable=False),
)
Index("ix_case_archives_case_id", case_archives.c.case_id)
archive_receipts = (
    Table(  # somebody says that the archives of a proposal have arrived where they are to be kept
        "archive_receipts",
        metadata,
        Column("disposal_id", ID, ForeignKey("disposals.id"), primary_key=True),
        Column("receipt", Text, nullable=False),
        Column("confirmed_at", Instant, nullable=False),
        ref("confirmed_by", "persons"),
        ref("confirmed_for_id", "persons", nullable=True),
    )
)
due_listed = (
    Table(  # what a list of the day held; `list_case_id` is the case in which the list is gone through
        "due_listed",
        metadata,
        Column("list_case_id", ID, ForeignKey("cases.id"), primary_key=True),
        Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
        ref("principal_id", "principals"),
        Column("listed_at", Instant, nullable=False),
    )
)
Index("ix_due_listed_principal_id", due_listed.c.principal_id, due_listed.c.listed_at)
Index("ix_due_listed_case_id", due_listed.c.case_id)
