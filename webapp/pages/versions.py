"""Routines and their versions: download one, change it in any editor, upload it for new cases."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access import Act, RoutineObject, may
from engine.actions import deploy
from engine.definitions import files
from engine.errors import BrokenDefinition, Finding, NotFound
from engine.reads import overview
from engine.records import directory
from engine.records.database import writing
from webapp import words
from webapp.auth import actor
from webapp.pages.admin import frame
from webapp.pages.uploading import unpacked
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("versions", __name__, url_prefix="/admin")


@pages.get("/versions")
@reads
def page() -> str:
    """Routines and their versions."""
    return _shown(None)


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
    return Response(
        packed.getvalue(),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.post("/versions")
def upload() -> ResponseReturnValue:
    """A changed routine: checked, and in force for new cases; or findings, and nothing changed."""
    sent = request.files.get("file")
    data, name = (sent.read(), PurePosixPath(sent.filename or "").name) if sent else (b"", "")
    try:
        done = _uploaded(request.form.get("routine", ""), name, data)
    except BrokenDefinition as broken:
        return reads(_shown)(
            result={"ok": False, "name": name, "findings": [_finding(one) for one in broken.findings]}
        ), 422
    return reads(_shown)(
        result={"ok": True, "name": done.process_id, "findings": [_finding(one) for one in done.warnings]}
    )


def _uploaded(process_id: str, name: str, data: bytes) -> deploy.Deployed:
    with writing(house().engine) as opened:
        current = library.current(opened, process_id) if process_id else None
        if current is None:
            raise NotFound
        may(actor(), Act.VERSION_UPLOAD, RoutineObject(current.routine.region)).required()
        contents = unpacked(current.bundle, name, data)
        return deploy.deploy(opened, files.bundle(contents, process_id), by=actor(), now=now())


def _shown(result: object) -> str:
    regions = {one.region_id for one in actor().memberships}
    found = [
        one
        for one in overview.versions(tx())
        if may(actor(), Act.ROUTINE_SEE, RoutineObject(one.region_id))
        and one.region_id in (*regions, None, "shared")
    ]
    may(actor(), Act.ROUTINE_SEE, RoutineObject(next(iter(regions), None))).required()
    names = directory.names(tx(), {one.deployed_by for one in found if one.deployed_by})
    grouped: dict[str, list[overview.Version]] = {}
    for one in found:
        grouped.setdefault(one.process_id, []).append(one)
    routines = [
        {
            "name": rows[0].title,
            "process_id": process_id,
            "versions": [_version(one, names, len(rows) - newer) for newer, one in enumerate(rows)],
            "upload_url": url_for("versions.upload"),
        }
        for process_id, rows in grouped.items()
    ]
    choices = [
        (process_id, rows[0].title)
        for process_id, rows in grouped.items()
        if may(actor(), Act.VERSION_UPLOAD, RoutineObject(rows[0].region_id))
    ]
    return render_template(
        "admin/versions.html",
        routines=routines,
        upload={"action": url_for("versions.upload"), "routines": choices, "result": result},
        **frame("versions"),
    )


def _version(one: overview.Version, names: dict[str, str], number: int) -> dict[str, object]:
    return {
        "hash": one.hash[:8],
        "name": gettext("Version %(number)s", number=number),
        "since": words.moment(one.deployed_at, now(), ZONE),
        "by": names.get(one.deployed_by or "", ""),
        "cases": one.running,
        "now": one.is_current,
        "download_url": url_for("versions.download", bundle_hash=one.hash),
    }


def _finding(one: Finding) -> dict[str, object]:
    return {
        "severity": one.severity,
        "path": one.path,
        "line": one.line,
        "element": one.element_id,
        "message": one.message,
        "rule": one.rule,
    }
