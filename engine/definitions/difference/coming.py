"""What only the new drawing has, told by its steps: where and when each stands, who does it, at which unit and by when.

Enters: the pairing of two drawings. Leaves: changes. What belongs to a step that came and says nothing beside it (its deadline, the time
limit that leads to it, the end right after it) is told with the step, and is in what its mark of having been read stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from engine.definitions.difference import limits, order
from engine.definitions.difference import values as v
from engine.definitions.difference.drawing import Part
from engine.definitions.difference.order import STEPS
from engine.definitions.difference.pairing import Pairing, name_of
from engine.definitions.difference.values import Change, Term, Text, Word

BY_ITSELF = frozenset({"serviceTask", "businessRuleTask", "sendTask", "scriptTask"})
TERMINATE = "terminateEventDefinition"


@dataclass(frozen=True)
class Coming:
    """The elements that came, in the order of the file."""

    both: Pairing

    def changes(self) -> Iterator[Change]:
        """Every change; one for each element that is not told with another."""
        for one in self.both.added:
            if one.id not in self._told_with:
                whole = [one, *self._along.get(one.id, ())]
                said = [(each.tag, each.name, each.parent, sorted(each.says.items())) for each in whole]
                yield replace(self._told(one), of=v.fingerprint(*(said if len(said) > 1 else said[0])))

    @cached_property
    def _told_with(self) -> dict[str, str]:
        """The id of an element that came -> that of the step with which it is told."""
        steps = {one.id for one in self.both.added if one.tag in STEPS}
        owners = {one.id: self._owner(one) for one in self.both.added if one.id not in steps}
        return {one: owner for one, owner in owners.items() if owner in steps}

    @cached_property
    def _along(self) -> dict[str, list[Part]]:
        """The other way round."""
        found: dict[str, list[Part]] = {}
        for one in self.both.added:
            if one.id in self._told_with:
                found.setdefault(self._told_with[one.id], []).append(one)
        return found

    @cached_property
    def _parts(self) -> frozenset[str]:
        """The parts of the routine that came."""
        return frozenset(one.id for one in self.both.added if one.tag == "subProcess")

    def _owner(self, part: Part) -> str:
        """The step it belongs to; '' where it stands for itself."""
        new = self.both.new
        if limits.is_limit(part):
            if part.id in self.both.new_deadlines:
                return part.get("attachedToRef")
            leads = self.both.new_ways.after.get(part.id, [])
            alone = len(leads) == 1 and len(self.both.new_ways.before.get(leads[0], [])) == 1
            return leads[0] if alone else ""
        if part.tag == "startEvent" and part.parent in self._parts:
            return part.parent if _plain(part) else ""
        if part.tag == "endEvent" and part.parent in self._parts and TERMINATE in part.says:
            return part.parent
        if part.tag == "endEvent" and _plain(part):
            before = list(order.lead_to(self.both.new_ways, part.id, new.parts))
            return before[0].id if len(before) == 1 else ""
        return ""

    def _told(self, part: Part) -> Change:
        if limits.is_limit(part):
            return self._limit(part)
        if part.tag not in STEPS:
            kind = Term("field", part.tag)
            return self._said(v.STEP, part, "element-added", kind=kind, name=name_of(part))
        into = list(order.lead_to(self.both.new_ways, part.id, self.both.new.parts))
        before = next((one for one in into if limits.is_limit(one)), into[0] if into else None)
        host = self.both.new.parts.get(before.get("attachedToRef")) if before is not None else None
        told = self._done(part)
        if before is not None and limits.is_limit(before) and host is not None:
            words: dict[str, Word] = {"span": limits.span(before), "host": name_of(host)}
            if before.id not in self.both.old.parts and not before.get("cancelActivity"):
                words["ends"] = name_of(host)
            return self._said(v.STEP, part, "step-added-after-time", name=name_of(part), **words, **told)
        if before is None:
            return self._said(v.STEP, part, "step-added", name=name_of(part), **told)
        return self._said(
            v.STEP, part, "step-added-after", name=name_of(part), before=name_of(before), **told
        )

    def _limit(self, part: Part) -> Change:
        host = self.both.new.parts.get(part.get("attachedToRef"), part)
        named = limits.is_named(part)
        if part.id in self.both.new_deadlines:
            section, says = v.DEADLINE, "deadline-added" if named else "deadline-added-unnamed"
        else:
            section, says = v.STEP, "reminder-added" if named else "reminder-added-unnamed"
        return self._said(section, part, says, name=name_of(part), host=name_of(host), span=limits.span(part))

    def _done(self, part: Part) -> dict[str, Word]:
        """Who does it and where, or what happens by itself, and its deadline."""
        found: dict[str, Word] = {}
        if part.tag == "userTask":
            found["role"] = Term("role", part.get("role")) if part.get("role") else ""
            if part.get("person"):
                found["person"] = Text(part.get("person"))
            elif part.get("role"):
                found["unit"] = Term("unit", part.get("unit"))
        elif part.tag in BY_ITSELF:
            found["operation"] = Term("operation", part.get("operation"))
            if part.get("input[unit]@value"):
                found["unit"] = Term("unit", part.get("input[unit]@value"))
        elif part.tag == "intermediateCatchEvent" and limits.TIMER in part.says:
            found["waits"] = limits.span(part)
        due = next((one for one in self._along.get(part.id, ()) if one.id in self.both.new_deadlines), None)
        if due is not None:
            found["due"] = limits.span(due)
        return found

    def _said(self, section: str, part: Part, says: str, **words: Word) -> Change:
        return v.said(section, "added", self.both.at(part), says, **words)


def _plain(part: Part) -> bool:
    """An event that only begins or ends its way."""
    return not any("EventDefinition" in what for what in part.says)
