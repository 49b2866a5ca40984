"""A routine as a picture of where things wait, how long they take, what comes too late and which way is taken; and as a table.

Enters: somebody who answers for units, or of a region's governance, and a routine, a period and what the colour shows. Leaves: the drawing
with marks, a table with the same numbers, and for those who answer for units a step's open tasks, only those that `access` lets them see.
Governance sees no number below five and no case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.definitions.routine import Element, Routine
from engine.errors import NotFound
from engine.reads import heat, overview, worklist
from engine.reads.heat import Heat
from webapp import words
from webapp.auth import actor
from webapp.pages import figures_asked, measured
from webapp.pages.directory_names import unit_names
from webapp.pages.figures_asked import Asked
from webapp.session import ZONE, now, reads, today, tx

pages = Blueprint("heat", __name__)

STEPS = ("userTask", "callActivity")
COLOURS = ("waiting", "median", "late")
LEVELS = {"waiting": (1, 5, 10, 20), "median": (0.01, 2, 5, 10), "late": (1, 10, 20, 30)}
"""Where each of the four coloured steps begins: how many wait, days, per cent; below the first is the fifth, uncoloured."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is drawn: whose, of what period, which routine and which part of it, and what the colour shows."""

    asked: Asked
    root: str
    part: str
    routine: Routine
    colour: str
    governs: bool

    def arguments(self, **changed: str) -> dict[str, Any]:
        """The same in an address."""
        own = {
            name: one for name, one in self.asked.arguments().items() if name in ("place", "since", "until")
        }
        return {**own, "routine": self.root, "part": self.part, "colour": self.colour, **changed}


@pages.get("/figures/routine")
@reads
def page() -> ResponseReturnValue:
    """The picture and the table."""
    chosen, routines = _chosen()
    common = {
        "section": "figures",
        "wanted": chosen.asked,
        "months": figures_asked.months(),
        "routines": routines,
        "chosen": chosen,
    }
    if chosen.asked.wrong:
        return render_template("heat.html", rows=[], **common), 400
    found = _steps(chosen)
    rows = [_row(chosen, element, found[element.id]) for element in _drawn(chosen) if element.id in found]
    first = None if rows else heat.first_case(tx(), chosen.root, chosen.asked.scope)
    return render_template(
        "heat.html",
        rows=rows,
        ways=_ways(chosen),
        headline=_headline(chosen, found),
        nothing=_nothing(first),
        levels=[_level_words(chosen.colour, level) for level in range(5)],
        colours=[
            (one, _colour_words(one), url_for("heat.page", **chosen.arguments(colour=one))) for one in COLOURS
        ],
        parts=_parts(chosen),
        src=url_for("heat.drawing", process_id=chosen.part, **chosen.arguments()),
        places=url_for("heat.marks", process_id=chosen.part, **chosen.arguments()),
        **common,
    )


@pages.get("/figures/routine/<process_id>.bpmn")
@reads
def drawing(process_id: str) -> Response:
    """The drawing of the version in force."""
    chosen, _ = _chosen()
    source = chosen.routine.sources.get(process_id)
    if source is None:
        raise NotFound
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'"}
    return Response(source, mimetype="application/xml", headers=headers)


@pages.get("/figures/routine/<process_id>.json")
@reads
def marks(process_id: str) -> Response:
    """The marks on it: a level of colour and a number at each step, a share on each way."""
    chosen, _ = _chosen()
    if chosen.asked.wrong or process_id != chosen.part:
        raise NotFound
    found = _steps(chosen)
    heats = [
        {"element": one, "level": level, "words": _number(chosen.colour, step)}
        for one, step in sorted(found.items())
        if (level := _level(chosen.colour, step))
    ]
    shares = [{"element": flow, "words": share} for flow, _, _, share in _ways(chosen)]
    return jsonify(steps=[], timers=[], heat=heats, shares=shares)


@pages.get("/figures/routine/step/<element_id>")
@reads
def step(element_id: str) -> str:
    """What waits at a step: only what the person may see. Raises NotFound for governance, which sees no case."""
    chosen, _ = _chosen()
    element = chosen.routine.element(chosen.part, element_id)
    if chosen.governs or element is None or chosen.asked.wrong:
        raise NotFound
    inside = _inside(chosen.routine, element)
    found = [
        one
        for name in inside
        for one in heat.tasks_at(
            tx(), chosen.root, name, chosen.asked.scope, late="late" in request.args, now=now()
        )
    ]
    seen = [row for task_id in found if (row := worklist.one(tx(), actor(), task_id, now=now())) is not None]
    units = unit_names({row.task.unit_id for row in seen})
    rows = [
        {
            "number": row.case.number, "url": url_for("task.page", task_id=row.task.id), "name": row.task.name,
            "unit": units.get(row.task.unit_id, row.task.unit_id),
            "since": words.short_day(row.task.opened_at.astimezone(ZONE).date(), today()),
            "due": words.short_day(row.task.due_on, today()) if row.task.due_on else "–",
            "late": row.task.due_at is not None and row.task.due_at < now(),
        }
        for row in seen
    ]  # fmt: skip
    back = url_for("heat.page", **chosen.arguments())
    return render_template(
        "heat_step.html",
        section="figures",
        name=element.name,
        rows=rows,
        more=len(found) - len(seen),
        back=back,
    )


def _chosen() -> tuple[Chosen, list[tuple[str, str]]]:
    """What the address asks for, and which routines there are to choose among. Raises NotAllowed, NotFound."""
    wanted = figures_asked.asked()
    region = wanted.scope.region_id
    known = dict(overview.routines(tx()))
    regional = [one for one in known if library.current(tx(), one).routine.region == region]
    begun = [one for one in heat.begun(tx(), region) if one in known] or regional
    if not begun:
        raise NotFound
    found = [(one, known[one]) for one in begun]
    asked = request.args.get("routine", "")
    root = asked if asked in begun else begun[0]
    routine = library.current(tx(), root).routine
    part, colour = request.args.get("part", ""), request.args.get("colour", "")
    governs = wanted.place.startswith("region:")
    return Chosen(
        wanted, root, part if part in routine.processes else root, routine, colour if colour in COLOURS else COLOURS[0], governs
    ), found  # fmt: skip


def _drawn(chosen: Chosen) -> list[Element]:
    return [one for one in chosen.routine.elements[chosen.part].values() if one.kind in STEPS and one.name]


def _steps(chosen: Chosen) -> dict[str, Heat]:
    """By element of the part that is drawn; a call shows all that happens inside it."""
    found = heat.steps(tx(), chosen.root, chosen.asked.scope, chosen.asked.period, now=now())
    told: dict[str, Heat] = {}
    for element in _drawn(chosen):
        if element.kind == "callActivity":
            inside = _processes(chosen.routine, element.called)
            rows = [one for (process, _), one in found.items() if process in inside]
            one = heat.together(rows) if rows else None
        else:
            one = found.get((chosen.part, element.id))
        if one is not None:
            told[element.id] = heat.protected(one) if chosen.governs else one
    return told


def _processes(routine: Routine, called: str) -> set[str]:
    """A called routine and all that it calls."""
    found, ahead = set(), [called]
    while ahead:
        one = ahead.pop()
        if one not in found and one in routine.elements:
            found.add(one)
            ahead += [each.called for each in routine.elements[one].values() if each.called]
    return found


def _inside(routine: Routine, element: Element) -> list[str]:
    """The ids of the user tasks that a step stands for."""
    if element.kind != "callActivity":
        return [element.id]
    within = _processes(routine, element.called)
    return sorted(
        one.id for process in within for one in routine.elements[process].values() if one.kind == "userTask"
    )


def _ways(chosen: Chosen) -> list[tuple[str, str, str, str]]:
    """Each named way out of a gateway or a deadline: flow id, what it leaves, its word, its share of all that left there."""
    elements, flows = chosen.routine.elements[chosen.part], chosen.routine.flows[chosen.part]
    forks = {
        one.id
        for one in elements.values()
        if "Gateway" in one.kind and sum(flow.source == one.id for flow in flows.values()) > 1
    }
    if chosen.asked.wrong or not forks:
        return []
    taken = heat.ways(tx(), chosen.root, chosen.asked.scope, chosen.asked.period, forks)
    told = []
    for fork in sorted(forks, key=lambda one: elements[one].name):
        out = [flow for flow in flows.values() if flow.source == fork]
        total = sum(taken.get(flow.id, 0) for flow in out)
        few = chosen.governs and any(taken.get(flow.id, 0) < 5 for flow in out)
        if total and not few:
            name = elements[fork].name
            told += [
                (flow.id, name, flow.name, f"{round(taken.get(flow.id, 0) / total * 100)} %") for flow in out
            ]
    return told


def _row(chosen: Chosen, element: Element, one: Heat) -> dict[str, object]:
    late = "–"
    if one.late is None or one.due is None:
        late = gettext("too few")
    elif one.due:
        late = gettext(
            "%(late)s of %(due)s (%(share)s %%)",
            late=one.late,
            due=one.due,
            share=round(one.late / one.due * 100),
        )
    url = (
        url_for("heat.step", element_id=element.id, **chosen.arguments())
        if not chosen.governs and one.waiting
        else ""
    )
    return {
        "id": element.id, "name": element.name, "level": _level(chosen.colour, one),
        "waiting": gettext("too few") if one.waiting is None else one.waiting, "median": _days(one.median_days),
        "ninth": _days(one.ninth_days), "late": late, "url": url,
        "late_url": f"{url}&late" if url and one.late else "",
    }  # fmt: skip


def _days(number: float | None) -> str:
    if number is None:
        return "–"
    return gettext("same day") if number < 0.5 else measured.in_days(number)


def _value(colour: str, one: Heat) -> float | None:
    if colour == "waiting":
        return one.waiting
    if colour == "median":
        return one.median_days
    return None if one.late is None or not one.due else one.late / one.due * 100


def _level(colour: str, one: Heat) -> int:
    """From 0 (no colour) to 4."""
    value = _value(colour, one)
    return 0 if value is None else sum(value >= least for least in LEVELS[colour])


def _number(colour: str, one: Heat) -> str:
    value = _value(colour, one) or 0
    return {"waiting": f"{value:.0f}", "median": _days(value), "late": f"{value:.0f} %"}[colour]


def _colour_words(colour: str) -> str:
    return {
        "waiting": gettext("Waiting now"),
        "median": gettext("Median time"),
        "late": gettext("Deadlines missed"),
    }[colour]


def _level_words(colour: str, level: int) -> str:
    begins = LEVELS[colour]
    if colour == "median":
        return [
            gettext("none"),
            gettext("under 2 days"),
            gettext("2 to 5 days"),
            gettext("5 to 10 days"),
            gettext("10 days or more"),
        ][level]
    unit = " %" if colour == "late" else ""
    if level == 0:
        return f"0{unit}"
    if level == 4:
        return gettext("%(number)s or more", number=f"{begins[3]}{unit}")
    return f"{begins[level - 1]}–{begins[level] - 1}{unit}"


def _headline(chosen: Chosen, found: dict[str, Heat]) -> str:
    """Where most wait and where most comes too late, as far as it may be told."""
    names = {one.id: one.name for one in _drawn(chosen)}
    waits = {one: step.waiting for one, step in found.items() if step.waiting}
    late = {
        one: share for one, step in found.items() if (share := _value("late", step)) and (step.due or 0) >= 5
    }
    told = []
    if waits:
        told.append(
            gettext("Most wait at %(step)s.", step=names[max(sorted(waits), key=lambda one: waits[one] or 0)])
        )
    if late:
        told.append(
            gettext(
                "Deadlines are missed most at %(step)s.",
                step=names[max(sorted(late), key=lambda one: late[one])],
            )
        )
    return " ".join(told)


def _nothing(first: object) -> str:
    if first is None or not hasattr(first, "astimezone"):
        return gettext("No cases in the period.")
    day = words.long_day(first.astimezone(ZONE).date(), today())
    return gettext("No cases in the period. The first case: %(day)s.", day=day)


def _parts(chosen: Chosen) -> list[dict[str, object]]:
    """The routine and those that it calls and in which something may wait."""
    routine = chosen.routine
    have = [
        one
        for one in routine.processes
        if any(each.kind == "userTask" for each in routine.elements.get(one, {}).values())
    ]
    return [
        {"words": gettext("The whole routine") if one == chosen.root else routine.processes[one], "current": one == chosen.part,
         "url": url_for("heat.page", **chosen.arguments(part=one))}
        for one in dict.fromkeys([chosen.root, *have])
    ]  # fmt: skip
