"""A meeting as an entry that goes with a letter: when, and nothing of whom it is about, nor where: that may be somebody's home.

Enters: an open transaction and the event that a letter tells of. Leaves: the entry, or None where nothing may go by itself any more. A
meeting that is moved stays the same entry. Of a person whose data are protected nothing goes by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.access import DEMANDS
from engine.documents import Appointment, calendar_file
from engine.records import cases, documents
from engine.records import tables as t

SUMMARY = {"sv": "Möte", "nb": "Møte"}


@dataclass(frozen=True, slots=True)
class Entry:
    """The bytes of an `.ics` file, and whether it takes the meeting out of the calendar."""

    file: bytes
    cancelled: bool


def of_event(tx: Connection, event: str, *, now: datetime) -> Entry | None:
    """The entry of the meeting that the event `meeting:<id>` names."""
    kind, _, meeting_id = event.partition(":")
    case_id = tx.execute(select(t.meetings.c.case_id).where(t.meetings.c.id == meeting_id)).scalar()
    if kind != "meeting" or case_id is None:
        return None
    case = cases.fetch(tx, case_id)
    if DEMANDS[case.protection].by_hand or case.is_test:
        return None
    all_of = documents.meetings_set(tx, case_id)
    chain = next((one for one in documents.chains(all_of) if any(met.id == meeting_id for met in one)), None)
    if chain is None:
        return None
    last = chain[-1]
    cancelled = last.status == "cancelled"
    head = case.region_settings.get("letterhead")
    told = head if isinstance(head, Mapping) else {}
    languages = case.region_settings.get("languages")
    language = str(languages[0]) if isinstance(languages, list | tuple) and languages else "sv"
    entry = Appointment(
        uid=f"{chain[0].id}@samordna", sequence=len(chain) - 1 + cancelled, stamped_at=now if cancelled else last.set_at,
        starts_at=last.starts_at, ends_at=last.ends_at, summary=SUMMARY.get(language, "Meeting"),
        organizer=str(told.get("name") or ""), organizer_mail=str(told.get("email") or ""), cancelled=cancelled,
    )  # fmt: skip
    return Entry(calendar_file(entry), cancelled)
