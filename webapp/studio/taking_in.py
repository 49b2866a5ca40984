"""What has come into force since a draft was begun is taken into it: a version of the routine itself, or of routines that it uses.

Enters: a draft and the revision that the page showed. Leaves: one change of the draft, which can be undone; what both have changed stays
as the draft has it.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.actions import draft_sources
from engine.actions.publishing import State
from engine.actions.routine_drafts import Content, Locked
from engine.errors import StaleCase
from engine.records.database import writing
from webapp.auth import actor
from webapp.session import house, now, tx

pages = Blueprint("studio_taking_in", __name__, url_prefix="/studio/drafts/<draft_id>/publish")


@pages.post("/take-in")
def take_in(draft_id: str) -> AnyResponse:
    """The newer version (`what=version`), or the newer parts."""
    revision = request.form.get("revision", "")
    taking = draft_sources.catch_up if request.form.get("what") == "version" else draft_sources.renew_parts
    try:
        with writing(house().engine) as opened_tx:
            seen = int(revision) if revision.isascii() and revision.isdecimal() and len(revision) < 10 else 0
            taking(opened_tx, actor(), draft_id, expected_revision=seen, now=now())
        flash(
            gettext(
                "It is taken in. What both have changed stays as the draft has it, and the difference says what that takes back."
            )
        )
    except Locked:
        flash(gettext("The draft waits for approval or is closed. Take it back to change it."), "late")
    except StaleCase:
        flash(gettext("It has been decided meanwhile, or changed. Here is how it stands."), "late")
    return redirect(url_for("studio_publishing.page", draft_id=draft_id))


def offered(content: Content, state: State) -> list[dict[str, str]]:
    """What an open draft can take in: `what`, and the words of the button; why where the page does not say it yet."""
    if state.draft.status != "open" or state.draft.kind != "change":
        return []
    found = []
    if "base-moved" in state.obstacles:
        found.append({"what": "version", "words": gettext("Take in what it changed"), "why": ""})
    if draft_sources.newer_parts(tx(), content):
        why = gettext("Part routines that it uses have a newer version.")
        found.append({"what": "parts", "words": gettext("Take in the newer ones"), "why": why})
    return found
