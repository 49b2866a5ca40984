"""Error end events are caught by somebody; an uncaught one would stop the case with an incident."""

from __future__ import annotations

from collections.abc import Iterable

from engine import xml
from engine.definitions.checks.model import Model, error, warning
from engine.definitions.diagram import Node, Process
from engine.definitions.routine import called_element
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """A boundary event for errors stands on a sub-process or call activity around each. BPMN 2.0 clause 13.5.3."""
    for process, node in model.nodes():
        if (
            node.kind == "endEvent"
            and node.event == "error"
            and not _caught(model, process, node, _code(node), frozenset())
        ):
            message = "Nothing catches this error, so the case stops. Put an error event on the sub-process or call around it."
            yield (
                error(node, "uncaught-error", message)
                if model.stands_alone
                else warning(node, "uncaught-error", message)
            )


def _caught(model: Model, process: Process, node: Node, code: str, seen: frozenset[str]) -> bool:
    outer, steps = process.nodes.get(node.parent_id), 0
    while outer is not None and steps < 100:
        if _catches(process, outer, code):
            return True
        outer, steps = process.nodes.get(outer.parent_id), steps + 1
    if process.id in seen:
        return False
    callers = [(other, call) for other, call in model.nodes() if called_element(call) == process.id]
    return bool(callers) and all(
        _catches(other, call, code) or _caught(model, other, call, code, seen | {process.id})
        for other, call in callers
    )


def _catches(process: Process, host: Node, code: str) -> bool:
    """Whether an error event on the host catches that code; one without a code catches all."""
    caught = [_code(event) for event in process.boundary(host.id) if event.event == "error"]
    return "" in caught or code in caught


def _code(node: Node) -> str:
    """The error code that the event throws or catches, '' where none is given."""
    definition = node.definition()
    reference = definition.get("errorRef", "") if definition is not None else ""
    root = node.element.getroottree().getroot()
    for one in root.iterfind(xml.bpmn("error")):
        if reference and one.get("id") == reference:
            return one.get("errorCode") or reference
    return ""
