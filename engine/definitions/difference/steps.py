"""What differs between two drawings of a routine, step by step.

Enters: the two drawings of one file. Leaves: changes: deadlines and other times, who does what, steps that came, went, moved or were
renamed, and whatever else an element says; then the ways between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.definitions.difference import limits
from engine.definitions.difference import values as v
from engine.definitions.difference.coming import Coming
from engine.definitions.difference.drawing import Drawing, Part
from engine.definitions.difference.limits import TIMER, TIMES
from engine.definitions.difference.order import STEPS
from engine.definitions.difference.pairing import Pairing, name_of
from engine.definitions.difference.values import Change, Term
from engine.definitions.difference.ways import WaysBetween


@dataclass(frozen=True)
class Steps:
    """The elements of both."""

    both: Pairing

    def changes(self) -> Iterator[Change]:
        """Every change, in the order of the parts."""
        yield from Coming(self.both).changes()
        gone = {one.id for one in self.both.removed}
        for one in self.both.removed:
            if one.parent not in gone and one.get("attachedToRef") not in gone:
                yield from self._removed(one)
        came = {one.id for one in self.both.added}
        for step in self.both.moved:
            if (
                self.both.new.parts[step].parent not in came
            ):  # that it stands in a part that came is told of the part
                yield self._moved(self.both.new.parts[step])
        for now, was in self.both.renumbered.items():
            yield self._field(self.both.new.parts[now], "id", was, now)
        for old, new in self.both.pairs():
            yield from self._changed(old, new)
        yield from WaysBetween(self.both).changes()

    # --- elements that came, went or moved ------------------------------------------------------------------------------

    def _removed(self, part: Part) -> Iterator[Change]:
        if part.tag == "boundaryEvent" and TIMER in part.says:
            host = self.both.old.parts.get(part.get("attachedToRef"), part)
            named = limits.is_named(part)
            if part.id in self.both.old_deadlines:
                section, says = v.DEADLINE, "deadline-removed" if named else "deadline-removed-unnamed"
            else:
                section, says = v.STEP, "reminder-removed" if named else "reminder-removed-unnamed"
            yield v.said(
                section,
                "removed",
                self.both.at(part),
                says,
                name=name_of(part),
                host=name_of(host),
                span=limits.span(part),
            )
        elif part.tag in STEPS:
            yield v.said(v.STEP, "removed", self.both.at(part), "step-removed", name=name_of(part))
        else:
            yield v.said(
                v.STEP,
                "removed",
                self.both.at(part),
                "element-removed",
                kind=Term("field", part.tag),
                name=name_of(part),
            )

    def _moved(self, part: Part) -> Change:
        line = [one for one in self.both.new_ways.line() if one == part.id or one not in self.both.moved]
        at = line.index(part.id)
        if at + 1 < len(line):
            after = self.both.new.parts[line[at + 1]]
            words: dict[str, v.Word] = {"name": name_of(part), "after": name_of(after)}
            told = v.said(v.STEP, "moved", self.both.at(part), "step-moved-before", **words)
            return replace(told, of=v.fingerprint(after.id))
        before = self.both.new.parts[line[at - 1]] if at else part
        words = {"name": name_of(part), "before": name_of(before)}
        told = v.said(v.STEP, "moved", self.both.at(part), "step-moved-after", **words)
        return replace(told, of=v.fingerprint(before.id))

    # --- what an element says -------------------------------------------------------------------------------------------

    def _changed(self, old: Part, new: Part) -> Iterator[Change]:
        if old.tag != new.tag:
            kinds: dict[str, v.Word] = {"before": Term("field", old.tag), "after": Term("field", new.tag)}
            yield v.said(v.STEP, "changed", self.both.at(new), "kind-changed", name=name_of(new), **kinds)
        if self._around(self.both.old, old) != self._around(self.both.new, new):
            inside = self.both.new.parts.get(new.parent)
            words: dict[str, v.Word] = {"name": name_of(new), "inside": name_of(inside or new)}
            into = v.said(v.STEP, "moved", self.both.at(new), "step-moved-into", **words)
            yield replace(into, of=v.fingerprint(new.parent))
        told = self._told_apart(old, new)
        covered = _covered(told, old, new)
        others = [
            what for what in dict.fromkeys([*old.says, *new.says]) if old.says.get(what) != new.says.get(what)
        ]
        if "name" in others and "name" not in covered:
            alone = others == ["name"] and not told and old.tag == new.tag
            says = "renamed-only" if alone else "renamed"
            yield v.said(v.STEP, "renamed", self.both.at(new), says, was=name_of(old), name=name_of(new))
        yield from told.values()
        for what in others:
            if what != "name" and what not in covered:
                yield self._said(old, new, what)

    def _said(self, old: Part, new: Part, what: str) -> Change:
        """Something that has no sentence of its own, but for what a time limit does to its step."""
        before, after = old.says.get(what), new.says.get(what)
        host = self.both.new.parts.get(new.get("attachedToRef"))
        if host is not None and what == "cancelActivity":
            says = "limit-ends" if after is None else "limit-ends-not"
            return v.said(v.STEP, "changed", self.both.at(new), says, name=name_of(new), host=name_of(host))
        if host is not None and what == "deadline":
            says = "limit-is-deadline" if after == "true" else "limit-is-no-deadline"
            return v.said(
                v.DEADLINE, "changed", self.both.at(new), says, name=name_of(new), host=name_of(host)
            )
        if what == "default":
            was, now = (
                ways.way_name(one) if one else one
                for ways, one in ((self.both.old_ways, before), (self.both.new_ways, after))
            )
            told = self._field(new, what, *((before, after) if was == now else (was, now)))
            return replace(told, of=v.fingerprint(before, after))
        return self._field(new, what, before, after)

    def _told_apart(self, old: Part, new: Part) -> dict[str, Change]:
        """What has a sentence of its own: times and who does it."""
        found: dict[str, Change] = {}
        was, now = limits.span(old), limits.span(new)
        if was != now and was.text and now.text:
            says, named = self._timed(new)
            found[TIMER] = v.said(
                v.DEADLINE, "changed", self.both.at(new), says, **named, before=was, after=now
            )
        if old.get("role") and new.get("role") and old.get("role") != new.get("role"):
            found["role"] = v.said(
                v.ROLE, "changed", self.both.at(new), "role-changed", name=name_of(new),
                after=Term("role", new.get("role")), before=Term("role", old.get("role")),
            )  # fmt: skip
        return found

    def _timed(self, part: Part) -> tuple[str, dict[str, v.Word]]:
        """Which sentence tells that a time changes, and the names in it: a limit that is only called by its length by what it leads to."""
        host = self.both.new.parts.get(part.get("attachedToRef"))
        if host is not None and part.id in self.both.new_deadlines:
            return "deadline-changed", {"name": name_of(host)}
        if host is None or limits.is_named(part):
            return "time-changed", {"name": name_of(part)}
        after = next(iter(self.both.new_ways.after.get(part.id, [])), "")
        leads = self.both.new.parts.get(after)
        if leads is None or not leads.name:
            return "limit-changed", {"host": name_of(host)}
        return "time-to-changed", {"host": name_of(host), "name": name_of(leads)}

    def _field(self, part: Part, what: str, before: str | None, after: str | None) -> Change:
        section = (
            v.ROLE if what in ("role", "unit", "person", "on_behalf", "second_person")
            else v.DEADLINE if TIMER in what or what in ("deadline", "calendar")
            else v.SETTING if part.id == "" else v.STEP
        )  # fmt: skip
        return v.field(section, self.both.at(part), name_of(part), what, before, after)

    def _around(self, drawing: Drawing, part: Part) -> str:
        """The part of the routine in which it stands; '' for the routine itself, whatever its id."""
        parent = drawing.parts.get(part.parent)
        return part.parent if parent is not None and parent.tag not in ("process", "collaboration") else ""


def _covered(told: dict[str, Change], old: Part, new: Part) -> set[str]:
    """What those sentences say already; the label of an event often only says its time again."""
    covered = set(told)
    if TIMER in told:
        covered |= {f"{TIMER}/{one}" for one in TIMES} | {f"{TIMER}@calendar", "calendar"}
        covered |= {"name"} if old.name[:1].isdigit() and new.name[:1].isdigit() else set()
    return covered
