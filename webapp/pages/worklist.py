"""The worklist: late first, taken and put back where it stands."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.access.actor import Role
from engine.actions import tasks
from engine.errors import AlreadyClaimed
from engine.reads import overview, worklist
from engine.records import directory
from webapp import words
from webapp.auth import actor
from webapp.pages import contact_requests, staff_routines
from webapp.pages.directory_names import unit_names
from webapp.pages.taskrow import NEAR, drawn
from webapp.session import now, reads, today, tx, writes

pages = Blueprint("worklist", __name__)
SEARCH = "search"  # the words searched for stay in the session: an address must not hold a name


@pages.get("/")
def home() -> Response:
    """The first page is what is to be done; for those who only see figures, the figures."""
    only_figures = actor().holds(Role.GOVERNANCE, None) and not list(actor().in_care())
    return redirect(url_for("figures.page" if only_figures else "worklist.page"))


@pages.get("/tasks")
@reads
def page() -> str:
    """What is open for me and my units."""
    wanted = asked()
    shown = view(wanted, url_for("worklist.page"))
    return render_template(
        "worklist.html",
        section="todo",
        to_read=staff_routines.unread_note(),
        to_ring=contact_requests.note(),
        **shown,
    )


@pages.post("/tasks/search")
def search() -> Response:
    """Remember what is searched for, then show the list: names never stand in an address."""
    session[SEARCH] = request.form.get("q", "").strip()[:100]
    kept = {
        name: request.form[name]
        for name in ("whose", "routine", "unit", "due", "done")
        if request.form.get(name)
    }
    return redirect(f"{auth_path(request.form.get('back'))}?{urlencode(kept)}")


def auth_path(back: str | None) -> str:
    """The list the search was made in."""
    return url_for("led_units.page") if back == "manager" else url_for("worklist.page")


@pages.post("/tasks/<task_id>/claim")
@writes
def claim(task_id: str) -> ResponseReturnValue:
    """Take the task; whoever was first is named."""
    said = gettext("The task is yours.")
    try:
        tasks.claim(tx(), actor(), task_id, now=now())
    except AlreadyClaimed as error:
        name = directory.names(tx(), [error.holder_id]).get(error.holder_id, "")
        said = gettext("%(name)s was before you.", name=name)
    return _changed(task_id, said)


@pages.post("/tasks/<task_id>/release")
@writes
def release(task_id: str) -> ResponseReturnValue:
    """Put the task back."""
    tasks.release(tx(), actor(), task_id, now=now())
    return _changed(task_id, gettext("The task has been put back."))


def asked() -> worklist.Filter:
    """The filter in the address, and the words in the session."""
    given = request.args
    return worklist.Filter(
        whose=given.get("whose", "all"), process_id=given.get("routine", ""), unit_id=given.get("unit", ""), due=given.get("due", ""),
        words=str(session.get(SEARCH, "")), done=given.get("done") == "1",
    )  # fmt: skip


def view(wanted: worklist.Filter, address: str) -> dict[str, object]:
    """Everything the list template asks for."""
    day = today()
    found = worklist.open_for(
        tx(), actor(), wanted, now=now(), today=day, after=request.args.get("after", "")
    )
    near_until = NEAR.next_working_day(day)
    counted = worklist.counts(tx(), actor(), today=day, near_until=near_until, below=wanted.below)
    rows = [drawn(row, day, near_until) for row in found.rows]
    filtered = bool(wanted.process_id or wanted.unit_id or wanted.due or wanted.words or wanted.done)
    return {
        "sentence": words.worklist_sentence(counted["late"], counted["near"], counted["all"])
        if not wanted.done
        else "",
        "whose": _segment(wanted, counted, address),
        "query": wanted.words,
        "search_url": url_for("worklist.search"),
        "hidden": {
            name: value for name, value in request.args.items() if name in ("whose", "routine", "unit", "due")
        },
        "filter": _filter(wanted, address),
        "groups": _groups(rows)
        if not wanted.done
        else [{"name": gettext("Completed"), "count": len(rows), "rows": rows}],
        "more": _more(found.next_after, address),
        "total": counted["all"],
        "done_url": None if wanted.done else f"{address}?done=1",
        "empty": None if rows else (_no_hit(address) if filtered else _nothing(address)),
        "stale": None,
    }


def _changed(task_id: str, said: str) -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        row = worklist.one(tx(), actor(), task_id, now=now())
        if row is not None:
            day = today()
            shown = drawn(row, day, NEAR.next_working_day(day))
            if row.task.holder_id == actor().id:
                shown["undo_url"] = url_for("worklist.release", task_id=task_id)
            return render_template("worklist_row.html", row=shown, said=said)
    flash(said)
    if request.form.get("back") == "task":
        return redirect(url_for("task.page", task_id=task_id))
    return redirect(url_for("worklist.page"))


def _segment(wanted: worklist.Filter, counted: dict[str, int], address: str) -> list[dict[str, object]]:
    kinds = (("all", gettext("All")), ("mine", gettext("Mine")), ("free", gettext("Unclaimed")))
    return [
        {
            "url": f"{address}?{urlencode({'whose': key})}",
            "words": told,
            "count": counted[key],
            "current": wanted.whose == key,
        }
        for key, told in kinds
    ]


def _filter(wanted: worklist.Filter, address: str) -> dict[str, object]:
    routines = overview.routines(tx())
    mine = sorted(actor().leads) if wanted.below else [one.unit_id for one in actor().in_care()]
    dues = [("late", gettext("Late")), ("coming", gettext("Not late")), ("none", gettext("No time limit"))]
    offered: list[tuple[str, str, list[tuple[str, str]], str]] = [
        ("routine", gettext("Routine"), routines, wanted.process_id),
        ("unit", gettext("Unit"), list(unit_names(mine).items()), wanted.unit_id),
        ("due", gettext("Due"), dues, wanted.due),
    ]
    fields = [
        {"name": name, "label": label, "options": options, "value": value}
        for name, label, options, value in offered
    ]
    active = []
    for name, _, options, value in offered:
        if told := dict(options).get(value):
            rest = {key: given for key, given in request.args.items() if key != name}
            active.append({"words": told, "remove_url": f"{address}?{urlencode(rest)}"})
    return {"open": False, "url": address, "fields": fields, "active": active, "clear_url": address}


def _groups(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    names = {
        "late": gettext("Late"),
        "near": gettext("Today and tomorrow"),
        "later": gettext("Later"),
        "none": gettext("Later"),
    }
    groups: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        due = row["due"]
        groups.setdefault(names[due.state if isinstance(due, words.Due) else "none"], []).append(row)
    return [{"name": name, "count": len(inside), "rows": inside} for name, inside in groups.items()]


def _more(next_after: str | None, address: str) -> dict[str, str] | None:
    if next_after is None:
        return None
    kept = {name: value for name, value in request.args.items() if name != "after"} | {"after": next_after}
    told = ngettext("Show %(num)s more", "Show %(num)s more", worklist.PAGE)
    return {"url": f"{address}?{urlencode(kept)}", "words": told}


def _no_hit(address: str) -> dict[str, object]:
    text = gettext("Clear the filter to see all tasks.")
    return {"title": gettext("No task fits the filter"), "text": text, "clear_url": address}


def _nothing(address: str) -> dict[str, object]:
    text = gettext("When somebody calls your unit, or a time limit draws near, it is shown here.")
    start_url = url_for("start.page") if list(actor().in_care()) else None
    urls = {"start_url": start_url, "done_url": f"{address}?done=1"}
    return {"title": gettext("Nothing to do just now"), "text": text, **urls}
