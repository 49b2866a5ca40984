"""One scenario, step by step, until its end or until something is not as it says.

Enters: a database without cases, the routine's process id and a Scenario. Leaves: a Played: whether it went as written, one readable
block where it did not, and what was visited. Never raises for what a scenario or routine does wrong.
"""

from __future__ import annotations

import time as stopwatch
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from engine.deadlines.calendar import Calendar
from engine.errors import AlreadyClaimed, AlreadyClosed, CaseStopped, EngineError, InvalidForm, NotAllowed
from engine.records import cases, facts
from engine.records.database import reading
from engine.scenarios import deeds, history, judging, sight, travel
from engine.scenarios.history import Visits
from engine.scenarios.judging import Difference
from engine.scenarios.script import MAIN, Expected, Scenario, Step


@dataclass(frozen=True)
class Played:
    """How it went. `trouble` is empty where all was as written; `days` is the virtual span, `seconds` what it really took.

    `unmet` are the differences that `trouble` tells of, found after the step with that number, 0 at the start or the end.
    """

    name: str
    title: str
    trouble: tuple[str, ...]
    days: int
    steps: int
    seconds: float
    visits: Visits = field(default_factory=Visits)
    unmet: tuple[int, tuple[Difference, ...]] = (0, ())

    @property
    def ok(self) -> bool:
        """Whether all was as written."""
        return not self.trouble


class Unmet(EngineError):
    """Something is not as the scenario says; `differences` tell what."""

    def __init__(self, differences: list[Difference]) -> None:
        super().__init__()
        self.differences = differences


def play(
    engine: Engine,
    scenario: Scenario,
    process_id: str,
    zone: ZoneInfo,
    *,
    most_timers: int = travel.MOST_TIMERS,
) -> Played:
    """Play it to its end, or to the first step that does not fit; no journey fires more than `most_timers`."""
    began = stopwatch.perf_counter()
    run = _Run(engine, scenario, process_id, zone, most_timers)
    trouble = run.through()
    with reading(engine) as tx:
        seen = history.visits(tx)
        case = cases.fetch(tx, run.case_id) if run.case_id else None
    days = judging.span_days(scenario.start_at, (case and case.ended_at) or run.now, zone)
    took = stopwatch.perf_counter() - began
    return Played(scenario.name, scenario.title, tuple(trouble), days, run.done, took, seen, run.unmet)


class _Run:
    """A scenario being played: where in time and in which case it stands."""

    def __init__(
        self, engine: Engine, scenario: Scenario, process_id: str, zone: ZoneInfo, most_timers: int
    ) -> None:
        self.engine, self.scenario, self.process_id = engine, scenario, process_id
        self.most_timers = most_timers
        self.calendar = Calendar(country="SE", zone=zone)
        self.zone = zone
        self.now = scenario.start_at
        self.case_id = ""
        self.done = 0
        self.unmet: tuple[int, tuple[Difference, ...]] = (0, ())

    def through(self) -> list[str]:
        """Every step; gives the block of lines about the first that does not fit."""
        try:
            with self._as_expected(Expected()):
                self.case_id = deeds.start(self.engine, self.scenario.begin, self.process_id, now=self.now)
        except Unmet as unmet:
            return self._block("the start of the case", 1, unmet.differences, MAIN)
        for step in self.scenario.steps:
            try:
                self._step(step)
            except Unmet as unmet:
                self.unmet = step.number, tuple(unmet.differences)
                return self._block(
                    f"step {step.number}: {_named(step)}", step.line, unmet.differences, step.case
                )
            self.done += 1
        found = self._at_end()
        self.unmet = 0, tuple(found)
        return self._block("the end", self.scenario.ending.line, found, MAIN) if found else []

    def _step(self, step: Step) -> None:
        """Time passes, somebody acts, and what is expected is looked at."""
        self._pass_time(step)
        case_id = self._case_of(step)
        if step.deed:
            with self._as_expected(step.expect):
                deeds.act(self.engine, step, case_id, now=self.now)
            self._travel(self.now)
        self._see_that_nothing_stands_still()
        with reading(self.engine) as tx:
            found = judging.after_step(tx, step.expect, sight.situation(tx, case_id, now=self.now))
        if found:
            raise Unmet(found)

    def _pass_time(self, step: Step) -> None:
        if step.downtime is not None:
            self.now = travel.later(self.now, step.downtime, self.calendar)
            travel.stand_still(self.engine, self.now)
            return
        length = step.after
        self._travel(step.at or (travel.later(self.now, length, self.calendar) if length else self.now))

    def _travel(self, until: datetime) -> None:
        try:
            travel.travel(self.engine, self.now, until, most=self.most_timers)
        except travel.NoArrival as error:
            raise Unmet([Difference("time passes", str(error))]) from error
        self.now = until

    def _case_of(self, step: Step) -> str:
        if step.case == MAIN:
            return self.case_id
        with reading(self.engine) as tx:
            found = sight.case_named(tx, self.case_id, step.case)
        if found is None:
            raise Unmet([Difference(f"a case {step.case}", "there is none")])
        return found

    @contextmanager
    def _as_expected(self, expected: Expected) -> Iterator[None]:
        """What happens inside must go well, or fail as expected. Raises Unmet."""
        wanted = (
            f"refused {expected.refused}"
            if expected.refused
            else f"invalid {_listed(expected.invalid)}"
            if expected.invalid
            else ""
        )
        try:
            yield
        except CaseStopped as stopped:
            if stopped.failure.element_id != self.scenario.ending.incident:
                raise Unmet(
                    [Difference(wanted or "the routine goes on", f"it stops at {stopped.failure}")]
                ) from stopped
            return
        except EngineError as error:
            found = _why(error)
            if not wanted or wanted != found.partition(":")[0]:
                raise Unmet([Difference(wanted or "done", found)]) from error
            return
        if wanted:
            raise Unmet([Difference(wanted, "done")])

    def _see_that_nothing_stands_still(self) -> None:
        with reading(self.engine) as tx:
            found = facts.open_incidents(tx)
        ending = self.scenario.ending
        other = [one for one in found if one.element_id != ending.incident]
        if other and ending.no_incidents:
            raise Unmet(
                [Difference("no incident", f"{one.element_id}: {one.cause}: {one.detail}") for one in other]
            )

    def _at_end(self) -> list[Difference]:
        ending = self.scenario.ending
        with reading(self.engine) as tx:
            case = cases.fetch(tx, self.case_id)
            found = judging.at_end(tx, ending, case, start_at=self.scenario.start_at, now=self.now)
            incidents = [one.element_id for one in facts.open_incidents(tx)]
        if ending.incident and ending.incident not in incidents:
            found.append(Difference(f"incident at {ending.incident}", "no incident there"))
        return found

    def _block(self, what: str, line: int, differences: list[Difference], case: str) -> list[str]:
        """All that one needs to see why."""
        lines = [f"{self.scenario.path}:{line}: {what}"]
        for one in differences:
            lines += [f"  expected {one.expected}", f"  found    {one.found}"]
        with reading(self.engine) as tx:
            case_id = sight.case_named(tx, self.case_id, case) if self.case_id else None
            seen = sight.situation(tx, case_id, now=self.now) if case_id else None
        return lines + ([f"  {line}" for line in sight.told(seen, self.zone)] if seen else [])


def _named(step: Step) -> str:
    place = f"@{step.unit}" if step.unit else ""
    by = f" by {step.actor}" if step.actor else ""
    return f"{step.deed} {step.target}{place}{by}" if step.deed else "time passes"


def _why(error: EngineError) -> str:
    """Why an action failed, in the words that a scenario uses: `refused reason-key`, `invalid fields: what is wrong`."""
    match error:
        case NotAllowed():
            return f"refused {error.reason}"
        case AlreadyClosed():
            return f"refused {deeds.GONE}"
        case AlreadyClaimed():
            return f"refused already-claimed: by {error.holder_id}"
        case InvalidForm():
            told = ", ".join(f"{one.path} {one.message}" for one in error.errors)
            return f"invalid {_listed(tuple(one.path for one in error.errors))}: {told}"
    return str(error)


def _listed(paths: tuple[str, ...]) -> str:
    return ", ".join(sorted(set(paths)))
