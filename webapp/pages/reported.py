"""The page of a deviation for the unit that it is about: what happened, what is asked of them, their answer, and files to carry over."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import deviation_export, reading, reported_on
from engine.actions.reported_on import Reported
from engine.actions.tasks import Held
from engine.errors import NotFound
from webapp import words
from webapp.auth import actor
from webapp.pages.deviation_files import as_file
from webapp.session import ZONE, now, tx, writes

pages = Blueprint("reported", __name__, url_prefix="/reported")


@pages.get("/<case_id>")
@writes
def page(case_id: str) -> str:
    """What the unit is asked to answer."""
    seen = _seen(case_id)
    told = seen.told
    facts = [
        (gettext("Kind"), told["kind_label"] or told["kind"]),
        (gettext("Reported by"), told["reporter_unit"]),
        (gettext("Agreed"), told["agreed"]),
        (gettext("What happened"), told["happened"]),
        (gettext("Consequence"), told["consequence"]),
        (gettext("Proposal"), told["proposal"]),
    ]
    answer = [
        (gettext("Cause"), told["cause"]),
        (gettext("Measure"), told["measure"]),
        (gettext("Done by the day"), told["measure_on"]),
    ]
    tasks = [
        {"name": one.name, "url": url_for("task.page", task_id=one.id), "due": words.full_day(one.due_on) if one.due_on else ""}
        for one in seen.to_do
    ]  # fmt: skip
    return render_template(
        "reported.html", section="todo", number=seen.case.number, sent=words.full_day(seen.sent_at.astimezone(ZONE).date()),
        facts=[(name, str(value)) for name, value in facts if value],
        answer=[(name, str(value)) for name, value in answer if value], tasks=tasks,
        files=[
            {"name": gettext("As a table (CSV)"), "url": url_for("reported.table", case_id=case_id)},
            {"name": gettext("As structured data (JSON)"), "url": url_for("reported.structured", case_id=case_id)},
        ],
        back={"url": url_for("worklist.page"), "words": gettext("To do")},
    )  # fmt: skip


@pages.get("/<case_id>/deviation.csv")
@writes
def table(case_id: str) -> ResponseReturnValue:
    """The same for the unit's own system, as a table of one row."""
    seen = _seen(case_id)
    return as_file(seen.case.number, "csv", deviation_export.as_csv(seen.told))


@pages.get("/<case_id>/deviation.json")
@writes
def structured(case_id: str) -> ResponseReturnValue:
    """The same as one object."""
    seen = _seen(case_id)
    return as_file(seen.case.number, "json", deviation_export.as_json(seen.told))


def link(held: Held) -> dict[str, object] | None:
    """Beside a task of the unit: where the deviation stands. None where the task is no answer to one."""
    case = held.ground.case
    if case.about_case_id is None:
        return None
    try:
        seen = reported_on.see(tx(), held.actor, case.id, now=now())
    except NotFound:
        return None
    if seen.unit_id != held.task.unit_id:
        return None
    return {
        "title": gettext("The deviation"),
        "url": url_for("reported.page", case_id=case.id),
        "words": gettext("Read what was reported"),
    }


def _seen(case_id: str) -> Reported:
    seen = reported_on.see(tx(), actor(), case_id, now=now())
    reading.note(
        tx(), actor(), case_id, "deviation_file", reported_on.WRITTEN_IN, seen.reason, unit_id=seen.unit_id, now=now()
    )  # fmt: skip
    return seen
