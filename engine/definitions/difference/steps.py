"""What differs between two drawings of a routine, step by step.

Enters: the two drawings of one file. Leaves: changes: deadlines and other times, who does what, steps that came, went, moved or were
renamed, ways and their conditions, and whatever else an element says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.definitions.difference import order
from engine.definitions.difference import values as v
from engine.definitions.difference.drawing import Drawing, Part
from engine.definitions.difference.order import FLOW, STEPS, Ways
from engine.definitions.difference.values import Change, Name, Span, Term, Text

TIMER = "timerEventDefinition"
TIMES = ("timeDuration", "timeDate", "timeCycle")
ENDS = frozenset({"sourceRef", "targetRef"})
CONDITION = "conditionExpression"


@dataclass(frozen=True)
class Steps:
    """Both drawings of one file."""

    path: str
    old: Drawing
    new: Drawing

    def changes(self) -> Iterator[Change]:
        """Every change, in the order of the parts."""
        for one in self.added:
            yield from self._added(one)
        gone = {one.id for one in self.removed}
        for one in self.removed:
            if one.parent not in gone and one.get("attachedToRef") not in gone:
                yield from self._removed(one)
        for step in self.moved:
            yield self._moved(self.new.parts[step])
        for now, was in self.renumbered.items():
            yield self._field(self.new.parts[now], "id", was, now)
        for old, new in self._pairs():
            yield from self._changed(old, new)
        yield from self._ways()

    # --- who is who ----------------------------------------------------------------------------------------------------

    @cached_property
    def renumbered(self) -> dict[str, str]:
        """New id -> old id of an element that has only got another id."""
        gone = [one for one in self.old.parts.values() if one.id not in self.new.parts and one.tag != FLOW]
        found: dict[str, str] = {}
        for part in self.new.parts.values():
            if part.id in self.old.parts or part.tag == FLOW:
                continue
            same = (one for one in gone if _is_same(one, part))
            was = next((one for one in same if one.id not in found.values()), None)
            if was is not None:
                found[part.id] = was.id
        return found

    @cached_property
    def added(self) -> list[Part]:
        """Elements that only the new one has."""
        return [
            part for part in self.new.parts.values()
            if part.id not in self.old.parts and part.tag != FLOW and part.id not in self.renumbered
        ]  # fmt: skip

    @cached_property
    def removed(self) -> list[Part]:
        """Elements that only the old one has."""
        return [
            part for part in self.old.parts.values()
            if part.id not in self.new.parts and part.tag != FLOW and part.id not in self.renumbered.values()
        ]  # fmt: skip

    @cached_property
    def moved(self) -> list[str]:
        """Steps at another place."""
        both = set(self.old.parts) & set(self.new.parts)
        return order.moved(self._old_ways, self._new_ways, both)

    @cached_property
    def _old_ways(self) -> Ways:
        return Ways(self.old)

    @cached_property
    def _new_ways(self) -> Ways:
        return Ways(self.new)

    def _pairs(self) -> Iterator[tuple[Part, Part]]:
        for one, new in self.new.parts.items():
            old = self.old.parts.get(self.renumbered.get(one, one))
            if old is not None and new.tag != FLOW:
                yield old, new

    # --- elements that came, went or moved ------------------------------------------------------------------------------

    def _added(self, part: Part) -> Iterator[Change]:
        if part.tag == "boundaryEvent" and TIMER in part.says:
            host = self.new.parts.get(part.get("attachedToRef"))
            says = "deadline-added" if self._is_deadline(self.new, part) else "reminder-added"
            section = v.DEADLINE if says == "deadline-added" else v.STEP
            yield v.said(
                section,
                "added",
                self._at(part),
                says,
                name=_name(part),
                host=_name(host or part),
                span=_span(part),
            )
            return
        timer = next(
            (
                one
                for one in order.lead_to(self._new_ways, part.id, self.new.parts)
                if one.tag == "boundaryEvent" and TIMER in one.says
            ),
            None,
        )
        host = self.new.parts.get(timer.get("attachedToRef")) if timer else None
        if timer is not None and host is not None and part.tag in STEPS:
            yield v.said(
                v.STEP, "added", self._at(part), "step-added-after-time", name=_name(part), span=_span(timer), host=_name(host)
            )  # fmt: skip
        elif part.tag in STEPS:
            before = next(iter(order.lead_to(self._new_ways, part.id, self.new.parts)), None)
            if before is None:
                yield v.said(v.STEP, "added", self._at(part), "step-added", name=_name(part))
            else:
                yield v.said(
                    v.STEP,
                    "added",
                    self._at(part),
                    "step-added-after",
                    name=_name(part),
                    before=_name(before),
                )
        else:
            yield v.said(
                v.STEP,
                "added",
                self._at(part),
                "element-added",
                kind=Term("field", part.tag),
                name=_name(part),
            )

    def _removed(self, part: Part) -> Iterator[Change]:
        if part.tag == "boundaryEvent" and TIMER in part.says:
            host = self.old.parts.get(part.get("attachedToRef"), part)
            is_deadline = self._is_deadline(self.old, part)
            section, says = (v.DEADLINE, "deadline-removed") if is_deadline else (v.STEP, "reminder-removed")
            yield v.said(
                section, "removed", self._at(part), says, name=_name(part), host=_name(host), span=_span(part)
            )
        elif part.tag in STEPS:
            yield v.said(v.STEP, "removed", self._at(part), "step-removed", name=_name(part))
        else:
            yield v.said(
                v.STEP,
                "removed",
                self._at(part),
                "element-removed",
                kind=Term("field", part.tag),
                name=_name(part),
            )

    def _moved(self, part: Part) -> Change:
        line = [one for one in self._new_ways.line() if one == part.id or one not in self.moved]
        at = line.index(part.id)
        if at + 1 < len(line):
            after = self.new.parts[line[at + 1]]
            return v.said(
                v.STEP, "moved", self._at(part), "step-moved-before", name=_name(part), after=_name(after)
            )
        before = self.new.parts[line[at - 1]] if at else part
        return v.said(
            v.STEP, "moved", self._at(part), "step-moved-after", name=_name(part), before=_name(before)
        )

    # --- what an element says -------------------------------------------------------------------------------------------

    def _changed(self, old: Part, new: Part) -> Iterator[Change]:
        if old.tag != new.tag:
            kinds: dict[str, v.Word] = {"before": Term("field", old.tag), "after": Term("field", new.tag)}
            yield v.said(v.STEP, "changed", self._at(new), "kind-changed", name=_name(new), **kinds)
        if self._around(self.old, old) != self._around(self.new, new):
            inside = self.new.parts.get(new.parent)
            yield v.said(
                v.STEP,
                "moved",
                self._at(new),
                "step-moved-into",
                name=_name(new),
                inside=_name(inside or new),
            )
        told = self._told_apart(old, new)
        covered = _covered(told, old, new)
        others = [
            what for what in dict.fromkeys([*old.says, *new.says]) if old.says.get(what) != new.says.get(what)
        ]
        if "name" in others and "name" not in covered:
            alone = others == ["name"] and not told and old.tag == new.tag
            says = "renamed-only" if alone else "renamed"
            yield v.said(v.STEP, "renamed", self._at(new), says, was=_name(old), name=_name(new))
        yield from told.values()
        for what in others:
            if what != "name" and what not in covered:
                yield self._field(new, what, old.says.get(what), new.says.get(what))

    def _told_apart(self, old: Part, new: Part) -> dict[str, Change]:
        """What has a sentence of its own: times and who does it."""
        found: dict[str, Change] = {}
        was, now = _span(old), _span(new)
        if was != now and was.text and now.text:
            deadline = self._is_deadline(self.new, new)
            host = self.new.parts.get(new.get("attachedToRef")) if deadline else None
            section, says = (v.DEADLINE, "deadline-changed") if host else (v.DEADLINE, "time-changed")
            name = _name(host or new)
            found[TIMER] = v.said(section, "changed", self._at(new), says, name=name, before=was, after=now)
        if old.get("role") and new.get("role") and old.get("role") != new.get("role"):
            found["role"] = v.said(
                v.ROLE, "changed", self._at(new), "role-changed", name=_name(new),
                after=Term("role", new.get("role")), before=Term("role", old.get("role")),
            )  # fmt: skip
        return found

    def _field(self, part: Part, what: str, before: str | None, after: str | None) -> Change:
        section = (
            v.ROLE if what in ("role", "unit", "person", "on_behalf", "second_person")
            else v.DEADLINE if TIMER in what or what in ("deadline", "calendar")
            else v.SETTING if part.id == "" else v.STEP
        )  # fmt: skip
        return v.field(section, self._at(part), _name(part), what, before, after)

    # --- ways -----------------------------------------------------------------------------------------------------------

    def _ways(self) -> Iterator[Change]:
        others = {one.id for one in (*self.added, *self.removed)} | set(self.moved)
        others |= set(self.renumbered) | set(self.renumbered.values())
        gone, come = order.unexplained(self._old_ways, self._new_ways, others)
        for one, flow in self._new_ways.flows.items():
            was, now = self._ends(self._old_ways, one), self._ends(self._new_ways, one)
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
                words: dict[str, v.Word] = {"source": self._named(edge[0]), "before": self._named(edge[1])}
                yield v.said(v.STEP, "removed", self._at(flow), "way-removed", way=_name(flow), **words)
        for edge in sorted(come):
            words = {"source": self._named(edge[0]), "after": self._named(edge[1])}
            yield v.said(v.STEP, "added", self._at(self._flow(edge)), "way-added", **words)
        yield from self._conditions()

    def _ends(self, ways: Ways, flow_id: str) -> order.Edge | None:
        flow = ways.flows.get(flow_id)
        return (flow.get("sourceRef"), flow.get("targetRef")) if flow else None

    def _leads(self, flow: Part, was: order.Edge, now: order.Edge) -> Change:
        words: dict[str, v.Word] = {
            "source": self._named(now[0]),
            "before": self._named(was[1]),
            "after": self._named(now[1]),
        }
        says = "way-leads" if flow.name else "way-leads-unnamed"
        return v.said(v.STEP, "changed", self._at(flow), says, way=_name(flow), **words)

    def _conditions(self) -> Iterator[Change]:
        was = {(flow.get("sourceRef"), flow.get("targetRef")): flow for flow in self._old_ways.flows.values()}
        for one, new in self._new_ways.flows.items():
            old = self._old_ways.flows.get(one) or was.get((new.get("sourceRef"), new.get("targetRef")))
            before = old.says if old else {}
            for what in dict.fromkeys([*before, *new.says]):
                told = old is not None or what == CONDITION  # a new way is told by the steps it joins
                if told and what not in ENDS and before.get(what) != new.says.get(what):
                    yield self._of_way(new, what, before.get(what), new.says.get(what))

    def _of_way(self, flow: Part, what: str, before: str | None, after: str | None) -> Change:
        way, source = self._way(flow), self._named(flow.get("sourceRef"))
        if what == CONDITION and before and after:
            words: dict[str, v.Word] = {
                "way": way,
                "source": source,
                "before": Text(before),
                "after": Text(after),
            }
            return v.said(v.CONDITION, "changed", self._at(flow), "condition-changed", **words)
        if what == CONDITION and after:
            return v.said(
                v.CONDITION,
                "changed",
                self._at(flow),
                "condition-added",
                way=way,
                source=source,
                after=Text(after),
            )
        if what == CONDITION and before:
            return v.said(
                v.CONDITION,
                "changed",
                self._at(flow),
                "condition-removed",
                way=way,
                source=source,
                before=Text(before),
            )
        return v.field(v.CONDITION, self._at(flow), way, what, before, after)

    def _way(self, flow: Part) -> Name:
        return Name(flow.name) if flow.name else self._named(flow.get("targetRef"))

    def _flow(self, edge: tuple[str, str]) -> Part:
        both = (*self._new_ways.flows.values(), *self._old_ways.flows.values())
        return next(one for one in both if (one.get("sourceRef"), one.get("targetRef")) == edge)

    def _named(self, one: str) -> Name:
        part = self.new.parts.get(one) or self.old.parts.get(one)
        return _name(part) if part else Name(one)

    def _is_deadline(self, drawing: Drawing, part: Part) -> bool:
        """Decision 7: the marked timer of a step, or its only one."""
        if part.tag != "boundaryEvent":
            return False
        beside = [
            one for one in drawing.parts.values()
            if one.tag == "boundaryEvent" and TIMER in one.says and one.get("attachedToRef") == part.get("attachedToRef")
        ]  # fmt: skip
        marked = [one for one in beside if _marked(one)]
        return part in (marked or beside) and (bool(marked) or len(beside) == 1)

    def _around(self, drawing: Drawing, part: Part) -> str:
        """The part of the routine in which it stands; '' for the routine itself, whatever its id."""
        parent = drawing.parts.get(part.parent)
        return part.parent if parent is not None and parent.tag not in ("process", "collaboration") else ""

    def _at(self, part: Part) -> tuple[str, str]:
        return self.path, part.id


def _is_same(old: Part, new: Part) -> bool:
    """Whether one is the other with another id; of processes a file mostly has one."""
    whole = ("process", "collaboration")
    return old.tag == new.tag and (old.tag in whole or (bool(new.name) and old.says == new.says))


def _marked(part: Part) -> bool:
    return part.get(f"{TIMER}@deadline") == "true" or part.get("deadline") == "true"


def _covered(told: dict[str, Change], old: Part, new: Part) -> set[str]:
    """What those sentences say already; the label of an event often only says its time again."""
    covered = set(told)
    if TIMER in told:
        covered |= {f"{TIMER}/{one}" for one in TIMES} | {f"{TIMER}@calendar", "calendar"}
        covered |= {"name"} if old.name[:1].isdigit() and new.name[:1].isdigit() else set()
    return covered


def _span(part: Part) -> Span:
    text = next((part.get(f"{TIMER}/{one}") for one in TIMES if part.get(f"{TIMER}/{one}")), "")
    return Span(text, part.get(f"{TIMER}@calendar") or part.get("calendar")) if text else Span("")


def _name(part: Part) -> Name:
    return Name(part.name or part.id)
