"""Where two people have changed the same file of a draft at once: both texts, and the choice between them.

Enters: a draft with texts that came too late. Leaves: the page that shows both, and the draft with the one that holds. Nothing is
thrown away.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from engine.actions import routine_drafts
from engine.actions.routine_drafts import Conflict
from engine.definitions import difference
from engine.errors import EngineError
from engine.records import directory
from engine.records.database import writing
from webapp import difference_words, words
from webapp.auth import actor
from webapp.session import ZONE, house, now, reads, tx
from webapp.studio import partwords
from webapp.studio.draft import opened
from webapp.studio.draft_head import head
from webapp.studio.editing import TOLD, refusal

pages = Blueprint("studio_conflicts", __name__, url_prefix="/studio/drafts/<draft_id>/conflicts")


@pages.get("")
@reads
def conflicts(draft_id: str) -> str:
    """Every file that two people changed at once, with both texts."""
    found = opened(draft_id)
    held = routine_drafts.conflicts(tx(), actor(), draft_id)
    names = directory.names(tx(), [one.by for one in held if one.by])
    shown = [
        {"id": one.id, "path": one.path, "mine": _text(one.mine), "theirs": _text(one.theirs), "by": names.get(one.by or "", ""),
         "when": words.small(words.moment(one.at, now(), ZONE)), "name": partwords.called(one.theirs or b"", one.path),
         "changes": _differs(one)}
        for one in held
    ]  # fmt: skip
    return render_template("studio/conflicts.html", **head(found, "edit"), conflicts=shown)


@pages.post("/<conflict_id>")
def settle(draft_id: str, conflict_id: str) -> ResponseReturnValue:
    """Keep what was saved first, or put the other text in its place, or what was made of both."""
    choice = request.form.get("keep", "")
    try:
        with writing(house().engine) as opened_tx:
            content = routine_drafts.read(opened_tx, actor(), draft_id)
            held = next(
                (
                    one
                    for one in routine_drafts.conflicts(opened_tx, actor(), draft_id)
                    if one.id == conflict_id
                ),
                None,
            )
            chosen = {
                "mine": held.mine if held else None,
                "both": request.form.get("both", "").replace("\r\n", "\n").encode(),
            }.get(choice)
            done = routine_drafts.settle(
                opened_tx,
                actor(),
                draft_id,
                conflict_id,
                chosen,
                expected_revision=content.draft.revision,
                now=now(),
            )
    except TOLD as error:
        flash(refusal(error), "late")
        return redirect(url_for("studio_conflicts.conflicts", draft_id=draft_id))
    if isinstance(done, Conflict):
        return redirect(url_for("studio_conflicts.conflicts", draft_id=draft_id))
    flash(gettext("That is settled. Nothing was thrown away: you can undo it."))
    return redirect(url_for("studio.diagram", draft_id=draft_id))


def _differs(one: Conflict) -> list[Markup]:
    """What the later text says otherwise than the one that was saved first, in sentences; none where either cannot be read."""
    try:
        changes = difference.between({one.path: one.theirs or b""}, {one.path: one.mine or b""})
    except EngineError:
        return []
    return [difference_words.page(change) for change in changes]


def _text(data: bytes | None) -> str:
    return "" if data is None else data.decode("utf-8", errors="replace")
