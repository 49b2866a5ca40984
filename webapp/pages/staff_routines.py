"""The routines that concern me: which I have read and understood, and how each has changed from version to version (S3-005, S3-020)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from engine import library
from engine.access import Act, RoutineObject, may
from engine.actions import learning
from engine.definitions.routine import Routine, Settings
from engine.errors import NotFound, StaleCase
from engine.reads import concerned, overview
from engine.records import directory, learned
from webapp import language, words
from webapp.auth import actor
from webapp.pages import differences, support
from webapp.session import ZONE, now, reads, today, tx, writes

pages = Blueprint("routines", __name__, url_prefix="/routines")


@pages.get("/")
@reads
def page() -> str:
    """Those that concern me, the unread first."""
    mine = concerned.routines(tx(), support.own_places())
    have = learned.of_people(tx(), [actor().id])
    known = {one.hash: concerned.reading_of(tx(), one, have) for one in mine}
    rows = [
        {
            "title": _title(one.routine.settings, one.title),
            "about": one.routine.settings.descriptions.get(language.now_in_use(), "") or one.routine.settings.description,
            "version": differences.version_name(one.hash),
            "url": url_for("routines.routine", process_id=one.process_id),
            "read": words.full_day(reading.on_day) if (reading := known[one.hash]) else "",
            "earlier": any((each.kind, each.what) == (learned.ROUTINE, one.process_id) for each in have),
        }
        for one in mine
    ]  # fmt: skip
    unread = [one for one in rows if not one["read"]]
    return render_template(
        "support/routines.html",
        unread=unread,
        read=[one for one in rows if one["read"]],
        sentence=sentence(len(unread)) if rows else "",
        **support.frame("routines"),
    )


@pages.get("/<process_id>")
@reads
def routine(process_id: str) -> str:
    """One routine: what governs it, whether I have read it, what is new since I did, and its earlier versions."""
    current = library.current(tx(), process_id)
    may(actor(), Act.ROUTINE_SEE, RoutineObject(current.routine.region)).required()
    versions = _versions(process_id)
    have = [
        one
        for one in learned.of_people(tx(), [actor().id])
        if (one.kind, one.what) == (learned.ROUTINE, process_id)
    ]
    here, known = current.bundle.hash, {one.hash for one in versions}
    before = next((one.version for one in have if one.version in known - {here}), "")
    concerns = process_id in {one.process_id for one in concerned.routines(tx(), support.own_places())}
    in_force = concerned.Version(process_id, here, current.routine.title, current.routine)
    reading = concerned.reading_of(tx(), in_force, have)
    on = reading.on_day if reading else None
    return render_template(
        "support/routine.html", title=_title(current.routine.settings, current.routine.title), version=here,
        name=differences.version_name(here), facts=facts(current.routine.settings), concerns=concerns,
        read=words.full_day(on) if on else "", read_before=differences.version_name(before) if before else "",
        news=differences.between(before, here) if before and not on else [], shown_url=_shown_url(process_id),
        versions=[_row(one, process_id) for one in versions], action=url_for("routines.acknowledge", process_id=process_id),
        **support.frame("routines"),
    )  # fmt: skip


@pages.get("/<process_id>/versions/<bundle_hash>")
@reads
def version(process_id: str, bundle_hash: str) -> str:
    """One version as it was: what governed it, and what it changed from the one before."""
    versions = _versions(process_id)
    place = next((place for place, one in enumerate(versions) if one.hash == bundle_hash), None)
    if place is None:
        raise NotFound
    loaded = library.loaded(tx(), bundle_hash)
    may(actor(), Act.ROUTINE_SEE, RoutineObject(loaded.routine.region)).required()
    before = versions[place + 1].hash if place + 1 < len(versions) else ""
    return render_template(
        "support/version.html", title=_title(loaded.routine.settings, loaded.routine.title), name=differences.version_name(bundle_hash),
        facts=facts(loaded.routine.settings), row=_row(versions[place], process_id),
        before=differences.version_name(before) if before else "",
        news=differences.between(before, bundle_hash) if before else [],
        steps=_tasks(loaded.routine),
        download_url=url_for("versions.download", bundle_hash=bundle_hash), back_url=url_for("routines.routine", process_id=process_id),
        **support.frame("routines"),
    )  # fmt: skip


@pages.post("/<process_id>/read")
@writes
def acknowledge(process_id: str) -> ResponseReturnValue:
    """I have read and understood the version that was shown."""
    try:
        learning.acknowledge(tx(), actor(), process_id, request.form.get("version", ""), today(), now=now())
        flash(gettext("Noted: you have read and understood the routine."))
    except StaleCase:
        flash(gettext("Another version has come into force. Read that one."), "late")
    return redirect(url_for("routines.routine", process_id=process_id))


def unread_note() -> dict[str, str] | None:
    """For the list of what is to be done: a quiet line where something is unread."""
    found = concerned.unread(tx(), actor())
    return {"words": sentence(len(found)), "url": url_for("routines.page")} if found else None


def sentence(unread: int) -> str:
    """How things are, in one sentence."""
    if not unread:
        return gettext("You have read every routine that concerns you.")
    return ngettext(
        "There is one routine to read and understand.", "There are %(num)s routines to read and understand.", unread
    )  # fmt: skip


def facts(settings: Settings) -> list[tuple[str, str]]:
    """What governs a version: title, register number, who decided it, from when it holds."""
    known = [
        (gettext("Title"), settings.titles.get(language.now_in_use(), "") or settings.title),
        (gettext("Register number"), settings.register_number),
        (gettext("Decided by"), settings.decided_by),
        (gettext("Valid from"), words.full_day(settings.valid_from) if settings.valid_from else ""),
        (gettext("Answers for it"), settings.owner),
    ]
    return [(name, told) for name, told in known if told]


def _tasks(routine: Routine) -> list[str]:
    """The tasks of a version by name, each once."""
    found = (one for inside in routine.elements.values() for one in inside.values())
    return list(dict.fromkeys(one.name for one in found if one.kind == "userTask"))


def _title(settings: Settings, otherwise: str) -> str:
    return settings.titles.get(language.now_in_use(), "") or otherwise


def _versions(process_id: str) -> list[overview.Version]:
    return [one for one in overview.versions(tx()) if one.process_id == process_id]


def _row(one: overview.Version, process_id: str) -> dict[str, object]:
    settings = library.loaded(tx(), one.hash).routine.settings
    by = directory.names(tx(), [one.deployed_by]) if one.deployed_by else {}
    return {
        "name": differences.version_name(one.hash),
        "title": _title(settings, one.title),
        "decided_by": settings.decided_by,
        "valid_from": words.full_day(settings.valid_from) if settings.valid_from else "",
        "since": words.moment(one.deployed_at, now(), ZONE),
        "by": by.get(one.deployed_by or "", ""),
        "now": one.is_current,
        "url": url_for("routines.version", process_id=process_id, bundle_hash=one.hash),
    }


def _shown_url(process_id: str) -> str:
    """Where the routine is read, as a picture and in words."""
    region = next((one.region_id for one in actor().memberships), "")
    return url_for("public_routines.routine", region_id=region, process_id=process_id) if region else ""
