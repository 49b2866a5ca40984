"""What differs between the ways of two drawings: where they lead, and on what condition.

Enters: the pairing of two drawings. Leaves: changes of ways that no step which came, went or moved explains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
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
        told: set[order.Edge] = set()
        gone, come = order.unexplained(self.both.old_ways, self.both.new_ways, others)
        for one, flow in self.both.new_ways.flows.items():
            was, now = self._ends(self.both.old_ways, one), self._ends(self.both.new_ways, one)
            if was and now and was[0] == now[0] and was != now and not {*was, *now} & others:
                gone.discard(was)
                come.discard(now)
                told |= {was, now}
                yield self._leads(flow, was, now)
        for edge in sorted(gone):
            to = next((one for one in sorted(come) if one[0] == edge[0]), None)
            flow = self._flow(to or edge)
            if to is not None:
                come.discard(to)
                told |= {edge, to}
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
        yield from self._doubled(told)
        yield from self._conditions()
        yield from self._orders()

    def _ends(self, ways: Ways, flow_id: str) -> order.Edge | None:
        flow = ways.flows.get(flow_id)
        return (flow.get("sourceRef"), flow.get("targetRef")) if flow else None

    def _leads(self, flow: Part, was: order.Edge, now: order.Edge) -> Change:
        before, after = self.both.named(was[1]), self.both.named(now[1])
        if before == after:  # two that are called alike are told apart by their ids
            before, after = (Name(f"{one.text} ({edge[1]})") for one, edge in ((before, was), (after, now)))
        words: dict[str, v.Word] = {"source": self.both.named(now[0]), "before": before, "after": after}
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

    def _doubled(self, told: Collection[order.Edge]) -> Iterator[Change]:
        """A second way between two elements, by which a token goes twice, or one of two that is gone."""
        was, now = (
            Counter((flow.get("sourceRef"), flow.get("targetRef")) for flow in ways.flows.values())
            for ways in (self.both.old_ways, self.both.new_ways)
        )
        for edge in sorted(was.keys() & now.keys() - set(told)):
            if was[edge] != now[edge]:
                how, end = ("added", "after") if now[edge] > was[edge] else ("removed", "before")
                flow = self._flow(edge)
                words: dict[str, v.Word] = {"source": self.both.named(edge[0]), end: self.both.named(edge[1])}
                words |= {"way": name_of(flow)} if how == "removed" else {}
                made = v.said(v.STEP, how, self.both.at(flow), f"way-{how}", **words)
                yield replace(made, of=v.fingerprint(edge, now[edge]))

    def _orders(self) -> Iterator[Change]:
        """At a gateway that takes the first way whose condition holds the order in the file says which is asked first."""
        for old, new in self.both.pairs():
            if new.tag != "exclusiveGateway":
                continue
            was, now = self._asked(self.both.old_ways, old), self._asked(self.both.new_ways, new)
            kept, come = [one for one in was if one in now], [one for one in now if one not in was]
            last = [
                *kept,
                *come,
            ]  # a way that came is told by itself, and where it stands unless it is asked last
            if [*now] != last if len(now) > len(was) else [one for one in now if one in was] != kept:
                words: dict[str, v.Word] = {"name": name_of(new)}
                words |= {"ways": ", ".join(self._way(flow).text for flow in now.values())}
                made = v.said(v.CONDITION, "changed", self.both.at(new), "ways-order", **words)
                yield replace(made, of=v.fingerprint([flow.id for flow in now.values()]))

    def _asked(self, ways: Ways, gateway: Part) -> dict[object, Part]:
        """The ways that are asked for their condition, in their order; one that has another id now is known by its ends."""
        common = self.both.old_ways.flows.keys() & self.both.new_ways.flows.keys()
        return {
            one if one in common else (flow.get("sourceRef"), flow.get("targetRef")): flow
            for one, flow in ways.flows.items()
            if flow.get("sourceRef") == gateway.id and one != gateway.get("default")
        }

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
