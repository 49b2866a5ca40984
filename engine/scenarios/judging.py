"""Does the case stand as the scenario says?

Enters: what is expected, and the case. Leaves: a pair of lines for each thing that differs, expected and found; nothing where all is
as it should be. Only reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import asking
from engine.access import visible_categories
from engine.actions import actors
from engine.records import cases, grounds
from engine.records.tasks import Task
from engine.scenarios import history
from engine.scenarios.script import Ending, Expected, Sees
from engine.scenarios.sight import Situation, matches


@dataclass(frozen=True, slots=True)
class Difference:
    """What was expected and what was there, as lines to read.

    Where the scenario could simply expect what was there, `key` and `place` say where that stands in its `expect`, and `value` what would.
    """

    expected: str
    found: str
    key: str = ""
    place: str = ""
    value: object = None


def after_step(tx: Connection, expected: Expected, seen: Situation) -> list[Difference]:
    """What differs after a step."""
    found = [*_open(expected, seen), *_closed(expected, seen), *_due(expected, seen)]
    found += [difference for one in expected.sees for difference in _sees(tx, one, seen)]
    found += _decided(tx, expected, seen.case.id) if expected.decided else ()
    if expected.status and expected.status != seen.case.status:
        now = str(seen.case.status)
        found.append(Difference(f"status {expected.status}", f"status {now}", "status", value=now))
    return found


def at_end(
    tx: Connection, ending: Ending, case: cases.Case, *, start_at: datetime, now: datetime
) -> list[Difference]:
    """What differs at the end."""
    found = []
    for word, wanted, there in (
        ("outcome", ending.outcome, case.outcome),
        ("status", ending.status, case.status),
    ):
        if wanted and wanted != there:
            key = word if there else ""
            found.append(Difference(f"{word} {wanted}", f"{word} {there or 'none'}", key, value=str(there)))
    days = span_days(start_at, case.ended_at or now, ZoneInfo(case.zone))
    if ending.span_days is not None and ending.span_days != days:
        found.append(
            Difference(f"span_days {ending.span_days}", f"span_days {days}", "span_days", value=days)
        )
    return [*found, *_way(ending, history.way(tx, case.id)), *_counts(ending, history.counts(tx, case.id))]


def span_days(start_at: datetime, end_at: datetime, zone: ZoneInfo) -> int:
    """Days of the region's calendar between two instants."""
    return (end_at.astimezone(zone).date() - start_at.astimezone(zone).date()).days


def _open(expected: Expected, seen: Situation) -> Iterator[Difference]:
    if expected.open is not None and not _same(expected.open, seen.open):
        yield Difference(
            f"open {_listed(expected.open)}",
            f"open {_listed(_places(seen.open))}",
            "open",
            value=_places(seen.open),
        )
    for place in expected.open_includes:
        if not any(matches(one, place) for one in seen.open):
            yield Difference(f"{place} open", f"open {_listed(_places(seen.open))}")
    if expected.overdue is not None and not _same(expected.overdue, seen.overdue):
        late = _places(seen.overdue)
        yield Difference(
            f"overdue {_listed(expected.overdue)}", f"overdue {_listed(late)}", "overdue", value=late
        )


def _closed(expected: Expected, seen: Situation) -> Iterator[Difference]:
    for place in expected.closed:
        if any(matches(one, place) for one in seen.open):
            yield Difference(f"{place} closed", f"{place} open")
        elif not any(matches(one, place) for one in seen.tasks):
            yield Difference(f"{place} closed", f"{place} was never open")


def _due(expected: Expected, seen: Situation) -> Iterator[Difference]:
    for place, day in expected.due.items():
        there = [one for one in seen.open if matches(one, place)]
        if not there:
            yield Difference(f"{place} due {day or 'never'}", f"{place} is not open")
        for one in there:
            if one.due_on != day:
                yield Difference(
                    f"{place} due {day or 'never'}",
                    f"{one.element_id}@{one.unit_id} due {one.due_on or 'never'}",
                    "due",
                    place,
                    one.due_on or "none",
                )


def _sees(tx: Connection, expected: Sees, seen: Situation) -> Iterator[Difference]:
    who = actors.actor(tx, expected.actor, on=seen.now.date())
    about = asking.case_object(seen.case, grounds.standing(tx, seen.case.id), now=seen.now)
    there = sorted(visible_categories(who, about)) if who else []
    if there != sorted(expected.categories):
        yield Difference(
            f"{expected.actor} sees {_listed(sorted(expected.categories))}",
            f"{expected.actor} sees {_listed(there)}",
        )


def _decided(tx: Connection, expected: Expected, case_id: str) -> Iterator[Difference]:
    there = history.decided(tx, case_id)
    for element, wanted in expected.decided.items():
        found = there.get(element, [])
        if list(wanted) != found:
            yield Difference(
                f"{element} decided {_listed(wanted)}",
                f"{element} decided {_listed(found)}",
                "decided",
                element,
                found,
            )


def _way(ending: Ending, way: Sequence[str]) -> Iterator[Difference]:
    rest = iter(way)
    before = "the start"
    for place in ending.path:
        if place not in rest:  # takes from `rest` until it is found
            yield Difference(f"path: {place} after {before}", f"the way: {' '.join(way)}")
            break
        before = place
    for place in ending.visited:
        if place not in way:
            yield Difference(f"{place} visited", f"{place} never passed")
    for place in ending.not_visited:
        if place in way:
            yield Difference(f"{place} not visited", f"{place} passed")


def _counts(ending: Ending, counts: Counter[str]) -> Iterator[Difference]:
    for name, number in ending.facts.items():
        if counts[name] != number:
            yield Difference(f"{name} {number}", f"{name} {counts[name]}", "facts", name, counts[name])


def _same(places: Sequence[str], found: Sequence[Task]) -> bool:
    """Whether each place meets one task and each task one place; those with a unit choose first."""
    left = list(found)
    for place in sorted(places, key=lambda one: "@" not in one):
        met = next((one for one in left if matches(one, place)), None)
        if met is None:
            return False
        left.remove(met)
    return not left


def _places(found: Sequence[Task]) -> list[str]:
    return sorted(f"{one.element_id}@{one.unit_id}" for one in found)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "nothing"
