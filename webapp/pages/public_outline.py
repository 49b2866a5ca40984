"""A routine in words for anybody: its outline as lines that say who shall do what, and until when.

Enters: a routine in force and a process of it. Leaves: lines in reading order, or the same as a tree for nested lists. Follows the drawing;
knows no case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from flask_babel import gettext

from engine.definitions.outline import Step
from engine.definitions.routine import Element, Routine
from webapp.pages.public_place import Place

TOLD = frozenset(
    {
        "startEvent", "userTask", "serviceTask", "sendTask", "businessRuleTask", "callActivity", "subProcess", "branch", "goto",
        "boundaryEvent", "intermediateCatchEvent", "endEvent", "exclusiveGateway", "inclusiveGateway", "eventBasedGateway",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `over` says what kind of thing it is, `by` who shall do it, `when` until when; `target` is a line told elsewhere."""

    kind: str
    id: str
    name: str
    depth: int
    process_id: str = ""
    over: str = ""
    by: str = ""
    when: str = ""
    target: str = ""
    called: str = ""
    url: str = ""

    def to(self, url: str) -> Line:
        """The same with the address that it leads to."""
        return replace(self, url=url)


@dataclass(slots=True)
class Branch:
    """A line and what follows inside of it."""

    line: Line
    inside: list[Branch] = field(default_factory=list)


def lines(routine: Routine, process_id: str, at: Place) -> list[Line]:
    """The steps that mean something to a reader, in the order of the outline."""
    inside, found = routine.elements[process_id], []
    for step in routine.outline(process_id):
        element = inside.get(step.element_id)
        if step.kind not in TOLD or not step.name or _says_nothing(element):
            continue
        found.append(_line(routine, process_id, step, element, at))
    return found


def nested(told: Iterable[Line]) -> list[Branch]:
    """The lines as a tree; a depth that was left out is closed up."""
    top: list[Branch] = []
    open_: list[Branch] = []
    for one in told:
        while open_ and not _is_inside(one, open_[-1].line):
            open_.pop()
        made = Branch(one)
        (open_[-1].inside if open_ else top).append(made)
        open_.append(made)
    return top


def _is_inside(one: Line, other: Line) -> bool:
    """Whether a line belongs inside of an earlier one: what follows when a time is up stands on the same depth as that."""
    follows = other.kind == "boundaryEvent" and one.kind != "boundaryEvent" and one.depth == other.depth
    return one.depth > other.depth or follows


def when(routine: Routine, element: Element) -> str:
    """The time that a task has, as the drawing names it; '' where it has none."""
    clocks = [
        one
        for one in routine.elements[element.process_id].values()
        if one.attached_to == element.id and one.event == "timer"
    ]
    marked = [one for one in clocks if one.deadline] or (clocks if len(clocks) == 1 else [])
    return marked[0].name if marked else ""


def _says_nothing(element: Element | None) -> bool:
    """The plain start of a part inside: that a part begins is told by its name."""
    return (
        element is not None and element.kind == "startEvent" and bool(element.parent_id) and not element.event
    )


def _line(routine: Routine, process_id: str, step: Step, element: Element | None, at: Place) -> Line:
    line = Line(
        step.kind, step.element_id, step.name, step.depth, process_id, over=_over(step), target=step.target if step.kind == "goto" else ""
    )  # fmt: skip
    if element is None:
        return line
    if element.kind == "userTask":
        return replace(line, by=at.role(element.role), when=when(routine, element))
    called = element.called if element.called in routine.sources else ""
    return replace(line, called=called)


def _over(step: Step) -> str:
    """What kind of thing a line tells of, in words."""
    if step.kind == "boundaryEvent":
        return (
            gettext("When the time is up:")
            if step.event == "timer"
            else gettext("If this happens meanwhile:")
        )
    if step.kind == "startEvent":
        return gettext("It may begin so:") if step.event else gettext("It begins:")
    return {
        "serviceTask": gettext("Happens by itself:"),
        "sendTask": gettext("Happens by itself:"),
        "businessRuleTask": gettext("A table of rules answers:"),
        "callActivity": gettext("A part of its own:"),
        "branch": gettext("If the answer is:"),
        "goto": gettext("Goes on at:"),
        "intermediateCatchEvent": gettext("Waits for:"),
        "endEvent": gettext("Ends:"),
        "exclusiveGateway": gettext("Question:"),
        "inclusiveGateway": gettext("Question:"),
        "eventBasedGateway": gettext("What comes first:"),
    }.get(step.kind, "")
