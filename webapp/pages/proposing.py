"""A correction of a running case is proposed: the version it could go on with, what differs, and why."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access import Act, RoutineObject, SystemObject, may
from engine.actions import deploy, moving
from engine.definitions import files
from engine.errors import BrokenDefinition, NotFound, StaleCase
from engine.reads import corrections as read
from engine.reads import overview
from engine.records import cases, directory
from engine.records.database import reading, writing
from webapp import words
from webapp.auth import actor
from webapp.pages import admin, corrections, differences, technical
from webapp.pages.uploading import finding, unpacked
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("proposing", __name__, url_prefix="/admin/runs")
MOST_VERSIONS = 12


@pages.get("/<instance_id>/correct")
@reads
def page(instance_id: str) -> str:
    """Which version the case could go on with, and what differs in the one chosen."""
    return _shown(instance_id)


@pages.post("/<instance_id>/correct")
def propose(instance_id: str) -> ResponseReturnValue:
    """Asked for; a second person decides."""
    to_hash, reason = request.form.get("to", ""), corrections.reason_given()
    if not to_hash or not reason:
        return reads(_shown)(instance_id, missing=True), 422
    try:
        with writing(house().engine) as opened:
            move_id = moving.propose(opened, actor(), instance_id, to_hash, reason, now=now())
    except moving.UnlikeVersion:
        return reads(_shown)(instance_id), 422
    except StaleCase:
        flash(gettext("The case is over, on that version already, or a correction of it waits."), "late")
        return redirect(url_for("proposing.page", instance_id=instance_id))
    flash(gettext("Proposed. A second person approves or refuses it."))
    return redirect(url_for("corrections.correction", move_id=move_id))


@pages.post("/<instance_id>/files")
def upload(instance_id: str) -> ResponseReturnValue:
    """A mended version for running cases only: checked and kept, and new cases never get it."""
    sent = request.files.get("file")
    data, name = (sent.read(), PurePosixPath(sent.filename or "").name) if sent else (b"", "")
    with reading(house().engine) as opened:
        run = _run(read.run(opened, instance_id))
        loaded = library.loaded(opened, run.bundle_hash)
        may(actor(), Act.VERSION_UPLOAD, RoutineObject(loaded.routine.region)).required()
    base = loaded.bundle
    try:
        checked = deploy.check(files.bundle(unpacked(base, name, data), base.process_id))
    except BrokenDefinition as broken:
        told = {"ok": False, "name": name, "findings": [finding(one) for one in broken.findings]}
        return reads(_shown)(instance_id, result=told), 422
    with writing(house().engine) as opened:
        kept = deploy.keep(opened, checked, by=actor(), now=now())
    return redirect(url_for("proposing.page", instance_id=instance_id, to=kept.hash))


def _run(found: read.Run | None) -> read.Run:
    """The run, if the person may correct it."""
    if found is None:
        raise NotFound
    may(actor(), Act.ADMIN_CORRECT_CASE, SystemObject(found.region_id)).required()
    return found


def _back_to(run: read.Run) -> dict[str, str]:
    """The case, for those who see how it runs; else the corrections."""
    url = technical.case_url(run.case_id, run.region_id)
    if not url:
        return {"url": url_for("corrections.listing"), "words": gettext("Corrections")}
    return {"url": url, "words": gettext("Case %(number)s", number=run.number)}


def _shown(instance_id: str, *, missing: bool = False, result: object = None) -> str:
    run = _run(read.run(tx(), instance_id))
    chosen = request.form.get("to") or request.args.get("to", "")
    waiting = next((one for one in read.waiting(tx()) if one.move.instance_id == instance_id), None)
    targets, unseen = _targets(run, chosen)
    picked = next((one for one in targets if one["current"]), None)
    reason = corrections.reason_given()
    return render_template(
        "admin/propose.html",
        run={"number": run.number, "title": run.title, "version": differences.version_name(run.bundle_hash), "over": run.ended_at},
        back_to=_back_to(run),
        waiting=corrections.shown(waiting) if waiting else None,
        targets=targets,
        unseen=unseen,
        picked=picked,
        files=differences.between(run.bundle_hash, chosen) if picked else [],
        problems=_problems(chosen, reason) if missing else [],
        reason=reason,
        result=result,
        action=url_for("proposing.propose", instance_id=instance_id),
        upload_url=url_for("proposing.upload", instance_id=instance_id),
        versions_url=url_for("versions.download", bundle_hash=run.bundle_hash),
        **admin.frame("corrections"),
    )  # fmt: skip


def _problems(chosen: str, reason: str) -> list[dict[str, str]]:
    found = []
    if not chosen:
        found.append({"href": "versions", "text": gettext("Choose the version that the case goes on with.")})
    if not reason:
        found.append({"href": "reason", "text": gettext("Write why the case has to be corrected.")})
    return found


def _targets(run: read.Run, chosen: str) -> tuple[list[dict[str, object]], int]:
    """The other versions of the routine, the newest first, each with what stands in its way; and how many more there are."""
    others = [
        one
        for one in overview.versions(tx())
        if one.process_id == run.process_id and one.hash != run.bundle_hash
    ]
    seen = others[:MOST_VERSIONS] + [one for one in others[MOST_VERSIONS:] if one.hash == chosen]
    instance = cases.instance(tx(), run.id)
    names = directory.names(tx(), {one.deployed_by for one in seen if one.deployed_by})
    found = []
    for one in seen:
        unlike = moving.obstacles(tx(), instance, one.hash)
        since = words.moment(one.deployed_at, now(), ZONE)
        found.append(
            {
                "name": differences.version_name(one.hash),
                "hash": one.hash[:8],
                "value": one.hash,
                "since": ", ".join(part for part in (since, names.get(one.deployed_by or "", "")) if part),
                "in_force": one.is_current,
                "obstacles": differences.obstacles(run.bundle_hash, one.hash, unlike),
                "url": url_for("proposing.page", instance_id=run.id, to=one.hash, _anchor="differences"),
                "current": one.hash == chosen and not unlike,
            }
        )
    return found, len(others) - len(seen)
