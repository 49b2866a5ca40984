"""What pages call things: the case above a heading, why somebody has a task, who holds it, what a button says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from flask import url_for
from flask_babel import gettext, pgettext

from engine.access import visible_categories
from engine.access.objects import CaseObject
from engine.actions.ground import Ground
from engine.actions.tasks import Held
from engine.definitions.routine import Element, Routine
from engine.definitions.schema import Form
from engine.reads import overview
from engine.records import directory
from engine.records.tasks import Task
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names
from webapp.pages.taskrow import NEAR, due_words
from webapp.session import ZONE, now, tx

__all__ = [
    "ZONE",
    "case_title",
    "clause",
    "due",
    "holder_sentence",
    "over",
    "submit_words",
    "task_aside",
    "today_in",
    "told_answers",
]


def today_in(ground: Ground) -> date:
    """The day where the case is."""
    return ground.today


def case_title(ground: Ground, about: CaseObject) -> str:
    """The person and year of birth, where the actor may know; else the case's number."""
    case = ground.case
    if case.subject_name and "identity" in visible_categories(actor(), about):
        if case.born_on is None:
            return case.subject_name
        return gettext("%(name)s, born %(year)s", name=case.subject_name, year=case.born_on.year)
    return gettext("Case %(number)s", number=case.number)


def over(ground: Ground, about: CaseObject) -> str:
    """The line above a task's heading."""
    return case_title(ground, about)


def due(task: Task, day: date) -> words.Due:
    """How near the task's last day is."""
    return due_words(task.due_on, task.due_explanation, day, NEAR.next_working_day(day))


def clause(routine: Routine, element: Element | None, task: Task) -> dict[str, str] | None:
    """What the step rests on: the governing document, with a link to where its clauses are named."""
    if element is None or not element.clause:
        return None
    return {"words": routine.title, "url": url_for("why.page", task_id=task.id) + "#clauses"}


def submit_words(element: Element | None, name: str) -> str:
    """A button says what happens: the diagram may word it (`samordna:submit`); else the task's own first word says it."""
    told = element.own.get("submit", "") if element else ""
    if told:
        return told
    first = name.split(maxsplit=1)[0] if name else ""
    return first if first in _verbs().split() else gettext("Hand in")


def _verbs() -> str:
    """First words of task names that say what the button does, in the language of the routines."""
    return pgettext(
        "first words of task names",
        "Acknowledge Register Confirm Note Document Decide Approve Book Appoint Close Answer",
    )


def holder_sentence(task: Task) -> str:
    """`Petra Öberg har uppgiften sedan i dag 10.42.`"""
    if task.holder_id in (None, actor().id):
        return ""
    absent = actor().as_substitute_of(task.holder_id)
    if absent is not None:
        return gettext("%(name)s has the task and is away. You act for them.", name=absent.acting_for_name)
    name = directory.names(tx(), [task.holder_id or ""]).get(task.holder_id or "", "")
    since = words.small(words.moment(task.claimed_at, now(), ZONE)) if task.claimed_at else ""
    return gettext("%(name)s has the task since %(when)s.", name=name, when=since)


def task_aside(held: Held, *, identity: bool) -> list[dict[str, object]]:
    """Why I have it, or whose it is; before consent also what is seen now and what appears later."""
    units = directory_names.all_units()
    own, convener = units.get(held.task.unit_id), units.get(overview.summoned_by(held.about.case))
    parts: list[dict[str, object]] = []
    if not identity and held.ground.case.protected:
        told = gettext(
            "The person's data are protected. You see what is to be done, and not whom it is about."
        )
        parts.append({"icon": "hidden", "title": gettext("What you see now"), "lines": [told]})
    elif not identity and convener is not None and held.ground.case.subject_id is not None:
        seen = gettext(
            "%(unit)s calls you. Who it is about is shown when there is consent.", unit=convener.name
        )
        parts.append({"icon": "hidden", "title": gettext("What you see now"), "lines": [seen]})
        parts += [{"title": gettext("Questions"), "lines": [_reached(convener)]}] if convener.phone else []
    if own is not None and actor().at(own.id) is None:
        parts.append({"title": gettext("Whose task is it?"), "lines": [_reached(own)]})
    else:
        lines = [why(held.task, own.name if own else "")]
        if held.actor.acting_for:
            told = gettext(
                "You act for %(name)s, and it is written down so.", name=held.actor.acting_for_name
            )
            lines.append(told)
        parts.append({"title": gettext("Why do I have the task?"), "lines": lines})
    return parts


def _reached(unit: directory.Unit) -> str:
    return gettext("%(unit)s, %(phone)s", unit=unit.name, phone=unit.phone) if unit.phone else unit.name


def why(task: Task, unit: str) -> str:
    """Why the task lies with that unit."""
    return {
        "convener": gettext("Your unit convened the case, and whoever convenes does this."),
        "coordinator": gettext(
            "%(unit)s holds the plan together, and whoever does that does this.", unit=unit
        ),
        "manager": gettext("You answer for %(unit)s.", unit=unit),
    }.get(task.role, gettext("The routine gives this step to %(unit)s.", unit=unit))


def told_answers(form: Form | None, values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(label, text) of what somebody wrote, for keeping and copying."""
    labels = {one.key: one.label for one in form.top_level()} if form else {}
    for key, value in values.items():
        if form is not None and key not in labels:
            continue
        if isinstance(value, str) and value.strip() and not key.startswith("_"):
            yield labels.get(key, key), value
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, Mapping):
                    yield from ((labels.get(key, key), text) for _, text in told_answers(None, row))
