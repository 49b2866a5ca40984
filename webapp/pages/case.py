"""A case: where it stands as a picture and in words, what has happened, who takes part; and the list of cases."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from engine.access import Act, may
from engine import asking, library
from engine.definitions.expected import expected
from engine.definitions.routine import Element, Routine
from engine.errors import NotFound
from engine.reads import caselist, timeline
from engine.records import cases, directory, tasks, timers
from webapp import explained, words
from webapp.auth import actor
from webapp.pages import message, naming, telling
from webapp.pages.casehead import Seen, head, see, unit_name
from webapp.pages.worklist import NEAR, due_words
from webapp.session import ZONE, now, reads, today, tx, writes

pages = Blueprint("case", __name__)
SEARCH = "case_search"
FEW = 12


@pages.get("/cases")
@reads
def cases_page() -> str:
    """The cases my units keep or take part in."""
    ended, query = request.args.get("ended") == "1", str(session.get(SEARCH, ""))
    after = request.args.get("after", 0, type=int)
    found, more = caselist.seen_by(tx(), actor(), words=query, ended=ended, now=now(), after=max(0, after))
    titles = dict(_titles({row.case.process_id for row in found}))
    rows = [_case_row(row, titles) for row in found]
    whose: list[dict[str, object]] = [
        {"url": url_for("case.cases_page"), "words": gettext("Running"), "count": None, "current": not ended},
        {"url": url_for("case.cases_page", ended=1), "words": gettext("Closed"), "count": None, "current": ended},
    ]
    following = url_for("case.cases_page", ended=int(ended), after=after + caselist.PAGE)
    told = ngettext("Show %(num)s more", "Show %(num)s more", caselist.PAGE)
    return render_template(
        "cases.html", section="cases", sentence="", whose=whose, query=query, search_url=url_for("case.search"), rows=rows,
        more={"url": following, "words": told} if more else None, start_url=url_for("start.page"),
    )  # fmt: skip


@pages.post("/cases/search")
def search() -> AnyResponse:
    """Remember what is searched for; names never stand in an address."""
    session[SEARCH] = request.form.get("q", "").strip()[:100]
    return redirect(url_for("case.cases_page"))


@pages.get("/cases/<case_id>")
@writes
def page(case_id: str) -> str:
    """Where the case stands."""
    seen = see(case_id, "case")
    case = head(seen, "state")
    if seen.reason != "ended-for-you":
        case |= _state(seen)
    return render_template("case.html", section="cases", case=case, test_case=seen.ground.case.is_test)


@pages.get("/cases/<case_id>/diagram/<process_id>.bpmn")
@reads
def diagram(case_id: str, process_id: str) -> Response:
    """The drawing of one of the case's routines."""
    seen = _shown_diagram(case_id)
    source = seen.routine.sources.get(process_id)
    if source is None:
        raise NotFound
    return Response(source, mimetype="application/xml", headers={"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'"})


@pages.get("/cases/<case_id>/places/<process_id>.json")
@reads
def places(case_id: str, process_id: str) -> Response:
    """The marks on it."""
    seen = _shown_diagram(case_id)
    found = _places(seen, process_id)
    day = seen.ground.today
    steps = [{"element": one, "state": state} for state, ids in (("done", found.done | found.flows), ("now", found.now), ("stopped", found.stopped)) for one in sorted(ids)]
    running = [
        {"element": timer.element_id, "words": words.short_day(timer.due_at.astimezone(seen.ground.zone).date(), day), "state": "near"}
        for timer in timers.of_case(tx(), case_id)
    ]
    return jsonify(steps=steps, timers=running)


def _shown_diagram(case_id: str) -> Seen:
    """Only those who see the course of the case are shown where it stands."""
    case = cases.fetch(tx(), case_id)
    ground = naming.Ground(tx(), case, asking.who(actor(), None), now())
    about = asking.case_object(case, ground.standing, now=now())
    verdict = may(actor(), Act.CASE_SEE_EXISTENCE, about).required()
    main = next(run for run in cases.instances(tx(), case_id) if run.kind == "main")
    seen = Seen(ground, about, main, library.loaded(tx(), main.bundle_hash).routine, frozenset(), verdict.reason, verdict.detail or None)
    if not _sees_course(seen):
        raise NotFound
    return seen


def _sees_course(seen: Seen) -> bool:
    """Before consent a called unit sees only that it is summoned: not how far the case has come."""
    return seen.full or seen.reason == "consent"


def _state(seen: Seen) -> dict[str, object]:
    ground, case = seen.ground, seen.ground.case
    opened = tasks.of_case(tx(), case.id, open_only=True)
    mine = [task for task in opened if may(actor(), Act.TASK_COMPLETE, asking.task_object(seen.about, task, ())) and task.holder_id in (None, actor().id)]
    view: dict[str, object] = {
        "mine": [_mine(seen, task) for task in mine],
        "others": _others(opened) if _sees_course(seen) and not mine else [],
        "startable": message.startable(ground, seen.about),
        "closed": _closed(seen),
        "people": telling.people(seen) if _sees_course(seen) else [],
        "incident": None,
    }
    if not _sees_course(seen):
        return view
    process_id = case.process_id
    happened = timeline.events(tx(), case.id, limit=FEW + 1)
    everything = request.args.get("events") == "all"
    shown = timeline.events(tx(), case.id) if everything else happened[:FEW]
    view |= {
        "diagram": {
            "src": url_for("case.diagram", case_id=case.id, process_id=process_id),
            "places": url_for("case.places", case_id=case.id, process_id=process_id),
            "large_url": None,
            "large": False,
        },
        "steps": _steps(seen, opened),
        "events": telling.events(shown, seen),
        "all_events_url": url_for("case.page", case_id=case.id, events="all") if len(happened) > FEW and not everything else None,
        "event_count": len(timeline.events(tx(), case.id)) if len(happened) > FEW else len(happened),
        "times": _times(seen),
        "incident": _incident(seen),
    }
    return view


def _mine(seen: Seen, task: tasks.Task) -> dict[str, object]:
    day = seen.ground.today
    due = naming.due(task, day)
    return {
        "name": task.name,
        "due": due if task.due_on else None,
        "due_headline": words.due_headline(task.due_on, day) if task.due_on else "",
        "why": explained.why(task.due_explanation, day),
        "rule_url": url_for("why.page", task_id=task.id),
        "url": url_for("task.page", task_id=task.id),
        "words": gettext("Continue") if task.holder_id else gettext("Open the task"),
        "consequence": "",
    }


def _others(opened: list[tasks.Task]) -> list[dict[str, str]]:
    names = directory.names(tx(), [task.holder_id for task in opened if task.holder_id])
    told = []
    for task in opened:
        if task.holder_id:
            told.append(gettext("%(who)s at %(unit)s has “%(task)s”.", who=names[task.holder_id], unit=unit_name(task.unit_id), task=task.name))
        else:
            told.append(gettext("“%(task)s” lies with %(unit)s.", task=task.name, unit=unit_name(task.unit_id)))
    return [{"text": text} for text in told]


def _closed(seen: Seen) -> dict[str, str] | None:
    case = seen.ground.case
    if case.ended_at is None or not _sees_course(seen):
        return None
    end = seen.routine.element(case.process_id, case.outcome or "")
    when = words.capital(words.long_day(case.ended_at.astimezone(seen.ground.zone).date(), seen.ground.today))
    return {"when": when, "reason": end.name if end else ""}


STEPS = ("userTask", "callActivity", "subProcess", "endEvent")


def _steps(seen: Seen, opened: list[tasks.Task]) -> list[dict[str, object]]:
    """The diagram in words: what is done in the order it was done, where the case stands, and what is expected to follow."""
    process_id = seen.ground.case.process_id
    found, elements = _places(seen, process_id), seen.routine.elements[process_id]
    told = [one for one in elements.values() if one.kind in STEPS and one.name and not one.parent_id and one.id in found.done_at]
    done = [one for one in sorted(told, key=lambda one: found.done_at[one.id]) if one.id not in found.now]
    here = [one for one in elements.values() if one.id in found.now | found.stopped and one.kind in STEPS and not one.parent_id]
    ahead = [] if seen.ground.case.ended_at else expected(seen.routine, process_id, [one.id for one in here])
    shown = [(one, "done") for one in done] + [(one, "stopped" if one.id in found.stopped else "now") for one in here]
    shown += [(elements[one], "ahead") for one in ahead if elements[one].kind in STEPS and elements[one].name]
    return [_step(seen, element, state, found, opened) for element, state in shown]


def _step(seen: Seen, element: Element, state: str, found: timeline.Places, opened: list[tasks.Task]) -> dict[str, object]:
    day, task = seen.ground.today, next((task for task in opened if task.element_id == element.id), None)
    when, urgency = "", ""
    if state == "done":
        when = words.short_day(found.done_at[element.id].astimezone(seen.ground.zone).date(), day)
    elif task is not None and task.due_on:
        when, urgency = gettext("by %(day)s", day=words.short_day(task.due_on, day)), "near"
    by = unit_name(task.unit_id) if task is not None else ""
    return {"id": element.id, "step": state, "name": element.name, "by": by, "when": when, "when_state": urgency}


def _times(seen: Seen) -> list[dict[str, str]]:
    day, found = seen.ground.today, []
    for timer in timers.of_case(tx(), seen.ground.case.id)[:6]:
        on = timer.due_at.astimezone(seen.ground.zone)
        state = "near" if (on.date() - day).days <= 1 else "later"
        element = _element(seen.routine, timer.watches) or _element(seen.routine, timer.element_id)
        found.append({"state": state, "name": element or timer.name, "text": f"{words.long_day(on.date(), day)}. {timer.name}".rstrip(". ")})
    return found


def _incident(seen: Seen) -> dict[str, str] | None:
    if seen.ground.case.status != "stopped":
        return None
    return {
        "sentence": gettext("A step could not be taken. Nothing is lost; the case stands where it stood before."),
        "who": gettext("An administrator mends the cause and takes the step again."),
    }


def _places(seen: Seen, process_id: str) -> timeline.Places:
    elements = seen.routine.elements.get(process_id)
    if elements is None:
        raise NotFound
    parents = {element.id: element.parent_id for element in elements.values()}
    return timeline.places(tx(), seen.ground.case.id, process_id, parents, dict(_calls(seen.routine, process_id)))


def _calls(routine: Routine, process_id: str) -> Iterable[tuple[str, str]]:
    """Called process -> the call activity of this diagram that leads to it, however deep."""
    for element in routine.elements[process_id].values():
        ahead, reached = [element.called] if element.called else [], set()
        while ahead:
            called = ahead.pop()
            if called in reached:
                continue
            reached.add(called)
            yield called, element.id
            ahead += [one.called for one in routine.elements.get(called, {}).values() if one.called]


def _element(routine: Routine, element_id: str) -> str:
    for inside in routine.elements.values():
        if element_id in inside:
            return inside[element_id].name
    return ""


def _titles(process_ids: set[str]) -> Iterable[tuple[str, str]]:
    for process_id in process_ids:
        yield process_id, library.current(tx(), process_id).routine.title


def _case_row(row: caselist.Row, titles: dict[str, str]) -> dict[str, object]:
    day, case = today(), row.case
    title = row.person or gettext("Case %(number)s", number=case.number)
    where = words.listed(list(row.open_tasks[:2])) if row.open_tasks else (gettext("Closed") if case.ended_at else gettext("Waits for a date"))
    since = gettext("Started %(day)s", day=words.short_day(case.started_at.astimezone(ZONE).date(), day))
    return {
        "url": url_for("case.page", case_id=case.id),
        "title": title,
        "routine": titles[case.process_id],
        "number": case.number,
        "where": where,
        "due": due_words(row.due_on, {}, day, NEAR.next_working_day(day)) if row.due_on else None,
        "since": since,
        "test": case.is_test,
    }
