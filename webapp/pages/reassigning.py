"""A task is given to a colleague of the same unit."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.access import Act, may
from engine.actions import actors, tasks
from engine.errors import NotAllowed
from engine.records import directory
from webapp.auth import actor
from webapp.pages import board_words, directory_names, naming, taskview
from webapp.session import now, reads, tx, writes

pages = Blueprint("reassigning", __name__)


@pages.get("/tasks/<task_id>/reassign")
@reads
def page(task_id: str) -> str:
    """Who takes over?"""
    return _reassigning(task_id, "")


@pages.post("/tasks/<task_id>/reassign")
def reassign(task_id: str) -> ResponseReturnValue:
    """Give the task to a colleague of the same unit."""
    chosen = request.form.get("person", "")
    if not chosen:
        return reads(_reassigning)(task_id=task_id, problem=gettext("Choose who takes over.")), 422
    return _reassign(task_id=task_id, chosen=chosen)


@writes
def _reassign(task_id: str, chosen: str) -> Response:
    receiver = actors.actor(tx(), chosen, on=now().astimezone(naming.ZONE).date())
    if receiver is None:
        raise NotAllowed("not-your-unit")
    held = tasks.reassign(tx(), actor(), task_id, receiver, now=now())
    told = gettext("%(name)s now has the task.", name=receiver.name)
    flash(f"{told} {board_words.stood_still(held.until)}" if held else told)
    return redirect(url_for("worklist.page"))


def _could(held: tasks.Held, person_id: str) -> bool:
    """Whether that person could do it, were it given to them; nobody else is offered."""
    receiver = actors.actor(tx(), person_id, on=now().astimezone(naming.ZONE).date())
    given = replace(held.about, holder_id=person_id)
    return receiver is not None and bool(may(receiver, Act.TASK_CLAIM, given))


def _reassigning(task_id: str, problem: str = "") -> str:
    held = taskview.hold(task_id)
    may(actor(), Act.TASK_REASSIGN, held.about).required()
    people = directory.colleagues(tx(), held.task.unit_id, on=naming.today_in(held.ground))
    colleagues = [
        {"id": person_id, "name": name, "more": ""}
        for person_id, name in people
        if person_id != held.task.holder_id and _could(held, person_id)
    ]
    return render_template(
        "reassign.html", section="todo", over=held.task.name, task_name=held.task.name,
        back_to={"url": url_for("task.page", task_id=task_id), "words": held.task.name},
        action=url_for("reassigning.reassign", task_id=task_id), unit=directory_names.all_units()[held.task.unit_id].name,
        colleagues=colleagues, chosen="", problem=problem,
    )  # fmt: skip
