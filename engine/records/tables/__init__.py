"""Every table, and the rules that hold whatever the code does.

Enters: nothing. Leaves: SQLAlchemy Core tables, one module for each kind of thing remembered. What all tables share is said in `shape`.
"""

from __future__ import annotations

from engine.records.tables.absences import absences, substitutions
from engine.records.tables.accounts import (
    identities,
    invitations,
    kept_forms,
    recovery_codes,
    second_factors,
    sessions,
    sign_ins,
    switches,
    temporary_passwords,
    uses,
)
from engine.records.tables.attachments import attachment_contents, attachments, task_attachments
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
from engine.records.tables.directory import (
    directory_imports,
    memberships,
    named_functions,
    organisations,
    persons,
    principals,
    regions,
    units,
)
from engine.records.tables.drafting import (
    draft_changes,
    draft_conflicts,
    draft_files,
    draft_presence,
    draft_reads,
    draft_trials,
    publications,
    routine_drafts,
)
from engine.records.tables.following import follow_ups, saved_filters
from engine.records.tables.grounds import (
    consents,
    named_readers,
    participants,
    slots,
    withdrawals,
    withheld,
)
from engine.records.tables.happened import facts, heartbeats, notices
from engine.records.tables.knowledge import (
    case_links,
    courses,
    instruction_contents,
    instructions,
    learned,
    links,
    publishers,
)
from engine.records.tables.log import log, seal_rows, seals
from engine.records.tables.own import contact_requests, own_notes
from engine.records.tables.pressed import pressed
from engine.records.tables.retention import (
    archive_receipts,
    case_archives,
    disposal_cases,
    disposals,
    due_listed,
    legal_holds,
)
from engine.records.tables.routines import bundle_files, bundles, files, routines
from engine.records.tables.shape import metadata
from engine.records.tables.told import letters, mail_choices, tellings, told_events
from engine.records.tables.work import awaited, drafts, incidents, moves, tasks, timers

__all__ = [
    "absences",
    "archive_receipts",
    "attachment_contents",
    "attachments",
    "awaited",
    "bundle_files",
    "bundles",
    "case_archives",
    "case_links",
    "case_numbers",
    "case_values",
    "cases",
    "consents",
    "contact_requests",
    "courses",
    "directory_imports",
    "dispatches",
    "disposal_cases",
    "disposals",
    "documents",
    "draft_changes",
    "draft_conflicts",
    "draft_files",
    "draft_presence",
    "draft_reads",
    "draft_trials",
    "drafts",
    "due_listed",
    "engine_rows",
    "entries",
    "facts",
    "files",
    "follow_ups",
    "heartbeats",
    "identities",
    "incidents",
    "instances",
    "instruction_contents",
    "instructions",
    "invitations",
    "kept_forms",
    "learned",
    "legal_holds",
    "letters",
    "links",
    "log",
    "mail_choices",
    "meetings",
    "memberships",
    "messages",
    "metadata",
    "moves",
    "named_functions",
    "named_readers",
    "notices",
    "organisations",
    "own_notes",
    "participants",
    "persons",
    "pressed",
    "principals",
    "publications",
    "publishers",
    "recovery_codes",
    "regions",
    "routine_drafts",
    "routines",
    "saved_filters",
    "seal_rows",
    "seals",
    "second_factors",
    "sessions",
    "sign_ins",
    "slots",
    "subjects",
    "substitutions",
    "switches",
    "task_attachments",
    "tasks",
    "tellings",
    "temporary_passwords",
    "timers",
    "told_events",
    "units",
    "uses",
    "withdrawals",
    "withheld",
]
