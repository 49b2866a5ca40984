"""Reads what stands on one element of a drawing: timers, loops, inputs, formulas and names.

Enters: an XML element. Leaves: values of `elements`, and a finding where something cannot be read; the rest of the element is
read all the same, so that a process owner sees all findings at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import EngineError, Finding
from engine.xml import Element as Node
from engine.xml import bpmn, line_of, local
from engine.xml import own as qualified

from . import formulas
from .elements import Loop, Timer, TimerRule
from .formulas import Formula

_NAME = re.compile(r"[^\W\d_]\w*")
_ISO = {
    "duration": re.compile(r"P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+W)?(?:[0-9]+D)?"
                           r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
                       r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"),
    "cycle": re.compile(r"R(?!0+/)[0-9]*/(?:[0-9]{4}-[0-9:TZ+.\-]+/)?P[0-9TYMWDHS.]+"),
}  # fmt: skip
_VALUES = ("timeDate", "timeDuration", "timeCycle")


class Notes:
    """The findings on one process while it is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def refuse(self, node: Node, rule: str, message: str) -> None:
        """Note that `node` keeps the process from running."""
        element_id = str(node.get("id") or "")
        self.findings.append(Finding(self.path, line_of(node), "error", rule, element_id, message))


def own(node: Node, name: str) -> str:
    """The text of one of Samordna's own attributes, '' where it is missing."""
    return str(node.get(qualified(name)) or "").strip()


def text_of(node: Node) -> str:
    """All text inside an element."""
    return "".join(str(part) for part in node.itertext())


def flag(node: Node, attribute: str, default: str = "false") -> bool:
    """An attribute of XML Schema's type boolean, which may also be written 1 or 0."""
    return str(node.get(attribute, default)).strip() in {"true", "1"}


def formula(notes: Notes, node: Node, what: str, text: str) -> Formula | None:
    """A FEEL expression, None where it is missing or cannot be read."""
    if not text.strip():
        return None
    try:
        return formulas.parse(text)
    except EngineError as error:
        notes.refuse(node, "bad-expression", f"The {what} cannot be read: {error}")
        return None


def name(notes: Notes, node: Node, text: str) -> str:
    """A name of case data."""
    if not _NAME.fullmatch(text):
        notes.refuse(
            node, "bad-name", f"'{text[:40]}' cannot be a name of case data. Use letters, digits and _."
        )
    return text


def own_name(notes: Notes, node: Node, attribute: str) -> str:
    """A name of case data in one of Samordna's own attributes, '' where it is missing."""
    text = own(node, attribute)
    return name(notes, node, text) if text else ""


def timer(notes: Notes, node: Node, definition: Node) -> Timer | None:
    """The timer of an event."""
    found = [child for child in definition.iterchildren() if local(child) in _VALUES]
    if len(found) != 1:
        notes.refuse(node, "timer-value", "A timer needs exactly one of a date, a duration and a cycle.")
        return None
    kind = local(found[0]).removeprefix("time").lower()
    text = text_of(found[0]).strip()
    rule = TimerRule(kind, own(node, "calendar"), _is_deadline(node))
    if text.startswith("="):
        value = formula(notes, node, "timer", text)
        return Timer(rule, value) if value else None
    if not _ISO[kind].fullmatch(text):
        message = f"The timer's value is not an ISO 8601 {kind} and not FEEL beginning with '='."
        notes.refuse(node, "timer-value", message)
    return Timer(rule, text)


def _is_deadline(event: Node) -> bool:
    """Decision 7: the boundary timer that is marked as the deadline, or the only one of its host."""
    marked, host, around = own(event, "deadline"), event.get("attachedToRef"), event.getparent()
    if marked or host is None or around is None:
        return marked == "true"
    beside = [
        one
        for one in around.iterchildren(bpmn("boundaryEvent"))
        if one.get("attachedToRef") == host and one.find(bpmn("timerEventDefinition")) is not None
    ]
    return len(beside) == 1


def loop(notes: Notes, node: Node) -> Loop | None:
    """The multi-instance characteristics of an activity."""
    if node.find(bpmn("standardLoopCharacteristics")) is not None:
        notes.refuse(node, "loop", "A standard loop cannot be run. Draw the loop with a gateway.")
    found = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if found is None:
        return None
    if any(found.find(bpmn(other)) is not None for other in ("completionCondition", "loopCardinality")):
        message = "A multi-instance goes through samordna:collection only; remove the other conditions."
        notes.refuse(node, "loop", message)
    text = own(found, "collection")
    if not text:
        message = "The multi-instance does not say which list it goes through. Add samordna:collection."
        notes.refuse(node, "loop", message)
    collection = formula(notes, node, "collection", text)
    item, result = own_name(notes, found, "item") or "item", own_name(notes, found, "result")
    return Loop(collection, item, flag(found, "isSequential"), result) if collection else None


def inputs(notes: Notes, node: Node) -> Iterator[tuple[str, str | Formula]]:
    """The inputs of a service task or a call, in the order of the file."""
    for extension in node.iterchildren(bpmn("extensionElements")):
        for item in extension.iterchildren(qualified("input")):
            key, text = name(notes, node, str(item.get("name") or "")), str(item.get("value") or "")
            if not text.lstrip().startswith("="):
                yield key, text
            elif value := formula(notes, node, f"input {key}", text):
                yield key, value
