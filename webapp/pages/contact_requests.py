"""For staff: those who have asked the unit to ring about a plan, and dealing with it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from engine.actions import requests
from engine.records import directory
from engine.records import requests as rows
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names, own_asking
from webapp.session import ZONE, house, now, reads, today, tx, writes

pages = Blueprint("contact_requests", __name__)


@pages.get("/requests")
@reads
def page() -> str:
    """Those that wait, and those lately dealt with."""
    found = requests.listed(tx(), actor(), _units(), key=house().settings.lookup_key)
    names = directory.names(tx(), {one.row.taken_by for one in found if one.row.taken_by})
    shown = [
        {
            "name": one.name,
            "reach": one.reach,
            "asked_as": own_asking.askers().get(one.row.asked_as, ""),
            "unit": directory_names.all_units()[one.row.unit_id].name,
            "since": words.moment(one.row.asked_at, now(), ZONE),
            "late": one.row.taken_at is None and one.row.asked_at.astimezone(ZONE).date() < today(),
            "taken": names.get(one.row.taken_by or "", "") if one.row.taken_at else "",
            "take_url": url_for("contact_requests.take", request_id=one.row.id)
            if one.row.taken_at is None
            else "",
        }
        for one in found
    ]
    return render_template(
        "contact_requests.html", section="todo", requests=shown, start_url=url_for("start.page")
    )


@pages.post("/requests/<request_id>/take")
@writes
def take(request_id: str) -> ResponseReturnValue:
    """I ring."""
    requests.take(tx(), actor(), request_id, now=now())
    flash(gettext("You have taken it. Ring, and start a case if a plan may be needed."))
    return redirect(url_for("contact_requests.page"))


def note() -> dict[str, str] | None:
    """For the worklist: how many wait at one's own units."""
    waiting = rows.waiting(tx(), _units())
    if not waiting:
        return None
    told = ngettext(
        "One person has asked to be rung about a plan.",
        "%(num)s people have asked to be rung about a plan.",
        waiting,
    )
    return {"words": told, "url": url_for("contact_requests.page")}


def _units() -> list[str]:
    return [one.unit_id for one in actor().in_care()]
