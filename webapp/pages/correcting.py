"""A form that was handed in is corrected: a new entry with the reason, what stood before stays readable.

The form is that of a task, of a message event or of a start; `engine.records.handed_in` finds it by one id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access import Act, CategoryObject, may
from engine.actions import cases
from engine.definitions.schema import Form
from engine.errors import FieldError, InvalidForm, NotFound
from engine.reads import influence
from engine.records import entries, handed_in
from webapp import once
from webapp.auth import actor
from webapp.pages import directory_names, forms, twice
from webapp.pages.casehead import see
from webapp.session import now, tx, writes

pages = Blueprint("correcting", __name__)


@dataclass(frozen=True, slots=True)
class Given:
    """What is drawn anew: the answers, and what is wrong with them or with the reason."""

    values: Mapping[str, object]
    errors: Sequence[FieldError] = ()
    reason_error: str = ""


@pages.get("/handed-in/<handed_in_id>/correct")
@writes
def correct_page(handed_in_id: str) -> str:
    """The form as it was handed in, to be corrected."""
    newest: dict[str, object] = {}
    for one in entries.of_task(tx(), handed_in_id):
        newest.update(one.data)
    return _drawn(handed_in_id, Given(newest))


@pages.post("/handed-in/<handed_in_id>/correct")
def correct(handed_in_id: str) -> ResponseReturnValue:
    """Keep the correction beside what stood before."""
    values = forms.posted()
    changed = forms.pressed(values)
    reason = request.form.get("_reason", "").strip()[:1_000]
    if changed is not None or not request.form.get("_hand_in"):
        return writes(_drawn)(handed_in_id, Given(changed[0] if changed else values))
    if not reason:
        wrong = Given(values, reason_error=gettext("Write why it is corrected."))
        return writes(_drawn)(handed_in_id, wrong), 422
    try:
        return _corrected(handed_in_id, values, reason)
    except InvalidForm as error:
        return writes(_drawn)(handed_in_id, Given(values, error.errors)), 422


@writes
def _corrected(handed_in_id: str, values: dict[str, object], reason: str) -> ResponseReturnValue:
    first = once.earlier()
    corrected, form = _found(handed_in_id)
    address = url_for("papers.page", case_id=corrected.case_id)
    if first is None:
        options = directory_names.values_of(directory_names.options(form, corrected.unit_id))
        cases.correct(tx(), actor(), handed_in_id, values, reason, options=options, now=now())
    elif not once.same(first):
        opened = {"url": address, "words": gettext("Data and papers")}
        return twice.handed_in_before(first, opened), 409
    flash(gettext("The correction is saved. What stood before stays readable."))
    return redirect(address)


def _found(handed_in_id: str) -> tuple[handed_in.HandedIn, Form]:
    corrected = handed_in.fetch(tx(), handed_in_id)
    form = library.loaded(tx(), corrected.instance.bundle_hash).routine.forms.get(corrected.element_id)
    if form is None:
        raise NotFound
    return corrected, form


def _drawn(handed_in_id: str, given: Given) -> str:
    corrected, form = _found(handed_in_id)
    seen = see(corrected.case_id, "correct")
    for category in sorted({one.category for one in entries.of_task(tx(), handed_in_id)}):
        may(actor(), Act.CASE_CORRECT, CategoryObject(seen.about, category, corrected.unit_id)).required()
    offered = directory_names.options(form, corrected.unit_id)
    sheet = forms.Sheet(form, offered, seen.ground.system_names, seen.ground.zone)
    drawn = forms.drawn(sheet, given.values, given.errors)
    return render_template(
        "correct.html", section="cases", title=_title(corrected), over=seen.ground.case.number,
        back_to={"url": url_for("papers.page", case_id=corrected.case_id), "words": gettext("Data and papers")}, parts=drawn["parts"],
        errors=drawn["errors"], action=url_for("correcting.correct", handed_in_id=handed_in_id), refresh=None,
        influenced=_influenced(handed_in_id), reason=request.form.get("_reason", ""), reason_error=given.reason_error,
    )  # fmt: skip


def _title(corrected: handed_in.HandedIn) -> str:
    routine = library.loaded(tx(), corrected.instance.bundle_hash).routine
    element = routine.element(corrected.process_id, corrected.element_id)
    return corrected.name or (element.name if element and element.name else routine.title)


def _influenced(handed_in_id: str) -> list[str]:
    """What the answers decided, told by the names of the routine: a correction takes nothing of it back."""
    told = {
        "decision": gettext("The table"),
        "way": gettext("The way"),
        "timer": gettext("The time"),
        "task": gettext("The task"),
        "operation": gettext("The step"),
    }
    found = influence.of_answer(tx(), handed_in_id)
    return list(dict.fromkeys(f"{told[one.kind]}: {one.name}" for one in found if one.name))
