"""Courses by situation, and which of them I have gone through (S0-17)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from engine.actions import learning
from engine.definitions.knowledge import SITUATIONS
from engine.errors import InvalidForm
from engine.records import learned
from webapp import words
from webapp.auth import actor
from webapp.pages import support
from webapp.session import now, reads, today, tx, writes

pages = Blueprint("training", __name__, url_prefix="/training")


@pages.get("/")
@reads
def page() -> str:
    """The catalogue, for all or for one situation."""
    return _shown()


@pages.post("/<course_id>")
@writes
def complete(course_id: str) -> ResponseReturnValue:
    """I have gone through it, on the day written."""
    typed = request.form.get("on_day", "")
    try:
        on_day = date.fromisoformat(typed)
    except ValueError:
        return _shown(course_id, typed, gettext("Write the day as 2026-12-24")), 422
    try:
        learning.complete(tx(), actor(), course_id, on_day, today(), now=now())
    except InvalidForm as error:
        return _shown(course_id, typed, support.problem(error.errors[0].message)), 422
    flash(gettext("Noted: you have gone through the course."))
    return redirect(f"{url_for('training.page')}#course-{course_id}")


@pages.post("/<course_id>/take-back")
@writes
def take_back(course_id: str) -> ResponseReturnValue:
    """It was a mistake."""
    learning.take_back(tx(), actor(), course_id, now=now())
    flash(gettext("Taken back."))
    return redirect(f"{url_for('training.page')}#course-{course_id}")


def _shown(wrong_at: str = "", typed: str = "", wrong: str = "") -> str:
    chosen = request.args.get("for", "")
    chosen = chosen if chosen in SITUATIONS else ""
    found = learned.of_people(tx(), [actor().id])
    done = {one.what: one.on_day for one in found if one.kind == learned.COURSE}
    courses = learned.courses_in(tx(), {one.region_id for one in actor().memberships})
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "summary": one.summary,
            "address": one.address,
            "publisher": one.publisher,
            "minutes": gettext("about %(num)s minutes", num=one.minutes) if one.minutes else "",
            "situations": [support.situation(key) for key in one.situations],
            "done": words.full_day(done[one.id]) if one.id in done else "",
            "action": url_for("training.complete", course_id=one.id),
            "take_back": url_for("training.take_back", course_id=one.id),
            "day": typed if one.id == wrong_at else today().isoformat(),
            "wrong": wrong if one.id == wrong_at else "",
        }
        for one in courses
        if not chosen or chosen in one.situations
    ]
    used = [key for key in SITUATIONS if any(key in one.situations for one in courses)]
    choices = [
        {
            "url": url_for("training.page") + (f"?for={key}" if key else ""),
            "words": told,
            "current": key == chosen,
        }
        for key, told in [("", gettext("All")), *((key, support.situation(key)) for key in used)]
    ]
    sentence = (
        ngettext("You have gone through one course.", "You have gone through %(num)s courses.", len(done))
        if done
        else gettext(
            "Choose what fits your work. Write down what you have gone through; your manager sees it."
        )
    )
    errors = [{"href": f"day-{wrong_at}", "text": wrong}] if wrong else []
    return render_template(
        "support/training.html", courses=rows, choices=choices, errors=errors, sentence=sentence, **support.frame("training"),
    )  # fmt: skip
