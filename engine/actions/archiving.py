"""What is to be kept of a case is taken out before its content is removed, and somebody says that it has arrived.

Enters: a proposal to dispose of cases, and the person who is to decide on it. Leaves: all that stands in a case, for a file that whoever
asks takes away with them; a row in the log of the case, a hash. The file is never kept here. Where a rule says `archive_first`,
`disposing` removes nothing of which no archive was taken, or of which it is older than what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import CATEGORIES, Act, Actor, ControllerObject, may
from engine.actions import disposal_lists, reading, retention
from engine.errors import AlreadyClosed, NotAllowed, NotFound, StaleCase
from engine.records import archiving, cases, disposals, log
from engine.records.who import Who


@dataclass(frozen=True, slots=True)
class Standing:
    """How it is with the archives of a proposal: `needed` are cases whose rule wants one, `missing` those of them without one that
    holds what stands there now. `complete` where nothing is missing and somebody has said that all have arrived.
    """

    needed: frozenset[str]
    missing: frozenset[str]
    taken: dict[str, archiving.Taken]
    receipt: archiving.Receipt | None

    @property
    def complete(self) -> bool:
        return not self.needed or (not self.missing and self.receipt is not None)


def standing(tx: Connection, one: disposals.Disposal, *, now: datetime) -> Standing:
    """The same for every case of the proposal that would be removed if it were approved now."""
    listed = [case.case_id for case in disposals.listed(tx, one.id)]
    due = retention.due_now(tx, one.region_id, listed, now=now)
    needed = {
        case_id
        for case_id, found in due.items()
        if isinstance(found, retention.Due) and not found.held and found.disposal.archive_first
    }
    taken, receipt = archiving.taken(tx, one.id), archiving.receipt(tx, one.id)
    return Standing(frozenset(needed), frozenset(_missing(tx, needed, taken)), taken, receipt)


def gather(tx: Connection, actor: Actor, disposal_id: str, case_id: str) -> archiving.Content:
    """All that stands in a case of the proposal, for whoever is to decide on it. Raises NotFound, NotAllowed, AlreadyClosed."""
    _decider(tx, actor, disposals.fetch(tx, disposal_id))
    if case_id not in {one.case_id for one in disposals.listed(tx, disposal_id)}:
        raise NotFound
    return archiving.content(tx, case_id)


def taken(
    tx: Connection,
    actor: Actor,
    disposal_id: str,
    case_id: str,
    content_digest: str,
    file: bytes,
    *,
    now: datetime,
) -> None:
    """Note that this file was given out, before it is. Raises as `gather`, and StaleCase where the case has changed since."""
    who = _decider(tx, actor, disposals.lock(tx, disposal_id))
    cases.lock(tx, case_id)
    if archiving.content(tx, case_id).digest != content_digest:
        raise StaleCase("something was written in the case while the archive was made")
    archiving.note_taken(tx, disposal_id, case_id, content_digest=content_digest, file=file, who=who, now=now)
    reading.note(tx, actor, case_id, "archive", CATEGORIES, "archive", unit_id=who.unit_id, now=now)


def confirm(tx: Connection, actor: Actor, disposal_id: str, receipt: str, *, now: datetime) -> None:
    """The archives have arrived where they are to be kept; `receipt` says by what that can be seen.

    Raises NotAllowed without such a word or where an archive is missing, AlreadyClosed.
    """
    one = disposals.lock(tx, disposal_id)
    who = _decider(tx, actor, one)
    if not receipt.strip():
        raise NotAllowed("reason-needed")
    if standing(tx, one, now=now).missing:
        raise NotAllowed("archive-first")
    archiving.confirm(tx, disposal_id, receipt.strip(), who=who, now=now)
    log.note(tx, "archive_confirmed", who=who, now=now, about=f"disposal:{disposal_id}")
    disposal_lists.go_on(tx, one, disposal_lists.ARCHIVE_CONFIRMED, {}, who=who, now=now)


def _missing(tx: Connection, needed: Iterable[str], taken: dict[str, archiving.Taken]) -> set[str]:
    return {
        one for one in needed
        if one not in taken or taken[one].content_digest != archiving.content(tx, one).digest
    }  # fmt: skip


def _decider(tx: Connection, actor: Actor, one: disposals.Disposal) -> Who:
    """Whoever may approve the proposal may see to its archives, while it waits. NotFound for those who may not know of it."""
    if not may(actor, Act.RETENTION_SEE, ControllerObject(one.region_id, one.principal_id)):
        raise NotFound
    about = retention.approval(tx, one)
    may(actor, Act.RETENTION_APPROVE, about).required()
    if one.status != "asked":
        raise AlreadyClosed(one.decided_at, one.decided_by, one.status)
    face = asking.face(actor, Act.RETENTION_APPROVE, about)
    return asking.who(face, next((place.unit_id for place in face.memberships), None))
