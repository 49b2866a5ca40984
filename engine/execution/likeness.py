"""Whether a case that runs on one version of a routine can go on, where it stands, on another (decision 2).

Enters: two specifications. Leaves: the ids of what differs in more than expressions, tables and texts: elements, the flows between them,
and everything by which a saved token finds its place again, with what differs there. Compares what was drawn, never a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .elements import Element
from .specification import Specification


@dataclass(frozen=True, slots=True)
class Unlike:
    """An element that stands in the way.

    `what` is `missing` or `new` in the other version, `refused` where that version cannot run, or what is drawn otherwise: `kind`, `place`
    (in which sub-process), `default`, `flows`, `event`, `timer`, `loop`, `role`, `unit` (whether it has one), `operation`, `decision`,
    `result`, `called`, `inputs` (whether a call has any), `process`.
    """

    element_id: str
    what: str


def differences(old: Specification, new: Specification) -> tuple[Unlike, ...]:
    """What is missing, new or drawn otherwise, in the order of the ids; empty where a case may move."""
    before, after = _shapes(old), _shapes(new)
    found = {
        Unlike(key[1], what)
        for key in before.keys() | after.keys()
        for what in _between(before.get(key), after.get(key))
    }
    if old.process_id != new.process_id:
        found.add(Unlike(new.process_id, "process"))
    return tuple(sorted(found, key=lambda one: (one.element_id, one.what)))


Shape = Mapping[str, object]


def _between(before: Shape | None, after: Shape | None) -> list[str]:
    if before is None:
        return ["new"]
    if after is None:
        return ["missing"]
    return [what for what in before if before[what] != after[what]]


def _shapes(spec: Specification) -> Mapping[tuple[str, str], Shape]:
    return {key: _shape(element) for key, element in spec.elements.items()}


def _shape(element: Element) -> Shape:
    event = (
        element.event,
        element.message,
        element.error,
        element.attached_to,
        element.interrupting,
        element.event_subprocess,
    )
    return {
        "kind": element.kind,
        "place": element.within,
        "default": element.default,
        "flows": sorted(
            (flow.id, flow.source, flow.target, flow.condition is None) for flow in element.outgoing
        ),
        "event": event,
        "timer": element.timer.rule if element.timer else None,
        "loop": (element.loop.item, element.loop.sequential, element.loop.result) if element.loop else None,
        "role": element.role,
        "unit": element.unit is None,
        "operation": element.operation,
        "decision": element.decision,
        "result": element.result,
        "called": element.called,
        "inputs": element.is_scope,
    }
