"""A case: where it stands as a picture and in words, what has happened, who takes part."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from engine import asking
from engine.access import Act, may
from engine.reads import timeline
from engine.records import directory, tasks
from webapp import explained, words
from webapp.auth import actor
from webapp.pages import course, message, naming, telling
from webapp.pages.casehead import Seen, head, see, unit_name
from webapp.session import tx, writes

pages = Blueprint("case", __name__)
FEW = 12


@pages.get("/cases/<case_id>")
@writes
def page(case_id: str) -> str:
    """Where the case stands."""
    seen = see(case_id, "case")
    case = head(seen, "state")
    if seen.reason != "ended-for-you":
        case |= _state(seen)
    return render_template("case.html", section="cases", case=case, test_case=seen.ground.case.is_test)


def _state(seen: Seen) -> dict[str, object]:
    ground, case = seen.ground, seen.ground.case
    opened = tasks.of_case(tx(), case.id, open_only=True)
    mine = [
        task
        for task in opened
        if may(actor(), Act.TASK_COMPLETE, asking.task_object(seen.about, task, ()))
        and task.holder_id in (None, actor().id)
    ]
    view: dict[str, object] = {
        "mine": [_mine(seen, task) for task in mine],
        "others": _others(opened) if seen.sees_course and not mine else [],
        "startable": message.startable(ground, seen.about),
        "closed": _closed(seen),
        "people": telling.people(seen) if seen.sees_course else [],
        "incident": None,
    }
    if not seen.sees_course:
        return view
    process_id = case.process_id
    happened = timeline.events(tx(), case.id, limit=FEW + 1)
    everything = request.args.get("events") == "all"
    shown = timeline.events(tx(), case.id) if everything else happened[:FEW]
    view |= {
        "diagram": {
            "src": url_for("diagram.drawing", case_id=case.id, process_id=process_id),
            "places": url_for("diagram.places", case_id=case.id, process_id=process_id),
            "large_url": None,
            "large": False,
        },
        "steps": course.steps(seen, opened),
        "events": telling.events(shown, seen),
        "all_events_url": url_for("case.page", case_id=case.id, events="all")
        if len(happened) > FEW and not everything
        else None,
        "event_count": len(timeline.events(tx(), case.id)) if len(happened) > FEW else len(happened),
        "times": course.times(seen),
        "incident": _incident(seen),
    }
    return view


def _mine(seen: Seen, task: tasks.Task) -> dict[str, object]:
    day = seen.ground.today
    due = naming.due(task, day)
    return {
        "name": task.name,
        "due": due if task.due_on else None,
        "due_headline": words.due_headline(task.due_on, day) if task.due_on else "",
        "why": explained.why(task.due_explanation, day),
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
