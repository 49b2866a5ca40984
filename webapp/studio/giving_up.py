"""A draft that leads nowhere is given up, and taken up again as it stood.

Enters: a draft that nobody decides on. Leaves: words for the list of routines, and the turn itself, which is an action of the engine;
nothing of the draft is taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.access import Act, RoutineObject, may
from engine.actions import routine_drafts
from engine.actions.routine_drafts import Locked
from engine.errors import NotAllowed
from engine.records import directory
from engine.records import routine_drafts as rows
from engine.records.database import writing
from webapp import words
from webapp.auth import actor
from webapp.pages import refusals
from webapp.session import ZONE, house, now, tx

pages = Blueprint("studio_giving_up", __name__, url_prefix="/studio/drafts/<draft_id>")
LISTED_FOR = timedelta(days=90)
"""So long the list of routines tells of a draft that was given up; it is found by its address ever after."""


@pages.post("/give-up")
def give_up(draft_id: str) -> AnyResponse:
    """The draft is out of the way; back to the list, which tells where it is found."""
    kept = gettext("The draft is given up. It is kept, and found below the list.")
    return _turned(draft_id, routine_drafts.drop, kept, url_for("studio_routines.page"))


@pages.post("/take-up")
def take_up(draft_id: str) -> AnyResponse:
    """The draft is open again, as it stood."""
    there = url_for("studio.diagram", draft_id=draft_id)
    return _turned(draft_id, routine_drafts.take_up, gettext("The draft is open again."), there)


def given_up() -> list[dict[str, str]]:
    """The drafts that the person may take up again, the last given up first."""
    found = [
        one
        for one in rows.dropped(tx(), now() - LISTED_FOR)
        if may(actor(), Act.VERSION_UPLOAD, RoutineObject(one.region_id))
    ]
    names = directory.names(tx(), [one.changed_by for one in found if one.changed_by])
    return [
        {
            "title": one.title or one.process_id,
            "by": names.get(one.changed_by or "", ""),
            "when": words.small(words.moment(one.changed_at, now(), ZONE)),
            "url": url_for("studio.diagram", draft_id=one.id),
            "take_up": url_for("studio_giving_up.take_up", draft_id=one.id),
        }
        for one in found
    ]


def _turned(draft_id: str, act: Callable[..., None], said: str, there: str) -> AnyResponse:
    try:
        with writing(house().engine) as opened:
            act(opened, actor(), draft_id, now=now())
    except NotAllowed as error:
        flash(refusals.sentence(error.reason), "late")
    except Locked:
        flash(gettext("It has been decided meanwhile, or changed. Here is how it stands."), "late")
    else:
        flash(said)
        return redirect(there)
    return redirect(url_for("studio_publishing.page", draft_id=draft_id))
