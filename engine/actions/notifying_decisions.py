"""What waits for a second person or was answered by one, for readers or for a substitute becomes what they are to be told; and meetings.

Enters: a database and an instant. Leaves: rows of `tellings`. These are few at any time, so they are looked at anew each time, and an event
that everybody was told of is remembered. Nothing here changes what it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine, select

from engine.access import Act
from engine.actions import decisions, moving, retention
from engine.actions import mail_kinds as kinds
from engine.actions.recipients import Recipient
from engine.actions.told_people import People, tell
from engine.records import absences, cases, disposals, moves, publications, routine_drafts, tellings
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.status import TO_DO

STALE = timedelta(days=7)
"""What came into force or was answered longer ago is no news: nobody is told of all routines on the day that mail is first switched on."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, and how to find whom it is told."""

    name: str
    kind: str
    happened_at: datetime
    people: Callable[[People], list[Recipient]]
    case_id: str | None = None


def gather(engine: Engine, *, now: datetime) -> None:
    """Tell of what nobody was told of yet."""
    with reading(engine) as tx:
        events = list(_events(tx, now))
        known = tellings.known_events(tx, [one.name for one in events])
    for event in events:
        if event.name not in known:
            with writing(engine) as tx:
                if tellings.note_event(tx, event.name, now=now):
                    _tell(tx, event, now)


def _tell(tx: Connection, event: Event, now: datetime) -> None:
    people = People(tx, now)
    if event.case_id is not None:
        people.read_cases([event.case_id])
        if people.cases[event.case_id][0].is_test:
            return
    if event.kind == kinds.READING and now - event.happened_at > STALE:
        return
    tell(
        tx, event.name, event.kind, event.people(people), case_id=event.case_id, happened_at=event.happened_at, now=now
    )  # fmt: skip


def _events(tx: Connection, now: datetime) -> Iterator[Event]:
    for move_id in tellings.moves_asked(tx):
        move = moves.fetch(tx, move_id)
        yield Event(f"move:{move_id}", kinds.APPROVAL, move.asked_at, partial(_of_move, move), move.case_id)
    for one in publications.waiting(tx):
        yield Event(f"publication:{one.id}", kinds.APPROVAL, one.asked_at, partial(_of_publication, one))
    for one in publications.answered(tx, now - STALE):
        at = one.called_off_at or one.decided_at or now
        yield Event(f"publication:{one.id}:{one.status}", kinds.ANSWERED, at, partial(_of_answer, one))
    for disposal_id in tellings.disposals_asked(tx):
        disposal = disposals.fetch(tx, disposal_id)
        yield Event(
            f"disposal:{disposal_id}", kinds.APPROVAL, disposal.asked_at, partial(_of_disposal, disposal)
        )
    for absence_id in tellings.absences_ahead(tx, now=now):
        absence = absences.fetch(tx, absence_id)
        yield Event(
            f"absence:{absence_id}", kinds.COVER, absence.registered_at, partial(_of_absence, absence)
        )
    for process_id, version, region_id, since in tellings.versions_in_force(tx):
        reading_it = partial(_of_version, region_id, process_id, version)
        yield Event(f"version:{process_id}:{version}", kinds.READING, since, reading_it)
    for meeting_id, case_id, set_at in _meetings(tx, now):
        yield Event(f"meeting:{meeting_id}", kinds.MEETING, set_at, partial(_of_meeting, case_id), case_id)


def _meetings(tx: Connection, now: datetime) -> list[tuple[str, str, datetime]]:
    m, c = t.meetings.c, t.cases.c
    query = select(m.id, m.case_id, m.set_at).join(t.cases, c.id == m.case_id)
    query = query.where(m.status == "planned", m.starts_at > now, c.ended_at.is_(None)).order_by(
        m.set_at, m.id
    )
    return [tuple(row) for row in tx.execute(query)]


def _of_move(move: moves.Move, people: People) -> list[Recipient]:
    region_id = cases.fetch(people.tx, move.case_id).region_id
    return people.deciding(region_id, Act.ADMIN_APPROVE, moving.approval(people.tx, move, region_id))


def _of_publication(one: publications.Publication, people: People) -> list[Recipient]:
    draft = routine_drafts.fetch(people.tx, one.draft_id)
    about = decisions.approval(people.tx, one, draft)
    return people.deciding(draft.region_id, Act.VERSION_APPROVE, about)


def _of_answer(one: publications.Publication, people: People) -> list[Recipient]:
    """Whoever asked; of what is called off also whoever had approved it. Nobody is told of their own answer."""
    called_off = one.status == "called_off"
    by = one.called_off_by if called_off else one.decided_by
    told = {one.asked_by, one.decided_by} if called_off else {one.asked_by}
    return [Recipient(person) for person in sorted(person for person in told if person and person != by)]


def _of_disposal(one: disposals.Disposal, people: People) -> list[Recipient]:
    return people.deciding(one.region_id, Act.RETENTION_APPROVE, retention.approval(people.tx, one))


def _of_absence(absence: absences.Absence, people: People) -> list[Recipient]:
    return [Recipient(one) for one in sorted({given.substitute_id for given in absence.given})]


def _of_version(region_id: str | None, process_id: str, version: str, people: People) -> list[Recipient]:
    return people.reading(region_id, process_id, version)


def _of_meeting(case_id: str, people: People) -> list[Recipient]:
    c = t.tasks.c
    held = select(c.holder_id).where(c.case_id == case_id, c.status.in_(TO_DO), c.holder_id.is_not(None))
    return people.meeting(case_id, people.tx.execute(held.distinct()).scalars())
