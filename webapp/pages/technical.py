"""The technical view of running cases: which versions they run on and what stands still, without a word of what they are about."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from engine import library
from engine.access import Act, RoutineObject, SystemObject, may
from engine.errors import NotFound
from engine.reads import corrections as read
from engine.records import cases
from engine.records import facts as fact_rows
from webapp import words
from webapp.auth import actor
from webapp.pages import admin
from webapp.pages.corrections import shown
from webapp.pages.differences import version_name
from webapp.session import ZONE, now, reads, tx

pages = Blueprint("technical", __name__, url_prefix="/admin")


@pages.get("/versions/<bundle_hash>/cases")
@reads
def on_version(bundle_hash: str) -> str:
    """The cases that run on a version, a page at a time."""
    loaded = library.loaded(tx(), bundle_hash)
    may(actor(), Act.ROUTINE_SEE, RoutineObject(loaded.routine.region)).required()
    may(actor(), Act.ADMIN_VERSIONS, SystemObject(loaded.routine.region)).required()
    process_id, element_id = request.args.get("process", ""), request.args.get("step", "")
    at = (process_id, element_id) if element_id else None
    found = read.runs_on(tx(), bundle_hash, at=at, after=request.args.get("after", ""))
    more = len(found) == read.FEW
    step = loaded.routine.elements.get(process_id, {}).get(element_id)
    return render_template(
        "admin/version_cases.html",
        over=loaded.routine.title,
        title=version_name(bundle_hash),
        back_to={
            "url": url_for("studio_routines.page", routine=loaded.bundle.process_id)
            + f"#{loaded.bundle.process_id}",
            "words": gettext("Routines and versions"),
        },
        runs=[_run(one) for one in found if may(actor(), Act.ADMIN_VERSIONS, SystemObject(one.region_id))],
        more_url=url_for(
            "technical.on_version",
            bundle_hash=bundle_hash,
            after=found[-1].id,
            process=process_id or None,
            step=element_id or None,
        )
        if more
        else "",
        at=(step.name or element_id if step else element_id) if at else "",
        every_url=url_for("technical.on_version", bundle_hash=bundle_hash) if at else "",
        **admin.frame("versions"),
    )


@pages.get("/cases/<case_id>")
@reads
def case(case_id: str) -> str:
    """One case: its runs, what stands still, how it has been corrected."""
    about = cases.fetch(tx(), case_id)
    may(actor(), Act.INCIDENT_SEE, SystemObject(about.region_id)).required()
    runs = read.runs_of(tx(), case_id)
    if not runs:
        raise NotFound
    return render_template(
        "admin/case.html",
        number=about.number,
        back_to={"url": url_for("admin.incidents_page"), "words": gettext("What stands still")},
        runs=[_run(one) for one in runs],
        incidents=[admin.incident(one) for one in fact_rows.open_incidents(tx(), case_id)],
        corrections=[shown(one) for one in read.of_case(tx(), case_id)],
        **admin.frame("incidents"),
    )


def case_url(case_id: str, region_id: str | None) -> str:
    """The technical view of a case, for those who may see it; '' for others."""
    seen = may(actor(), Act.INCIDENT_SEE, SystemObject(region_id))
    return url_for("technical.case", case_id=case_id) if seen else ""


def _run(one: read.Run) -> dict[str, object]:
    running = one.ended_at is None
    may_correct = running and may(actor(), Act.ADMIN_CORRECT_CASE, SystemObject(one.region_id))
    state, told = ("running", gettext("Runs")) if running else ("quiet", gettext("Is over"))
    if running and one.case_status == "stopped":
        state, told = "stopped", gettext("Stands still")
    return {
        "number": one.number,
        "case_url": case_url(one.case_id, one.region_id),
        "title": one.title,
        "beside": one.kind != "main",
        "version": version_name(one.bundle_hash),
        "hash": one.bundle_hash[:8],
        "since": words.moment(one.started_at, now(), ZONE),
        "state": state,
        "state_words": told,
        "correct_url": url_for("proposing.page", instance_id=one.id) if may_correct else "",
    }
