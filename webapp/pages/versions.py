"""Routines and their versions: download one, change it in any editor, upload it as a draft, which a second person approves."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import library
from engine.access import Act, RoutineObject, SystemObject, may
from engine.actions import deploy, draft_sources
from engine.definitions import files
from engine.errors import BrokenDefinition, Finding
from engine.reads import overview
from engine.records import directory
from engine.records.database import reading, writing
from webapp import words
from webapp.auth import actor
from webapp.pages.admin import frame
from webapp.pages.differences import version_name
from webapp.pages.uploading import finding, unpacked
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
    """A changed routine: checked, and a draft of it; or findings, and nothing changed."""
    sent = request.files.get("file")
    data, name = (sent.read(), PurePosixPath(sent.filename or "").name) if sent else (b"", "")
    try:
        warnings = _drafted(request.form.get("routine", ""), name, data)
    except BrokenDefinition as broken:
        return reads(_shown)(
            result={"ok": False, "name": name, "findings": [finding(one) for one in broken.findings]}
        ), 422
    return reads(_shown)(result={"ok": True, "name": name, "findings": [finding(one) for one in warnings]})


def _drafted(process_id: str, name: str, data: bytes) -> tuple[Finding, ...]:
    """The check takes seconds and stands before the transaction, since on SQLite nobody else writes during one."""
    base = _in_force(process_id)
    bundle = files.bundle(unpacked(base, name, data), process_id)
    checked = deploy.check(bundle)
    with writing(house().engine) as opened:
        draft_sources.from_files(opened, actor(), base.folder, bundle.files, now=now())
    return checked.warnings


def _in_force(process_id: str) -> files.Bundle:
    with reading(house().engine) as opened:
        current = library.current(opened, process_id)
        may(actor(), Act.VERSION_UPLOAD, RoutineObject(current.routine.region)).required()
        return current.bundle


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
            "versions": [_version(one, names) for one in rows],
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
        upload={
            "action": url_for("versions.upload"),
            "routines": choices,
            "chosen": request.form.get("routine", ""),
            "result": result,
        },
        **frame("versions"),
    )


def _version(one: overview.Version, names: dict[str, str]) -> dict[str, object]:
    sees_cases = one.running and may(actor(), Act.ADMIN_VERSIONS, SystemObject(one.region_id))
    return {
        "hash": one.hash[:8],
        "name": version_name(one.hash),
        "since": words.moment(one.deployed_at, now(), ZONE),
        "by": names.get(one.deployed_by or "", ""),
        "cases": one.running,
        "cases_url": url_for("technical.on_version", bundle_hash=one.hash) if sees_cases else "",
        "now": one.is_current,
        "download_url": url_for("versions.download", bundle_hash=one.hash),
    }
