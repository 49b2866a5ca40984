"""Where a played case stands: on the drawing of the draft, what happens next by itself and why then, and what has happened.

Enters: a routine, a case and an instant, while the request's transaction is that of the play. Leaves: plain values for the page. The names
in it are of made-up people; nothing real is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from flask_babel import gettext, ngettext

from engine import library
from engine.definitions.routine import Element, Routine
from engine.reads import timeline
from engine.reads.timeline import Happened
from engine.records import directory, timers
from engine.records.timers import Timer
from webapp import explained, words
from webapp.session import tx

TOLD = (
    "case_started",
    "task_completed",
    "timer_fired",
    "message_received",
    "operation_performed",
    "decision_made",
    "instance_ended",
)
STEPS = frozenset({"userTask", "serviceTask", "businessRuleTask", "callActivity"})
LONG_AGO = timedelta(days=400)
"""So far back that a moment is told with its year."""


@dataclass(frozen=True, slots=True)
class Played:
    """The played case: its routine, its id and the instant on the wound clock."""

    process_id: str
    case_id: str
    now: datetime
    zone: tzinfo

    @property
    def routine(self) -> Routine:
        """As it is drawn in the draft."""
        return library.current(tx(), self.process_id).routine


def clock(played: Played) -> str:
    """`Tisdag 29 december 2026 08.00`."""
    local = played.now.astimezone(played.zone)
    return words.capital(
        f"{words.long_day(local.date(), (local - LONG_AGO).date())} {words.clock(local, played.zone)}"
    )


def standing(played: Played, process_id: str, chosen: str) -> dict[str, object] | None:
    """The marks on the drawing of that process, the chosen step first, and the file it is drawn in; None where it is not drawn."""
    elements = played.routine.elements.get(process_id) or {}
    path = next((one.path for one in elements.values()), "")
    if not path:
        return None
    parents = {one.id: one.parent_id for one in elements.values() if one.kind != "boundaryEvent"}
    found = timeline.places(tx(), played.case_id, process_id, parents)
    states = (("done", found.done | found.flows), ("now", found.now), ("stopped", found.stopped))
    day = played.now.astimezone(played.zone).date()
    running = [
        {
            "element": one.element_id,
            "words": words.short_day(explained.day_of(one, played.zone), day),
            "state": "late" if one.due_at <= played.now else "near",
        }
        for one in timers.of_case(tx(), played.case_id)
        if one.element_id in elements
    ]
    return {
        "path": path,
        "marks": {
            "steps": [
                {"element": one, "state": state}
                for state, ids in states
                for one in sorted(ids, key=lambda each: (each != chosen, each))
            ],
            "timers": running,
        },
    }


def name(played: Played, element_id: str) -> str:
    """What the step is called; its id where nobody has named it."""
    found = _element(played.routine, element_id)
    return (found.name if found is not None else "") or element_id


def upcoming(played: Played) -> dict[str, str] | None:
    """What the clock does next by itself, when, and how that day was counted; None where nothing is armed."""
    armed = sorted(timers.of_case(tx(), played.case_id), key=lambda one: (one.due_at, not one.deadline))
    if not armed:
        return None
    first, day = armed[0], played.now.astimezone(played.zone).date()
    together = [_falls_due(played.routine, one) for one in armed if one.due_at == first.due_at]
    on = explained.day_of(first, played.zone)
    return {
        "when": _end_of(first, played.zone, words.capital(words.long_day(on, day))),
        "what": words.listed(list(dict.fromkeys(together))),
        "why": explained.why(first.explanation, day),
    }


def happened(played: Played) -> list[dict[str, str]]:
    """The log, the newest first: when, which step, and who did it or that it came by itself."""
    events = timeline.events(tx(), played.case_id, TOLD)
    names = directory.names(tx(), [one.actor_id for one in events if one.actor_id])
    units = {one.id: str(one.name) for one in directory.all_units(tx())}
    return list(_lines(played, events, names, units))


def ended(played: Played) -> str:
    """`Klart på 12 spelade dagar. 9 av 14 steg besökta.`"""
    routine = played.routine
    steps = {one.id for one in routine.elements[played.process_id].values() if one.kind in STEPS}
    facts = timeline.passed(tx(), played.case_id)
    passed = {str(one.element_id) for one in facts if one.data.get("process") == played.process_id}
    began = timeline.events(tx(), played.case_id, ("case_started",))[-1].at.astimezone(played.zone)
    days = (played.now.astimezone(played.zone).date() - began.date()).days
    return " ".join(
        (
            ngettext("Done in %(num)d played day.", "Done in %(num)d played days.", days),
            gettext("%(visited)s of %(num)s steps visited.", visited=len(steps & passed), num=len(steps)),
        )
    )


def _lines(
    played: Played, events: list[Happened], names: Mapping[str, str], units: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    routine = played.routine
    for one in events:
        found = _element(routine, one.element_id or "")
        name = found.name if found is not None else ""
        if one.kind == "case_started":
            name, by = gettext("The case begins"), names.get(one.actor_id or "", "")
        elif one.kind == "instance_ended":
            name, by = gettext("The case is over."), ""
        elif one.kind == "timer_fired":
            host = _element(routine, found.attached_to) if found is not None and found.attached_to else None
            by = gettext("The time ran out at %(step)s", step=host.name) if host else gettext("The time came")
        elif one.kind in ("operation_performed", "decision_made"):
            by = gettext("Happens by itself")
        else:
            by = ", ".join(filter(None, (names.get(one.actor_id or ""), units.get(one.unit_id or ""))))
        if name:
            yield {"when": _moment(one, played), "name": name, "by": by, "task": one.task_id or ""}


def _moment(one: Happened, played: Played) -> str:
    """When it happened; what a timer does at midnight is the end of the day before."""
    local, today = one.at.astimezone(played.zone), played.now.astimezone(played.zone).date()
    if one.kind == "timer_fired" and local.time() == time():
        return gettext(
            "%(day)s, end of the day", day=words.short_day(local.date() - timedelta(days=1), today)
        )
    return f"{words.short_day(local.date(), today)} {words.clock(local, played.zone)}"


def _end_of(timer: Timer, zone: tzinfo, day: str) -> str:
    local = timer.due_at.astimezone(zone)
    if local.time() == time():
        return gettext("%(day)s, end of the day", day=day)
    return f"{day} {words.clock(local, zone)}"


def _falls_due(routine: Routine, timer: Timer) -> str:
    watched = _element(routine, timer.watches)
    if watched is not None and timer.deadline:
        return gettext("the deadline of %(step)s runs out", step=watched.name)
    event = _element(routine, timer.element_id)
    follows = _follows(routine, event) if event is not None else ""
    return follows or (event.name if event is not None else timer.name)


def _follows(routine: Routine, event: Element) -> str:
    """The step that the timer leads to."""
    flows = routine.flows.get(event.process_id, {}).values()
    steps = (routine.element(event.process_id, one.target) for one in flows if one.source == event.id)
    return next((one.name for one in steps if one is not None and one.name), "")


def _element(routine: Routine, element_id: str) -> Element | None:
    inside = (one[element_id] for one in routine.elements.values() if element_id in one)
    return next(inside, None)
