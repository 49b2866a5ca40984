"""A task as its page draws it: what to do and why, until when, the form with what is known, whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import g, render_template, url_for
from flask_babel import gettext

from engine.access import Act, Actor, may, visible_categories
from engine.access.tasks import visible_in_task
from engine.actions import reading, tasks
from engine.errors import FieldError
from webapp import explained, guidance, words
from webapp.auth import actor
from webapp.pages import (
    directory_names,
    forms,
    lawful,
    naming,
    on_behalf,
    own_shared,
    paperlinks,
    reported,
    task_papers,
)
from webapp.session import now, tx


def hold(task_id: str) -> tasks.Held:
    """The task, its case held; NotAllowed unless the actor may see it or answer for the unit that is to do it."""
    held = tasks.hold(tx(), actor(), task_id, now=now())
    g.acting_unit = held.ground.who.unit_id
    seen = may(actor(), Act.TASK_SEE, held.about)
    if not seen and not on_behalf.allowed(held):
        seen.required()
    return held


def sheet(held: tasks.Held) -> forms.Sheet:
    """The form with what it may show and offer."""
    return sheet_for(held, actor())


def sheet_for(held: tasks.Held, who: Actor) -> forms.Sheet:
    """The same for somebody else, as when a draft of a routine is played."""
    visible = visible_in_task(who, held.about)
    values = held.ground.values
    known = {**held.ground.system_names, **forms.prefilled(held.form, values, held.task.scope, visible)}
    extra = {
        name: value
        for name, value in values.get("", {}).items()
        if held.routine.categories.get(name) in visible
    }
    offered = directory_names.options(held.form, held.task.unit_id)
    return forms.Sheet(
        held.form, offered, {**extra, **values.get(held.task.scope, {}), **known}, held.ground.zone
    )


def _visible(held: tasks.Held) -> frozenset[str]:
    return visible_in_task(actor(), held.about)


def known(held: tasks.Held) -> dict[str, object]:
    """What the form begins with: what the case knows already and the actor may read."""
    return known_to(held, actor())


def known_to(held: tasks.Held, who: Actor) -> dict[str, object]:
    """The same for somebody else."""
    return forms.prefilled(held.form, held.ground.values, held.task.scope, visible_in_task(who, held.about))


def _claim(held: tasks.Held) -> dict[str, str] | None:
    """A free task may be filled in at once; only what a colleague holds, or what is not one's to do, is shown closed."""
    if may(actor(), Act.TASK_COMPLETE, held.about) and not held.in_the_way:
        return None
    allowed = held.task.holder_id is None and may(actor(), Act.TASK_CLAIM, held.about)
    return {"url": url_for("worklist.claim", task_id=held.task.id) if allowed else "", "words": ""}


def shown(
    held: tasks.Held,
    values: dict[str, object],
    *,
    errors: Sequence[FieldError] = (),
    draft_saved_at: datetime | None = None,
    focus: str = "",
    problem: str = "",
) -> str:
    """The page of the task, with the answers so far, and what is wrong with a paper; notes that it was read."""
    visible = _visible(held)
    unit_id, reason = held.ground.who.unit_id, held.reason(actor())
    reading.note(tx(), actor(), held.task.case_id, "task", visible, reason, unit_id=unit_id, now=now())
    view = {**_about(held), **_due(held), **_handling(held), **forms.drawn(sheet(held), values, errors)}
    view["draft"] = words.draft_saved(draft_saved_at, now(), held.ground.zone) if draft_saved_at else ""
    view["focus"] = focus
    view["attach"] = task_papers.part(held, problem)
    if problem:
        told = view["errors"]
        view["errors"] = [*(told if isinstance(told, list) else ()), {"href": "paper", "text": problem}]
    return render_template("task.html", section="todo", task=view, test_case=held.ground.case.is_test)


def _about(held: tasks.Held) -> dict[str, object]:
    """What the task is, for whom and why."""
    task = held.task
    element = held.routine.element(task.process_id, task.element_id)
    identity = "identity" in visible_categories(actor(), held.about.case)
    over, notice = (naming.over(held.ground, held.about.case), task.line), lawful.notice(held)
    return {
        "name": task.name,
        "over": " · ".join(part for part in over if part),
        "lead": guidance.html(element.documentation) if element and element.documentation else "",
        "back": {"url": url_for("worklist.page"), "words": gettext("To do")},
        "aside": [
            *([notice] if notice else []),
            *filter(None, [reported.link(held)]),
            *naming.task_aside(held, identity=identity or notice is not None),
            *own_shared.to_take_up(held.ground, _visible(held)),
        ],
        "papers": paperlinks.beside(task.case_id, _visible(held), held.ground.zone),
        "clause": naming.clause(held.routine, element, task),
        "guide": url_for(
            "public_routines.step",
            region_id=held.ground.case.region_id,
            process_id=task.process_id,
            element_id=task.element_id,
        ),
        "summons": not identity,
        "many": sum(1 for one in held.form.fields if one.type == "group" and one.label) > 1
        if held.form
        else False,
        "version": task.id,
    }


def _due(held: tasks.Held) -> dict[str, object]:
    """Until when, and how that day came about."""
    task, day = held.task, held.ground.today
    if task.due_on is None:
        return {"due": None, "due_headline": "", "due_why": "", "days": []}
    return {
        "due": naming.due(task, day),
        "due_headline": words.due_headline(task.due_on, day),
        "due_why": explained.why(task.due_explanation, day),
        "days": explained.days(task.due_explanation, day),
        "due_url": url_for("why.page", task_id=task.id),
        "due_url_words": gettext("Why this date?"),
    }


def _handling(held: tasks.Held) -> dict[str, object]:
    """Where the form goes, whose the task is, and what else one may do with it."""
    task, me = held.task, actor()
    by_telephone = on_behalf.allowed(held) and not may(me, Act.TASK_COMPLETE, held.about)
    reassigns = may(me, Act.TASK_REASSIGN, held.about)
    sees = may(me, Act.CASE_SEE_EXISTENCE, held.about.case)
    return {
        "action": url_for("task.hand_in", task_id=task.id),
        "autosave": "" if by_telephone else url_for("task.autosave", task_id=task.id),
        "refresh": url_for("task.refresh", task_id=task.id),
        "later": not by_telephone,
        "claim": None if by_telephone else _claim(held),
        "holder": naming.holder_sentence(task),
        "reassign_url": url_for("reassigning.page", task_id=task.id) if reassigns else None,
        "release_url": url_for("worklist.release", task_id=task.id)
        if held.is_own and task.holder_id
        else None,
        "case_url": url_for("case.page", case_id=task.case_id) if sees else None,
        "on_behalf": on_behalf.part(held) if by_telephone else None,
        "submit_words": naming.submit_words(held.routine.element(task.process_id, task.element_id), task.name)
        if not by_telephone
        else gettext("Write down the answer"),
    }
