"""Which element of the new drawing is which of the old.

Enters: the two drawings of one file. Leaves: what came, went, moved and only got another id, and the ways of both. It judges nothing: the
sentences are made beside it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.definitions.difference import limits, order
from engine.definitions.difference.drawing import Drawing, Part
from engine.definitions.difference.order import FLOW, Ways
from engine.definitions.difference.values import Name

WHOLE = ("process", "collaboration")


@dataclass(frozen=True)
class Pairing:
    """Both drawings of one file, element by element."""

    path: str
    old: Drawing
    new: Drawing

    @cached_property
    def renumbered(self) -> dict[str, str]:
        """New id -> old id of an element that has only got another id."""
        gone: dict[object, deque[str]] = defaultdict(deque)
        for one in self.old.parts.values():
            if one.id not in self.new.parts and one.tag != FLOW:
                gone[_likeness(one)].append(one.id)
        found: dict[str, str] = {}
        for part in self.new.parts.values():
            if part.id in self.old.parts or part.tag == FLOW or not (part.name or part.tag in WHOLE):
                continue
            if same := gone[_likeness(part)]:
                found[part.id] = same.popleft()
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
        return order.moved(self.old_ways, self.new_ways, both)

    @cached_property
    def old_ways(self) -> Ways:
        """The steps of the old one in their order."""
        return Ways(self.old)

    @cached_property
    def new_ways(self) -> Ways:
        """The steps of the new one in their order."""
        return Ways(self.new)

    @cached_property
    def old_deadlines(self) -> dict[str, str]:
        """By id of a timer of the old one the step whose deadline it is."""
        return limits.deadlines(self.old)

    @cached_property
    def new_deadlines(self) -> dict[str, str]:
        """The same of the new one."""
        return limits.deadlines(self.new)

    def pairs(self) -> Iterator[tuple[Part, Part]]:
        """Old and new of each element that both have."""
        for one, new in self.new.parts.items():
            old = self.old.parts.get(self.renumbered.get(one, one))
            if old is not None and new.tag != FLOW:
                yield old, new

    def named(self, one: str) -> Name:
        """What the element with that id is called, in whichever has it."""
        part = self.new.parts.get(one) or self.old.parts.get(one)
        return name_of(part) if part else Name(one)

    def at(self, part: Part) -> tuple[str, str]:
        """Where a change is: file and element."""
        return self.path, part.id


def name_of(part: Part) -> Name:
    """As it is called in a sentence."""
    return Name(part.name or part.id)


def _likeness(part: Part) -> object:
    """Two that have the same are one with another id; of processes a file mostly has one."""
    return part.tag if part.tag in WHOLE else (part.tag, frozenset(part.says.items()))
