"""Which steps were moved, and which arrows follow from what was added, removed or moved.

Enters: two drawings. Leaves: ids. A step counts as moved when it stands at another place among those that both drawings have; as few
as possible are, so that one that changed places with its neighbours is one that moved and not they.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.definitions.difference.drawing import Drawing, Part

FLOW = "sequenceFlow"
STEPS = frozenset({
    "task", "userTask", "serviceTask", "manualTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask", "subProcess",
    "callActivity", "intermediateCatchEvent", "intermediateThrowEvent",
})  # fmt: skip
"""What people do, call or wait for in its turn; gateways, starts and ends stand where the ways meet or part."""
Edge = tuple[str, str]


@dataclass(frozen=True)
class Ways:
    """The arrows of a drawing."""

    drawing: Drawing

    @cached_property
    def flows(self) -> dict[str, Part]:
        """By id."""
        return {part.id: part for part in self.drawing.parts.values() if part.tag == FLOW}

    @cached_property
    def after(self) -> dict[str, list[str]]:
        """Where the arrows from each element go; from a step also to the events on its border."""
        found: dict[str, list[str]] = {}
        for part in self.drawing.parts.values():
            if part.tag == FLOW:
                found.setdefault(part.get("sourceRef"), []).append(part.get("targetRef"))
            elif part.tag == "boundaryEvent":
                found.setdefault(part.get("attachedToRef"), []).append(part.id)
        return found

    @cached_property
    def before(self) -> dict[str, list[str]]:
        """Where the arrows to each element come from."""
        found: dict[str, list[str]] = {}
        for flow in self.flows.values():
            found.setdefault(flow.get("targetRef"), []).append(flow.get("sourceRef"))
        return found

    def way_name(self, flow_id: str) -> str:
        """What an arrow is called: its own name, else that of what it leads to, else its id."""
        flow = self.flows.get(flow_id)
        target = self.drawing.parts.get(flow.get("targetRef")) if flow is not None else None
        return (
            (flow.name if flow is not None else "") or (target.name if target is not None else "") or flow_id
        )

    def line(self) -> list[str]:
        """The steps in the order in which the arrows reach them; what none reaches stands last."""
        starts = [part.id for part in self.drawing.parts.values() if part.tag == "startEvent"]
        seen: dict[str, None] = {}
        todo = [*reversed(starts)]
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            seen[one] = None
            todo.extend(reversed(self.after.get(one, [])))
        whole = [*seen, *(part for part in self.drawing.parts if part not in seen)]
        return [one for one in whole if one in self.drawing.parts and self.drawing.parts[one].tag in STEPS]

    def edges(self) -> set[Edge]:
        """Source and target of every arrow."""
        return {(flow.get("sourceRef"), flow.get("targetRef")) for flow in self.flows.values()}

    def through(self, skipped: Collection[str]) -> set[Edge]:
        """The same where those elements are passed over: what leads to one leads to whatever that leads to."""
        found: set[Edge] = set()
        for source, target in self.edges():
            if source in skipped:
                continue
            todo, seen = [target], {target}
            while todo:
                one = todo.pop()
                if one not in skipped:
                    found.add((source, one))
                    continue
                more = [each for each in self.after.get(one, []) if each not in seen]
                seen.update(more)
                todo.extend(more)
        return found


def moved(old: Ways, new: Ways, both: Collection[str]) -> list[str]:
    """The fewest steps that must change places to make the one order of the other, in their new order.

    Only one whose arrows are others counts: two branches told in another order are the same drawing.
    """
    before = {one: place for place, one in enumerate(one for one in old.line() if one in both)}
    line = [one for one in new.line() if one in before]
    kept = longest_rising([before[one] for one in line])
    return [
        one
        for place, one in enumerate(line)
        if place not in kept and _neighbours(old, one, both) != _neighbours(new, one, both)
    ]


def _neighbours(ways: Ways, one: str, both: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    gone = set(ways.drawing.parts) - set(both)
    edges = ways.through(gone - {one})
    return (
        frozenset(source for source, target in edges if target == one),
        frozenset(target for source, target in edges if source == one),
    )


def longest_rising(numbers: list[int]) -> set[int]:
    """The places of the longest rising sequence."""
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        back.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(number)
            ends.append(place)
        else:
            tails[at], ends[at] = number, place
    found: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        found.add(place)
        place = back[place]
    return found


def unexplained(old: Ways, new: Ways, others: Collection[str]) -> tuple[set[Edge], set[Edge]]:
    """The arrows that are gone, and those that are new, without following from elements that were added, removed or moved."""
    was, now = old.edges(), new.edges()
    gone = {edge for edge in was - now if not _touches(edge, others)} - new.through(others)
    come = {edge for edge in now - was if not _touches(edge, others)} - old.through(others)
    return gone, come


def _touches(edge: Edge, others: Collection[str]) -> bool:
    return edge[0] in others or edge[1] in others


def lead_to(ways: Ways, element_id: str, known: Mapping[str, Part]) -> Iterable[Part]:
    """The elements right before one, as far as they are known."""
    return [known[one] for one in ways.before.get(element_id, []) if one in known]
