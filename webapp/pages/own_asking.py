"""Asking for a plan without signing in: a unit is asked to ring. No case, no identity number, nothing about health (S2-08, S1-27)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import requests
from engine.errors import FieldError, InvalidForm
from webapp.pages.own_case import pages
from webapp.session import house, now, reads, tx, writes

TRAP = "website"
"""A field that people do not see: whoever fills it in is a machine, and is told that all went well."""


def askers() -> dict[str, str]:
    """Who may ask, in words."""
    return {
        "person": gettext("I ask for myself"),
        "guardian": gettext("I am the guardian of a child"),
        "relative": gettext("I am a relative or a friend"),
        "school": gettext("I work at a school or a preschool"),
        "insurance": gettext("I work at Försäkringskassan"),
        "employment": gettext("I work at Arbetsförmedlingen"),
        "other": gettext("Somebody else"),
    }


@pages.get("/ask")
@reads
def ask_page() -> str:
    """Whom to ask, who asks, and how to reach them."""
    return _asked(())


@pages.post("/ask")
def ask() -> ResponseReturnValue:
    """It waits at the unit."""
    form = request.form
    if form.get(TRAP):
        return redirect(url_for("own.ask_done"))
    try:
        writes(_ask)()
    except InvalidForm as error:
        return reads(_asked)(errors=error.errors), 422
    return redirect(url_for("own.ask_done"))


@pages.get("/ask/done")
@reads
def ask_done() -> str:
    """What happens now."""
    return render_template("own_ask_done.html", sign_in_url=url_for("own.sign_in_page"))


def _ask() -> str:
    form = request.form
    return requests.ask(
        tx(), form.get("unit", ""), form.get("asked_as", ""), form.get("name", ""), form.get("reach", ""),
        key=house().settings.lookup_key, now=now(),
    )  # fmt: skip


def _asked(errors: Sequence[FieldError]) -> str:
    told = {
        "asked_as": gettext("Choose who you are."),
        "unit": gettext("Choose a unit."),
        "name": gettext("Write what we shall call you."),
        "reach": gettext("Write a telephone number or an e-mail address."),
    }
    found = {one.path: one.message for one in errors}
    if found.get("unit") == "too-many-wait":
        told["unit"] = gettext(
            "Many wait already to be rung by this unit. Ring it yourself, or choose another."
        )
    wrong = {path: text for path, text in told.items() if path in found}
    principals: dict[str, list[tuple[str, str]]] = {}
    for unit in requests.units(tx(), today=now()):
        principals.setdefault(unit.principal_name, []).append((unit.id, unit.name))
    return render_template(
        "own_ask.html", action=url_for("own.ask"), askers=askers(), principals=sorted(principals.items()), wrong=wrong,
        errors=[{"href": path, "text": text} for path, text in wrong.items()], given=request.form, trap=TRAP,
        sign_in_url=url_for("own.sign_in_page"),
    )  # fmt: skip
