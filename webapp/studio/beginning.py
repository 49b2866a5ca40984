"""A new routine: empty, made from another one, or from files; and an existing one that comes back as files.

Enters: a region, a title, another routine or an upload. Leaves: a draft with what was handed in, whatever is wrong with it, or findings and
no draft where the file is no drawing at all. Nothing that is handed in is ever run.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access import Act, Actor, RoutineObject, may
from engine.actions import draft_sources
from engine.definitions import files
from engine.errors import BrokenDefinition, Finding
from engine.reads import overview
from engine.records import directory
from engine.records.database import reading, writing
from webapp.auth import actor
from webapp.pages import uploading
from webapp.session import house, now, reads, tx

pages = Blueprint("studio_beginning", __name__, url_prefix="/studio/new")
LONGEST = 200
"""Signs of a title."""


@pages.get("")
@reads
def page() -> str:
    """The three ways to begin."""
    return _shown(None)


@pages.post("/empty")
def empty() -> ResponseReturnValue:
    """A routine with a start, one step and an end."""
    try:
        region, title = _asked()
        with writing(house().engine) as opened:
            made = draft_sources.empty(
                opened, actor(), f"{region}/{uploading.plain_name(title)}", title, now=now()
            )
    except BrokenDefinition as broken:
        return _told("", broken)
    return redirect(url_for("studio.diagram", draft_id=made.id))


@pages.post("/variant")
def variant() -> ResponseReturnValue:
    """A routine made from another one, which it names as its base."""
    try:
        region, title = _asked()
        folder, of = f"{region}/{uploading.plain_name(title)}", request.form.get("of", "")
        with writing(house().engine) as opened:
            made = draft_sources.variant(opened, actor(), folder, of, title, now=now())
    except BrokenDefinition as broken:
        return _told("", broken)
    return redirect(url_for("studio.diagram", draft_id=made.id))


@pages.post("/files")
def from_files() -> ResponseReturnValue:
    """A draft of what is handed in: of a new routine, or of one that is there."""
    sent = request.files.get("file")
    data, name = (sent.read(), PurePosixPath(sent.filename or "").name) if sent else (b"", "")
    if sent:
        sent.close()
    process_id, title = request.form.get("routine", ""), request.form.get("title", "").strip()[:LONGEST]
    try:
        if process_id:
            base = _changed(process_id)
            folder, contents = base.folder, uploading.unpacked(base, name, data)
        else:
            folder, contents = uploading.begun(_region(), name, title, data)
        with writing(house().engine) as opened:
            if not process_id and draft_sources.newest_of(opened, files.process_id_of(folder)):
                raise _wrong(
                    folder,
                    "There is a routine of that name already. Choose it in the list, or give another title.",
                )
            made = draft_sources.from_files(opened, actor(), folder, contents, title=title, now=now())
    except BrokenDefinition as broken:
        return _told(name, broken)
    flash(gettext("The files are a draft, as they were handed in. Here is what was found in them."))
    return redirect(url_for("studio_findings.page", draft_id=made.id))


def _shown(result: object) -> str:
    regions = _regions(actor())
    may(actor(), Act.VERSION_UPLOAD, RoutineObject(next(iter(regions), None))).required()
    names = {one: str((directory.region(tx(), one) or {}).get("name", one)) for one in regions}
    current = [one for one in overview.versions(tx()) if one.is_current]
    return render_template(
        "studio/new.html",
        section="studio",
        regions=sorted(names.items(), key=lambda one: one[1].casefold()),
        others=[(one.process_id, one.title, _place(one.region_id)) for one in current],
        mine=[(one.process_id, one.title) for one in current if may(actor(), Act.VERSION_UPLOAD, RoutineObject(one.region_id))],
        result=result,
        typed=request.form,
    )  # fmt: skip


def _told(name: str, broken: BrokenDefinition) -> ResponseReturnValue:
    found = [uploading.finding(one) for one in broken.findings]
    return reads(_shown)({"ok": False, "name": name, "findings": found}), 422


def _asked() -> tuple[str, str]:
    title = request.form.get("title", "").strip()[:LONGEST]
    if not title:
        raise _wrong("", "The routine needs a title. Write one.")
    return _region(), title


def _region() -> str:
    """The region that was chosen, of those for which the person may make routines. NotAllowed."""
    given = request.form.get("region", "") or next(iter(_regions(actor())), "")
    may(actor(), Act.VERSION_UPLOAD, RoutineObject(given or None)).required()
    return given


def _regions(who: Actor) -> list[str]:
    found = dict.fromkeys(one.region_id for one in who.memberships)
    return [one for one in found if may(who, Act.VERSION_UPLOAD, RoutineObject(one))]


def _changed(process_id: str) -> files.Bundle:
    with reading(house().engine) as opened:
        current = library.current(opened, process_id)
        may(actor(), Act.VERSION_UPLOAD, RoutineObject(current.routine.region)).required()
        return current.bundle


def _place(region_id: str | None) -> str:
    found = directory.region(tx(), region_id) if region_id else None
    return str(found["name"]) if found else gettext("All regions")


def _wrong(path: str, sentence: str) -> BrokenDefinition:
    return BrokenDefinition((Finding(path, 0, "error", "upload", "", sentence),))
