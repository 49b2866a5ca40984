"""Time limits of one step come in the order in which they mean something: what takes a late step to the managers comes after its deadline.

Whoever moves the deadline alone has the managers called when the step is not late yet, or at the very moment it becomes so. It may be
meant, so it is a warning; nothing is said of lengths that cannot be laid side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.definitions.checks.model import Model, warning
from engine.definitions.checks.timers import values
from engine.definitions.diagram import Node, Process
from engine.definitions.routine import called_element
from engine.errors import Finding

RULE = "timer-order"
ESCALATION = "_escalation"
"""How a routine ends in which managers agree level by level, see `processes/README.md`."""
_PLAIN = re.compile(r"P(?:(?P<count>[0-9]{1,4})(?P<unit>[YMWD])|T(?P<clock>[0-9]{1,5})H)")
_COUNTED = re.compile(r"=\s*(?P<by>(?:working|rolled) days)\((?P<since>.+),\s*(?P<count>[0-9]{1,4})\s*\)")


def check(model: Model) -> Iterable[Finding]:
    """No time limit falls together with the deadline of its step, and none that takes it to the managers comes before it."""
    for process, node in model.nodes():
        timers = [event for event in process.boundary(node.id) if event.event == "timer"]
        marked = [event for event in timers if event.own.get("deadline") == "true"]
        if len(marked) == 1:
            for event in timers:
                if event is not marked[0]:
                    yield from _beside(process, event, marked[0])


def _beside(process: Process, event: Node, deadline: Node) -> Iterable[Finding]:
    own, due = _length(event), _length(deadline)
    if own is None or due is None or own[0] != due[0]:
        return
    if own[1] == due[1]:
        message = (
            f"It comes at the same moment as the deadline {deadline.id}. Let it come before or after it."
        )
        yield warning(event, RULE, message)
    elif own[1] < due[1] and _takes_up(process, event):
        message = (
            f"It takes the step to the managers before the deadline {deadline.id}. Let it come after it."
        )
        yield warning(event, RULE, message)


def _length(event: Node) -> tuple[tuple[str, ...], int] | None:
    """What is counted and how many; two that count the same can be laid side by side."""
    drawn = values(event)
    if len(drawn) != 1 or drawn[0][0] == "timeCycle":
        return None
    kind, text = drawn[0]
    if plain := _PLAIN.fullmatch(text):
        return (kind, event.own.get("calendar", ""), plain["unit"] or "H"), int(
            plain["count"] or plain["clock"]
        )
    if counted := _COUNTED.fullmatch(text):
        return (kind, counted["by"], counted["since"].strip()), int(counted["count"])
    return (kind, event.own.get("calendar", ""), text), 0


def _takes_up(process: Process, event: Node) -> bool:
    seen, todo = {event.id}, [event]
    while todo:
        for node in process.next(todo.pop()):
            if node.kind == "callActivity" and called_element(node).endswith(ESCALATION):
                return True
            if node.id not in seen:
                seen.add(node.id)
                todo.append(node)
    return False
