"""A manager sees the tasks of all units below, overdue first."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from engine.actions import anew
from engine.errors import NotAllowed
from engine.reads import caselist, concerned
from webapp.auth import actor
from webapp.pages import worklist
from webapp.pages.directory_names import unit_names
from webapp.pages.taskrow import NEAR
from webapp.session import now, reads, today, tx

pages = Blueprint("led_units", __name__)


@pages.get("/units")
@reads
def page() -> str:
    """Every open task of the units I answer for."""
    if not actor().leads:
        raise NotAllowed("leads-no-unit")
    address = url_for("led_units.page")
    view = worklist.view(replace(worklist.asked(), below=True, whose="all"), address)
    rows = caselist.per_unit(tx(), actor(), today=today(), near_until=NEAR.next_working_day(today()))
    names = unit_names(one.unit_id for one in rows)
    units = [
        {
            "name": names.get(one.unit_id, one.unit_id), "url": url_for("led_units.page", unit=one.unit_id),
            "late": one.late, "near": one.near, "later": one.later, "free": one.free,
        }
        for one in rows
    ]  # fmt: skip
    if not view["sentence"]:
        view["sentence"] = gettext("Nothing is open in your units.")
    without = concerned.without_instruction(tx(), actor().leads, today=today())
    return render_template(
        "manager.html",
        section="manager",
        units=units,
        unread=_unread(),
        without_instruction=_named(without),
        **view,
    )


def _named(unit_ids: list[str]) -> list[dict[str, str]]:
    names = unit_names(unit_ids)
    return [
        {"name": name, "url": url_for("instructions.unit", unit_id=unit_id)}
        for unit_id, name in names.items()
    ]


def _unread() -> list[dict[str, str]]:
    """Protected cases that nobody can open, by number alone."""
    found = anew.waiting(tx(), actor(), now=now())
    names = unit_names(one.unit_id for one in found)
    return [
        {"number": one.number, "unit": names[one.unit_id], "url": url_for("anew.page", case_id=one.id)}
        for one in found
    ]
