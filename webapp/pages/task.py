"""One task: what to do, by when and why, the form, the draft, the hand-in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.access import Act, may, visible_categories
from engine.access.tasks import visible_in_task
from engine.actions import accounts, reading, tasks
from engine.errors import AlreadyClaimed, AlreadyClosed, FieldError, InvalidForm, NotAllowed
from engine.records import directory
from engine.records import tasks as task_rows
from engine.status import TaskStatus
from webapp import explained, guidance, words
from webapp.auth import actor
from webapp.pages import directory_names, forms, naming
from webapp.session import now, reads, tx, writes

pages = Blueprint("task", __name__)

CLOSED = (TaskStatus.COMPLETED, TaskStatus.CANCELLED)
HOWS = ("telephone", "meeting", "letter", "other")


@pages.get("/tasks/<task_id>")
@writes
def page(task_id: str) -> object:
    """The task with its form, or its history where it is done."""
    held = hold(task_id)
    if held.task.status in CLOSED:
        flash({"text": gettext("The task “%(name)s” is done.", name=held.task.name), "state": "done"})
        return redirect(url_for("case.page", case_id=held.task.case_id))
    draft = task_rows.draft(tx(), task_id, actor().id)
    values = draft[0] if draft and isinstance(draft[0], dict) else _known(held)
    return _shown(held, values, draft_saved_at=draft[1] if draft else None)


@pages.post("/tasks/<task_id>")
def hand_in(task_id: str) -> object:
    """Hand in, go on later, or change a row: whichever button was pressed."""
    values = forms.posted()
    changed = forms.pressed(values)
    if changed is not None or request.form.get("_refresh"):
        return _redraw(task_id, changed[0] if changed else values, changed[1] if changed else "")
    if request.form.get("_later"):
        _keep(task_id, values)
        flash(gettext("The draft is saved. Only you see it."))
        return redirect(url_for("worklist.page"))
    try:
        return _complete(task_id, values)
    except InvalidForm as error:
        return _again(task_id, values, error.errors)
    except (AlreadyClosed, AlreadyClaimed) as error:
        _keep(task_id, values)
        return _overtaken(task_id, values, error), 409


@pages.post("/tasks/<task_id>/draft")
def autosave(task_id: str) -> Response:
    """Keep what is being written; answers with the words of the note."""
    _keep(task_id, forms.posted())
    saved_at = now()
    return jsonify(words=words.draft_saved(saved_at, saved_at, naming.ZONE), saved_at=words.clock(saved_at, naming.ZONE))


@pages.post("/tasks/<task_id>/refresh")
@reads
def refresh(task_id: str) -> str:
    """The form body anew, as the answers now stand."""
    values = forms.posted()
    changed = forms.pressed(values)
    held = hold(task_id)
    drawn = forms.drawn(sheet(held), changed[0] if changed else values)
    return render_template("forms/body.html", parts=drawn["parts"], focus=changed[1] if changed else "", redrawn=True)


@pages.get("/tasks/<task_id>/reassign")
@reads
def reassign_page(task_id: str) -> str:
    """Who takes over?"""
    return _reassigning(task_id, "")


@pages.post("/tasks/<task_id>/reassign")
def reassign(task_id: str) -> object:
    """Give the task to a colleague of the same unit."""
    chosen = request.form.get("person", "")
    if not chosen:
        return reads(_reassigning)(task_id=task_id, problem=gettext("Choose who takes over.")), 422
    return _reassign(task_id=task_id, chosen=chosen)


@writes
def _reassign(task_id: str, chosen: str) -> Response:
    receiver = accounts.actor(tx(), chosen, on=now().astimezone(naming.ZONE).date())
    if receiver is None:
        raise NotAllowed("not-your-unit")
    tasks.reassign(tx(), actor(), task_id, receiver, now=now())
    flash(gettext("%(name)s now has the task.", name=receiver.name))
    return redirect(url_for("worklist.page"))


def hold(task_id: str) -> tasks.Held:
    """The task, its case held; NotAllowed unless the actor may see it or answer for the unit that is to do it."""
    held = tasks.hold(tx(), actor(), task_id, now=now())
    g.acting_unit = held.ground.who.unit_id
    if not may(actor(), Act.TASK_SEE, held.about):
        if not _on_behalf_allowed(held):
            may(actor(), Act.TASK_SEE, held.about).required()
    return held


def sheet(held: tasks.Held) -> forms.Sheet:
    """The form with what it may show and offer."""
    visible = _visible(held)
    values = held.ground.values
    known = {**held.ground.system_names, **forms.prefilled(held.form, values, held.task.scope, visible)}
    extra = {name: value for name, value in values.get("", {}).items() if held.routine.categories.get(name) in visible}
    offered = directory_names.options(held.form, held.task.unit_id, actor())
    return forms.Sheet(held.form, offered, {**extra, **values.get(held.task.scope, {}), **known}, held.ground.zone)


@writes
def _complete(task_id: str, values: dict[str, object]) -> object:
    g.typed = values
    held = hold(task_id)
    options = directory_names.values_of(directory_names.options(held.form, held.task.unit_id, actor()))
    before = {task.id for task in task_rows.of_case(tx(), held.task.case_id, open_only=True)}
    if may(actor(), Act.TASK_COMPLETE, held.about) or not _on_behalf_allowed(held):
        tasks.complete(tx(), actor(), task_id, values, options=options, now=now())
    else:
        said = _said()
        if isinstance(said, InvalidForm):
            raise said
        tasks.complete_on_behalf(tx(), actor(), task_id, values, said, options=options, now=now())
    task_rows.drop_draft(tx(), task_id, actor().id)
    return _receipt(held, before)


def _receipt(held: tasks.Held, before: set[str]) -> str:
    opened = [task for task in task_rows.of_case(tx(), held.task.case_id, open_only=True) if task.id not in before]
    names = directory_names.unit_names(task.unit_id for task in opened)
    coming = [
        gettext("%(task)s: %(unit)s", task=task.name, unit=names.get(task.unit_id, ""))
        + (", " + words.small(words.due_headline(task.due_on, naming.today_in(held.ground))) if task.due_on else "")
        for task in opened
    ]
    mine = next((task for task in opened if actor().at(task.unit_id) is not None), None)
    sees = bool(may(actor(), Act.CASE_SEE_EXISTENCE, held.about.case))
    return render_template(
        "receipt.html", section="todo", over=naming.over(held.ground, held.about.case), title=gettext("%(task)s: handed in", task=held.task.name),
        saved="", told=[], next=coming, document=None, case_url=url_for("case.page", case_id=held.task.case_id) if sees else None,
        todo_url=url_for("worklist.page"), next_task={"url": url_for("task.page", task_id=mine.id), "words": mine.name} if mine else None,
    )  # fmt: skip


@writes
def _again(task_id: str, values: dict[str, object], errors: Sequence[FieldError]) -> object:
    held = hold(task_id)
    return _shown(held, values, errors=errors), 422


@writes
def _redraw(task_id: str, values: dict[str, object], focus: str) -> object:
    held = hold(task_id)
    task_rows.save_draft(tx(), task_id, actor().id, values, now=now())
    return _shown(held, values, draft_saved_at=now(), focus=focus)


@writes
def _keep(task_id: str, values: dict[str, object]) -> str:
    tasks.save_draft(tx(), actor(), task_id, values, now=now())
    return ""


@reads
def _overtaken(task_id: str, values: dict[str, object], error: AlreadyClosed | AlreadyClaimed) -> str:
    held = hold(task_id)
    who_id = error.holder_id if isinstance(error, AlreadyClaimed) else error.closed_by
    at = error.since if isinstance(error, AlreadyClaimed) else error.closed_at
    name = directory.names(tx(), [who_id]).get(who_id, "") if who_id else ""
    when = words.small(words.moment(at, now(), held.ground.zone)) if at else ""
    if isinstance(error, AlreadyClaimed):
        told = gettext("%(name)s took the task %(when)s.", name=name, when=when)
    elif name:
        told = gettext("%(name)s handed it in %(when)s.", name=name, when=when)
    else:
        told = gettext("The routine no longer asks for it since %(when)s.", when=when)
    kept = [{"text": text, "where": label} for label, text in naming.told_answers(held.form, values)]
    return render_template(
        "overtaken.html", section="todo", over=held.task.name, back_to={"url": url_for("worklist.page"), "words": gettext("To do")},
        how="colleague" if name else "gone", sentence=told, kept=kept, kept_days=30,
        open={"url": url_for("case.page", case_id=held.task.case_id), "words": gettext("See where the case stands")}, advice="",
    )  # fmt: skip


def _shown(
    held: tasks.Held, values: dict[str, object], *, errors: Sequence[FieldError] = (), draft_saved_at: datetime | None = None, focus: str = ""
) -> str:
    task, me, zone = held.task, actor(), held.ground.zone
    visible = _visible(held)
    may_do = bool(may(me, Act.TASK_COMPLETE, held.about))
    on_behalf = _on_behalf_allowed(held) and not may_do
    held_by_other = task.holder_id not in (None, me.id)
    day = naming.today_in(held.ground)
    element = held.routine.element(task.process_id, task.element_id)
    identity = "identity" in visible_categories(me, held.about.case)
    if visible:
        reading.note(tx(), me, task.case_id, "task", visible, held.reason(me), unit_id=held.ground.who.unit_id, now=now())
    due = naming.due(task, day)
    claim = _claim(held, may_do, held_by_other)
    view: dict[str, object] = {
        "name": task.name,
        "over": naming.over(held.ground, held.about.case),
        "lead": guidance.html(element.documentation) if element and element.documentation else "",
        "back": {"url": url_for("worklist.page"), "words": gettext("To do")},
        "due": due if task.due_on else None,
        "due_headline": words.due_headline(task.due_on, day) if task.due_on else "",
        "due_why": explained.why(task.due_explanation, day),
        "days": explained.days(task.due_explanation, day),
        "aside": naming.task_aside(held, identity=identity),
        "clause": naming.clause(element),
        "action": url_for("task.hand_in", task_id=task.id),
        "autosave": url_for("task.autosave", task_id=task.id),
        "refresh": url_for("task.refresh", task_id=task.id),
        "later": True,
        "submit_words": naming.submit_words(element, task.name),
        "draft": words.draft_saved(draft_saved_at, now(), zone) if draft_saved_at else "",
        "version": task.id,
        "claim": claim if not on_behalf else None,
        "holder": naming.holder_sentence(task, held_by_other),
        "reassign_url": url_for("task.reassign_page", task_id=task.id) if may(me, Act.TASK_REASSIGN, held.about) else None,
        "release_url": url_for("worklist.release", task_id=task.id) if task.holder_id == me.id else None,
        "case_url": url_for("case.page", case_id=task.case_id) if may(me, Act.CASE_SEE_EXISTENCE, held.about.case) else None,
        "on_behalf": _on_behalf_part(held) if on_behalf else None,
        "summons": not identity,
        "focus": focus,
    }
    view |= forms.drawn(sheet(held), values, errors)
    return render_template("task.html", section="todo", task=view, test_case=held.ground.case.is_test)


def _claim(held: tasks.Held, may_do: bool, held_by_other: bool) -> dict[str, str] | None:
    """A free task may be filled in at once; only what a colleague holds, or what is not one's to do, is shown closed."""
    if may_do and not held_by_other:
        return None
    allowed = held.task.holder_id is None and may(actor(), Act.TASK_CLAIM, held.about)
    return {"url": url_for("worklist.claim", task_id=held.task.id) if allowed else "", "words": ""}


def _visible(held: tasks.Held) -> frozenset[str]:
    return visible_in_task(actor(), held.about)


def _known(held: tasks.Held) -> dict[str, object]:
    values = held.ground.values
    return forms.prefilled(held.form, values, held.task.scope, _visible(held))


def _on_behalf_allowed(held: tasks.Held) -> bool:
    element = held.routine.element(held.task.process_id, held.task.element_id)
    return bool(element and element.on_behalf and may(actor(), Act.TASK_COMPLETE_ON_BEHALF, held.about))


def _on_behalf_part(held: tasks.Held) -> dict[str, object]:
    unit = directory_names.all_units()[held.task.unit_id]
    hows = {"telephone": gettext("By telephone"), "meeting": gettext("At a meeting"), "letter": gettext("By letter"), "other": gettext("In another way")}
    at = request.form.get("_on_behalf_at") or now().astimezone(held.ground.zone).strftime("%Y-%m-%dT%H:%M")
    return {
        "unit": unit.name,
        "who": request.form.get("_on_behalf_who", ""),
        "how": request.form.get("_on_behalf_how", "telephone"),
        "at": at,
        "hows": list(hows.items()),
        "error_who": gettext("Write who answered.") if request.method == "POST" and not request.form.get("_on_behalf_who") else "",
    }


def _said() -> tasks.OnBehalf | InvalidForm:
    who, how = request.form.get("_on_behalf_who", "").strip()[:200], request.form.get("_on_behalf_how", "telephone")
    if not who or how not in HOWS:
        return InvalidForm((FieldError("_on_behalf_who", "required"),))
    try:
        at = datetime.fromisoformat(request.form.get("_on_behalf_at", "")).replace(tzinfo=naming.ZONE)
    except ValueError:
        at = now()
    return tasks.OnBehalf(who, how, min(at.astimezone(UTC), now()))


def _reassigning(task_id: str, problem: str = "") -> str:
    held = hold(task_id)
    may(actor(), Act.TASK_REASSIGN, held.about).required()
    people = directory.colleagues(tx(), held.task.unit_id, on=naming.today_in(held.ground))
    return render_template(
        "reassign.html", section="todo", over=held.task.name, task_name=held.task.name,
        back_to={"url": url_for("task.page", task_id=task_id), "words": held.task.name}, action=url_for("task.reassign", task_id=task_id),
        unit=directory_names.all_units()[held.task.unit_id].name,
        colleagues=[{"id": person_id, "name": name, "more": ""} for person_id, name in people if person_id != actor().id],
        chosen="", problem=problem,
    )  # fmt: skip
