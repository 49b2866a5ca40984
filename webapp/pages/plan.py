"""The plan as what it is: who does what; its versions; papers for print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from engine.errors import NotFound
from engine.reads.plans import Goal
from engine.records import cases, directory, documents, tasks
from webapp import words
from webapp.auth import actor
from webapp.pages import (
    directory_names,
    levels,
    message,
    naming,
    paperwords,
    plan_versions,
    planrows,
    telling,
)
from webapp.pages.casehead import Seen, head, mine, see
from webapp.pages.plan_versions import Version
from webapp.session import tx, writes

pages = Blueprint("plan", __name__)
BESIDE_GOALS = (
    "consent_statement", "consent", "plan_needs", "needs", "plan_needs_today", "needs_today", "plan_needs_ahead", "needs_ahead",
    "strengths", "wishes", "lss_wishes", "long_term_goal", "cooperation", "plan_participants", "participants", "related_plans",
    "other_plans", "evaluation_on",
)  # fmt: skip
"""What a plan holds beside its goals: by the names of the forms, and by those of what is issued."""


@pages.get("/cases/<case_id>/plan")
@writes
def page(case_id: str) -> str:
    """The newest plan."""
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
    return _on_paper(seen, view(seen), _written(seen))


@pages.get("/cases/<case_id>/plan/changes")
@writes
def compare(case_id: str) -> str:
    """What differs between any two versions, as sentences and in the table of who does what."""
    seen = readable(case_id)
    versions = plan_versions.of_case(seen)
    numbered = {one.paper.version: one for one in versions}
    if len(numbered) < 2:
        raise NotFound
    newest = list(numbered)[:2]
    chosen = sorted(
        {request.args.get(name, newest[place], type=int) for place, name in enumerate(("later", "earlier"))}
    )
    if not set(chosen) <= set(numbered):
        raise NotFound
    before, after = numbered[chosen[0]], numbered[chosen[-1]]
    return render_template(
        "plan_changes.html", section="cases", case=head(seen, "plan"), changes=plan_versions.compared(seen, before, after, list(numbered)),
        test_case=seen.ground.case.is_test,
    )  # fmt: skip


def view(seen: Seen, version: Version | None = None) -> dict[str, object]:
    """What the plan templates ask for: of an older version, else of what holds now."""
    versions = plan_versions.of_case(seen)
    values = version.content if version else _written(seen)
    goals = plan_versions.followed(seen, versions) if version is None else version.goals
    day, newest = seen.ground.today, versions[0].paper.version if versions else 0
    columns = planrows.columns(seen, goals)
    shown = version.paper.version if version else newest
    return {
        "title": gettext("The plan"),
        "purpose": purpose(),
        "over": _over(version or (versions[0] if versions else None), goals),
        "back": {"url": url_for("case.page", case_id=seen.ground.case.id), "words": gettext("The case")},
        "start": _changing(seen) if version is None else [],
        "print_url": _print_url(seen, version) if goals or versions else "",
        "tasks": [{"url": url_for("task.page", task_id=task.id), "words": task.name} for task in mine(seen)],
        "own_words": _most_important(values),
        "slips": planrows.slips(goals, day) if version is None else [],
        "together": planrows.together(goals),
        "columns": columns,
        "goals": [planrows.drawn(goal, number, columns, day) for number, goal in enumerate(goals, 1)],
        "overall": _overall(seen, values),
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
        "versions": plan_versions.told(seen, versions, plan_versions.steps(seen)),
        "empty": "" if goals else gettext("There is no plan yet. It is written after the meeting."),
    }


def _changing(seen: Seen) -> list[dict[str, str]]:
    """How the plan is changed from here: what the reader may start whose form asks why."""
    asks = {
        name
        for name, form in seen.routine.forms.items()
        if {one.key for one in form.top_level()} & set(plan_versions.REASONS)
    }
    case_id = seen.ground.case.id
    places = [one.id for one in tasks.awaited_of(tx(), case_id) if one.element_id in asks]
    urls = {url_for("message.page", case_id=case_id, what=one) for one in places}
    return [one for one in message.startable(seen.ground, seen.about) if one["url"] in urls]


def purpose() -> str:
    """What a plan is there for (S2-06)."""
    return gettext(
        "The plan is there so that the person gets the coordinated support and care that they have a right to and need."
    )


def _over(version: Version | None, goals: Sequence[Goal]) -> str:
    if version is None:
        return gettext("Being written") if goals else gettext("Not written yet")
    day = words.full_day(version.on)
    return gettext("Version %(number)s, made %(day)s", number=version.paper.version, day=day)


def _print_url(seen: Seen, version: Version | None) -> str:
    if version is None:
        return url_for("plan.print_page", case_id=seen.ground.case.id)
    return url_for("letters.document", document_id=version.paper.id, print=1)


def _written(seen: Seen) -> dict[str, object]:
    """What is being written, of the categories that the reader may see."""
    of, values = seen.routine.categories, cases.values(tx(), seen.ground.case.id).get("", {})
    return {name: value for name, value in values.items() if of.get(name, "plan") in seen.visible}


def _overall(seen: Seen, values: Mapping[str, object]) -> str:
    """Which principal answers for the whole."""
    kept = values.get("overall_principal")
    return paperwords.choice(seen.routine, "overall_principal", kept) if isinstance(kept, str) else ""


def _on_paper(seen: Seen, plan: dict[str, object], content: Mapping[str, object]) -> str:
    plan["over"] = f"{naming.case_title(seen.ground, seen.about)} · {plan['over']}"
    plan["printed"] = gettext(
        "Printed %(day)s by %(name)s", day=words.full_day(seen.ground.today), name=actor().name
    )
    plan["more"] = _beside_goals(seen, content)
    back = {"url": url_for("plan.page", case_id=seen.ground.case.id), "words": gettext("The plan")}
    by_hand = levels.paper_note(seen.ground.case.protection)
    return render_template("plan_print.html", section="cases", plan=plan, back_to=back, by_hand=by_hand)


def _beside_goals(seen: Seen, content: Mapping[str, object]) -> paperwords.Written:
    """What the plan holds beside goals, of the categories that the reader may see."""
    shown = {name: content[name] for name in BESIDE_GOALS if name in content}
    return paperwords.written(seen.routine, shown)


def readable(case_id: str) -> Seen:
    seen = see(case_id, "plan")
    if "plan" not in seen.visible:
        raise NotFound
    return seen


def older(seen: Seen, paper: documents.Document) -> str:
    """A version as it was issued; any version may be printed."""
    version = plan_versions.version(seen, paper)
    plan = view(seen, version)
    if request.args.get("print"):
        return _on_paper(seen, plan, version.content)
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
    at, when = values.get("follow_up_time"), words.capital(words.long_day(on, day))
    if isinstance(at, time):
        when = gettext("%(day)s at %(time)s", day=when, time=words.time_of_day(at))
    return {"when": when, "where": str(values.get("follow_up_place") or "")}


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


def _most_important(values: Mapping[str, object]) -> dict[str, str] | None:
    for name in ("most_important", "long_term_goal", "wishes", "lss_wishes", "own_situation"):
        found = values.get(name)
        if isinstance(found, str) and found.strip():
            return {"words": found, "source": ""}
    needs = values.get("plan_needs") or values.get("needs")
    first = needs[0] if isinstance(needs, list) and needs and isinstance(needs[0], dict) else {}
    return {"words": str(first["need"]), "source": ""} if first.get("need") else None
