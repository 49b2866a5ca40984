"""What a second person has decided of a draft: sent back with comments, or approved for a later day, which can be called off until then.

Enters: a draft and its publications. Leaves: words for its page, and the calling off, which is an action of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.actions import decisions
from engine.actions.publishing import State
from engine.errors import AlreadyClosed, NotAllowed, NotFound
from engine.records import directory, publications
from engine.records.database import writing
from engine.records.publications import Publication
from engine.records.routine_drafts import Draft
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
            decisions.call_off(
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
    """What was said when a draft was last sent back or called off, with the comments that no longer have their change."""
    found = publications.of_draft(tx(), state.draft.id)
    last = found[0] if found and state.draft.status in ("open", "dropped") else None
    if last is None or last.status not in ("sent_back", "called_off"):
        return None
    stopped = last.status == "called_off"
    at = last.called_off_at or last.decided_at
    there = {one.key for one in state.changes}
    return {
        "title": _said(last),
        "when": words.moment(at, now(), ZONE) if at else "",
        "reason": (last.called_off_why if stopped else last.reason) or "",
        "comments": {key: told for key, told in last.comments.items() if key in there},
        "others": [told for key, told in last.comments.items() if key not in there],
    }  # fmt: skip


def came_back(draft: Draft) -> Publication | None:
    """The answer that an open draft came back with, until somebody changes it."""
    found = publications.of_draft(tx(), draft.id) if draft.status == "open" else []
    answered = found[0] if found and found[0].status in ("sent_back", "called_off") else None
    at = (answered.called_off_at or answered.decided_at) if answered else None
    return answered if at and draft.changed_at <= at else None


def back_to_me(drafts: Sequence[Draft]) -> list[dict[str, object]]:
    """What I asked for and got back, for the top of the list of routines."""
    found = [
        (one, answered) for one in drafts if (answered := came_back(one)) and actor().id in answered.askers
    ]
    return [
        {
            "head": gettext("%(title)s has come back to you", title=draft.title or draft.process_id),
            "title": draft.title or draft.process_id,
            "sent": f"{_said(answered)}.",
            "changes": "",
            "url": url_for("studio_publishing.page", draft_id=draft.id),
        }
        for draft, answered in found
    ]


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


def _said(one: Publication) -> str:
    if one.status == "called_off":
        return gettext("%(name)s called it off", name=_name(one.called_off_by))
    return gettext("%(name)s sent it back", name=_name(one.decided_by))


def _day(one: Publication) -> str:
    return words.full_day(one.valid_from) if one.valid_from else ""


def _name(person_id: str | None) -> str:
    return directory.names(tx(), [person_id]).get(person_id, "") if person_id else ""
