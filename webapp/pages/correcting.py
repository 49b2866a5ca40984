"""A form that was handed in is corrected: a new entry with the reason, what stood before stays readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access import Act, CategoryObject, may
from engine.actions import cases
from engine.errors import FieldError, InvalidForm, NotFound
from engine.reads import influence
from engine.records import entries, tasks
from webapp.auth import actor
from webapp.pages import directory_names, forms
from webapp.pages.casehead import see
from webapp.session import now, tx, writes

pages = Blueprint("correcting", __name__)


@pages.get("/tasks/<task_id>/correct")
@writes
def correct_page(task_id: str) -> str:
    """The form as it was handed in, to be corrected."""
    task = tasks.fetch(tx(), task_id)
    newest: dict[str, object] = {}
    for one in entries.of_task(tx(), task_id):
        newest.update(one.data)
    return _correcting(task, newest)


@pages.post("/tasks/<task_id>/correct")
def correct(task_id: str) -> ResponseReturnValue:
    """Keep the correction beside what stood before."""
    values = forms.posted()
    changed = forms.pressed(values)
    reason_given = request.form.get("_reason", "").strip()[:1_000]
    if changed is not None or not request.form.get("_hand_in"):
        return _again(task_id=task_id, values=changed[0] if changed else values)
    if not reason_given:
        return _again(task_id=task_id, values=values, reason_error=gettext("Write why it is corrected.")), 422
    try:
        return _corrected(task_id=task_id, values=values, reason_given=reason_given)
    except InvalidForm as error:
        return _again(task_id=task_id, values=values, errors=error.errors), 422


@writes
def _corrected(task_id: str, values: dict[str, object], reason_given: str) -> ResponseReturnValue:
    task, run = tasks.fetch_with_instance(tx(), task_id)
    form = library.loaded(tx(), run.bundle_hash).routine.forms.get(task.element_id)
    options = directory_names.values_of(directory_names.options(form, task.unit_id))
    cases.correct(tx(), actor(), task_id, values, reason_given, options=options, now=now())
    flash(gettext("The correction is saved. What stood before stays readable."))
    return redirect(url_for("papers.page", case_id=task.case_id))


@writes
def _again(
    task_id: str, values: Mapping[str, object], errors: Sequence[FieldError] = (), reason_error: str = ""
) -> str:
    return _correcting(tasks.fetch(tx(), task_id), values, errors, reason_error)


def _correcting(
    task: tasks.Task, values: Mapping[str, object], errors: Sequence[FieldError] = (), reason_error: str = ""
) -> str:
    seen = see(task.case_id, "correct")
    _, run = tasks.fetch_with_instance(tx(), task.id)
    form = library.loaded(tx(), run.bundle_hash).routine.forms.get(task.element_id)
    written = entries.of_task(tx(), task.id)
    if form is None or not written:
        raise NotFound
    for category in sorted({one.category for one in written}):
        may(actor(), Act.CASE_CORRECT, CategoryObject(seen.about, category, task.unit_id)).required()
    offered = directory_names.options(form, task.unit_id)
    drawn = forms.drawn(
        forms.Sheet(form, offered, seen.ground.system_names, seen.ground.zone), values, errors
    )
    return render_template(
        "correct.html", section="cases", title=task.name, over=seen.ground.case.number,
        back_to={"url": url_for("papers.page", case_id=task.case_id), "words": gettext("Data and papers")}, parts=drawn["parts"],
        errors=drawn["errors"], action=url_for("correcting.correct", task_id=task.id), refresh=None,
        influenced=_influenced(task.id),
        reason=request.form.get("_reason", ""), reason_error=reason_error,
    )  # fmt: skip


def _influenced(task_id: str) -> list[str]:
    """What the answers decided, told by the names of the routine: a correction takes nothing of it back."""
    told = {
        "decision": gettext("The table"),
        "way": gettext("The way"),
        "timer": gettext("The time"),
        "task": gettext("The task"),
        "operation": gettext("The step"),
    }
    found = influence.of_task(tx(), task_id)
    return list(dict.fromkeys(f"{told[one.kind]}: {one.name}" for one in found if one.name))
