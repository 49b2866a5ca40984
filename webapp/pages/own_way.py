"""The way of a case as the one whom it concerns is told of it: what is done, where it stands, what comes; who has not answered."""

from __future__ import annotations

from flask_babel import gettext

from engine.definitions.expected import expected
from engine.records import tasks, timers
from webapp import explained, words
from webapp.pages import course, directory_names
from webapp.pages.casehead import Seen, unit_name
from webapp.session import now, tx


def steps(seen: Seen) -> list[dict[str, str]]:
    """In order; a stretch that was passed by is left out, and so is what will not come any more."""
    case, told = seen.ground.case, seen.routine.settings.in_plain_words
    opened = tasks.of_case(tx(), case.id, open_only=True)
    if not told:
        return [
            {
                "id": str(step["id"]),
                "step": str(step["step"]),
                "name": str(step["name"]),
                "when": "",
                "by": "",
            }
            for step in course.steps(seen, case.process_id, opened)
        ]
    found = course.places(seen, case.process_id)
    here = [bool(found.now.intersection(one.steps)) for one in told]
    passed = [bool(set(found.done_at).intersection(one.steps)) for one in told]
    last = max((place for place, one in enumerate(here) if one), default=-1)
    last = max([last, *(place for place, one in enumerate(passed) if one)]) if last < 0 else last
    shown = []
    for place, one in enumerate(told):
        state = (
            "now"
            if here[place] and case.ended_at is None
            else "done"
            if passed[place] and place <= last
            else "ahead"
        )
        if state == "ahead" and (place <= last or case.ended_at is not None):
            continue
        at = max((found.done_at[step] for step in one.steps if step in found.done_at), default=None)
        day = (
            words.short_day(at.astimezone(seen.ground.zone).date(), seen.ground.today)
            if at and state == "done"
            else ""
        )
        shown.append({"id": f"way-{place}", "step": state, "name": one.says, "when": day, "by": ""})
    return shown


def sentence(seen: Seen) -> str:
    """Whom the case waits for now, in one sentence."""
    opened = tasks.of_case(tx(), seen.ground.case.id, open_only=True)
    units = dict.fromkeys(unit_name(task.unit_id) for task in opened)
    named = [name for name in units if name]
    if not named:
        return ""
    return gettext("Now it is the turn of %(units)s.", units=words.listed(named[:4]))


def unanswered(seen: Seen) -> list[dict[str, str]]:
    """Each unit that was called and whose last day to answer is over: since when, and what happens next by itself."""
    armed, found = timers.of_case(tx(), seen.ground.case.id), []
    for task in tasks.of_case(tx(), seen.ground.case.id, open_only=True):
        element = seen.routine.element(task.process_id, task.element_id)
        if element is None or not element.on_behalf or task.due_at is None or task.due_at > now():
            continue
        asked, due, day = task.opened_at.astimezone(seen.ground.zone).date(), task.due_on, seen.ground.today
        due = due or task.due_at.astimezone(seen.ground.zone).date()
        unit = directory_names.all_units().get(task.unit_id)
        found.append(
            {
                "says": gettext(
                    "%(unit)s has not answered. It was asked %(asked)s and should have answered %(due)s at the latest.",
                    unit=unit_name(task.unit_id),
                    asked=words.long_day(asked, day),
                    due=words.long_day(due, day),
                ),
                "next": _next(seen, task, [one for one in armed if one.host == task.id]),
                "phone": (unit.phone or "") if unit else "",
            }
        )
    return found


def _next(seen: Seen, task: tasks.Task, armed: list[timers.Timer]) -> str:
    """What the routine does by itself if nobody answers, and when."""
    for timer in sorted(armed, key=lambda one: one.due_at):
        elements = seen.routine.elements.get(task.process_id, {})
        if timer.element_id not in elements:
            continue
        follows = [elements[one] for one in expected(seen.routine, task.process_id, [timer.element_id])]
        what = next(
            (one for one in follows if one.kind in ("callActivity", "serviceTask", "userTask") and one.name),
            None,
        )
        on = words.long_day(explained.day_of(timer, seen.ground.zone), seen.ground.today)
        if what is not None and what.kind == "callActivity":
            return gettext(
                "If it has not answered by the end of %(day)s, the managers of both sides take it over by themselves.",
                day=on,
            )
        if what is not None:
            return gettext(
                "If it has not answered by the end of %(day)s, it is reminded by itself, and its manager too.",
                day=on,
            )
    if _is_escalated(seen, task):
        return gettext("The managers of both sides have taken it over and must agree on what is done.")
    return gettext("It has been reminded, and its manager knows. You need do nothing yourself.")


def _is_escalated(seen: Seen, task: tasks.Task) -> bool:
    opened = tasks.of_case(tx(), seen.ground.case.id, open_only=True)
    return any("escalation" in one.process_id for one in opened)
