"""What a second person has decided of a draft: sent back with comments, or approved for a later day, which can be called off until then.

Enters: a draft and its publications. Leaves: words for its page, and the calling off, which is an action of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.actions import calling_off
from engine.actions.publishing import State
from engine.errors import AlreadyClosed, NotAllowed, NotFound
from engine.records import directory, publications
from engine.records.database import writing
from engine.records.publications import Publication
from webapp import words
from webapp.auth import actor
from webapp.pages import refusals
from webapp.session import ZONE, house, now, tx

pages = Blueprint("studio_decided", __name__, url_prefix="/studio/drafts/<draft_id>/publish")


@pages.post("/call-off")
def call_off(draft_id: str) -> AnyResponse:
    """What was approved for a later day is stopped, and the draft is open again."""
    form = request.form
    try:
        with writing(house().engine) as opened_tx:
            calling_off.call_off(
                opened_tx, actor(), form.get("publication", ""), form.get("reason", ""), now=now()
            )
        flash(gettext("It is called off. What is in force stays in force."))
    except NotAllowed as error:
        flash(refusals.sentence(error.reason), "late")
    except AlreadyClosed:
        flash(gettext("Its day has come, or somebody has called it off meanwhile."), "late")
    except NotFound:
        flash(gettext("It has been decided meanwhile, or changed. Here is how it stands."), "late")
    return redirect(url_for("studio_publishing.page", draft_id=draft_id))


def answer(state: State) -> dict[str, object] | None:
    """What was said when an open draft was last sent back or called off, with the comments that no longer have their change."""
    found = publications.of_draft(tx(), state.draft.id)
    last = found[0] if found and state.draft.status == "open" else None
    if last is None or last.status not in ("sent_back", "called_off"):
        return None
    stopped = last.status == "called_off"
    by, at = (last.called_off_by, last.called_off_at) if stopped else (last.decided_by, last.decided_at)
    name = _name(by)
    there = {one.key for one in state.changes}
    return {
        "title": gettext("%(name)s called it off", name=name) if stopped else gettext("%(name)s sent it back", name=name),
        "when": words.moment(at, now(), ZONE) if at else "",
        "reason": (last.called_off_why if stopped else last.reason) or "",
        "comments": {key: told for key, told in last.comments.items() if key in there},
        "others": [told for key, told in last.comments.items() if key not in there],
    }  # fmt: skip


def upheld(state: State) -> Publication | None:
    """The publication that waits for a second person, or that such a one approved; None for an open draft."""
    found = publications.of_draft(tx(), state.draft.id)
    return found[0] if found and found[0].status in ("asked", "approved") else None


def approved_by(one: Publication) -> str:
    """Who was the second person, and why."""
    return gettext("Approved by %(name)s: %(why)s", name=_name(one.decided_by), why=one.reason)


def ahead(state: State) -> dict[str, object] | None:
    """The approved publication of the draft whose day has not come."""
    one = publications.awaits_its_day(tx(), state.draft.process_id)
    if one is None or one.draft_id != state.draft.id:
        return None
    return {"id": one.id, "day": _day(one), "by": approved_by(one)}


def coming(process_id: str) -> Mapping[str, str] | None:
    """For the list of routines: what awaits its day, and the draft where that is looked at and called off."""
    one = publications.awaits_its_day(tx(), process_id)
    if one is None:
        return None
    told = (
        gettext("New version from %(day)s", day=_day(one))
        if one.to_hash
        else gettext("Is withdrawn on %(day)s", day=_day(one))
    )
    return {"words": told, "url": url_for("studio_publishing.page", draft_id=one.draft_id)}


def _day(one: Publication) -> str:
    return words.full_day(one.valid_from) if one.valid_from else ""


def _name(person_id: str | None) -> str:
    return directory.names(tx(), [person_id]).get(person_id, "") if person_id else ""
