"""Local instructions: what each of my units has, and, for those who answer for a unit, a new one as a file or a link (S3-021)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import asking
from engine.access import Act, UnitObject, may
from engine.access.verdict import Reason
from engine.actions import attaching, instructing
from engine.errors import InvalidForm, NotAllowed, NotFound
from engine.reads import concerned
from engine.records import directory, instructions
from webapp import words
from webapp.auth import actor
from webapp.pages import attachments as attachment_pages
from webapp.pages import directory_names, support
from webapp.session import now, reads, today, tx, writes

pages = Blueprint("instructions", __name__, url_prefix="/instructions")


@pages.get("/")
@reads
def page() -> str:
    """The units where I work or that I answer for."""
    work = {one.unit_id for one in actor().in_care()}
    if not work and not actor().leads:
        raise NotAllowed(Reason.NOT_YOUR_UNIT)
    shown = sorted(work | actor().leads)
    missing = set(concerned.without_instruction(tx(), shown, today=today()))
    there = instructions.of_units(tx(), shown)
    rows = [
        _unit(unit_id, there.get(unit_id))
        for unit_id in shown
        if unit_id in missing or unit_id in there or unit_id in work
    ]
    rows.sort(
        key=lambda one: (bool(one["instruction"]), list(directory_names.all_units()).index(str(one["id"])))
    )
    told = gettext(
        "The routine says what is to be done. The local instruction says who does it at your unit."
    )
    return render_template(
        "support/instructions.html", units=rows, sentence=told, **support.frame("instructions")
    )


@pages.get("/units/<unit_id>")
@reads
def unit(unit_id: str) -> str:
    """The unit's instruction and the earlier ones; a new one, for those who answer for it."""
    return _shown(_seen(unit_id), {}, {})


@pages.post("/units/<unit_id>")
@writes
def put(unit_id: str) -> ResponseReturnValue:
    """Another instruction from now on."""
    about = _seen(unit_id)
    sent = request.files.get("file")
    typed = {name: request.form.get(name, "").strip() for name in ("name", "dated_on", "address")}
    given: str | attaching.Sent = typed["address"]
    if sent is not None and sent.filename:
        given = attaching.Sent(sent.filename, sent.read())
    try:
        instructing.put(
            tx(), actor(), about.id, typed["name"], _day(typed["dated_on"]), given, today(), now=now()
        )
    except attaching.Unfit as unfit:
        return _shown(about, typed, {"file": attachment_pages.why(unfit)}), 422
    except InvalidForm as error:
        return _shown(about, typed, {one.path: support.problem(one.message) for one in error.errors}), 422
    flash(gettext("The instruction is in force."))
    return redirect(url_for("instructions.unit", unit_id=about.id))


@pages.get("/<instruction_id>/file")
@reads
def download(instruction_id: str) -> Response:
    """The file as it was sent in, for everybody who works in the region: who does what at a unit is no secret there."""
    one = instructions.fetch(tx(), instruction_id)
    _seen(one.unit_id)
    if one.kind is None:
        raise NotFound
    name = attaching.clean_name(f"{one.name}.{one.kind}", one.kind)
    return attachment_pages.as_download(instructions.content(tx(), one.id), name, one.kind)


def _seen(unit_id: str) -> directory.Unit:
    """The unit, for those who work in its region. NotFound."""
    found = directory.units(tx(), [unit_id]).get(unit_id)
    if found is None or found.region_id not in {one.region_id for one in actor().memberships}:
        raise NotFound
    return found


def _about(unit_id: str) -> UnitObject:
    return asking.unit_object(directory_names.all_units()[unit_id])


def _unit(unit_id: str, one: instructions.Instruction | None) -> dict[str, object]:
    return {
        "id": unit_id,
        "name": directory_names.all_units()[unit_id].name,
        "url": url_for("instructions.unit", unit_id=unit_id),
        "keeps": bool(may(actor(), Act.INSTRUCTION_KEEP, _about(unit_id))),
        "instruction": _told(one) if one else None,
    }


def _told(one: instructions.Instruction) -> dict[str, object]:
    by = directory_names.people([(one.actor_id, one.acting_for_id)])[one.actor_id, one.acting_for_id]
    return {
        "name": one.name,
        "url": one.address or url_for("instructions.download", instruction_id=one.id),
        "is_file": one.address is None,
        "dated": words.full_day(one.dated_on),
        "by": by,
    }


def _shown(about: directory.Unit, typed: dict[str, str], wrong: dict[str, str]) -> str:
    one = instructions.of_units(tx(), [about.id]).get(about.id)
    return render_template(
        "support/instruction.html", unit=about, instruction=_told(one) if one else None, typed=typed, wrong=wrong,
        errors=[{"href": name, "text": text} for name, text in wrong.items()],
        earlier=[_told(old) for old in instructions.earlier(tx(), about.id)],
        keeps=bool(may(actor(), Act.INSTRUCTION_KEEP, _about(about.id))), day=today().isoformat(),
        action=url_for("instructions.put", unit_id=about.id), **support.frame("instructions"),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
