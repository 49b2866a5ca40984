"""Naming a reader of a protected case that nobody can open: for whoever answers for the unit, who sees nothing of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access import Reason
from engine.actions import anew, reading
from engine.errors import InvalidForm
from engine.records import cases
from webapp.auth import actor
from webapp.pages.directory_names import unit_names
from webapp.session import now, tx, writes

pages = Blueprint("anew", __name__, url_prefix="/units/cases")


@pages.get("/<case_id>/reader")
@writes
def page(case_id: str) -> str:
    """Who can be named; that somebody looked is noted, as for every protected person."""
    return _shown(case_id)


@pages.post("/<case_id>/reader")
def name(case_id: str) -> ResponseReturnValue:
    """Name the one who was chosen."""
    try:
        return writes(_name)(case_id=case_id)
    except InvalidForm as error:
        wrong = {one.path: _problem(one.path) for one in error.errors}
        return writes(_shown)(case_id=case_id, wrong=wrong), 422


def _name(case_id: str) -> ResponseReturnValue:
    person, why = request.form.get("person", ""), request.form.get("reason", "")
    anew.name_reader(tx(), actor(), case_id, person, why, now=now())
    flash(gettext("Named. They can open the case from now, and name others. Tell them yourself."))
    return redirect(url_for("led_units.page"))


def _problem(path: str) -> str:
    if path == "person":
        return gettext("Choose somebody who works at the unit.")
    return gettext("Write why. It is kept with the decision.")


def _shown(case_id: str, wrong: dict[str, str] | None = None) -> str:
    ground = anew.seen(tx(), actor(), case_id, now=now())
    case = ground.case
    unit_id = ground.who.unit_id
    reading.note(tx(), actor(), case_id, "reader", (), Reason.MANAGER_ABOVE, unit_id=unit_id, now=now())
    return render_template(
        "reader.html",
        section="manager",
        number=case.number,
        unit=unit_names([case.unit_id])[case.unit_id],
        routine=library.loaded(tx(), cases.main_instance(tx(), case_id).bundle_hash).routine.title,
        people=anew.candidates(ground, actor()),
        chosen=request.form.get("person", ""),
        reason=request.form.get("reason", ""),
        wrong=wrong or {},
        errors=[{"href": field, "text": text} for field, text in (wrong or {}).items()],
        action=url_for("anew.name", case_id=case_id),
        back_to={"url": url_for("led_units.page"), "words": gettext("My units")},
    )
