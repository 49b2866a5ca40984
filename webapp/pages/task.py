"""One task: what to do, by when and why, the form, the draft, the hand-in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.access import Act, Reason, may
from engine.actions import tasks
from engine.errors import AlreadyClaimed, AlreadyClosed, FieldError, InvalidForm, NotAllowed
from engine.records import tasks as task_rows
from engine.status import TO_DO
from webapp import once, signing, words
from webapp.auth import actor
from webapp.pages import directory_names, forms, naming, on_behalf, outcomes, refusals, task_papers, taskview
from webapp.session import now, reads, tx, writes

pages = Blueprint("task", __name__)


@pages.get("/tasks/<task_id>")
@writes
def page(task_id: str) -> ResponseReturnValue:
    """The task with its form, or its history where it is done."""
    held = taskview.hold(task_id)
    draft = task_rows.draft(tx(), task_id, actor().id)
    written = draft[0] if draft and isinstance(draft[0], dict) else None
    if held.task.status not in TO_DO:
        return _closed(held, written)
    saved_at = draft[1] if draft else None
    return taskview.shown(held, taskview.known(held) if written is None else written, draft_saved_at=saved_at)


def _closed(held: tasks.Held, written: dict[str, object] | None) -> ResponseReturnValue:
    """What one wrote and could not hand in is still there; else the case tells what became of the task."""
    task = held.task
    if written:
        return outcomes.too_late(held, written, AlreadyClosed(task.closed_at, task.closed_by, task.status))
    flash(gettext("The task “%(name)s” is done.", name=task.name))
    sees = may(actor(), Act.CASE_SEE_EXISTENCE, held.about.case)
    return redirect(url_for("case.page", case_id=task.case_id) if sees else url_for("worklist.page"))


@pages.post("/tasks/<task_id>")
def hand_in(task_id: str) -> ResponseReturnValue:
    """Hand in, go on later, add a paper, or change a row: whichever button was pressed."""
    values = forms.posted()
    try:
        problem = task_papers.taken(task_id)
        if problem or task_papers.pressed():
            _keep(task_id, values)
            return _again(task_id, values, (), problem)
        return _hand_in(task_id, values)
    except InvalidForm as error:
        return _again(task_id, values, error.errors)
    except (AlreadyClosed, AlreadyClaimed) as error:
        _keep(task_id, values)
        return outcomes.overtaken(task_id, values, error), 409
    except NotAllowed as error:
        if error.reason != Reason.WITHDRAWN:
            raise
        return outcomes.refused(values, refusals.sentence(error.reason)), 403


def _hand_in(task_id: str, values: dict[str, object]) -> ResponseReturnValue:
    changed = forms.pressed(values)
    if changed is not None or request.form.get("_refresh"):
        return _redraw(task_id, changed[0] if changed else values, changed[1] if changed else "")
    if request.form.get("_later"):
        _keep(task_id, values)
        flash(gettext("The draft is saved. Only you see it."))
        return redirect(url_for("worklist.page"))
    return _complete(task_id, values)


@pages.post("/tasks/<task_id>/draft")
def autosave(task_id: str) -> Response:
    """Keep what is being written; answers with the words of the note."""
    _keep(task_id, forms.posted())
    saved_at = now()
    return jsonify(
        words=words.draft_saved(saved_at, saved_at, naming.ZONE), saved_at=words.clock(saved_at, naming.ZONE)
    )


@pages.post("/tasks/<task_id>/refresh")
@reads
def refresh(task_id: str) -> str:
    """The form body anew, as the answers now stand."""
    values = forms.posted()
    changed = forms.pressed(values)
    held = taskview.hold(task_id)
    drawn = forms.drawn(taskview.sheet(held), changed[0] if changed else values)
    return render_template(
        "forms/body.html", parts=drawn["parts"], focus=changed[1] if changed else "", redrawn=True
    )


@writes
def _complete(task_id: str, values: dict[str, object]) -> ResponseReturnValue:
    g.typed = values
    first = once.earlier()
    if first is not None:
        return outcomes.again(task_id, first)
    held = taskview.hold(task_id)
    signing.required_for(held.routine.element(held.task.process_id, held.task.element_id))
    options = directory_names.values_of(directory_names.options(held.form, held.task.unit_id))
    before = {task.id for task in task_rows.of_case(tx(), held.task.case_id, open_only=True)}
    if may(actor(), Act.TASK_COMPLETE, held.about) or not on_behalf.allowed(held):
        tasks.complete(tx(), actor(), task_id, values, options=options, now=now())
    else:
        said = on_behalf.said()
        if isinstance(said, InvalidForm):
            raise said
        tasks.complete_on_behalf(tx(), actor(), task_id, values, said, options=options, now=now())
    task_rows.drop_draft(tx(), task_id, actor().id)
    return outcomes.receipt(held, before)


@writes
def _again(
    task_id: str, values: dict[str, object], errors: Sequence[FieldError], problem: str = ""
) -> ResponseReturnValue:
    held = taskview.hold(task_id)
    shown = taskview.shown(
        held, values, errors=errors, problem=problem, draft_saved_at=None if errors else now()
    )
    return shown, 422 if errors or problem else 200


@writes
def _redraw(task_id: str, values: dict[str, object], focus: str) -> ResponseReturnValue:
    held = taskview.hold(task_id)
    task_rows.save_draft(tx(), task_id, actor().id, values, now=now())
    return taskview.shown(held, values, draft_saved_at=now(), focus=focus)


@writes
def _keep(task_id: str, values: dict[str, object]) -> str:
    tasks.save_draft(tx(), actor(), task_id, values, now=now())
    return ""
