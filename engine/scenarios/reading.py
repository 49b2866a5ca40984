"""A scenario's file, read strictly (format: `processes/README.md`, Scenarios).

Enters: the bytes, and what the routines that run in it know. Leaves: a Scenario, or BrokenDefinition naming file and line: an unknown
key, a name that no diagram has, or a step that cannot be meant is an error, never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from engine.deadlines import elapsed
from engine.deadlines.iso import Duration
from engine.scenarios.history import KNOWN_COUNTS
from engine.scenarios.located import Part, Source, plain
from engine.scenarios.script import (
    DEVIATION,
    MAIN,
    Begin,
    Earlier,
    Ending,
    Expected,
    Person,
    Said,
    Scenario,
    Sees,
    Step,
)
from engine.status import Protection

DEEDS = ("do", "start", "correct", "removal")
REMOVALS = ("propose", "archive", "approve", "refuse")
"""What people do on the pages of retention with what is due at the principal of the case."""
_CASE = re.compile(rf"{MAIN}|{DEVIATION}(?::[1-9][0-9]?)?")
_STATUSES = ("running", "stopped", "ended")


@dataclass(frozen=True, slots=True)
class Known:
    """What a scenario may name: elements and processes of the routines in force, units and user names; and the region's zone."""

    elements: Collection[str]
    processes: Collection[str]
    units: Collection[str]
    people: Collection[str]
    zone: ZoneInfo


def read(data: bytes, path: str, known: Known) -> Scenario:
    """Read the file; raises BrokenDefinition with every finding."""
    source = Source(data, path)
    top = source.part("", source.top)
    title, start_at = top.needed("title"), top.instant("start_at")
    if not top.has("start_at"):
        top.wrong("start_at", "start_at is missing. Add the instant at which the case starts.")
    begin = _begin(source.part("case", top.mapping("case")), known)
    found = top.take("step", list, "written as [[step]]") or []
    steps = tuple(_step(source.part("step", one, index), index + 1, known) for index, one in enumerate(found))
    ending = _ending(source.part("expect", top.mapping("expect")), known)
    top.no_others()
    source.finish()
    assert start_at is not None  # a finding otherwise
    return Scenario(path, PurePosixPath(path).stem, title, _local(start_at, known.zone), begin, steps, ending)


def _person(about: Part) -> Person:
    person = Person(
        about.needed("name"),
        about.text("identity_number"),
        about.day("born_on"),
        about.text("protection"),
    )
    if person.protection:
        _one_of(about, person.protection, frozenset(Protection), "level of protection")
    about.no_others()
    return person


def _begin(part: Part, known: Known) -> Begin:
    person = _person(part.inner("subject")) if part.has("subject") else None
    begin = Begin(part.needed("unit"), part.needed("actor"), person, _data(part), _earlier(part, known))
    _one_of(part, begin.unit, known.units, "unit of the directory")
    _one_of(part, begin.actor, known.people, "user name of the directory")
    part.no_others()
    return begin


def _earlier(part: Part, known: Known) -> tuple[Earlier, ...]:
    found = []
    for number, one in enumerate(part.take("earlier", list, "a list of tables") or ()):
        inner = part.source.part("earlier", one, number)
        ended_on = inner.day("ended_on")
        if ended_on is None:
            inner.wrong("ended_on", "ended_on is missing. Add the day on which the earlier case ended.")
        found.append(Earlier(inner.needed("unit"), ended_on or date.min, inner.day("born_on")))
        _one_of(inner, found[-1].unit, known.units, "unit of the directory")
        inner.no_others()
    return tuple(found)


def _step(part: Part, number: int, known: Known) -> Step:
    deeds = [name for name in DEEDS if part.has(name)]
    target = [part.text(name) for name in DEEDS]
    deed = deeds[0] if deeds else ""
    times = [name for name in ("at", "after", "downtime") if part.has(name)]
    if len(deeds) > 1 or len(times) > 1:
        part.wrong(
            (deeds + times)[-1],
            f"A step has one of {', '.join(deeds if len(deeds) > 1 else times)}, not several.",
        )
    at = part.instant("at")
    step = Step(
        number=number,
        line=part.line,
        deed=deed,
        target=next(filter(None, target), ""),
        actor=part.text("actor"),
        at=_local(at, known.zone) if at else None,
        after=_length(part, "after"),
        downtime=_length(part, "downtime"),
        case=part.text("case") or MAIN,
        unit=part.text("unit"),
        item=part.text("item"),
        said=_said(part),
        data=_data(part),
        reason=part.text("reason"),
        expect=_expected(part.inner("expect"), known),
    )
    _check(part, step, known)
    part.no_others()
    return step


def _check(part: Part, step: Step, known: Known) -> None:
    """What can be read but not be meant."""
    if step.deed:
        if step.deed == "removal":
            _one_of(part, step.target, REMOVALS, f"step of a removal; they are {', '.join(REMOVALS)}")
        else:
            names = known.elements if step.deed != "start" else {*known.elements, *known.processes}
            _one_of(part, step.target, names, "element of the routines that run here")
        if not step.actor:
            part.wrong(step.deed, f"Who does it? Add actor to the step with {step.deed} = {step.target!r}.")
    else:
        _check_idle(part)
    _one_of(part, step.actor, known.people, "user name of the directory")
    _one_of(part, step.unit, known.units, "unit of the directory")
    if not _CASE.fullmatch(step.case):
        part.wrong("case", f"case must be {MAIN}, {DEVIATION}, or {DEVIATION}:2 for the second one.")
    if step.deed != "removal" and (step.deed == "correct") != bool(step.reason):
        part.wrong("reason", "reason goes with correct or removal, and correct needs one.")
    if step.said and step.deed != "do":
        part.wrong("on_behalf", "on_behalf goes with do.")
    if step.expect.refused and step.expect.invalid:
        part.wrong("invalid", "A step is refused or invalid, not both.")


def _check_idle(part: Part) -> None:
    """A step in which nobody does anything."""
    for name in ("actor", "unit", "item", "data", "reason", "on_behalf"):
        if part.has(name):
            part.wrong(name, f"{name} needs do, start, correct or removal in the same step.")
    expected = part.mapping("expect")
    for name in ("refused", "invalid"):
        if name in expected:
            part.wrong(name, f"{name} needs do, start, correct or removal in the same step.")
    if not any(part.has(name) for name in ("at", "after", "downtime", "expect")):
        part.wrong(
            "step", "The step says nothing. Add do, start, correct, removal, at, after, downtime or expect."
        )


def _said(part: Part) -> Said | None:
    if not part.has("on_behalf"):
        return None
    inner = part.inner("on_behalf")
    said = Said(inner.needed("who"), inner.needed("how"))
    inner.no_others()
    return said


def _expected(part: Part, known: Known) -> Expected:
    expected = Expected(
        open=_places(part, "open", known),
        open_includes=_places(part, "open_includes", known) or (),
        closed=_places(part, "closed", known) or (),
        due=_due(part, known),
        overdue=_places(part, "overdue", known),
        sees=_sees(part, known),
        refused=part.text("refused"),
        invalid=part.texts("invalid") or (),
        status=_status(part),
        decided=_decided(part, known),
    )
    part.no_others()
    return expected


def _ending(part: Part, known: Known) -> Ending:
    calm = part.take("no_incidents", bool, "true or false")
    ending = Ending(
        line=part.line,
        outcome=part.text("outcome"),
        status=_status(part),
        path=_elements(part, "path", known),
        visited=_elements(part, "visited", known),
        not_visited=_elements(part, "not_visited", known),
        facts=_counts(part),
        span_days=part.take("span_days", int, "a whole number of days"),
        no_incidents=calm is not False,
        incident=part.text("incident"),
    )
    for name in filter(None, (ending.outcome, ending.incident)):
        _one_of(part, name, known.elements, "element of the routines that run here")
    part.no_others()
    return ending


def _places(part: Part, name: str, known: Known) -> tuple[str, ...] | None:
    found = part.texts(name)
    for one in found or ():
        _place(part, one, known)
    return found


def _place(part: Part, place: str, known: Known) -> None:
    element, _, unit = place.partition("@")
    if element not in known.elements:
        part.wrong(place, f"{element!r} is no element of the routines that run here. Correct the name.")
    if unit and unit not in known.units:
        part.wrong(place, f"{unit!r} is no unit of the directory. Correct the name.")


def _elements(part: Part, name: str, known: Known) -> tuple[str, ...]:
    found = part.texts(name) or ()
    for one in found:
        _one_of(part, one, known.elements, "element of the routines that run here")
    return found


def _due(part: Part, known: Known) -> dict[str, date | None]:
    found: dict[str, date | None] = {}
    for place, day in part.mapping("due").items():
        _place(part, place, known)
        if isinstance(day, date) and not isinstance(day, datetime):
            found[place] = day
        elif day == "none":
            found[place] = None
        else:
            part.wrong(place, f'due must give the last day, such as {place} = 2026-03-03, or "none".')
    return found


def _decided(part: Part, known: Known) -> dict[str, tuple[str, ...]]:
    found = {}
    inner = part.inner("decided")
    for element in inner.values:
        found[element] = inner.texts(element) or ()
        _one_of(inner, element, known.elements, "element of the routines that run here")
    return found


def _sees(part: Part, known: Known) -> tuple[Sees, ...]:
    given = part.values.get("sees")
    tables = given if isinstance(given, list) else [part.mapping("sees")] if given else []
    if isinstance(given, list):
        part.take("sees", list, "a table")
    found = []
    for one in tables:
        inner = Part(part.source, one if isinstance(one, Mapping) else {}, part.lines)
        found.append(Sees(inner.needed("actor"), inner.texts("categories") or ()))
        _one_of(inner, found[-1].actor, known.people, "user name of the directory")
        inner.no_others()
    return tuple(found)


def _counts(part: Part) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, count in part.mapping("facts").items():
        if not KNOWN_COUNTS.fullmatch(name):
            part.wrong(name, f"{name[:60]} is nothing that is counted (see processes/README.md, Scenarios).")
        elif not isinstance(count, int) or isinstance(count, bool) or count < 0:
            part.wrong(name, f"{name} must be a whole number.")
        else:
            found[name] = count
    return found


def _status(part: Part) -> str:
    found = part.text("status")
    if found:
        _one_of(part, found, _STATUSES, f"status; they are {', '.join(_STATUSES)}")
    return found


def _data(part: Part) -> dict[str, object]:
    return {name: plain(value) for name, value in part.mapping("data").items()}


def _length(part: Part, name: str) -> Duration | None:
    text = part.text(name)
    try:
        return elapsed.length(text) if text else None
    except ValueError as error:
        part.wrong(name, f"{name} must be a duration such as P1D or PT2H: {error}.")
        return None


def _one_of(part: Part, word: str, words: Collection[str], what: str) -> None:
    if word and word not in words:
        part.wrong(word, f"{word[:80]!r} is no {what}. Correct the name.")


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
