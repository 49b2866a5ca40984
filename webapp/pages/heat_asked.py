"""Which routine somebody asks to see as a picture, of whose cases and what period, and the numbers at its steps and ways.

Enters: the request's actor and query. Leaves: a Chosen, and numbers that governance gets protected. Never another unit's numbers, nor a
case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext

from engine import library
from engine.definitions.routine import Element, Routine
from engine.errors import NotFound
from engine.reads import heat, overview
from engine.reads.heat import Heat
from webapp.pages import figures_asked, heat_words
from webapp.pages.figures_asked import Asked
from webapp.session import now, tx

STEPS = ("userTask", "callActivity")
MOST_VERSIONS = 8
"""The newest ones that are compared."""
CHOICES = ("exclusiveGateway", "eventBasedGateway", "inclusiveGateway")
"""Where one way is taken rather than another; at a parallel one all are."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is drawn: whose, of what period, which routine and which part of it, and what the colour shows. `version` is the number of the
    one version that is asked for, '' for the drawing in force and the cases of all; `versions` are those to choose among, by number.
    """

    asked: Asked
    root: str
    part: str
    routine: Routine
    colour: str
    governs: bool
    version: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def bundle_hash(self) -> str:
        """Of that version; '' for all."""
        return self.versions.get(self.version, "")

    def arguments(self, **changed: str) -> dict[str, Any]:
        """The same in an address."""
        own = {
            name: one for name, one in self.asked.arguments().items() if name in ("place", "since", "until")
        }
        one = {"version": self.version} if self.version else {}
        return {**own, "routine": self.root, "part": self.part, "colour": self.colour, **one, **changed}


def chosen() -> tuple[Chosen, list[tuple[str, str]]]:
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
    governs = wanted.place.startswith("region:")
    versions = {} if governs else _versions(root)
    number = request.args.get("version", "")
    version = number if number in versions else ""
    routine = (library.loaded(tx(), versions[version]) if version else library.current(tx(), root)).routine
    part, colour = request.args.get("part", ""), request.args.get("colour", "")
    known_colour = colour if colour in heat_words.COLOURS else heat_words.COLOURS[0]
    known_part = part if part in routine.processes else root
    return Chosen(wanted, root, known_part, routine, known_colour, governs, version, versions), found


def _versions(root: str) -> dict[str, str]:
    """The newest versions, by number. Not for governance: what one version leaves of all could be worked out."""
    return {
        str(number): one for number, one in list(enumerate(heat.versions(tx(), root), 1))[-MOST_VERSIONS:]
    }


def drawn(chosen: Chosen) -> list[Element]:
    """The steps at which somebody may wait, in the order of the drawing's file."""
    return [one for one in chosen.routine.elements[chosen.part].values() if one.kind in STEPS and one.name]


def apart(chosen: Chosen) -> tuple[list[Element], dict[str, str]]:
    """The steps that only earlier versions have; and by step that not every version has, which do: `since version 3`, `to version 2`."""
    if chosen.version:
        return [], {}
    newest = list(enumerate(heat.versions(tx(), chosen.root), 1))[-MOST_VERSIONS:]
    routines = [(number, library.loaded(tx(), one).routine) for number, one in newest]
    told, older = {}, {}
    for element in drawn(chosen):
        having = [number for number, one in routines if one.element(chosen.part, element.id)]
        if having and len(having) < len(routines):
            told[element.id] = gettext("since version %(number)s", number=having[0])
    here = {one.id for one in drawn(chosen)}
    for number, routine in routines:
        for one in routine.elements.get(chosen.part, {}).values():
            if one.kind in STEPS and one.name and one.id not in here:
                older[one.id] = one
                told[one.id] = gettext("to version %(number)s", number=number)
    return list(older.values()), told


def steps(chosen: Chosen, more: Iterable[Element] = ()) -> dict[str, Heat]:
    """By element of the part that is drawn, and of these others; a call shows all that happens inside it."""
    found = heat.steps(
        tx(), chosen.root, chosen.asked.scope, chosen.asked.period, now=now(), version=chosen.bundle_hash
    )
    told: dict[str, Heat] = {}
    for element in (*drawn(chosen), *more):
        if element.kind == "callActivity":
            inside = _processes(chosen.routine, element.called)
            rows = [one for (process, _), one in found.items() if process in inside]
            summed = heat.together_protected if chosen.governs else heat.together
            if rows:
                told[element.id] = summed(rows)
        elif (one := found.get((chosen.part, element.id))) is not None:
            told[element.id] = heat.protected(one) if chosen.governs else one
    return told


def none(chosen: Chosen) -> Heat:
    """What is told of a step at which nothing was."""
    return heat.protected(Heat()) if chosen.governs else Heat()


def missed(chosen: Chosen, found: dict[str, Heat]) -> list[tuple[str, str]]:
    """Each deadline that was broken, as the timer that is drawn for it, and what part of those with a last day broke it."""
    elements = chosen.routine.elements[chosen.part].values()
    told = []
    for timer in elements:
        step = found.get(timer.attached_to)
        alone = sum(one.attached_to == timer.attached_to and one.event == "timer" for one in elements) == 1
        if (
            step is not None
            and step.late
            and step.due
            and timer.event == "timer"
            and (timer.deadline or alone)
        ):
            told.append((timer.id, heat_words.late_share(step)))
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


def inside(routine: Routine, element: Element) -> list[str]:
    """The ids of the user tasks that a step stands for."""
    if element.kind != "callActivity":
        return [element.id]
    within = _processes(routine, element.called)
    return sorted(
        one.id for process in within for one in routine.elements[process].values() if one.kind == "userTask"
    )


def ways(chosen: Chosen) -> list[tuple[str, str, str, str]]:
    """Each way out of a gateway that chooses: flow id, what it leaves, its word, its share of all that left there."""
    elements, flows = chosen.routine.elements[chosen.part], chosen.routine.flows[chosen.part]
    forks = {
        one.id
        for one in elements.values()
        if one.kind in CHOICES and sum(flow.source == one.id for flow in flows.values()) > 1
    }
    if chosen.asked.wrong or not forks:
        return []
    taken = heat.ways(tx(), chosen.root, chosen.asked.scope, chosen.asked.period, forks, chosen.bundle_hash)
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
