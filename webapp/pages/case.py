"""A case: where it stands as a picture and in words, what has happened, who takes part."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import asking
from engine.access import Act, Reason, may
from engine.reads import timeline
from engine.records import directory, tasks
from webapp import words
from webapp.auth import actor
from webapp.pages import course, disposal_words, message, naming, telling
from webapp.pages.casehead import ContentGone, Seen, head, mine, see, unit_name
from webapp.session import tx, writes

pages = Blueprint("case", __name__)
FEW = 12


@pages.get("/cases/<case_id>")
@writes
def page(case_id: str) -> str:
    """Where the case stands."""
    seen = see(case_id, "case")
    case = head(seen, "state")
    if seen.ground.case.purged_at is not None:
        case |= {"gone": disposal_words.gone(case_id) if seen.full else {}}
    elif seen.reason != "ended-for-you":
        case |= _state(seen)
    return render_template("case.html", section="cases", case=case, test_case=seen.ground.case.is_test)


@pages.app_errorhandler(ContentGone)
def tell(gone: ContentGone) -> ResponseReturnValue:
    """An old address leads to the page that says what became of it."""
    return redirect(url_for("case.page", case_id=gone.case_id), 303)


def _state(seen: Seen) -> dict[str, object]:
    ground, case = seen.ground, seen.ground.case
    opened = tasks.of_case(tx(), case.id, open_only=True)
    own = mine(seen)
    view: dict[str, object] = {
        "mine": [_mine(seen, task) for task in own],
        "others": _others(opened) if seen.sees_course and not own else [],
        "startable": message.startable(ground, seen.about),
        "closed": _closed(seen),
        "people": telling.people(seen) if seen.sees_course else [],
        "incident": None,
        "consent_url": url_for("consent.page", case_id=case.id)
        if case.subject_id and "consent" in seen.visible
        else None,
    }
    if not seen.sees_course:
        return view | (_above(seen, opened) if seen.reason == Reason.MANAGER_ABOVE else {})
    return (
        view
        | _drawing(seen, opened)
        | _history(seen)
        | {"times": course.times(seen), "incident": _incident(seen)}
    )


def _drawing(seen: Seen, opened: list[tasks.Task]) -> dict[str, object]:
    """The picture and the same in words: of the whole routine, or of a called one (`part`)."""
    case = seen.ground.case
    asked, parts = request.args.get("part", ""), course.parts(seen, opened)
    process_id = asked if asked in seen.routine.elements else case.process_id
    large = request.args.get("picture") == "large"
    other = url_for("case.page", case_id=case.id, part=asked or None, picture=None if large else "large")
    diagram = {
        "src": url_for("diagram.drawing", case_id=case.id, process_id=process_id),
        "places": url_for("diagram.places", case_id=case.id, process_id=process_id),
        "large_url": other,
        "large": large,
        "parts": [
            {
                "url": url_for("case.page", case_id=case.id, part=one),
                "words": name,
                "current": one == process_id,
            }
            for one, name in parts
        ],
    }
    return {"diagram": diagram, "steps": course.steps(seen, process_id, opened)}


def _history(seen: Seen) -> dict[str, object]:
    case_id = seen.ground.case.id
    told = telling.events(timeline.events(tx(), case_id), seen)
    everything = request.args.get("events") == "all" or len(told) <= FEW
    return {
        "events": told if everything else told[:FEW],
        "all_events_url": None if everything else url_for("case.page", case_id=case_id, events="all"),
        "event_count": len(told),
    }


def _mine(seen: Seen, task: tasks.Task) -> dict[str, object]:
    day = seen.ground.today
    due = naming.due(task, day)
    return {
        "name": task.name,
        "due": due if task.due_on else None,
        "due_headline": words.due_headline(task.due_on, day) if task.due_on else "",
        "why": naming.why(task, unit_name(task.unit_id)),
        "rule_url": url_for("why.page", task_id=task.id),
        "url": url_for("task.page", task_id=task.id),
        "words": gettext("Continue") if task.holder_id else gettext("Open the task"),
        "consequence": "",
    }


def _others(opened: list[tasks.Task]) -> list[dict[str, str]]:
    names = directory.names(tx(), [task.holder_id for task in opened if task.holder_id])
    told = []
    for task in opened:
        if task.holder_id:
            told.append(
                gettext(
                    "%(who)s at %(unit)s has “%(task)s”.",
                    who=names[task.holder_id],
                    unit=unit_name(task.unit_id),
                    task=task.name,
                )
            )
        else:
            told.append(
                gettext("“%(task)s” lies with %(unit)s.", task=task.name, unit=unit_name(task.unit_id))
            )
    return [{"text": text} for text in told]


def _above(seen: Seen, opened: list[tasks.Task]) -> dict[str, object]:
    """What somebody sees who answers for a unit of it: the open steps that they follow. Of a case that is about no person, such as a
    deviation, also what has been done in such steps; who did it is named at the units that they answer for.
    """
    view: dict[str, object] = {"others": _followed(seen, opened)}
    if seen.ground.case.subject_id is not None:
        return view
    every, me = tasks.of_case(tx(), seen.ground.case.id), actor()
    followed = {
        one.id for one in every if may(me, Act.TASK_FOLLOW, asking.task_object(tx(), seen.about, one, ()))
    }
    happened = timeline.events(tx(), seen.ground.case.id, timeline.DONE_IN_STEPS)
    told = [one for one in happened if one.task_id in followed]
    return view | {"events": telling.events(told, seen, named_at=me.leads)}


def _followed(seen: Seen, opened: list[tasks.Task]) -> list[dict[str, str]]:
    """The open steps that somebody who answers for a unit follows on the board, each with its page there."""
    return [
        {
            "text": gettext("“%(task)s” lies with %(unit)s.", task=task.name, unit=unit_name(task.unit_id)),
            "url": url_for("late_step.page", task_id=task.id),
        }
        for task in opened
        if may(actor(), Act.TASK_FOLLOW, asking.task_object(tx(), seen.about, task, ()))
    ]


def _closed(seen: Seen) -> dict[str, str] | None:
    case = seen.ground.case
    if case.ended_at is None or not seen.sees_course:
        return None
    end = seen.routine.element(case.process_id, case.outcome or "")
    when = words.capital(words.long_day(case.ended_at.astimezone(seen.ground.zone).date(), seen.ground.today))
    return {"when": when, "reason": end.name if end else ""}


def _incident(seen: Seen) -> dict[str, str] | None:
    if seen.ground.case.status != "stopped":
        return None
    return {
        "sentence": gettext(
            "A step could not be taken. Nothing is lost; the case stands where it stood before."
        ),
        "who": gettext("An administrator mends the cause and takes the step again."),
    }
