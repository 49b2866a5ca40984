"""The worklist: late first, taken and put back where it stands."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.access import Act, may
from engine import asking
from engine.actions import tasks
from engine.deadlines.calendar import Calendar
from engine.errors import AlreadyClaimed
from engine.reads import overview, worklist
from engine.records import directory
from webapp import words
from webapp.auth import actor
from webapp.pages.directory_names import all_units, unit_names
from webapp.session import ZONE, now, reads, today, tx, writes

pages = Blueprint("worklist", __name__)
SEARCH = "search"  # the words searched for stay in the session: an address must not hold a name
NEAR = Calendar("SE", ZONE)


@pages.get("/")
def home() -> Response:
    """The first page is what is to be done."""
    return redirect(url_for("worklist.page"))


@pages.get("/tasks")
@reads
def page() -> str:
    """What is open for me and my units."""
    wanted = asked()
    return render_template("worklist.html", section="todo", **view(wanted, url_for("worklist.page")))


@pages.post("/tasks/search")
def search() -> Response:
    """Remember what is searched for, then show the list: names never stand in an address."""
    session[SEARCH] = request.form.get("q", "").strip()[:100]
    kept = {name: request.form[name] for name in ("whose", "routine", "unit", "due", "done") if request.form.get(name)}
    return redirect(f"{auth_path(request.form.get('back'))}?{urlencode(kept)}")


def auth_path(back: str | None) -> str:
    """The list the search was made in."""
    return url_for("manager.page") if back == "manager" else url_for("worklist.page")


@pages.post("/tasks/<task_id>/claim")
@writes
def claim(task_id: str) -> object:
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
def release(task_id: str) -> object:
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
    found = worklist.open_for(tx(), actor(), wanted, now=now(), today=day, after=request.args.get("after", ""))
    counted = worklist.counts(tx(), actor(), today=day, below=wanted.below)
    near_until = NEAR.next_working_day(day)
    rows = [drawn(row, day, near_until) for row in found.rows]
    near = sum(1 for row in rows if row["due"].state == "near")  # type: ignore[attr-defined]
    filtered = bool(wanted.process_id or wanted.unit_id or wanted.due or wanted.words or wanted.done)
    return {
        "sentence": words.worklist_sentence(counted["late"], near, counted["all"]) if not wanted.done else "",
        "whose": _segment(wanted, counted, address),
        "query": wanted.words,
        "search_url": url_for("worklist.search"),
        "hidden": {name: value for name, value in request.args.items() if name in ("whose", "routine", "unit", "due")},
        "filter": _filter(wanted, address),
        "groups": _groups(rows) if not wanted.done else [{"name": gettext("Completed"), "count": len(rows), "rows": rows}],
        "more": _more(found.next_after, address),
        "total": counted["all"],
        "done_url": None if wanted.done else f"{address}?done=1",
        "empty": _empty(filtered, address) if not rows else None,
        "stale": None,
    }


def drawn(row: worklist.Row, day: date, near_until: date) -> dict[str, object]:
    """One row as the template draws it."""
    task, me = row.task, actor()
    names = _names([row])
    due = due_words(task.due_on, task.due_explanation, day, near_until)
    held_by_me = task.holder_id == me.id
    about = asking.task_object(row.about, task, ())
    is_open = task.status in worklist.OPEN
    free = is_open and task.holder_id is None and bool(may(me, Act.TASK_CLAIM, about))
    sender = None if row.person else overview.summoned_by(row.about)
    line = task.line or (gettext("From %(unit)s. The name is shown when there is consent.", unit=unit_names([sender])[sender]) if sender else "")
    return {
        "id": task.id,
        "url": url_for("task.page", task_id=task.id),
        "name": task.name,
        "person": row.person,
        "line": line,
        "draft": words.draft_saved(row.draft_saved_at, now(), ZONE) if row.draft_saved_at and is_open else "",
        "due": due,
        "owner": gettext("You") if held_by_me else names.get(task.holder_id or task.closed_by or "", ""),
        "owner_for": "",
        "claim_url": url_for("worklist.claim", task_id=task.id) if free else None,
        "undo_url": None,
        "menu": _menu(task.id, task.case_id, held_by_me) if is_open and not free else [],
        "chosen": False,
    }


def due_words(due_on: date | None, explanation: object, day: date, near_until: date) -> words.Due:
    """Late counts in the calendar of the timer: working days, else days."""
    rule = explanation.get("rule") if isinstance(explanation, dict) else ""
    in_working_days = rule in ("working-days", "rolled-days")
    late_for = 0
    if due_on is not None and due_on < day:
        late_for = NEAR.working_days_between(due_on, day) if in_working_days else (day - due_on).days
    return words.due(due_on, day, late_for=late_for, in_working_days=in_working_days, near_until=near_until)


def _changed(task_id: str, said: str) -> object:
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


def _menu(task_id: str, case_id: str, mine: bool) -> list[dict[str, object]]:
    menu: list[dict[str, object]] = []
    if mine:
        menu.append({"words": gettext("Put back"), "url": url_for("worklist.release", task_id=task_id), "post": True})
        menu.append({"words": gettext("Give to a colleague"), "url": url_for("task.reassign_page", task_id=task_id), "post": False})
    menu.append({"words": gettext("Open the case"), "url": url_for("case.page", case_id=case_id), "post": False})
    return menu


def _segment(wanted: worklist.Filter, counted: dict[str, int], address: str) -> list[dict[str, object]]:
    kinds = (("all", gettext("All")), ("mine", gettext("Mine")), ("free", gettext("Unclaimed")))
    return [
        {"url": f"{address}?{urlencode({'whose': key})}", "words": told, "count": counted[key], "current": wanted.whose == key}
        for key, told in kinds
    ]


def _filter(wanted: worklist.Filter, address: str) -> dict[str, object]:
    routines = overview.routines(tx())
    mine = sorted(actor().leads) if wanted.below else [one.unit_id for one in actor().in_care()]
    dues = [("late", gettext("Late")), ("coming", gettext("Not late")), ("none", gettext("No time limit"))]
    fields = [
        {"name": "routine", "label": gettext("Routine"), "options": routines, "value": wanted.process_id},
        {"name": "unit", "label": gettext("Unit"), "options": list(unit_names(mine).items()), "value": wanted.unit_id},
        {"name": "due", "label": gettext("Due"), "options": dues, "value": wanted.due},
    ]
    active = []
    for field in fields:
        told = dict(field["options"]).get(field["value"])  # type: ignore[call-overload]
        if told:
            rest = {name: value for name, value in request.args.items() if name != field["name"]}
            active.append({"words": told, "remove_url": f"{address}?{urlencode(rest)}"})
    return {"open": False, "url": address, "fields": fields, "active": active, "clear_url": address}


def _groups(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    names = {"late": gettext("Late"), "near": gettext("Today and tomorrow"), "later": gettext("Later"), "none": gettext("Later")}
    groups: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        groups.setdefault(names[row["due"].state], []).append(row)  # type: ignore[attr-defined]
    return [{"name": name, "count": len(inside), "rows": inside} for name, inside in groups.items()]


def _more(next_after: str | None, address: str) -> dict[str, str] | None:
    if next_after is None:
        return None
    kept = {name: value for name, value in request.args.items() if name != "after"} | {"after": next_after}
    told = ngettext("Show %(num)s more", "Show %(num)s more", worklist.PAGE)
    return {"url": f"{address}?{urlencode(kept)}", "words": told}


def _empty(filtered: bool, address: str) -> dict[str, object]:
    if filtered:
        return {"title": gettext("No task fits the filter"), "text": gettext("Clear the filter to see all tasks."), "clear_url": address}
    text = gettext("When somebody calls your unit, or a time limit draws near, it is shown here.")
    return {"title": gettext("Nothing to do just now"), "text": text, "start_url": url_for("start.page"), "done_url": f"{address}?done=1"}


def _names(rows: list[worklist.Row]) -> dict[str, str]:
    ids = [person_id for row in rows for person_id in (row.task.holder_id, row.task.closed_by) if person_id]
    return directory.names(tx(), ids) if ids else {}


