"""The recurring samples of the log: those that run, starting one, and the rows that were drawn.

Enters: an auditor. Leaves: pages with rows of the log, never what stands in a case. What the review came to is handed in as tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, SystemObject, may
from engine.access.actor import Role
from engine.actions import log_review
from engine.errors import NotFound
from engine.reads import logbook
from engine.records import cases, log, tasks
from webapp import acts, words
from webapp.auth import actor
from webapp.pages.directory_names import unit_names
from webapp.pages.logbook import frame, regions, rows
from webapp.session import ZONE, now, reads, tx, writes

pages = Blueprint("log_review", __name__, url_prefix="/log/reviews")
SIZES = (10, 20, 50, 100)


@pages.get("")
@reads
def page() -> str:
    """The reviews of my regions, and starting one."""
    allowed = regions()
    found = [one for one in logbook.reviews(tx(), log_review.OWN) if one.region_id in allowed]
    units = unit_names(one.unit_id for one in actor().memberships if one.holds(Role.AUDITOR))
    shown = [
        {
            "url": url_for("log_review.sample", case_id=one.id),
            "number": one.number,
            "since": words.full_day(one.started_at.astimezone(ZONE).date()),
            "state": "running" if one.ended_at is None else "done",
            "state_words": gettext("Runs") if one.ended_at is None else gettext("Finished"),
        }
        for one in found
    ]
    return render_template(
        "log/reviews.html",
        reviews=shown,
        units=list(units.items()),
        sizes=SIZES,
        action=url_for("log_review.start"),
        **frame("reviews"),
    )


@pages.post("")
@writes
def start() -> ResponseReturnValue:
    """Begin, with the first sample at once."""
    size = request.form.get("size", type=int)
    chosen = size if size in SIZES else SIZES[1]
    started = log_review.start(
        tx(), actor(), request.form.get("unit", ""), {"review_size": chosen}, now=now()
    )
    flash(
        gettext("The review has begun. The first sample lies among your tasks.")
        if tasks.of_case(tx(), started, open_only=True)
        else gettext(
            "The review has begun. Last month there was nothing to look at; the next sample is drawn on the first."
        )
    )
    return redirect(url_for("log_review.page"))


@pages.get("/<case_id>")
@writes
def sample(case_id: str) -> str:
    """The rows that were drawn last."""
    allowed = regions()
    case = cases.fetch(tx(), case_id)
    if not log_review.is_review(case.process_id):
        raise NotFound
    may(actor(), Act.AUDIT_READS, SystemObject(case.region_id)).required()
    drawn = cases.values(tx(), case_id).get("", {}).get("sample")
    sampled = drawn if isinstance(drawn, dict) else {}
    log.note(tx(), "log_sample_seen", who=acts.by(actor()), now=now(), case_id=case_id)
    open_tasks = [
        {"url": url_for("task.page", task_id=one.id), "name": one.name}
        for one in tasks.of_case(tx(), case_id, open_only=True)
    ]
    return render_template(
        "log/sample.html",
        number=case.number,
        period=_period(sampled),
        among=sampled.get("among", 0),
        seed=sampled.get("seed", ""),
        rows=rows(logbook.by_numbers(tx(), allowed, sampled.get("rows", []))),
        tasks=open_tasks,
        **frame("reviews"),
    )


def _period(sampled: Mapping[str, object]) -> str:
    """The month that was drawn from; `until` is the first day that does not belong to it."""
    since, until = sampled.get("since"), sampled.get("until")
    if not isinstance(since, date) or not isinstance(until, date):
        return ""
    last = until - timedelta(days=1)
    return gettext("%(first)s to %(last)s", first=words.full_day(since), last=words.full_day(last))
