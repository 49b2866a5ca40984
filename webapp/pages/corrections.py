"""Corrections of running cases: what waits for a second person, what was decided, and the decision itself (two persons, always)."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.access import Act, SystemObject, may
from engine.actions import moving
from engine.errors import AlreadyClosed, NotFound, StaleCase
from engine.reads import corrections as read
from engine.records import directory
from engine.records.database import writing
from engine.records.facts import Incident
from webapp import signing, words
from webapp.auth import actor
from webapp.pages import admin, differences, refusals
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("corrections", __name__, url_prefix="/admin/corrections")
LONGEST_REASON = 2_000
STATES = {"asked": "waiting", "approved": "done", "refused": "none"}


@pages.get("")
@reads
def listing() -> str:
    """What waits for a second person, and what was decided lately."""
    required(admin.mine().region_id)
    waiting = [one for one in read.waiting(tx()) if _sees(one.region_id)]
    decided = [one for one in read.decided(tx()) if _sees(one.region_id)]
    return render_template(
        "admin/corrections.html",
        waiting=[shown(one) for one in waiting],
        decided=[shown(one) for one in decided],
        **admin.frame("corrections"),
    )


@pages.get("/<move_id>")
@reads
def correction(move_id: str) -> str:
    """What is to be corrected and why; whoever may decide does it here, and sees here what came of it."""
    return _page(move_id, "")


@pages.post("/<move_id>/approve")
def approve(move_id: str) -> Response:
    """The second person's yes."""
    signing.required()
    try:
        with writing(house().engine) as opened:
            moving.approve(opened, actor(), move_id, reason_given(), now=now())
        flash(gettext("Approved. The case goes on with the corrected version from its next step."))
    except moving.UnlikeVersion:
        flash(
            gettext("The case cannot move to that version. Refuse the correction, and propose another."),
            "late",
        )
    except AlreadyClosed:
        flash(gettext("Somebody has decided already."), "late")
    except StaleCase:
        flash(
            gettext("The case has ended or moved since this was proposed. Refuse the correction; nothing was changed."),
            "late",
        )  # fmt: skip
    return redirect(url_for("corrections.correction", move_id=move_id))


@pages.post("/<move_id>/refuse")
def refuse(move_id: str) -> ResponseReturnValue:
    """The second person's no, which needs a reason."""
    reason = reason_given()
    if not reason:
        return reads(_page)(move_id, gettext("Write why, so that whoever proposed it knows what to do.")), 422
    with suppress(AlreadyClosed), writing(house().engine) as opened:
        moving.refuse(opened, actor(), move_id, reason, now=now())
        flash(gettext("Refused. The case stays on its version."))
    return redirect(url_for("corrections.correction", move_id=move_id))


def reason_given() -> str:
    """What was written in the field for a reason, which takes `LONGEST_REASON` signs."""
    return request.form.get("reason", "").strip()[:LONGEST_REASON]


def required(region_id: str | None) -> None:
    """NotAllowed for whoever may neither ask for corrections in the region nor decide on them."""
    if not _sees(region_id):
        may(actor(), Act.ADMIN_APPROVE, SystemObject(region_id)).required()


def shown(one: read.Listed) -> dict[str, object]:
    """A correction as lists show it; its `url` is '' for whoever may not open it."""
    move = one.move
    people = directory.names(tx(), {person for person in (move.asked_by, move.decided_by) if person})
    return {
        "number": one.number,
        "title": one.title,
        "before": differences.version_name(move.from_hash),
        "after": differences.version_name(move.to_hash),
        "reason": move.reason,
        "asked": f"{words.moment(move.asked_at, now(), ZONE)}, {people.get(move.asked_by, '')}",
        "state": STATES[move.status],
        "state_words": _state(move.status),
        "decided": f"{words.moment(move.decided_at, now(), ZONE)}, {people.get(move.decided_by or '', '')}"
        if move.decided_at
        else "",
        "decision_reason": move.decision_reason,
        "url": url_for("corrections.correction", move_id=move.id) if _sees(one.region_id) else "",
    }


def _page(move_id: str, problem: str) -> str:
    found = read.one(tx(), move_id)
    if not _sees(found.region_id):
        raise NotFound
    move = found.move
    verdict = may(actor(), Act.ADMIN_APPROVE, moving.approval(tx(), move, found.region_id))
    asked = move.status == "asked"
    return render_template(
        "admin/correction.html",
        one=shown(found),
        hashes=(move.from_hash[:8], move.to_hash[:8]),
        case_url=_case_url(found),
        files=differences.between(move.from_hash, move.to_hash),
        may_decide=asked and bool(verdict),
        asked=asked,
        why_not=refusals.sentence(verdict.reason),
        approve_url=url_for("corrections.approve", move_id=move_id),
        refuse_url=url_for("corrections.refuse", move_id=move_id),
        problem=problem,
        written=reason_given(),
        incidents=[
            _incident(one, found, move_id) for one in read.incidents_of(tx(), move.instance_id, move.asked_at)
        ],
        approved=move.status == "approved",
        back_to={"url": url_for("corrections.listing"), "words": gettext("Corrections")},
        **admin.frame("corrections"),
    )


def _incident(one: Incident, found: read.Listed, move_id: str) -> dict[str, object]:
    """What stands still, with a way to try again once the case is on the corrected version; or that it has gone on."""
    may_retry = found.move.status == "approved" and one.resolved_at is None
    allowed = may(actor(), Act.INCIDENT_RETRY, SystemObject(found.region_id))
    return {
        "element": differences.element_name(found.move.to_hash, one.element_id),
        "element_id": one.element_id,
        "cause": admin.cause(one.cause),
        "detail": one.detail,
        "tries": one.attempts,
        "mended": words.moment(one.resolved_at, now(), ZONE) if one.resolved_at else "",
        "retry_url": url_for("admin.retry", incident_id=one.id) if may_retry and allowed else "",
        "ask": may_retry and not allowed,
        "correction": move_id,
    }


def _case_url(found: read.Listed) -> str:
    if not may(actor(), Act.INCIDENT_SEE, SystemObject(found.region_id)):
        return ""
    return url_for("technical.case", case_id=found.move.case_id)


def _sees(region_id: str | None) -> bool:
    system = SystemObject(region_id)
    return bool(may(actor(), Act.ADMIN_CORRECT_CASE, system)) or bool(may(actor(), Act.ADMIN_APPROVE, system))


def _state(status: str) -> str:
    return {
        "asked": gettext("Waits for a second person"),
        "approved": gettext("Approved"),
        "refused": gettext("Refused"),
    }[status]
