"""A task as one row of a list: what, whom it is about, until when, whose, and what one may do with it there."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import gettext

from engine import asking
from engine.access import Act, Actor, may
from engine.deadlines.calendar import Calendar
from engine.reads import overview, worklist
from engine.records.tasks import Task
from engine.status import TO_DO
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names
from webapp.pages.directory_names import unit_names
from webapp.session import ZONE, now, tx

NEAR = Calendar("SE", ZONE)


def drawn(row: worklist.Row, day: date, near_until: date) -> dict[str, object]:
    """One row as the template draws it."""
    task, me = row.task, actor()
    names = _names([row])
    due = due_words(task.due_on, task.due_explanation, day, near_until)
    about = asking.task_object(tx(), row.about, task, ())
    face = asking.doer(me, about)
    held_by_me = face.is_person(task.holder_id)
    is_open = task.status in TO_DO
    free = is_open and task.holder_id is None and bool(may(me, Act.TASK_CLAIM, about))
    sender = None if row.person else overview.summoned_by(row.about)
    menu = _menu(task.id, task.case_id) if held_by_me else _opening(task.case_id)
    line = task.line or (
        gettext("From %(unit)s. The name is shown when there is consent.", unit=unit_names([sender])[sender])
        if sender
        else ""
    )
    return {
        "id": task.id,
        "url": url_for("task.page", task_id=task.id),
        "name": task.name,
        "person": row.person,
        "line": line,
        "draft": words.draft_saved(row.draft_saved_at, now(), ZONE) if row.draft_saved_at and is_open else "",
        "due": due,
        "owner": gettext("You") if task.holder_id == me.id else names[_owner(task)],
        "owner_for": _acting(face, task) if is_open else "",
        "claim_url": url_for("worklist.claim", task_id=task.id) if free else None,
        "undo_url": None,
        "menu": menu if is_open and not free else [],
        "chosen": False,
    }


def _acting(face: Actor, task: Task) -> str:
    """That one acts for somebody; by name where it does not stand there already."""
    if face.acting_for is None:
        return ""
    if task.holder_id == face.acting_for:
        return gettext("You act for them")
    return gettext("You act for %(name)s", name=face.acting_for_name)


def due_words(due_on: date | None, explanation: object, day: date, near_until: date) -> words.Due:
    """Late counts in the calendar of the timer: working days, else days."""
    rule = explanation.get("rule") if isinstance(explanation, dict) else ""
    in_working_days = rule in ("working-days", "rolled-days")
    late_for = 0
    if due_on is not None and due_on < day:
        late_for = NEAR.working_days_between(due_on, day) if in_working_days else (day - due_on).days
    return words.due(due_on, day, late_for=late_for, in_working_days=in_working_days, near_until=near_until)


def _menu(task_id: str, case_id: str) -> list[dict[str, object]]:
    release, reassign = (
        url_for("worklist.release", task_id=task_id),
        url_for("reassigning.page", task_id=task_id),
    )
    return [
        {"words": gettext("Put back"), "url": release, "post": True},
        {"words": gettext("Give to a colleague"), "url": reassign, "post": False},
        *_opening(case_id),
    ]


def _opening(case_id: str) -> list[dict[str, object]]:
    return [{"words": gettext("Open the case"), "url": url_for("case.page", case_id=case_id), "post": False}]


def _names(rows: list[worklist.Row]) -> dict[tuple[str | None, str | None], str]:
    return directory_names.people(_owner(row.task) for row in rows)


def _owner(task: Task) -> tuple[str | None, str | None]:
    """Who has it, or did it, and for whom."""
    return (task.holder_id, None) if task.status in TO_DO else (task.closed_by, task.closed_for_id)
