"""When a step is due, changed: a boundary timer as a number of days, with its label.

Enters: an open Drawing, a timer event and a length. Leaves: the same Drawing with the timer rewritten in the standard place (decision 6);
a label that only said the old length says the new one, any other label stays. A deadline that is computed (`timeDate`) is told as its
formula and changed as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine import xml
from engine.definitions.editing import layout
from engine.definitions.editing.drawing import XSI, Drawing, NotPossible, make, put, remove
from engine.definitions.editing.steps import FORMULA

WORKING_DAYS, ROLLED_DAYS, DAYS, HOURS, WEEKS, MONTHS, YEARS = (
    "working-days", "rolled-days", "days", "hours", "weeks", "months", "years",
)  # fmt: skip
UNITS = (WORKING_DAYS, DAYS, ROLLED_DAYS, HOURS, WEEKS, MONTHS, YEARS)
_ISO = {
    WORKING_DAYS: "P{}D",
    ROLLED_DAYS: "P{}D",
    DAYS: "P{}D",
    HOURS: "PT{}H",
    WEEKS: "P{}W",
    MONTHS: "P{}M",
    YEARS: "P{}Y",
}
_PLAIN = re.compile(
    r"P(?:(?P<years>\d{1,3})Y|(?P<months>\d{1,4})M|(?P<weeks>\d{1,4})W|(?P<days>\d{1,4})D)|PT(?P<hours>\d{1,5})H"
)
_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "sv": {WORKING_DAYS: ("arbetsdag", "arbetsdagar"), ROLLED_DAYS: ("dag", "dagar"), DAYS: ("dag", "dagar"), HOURS: ("timme", "timmar"),
           WEEKS: ("vecka", "veckor"), MONTHS: ("månad", "månader"), YEARS: ("år", "år")},
    "nb": {WORKING_DAYS: ("virkedag", "virkedager"), ROLLED_DAYS: ("dag", "dager"), DAYS: ("dag", "dager"), HOURS: ("time", "timer"),
           WEEKS: ("uke", "uker"), MONTHS: ("måned", "måneder"), YEARS: ("år", "år")},
    "en": {WORKING_DAYS: ("working day", "working days"), ROLLED_DAYS: ("day", "days"), DAYS: ("day", "days"), HOURS: ("hour", "hours"),
           WEEKS: ("week", "weeks"), MONTHS: ("month", "months"), YEARS: ("year", "years")},
}  # fmt: skip
MOST = 999


@dataclass(frozen=True, slots=True)
class Length:
    """So many of a unit: 2 `working-days`."""

    count: int
    unit: str

    @property
    def iso(self) -> str:
        """As ISO 8601: `P2D`; the calendar stands beside it."""
        return _ISO[self.unit].format(self.count)

    @property
    def calendar(self) -> str:
        """`samordna:calendar`, '' for the wall calendar."""
        return self.unit if self.unit in (WORKING_DAYS, ROLLED_DAYS) else ""

    def words(self, language: str) -> str:
        """As a label says it: `2 arbetsdagar`."""
        one, many = _WORDS.get(language[:2], _WORDS["en"])[self.unit]
        return f"{self.count} {one if self.count == 1 else many}"


def length_of(event: xml.Element) -> Length | None:
    """The length of a timer event, None where it is no plain length (a formula, a date, a cycle, several units)."""
    duration = event.find(f"{xml.bpmn('timerEventDefinition')}/{xml.bpmn('timeDuration')}")
    found = _PLAIN.fullmatch((duration.text or "").strip()) if duration is not None else None
    if found is None:
        return None
    unit, count = next((name, text) for name, text in found.groupdict().items() if text)
    calendar = event.get(xml.own("calendar"), "")
    return Length(int(count), calendar if unit == DAYS and calendar in (WORKING_DAYS, ROLLED_DAYS) else unit)


def formula_of(event: xml.Element) -> str:
    """What stands in the timer where it is no plain length, '' for none."""
    definition = event.find(xml.bpmn("timerEventDefinition"))
    if definition is None or length_of(event) is not None:
        return ""
    return next(((one.text or "").strip() for one in definition if one.tag in _KINDS), "")


_KINDS = frozenset(xml.bpmn(name) for name in ("timeDuration", "timeDate", "timeCycle"))


def deadline_of(drawing: Drawing, host_id: str) -> xml.Element | None:
    """The boundary timer that is the step's due date: the marked one, or its only one (decision 7)."""
    timers = [
        one for one in drawing.boundary(host_id) if one.find(xml.bpmn("timerEventDefinition")) is not None
    ]
    marked = [one for one in timers if one.get(xml.own("deadline")) == "true"]
    return marked[0] if marked else timers[0] if len(timers) == 1 else None


def set_length(drawing: Drawing, event_id: str, length: Length, *, language: str) -> None:
    """Rewrite a timer as a plain length. Raises NotPossible where the event is no timer or the length is none."""
    event = drawing.element(event_id)
    definition = event.find(xml.bpmn("timerEventDefinition"))
    if definition is None:
        raise NotPossible("not-a-timer", event_id)
    if not 1 <= length.count <= MOST or length.unit not in UNITS:
        raise NotPossible("no-length", event_id)
    old = length_of(event)
    for one in [each for each in definition if each.tag in _KINDS]:
        remove(one)
    made = make("timeDuration")
    made.set(f"{{{XSI}}}type", FORMULA)
    made.text = length.iso
    put(definition, made)
    if length.calendar:
        event.set(xml.own("calendar"), length.calendar)
    elif xml.own("calendar") in event.attrib:
        del event.attrib[xml.own("calendar")]
    if old is not None and event.get("name", "") in {"", *(old.words(one) for one in _WORDS)}:
        event.set("name", length.words(language))
        layout.fit_label(drawing, event_id, length.words(language))


def set_formula(drawing: Drawing, event_id: str, feel: str) -> None:
    """Make a timer due at an instant or day that FEEL computes."""
    event = drawing.element(event_id)
    definition = event.find(xml.bpmn("timerEventDefinition"))
    formula = feel.strip().removeprefix("=").strip()
    if definition is None or not formula:
        raise NotPossible("not-a-timer" if definition is None else "no-length", event_id)
    for one in [each for each in definition if each.tag in _KINDS]:
        remove(one)
    made = make("timeDate")
    made.set(f"{{{XSI}}}type", FORMULA)
    made.text = f"= {formula}"
    put(definition, made)
    if xml.own("calendar") in event.attrib:
        del event.attrib[xml.own("calendar")]
