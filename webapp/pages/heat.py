"""A routine as a picture of where things wait, how long they take, what comes too late and which way is taken; and as a table.

Enters: somebody who answers for units, or of a region's governance, and a routine, a period and what the colour shows. Leaves: the drawing
with marks, a table with the same numbers, and for those who answer for units a step's open tasks, only those that `access` lets them see.
Governance sees no number below five and no case.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.definitions.routine import Element
from engine.errors import NotFound
from engine.reads import heat
from engine.reads.heat import Heat
from webapp.pages import figures_asked, heat_asked, heat_cases, heat_words
from webapp.pages.heat_asked import Chosen
from webapp.session import reads, tx

pages = Blueprint("heat", __name__)


@pages.get("/figures/routine")
@reads
def page() -> ResponseReturnValue:
    """The picture and the table."""
    chosen, routines = heat_asked.chosen()
    common = {
        "section": "figures",
        "wanted": chosen.asked,
        "months": figures_asked.months(),
        "routines": routines,
        "chosen": chosen,
    }
    if chosen.asked.wrong:
        return render_template("heat.html", rows=[], **common), 400
    older, versions = heat_asked.apart(chosen)
    found = heat_asked.steps(chosen, older)
    none = heat_asked.none(chosen)
    steps = [*heat_asked.drawn(chosen), *(one for one in older if one.id in found)] if found else []
    rows = [
        _row(chosen, element, found.get(element.id, none)) | {"versions": versions.get(element.id, "")}
        for element in steps
    ]
    quiet = all(one.done == 0 and one.due == 0 for one in found.values())
    first = heat.first_case(tx(), chosen.root, chosen.asked.scope, chosen.bundle_hash) if quiet else None
    return render_template(
        "heat.html",
        rows=rows,
        ways=heat_asked.ways(chosen),
        headline=_headline(steps, found),
        nothing=heat_words.nothing(first) if quiet else "",
        levels=[heat_words.level_words(chosen.colour, level) for level in range(5)],
        colours=[
            (one, heat_words.colour_words(one), url_for("heat.page", **chosen.arguments(colour=one)))
            for one in heat_words.COLOURS
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
    chosen, _ = heat_asked.chosen()
    source = chosen.routine.sources.get(process_id)
    if source is None:
        raise NotFound
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'"}
    return Response(source, mimetype="application/xml", headers=headers)


@pages.get("/figures/routine/<process_id>.json")
@reads
def marks(process_id: str) -> Response:
    """The marks on it: a level of colour and a number at each step, a share on each way and at each deadline that was broken."""
    chosen, _ = heat_asked.chosen()
    if chosen.asked.wrong or process_id != chosen.part:
        raise NotFound
    found = heat_asked.steps(chosen)
    heats = [
        {"element": one, "level": level, "words": heat_words.number(chosen.colour, step)}
        for one, step in sorted(found.items())
        if (level := heat_words.level(chosen.colour, step))
    ]
    shares = [{"element": flow, "words": share} for flow, _, _, share in heat_asked.ways(chosen)]
    late = [{"element": timer, "words": share} for timer, share in heat_asked.missed(chosen, found)]
    return jsonify(heat=heats, shares=shares, late=late)


@pages.get("/figures/routine/step/<element_id>")
@reads
def step(element_id: str) -> str:
    """What waits at a step, or with `late` what was too late: only what the person may see. Raises NotFound for governance, which sees no
    case.
    """
    chosen, _ = heat_asked.chosen()
    older = (one for one in heat_asked.apart(chosen)[0] if one.id == element_id)
    element = chosen.routine.element(chosen.part, element_id) or next(older, None)
    if chosen.governs or element is None or chosen.asked.wrong:
        raise NotFound
    late = "late" in request.args
    rows, more = heat_cases.waiting(chosen, element, late=late)
    done, hidden = heat_cases.done_late(chosen, element) if late else ([], 0)
    back = url_for("heat.page", **chosen.arguments())
    return render_template(
        "heat_step.html", section="figures", name=element.name, rows=rows, done=done, late=late, more=more + hidden, back=back,
    )  # fmt: skip


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
        ).replace(" %", "\u00a0%")
    return {
        "id": element.id, "name": element.name, "level": heat_words.level(chosen.colour, one),
        "waiting": gettext("too few") if one.waiting is None else one.waiting, "median": heat_words.days(one.median_days),
        "ninth": heat_words.days(one.ninth_days), "late": late, "url": _step_url(chosen, element) if one.waiting else "",
        "late_url": _step_url(chosen, element, late="") if one.late else "",
    }  # fmt: skip


def _step_url(chosen: Chosen, element: Element, **more: str) -> str:
    """Of the cases at the step; governance sees none."""
    return "" if chosen.governs else url_for("heat.step", element_id=element.id, **chosen.arguments(**more))


def _headline(steps: Iterable[Element], found: dict[str, Heat]) -> str:
    """Where most wait and where most comes too late, as far as it may be told."""
    names = {one.id: one.name for one in steps}
    waits = {one: step.waiting for one, step in found.items() if step.waiting}
    late = {
        one: share
        for one, step in found.items()
        if (share := heat_words.value("late", step)) and (step.due or 0) >= 5
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
