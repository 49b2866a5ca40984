"""A made-up history: months of cases of several routines and units, played in virtual time through the real engine.

Enters: a database with the demonstration's directory, the deployed routines and no case; the instant at which the history ends, how many
cases, a seed. Leaves: the cases with all that happened in them, some steps late and some never done. What people answer is what the
routines' own scenarios answer, with other names, units and days; the same seed gives the same history, but for its random ids. Never
runs where a real case is: refused, with the reason.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, func, select

from engine.access import Actor
from engine.actions import actors, incidents, tasks
from engine.actions import cases as case_actions
from engine.errors import CaseStopped, EngineError
from engine.records import directory
from engine.records import tables as t
from engine.records import tasks as task_rows
from engine.records.database import reading, writing
from engine.records.who import Who
from engine.scenarios import travel
from engine.scenarios.answered import Answered, Book, moved, read_book
from engine.scenarios.script import Scenario
from engine.status import TO_DO

DAYS = 91
CASES = 160
FORGOTTEN = 0.03
"""The share of steps that nobody ever does."""
AT_MOST_TRIED = 4
_FIRST = (
    "Alma",
    "Bertil",
    "Cajsa",
    "David",
    "Elsa",
    "Folke",
    "Greta",
    "Ivar",
    "Karl",
    "Lova",
    "Nils",
    "Olga",
    "Rut",
    "Vera",
)
_LAST = ("Prov", "Test", "Exempel", "Påhitt", "Försök", "Modell", "Mall", "Saga")


class NotMadeUp(EngineError):
    """The database cannot take a made-up history; the message says why and what to do."""


@dataclass(slots=True)
class _Case:
    """A case that is being played: whose story it follows, and which units stand for those of the story."""

    id: str
    zone: ZoneInfo
    units: dict[str, str]
    waiting: list[Answered]
    steps: dict[int, list[Answered]] = field(default_factory=dict)
    stopped: bool = False


def make(
    engine: Engine,
    processes: Path,
    *,
    until: datetime,
    days: int = DAYS,
    cases: int = CASES,
    seed: int = 1,
    never: Collection[str] = (),
) -> Iterator[str]:
    """Play `cases` cases that begin within `days` before `until`; yields sentences for the operator. Steps of the elements `never` are
    done by nobody. Raises NotMadeUp.
    """
    with reading(engine) as tx:
        _refuse_where_in_use(tx)
    book = read_book(engine, processes, on=until.date())
    if not book.scenarios:
        raise NotMadeUp(
            f"there is no scenario to follow in {processes}: run `samordna deploy` with its routines first"
        )
    history = _History(engine, book, Random(seed), until - timedelta(days=days), until)  # noqa: S311  not for secrets
    history.never = frozenset(never)
    yield f"Plays {cases} cases from {history.clock.date()} to {until.date()}, seed {seed}; this takes some minutes"
    history.begin(cases)
    yield from history.play()
    with reading(engine) as tx:
        numbers = [
            int(tx.execute(select(func.count()).select_from(one)).scalar_one())
            for one in (t.cases, t.tasks, t.facts)
        ]
    yield f"Made {numbers[0]} cases with {numbers[1]} tasks and {numbers[2]} facts"


def _refuse_where_in_use(tx: Connection) -> None:
    if not directory.demo_people(tx):
        raise NotMadeUp(
            "there are no demonstration accounts here: run `samordna demo` in an empty database first"
        )
    if tx.execute(select(t.cases.c.id).limit(1)).first():
        raise NotMadeUp(
            "there are cases in this database already: a made-up history begins in one without any"
        )
    unmarked = select(t.persons.c.id).where(
        t.persons.c.is_demo.is_(False), t.persons.c.password_hash.is_not(None)
    )
    if tx.execute(unmarked.limit(1)).first():
        raise NotMadeUp("somebody here has an account that is no demonstration: use a database of its own")


class _History:
    """The clock, what is to be done and when, and who is late how often."""

    def __init__(self, engine: Engine, book: Book, rng: Random, start: datetime, until: datetime) -> None:
        self.engine, self.book, self.rng, self.clock, self.until = engine, book, rng, start, until
        self.ahead: list[tuple[datetime, int, str, object]] = []
        self.order = 0
        self.cases: dict[str, _Case] = {}
        self.seen_fact, self.never = 0, frozenset[str]()
        self.lateness = {unit: rng.choice((0.03, 0.06, 0.1, 0.16, 0.3, 0.45)) for unit in sorted(book.kinds)}

    def begin(self, cases: int) -> None:
        """Spread the beginnings over the working days of the period."""
        length = self.until - self.clock
        weights = [len(one.steps) ** 1.5 + 1 for one in self.book.scenarios]
        for scenario in self.rng.choices(self.book.scenarios, weights, k=cases):
            at = self.clock + length * self.rng.random()
            self._add(self._in_office(at, self.book.zone_of(scenario)), "begin", scenario)

    def play(self) -> Iterator[str]:
        """Do everything in its order until the end of the period; a sentence for each tenth of the way."""
        start, told = self.clock, 1
        while self.ahead and self.ahead[0][0] <= self.until:
            at, _, deed, what = heapq.heappop(self.ahead)
            self._travel(max(at, self.clock))
            if deed == "begin" and isinstance(what, Scenario):
                self._begin(what)
            elif deed == "start" and isinstance(what, tuple):
                self._start(*what)
            elif isinstance(what, str):
                self._do(what)
            self._look()
            if (self.clock - start) / (self.until - start) > told / 10:
                yield f"  {self.clock.date()}: {len(self.cases)} cases"
                told += 1
        self._travel(self.until)

    def _add(self, at: datetime, deed: str, what: object) -> None:
        self.order += 1
        heapq.heappush(self.ahead, (at, self.order, deed, what))

    def _travel(self, at: datetime) -> None:
        travel.travel(self.engine, self.clock, at)
        self.clock = at

    def _in_office(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The same day between eight and four, or the next weekday."""
        local = at.astimezone(zone)
        while local.weekday() > 4:
            local += timedelta(days=1)
        return local.replace(
            hour=self.rng.randrange(8, 16), minute=self.rng.randrange(60), second=0, microsecond=0
        ).astimezone(at.tzinfo)

    # --- what people do -----------------------------------------------------------------------------

    def _begin(self, scenario: Scenario) -> None:
        book, rng = self.book, self.rng
        units = book.other_units(scenario, rng)
        unit_id = units.get(scenario.begin.unit, scenario.begin.unit)
        person = scenario.begin.person
        if person is None:
            return
        days = (self.clock.astimezone(book.zone_of(scenario)).date() - scenario.start_at.date()).days
        data = moved(scenario.begin.data, days, units, scenario.start_at.date())
        born = person.born_on or book.born_on(person.identity_number)
        subject = case_actions.Subject(f"{rng.choice(_FIRST)} {rng.choice(_LAST)}", None, born)
        names = (*book.people_at(unit_id, "staff"), scenario.begin.actor)
        process_id = book.process_of(scenario)

        def start(tx: Connection, who: Actor) -> str:
            return case_actions.start(tx, who, process_id, unit_id, subject, data, "made up", now=self.clock)

        case_id = self._by_somebody(names, start, None)
        if case_id:
            waiting, started = book.answers(scenario)
            self.cases[case_id] = _Case(case_id, book.zone_of(scenario), units, waiting, started)
            for one in started.get(-1, ()):
                self._add(self.clock + one.wait, "start", (case_id, one))

    def _by_somebody(
        self, names: Iterable[str], deed: Callable[[Connection, Actor], str], case: _Case | None
    ) -> str:
        """Done by the first who may and can, each in a transaction of its own; what it gave, '' where nobody could."""
        for name in names:
            try:
                with writing(self.engine) as tx:
                    who = actors.actor(tx, name, on=self.clock.date())
                    done = deed(tx, who) if who is not None else ""
            except CaseStopped as stopped:
                self._stands_still(case, stopped)
                return "stopped" if case else ""
            except EngineError:
                continue
            if done:
                return done
        return ""

    def _look(self) -> None:
        """Give everything that has been opened since to somebody, or to nobody."""
        opened = select(t.facts.c.id, t.facts.c.task_id).where(
            t.facts.c.id > self.seen_fact, t.facts.c.kind == "task_opened"
        )
        with reading(self.engine) as tx:
            rows = list(tx.execute(opened.order_by(t.facts.c.id)))
            last = tx.execute(select(func.max(t.facts.c.id))).scalar_one() or 0
            found = [task_rows.fetch(tx, row.task_id) for row in rows]
        self.seen_fact = max(self.seen_fact, int(last))
        places = {case_id: place for place, case_id in enumerate(self.cases)}
        known = [(task, self._case_of(task)) for task in found]
        # What opens at once opens in the order of random ids, which the same seed does not give again.
        known.sort(key=lambda one: (places[one[1].id] if one[1] else -1, one[0].element_id, one[0].unit_id))
        for task, case in known:
            if case is None or case.stopped or task.element_id in self.never or self.rng.random() < FORGOTTEN:
                continue
            self._add(self._when(task, case), "do", task.id)

    def _case_of(self, task: task_rows.Task) -> _Case | None:
        if task.case_id in self.cases:
            return self.cases[task.case_id]
        with reading(self.engine) as tx:
            about = tx.execute(
                select(t.cases.c.about_case_id).where(t.cases.c.id == task.case_id)
            ).scalar_one_or_none()
        return self.cases.get(about or "")

    def _when(self, task: task_rows.Task, case: _Case) -> datetime:
        rng, now = self.rng, self.clock
        if task.due_at is None or task.due_at <= now:
            planned = self.book.usual_wait(task.element_id)
            wait = min(planned, timedelta(days=30)) * rng.uniform(0.8, 1.5) + timedelta(
                minutes=rng.randrange(20, 600)
            )
            return self._in_office(now + wait, case.zone)
        if self.book.at_its_end(task.element_id):
            return (
                task.due_at - timedelta(hours=10)
                if task.due_at - now > timedelta(hours=12)
                else now + timedelta(hours=1)
            )
        if rng.random() < self.lateness.get(task.unit_id, 0.1):
            return self._in_office(
                task.due_at + timedelta(hours=8) + timedelta(days=rng.expovariate(0.4)), case.zone
            )
        at = self._in_office(now + (task.due_at - now) * rng.uniform(0.05, 0.7), case.zone)
        return at if now < at < task.due_at else now + (task.due_at - now) * 0.4

    def _do(self, task_id: str) -> None:
        with reading(self.engine) as tx:
            task = task_rows.fetch(tx, task_id)
        case = self._case_of(task)
        if task.status not in TO_DO or case is None or case.stopped:
            return
        for answer in self.book.for_task(task, case.waiting, self.rng)[:AT_MOST_TRIED]:
            days = (self.clock.astimezone(case.zone).date() - answer.on).days
            data = moved(answer.data, days, case.units, answer.begun_on)
            if self._hand_in(task, case, data):
                if answer in case.waiting:
                    case.waiting.remove(answer)
                    for one in case.steps.get(answer.number, ()):
                        self._add(self.clock + one.wait, "start", (case.id, one))
                return

    def _hand_in(self, task: task_rows.Task, case: _Case, data: dict[str, object]) -> bool:
        options = {"units": frozenset(self.book.kinds)}

        def complete(tx: Connection, who: Actor) -> str:
            tasks.claim(tx, who, task.id, now=self.clock)
            tasks.complete(tx, who, task.id, data, options=options, now=self.clock)
            return task.id

        return bool(self._by_somebody(self.book.doers(task), complete, case))

    def _start(self, case_id: str, answer: Answered) -> None:
        """Set going what waits in the case, or a routine beside it."""
        case = self.cases[case_id]
        days = (self.clock.astimezone(case.zone).date() - answer.on).days
        data = moved(answer.data, days, case.units, answer.begun_on)
        with reading(self.engine) as tx:
            waiting = [one for one in task_rows.awaited_of(tx, case_id) if one.element_id == answer.element]
            beside = {one.scope: one.unit_id for one in task_rows.of_case(tx, case_id, open_only=True)}
            waiting.sort(key=lambda one: beside.get(one.scope, ""))  # several units' items have random ids
            unit_id = tx.execute(select(t.cases.c.unit_id).where(t.cases.c.id == case_id)).scalar_one()
        places = [
            case.units.get(answer.unit, answer.unit),
            *(one.unit_id for one in waiting if one.unit_id),
            unit_id,
        ]
        names = [name for place in places for name in self.book.people_at(place, "")]
        options = {"units": frozenset(self.book.kinds)}

        def begin(tx: Connection, who: Actor) -> str:
            if waiting:
                case_actions.receive(tx, who, waiting[0].id, data, options=options, now=self.clock)
            else:
                case_actions.start_linked(tx, who, case_id, answer.element, data, now=self.clock)
            return case_id

        self._by_somebody(dict.fromkeys([answer.actor, *names]), begin, case)

    def _stands_still(self, case: _Case | None, stopped: CaseStopped) -> None:
        if case is not None:
            case.stopped = True
        with writing(self.engine) as tx:
            incidents.record(tx, stopped, who=Who(), typed={}, now=self.clock)
