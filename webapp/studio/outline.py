"""The steps of a draft in the order in which they happen, numbered, with branches under the word of the branch.

Enters: an opened draft. Leaves: lines for the list, and what is said beside a step: its time limits, whether it can be moved, and a
counted example of its deadline across the next days that do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext

from engine.actions.ground import calendar_of
from engine.deadlines import counted
from engine.deadlines.calendar import Calendar
from engine.definitions import files, outline
from engine.definitions.diagram import EVENTS, GATEWAYS, SUB_PROCESSES, Node
from engine.definitions.editing import timing
from engine.definitions.editing.drawing import NotPossible
from engine.errors import EngineError
from engine.records import directory
from webapp import words
from webapp.session import ZONE, today, tx
from webapp.studio import judging
from webapp.studio.draft import Opened, editable
from webapp.studio.stepform import kind_words
from webapp.studio.stepwords import UNIT_WORDS

FIXED = {"startEvent", "endEvent", "boundaryEvent"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
AWKWARD = (12, 23)
"""The day before Christmas Eve: the next days that do not count are near on both sides."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list; `branch` is the word of the way that leads to it, `goes_to` the number it goes back or on to."""

    element: str
    number: str
    name: str
    kind: str
    icon: str
    depth: int
    url: str
    current: bool
    branch: str = ""
    due: str = ""
    goes_to: str = ""
    severity: str = ""
    finding: str = ""


def lines(found: Opened, chosen: str) -> list[Line]:
    """All steps of the drawing's processes, in order, each with its worst finding in words."""
    made: list[Line] = []
    marks = judging.marks(found)
    for process in found.processes:
        numbers = _numbers(outline.of(process))
        branch = ""
        for step in outline.of(process):
            if step.kind == "branch":
                branch = step.name or gettext("otherwise")
                continue
            if step.kind == "goto":
                told = gettext("Goes to %(number)s", number=numbers.get(step.target, ""))
                made.append(
                    Line(
                        "",
                        "",
                        step.name,
                        told,
                        "",
                        _depth(step),
                        "",
                        current=False,
                        branch=branch,
                        goes_to=step.target,
                    )
                )
            else:
                node = process.nodes[step.element_id]
                line = _line(found, node, _depth(step), numbers, branch, chosen)
                severity, words_of = marks.get(node.id, ("", ""))
                made.append(replace(line, severity=severity, finding=words_of))
            branch = ""
    return made


def stands(found: Opened, element_id: str) -> str:
    """Where a step stands, to be read out after it has been moved."""
    steps = [one for one in lines(found, element_id) if one.element]
    place = next((place for place, one in enumerate(steps) if one.element == element_id), 0)
    here = steps[place]
    before = next((one for one in reversed(steps[:place]) if one.depth <= here.depth), steps[place - 1])
    return gettext(
        "%(step)s is now step %(number)s, after %(before)s.", step=here.name, number=here.number, before=before.name,
    )  # fmt: skip


def _line(found: Opened, node: Node, depth: int, numbers: dict[str, str], branch: str, chosen: str) -> Line:
    return Line(
        element=node.id,
        number=numbers.get(node.id, ""),
        name=node.name or kind_words(found, node.id),
        kind=kind_words(found, node.id),
        icon=_icon(node),
        depth=depth,
        url=url_for("studio.as_list", draft_id=found.id, path=found.path, element=node.id),
        current=node.id == chosen,
        branch=branch,
        due=due_words(found, node.id),
    )


def _depth(step: outline.Step) -> int:
    return min(step.depth, 6)


def _icon(node: Node) -> str:
    if node.kind in GATEWAYS:
        return "branch"
    if node.event == "timer":
        return "clock"
    if node.kind in EVENTS:
        return "running" if node.kind == "startEvent" else "done"
    other = "folder" if node.kind in SUB_PROCESSES else "gear"
    return {"userTask": "person", "callActivity": "folder", "businessRuleTask": "table"}.get(node.kind, other)


def _numbers(steps: tuple[outline.Step, ...]) -> dict[str, str]:
    """1, 2, 3 at the outermost level; 2a, 2b for what hangs below 2."""
    found: dict[str, str] = {}
    number, letter, base = 0, 0, min((step.depth for step in steps), default=0)
    for step in steps:
        if step.kind in ("branch", "goto"):
            continue
        if step.depth == base:
            number, letter = number + 1, 0
            found[step.element_id] = str(number)
        else:
            found[step.element_id] = f"{number}{_letters(letter)}"
            letter += 1
    return found


def _letters(count: int) -> str:
    return (LETTERS[count // len(LETTERS) - 1] if count >= len(LETTERS) else "") + LETTERS[
        count % len(LETTERS)
    ]


def first(found: Opened) -> str:
    """The step that the list opens with: the first that people do."""
    for process in found.processes:
        for step in outline.of(process):
            if step.kind == "userTask":
                return step.element_id
    return next(iter(found.nodes), "")


def due_words(found: Opened, element_id: str) -> str:
    """The step's deadline in words, or a timer's own; '' for none."""
    try:
        node = found.nodes[element_id]
        event = (
            found.drawing.element(element_id)
            if node.event == "timer"
            else timing.deadline_of(found.drawing, element_id)
        )
        length = None if event is None else timing.length_of(event)
        return "" if event is None else length.words(found.language) if length else event.get("name", "")
    except (KeyError, EngineError):
        return ""


def timers(found: Opened, element_id: str) -> list[dict[str, str]]:
    """The time limits of a step and what each leads to."""
    node = found.nodes.get(element_id)
    if node is None:
        return []
    process = next(one for one in found.processes if element_id in one.nodes)
    made = []
    for event in process.boundary(element_id):
        leads = words.listed([one.name for one in process.next(event) if one.name])
        url = url_for("studio.as_list", draft_id=found.id, path=found.path, element=event.id)
        made.append(
            {
                "id": event.id,
                "when": due_words(found, event.id) or event.name,
                "name": leads or event.name,
                "url": url,
            }
        )
    return made


def part(found: Opened, element_id: str) -> str:
    """The address of the part that a call leads to, where it is changed in this draft too."""
    called = found.drawing.element(element_id).get("calledElement", "") if element_id in found.nodes else ""
    for path in editable(found.content) if called else []:
        if path.endswith(".bpmn") and called in files.drawn_processes(found.content.files[path]):
            return url_for("studio.as_list", draft_id=found.id, path=path)
    return ""


def may_move(found: Opened, element_id: str) -> dict[str, bool]:
    """Whether it can change places with what stands before or after it, and whether it can be removed."""
    node = found.nodes.get(element_id)
    if node is None or found.locked:
        return {"earlier": False, "later": False, "remove": False}
    plain = (
        node.kind not in FIXED and node.kind not in GATEWAYS and len(node.incoming) == 1 == len(node.outgoing)
    )
    return {"earlier": plain, "later": plain, "remove": node.kind != "startEvent" and len(node.outgoing) <= 1}


def example(found: Opened, element_id: str) -> str:
    """`Begins Wednesday 23 December, due Tuesday 29 December.`, in the region's own calendar; '' where it counts no working days."""
    try:
        event = timing.deadline_of(found.drawing, element_id) if element_id in found.nodes else None
        length = timing.length_of(event) if event is not None else None
    except NotPossible:
        return ""
    if length is None or length.unit not in (timing.WORKING_DAYS, timing.ROLLED_DAYS):
        return ""
    calendar = _calendar(found)
    start = _awkward(today())
    begins = datetime.combine(start, time(9), tzinfo=calendar.zone)
    count = counted.after_working_days if length.unit == timing.WORKING_DAYS else counted.after_rolled_days
    last = (
        count(begins, length.count, calendar).due_at.astimezone(calendar.zone) - timedelta(seconds=1)
    ).date()
    return gettext(
        "Begins %(start)s, due %(last)s. %(unit)s are counted.",
        start=words.long_day(start, today()), last=words.long_day(last, today()), unit=words.capital(UNIT_WORDS[length.unit]()),
    )  # fmt: skip


def _calendar(found: Opened) -> Calendar:
    """The region's working days; a shared routine is counted as in Sweden."""
    region = directory.region(tx(), found.content.draft.region_id) if found.content.draft.region_id else None
    if region is None:
        return Calendar(country="SE", zone=ZONE)
    settings = region["settings"]
    told = settings if isinstance(settings, Mapping) else {}
    return calendar_of(str(region["country"]), ZoneInfo(str(region["zone"])), told, ())


def _awkward(day: date) -> date:
    this_year = day.replace(month=AWKWARD[0], day=AWKWARD[1])
    return this_year if day <= this_year else this_year.replace(year=day.year + 1)
