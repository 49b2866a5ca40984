"""Administration: what stands still, routines and their versions, health."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine import library
from engine.access import Act, ControllerObject, SystemObject, may
from engine.actions import incidents
from engine.errors import CaseStopped, NotFound
from engine.reads import overview
from engine.reads.corrections import waiting as moves_waiting
from engine.records import cases
from engine.records import facts as fact_rows
from engine.records.database import writing
from webapp import words
from webapp.auth import actor
from webapp.pages import mailed
from webapp.pages.differences import element_name, version_name
from webapp.session import ZONE, house, now, reads, tx, writes

pages = Blueprint("admin", __name__, url_prefix="/admin")


@pages.get("/")
def page() -> AnyResponse:
    """The part that the person may use."""
    system = mine()
    if may(actor(), Act.INCIDENT_SEE, system):
        return redirect(url_for("admin.incidents_page"))
    corrects = may(actor(), Act.ADMIN_CORRECT_CASE, system) or may(actor(), Act.ADMIN_APPROVE, system)
    return redirect(url_for("corrections.listing" if corrects else "studio_routines.page"))


@pages.get("/incidents")
@reads
def incidents_page() -> str:
    """What stands still, without content."""
    may(actor(), Act.INCIDENT_SEE, mine()).required()
    found = [
        incident(one)
        for one in fact_rows.open_incidents(tx())
        if may(actor(), Act.INCIDENT_SEE, SystemObject(cases.fetch(tx(), one.case_id).region_id))
    ]
    return render_template("admin/incidents.html", incidents=found, mended=[], **frame("incidents"))


@pages.post("/incidents/<incident_id>/retry")
def retry(incident_id: str) -> AnyResponse:
    """Take the step again, and say what came of it where it was asked for: among all that stands still, or at a correction."""
    try:
        with writing(house().engine) as opened:
            incidents.retry(opened, actor(), incident_id, now=now())
        flash(gettext("The step was taken. The case goes on."))
    except CaseStopped as stopped:
        with writing(house().engine) as opened:
            incidents.failed_again(opened, incident_id, stopped)
        flash(
            gettext("It failed once more. Nothing was changed. %(why)s", why=cause(stopped.failure.cause)),
            "late",
        )
    move_id = request.form.get("correction", "")
    if move_id:
        return redirect(url_for("corrections.correction", move_id=move_id))
    return redirect(url_for("admin.incidents_page"))


@pages.get("/health")
@reads
def health() -> str:
    """Whether timers fire in time."""
    may(actor(), Act.ADMIN_HEALTH, mine()).required()
    state = overview.health(tx(), now=now())
    lag = (now() - state.oldest_due_at).total_seconds() if state.oldest_due_at else 0
    alive = [beat for beat in state.beats if (now() - beat.beat_at).total_seconds() < 60]
    checks = [
        {
            "state": "done" if lag < 60 else "late",
            "name": gettext("Timers"),
            "words": gettext("Fire in time")
            if lag < 60
            else gettext("%(num)s are waiting", num=state.overdue),
        },
        {
            "state": "done" if alive else "late",
            "name": gettext("Heartbeat"),
            "words": gettext("Beats") if alive else gettext("Has not been seen for a minute"),
        },
        {
            "state": "late" if state.stopped_cases else "done",
            "name": gettext("Cases"),
            "words": gettext("%(num)s stand still", num=state.stopped_cases)
            if state.stopped_cases
            else gettext("None stands still"),
        },
        mailed.check(),
    ]
    beats = [
        {
            "name": beat.id,
            "seen": words.moment(beat.beat_at, now(), ZONE),
            "lag": gettext("%(num)s s", num=beat.lag_seconds),
        }
        for beat in state.beats[:10]
    ]
    figures = [(gettext("Database"), tx().dialect.name), (gettext("Timers waiting"), str(state.overdue))]
    figures.append((gettext("Last letter"), mailed.last_sent()))
    return render_template(
        "admin/health.html", checks=checks, heartbeats=beats, figures=figures, dead=mailed.dead(), refused=mailed.refused(),
        **frame("health"),
    )  # fmt: skip


@pages.post("/health/letters/<letter_id>/again")
@writes
def letter_again(letter_id: str) -> AnyResponse:
    """Try a letter that nobody takes from the beginning."""
    may(actor(), Act.ADMIN_HEALTH, mine()).required()
    if not mailed.try_again(letter_id):
        raise NotFound
    flash(gettext("The letter is tried again."))
    return redirect(url_for("admin.health"))


def incident(one: fact_rows.Incident) -> dict[str, object]:
    """What stands still, as a card."""
    case = cases.fetch(tx(), one.case_id)
    run = cases.instance(tx(), one.instance_id) if one.instance_id else None
    title = library.loaded(tx(), run.bundle_hash).routine.title if run else ""
    may_correct = run is not None and may(actor(), Act.ADMIN_CORRECT_CASE, SystemObject(case.region_id))
    return {
        "id": one.id,
        "case_number": case.number,
        "case_url": url_for("technical.case", case_id=case.id),
        "element": element_name(run.bundle_hash, one.element_id) if run else one.element_id,
        "element_id": one.element_id,
        "routine": title,
        "version": version_name(run.bundle_hash) if run else "",
        "cause": cause(one.cause),
        "detail": one.detail,
        "since": words.moment(one.at, now(), ZONE),
        "tries": one.attempts,
        "retry_url": url_for("admin.retry", incident_id=one.id),
        "correct_url": url_for("proposing.page", instance_id=run.id) if run and may_correct else "",
    }


def cause(key: str) -> str:
    """Why a step could not be taken, in words."""
    return {
        "no-value": gettext("An expression in the routine has no value."),
        "unknown-unit": gettext("A unit is missing in the directory."),
        "step-budget": gettext("The routine goes round without anything to wait for."),
        "uniqueness": gettext("Two rules of a table apply at the same time."),
        "operation": gettext("An operation lacks something it needs."),
        "template": gettext("A paper cannot be printed: there is a fault in its template. The case goes on."),
        "uncaught-error": gettext("The routine raised an error that nothing in it catches."),
    }.get(key, gettext("The step could not be taken."))


def frame(area: str) -> dict[str, object]:
    """What every page of the administration needs: the tabs that the person may use, and how many corrections wait."""
    system = mine()
    corrects = may(actor(), Act.ADMIN_CORRECT_CASE, system) or may(actor(), Act.ADMIN_APPROVE, system)
    links = {
        "incidents": url_for("admin.incidents_page") if may(actor(), Act.INCIDENT_SEE, system) else "",
        "corrections": url_for("corrections.listing") if corrects else "",
        "links": url_for("link_register.page") if may(actor(), Act.LINKS_KEEP, system) else "",
        "retention": url_for("retention.listing") if _keeps_cases(system) else "",
        "versions": url_for("studio_routines.page") if may(actor(), Act.ADMIN_VERSIONS, system) else "",
        "directory": url_for("directory.page") if may(actor(), Act.ADMIN_DIRECTORY, system) else "",
        "health": url_for("admin.health") if may(actor(), Act.ADMIN_HEALTH, system) else "",
        "signing_in": url_for("admin_signing_in.page") if may(actor(), Act.ADMIN_DIRECTORY, system) else "",
    }
    waiting = [one for one in moves_waiting(tx()) if one.region_id == system.region_id] if corrects else []
    return {"section": "admin", "area": area, "admin_links": links, "waiting_count": len(waiting)}


def _keeps_cases(system: SystemObject) -> bool:
    """Whether the person sees to how long the cases of some principal are kept."""
    own = {
        (one.region_id, one.principal_id) for one in actor().memberships if one.region_id == system.region_id
    }
    return any(may(actor(), Act.RETENTION_SEE, ControllerObject(*one)) for one in own)


def mine() -> SystemObject:
    """The running of the system in the person's own region."""
    return SystemObject(next((one.region_id for one in actor().memberships), None))
