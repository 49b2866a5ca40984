"""What people answered in the scenarios of the deployed routines, to be answered again in made-up cases.

Enters: a folder of routines and the database where they are in force. Leaves: a Book: the scenarios, every answer by the step that it was
given at, who works where, and which unit may stand for which. Never a person of a real directory: only demonstration has such scenarios.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from engine.deadlines import elapsed
from engine.deadlines.calendar import Calendar
from engine.records import directory
from engine.records import tables as t
from engine.records.database import reading
from engine.records.tasks import Task
from engine.scenarios import finding
from engine.scenarios import reading as script_reading
from engine.scenarios.script import MAIN, Scenario
from engine.scenarios.stage import known_by

_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=$|T)")
SOON = ("follow_up_on", "next_check_on")
"""Days that people choose themselves, brought near enough to be reached within the history."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A step of a scenario: which, where, what was handed in, on what day, and how long after the step before it."""

    scenario: str
    number: int
    element: str
    unit: str
    actor: str
    data: Mapping[str, object]
    on: date
    wait: timedelta
    begun_on: date

    def __hash__(self) -> int:
        return hash((self.scenario, self.number))


@dataclass(frozen=True)
class Book:
    """Everything that a made-up history is made of. `kinds` are the unit ids with kind, principal and region."""

    scenarios: tuple[Scenario, ...]
    processes: Mapping[str, str]  # by the scenario's path
    zones: Mapping[str, ZoneInfo]
    by_element: Mapping[str, tuple[Answered, ...]]
    kinds: Mapping[str, tuple[str, str, str]]
    roles: Mapping[str, tuple[tuple[str, str], ...]]  # by unit: (user name, role)

    def process_of(self, scenario: Scenario) -> str:
        """The routine that it starts."""
        return self.processes[scenario.path]

    def zone_of(self, scenario: Scenario) -> ZoneInfo:
        """The time zone that it is told in."""
        return self.zones[scenario.path]

    @staticmethod
    def born_on(identity_number: str) -> date | None:
        """The day that an identity number begins with."""
        digits = identity_number[:8]
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        except ValueError:
            return date(1943, 5, 15)

    def people_at(self, unit_id: str, role: str) -> tuple[str, ...]:
        """User names at a unit, those with the role first."""
        held = self.roles.get(unit_id, ())
        first = [name for name, one in held if one == role]
        return tuple(dict.fromkeys([*first, *(name for name, _ in held)]))

    def doers(self, task: Task) -> tuple[str, ...]:
        """Who may try a task, the most likely first."""
        return tuple(
            filter(None, dict.fromkeys([task.meant_for_id, *self.people_at(task.unit_id, task.role)]))
        )

    def other_units(self, scenario: Scenario, rng: Random) -> dict[str, str]:
        """For each unit of the scenario one of the same kind in the same region, often the same one."""
        named = sorted(
            {scenario.begin.unit}
            | {one for step in scenario.steps for one in _units_in(step.data, self.kinds)}
        )
        found: dict[str, str] = {}
        for unit_id in named:
            kind, _, region = self.kinds.get(unit_id, ("", "", ""))
            alike = [
                one
                for one, about in sorted(self.kinds.items())
                if about[0] == kind and about[2] == region and self.people_at(one, "staff")
            ]
            other = rng.choice(alike) if alike and rng.random() < 0.5 else unit_id
            found[unit_id] = other if other not in found.values() else unit_id
        return found

    def usual_wait(self, element: str) -> timedelta:
        """How long after the step before it the scenarios do this one."""
        waits = sorted(one.wait for one in self.by_element.get(element, ()))
        return waits[len(waits) // 2] if waits else timedelta(days=1)

    def at_its_end(self, element: str) -> bool:
        """Whether the step is told of when it has happened, like a meeting: not before it was to."""
        return any("meeting_ended_at" in one.data for one in self.by_element.get(element, ()))

    def answers(self, scenario: Scenario) -> tuple[list[Answered], dict[int, list[Answered]]]:
        """The scenario's own answers in their order, and what is started after which of them (-1: from the beginning)."""
        done: list[Answered] = []
        started: dict[int, list[Answered]] = defaultdict(list)
        for one, step in zip(_answered(scenario, self.zone_of(scenario)), scenario.steps, strict=True):
            if step.deed == "do" and not step.expect.refused and not step.expect.invalid:
                done.append(one)
            elif (
                step.deed == "start"
                and step.case == MAIN
                and not step.expect.refused
                and not step.expect.invalid
            ):
                started[done[-1].number if done else -1].append(one)
        return done, dict(started)

    def for_task(self, task: Task, waiting: Sequence[Answered], rng: Random) -> list[Answered]:
        """Answers that fit a task, the story's own first; none that names a unit of another region."""
        own = [one for one in waiting if one.element == task.element_id]
        elsewhere = {unit for unit, (_, _, region) in self.kinds.items() if region != task.region_id}
        others = [one for one in self.by_element.get(task.element_id, ()) if one not in own]
        others = [one for one in others if not elsewhere & _units_in(one.data, self.kinds)]
        rng.shuffle(others)
        return [*own[:1], *others]


def read_book(engine: Engine, processes: Path, *, on: date) -> Book:
    """Read every scenario of a routine that people start. Raises BrokenDefinition.

    A routine whose files are not deployed as they are is left out.
    """
    root, asked = finding.asked(processes)
    bundles = finding.needed(root, asked)
    with reading(engine) as tx:
        deployed = set(tx.execute(select(t.bundles.c.hash)).scalars())
    bundles = [one for one in bundles if one.hash in deployed]
    known = known_by(engine, bundles)
    scenarios, process_ids, zones = [], {}, {}
    for one in asked:
        process_id = next((bundle.process_id for bundle in bundles if bundle.folder == one.name), "")
        for path in one.scenarios if process_id else ():
            scenario = script_reading.read(path.read_bytes(), finding.shown(path), known[process_id])
            if scenario.begin.person is not None:
                scenarios.append(scenario)
                process_ids[scenario.path], zones[scenario.path] = process_id, known[process_id].zone
    by_element: dict[str, list[Answered]] = defaultdict(list)
    for scenario in scenarios:
        for answer, step in zip(_answered(scenario, zones[scenario.path]), scenario.steps, strict=True):
            if step.deed == "do" and not step.expect.refused and not step.expect.invalid:
                by_element[answer.element].append(answer)
    kinds, roles = _places(engine, on)
    answers = {element: tuple(found) for element, found in by_element.items()}
    return Book(tuple(scenarios), process_ids, zones, answers, kinds, roles)


def moved(data: object, days: int, units: Mapping[str, str], begun_on: date) -> dict[str, object]:
    """The same answers so many days later and at other units; days long before the story began stay, such as when somebody was born."""
    told = _moved(data, days, units, begun_on)
    return told if isinstance(told, dict) else {}


def _moved(value: object, days: int, units: Mapping[str, str], begun_on: date) -> object:
    if isinstance(value, Mapping):
        return {key: _moved(one, days, units, begun_on) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(one, days, units, begun_on) for one in value]
    if isinstance(value, datetime):
        return value + timedelta(days=days) if abs((value.date() - begun_on).days) < 800 else value
    if isinstance(value, date):
        return value + timedelta(days=days) if abs((value - begun_on).days) < 800 else value
    if isinstance(value, str) and (found_day := _DAY.match(value)):
        day = date.fromisoformat(found_day.group())
        if abs((day - begun_on).days) < 800:
            return (day + timedelta(days=days)).isoformat() + value[found_day.end() :]
    return units.get(value, value) if isinstance(value, str) else value


def _answered(scenario: Scenario, zone: ZoneInfo) -> list[Answered]:
    """Each step with the day on which the scenario does it."""
    calendar, now, found = Calendar(country="SE", zone=zone), scenario.start_at, []
    begun_on = scenario.start_at.astimezone(zone).date()
    for step in scenario.steps:
        length = step.downtime or step.after
        at = step.at or (elapsed.later(now, length, 1, calendar) if length else now)
        on = at.astimezone(zone).date()
        found.append(
            Answered(
                scenario.path,
                step.number,
                step.target,
                step.unit,
                step.actor,
                _nearer(step.data, on),
                on,
                at - now,
                begun_on,
            )
        )
        now = at
    return found


def _nearer(data: Mapping[str, object], on: date) -> Mapping[str, object]:
    """Appointments that people make for themselves, four weeks ahead."""
    near = {name: on + timedelta(days=28) for name in SOON if isinstance(data.get(name), date)}
    near_text = {
        name: (on + timedelta(days=28)).isoformat() for name in SOON if isinstance(data.get(name), str)
    }
    return {**data, **near, **near_text}


def _units_in(value: object, known: Mapping[str, object]) -> set[str]:
    if isinstance(value, Mapping):
        return {one for each in value.values() for one in _units_in(each, known)}
    if isinstance(value, list | tuple):
        return {one for each in value for one in _units_in(each, known)}
    return {value} if isinstance(value, str) and value in known else set()


def _places(
    engine: Engine, on: date
) -> tuple[dict[str, tuple[str, str, str]], dict[str, tuple[tuple[str, str], ...]]]:
    with reading(engine) as tx:
        kinds = {
            row.id: (row.kind, row.principal_id, row.region_id)
            for row in tx.execute(
                select(t.units.c.id, t.units.c.kind, t.units.c.principal_id, t.units.c.region_id)
            )
        }
        held: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for one in directory.memberships(tx, on=on):
            held[one.unit_id].append((one.person_id, one.role))
    return kinds, {unit: tuple(sorted(found)) for unit, found in held.items()}
