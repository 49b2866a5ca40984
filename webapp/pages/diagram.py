"""The routine's own drawing, and the marks that say where the case stands in it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from engine.errors import NotFound
from engine.reads.timeline import Places
from engine.records import timers
from webapp import explained, words
from webapp.pages import course
from webapp.pages.casehead import Seen, see_existence
from webapp.session import reads, tx

pages = Blueprint("diagram", __name__)


@pages.get("/cases/<case_id>/diagram/<process_id>.bpmn")
@reads
def drawing(case_id: str, process_id: str) -> Response:
    """The drawing of one of the case's routines."""
    seen = _shown_diagram(case_id)
    source = seen.routine.sources.get(process_id)
    if source is None:
        raise NotFound
    return Response(
        source,
        mimetype="application/xml",
        headers={"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'"},
    )


@pages.get("/cases/<case_id>/places/<process_id>.json")
@reads
def places(case_id: str, process_id: str) -> Response:
    """The marks on it."""
    seen = _shown_diagram(case_id)
    found = course.places(seen, process_id)
    day = seen.ground.today
    steps = [
        {"element": one, "state": state}
        for state, ids in (
            ("done", _done(seen, process_id, found)),
            ("now", found.now),
            ("stopped", found.stopped),
        )
        for one in sorted(ids)
    ]
    running = [
        {
            "element": timer.element_id,
            "words": words.short_day(explained.day_of(timer, seen.ground.zone), day),
            "state": "near",
        }
        for timer in timers.of_case(tx(), case_id)
    ]
    return jsonify(steps=steps, timers=running)


def _done(seen: Seen, process_id: str, found: Places) -> frozenset[str]:
    """What is done; which way a gateway sent the case is decided by what stands in it."""
    if seen.sees_branches:
        return found.done | found.flows
    elements = seen.routine.elements[process_id]
    return frozenset(one for one in found.done if one in elements and elements[one].kind in course.STEPS)


def _shown_diagram(case_id: str) -> Seen:
    """Only those who see the course of the case are shown where it stands."""
    seen = see_existence(case_id)
    if not seen.sees_course:
        raise NotFound
    return seen
