"""What shall happen in the plans that one is responsible for: activities near and late, follow-ups, the yearly review (S3-108).

Enters: somebody who works with cases. Leaves: one list over all their plans, the latest first. A plan shows here only what it shows on its
own page, and each that does is noted as read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, url_for
from flask_babel import gettext, ngettext

from engine import asking
from engine.access import Act, may
from engine.reads import plans_ahead
from engine.reads.plans_ahead import Ahead
from engine.records import cases, documents, grounds, timers
from webapp import words
from webapp.auth import actor
from webapp.pages import naming, plan_versions, planrows
from webapp.pages.casehead import Seen, see
from webapp.pages.taskrow import due_words
from webapp.session import now, today, tx, writes

pages = Blueprint("followed", __name__)
NEAR_FOR = timedelta(days=14)
YEAR = timedelta(days=365)
REVIEWS = frozenset({"follow_up_note", "evaluation"})
"""Kinds of papers that tell of a follow-up or an evaluation."""


@pages.get("/plans")
@writes
def page() -> str:
    """Every plan that the person is responsible for, and what is to happen in them."""
    followed = [found for one in plans_ahead.held(tx(), actor()) if (found := _seen(one)) is not None]
    rows = sorted((row for one in followed for row in _rows(one)), key=lambda row: row[0])
    drawn = [row for _, row in rows]
    groups = [
        {"name": name, "rows": [row for row in drawn if row["group"] == key]}
        for key, name in (
            ("late", gettext("Late")),
            ("near", gettext("Within two weeks")),
            ("later", gettext("Later")),
        )
    ]
    return render_template(
        "plans.html",
        section="plans",
        sentence=_sentence(drawn, len(followed)),
        groups=[one for one in groups if one["rows"]],
        plans=[_plan(one) for one in followed],
    )


def _seen(case_id: str) -> Seen | None:
    """The case with what of it the person may see; None where that is no plan."""
    case = cases.fetch(tx(), case_id)
    about = asking.case_object(case, grounds.standings(tx(), [case_id])[case_id], now=now())
    if not may(actor(), Act.CASE_SEE_EXISTENCE, about):
        return None
    seen = see(case_id, "plans")
    return seen if "plan" in seen.visible else None


def _rows(seen: Seen) -> list[tuple[date, dict[str, object]]]:
    """(the day, the row) of all that is to happen in one plan."""
    values = cases.values(tx(), seen.ground.case.id).get("", {})
    versions = plan_versions.of_case(seen)
    goals = plan_versions.followed(seen, versions)
    follow_up, evaluation = (_day(values.get(name)) for name in ("follow_up_on", "evaluation_on"))
    ahead = plans_ahead.of_plan(goals, follow_up_on=follow_up, evaluation_on=evaluation)
    if not versions:
        return []
    told = [(one.on, _row(seen, one.on, *_words(one))) for one in ahead]
    told += [(on, _row(seen, on, name, "")) for on, name in _timers(seen, {one.on for one in ahead})]
    if not any(one.kind in ("follow_up", "evaluation") for one in ahead) and not _timers(seen, set()):
        on = _reviewed(seen, versions) + YEAR
        told.append(
            (on, _row(seen, on, gettext("The yearly review"), gettext("No day is set for a follow-up.")))
        )
    return told


def _row(seen: Seen, on: date, what: str, line: str) -> dict[str, object]:
    day = seen.ground.today
    due = due_words(on, {}, day, day + NEAR_FOR)
    return {
        "group": "late" if on < day else "near" if on <= day + NEAR_FOR else "later",
        "url": url_for("plan.page", case_id=seen.ground.case.id),
        "what": what,
        "whose": naming.case_title(seen.ground, seen.about),
        "line": line,
        "due": due,
    }


def _words(one: Ahead) -> tuple[str, str]:
    """What is to happen, and who does it."""
    if one.activity is None:
        return gettext("Follow-up") if one.kind == "follow_up" else gettext("Evaluation"), ""
    kind = {
        "begins": gettext("begins"),
        "done": gettext("to be done or followed up"),
        "decision": gettext("a decision is awaited"),
    }[one.kind]
    by = str(planrows.activity(one.activity, today())["by"])
    return one.activity.what, ", ".join(part for part in (words.capital(kind), by) if part)


def _timers(seen: Seen, told: set[date]) -> list[tuple[date, str]]:
    """What the routine itself waits for, such as the yearly evaluation, on days that nothing else stands on."""
    found = [
        (one.due_at.astimezone(seen.ground.zone).date(), one.name)
        for one in timers.of_case(tx(), seen.ground.case.id)
        if not one.host and one.name
    ]
    return [(on, name) for on, name in found if on not in told]


def _reviewed(seen: Seen, versions: Sequence[plan_versions.Version]) -> date:
    """When the plan was last followed up or evaluated, else made."""
    papers = [one for one in documents.of_case(tx(), seen.ground.case.id) if one.kind in REVIEWS]
    return papers[0].issued_at.astimezone(seen.ground.zone).date() if papers else versions[0].on


def _plan(seen: Seen) -> dict[str, object]:
    """One plan in a line: whose, how many of its activities go on, and when it was last followed up."""
    versions = plan_versions.of_case(seen)
    goals = plan_versions.followed(seen, versions)
    going = [one for goal in goals for one in goal.activities if not one.over]
    on = words.short_day(_reviewed(seen, versions), seen.ground.today) if versions else ""
    return {
        "url": url_for("plan.page", case_id=seen.ground.case.id),
        "title": naming.case_title(seen.ground, seen.about),
        "version": gettext("Version %(number)s", number=versions[0].paper.version)
        if versions
        else gettext("Being written"),
        "going": ngettext(
            "%(num)s activity goes on or is to come", "%(num)s activities go on or are to come", len(going)
        ),
        "reviewed": gettext("Last made or followed up %(day)s", day=on) if on else "",
    }


def _sentence(rows: Sequence[Mapping[str, object]], plans: int) -> str:
    if not plans:
        return gettext("You are not responsible for any plan just now.")
    late = sum(row["group"] == "late" for row in rows)
    near = sum(row["group"] == "near" for row in rows)
    if not late and not near:
        return gettext("Nothing is late, and nothing is to happen within two weeks.")
    return gettext(
        "%(late)s late, %(near)s within two weeks.", late=words.number_words(late), near=words.number(near)
    )


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
