"""The plan as a table of who does what: goals in rows, those who answer in columns (S3-019).

Enters: a case as its reader sees it, and the goals of a plan without what is not theirs to see. Leaves: what the templates draw. Who
answers for what stands side by side, and what the principals answer for together is said in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext

from engine.reads.plans import HEALTH_CARE, Activity, Goal, activities
from webapp import words
from webapp.pages import directory_names
from webapp.pages.casehead import Seen, unit_name

Marks = Mapping[tuple[str, str], str]
"""(the goal's words, the activity or '') -> what changed there, in a few words."""


def columns(seen: Seen, goals: Sequence[Goal]) -> list[dict[str, str]]:
    """Those who answer: the person first, then health care and the municipality, which stand there also where they do nothing."""
    held = {
        key: [one for one in activities(goals) if column(one) == key] for key in ("person", *SHARED, "other")
    }
    person = seen.ground.case.subject_name if "identity" in seen.visible else ""
    found = []
    if held["person"]:
        found.append(
            {"key": "person", "kind": "person", "name": person or gettext("The person"), "gloss": ""}
        )
    named = {
        "region": (gettext("The region"), gettext("health care")),
        "municipality": (gettext("The municipality"), gettext("social services")),
    }
    for key in SHARED:
        name, gloss = named[key]
        found.append({"key": key, "kind": key, "name": _principal(held[key]) or name, "gloss": gloss})
    if held["other"]:
        found.append({"key": "other", "kind": "other", "name": gettext("Others"), "gloss": ""})
    return found


SHARED = ("region", "municipality")
"""The columns of the two principals."""
GONE = "gone"
"""The decision of an activity that an earlier version had: nothing is told of how it goes."""


def column(one: Activity) -> str:
    """In which column an activity stands."""
    if one.principal in HEALTH_CARE:
        return "region"
    return one.principal if one.principal in ("municipality", "person") else "other"


def _principal(held: Sequence[Activity]) -> str:
    """The principal's own name, where all that stands in the column is one principal's."""
    units = directory_names.all_units()
    names = {units[one.unit_id].principal_name for one in held if one.unit_id in units}
    return names.pop() if len(names) == 1 else ""


def together(goals: Sequence[Goal]) -> str:
    """For which goals both principals answer, in one sentence; nothing where there is none (S3-019)."""
    numbers = [str(number) for number, goal in enumerate(goals, 1) if goal.joint]
    if not numbers:
        return ""
    if len(numbers) == len(goals):
        return gettext("Health care and the municipality answer for every goal together.")
    return gettext(
        "Health care and the municipality answer together for goal %(numbers)s.",
        numbers=words.listed(numbers),
    )


def drawn(
    goal: Goal, number: int, columns: Sequence[Mapping[str, str]], day: date, marks: Marks | None = None
) -> dict[str, object]:
    """One goal as the template draws it; `marks` say what changed."""
    found = marks or {}
    by = gettext("by %(day)s", day=words.short_day(goal.target_on, day)) if goal.target_on else ""
    reached = ", ".join(part for part in (goal.measure.rstrip(". "), by) if part)
    cells = [
        [
            activity(one, day, found.get((goal.words, one.what), ""))
            for one in goal.activities
            if column(one) == each["key"]
        ]
        for each in columns
    ]
    return {
        "number": number,
        "words": goal.words,
        "reached": gettext("Reached when: %(what)s", what=reached) if reached else "",
        "joint": gettext("Answered for together") if goal.joint else "",
        "state": goal_state(goal.state),
        "state_icon": {"reached": "done", "met": "done"}.get(goal.state, "partly"),
        "change": found.get((goal.words, ""), ""),
        "cells": cells,
    }


def activity(one: Activity, day: date, change: str = "") -> dict[str, object]:
    """One activity: what, who, what is decided, how it goes and since when, and what is done meanwhile."""
    unit = unit_name(one.unit_id) or one.other
    lines = [line for line in (_decision(one, day), _progress(one, day)) if line]
    return {
        "what": one.what,
        "by": ", ".join(part for part in (unit, one.responsible) if part),
        "states": lines,
        "until": one.meanwhile if one.decision != "decided" and not one.over else "",
        "change": change,
    }


def _decision(one: Activity, day: date) -> dict[str, str] | None:
    """What is decided; of what is only planned, how it goes says all."""
    if one.decision == "waiting":
        return {"state": "waiting", "words": _awaited(one, day)}
    if one.decision == "decided":
        if one.decided_on is None:
            return {"state": "decided", "words": gettext("Decided")}
        return {
            "state": "decided",
            "words": gettext("Decided %(day)s", day=words.short_day(one.decided_on, day)),
        }
    told = decision_words(one.decision)
    return {"state": "none", "words": told} if one.decision in ("refused", "wished", "withdrawn") else None


def _awaited(one: Activity, day: date) -> str:
    if one.expected_on is None:
        told = gettext("Waits for a decision")
    else:
        told = gettext("Waits for a decision %(day)s", day=words.short_day(one.expected_on, day))
    return f"{told}, {one.waits_for}" if one.waits_for else told


def _progress(one: Activity, day: date) -> dict[str, str] | None:
    """How it goes, and since when; nothing where what is decided says it already."""
    if one.progress == "not_begun":
        return None if one.decision in ("waiting", "wished") else _not_begun(one.starts_on, day)
    if one.progress == "stopped" and one.decision in ("withdrawn", "refused", GONE):
        return None
    since = words.short_day(one.since_on, day) if one.since_on else ""
    told = {
        "done": gettext("Done %(day)s", day=since),
        "stopped": gettext("Stopped %(day)s", day=since),
        "going_on": gettext("Going on since %(day)s", day=since),
    }.get(one.progress)
    icon = {"done": "done", "stopped": "cancelled", "going_on": "running"}.get(one.progress, "planned")
    return {"state": icon, "words": told if told and since else progress_words(one.progress)}


def _not_begun(starts_on: date | None, day: date) -> dict[str, str]:
    if starts_on is None:
        return {"state": "planned", "words": gettext("Not begun")}
    on = words.short_day(starts_on, day)
    if starts_on < day:
        return {"state": "late", "words": gettext("Should have begun %(day)s", day=on)}
    return {"state": "planned", "words": gettext("Not begun, begins %(day)s", day=on)}


def decision_words(decision: str) -> str:
    """What is decided of an activity, in a word."""
    return {
        "decided": gettext("Decided"),
        "planned": gettext("Planned"),
        "waiting": gettext("Waits for a decision"),
        "withdrawn": gettext("Withdrawn from the plan"),
        "refused": gettext("Refused"),
        "wished": gettext("Wished for"),
    }.get(decision, decision)


def progress_words(progress: str) -> str:
    """How it goes with an activity, in a word."""
    return {
        "not_begun": gettext("Not begun"),
        "going_on": gettext("Going on"),
        "done": gettext("Done"),
        "stopped": gettext("Stopped"),
    }.get(progress, progress)


def goal_state(state: str) -> str:
    """How a follow-up found a goal, in words."""
    return {
        "reached": gettext("Reached"),
        "met": gettext("Reached"),
        "partly": gettext("Partly reached"),
        "not_met": gettext("Not reached"),
        "on_the_way": gettext("On the way"),
        "hindered": gettext("Something hinders"),
        "no_longer_wanted": gettext("No longer wanted"),
    }.get(state, "")


def slips(goals: Sequence[Goal], day: date) -> list[str]:
    """What is late, a sentence each."""
    found = []
    for one in activities(goals):
        if one.over:
            continue
        if one.decision == "waiting" and one.expected_on and one.expected_on < day:
            on = words.short_day(one.expected_on, day)
            found.append(gettext("%(what)s: the decision was expected %(day)s.", what=one.what, day=on))
        elif one.ends_on and one.ends_on < day:
            on = words.short_day(one.ends_on, day)
            found.append(gettext("%(what)s: should have been done %(day)s.", what=one.what, day=on))
        elif one.progress == "not_begun" and one.starts_on and one.starts_on < day:
            on = words.short_day(one.starts_on, day)
            found.append(gettext("%(what)s: should have begun %(day)s.", what=one.what, day=on))
    return found
