"""The content of cases is disposed of: one person asks, another approves, and it is gone in the same transaction.

Enters: the cases that are due, and two persons. Leaves: cases without content, a certificate of counts and hashes, and for each case a
fact and a row in the log. What has become otherwise since it was asked for (a hold, a new entry) is kept, and the certificate says why.
Killed on the way, nothing has happened, and the approval is given anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, may
from engine.actions import archiving, disposal_lists, live, retention, telling
from engine.actions.ground import Ground
from engine.errors import AlreadyClosed, NotAllowed, StaleCase
from engine.records import cases, disposals, log, pressed, purging, subjects
from engine.records import retention as rows
from engine.records.who import Who


def propose(
    tx: Connection, actor: Actor, principal_id: str, case_ids: Sequence[str], reason: str, *, now: datetime
) -> str:
    """Ask that these cases be disposed of; gives the proposal's id.

    Raises NotAllowed, and StaleCase where one of them is not due, held back, another principal's or asked about already.
    """
    principal = rows.principal(tx, principal_id)
    about = retention.controller(principal)
    face = asking.face(actor, Act.RETENTION_KEEP, about)
    may(face, Act.RETENTION_KEEP, about).required()
    if not reason.strip():
        raise NotAllowed("reason-needed")
    for case_id in sorted(set(case_ids)):
        cases.lock(tx, case_id)
    asked = disposals.asked_about(tx, principal_id)
    listed = []
    for case_id, found in retention.due_now(tx, principal.region_id, sorted(set(case_ids)), now=now).items():
        if (
            isinstance(found, str)
            or found.held
            or case_id in asked
            or found.case.principal_id != principal_id
        ):
            raise StaleCase("a case is not due any more, or is held back")
        listed.append((case_id, found.disposal.due_on, found.disposal.rule.basis))
    if not listed or len(listed) > retention.MOST:
        raise StaleCase(f"between one and {retention.MOST} cases")
    who = asking.who(face, _at(face))
    disposal_id = disposals.insert(
        tx, principal.region_id, principal_id, reason.strip(), listed, who=who, now=now
    )
    log.note(tx, "disposal_asked", who=who, now=now, about=f"disposal:{disposal_id}")
    one = disposals.fetch(tx, disposal_id)
    archive_first = bool(archiving.standing(tx, one, now=now).needed)
    disposal_lists.go_on(
        tx, one, disposal_lists.REMOVAL_PROPOSED, {"archive_first": archive_first}, who=who, now=now
    )
    return disposal_id


def approve(
    tx: Connection, actor: Actor, disposal_id: str, reason: str = "", *, now: datetime
) -> disposals.Disposal:
    """The second person's yes: the content is removed here and now, and the certificate is written.

    Raises NotAllowed for whoever asked or stands in for them, and where a rule wants an archive first and there is none, or none that
    holds what stands there now; AlreadyClosed where it was decided.
    """
    listed = disposals.listed(tx, disposal_id)
    held = _held(tx, [one.case_id for one in listed])
    one, who = _deciding(tx, actor, disposal_id)
    if not archiving.standing(tx, one, now=now).complete:
        raise NotAllowed("archive-first")
    standing = retention.due_now(tx, one.region_id, list(held), now=now)
    for case_id, case in held.items():
        found = standing[case_id]
        if isinstance(found, str) or found.held:
            disposals.kept(tx, disposal_id, case_id, found if isinstance(found, str) else "held")
            continue
        _remove(Ground(tx, case, who, now), disposal_id)
    pressed.drop_old(tx, now=now)
    digest = disposals.decide(tx, disposal_id, "approved", reason.strip(), who=who, now=now)
    log.note(tx, "disposal_approved", who=who, now=now, about=f"disposal:{disposal_id} certificate:{digest}")
    disposal_lists.go_on(tx, one, disposal_lists.REMOVAL_DECIDED, {}, who=who, now=now)
    return disposals.fetch(tx, disposal_id)


def refuse(tx: Connection, actor: Actor, disposal_id: str, reason: str, *, now: datetime) -> None:
    """The second person's no, with a reason; the cases stay. Raises NotAllowed, AlreadyClosed."""
    if not reason.strip():
        raise NotAllowed("reason-needed")
    one, who = _deciding(tx, actor, disposal_id)
    for case in disposals.listed(tx, disposal_id):
        disposals.kept(tx, disposal_id, case.case_id, "refused")
    disposals.decide(tx, disposal_id, "refused", reason.strip(), who=who, now=now)
    log.note(tx, "disposal_refused", who=who, now=now, about=f"disposal:{disposal_id}")
    disposal_lists.go_on(tx, one, disposal_lists.REMOVAL_DECIDED, {}, who=who, now=now)


def _held(tx: Connection, case_ids: Sequence[str]) -> dict[str, cases.Case]:
    """The cases, held until the transaction ends; nobody starts a case meanwhile for a person who is to be forgotten."""
    people = {case.subject_id for case in cases.fetch_many(tx, case_ids).values() if case.subject_id}
    for hashed in subjects.hashes(tx, people):
        subjects.hold(tx, hashed)
    return {case_id: cases.lock(tx, case_id) for case_id in sorted(case_ids)}


def _deciding(tx: Connection, actor: Actor, disposal_id: str) -> tuple[disposals.Disposal, Who]:
    one = disposals.lock(tx, disposal_id)
    about = retention.approval(tx, one)
    face = asking.face(actor, Act.RETENTION_APPROVE, about)
    may(actor, Act.RETENTION_APPROVE, about).required()
    if one.status != "asked":
        raise AlreadyClosed(one.decided_at, one.decided_by, one.status)
    return one, asking.who(face, _at(face))


def _remove(ground: Ground, disposal_id: str) -> None:
    """The log is told first, while it can be looked up whose case it was."""
    tx, case_id = ground.tx, ground.case.id
    telling.tell(ground, "case_purged", disposal=disposal_id)
    done = purging.purge(tx, case_id, now=ground.now)
    cases.change(tx, case_id)
    live.drop(case_id)
    disposals.removed(
        tx, disposal_id, case_id, counts=done.counts, digest=done.digest, subject_removed=done.subject_removed
    )


def _at(face: Actor) -> str | None:
    return next((one.unit_id for one in face.memberships), None)
