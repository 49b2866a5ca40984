"""Administration: what stands still, routines and their versions, health."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.access import Act, RoutineObject, SystemObject, may
from engine import library
from engine.actions import deploy, incidents
from engine.definitions import files
from engine.errors import BrokenDefinition, CaseStopped, Finding, NotFound
from engine.reads import overview
from engine.records import cases, directory
from engine.records import facts as fact_rows
from engine.records.database import writing
from webapp import words
from webapp.auth import actor
from webapp.pages.uploading import unpacked
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("admin", __name__, url_prefix="/admin")


@pages.get("/")
def page() -> AnyResponse:
    """The part that the person may use."""
    first = "admin.incidents_page" if may(actor(), Act.INCIDENT_SEE, _mine()) else "admin.versions"
    return redirect(url_for(first))


@pages.get("/incidents")
@reads
def incidents_page() -> str:
    """What stands still, without content."""
    may(actor(), Act.INCIDENT_SEE, _mine()).required()
    found = [_incident(one) for one in fact_rows.open_incidents(tx()) if may(actor(), Act.INCIDENT_SEE, SystemObject(cases.fetch(tx(), one.case_id).region_id))]
    return render_template("admin/incidents.html", incidents=found, mended=[], **_frame("incidents"))


@pages.post("/incidents/<incident_id>/retry")
def retry(incident_id: str) -> AnyResponse:
    """Take the step again."""
    try:
        with writing(house().engine) as opened:
            incidents.retry(opened, actor(), incident_id, now=now())
        flash(gettext("The step was taken. The case goes on."))
    except CaseStopped as stopped:
        with writing(house().engine) as opened:
            incidents.failed_again(opened, incident_id, stopped)
        flash({"text": gettext("It failed once more. Nothing was changed."), "state": "late"})
    return redirect(url_for("admin.incidents_page"))


@pages.get("/versions")
@reads
def versions() -> str:
    """Routines and their versions."""
    return _versions(None)


@pages.get("/versions/<bundle_hash>.zip")
@reads
def download(bundle_hash: str) -> Response:
    """The routine's folder as it was deployed, to be edited in any BPMN editor."""
    loaded = library.loaded(tx(), bundle_hash)
    may(actor(), Act.ROUTINE_SEE, RoutineObject(loaded.routine.region)).required()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(loaded.bundle.files.items()):
            archive.writestr(path, content)
    name = f"{loaded.bundle.process_id}-{bundle_hash[:8]}.zip"
    return Response(packed.getvalue(), mimetype="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@pages.post("/versions")
def upload() -> object:
    """A changed routine: checked, and in force for new cases; or findings, and nothing changed."""
    sent = request.files.get("file")
    data, name = (sent.read(), PurePosixPath(sent.filename or "").name) if sent else (b"", "")
    try:
        done = _uploaded(request.form.get("process_id", ""), name, data)
    except BrokenDefinition as broken:
        return reads(_versions)(result={"ok": False, "name": name, "findings": [_finding(one) for one in broken.findings]}), 422
    return reads(_versions)(result={"ok": True, "name": done.process_id, "findings": [_finding(one) for one in done.warnings]})


@pages.get("/health")
@reads
def health() -> str:
    """Whether timers fire in time."""
    may(actor(), Act.ADMIN_HEALTH, _mine()).required()
    state = overview.health(tx(), now=now())
    lag = (now() - state.oldest_due_at).total_seconds() if state.oldest_due_at else 0
    alive = [beat for beat in state.beats if (now() - beat.beat_at).total_seconds() < 60]
    checks = [
        {"state": "done" if lag < 60 else "late", "name": gettext("Timers"), "words": gettext("Fire in time") if lag < 60 else gettext("%(num)s are waiting", num=state.overdue)},
        {"state": "done" if alive else "late", "name": gettext("Heartbeat"), "words": gettext("Beats") if alive else gettext("Has not been seen for a minute")},
        {"state": "late" if state.stopped_cases else "done", "name": gettext("Cases"), "words": gettext("%(num)s stand still", num=state.stopped_cases) if state.stopped_cases else gettext("None stands still")},
    ]
    beats = [{"name": beat.id, "seen": words.moment(beat.beat_at, now(), ZONE), "lag": gettext("%(num)s s", num=beat.lag_seconds)} for beat in state.beats[:10]]
    figures = [(gettext("Database"), tx().dialect.name), (gettext("Timers waiting"), str(state.overdue))]
    return render_template("admin/health.html", checks=checks, heartbeats=beats, figures=figures, **_frame("health"))


def _uploaded(process_id: str, name: str, data: bytes) -> deploy.Deployed:
    with writing(house().engine) as opened:
        current = library.current(opened, process_id) if process_id else None
        if current is None:
            raise NotFound
        contents = unpacked(current.bundle, name, data)
        return deploy.deploy(opened, files.bundle(contents, process_id), by=actor(), now=now())


def _versions(result: object) -> str:
    regions = {one.region_id for one in actor().memberships}
    found = [one for one in overview.versions(tx()) if may(actor(), Act.ROUTINE_SEE, RoutineObject(one.region_id)) and one.region_id in (*regions, None, "shared")]
    may(actor(), Act.ROUTINE_SEE, RoutineObject(next(iter(regions), None))).required()
    names = directory.names(tx(), {one.deployed_by for one in found if one.deployed_by})
    grouped: dict[str, list[overview.Version]] = {}
    for one in found:
        grouped.setdefault(one.process_id, []).append(one)
    routines = [{"name": rows[0].title, "process_id": process_id, "versions": [_version(one, names) for one in rows], "upload_url": url_for("admin.upload")} for process_id, rows in grouped.items()]
    choices = [(process_id, rows[0].title) for process_id, rows in grouped.items()]
    return render_template("admin/versions.html", routines=routines, upload={"action": url_for("admin.upload"), "routines": choices, "result": result}, **_frame("versions"))


def _version(one: overview.Version, names: dict[str, str]) -> dict[str, object]:
    return {
        "hash": one.hash[:8],
        "name": one.hash[:8],
        "since": words.moment(one.deployed_at, now(), ZONE),
        "by": names.get(one.deployed_by or "", ""),
        "cases": one.running,
        "now": one.is_current,
        "download_url": url_for("admin.download", bundle_hash=one.hash),
    }


def _incident(one: fact_rows.Incident) -> dict[str, object]:
    case = cases.fetch(tx(), one.case_id)
    run = cases.instance(tx(), one.instance_id) if one.instance_id else None
    title = library.loaded(tx(), run.bundle_hash).routine.title if run else ""
    return {
        "id": one.id,
        "case_number": case.number,
        "case_url": None,
        "element": one.element_id,
        "routine": title,
        "version": run.bundle_hash[:8] if run else "",
        "cause": cause(one.cause),
        "detail": one.detail,
        "since": words.moment(one.at, now(), ZONE),
        "tries": one.attempts,
        "retry_url": url_for("admin.retry", incident_id=one.id),
    }


def cause(key: str) -> str:
    """Why a step could not be taken, in words."""
    return {
        "no-value": gettext("An expression in the routine has no value."),
        "unknown-unit": gettext("A unit is missing in the directory."),
        "step-budget": gettext("The routine goes round without anything to wait for."),
        "uniqueness": gettext("Two rules of a table apply at the same time."),
        "operation": gettext("An operation lacks something it needs."),
        "uncaught-error": gettext("The routine raised an error that nothing in it catches."),
    }.get(key, gettext("The step could not be taken."))


def _finding(one: Finding) -> dict[str, object]:
    return {"severity": one.severity, "path": one.path, "line": one.line, "element": one.element_id, "message": one.message, "rule": one.rule}


def _frame(area: str) -> dict[str, object]:
    links = {"incidents": url_for("admin.incidents_page"), "versions": url_for("admin.versions"), "health": url_for("admin.health")}
    return {"section": "admin", "area": area, "admin_links": links}


def _mine() -> SystemObject:
    return SystemObject(next((one.region_id for one in actor().memberships), None))


