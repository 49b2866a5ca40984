"""The list of cases that my units keep or take part in."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from engine import library
from engine.reads import caselist
from webapp import words
from webapp.auth import actor
from webapp.pages.taskrow import NEAR, due_words
from webapp.session import ZONE, now, reads, today, tx

pages = Blueprint("cases", __name__)
SEARCH = "case_search"


@pages.get("/cases")
@reads
def page() -> str:
    """The cases my units keep or take part in."""
    ended, query = request.args.get("ended") == "1", str(session.get(SEARCH, ""))
    after = request.args.get("after", 0, type=int)
    found, more = caselist.seen_by(tx(), actor(), words=query, ended=ended, now=now(), after=max(0, after))
    titles = dict(_titles({row.case.process_id for row in found}))
    rows = [_case_row(row, titles) for row in found]
    whose: list[dict[str, object]] = [
        {"url": url_for("cases.page"), "words": gettext("Running"), "count": None, "current": not ended},
        {
            "url": url_for("cases.page", ended=1),
            "words": gettext("Closed"),
            "count": None,
            "current": ended,
        },
    ]
    following = url_for("cases.page", ended=int(ended), after=after + caselist.PAGE)
    told = ngettext("Show %(num)s more", "Show %(num)s more", caselist.PAGE)
    return render_template(
        "cases.html", section="cases", sentence="", whose=whose, query=query, search_url=url_for("cases.search"), rows=rows,
        more={"url": following, "words": told} if more else None, start_url=url_for("start.page") if list(actor().in_care()) else None,
    )  # fmt: skip


@pages.post("/cases/search")
def search() -> AnyResponse:
    """Remember what is searched for; names never stand in an address."""
    session[SEARCH] = request.form.get("q", "").strip()[:100]
    return redirect(url_for("cases.page"))


def _titles(process_ids: set[str]) -> Iterable[tuple[str, str]]:
    for process_id in process_ids:
        yield process_id, library.current(tx(), process_id).routine.title


def _case_row(row: caselist.Row, titles: dict[str, str]) -> dict[str, object]:
    day, case = today(), row.case
    title = row.person or gettext("Case %(number)s", number=case.number)
    since = gettext("Started %(day)s", day=words.short_day(case.started_at.astimezone(ZONE).date(), day))
    return {
        "url": url_for("case.page", case_id=case.id),
        "title": title,
        "routine": titles[case.process_id],
        "number": case.number,
        "where": _where(row),
        "due": due_words(row.due_on, {}, day, NEAR.next_working_day(day)) if row.due_on else None,
        "since": since if row.sees_course else "",
        "test": case.is_test,
    }


def _where(row: caselist.Row) -> str:
    if row.open_tasks:
        return words.listed(list(row.open_tasks[:2]))
    if row.case.ended_at is not None:
        return gettext("Closed")
    return gettext("Waits for a date") if row.sees_course else gettext("Nothing for you to do just now")
