"""What follows a hand-in: the receipt, or that somebody was before."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import asking
from engine.access import Act, CaseObject, Verdict, may
from engine.actions import tasks
from engine.errors import AlreadyClaimed, AlreadyClosed, NotAllowed, NotFound
from engine.reads import overview
from engine.records import cases
from engine.records import tasks as task_rows
from engine.records.pressed import Pressed
from webapp import words
from webapp.auth import actor
from webapp.once import same
from webapp.pages import casehead, directory_names, naming, taskview, twice
from webapp.session import now, reads, tx


def receipt(held: tasks.Held, before: set[str]) -> str:
    """What was saved and what comes next; whoever does not see the course of the case is told of their own tasks, and of those that they
    follow as somebody who answers for a unit.
    """
    about = held.about.case
    sees, course = (may(actor(), act, about) for act in (Act.CASE_SEE_EXISTENCE, Act.CASE_SEE_COURSE))
    opened = [
        task
        for task in task_rows.of_case(tx(), held.task.case_id, open_only=True)
        if task.id not in before and (course or actor().at(task.unit_id) or _follows(task, about))
    ]
    mine = next((task for task in opened if actor().at(task.unit_id) is not None), None)
    return render_template(
        "receipt.html",
        section="todo",
        over=naming.over(held.ground, about),
        title=gettext("%(task)s: handed in", task=held.task.name),
        saved=casehead.closed(cases.fetch(tx(), held.task.case_id), held.ground) if course else "",
        told=[] if _runs(about, sees) else _told(held),
        next=[_coming(task, held.ground.today) for task in opened],
        document=None,
        case_url=url_for("case.page", case_id=held.task.case_id) if sees else None,
        todo_url=url_for("worklist.page"),
        next_task={"url": url_for("task.page", task_id=mine.id), "words": mine.name} if mine else None,
    )


def _follows(task: task_rows.Task, about: CaseObject) -> bool:
    return bool(may(actor(), Act.TASK_FOLLOW, asking.task_object(tx(), about, task, ())))


def _runs(about: CaseObject, sees: Verdict) -> bool:
    """Whether the actor's unit keeps the case, fills a role of it or stands above it, and so answers nobody else."""
    kept = sees.reason in casehead.KEEPS or about.unit_id in actor().leads
    return kept or any(actor().at(slot.unit_id) for slot in about.slots.values())


def _told(held: tasks.Held) -> list[str]:
    """A unit that was called: that the one who called sees the answer."""
    unit = directory_names.all_units().get(overview.summoned_by(held.about.case))
    return [gettext("%(unit)s sees your answer.", unit=unit.name)] if unit else []


def _coming(task: task_rows.Task, day: date) -> str:
    unit = casehead.unit_name(task.unit_id)
    if task.due_on is None:
        return gettext("%(task)s: %(unit)s", task=task.name, unit=unit)
    due = words.small(words.due_headline(task.due_on, day))
    return gettext("%(task)s: %(unit)s, %(due)s", task=task.name, unit=unit, due=due)


@reads
def overtaken(task_id: str, values: dict[str, object], error: AlreadyClosed | AlreadyClaimed) -> str:
    """Somebody was before, or the routine asks no longer: who and when, and what was written, to copy."""
    return too_late(taskview.hold(task_id), values, error)


def too_late(held: tasks.Held, values: dict[str, object], error: AlreadyClosed | AlreadyClaimed) -> str:
    """The page of it, for a task that is held."""
    who_id = error.holder_id if isinstance(error, AlreadyClaimed) else error.closed_by
    at = error.since if isinstance(error, AlreadyClaimed) else error.closed_at
    for_id = None if isinstance(error, AlreadyClaimed) else held.task.closed_for_id
    name = directory_names.people([(who_id, for_id)])[who_id, for_id]
    when = words.small(words.moment(at, now(), held.ground.zone)) if at else ""
    if isinstance(error, AlreadyClaimed):
        told = gettext("%(name)s took the task %(when)s.", name=name, when=when)
    elif name and error.reason == "completed":
        told = gettext("%(name)s handed it in %(when)s.", name=name, when=when)
    else:
        told = gettext("The routine no longer asks for it since %(when)s.", when=when)
    sees = may(actor(), Act.CASE_SEE_EXISTENCE, held.about.case)
    opened = {
        "url": url_for("case.page", case_id=held.task.case_id),
        "words": gettext("See where the case stands"),
    }
    kept = [{"text": text, "where": label} for label, text in naming.told_answers(held.form, values)]
    how = "colleague" if name else "gone"
    return twice.kept_page(held.task.name, how, told, kept, opened if sees else None)


def refused(values: dict[str, object], reason: str) -> str:
    """The unit has no part in the case any more: only that, and what was written, to copy."""
    kept = [{"text": text, "where": ""} for _, text in naming.told_answers(None, values)]
    return twice.kept_page("", "gone", reason, kept, None)


def again(task_id: str, first: Pressed) -> ResponseReturnValue:
    """A hand-in that came twice: the receipt of the first, or that it was handed in before one changed something."""
    try:
        held = taskview.hold(task_id)
    except (NotAllowed, NotFound):  # by what was handed in one's own part has ended
        flash(gettext("The task was handed in."))
        return redirect(url_for("worklist.page"))
    opened = {
        "url": url_for("case.page", case_id=held.task.case_id),
        "words": gettext("See where the case stands"),
    }
    sees = may(actor(), Act.CASE_SEE_EXISTENCE, held.about.case)
    if not same(first):
        return twice.handed_in_before(first, opened if sees else None), 409
    closed_at = held.task.closed_at or now()
    still = task_rows.of_case(tx(), held.task.case_id, open_only=True)
    return receipt(held, {task.id for task in still if task.opened_at < closed_at})
