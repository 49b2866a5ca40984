"""What differs between the ways of two drawings: where they lead, and on what condition.

Enters: the pairing of two drawings. Leaves: changes of ways that no step which came, went or moved explains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.definitions.difference import order
from engine.definitions.difference import values as v
from engine.definitions.difference.drawing import Part
from engine.definitions.difference.order import Ways
from engine.definitions.difference.pairing import Pairing, name_of
from engine.definitions.difference.values import Change, Name, Text

ENDS = frozenset({"sourceRef", "targetRef"})
CONDITION = "conditionExpression"


@dataclass(frozen=True)
class WaysBetween:
    """The ways of both."""

    both: Pairing

    def changes(self) -> Iterator[Change]:
        """Every change of a way, those of conditions last."""
        others = {one.id for one in (*self.both.added, *self.both.removed)} | set(self.both.moved)
        others |= set(self.both.renumbered) | set(self.both.renumbered.values())
        gone, come = order.unexplained(self.both.old_ways, self.both.new_ways, others)
        for one, flow in self.both.new_ways.flows.items():
            was, now = self._ends(self.both.old_ways, one), self._ends(self.both.new_ways, one)
            if was and now and was[0] == now[0] and was != now and not {*was, *now} & others:
                gone.discard(was)
                come.discard(now)
                yield self._leads(flow, was, now)
        for edge in sorted(gone):
            to = next((one for one in sorted(come) if one[0] == edge[0]), None)
            flow = self._flow(to or edge)
            if to is not None:
                come.discard(to)
                yield self._leads(flow, edge, to)
            else:
                words: dict[str, v.Word] = {
                    "source": self.both.named(edge[0]),
                    "before": self.both.named(edge[1]),
                }
                yield v.said(v.STEP, "removed", self.both.at(flow), "way-removed", way=name_of(flow), **words)
        for edge in sorted(come):
            words = {"source": self.both.named(edge[0]), "after": self.both.named(edge[1])}
            flow = self._flow(edge)
            made = v.said(v.STEP, "added", self.both.at(flow), "way-added", **words)
            yield replace(made, of=v.fingerprint(edge, sorted(flow.says.items())))
        yield from self._conditions()

    def _ends(self, ways: Ways, flow_id: str) -> order.Edge | None:
        flow = ways.flows.get(flow_id)
        return (flow.get("sourceRef"), flow.get("targetRef")) if flow else None

    def _leads(self, flow: Part, was: order.Edge, now: order.Edge) -> Change:
        words: dict[str, v.Word] = {
            "source": self.both.named(now[0]),
            "before": self.both.named(was[1]),
            "after": self.both.named(now[1]),
        }
        says = "way-leads" if flow.name else "way-leads-unnamed"
        made = v.said(v.STEP, "changed", self.both.at(flow), says, way=name_of(flow), **words)
        return replace(made, of=v.fingerprint(was, now))

    def _conditions(self) -> Iterator[Change]:
        was = {
            (flow.get("sourceRef"), flow.get("targetRef")): flow for flow in self.both.old_ways.flows.values()
        }
        for one, new in self.both.new_ways.flows.items():
            old = self.both.old_ways.flows.get(one) or was.get((new.get("sourceRef"), new.get("targetRef")))
            before = old.says if old else {}
            for what in dict.fromkeys([*before, *new.says]):
                told = old is not None or what == CONDITION  # a new way is told by the steps it joins
                if told and what not in ENDS and before.get(what) != new.says.get(what):
                    yield self._of_way(new, what, before.get(what), new.says.get(what))

    def _of_way(self, flow: Part, what: str, before: str | None, after: str | None) -> Change:
        way = self._way(flow)
        if what != CONDITION:
            return v.field(v.CONDITION, self.both.at(flow), way, what, before, after)
        words: dict[str, v.Word] = {"way": way, "source": self.both.named(flow.get("sourceRef"))}
        words |= {key: Text(text) for key, text in (("before", before), ("after", after)) if text}
        says = (
            "condition-changed" if before and after else "condition-added" if after else "condition-removed"
        )
        return v.said(v.CONDITION, "changed", self.both.at(flow), says, **words)

    def _way(self, flow: Part) -> Name:
        return Name(flow.name) if flow.name else self.both.named(flow.get("targetRef"))

    def _flow(self, edge: tuple[str, str]) -> Part:
        flows = (*self.both.new_ways.flows.values(), *self.both.old_ways.flows.values())
        return next(one for one in flows if (one.get("sourceRef"), one.get("targetRef")) == edge)
