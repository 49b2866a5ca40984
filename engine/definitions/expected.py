"""What is expected to follow: the way a case usually takes from where it stands.

Enters: a routine and the elements where a case stands. Leaves: the elements ahead, in order, each once. At a decision the flow without a
condition is followed (the default), else the first drawn; at a fork all of them. A guess for people, never used to run anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.definitions.routine import Element, Flow, Routine

DECISIONS = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})


def expected(routine: Routine, process_id: str, standing: Sequence[str]) -> list[str]:
    """Ids of the elements of that process that usually follow; from its start where the case stands nowhere yet."""
    elements = routine.elements.get(process_id, {})
    begun = list(standing) or [one.id for one in routine.start_events(process_id)]
    ahead = [target for one in begun for target in _next(routine, process_id, elements[one])]
    found: list[str] = []
    while ahead:
        element_id = ahead.pop(0)
        if element_id in found or element_id in begun or element_id not in elements:
            continue
        found.append(element_id)
        ahead = [*_next(routine, process_id, elements[element_id]), *ahead]
    return found


def _next(routine: Routine, process_id: str, element: Element) -> Iterator[str]:
    flows = routine.flows.get(process_id, {})
    leaving = [flows[one] for one in element.outgoing if one in flows]
    for flow in _usual(leaving) if element.kind in DECISIONS else leaving:
        yield flow.target


def _usual(leaving: list[Flow]) -> list[Flow]:
    return [flow for flow in leaving if not flow.condition][:1] or leaving[:1]
