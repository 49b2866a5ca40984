"""What is due, proposed and disposed of, in words; never anything that stands or stood in a case."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from flask_babel import gettext, ngettext

from engine.actions import archiving
from engine.actions.retention import Due
from engine.records import directory, disposals
from engine.records import retention as rows
from webapp import words
from webapp.session import ZONE, now, today, tx

STATES = {"asked": "waiting", "approved": "done", "refused": "none"}


def due(one: Due) -> dict[str, object]:
    """A case that is due, as a row."""
    return {
        "id": one.case.id,
        "number": one.case.number,
        "due": words.long_day(one.disposal.due_on, today()),
        "basis": basis(one),
        "reckoned": gettext("reckoned from %(day)s", day=words.full_day(one.disposal.reckoned_from)),
        "held": [held.reason for held in one.held],
        "asked": one.asked,
        "free": one.free,
    }


def basis(one: Due) -> str:
    """`Patientdatalagen, 3 kap. 17 §: 10 år`."""
    rule = one.disposal.rule
    if rule.until_age is not None:
        return gettext("%(basis)s: until the age of %(age)s", basis=rule.basis, age=rule.until_age)
    return gettext("%(basis)s: %(years)s years", basis=rule.basis, years=rule.years)


def row(one: disposals.Disposal) -> dict[str, object]:
    """A proposal as lists show it."""
    names = directory.names(tx(), {person for person in (one.asked_by, one.decided_by) if person})
    decided = (
        f"{words.moment(one.decided_at, now(), ZONE)}, {names.get(one.decided_by or '', '')}"
        if one.decided_at
        else ""
    )
    return {
        "id": one.id,
        "reason": one.reason,
        "asked": f"{words.moment(one.asked_at, now(), ZONE)}, {names.get(one.asked_by, '')}",
        "decided": decided,
        "decision_reason": one.decision_reason,
        "state": STATES[one.status],
        "state_words": _state(one.status),
        "url": url_for("retention.disposal", disposal_id=one.id),
    }


def shown(one: disposals.Disposal) -> dict[str, object]:
    """A proposal with its cases; approved, it is the certificate."""
    listed = disposals.listed(tx(), one.id)
    gone = [case for case in listed if case.outcome == disposals.REMOVED]
    return row(one) | {
        "status": one.status,
        "principal": rows.principal(tx(), one.principal_id).name,
        "cases": [_case(case) for case in listed],
        "removed": len(gone),
        "kept": len([case for case in listed if case.outcome == disposals.KEPT]),
        "digest": one.digest,
        "whole": one.status == "approved" and disposals.is_whole(tx(), one.id),
        "asked_on_paper": _on_paper(one.asked_at, one.asked_by),
        "decided_on_paper": _on_paper(one.decided_at, one.decided_by) if one.decided_at else "",
        "when": words.full_day(one.decided_at.astimezone(ZONE).date()) if one.decided_at else "",
        "approve_url": url_for("retention.approve", disposal_id=one.id),
        "refuse_url": url_for("retention.refuse", disposal_id=one.id),
        "print_url": url_for("retention.certificate", disposal_id=one.id),
        "pdf_url": url_for("retention_archive.certificate", disposal_id=one.id),
    }


def archive(one: disposals.Disposal) -> dict[str, object] | None:
    """How it is with the archives of a proposal that waits; None where no rule wants any."""
    standing = archiving.standing(tx(), one, now=now()) if one.status == "asked" else None
    if standing is None or not standing.needed:
        return None
    names = directory.names(tx(), {taken.taken_by for taken in standing.taken.values()})
    files = []
    for case in disposals.listed(tx(), one.id):
        taken, url = (
            standing.taken.get(case.case_id),
            url_for("retention_archive.take", disposal_id=one.id, case_id=case.case_id),
        )
        told = (
            f"{words.moment(taken.taken_at, now(), ZONE)}, {names.get(taken.taken_by, '')}" if taken else ""
        )
        stale = taken is not None and case.case_id in standing.missing
        files.append(
            {
                "number": case.number,
                "url": url,
                "taken": told,
                "stale": stale,
                "digest": taken.file_digest if taken else "",
            }
        )
    receipt = standing.receipt
    return {
        "files": files,
        "all_taken": not standing.missing,
        "complete": standing.complete,
        "receipt": receipt.receipt if receipt else "",
        "confirm_url": url_for("retention_archive.confirm", disposal_id=one.id),
    }


def _on_paper(at: datetime, person_id: str | None) -> str:
    """A day that means the same whenever it is read."""
    name = directory.names(tx(), [person_id or ""]).get(person_id or "", "")
    return f"{words.full_day(at.astimezone(ZONE).date())} {words.clock(at, ZONE)}, {name}"


def gone(case_id: str) -> dict[str, str]:
    """When the content of a case was removed, on what ground and by whose approval."""
    found = disposals.that_removed(tx(), case_id)
    if found is None or found.decided_at is None:
        return {}
    names = directory.names(tx(), [one for one in (found.asked_by, found.decided_by) if one])
    listed = next(one for one in disposals.listed(tx(), found.id) if one.case_id == case_id)
    return {
        "when": words.capital(words.long_day(found.decided_at.astimezone(ZONE).date(), today())),
        "basis": listed.basis,
        "asked": names.get(found.asked_by, ""),
        "approved": names.get(found.decided_by or "", ""),
        "digest": found.digest or "",
    }


def _case(one: disposals.Listed) -> dict[str, object]:
    return {
        "number": one.number,
        "due": words.full_day(one.due_on),
        "basis": one.basis,
        "id": one.case_id,
        "outcome": one.outcome or "",
        "outcome_words": outcome(one),
        "counts": sorted((one.counts or {}).items()),
        "rows": sum((one.counts or {}).values()),
        "rows_words": ngettext("One row", "%(num)s rows", sum((one.counts or {}).values())),
        "digest": one.digest or "",
        "person": gettext("The person is not known here any more.") if one.subject_removed else "",
    }


def outcome(one: disposals.Listed) -> str:
    """What came of a case."""
    if one.outcome is None:
        return gettext("Waits")
    if one.outcome == disposals.REMOVED:
        return gettext("Removed")
    return {
        "held": gettext("Kept: it is held back"),
        "gone": gettext("Was removed before"),
        "running": gettext("Kept: something of it still runs"),
        "not-due": gettext("Kept: it is not due any more"),
        "refused": gettext("Kept: refused"),
    }.get(one.kept_because or "", gettext("Kept"))


def _state(status: str) -> str:
    return {
        "asked": gettext("Waits for a second person"),
        "approved": gettext("Approved"),
        "refused": gettext("Refused"),
    }[status]
