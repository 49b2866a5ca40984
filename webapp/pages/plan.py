"""The plan as what it is: who does what; its versions; papers for print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from engine.actions import papers
from engine.errors import NotFound
from engine.records import cases, directory, documents
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names, levels, naming, paperwords, planrows, telling
from webapp.pages.casehead import Seen, head, mine, see
from webapp.session import tx, writes

pages = Blueprint("plan", __name__)
BESIDE_GOALS = (
    "consent_statement",
    "plan_needs",
    "strengths",
    "wishes",
    "long_term_goal",
    "plan_participants",
    "related_plans",
    "evaluation_on",
)


@pages.get("/cases/<case_id>/plan")
@writes
def page(case_id: str) -> str:
    """The newest plan, or an older version of it."""
    seen = readable(case_id)
    return render_template(
        "plan.html",
        section="cases",
        case=head(seen, "plan"),
        plan=view(seen),
        test_case=seen.ground.case.is_test,
    )


@pages.get("/cases/<case_id>/plan/print")
@writes
def print_page(case_id: str) -> str:
    """The same on paper, with whose plan it is and all else that a plan must hold (S3-060 to S3-066)."""
    seen = readable(case_id)
    plan = view(seen)
    plan["over"] = f"{naming.case_title(seen.ground, seen.about)} · {plan['over']}"
    plan["printed"] = gettext(
        "Printed %(day)s by %(name)s", day=words.full_day(seen.ground.today), name=actor().name
    )
    plan["more"] = _beside_goals(seen)
    back = {"url": url_for("plan.page", case_id=case_id), "words": gettext("The plan")}
    by_hand = levels.paper_note(seen.ground.case.protection)
    return render_template("plan_print.html", section="cases", plan=plan, back_to=back, by_hand=by_hand)


def _beside_goals(seen: Seen) -> paperwords.Written:
    """What the plan holds beside goals, of the categories that the reader may see."""
    values, of = cases.values(tx(), seen.ground.case.id).get("", {}), seen.routine.categories
    shown = {name: values[name] for name in BESIDE_GOALS if name in values and of.get(name) in seen.visible}
    return paperwords.written(seen.routine, shown)


def view(
    seen: Seen, content: Mapping[str, object] | None = None, version: documents.Document | None = None
) -> dict[str, object]:
    """What the plan templates ask for; `content` is that of an older version."""
    values = content if content is not None else _written(seen)
    goals = values.get("goals")
    rows = [goal for goal in goals if isinstance(goal, dict)] if isinstance(goals, list) else []
    day, versions = (
        seen.ground.today,
        [one for one in documents.of_case(tx(), seen.ground.case.id) if one.kind == "plan"],
    )
    newest = versions[0].version if versions else 0
    columns = planrows.columns(seen, rows)
    shown = version.version if version else newest
    return {
        "title": gettext("The plan"),
        "over": gettext("Version %(number)s", number=shown)
        if shown
        else gettext("Being written")
        if rows
        else gettext("Not written yet"),
        "back": {"url": url_for("case.page", case_id=seen.ground.case.id), "words": gettext("The case")},
        "change": None,
        "print_url": url_for("plan.print_page", case_id=seen.ground.case.id) if rows or versions else "",
        "tasks": [{"url": url_for("task.page", task_id=task.id), "words": task.name} for task in mine(seen)],
        "own_words": _most_important(values),
        "slips": planrows.slips(rows, day),
        "columns": columns,
        "goals": [planrows.drawn(goal, number, columns, day) for number, goal in enumerate(rows, 1)],
        "coordinator": coordinator(seen, values),
        "follow_up": follow_up(values, day),
        "consent": _consent(seen),
        "person": seen.ground.case.subject_name or "",
        "partial": ""
        if seen.visible >= {"plan", "situation", "health", "social"}
        else gettext("You see what the person's consent covers; there may be more."),
        "old": gettext(
            "You are reading version %(number)s. The newest is version %(newest)s.",
            number=shown,
            newest=newest,
        )
        if version and shown != newest
        else "",
        "versions": [_version(seen, one, newest) for one in versions],
        "empty": "" if rows else gettext("There is no plan yet. It is written after the meeting."),
    }


def _written(seen: Seen) -> dict[str, object]:
    """What is being written, of the categories that the reader may see."""
    of, values = seen.routine.categories, cases.values(tx(), seen.ground.case.id).get("", {})
    return {name: value for name, value in values.items() if of.get(name, "plan") in seen.visible}


def readable(case_id: str) -> Seen:
    seen = see(case_id, "plan")
    if "plan" not in seen.visible:
        raise NotFound
    return seen


def older(seen: Seen, paper: documents.Document) -> str:
    content, _ = papers.content_for(tx(), paper, seen.visible)
    plan = view(seen, content if "goals" in content else None, paper)
    if request.args.get("print"):
        return render_template("plan_print.html", section="cases", plan=plan, back_to=plan["back"])
    return render_template("plan.html", section="cases", case=head(seen, "plan"), plan=plan)


def coordinator(seen: Seen, values: Mapping[str, object]) -> dict[str, str] | None:
    """Whom to ring: as the paper has it, else who holds the plan together now."""
    held = seen.ground.slots.get("coordinator") or seen.ground.slots.get("convener")
    unit = directory_names.all_units().get(held.unit_id) if held else None
    person = (
        directory.names(tx(), [held.person_id]).get(held.person_id, "") if held and held.person_id else ""
    )
    name = str(values.get("coordinator_name") or values.get("coordinator") or "") or person
    phone = str(values.get("coordinator_phone") or values.get("phone") or "")
    if unit is None and not name:
        return None
    return {
        "name": name,
        "unit": unit.name if unit else "",
        "phone": phone or (unit.phone or "" if unit else ""),
    }


def follow_up(values: Mapping[str, object], day: date) -> dict[str, str] | None:
    """When and where the plan is followed up next."""
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
    return {
        "state": "done",
        "state_words": gettext("In force"),
        "text": gettext("%(form)s %(day)s", form=words.capital(telling.form(given[-1].form)), day=on),
    }


def _version(seen: Seen, one: documents.Document, newest: int) -> dict[str, object]:
    return {
        "when": words.capital(
            words.short_day(one.issued_at.astimezone(seen.ground.zone).date(), seen.ground.today)
        ),
        "name": gettext("Version %(number)s", number=one.version),
        "now": one.version == newest,
        "text": one.title,
        "url": url_for("letters.document", document_id=one.id) if one.version != newest else "",
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
