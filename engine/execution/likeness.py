"""Whether a case that runs on one version of a routine can go on, where it stands, on another (decision 2).

Enters: two specifications. Leaves: the ids of what differs in more than expressions, tables and texts: elements, the flows between them,
and everything by which a saved token finds its place again. Compares what was drawn, never a case.
"""

from __future__ import annotations

from collections.abc import Mapping

from .elements import Element
from .specification import Specification


def differences(old: Specification, new: Specification) -> tuple[str, ...]:
    """The ids of elements that are missing, new or drawn otherwise, in the order of the alphabet; empty where a case may move."""
    before, after = _shapes(old), _shapes(new)
    unlike = {key[1] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    if old.process_id != new.process_id:
        unlike.add(new.process_id)
    return tuple(sorted(unlike))


def _shapes(spec: Specification) -> Mapping[tuple[str, str], object]:
    return {key: _shape(element) for key, element in spec.elements.items()}


def _shape(element: Element) -> object:
    flows = sorted((flow.id, flow.source, flow.target, flow.condition is None) for flow in element.outgoing)
    loop = (element.loop.item, element.loop.sequential, element.loop.result) if element.loop else None
    timer = element.timer.rule if element.timer else None
    event = (
        element.event,
        element.message,
        element.error,
        element.attached_to,
        element.interrupting,
        element.event_subprocess,
    )
    asks = (
        element.role,
        element.unit is None,
        element.operation,
        element.decision,
        element.result,
        element.called,
        element.is_scope,
    )
    return element.kind, element.within, element.default, flows, event, timer, loop, asks
