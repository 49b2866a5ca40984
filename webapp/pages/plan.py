"""The plan as what it is: who does what; its versions; papers for print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from engine.errors import NotFound
from engine.records import cases, directory, documents
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names, telling
from webapp.pages.casehead import Seen, head, see, unit_name
from webapp.pages.papers import told
from webapp.session import tx, writes

pages = Blueprint("plan", __name__)


@pages.get("/cases/<case_id>/plan")
@writes
def page(case_id: str) -> str:
    """The newest plan, or an older version of it."""
    seen = _readable(case_id)
    return render_template("plan.html", section="cases", case=head(seen, "plan"), plan=view(seen), test_case=seen.ground.case.is_test)


@pages.get("/cases/<case_id>/plan/print")
@writes
def print_page(case_id: str) -> str:
    """The same on paper."""
    seen = _readable(case_id)
    plan = view(seen)
    plan["printed"] = gettext("Printed %(day)s by %(name)s", day=words.full_day(seen.ground.today), name=actor().name)
    back = {"url": url_for("plan.page", case_id=case_id), "words": gettext("The plan")}
    return render_template("plan_print.html", section="cases", plan=plan, back_to=back)


@pages.get("/documents/<document_id>")
@writes
def document(document_id: str) -> str:
    """A paper as it was issued."""
    paper = documents.fetch(tx(), document_id)
    seen = see(paper.case_id, "document")
    if paper.kind == "plan":
        return _older(_readable(paper.case_id), paper)
    if "coordination" not in seen.visible and "plan" not in seen.visible:
        raise NotFound
    back = {"url": url_for("papers.page", case_id=paper.case_id), "words": gettext("Data and papers")}
    content = paper.content if isinstance(paper.content, dict) else {}
    if paper.kind == "delivery_sheet":
        return render_template("delivery_sheet_print.html", section="cases", sheet=_sheet(seen, paper, content), back_to=back)
    return render_template("letter_print.html", section="cases", letter=_letter(seen, paper, content), back_to=back)


def view(seen: Seen, content: Mapping[str, object] | None = None, version: documents.Document | None = None) -> dict[str, object]:
    """What the plan templates ask for; `content` is that of an older version."""
    values = content if content is not None else cases.values(tx(), seen.ground.case.id).get("", {})
    goals = values.get("goals")
    rows = [goal for goal in goals if isinstance(goal, dict)] if isinstance(goals, list) else []
    day, papers = seen.ground.today, [one for one in documents.of_case(tx(), seen.ground.case.id) if one.kind == "plan"]
    newest = papers[0].version if papers else 0
    columns = _columns(seen, rows)
    shown = version.version if version else newest
    return {
        "title": gettext("The plan"),
        "over": gettext("Version %(number)s", number=shown) if shown else gettext("Being written"),
        "back": {"url": url_for("case.page", case_id=seen.ground.case.id), "words": gettext("The case")},
        "change": None,
        "print_url": url_for("plan.print_page", case_id=seen.ground.case.id),
        "own_words": _most_important(values),
        "slips": _slips(rows, day),
        "columns": columns,
        "goals": [_goal(goal, number, columns, day) for number, goal in enumerate(rows, 1)],
        "coordinator": _coordinator(seen, values),
        "follow_up": _follow_up(values, day),
        "consent": _consent(seen),
        "person": seen.ground.case.subject_name or "",
        "partial": "" if seen.visible >= {"plan", "situation", "health", "social"} else gettext("You see what the person's consent covers; there may be more."),
        "old": gettext("You are reading version %(number)s. The newest is version %(newest)s.", number=shown, newest=newest) if version and shown != newest else "",
        "versions": [_version(seen, one, newest) for one in papers],
        "empty": "" if rows else gettext("There is no plan yet. It is written after the meeting."),
        "more": [],
    }


def _readable(case_id: str) -> Seen:
    seen = see(case_id, "plan")
    if "plan" not in seen.visible:
        raise NotFound
    return seen


def _older(seen: Seen, paper: documents.Document) -> str:
    content = paper.content if isinstance(paper.content, dict) else {}
    plan = view(seen, content if "goals" in content else None, paper)
    if request.args.get("print"):
        return render_template("plan_print.html", section="cases", plan=plan, back_to=plan["back"])
    return render_template("plan.html", section="cases", case=head(seen, "plan"), plan=plan)


def _columns(seen: Seen, rows: list[dict[str, object]]) -> list[dict[str, str]]:
    kinds = {str(one.get("principal")) for goal in rows for one in _activities(goal)}
    person = seen.ground.case.subject_name if "identity" in seen.visible else ""
    columns = []
    if "person" in kinds:
        columns.append({"key": "person", "kind": "person", "name": person or gettext("The person"), "gloss": ""})
    columns.append({"key": "region", "kind": "region", "name": gettext("The region"), "gloss": gettext("health care")})
    columns.append({"key": "municipality", "kind": "municipality", "name": gettext("The municipality"), "gloss": gettext("social services")})
    if "other" in kinds:
        columns.append({"key": "other", "kind": "other", "name": gettext("Others"), "gloss": ""})
    return columns


def _goal(goal: dict[str, object], number: int, columns: list[dict[str, str]], day: date) -> dict[str, object]:
    measure, target = told(goal.get("measure")), goal.get("target_on")
    by = gettext("by %(day)s", day=words.short_day(target, day)) if isinstance(target, date) else ""
    reached = ", ".join(part for part in (measure, by) if part)
    cells = [[_activity(one, day) for one in _activities(goal) if str(one.get("principal")) == column["key"]] for column in columns]
    return {"number": number, "words": str(goal.get("goal", "")), "reached": gettext("Reached when: %(what)s", what=reached) if reached else "", "state": "", "state_icon": "", "change": "", "cells": cells}


def _activity(one: dict[str, object], day: date) -> dict[str, object]:
    state = str(one.get("state") or "planned")
    decided, expected, starts = one.get("decided_on"), one.get("decision_expected_on"), one.get("starts_on")
    told_state = {"decided": gettext("Decided"), "planned": gettext("Planned"), "waiting": gettext("Waits for a decision")}.get(state, state)
    if state == "waiting" and isinstance(expected, date):
        told_state = gettext("Waits for a decision %(day)s", day=words.short_day(expected, day))
    elif state == "decided" and isinstance(decided, date):
        told_state = gettext("Decided %(day)s", day=words.short_day(decided, day))
    elif isinstance(starts, date):
        told_state = gettext("Planned from %(day)s", day=words.short_day(starts, day))
    unit = unit_name(str(one.get("unit") or "")) or str(one.get("other_actor") or "")
    by = ", ".join(part for part in (unit, str(one.get("responsible") or "")) if part)
    return {"what": str(one.get("description", "")), "by": by, "state": state, "state_words": told_state, "until": told(one.get("interim_measure")), "change": ""}


def _slips(rows: list[dict[str, object]], day: date) -> list[dict[str, str]]:
    found = []
    for goal in rows:
        for one in _activities(goal):
            expected, starts = one.get("decision_expected_on"), one.get("starts_on")
            what = str(one.get("description", ""))
            if one.get("state") == "waiting" and isinstance(expected, date) and expected < day:
                found.append(gettext("%(what)s: the decision was expected %(day)s.", what=what, day=words.short_day(expected, day)))
            elif one.get("state") == "planned" and isinstance(starts, date) and starts < day:
                found.append(gettext("%(what)s: should have begun %(day)s.", what=what, day=words.short_day(starts, day)))
    return [{"text": text, "url": "", "url_words": ""} for text in found]


def _coordinator(seen: Seen, values: Mapping[str, object]) -> dict[str, str] | None:
    held = seen.ground.slots.get("coordinator") or seen.ground.slots.get("convener")
    unit = directory_names.all_units().get(held.unit_id) if held else None
    person = directory.names(tx(), [held.person_id]).get(held.person_id, "") if held and held.person_id else ""
    name = person or str(values.get("coordinator_name") or "")
    if unit is None and not name:
        return None
    phone = str(values.get("coordinator_phone") or "") or (unit.phone if unit and unit.phone else "")
    return {"name": name, "unit": unit.name if unit else "", "phone": phone}


def _follow_up(values: Mapping[str, object], day: date) -> dict[str, str] | None:
    on = values.get("follow_up_on")
    if isinstance(on, datetime):
        on = on.date()
    if not isinstance(on, date):
        return None
    return {"when": words.capital(words.long_day(on, day)), "where": str(values.get("follow_up_place") or "")}


def _consent(seen: Seen) -> dict[str, str] | None:
    standing = seen.ground.standing
    if any(one.scope == "all" for one in standing.withdrawals):
        return {"state": "late", "state_words": gettext("Taken back"), "text": ""}
    given = [one for one in standing.consents if one.kind == "plan_creation"]
    if not given:
        return None
    on = words.short_day(given[-1].given_on, seen.ground.today)
    return {"state": "done", "state_words": gettext("In force"), "text": gettext("%(form)s %(day)s", form=words.capital(telling.form(given[-1].form)), day=on)}


def _version(seen: Seen, one: documents.Document, newest: int) -> dict[str, object]:
    return {
        "when": words.capital(words.short_day(one.issued_at.astimezone(seen.ground.zone).date(), seen.ground.today)),
        "name": gettext("Version %(number)s", number=one.version),
        "now": one.version == newest,
        "text": one.title,
        "url": url_for("plan.document", document_id=one.id) if one.version != newest else "",
        "url_words": gettext("Read this version"),
    }


def _most_important(values: Mapping[str, object]) -> dict[str, str] | None:
    for name in ("most_important", "long_term_goal", "own_situation"):
        found = values.get(name)
        if isinstance(found, str) and found.strip():
            return {"words": found, "source": ""}
    needs = values.get("plan_needs")
    first = needs[0] if isinstance(needs, list) and needs and isinstance(needs[0], dict) else {}
    return {"words": str(first["need"]), "source": ""} if first.get("need") else None


def _letter(seen: Seen, paper: documents.Document, content: Mapping[str, object]) -> dict[str, object]:
    unit = directory_names.all_units()[seen.ground.case.unit_id]
    on = words.full_day(paper.issued_at.astimezone(seen.ground.zone).date())
    sender = {"unit": unit.name, "address": [unit.principal_name], "phone": unit.phone or ""}
    facts = [(_label(seen, name), told(value)) for name, value in content.items() if value not in (None, "", [])]
    signed = {"name": directory.names(tx(), [paper.issued_by]).get(paper.issued_by, "") if paper.issued_by else "", "role": "", "unit": unit.name}
    to = content.get("recipient") or content.get("to")
    return {
        "sender": sender, "to": [told(to)] if to else [], "place_and_day": on, "title": paper.title, "paragraphs": [], "facts": facts,
        "signed": signed, "reference": seen.ground.case.number,
    }  # fmt: skip


def _sheet(seen: Seen, paper: documents.Document, content: Mapping[str, object]) -> dict[str, object]:
    return {
        "printed": gettext("Printed %(day)s by %(name)s", day=words.full_day(seen.ground.today), name=actor().name),
        "title": paper.title,
        "plan_line": seen.ground.case.number,
        "coordinator": _coordinator(seen, content),
        "follow_up": _follow_up(content, seen.ground.today),
        "ways": [(_label(seen, name), told(value)) for name, value in content.items() if value not in (None, "", []) and not isinstance(value, list)],
        "others": [],
        "signature": False,
    }


def _label(seen: Seen, name: str) -> str:
    for form in seen.routine.forms.values():
        for one in form.top_level():
            if one.key == name and one.label:
                return one.label
    return name.replace("_", " ").capitalize()


def _activities(goal: dict[str, object]) -> list[dict[str, object]]:
    found = goal.get("activities")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


