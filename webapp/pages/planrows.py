"""The plan as a table of who does what: goals in rows, those who answer in columns."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from webapp import words
from webapp.pages.answers import told
from webapp.pages.casehead import Seen, unit_name


def columns(seen: Seen, rows: list[dict[str, object]]) -> list[dict[str, str]]:
    kinds = {str(one.get("principal")) for goal in rows for one in _activities(goal)}
    person = seen.ground.case.subject_name if "identity" in seen.visible else ""
    columns = []
    if "person" in kinds:
        columns.append(
            {"key": "person", "kind": "person", "name": person or gettext("The person"), "gloss": ""}
        )
    columns.append(
        {"key": "region", "kind": "region", "name": gettext("The region"), "gloss": gettext("health care")}
    )
    columns.append(
        {
            "key": "municipality",
            "kind": "municipality",
            "name": gettext("The municipality"),
            "gloss": gettext("social services"),
        }
    )
    if "other" in kinds:
        columns.append({"key": "other", "kind": "other", "name": gettext("Others"), "gloss": ""})
    return columns


def drawn(
    goal: dict[str, object], number: int, columns: list[dict[str, str]], day: date
) -> dict[str, object]:
    measure, target = told(goal.get("measure")).rstrip(". "), goal.get("target_on")
    by = gettext("by %(day)s", day=words.short_day(target, day)) if isinstance(target, date) else ""
    reached = ", ".join(part for part in (measure, by) if part)
    cells = [
        [_activity(one, day) for one in _activities(goal) if str(one.get("principal")) == column["key"]]
        for column in columns
    ]
    return {
        "number": number,
        "words": str(goal.get("goal", "")),
        "reached": gettext("Reached when: %(what)s", what=reached) if reached else "",
        "state": "",
        "state_icon": "",
        "change": "",
        "cells": cells,
    }


def _activity(one: dict[str, object], day: date) -> dict[str, object]:
    state = str(one.get("state") or "planned")
    decided, expected, starts = one.get("decided_on"), one.get("decision_expected_on"), one.get("starts_on")
    told_state = {
        "decided": gettext("Decided"),
        "planned": gettext("Planned"),
        "waiting": gettext("Waits for a decision"),
        "withdrawn": gettext("Withdrawn from the plan"),
    }.get(state, state)
    if state == "waiting" and isinstance(expected, date):
        told_state = gettext("Waits for a decision %(day)s", day=words.short_day(expected, day))
    elif state == "decided" and isinstance(decided, date):
        told_state = gettext("Decided %(day)s", day=words.short_day(decided, day))
    elif state == "planned" and isinstance(starts, date):
        told_state = gettext("Planned from %(day)s", day=words.short_day(starts, day))
    unit = unit_name(str(one.get("unit") or "")) or str(one.get("other_actor") or "")
    by = ", ".join(part for part in (unit, str(one.get("responsible") or "")) if part)
    return {
        "what": str(one.get("description", "")),
        "by": by,
        "state": state,
        "state_words": told_state,
        "until": told(one.get("interim_measure")),
        "change": "",
    }


def slips(rows: list[dict[str, object]], day: date) -> list[dict[str, str]]:
    found = []
    for goal in rows:
        for one in _activities(goal):
            expected, starts = one.get("decision_expected_on"), one.get("starts_on")
            what = str(one.get("description", ""))
            if one.get("state") == "waiting" and isinstance(expected, date) and expected < day:
                found.append(
                    gettext(
                        "%(what)s: the decision was expected %(day)s.",
                        what=what,
                        day=words.short_day(expected, day),
                    )
                )
            elif one.get("state") == "planned" and isinstance(starts, date) and starts < day:
                found.append(
                    gettext(
                        "%(what)s: should have begun %(day)s.", what=what, day=words.short_day(starts, day)
                    )
                )
    return [{"text": text, "url": "", "url_words": ""} for text in found]


def _activities(goal: dict[str, object]) -> list[dict[str, object]]:
    found = goal.get("activities")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
