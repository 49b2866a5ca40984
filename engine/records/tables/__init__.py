"""Every table, and the rules that hold whatever the code does.

Enters: nothing. Leaves: SQLAlchemy Core tables, one module for each kind of thing remembered. What all tables share is said in `shape`.
"""

from __future__ import annotations

from engine.records.tables.cases import (
    case_numbers,
    case_values,
    cases,
    engine_rows,
    entries,
    instances,
    subjects,
)
from engine.records.tables.correspondence import dispatches, documents, meetings, messages
from engine.records.tables.directory import memberships, persons, principals, regions, sign_ins, units
from engine.records.tables.grounds import consents, participants, slots, withdrawals
from engine.records.tables.happened import facts, heartbeats, notices, readings
from engine.records.tables.routines import bundle_files, bundles, files, routines
from engine.records.tables.shape import metadata
from engine.records.tables.work import awaited, drafts, incidents, moves, tasks, timers

__all__ = [
    "awaited",
    "bundle_files",
    "bundles",
    "case_numbers",
    "case_values",
    "cases",
    "consents",
    "dispatches",
    "documents",
    "drafts",
    "engine_rows",
    "entries",
    "facts",
    "files",
    "heartbeats",
    "incidents",
    "instances",
    "meetings",
    "memberships",
    "messages",
    "metadata",
    "moves",
    "notices",
    "participants",
    "persons",
    "principals",
    "readings",
    "regions",
    "routines",
    "sign_ins",
    "slots",
    "subjects",
    "tasks",
    "timers",
    "units",
    "withdrawals",
]
