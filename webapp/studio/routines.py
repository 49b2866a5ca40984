"""The routines that somebody may change, with their drafts; where a draft is begun.

Enters: requests of those who answer for routines. Leaves: a page, or a new draft.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.access import Act, RoutineObject, may
from engine.actions import draft_sources, routine_drafts
from engine.reads import overview
from engine.records.database import writing
from webapp import words
from webapp.auth import actor
from webapp.session import ZONE, house, now, reads, tx
from webapp.studio.draft import STATES

pages = Blueprint("studio_routines", __name__, url_prefix="/studio")


@pages.get("/")
@reads
def page() -> str:
    """What may be changed; whoever may change nothing is refused."""
    regions = {one.region_id for one in actor().memberships}
    may(actor(), Act.VERSION_UPLOAD, RoutineObject(next(iter(regions), None))).required()
    drafts: dict[str, list[dict[str, object]]] = {}
    for one in routine_drafts.listed(tx(), actor()):
        shown = {
            "url": url_for("studio.diagram", draft_id=one.id),
            "state": STATES[one.status](),
            "when": words.moment(one.changed_at, now(), ZONE),
        }
        drafts.setdefault(one.process_id, []).append(shown)
    return render_template("studio/routines.html", section="studio", routines=_routines(drafts))


@pages.post("/drafts")
def begin() -> AnyResponse:
    """A draft of the version in force."""
    with writing(house().engine) as opened:
        made = draft_sources.from_version(opened, actor(), request.form.get("process_id", ""), now=now())
    return redirect(url_for("studio.diagram", draft_id=made.id))


def _routines(drafts: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """Routines in force, as far as the person answers for them; their parts are changed with them."""
    titles: dict[str, str] = {}
    for one in overview.versions(tx()):
        if one.is_current and may(actor(), Act.VERSION_UPLOAD, RoutineObject(one.region_id)):
            titles[one.process_id] = one.title
    make = url_for("studio_routines.begin")
    return [
        {"title": title, "process_id": name, "drafts": drafts.get(name, []), "make_url": make}
        for name, title in sorted(titles.items(), key=lambda one: one[1].casefold())
    ]
