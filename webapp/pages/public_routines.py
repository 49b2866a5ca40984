"""A region's routines for anybody: the drawing, the same in words, and for each step what, when, who and why.

They are shown as they are in force, without any case. That a step is there means that somebody must do it (S3-009); a step's own page is
the guidance for it (S0-16, S3-048).
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access.actor import Role
from engine.definitions.routine import Element, Routine
from engine.errors import NotFound
from engine.reads import overview
from webapp import clauses, guidance, words
from webapp.pages.public_outline import Line, lines, nested, when
from webapp.pages.public_place import Place, drawn, place
from webapp.session import house, reads, tx

pages = Blueprint("public_routines", __name__, url_prefix="/about/<region_id>")
FOR_A_WHILE = "private, max-age=300"


@pages.get("/routines")
@reads
def page(region_id: str) -> str:
    """The region's routines, each with the parts that it consists of."""
    at = place(region_id)
    rows = [
        {
            "title": titled(one, at),
            "about": one.settings.descriptions.get(at.language, "") or one.settings.description,
            "url": _address(at, one.process_id),
            "document": _document(one),
            "parts": [
                {"title": name, "url": _address(at, part)}
                for part, name in [*one.processes.items(), *_startable(one, at)]
                if part != one.process_id
            ],
        }
        for one in routines(at)
    ]
    return drawn(at, "routines.html", endpoint="public_routines.page", routines=rows)


@pages.get("/routines/<process_id>")
@reads
def routine(region_id: str, process_id: str) -> str:
    """One of them as a picture and in words: who does what, until when, and what follows."""
    at = place(region_id)
    found = _holding(at, process_id)
    told = lines(found, process_id, at)
    return drawn(
        at, "routine.html", endpoint="", title=_name(found, process_id, at), document=_document(found),
        about=found.settings.description if process_id == found.process_id else "", outline=nested(_linked(at, told)),
        src=url_for("public_routines.drawing", region_id=at.id, process_id=process_id), part=process_id != found.process_id,
        whole={"url": _address(at, found.process_id), "title": titled(found, at)},
    )  # fmt: skip


@pages.get("/routines/<process_id>.bpmn")
@reads
def drawing(region_id: str, process_id: str) -> Response:
    """The drawing itself."""
    source = _holding(place(region_id), process_id).sources[process_id]
    return Response(
        source,
        mimetype="application/xml",
        headers={
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'",
            "Cache-Control": FOR_A_WHILE,
        },
    )


@pages.get("/steps/<process_id>/<element_id>")
@reads
def step(region_id: str, process_id: str, element_id: str) -> ResponseReturnValue:
    """One step: what is to be done, until when, by whom, what it rests on, and the guidance for it."""
    at = place(region_id)
    found = _holding(at, process_id)
    element = found.element(process_id, element_id)
    if (
        element is None or element.kind != "userTask"
    ):  # a case of an older version may have a step that is gone
        return redirect(_address(at, process_id))
    return drawn(
        at, "step.html", endpoint="", title=element.name, what=guidance.html(element.documentation, 3), when=when(found, element),
        who=at.role(element.role), second=_others(found, element), asked=_asked(found, element),
        clauses=clauses.told(house().settings.processes, element.clause), document=_document(found), guides=_guides(at, element),
        routine={"title": _name(found, process_id, at), "url": _address(at, process_id) + f"#step-{element_id}"},
    )  # fmt: skip


def routines(at: Place) -> list[Routine]:
    """What people start by hand there; the region's own first."""
    found = []
    for process_id, _ in overview.routines(tx()):
        one = library.current(tx(), process_id).routine
        shared = one.region is None and at.country in one.settings.countries
        if Role.STAFF in one.settings.start_roles and (one.region == at.id or shared):
            found.append(one)
    return sorted(found, key=lambda one: (one.region is None, titled(one, at)))


def titled(routine: Routine, at: Place) -> str:
    """What the routine is called in the region's language."""
    return routine.settings.titles.get(at.language) or routine.title


def _startable(routine: Routine, at: Place) -> list[tuple[str, str]]:
    """What may be started from a case of the routine: its linked routines, and the one for deviations."""
    known = {process_id for process_id, _ in overview.routines(tx())}
    named = dict.fromkeys((*routine.settings.linked, routine.settings.deviation))
    return [(one, titled(library.current(tx(), one).routine, at)) for one in named if one in known]


def _holding(at: Place, process_id: str) -> Routine:
    """The routine of the region that has that process. Raises NotFound."""
    for one in routines(at):
        if process_id in one.sources:
            return one
    linked = {one for each in routines(at) for one in each.settings.linked}
    for main, _ in overview.routines(tx()):  # what is started from a case, or by those who keep the product
        found = library.current(tx(), main).routine
        if (main in linked or found.region in (at.id, None)) and process_id in found.sources:
            return found
    raise NotFound


def _name(routine: Routine, process_id: str, at: Place) -> str:
    return titled(routine, at) if process_id == routine.process_id else routine.processes[process_id]


def _address(at: Place, process_id: str) -> str:
    return url_for("public_routines.routine", region_id=at.id, process_id=process_id)


def _linked(at: Place, told: list[Line]) -> Iterator[Line]:
    """Each line with the address of its step, or of the part that is called there."""
    for one in told:
        if one.called:
            yield one.to(_address(at, one.called))
        elif one.kind == "userTask":
            address = url_for(
                "public_routines.step", region_id=at.id, process_id=one.process_id, element_id=one.id
            )
            yield one.to(address)
        else:
            yield one


def _document(routine: Routine) -> str:
    """What governs the routine: its register number, who decided it, since when."""
    told, since = routine.settings, routine.settings.valid_from
    parts = (
        told.register_number,
        gettext("decided by %(who)s", who=told.decided_by) if told.decided_by else "",
        gettext("in force since %(day)s", day=words.full_day(since)) if since else "",
    )
    return ", ".join(part for part in parts if part)


def _others(routine: Routine, element: Element) -> str:
    """The steps whose doer does not do this one."""
    inside = routine.elements[element.process_id]
    return words.listed([inside[one].name for one in element.second_person if one in inside])


def _asked(routine: Routine, element: Element) -> list[str]:
    """The questions of its form, as they stand there."""
    form = routine.forms.get(element.id)
    return [one.label for one in form.top_level() if one.label] if form else []


def _guides(at: Place, element: Element) -> list[dict[str, str]]:
    return [
        {
            "title": one.title,
            "summary": one.summary,
            "url": url_for("public.read", region_id=at.id, page=one.name),
        }
        for one in at.library.of_step(element.id)
    ]
