"""Closing days of a unit, or of the whole region: a look at what they would have changed, then saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, may
from engine.actions import directory_days
from engine.errors import InvalidForm, NotFound
from webapp import words
from webapp.auth import actor
from webapp.pages import admin, directory_names
from webapp.pages import directory as shown
from webapp.session import now, reads, today, tx, writes

pages = Blueprint("directory_days", __name__, url_prefix="/admin/directory")


@pages.get("/closing-days")
@reads
def page() -> str:
    """Those of the region."""
    return _page(None, None, "")


@pages.post("/closing-days")
@writes
def save() -> ResponseReturnValue:
    """Preview or save those of the region."""
    return _posted(None)


@pages.get("/units/<unit_id>/closing-days")
@reads
def of_unit(unit_id: str) -> str:
    """Those of a unit."""
    return _page(unit_id, None, "")


@pages.post("/units/<unit_id>/closing-days")
@writes
def save_of_unit(unit_id: str) -> ResponseReturnValue:
    """Preview or save those of a unit."""
    return _posted(unit_id)


def _posted(unit_id: str | None) -> ResponseReturnValue:
    _asked(unit_id)
    text = request.form.get("days", "")
    try:
        days = _days(text)
    except ValueError as error:
        return _page(unit_id, None, text, str(error)), 422
    if request.form.get("_save") is None:
        return _page(unit_id, days, text)
    try:
        directory_days.save(tx(), actor(), shown.region_id(), unit_id, days, now=now())
    except InvalidForm:
        return _page(
            unit_id, None, text, gettext("At most %(number)s days", number=directory_days.MOST_DAYS)
        ), 422
    flash(gettext("The closing days are saved. They count for deadlines from now on."))
    return redirect(url_for("directory.unit", unit_id=unit_id) if unit_id else url_for("directory.page"))


def _asked(unit_id: str | None) -> None:
    about = directory_days.asked_about(tx(), shown.region_id(), unit_id)
    may(actor(), Act.DIRECTORY_MANAGE, about).required()


def _page(unit_id: str | None, looked_at: Sequence[date] | None, text: str, wrong: str = "") -> str:
    _asked(unit_id)
    region_id = shown.region_id()
    units = directory_names.all_units()
    if unit_id is not None and unit_id not in units:
        raise NotFound
    known = directory_days.known(tx(), region_id, unit_id)
    found = None if looked_at is None else directory_days.preview(tx(), region_id, unit_id, looked_at)
    rows = [
        {
            "case": one.case_number, "what": one.name, "unit": units[one.unit_id].name if one.unit_id in units else "",
            "is": words.full_day(one.last_day), "would_be": words.full_day(one.would_be),
        }
        for one in found or ()
    ]  # fmt: skip
    address = "directory_days.save_of_unit" if unit_id else "directory_days.save"
    return render_template(
        "admin/directory/days.html", name=units[unit_id].name if unit_id else gettext("The whole region"), wrong=wrong,
        text=text or "\n".join(day.isoformat() for day in sorted(known)), rows=rows if found is not None else None,
        action=url_for(address, unit_id=unit_id) if unit_id else url_for(address), today=today().isoformat(),
        back=url_for("directory.unit", unit_id=unit_id) if unit_id else url_for("directory.page"), **admin.frame("directory"),
    )  # fmt: skip


def _days(text: str) -> list[date]:
    """One day a line. ValueError says which line is no day."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(date.fromisoformat(line.strip()))
        except ValueError:
            raise ValueError(
                gettext("Line %(number)s is no day. Write it as 2026-12-24", number=number)
            ) from None
    return found
