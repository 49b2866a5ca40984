"""The answers that whoever plays a draft is offered: those of the routine's own scenario that goes furthest, with their days moved.

Enters: a routine's files. Leaves: how that scenario begins, and what is first answered at each of its steps. A file that cannot be read is
left out; it is the checks that say so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Example:
    """`case` is how the scenario begins; `answers` has, by element, the day and what was answered then."""

    case: Mapping[str, object] = field(default_factory=dict)
    begins_on: date = date.min
    answers: Mapping[str, tuple[date, Mapping[str, object]]] = field(default_factory=dict)

    def begun(self, on: date, zone: ZoneInfo) -> dict[str, object]:
        """How a case begins on that day."""
        return {
            key: moved(value, on - self.begins_on, zone) if key == "data" else value
            for key, value in self.case.items()
        }

    def answered(self, element_id: str, on: date, zone: ZoneInfo) -> dict[str, object]:
        """What is answered at a step on that day, as a browser sends it; nothing where the scenario does not come there."""
        day, given = self.answers.get(element_id, (on, {}))
        return {key: moved(value, on - day, zone) for key, value in given.items()}


def example(contents: Mapping[str, bytes], folder: str) -> Example:
    """Of the scenarios of that folder the one with most different steps, and with nothing else than steps where two have as many."""
    found = [
        one
        for path, data in sorted(contents.items())
        if path.startswith(f"{folder}/scenarios/")
        for one in _read(data)
    ]
    return max(found, key=_reach)[0] if found else Example()


def moved(value: object, by: timedelta, zone: ZoneInfo) -> object:
    """The same with every day that far away, in the words of a form."""
    match value:
        case datetime():
            return (value.astimezone(zone).replace(tzinfo=None) + by).isoformat(timespec="minutes")
        case date():
            return (value + by).isoformat()
        case time():
            return value.isoformat(timespec="minutes")
        case list():
            return [moved(one, by, zone) for one in value]
        case dict():
            return {key: moved(one, by, zone) for key, one in value.items()}
    return value


def _reach(found: tuple[Example, int]) -> tuple[int, int]:
    return len(found[0].answers), -found[1]


def _read(data: bytes) -> Iterator[tuple[Example, int]]:
    """The scenario, and how much else than steps is done in it."""
    try:
        held: dict[str, Any] = tomllib.loads(data.decode())
        begins: datetime = held["start_at"]
        on, others, answers = begins.date(), 0, dict[str, tuple[date, Mapping[str, object]]]()
        for step in held.get("step", []):
            on = step["at"].date() if "at" in step else on
            others += bool({"start", "correct", "removal"} & set(step))
            if "do" in step:
                answers.setdefault(step["do"], (on, step.get("data", {})))
        yield Example(held["case"], begins.date(), answers), others
    except (ValueError, KeyError, TypeError, AttributeError):
        return
