"""The routines that somebody may change, with their drafts; where a draft is begun.

Enters: requests of those who answer for routines. Leaves: a page, or a new draft.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine import library
from engine.access import Act, RoutineObject, may
from engine.actions import draft_sources, routine_drafts
from engine.definitions import diagram
from engine.definitions.files import Bundle
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
    """Routines in force and the parts that they call, as far as the person answers for them."""
    titles: dict[str, str] = {}
    for one in overview.versions(tx()):
        if one.is_current and may(actor(), Act.VERSION_UPLOAD, RoutineObject(one.region_id)):
            titles[one.process_id] = one.title
            for part, name in _own_parts(library.loaded(tx(), one.hash).bundle):
                titles.setdefault(part, name)
    make = url_for("studio_routines.begin")
    return [
        {"title": title, "process_id": name, "drafts": drafts.get(name, []), "make_url": make}
        for name, title in sorted(titles.items(), key=lambda one: one[1].casefold())
    ]


def _own_parts(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Process id and name of what the routine calls in its own region's folder: those are changed in drafts of their own."""
    own = bundle.folder.split("/", 1)[0]
    for path in bundle.paths(".bpmn"):
        if path.split("/", 1)[0] == own:
            yield from ((one.id, one.name) for one in diagram.read(bundle.files[path], path).processes)
