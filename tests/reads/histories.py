"""Random histories, written as the product writes what happens: rows and facts of each step in one go, by the functions of the actions.

No diagram is run, so that a year of many cases takes a second; what a diagram would have asked for is drawn by lot instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from engine import facts as f
from engine import library
from engine.actions import advance, beginning, directory_handover, operations, recording, telling
from engine.actions.ground import Ground
from engine.execution.surroundings import Request
from engine.reads.measures import KEPT, LEVELS
from engine.records import cases, directory, entries, ids
from engine.records import tables as t
from engine.records.who import Who

ZONE = ZoneInfo("Europe/Stockholm")
BEGINS, DAYS = datetime(2026, 6, 1, 7, tzinfo=UTC), 190
UNITS = ("vc", "rehab", "bistand", "region_top", "malby_top")
REASONS = ("goals_met", "person_declined", "consent_refused", "request_refused", "moved")
KINDS = ("receipt_late", "plan_late", "wrong_unit")
SHARED = (*(step for steps in KEPT.values() for step in steps), *LEVELS, "register_need")
DEVIATION = "testland_deviation"
NOBODY = Who()


@dataclass
class Story:
    """A case on its way: which steps are open there, and where in the routine each stands."""

    rng: Random
    case_id: str
    instance: cases.Instance
    loaded: library.Loaded
    open: dict[str, f.Place] = field(default_factory=dict)

    def ground(self, tx: Connection, now: datetime) -> Ground:
        return Ground(tx, cases.fetch(tx, self.case_id), NOBODY, now)

    def happens(self, tx: Connection, now: datetime, *happened: f.Fact) -> None:
        recording.record(self.ground(tx, now), self.instance, self.loaded, happened)

    def place(self, element_id: str) -> f.Place:
        return f.Place(self.instance.process_id, element_id, element_id)

    def operate(self, tx: Connection, now: datetime, operation: str, **inputs: object) -> None:
        request = Request(operation, inputs, self.place(operation), ids.new())
        value = operations.perform(self.ground(tx, now), self.instance, self.loaded, request)
        self.happens(tx, now, f.OperationPerformed(request.place, operation, inputs, value))

    # --- what can happen to it ----------------------------------------------------------------------------------------

    def opens(self, tx: Connection, now: datetime) -> None:
        """Some steps, each with its own last day, which may lie in the past or far ahead; one with none."""
        happened: list[f.Fact] = []
        own = (
            KEPT["answers"] if self.instance.process_id == DEVIATION else ("acknowledge_summons", "follow_up")
        )
        for element_id in [*own, *self.rng.choices(SHARED, k=self.rng.randrange(1, 5))]:
            for _ in range(2 if element_id in LEVELS else 1):  # a level asks both sides at once
                key, place = ids.new(), self.place(element_id)
                self.open[key] = place
                unit, role = self.rng.choice([(self.rng.choice(UNITS), "staff"), (None, "convener")])
                happened.append(f.TaskOpened(key, place, role, unit, None))
                if self.rng.random() < 0.95:
                    happened.append(self._deadline(key, place, now))
        self.happens(tx, now, *happened)

    def _deadline(self, key: str, place: f.Place, now: datetime) -> f.TimerSet:
        due = now + timedelta(hours=self.rng.randrange(1, 24 * 12))
        told = {"last_day": due.astimezone(ZONE).date().isoformat()}
        return f.TimerSet(ids.new(), place, key, place.element_id, due, True, "working-days", told)

    def closes(self, tx: Connection, now: datetime) -> None:
        """Some of what is open is done, some taken back."""
        keys = self.rng.sample(list(self.open), min(len(self.open), self.rng.randrange(1, 5)))
        how = self.rng.choices(("completed", "cancelled"), (5, 1), k=len(keys))
        gone = [f.TaskClosed(key, self.open.pop(key), one) for key, one in zip(keys, how, strict=True)]
        self.happens(tx, now, *gone)

    def sends(self, tx: Connection, now: datetime) -> None:
        kind = self.rng.choice(("initiative", "initiative", "summons", "information"))
        self.operate(tx, now, "send_message_to_unit", unit=self.rng.choice(UNITS), kind=kind)

    def meets(self, tx: Connection, now: datetime) -> None:
        self.operate(
            tx, now, "schedule_meeting", starts_at=now + timedelta(hours=self.rng.randrange(-30, 400))
        )

    def calls_off(self, tx: Connection, now: datetime) -> None:
        self.operate(tx, now, "cancel_meeting", reason="other")

    def plans(self, tx: Connection, now: datetime) -> None:
        kind = self.rng.choice(("plan", "plan", "follow_up_note"))
        self.operate(tx, now, "issue_document", kind=kind, title="Plan", content={})

    def appoints(self, tx: Connection, now: datetime) -> None:
        self.operate(tx, now, "appoint", slot="convener", unit=self.rng.choice(UNITS))

    def lets_go(self, tx: Connection, now: datetime) -> None:
        self.operate(tx, now, "end_participation", unit=self.rng.choice(UNITS), reason="recalled")

    def ends(self, tx: Connection, now: datetime) -> None:
        """Closed for a reason, or just over; what is open is taken back with it or left."""
        if self.rng.random() < 0.8:
            self.operate(tx, now, "close_case", reason=self.rng.choice(REASONS))
        end = f.InstanceEnded("over", "Slut")
        self.happens(tx, now, end)
        recording.end(self.ground(tx, now), self.instance, [end])
        cases.change(tx, self.case_id, **recording.ending(self.instance, [end], now))

    def says_another_kind(self, tx: Connection, now: datetime) -> None:
        writing = entries.Writing("task", "describe", "coordination", {"kind": self.rng.choice(KINDS)})
        cases.write_values(tx, self.case_id, [("", "kind", "coordination", writing.data["kind"])])
        telling.tell_kind(self.ground(tx, now), [writing])


def write(tx: Connection, rng: Random, *, number: int = 10) -> None:
    """A history of so many cases with their deviations, over half a year; once a unit is taken over by another one."""
    events = [event for _ in range(number) for event in _case(tx, rng)]
    takes_over = (BEGINS + timedelta(days=rng.randrange(DAYS)), len(events), None, "")
    for now, _, story, what in sorted([*events, takes_over], key=lambda one: one[:2]):
        if story is None:
            directory_handover.hand_over(tx, "bistand", "malby_top", who=NOBODY, now=now)
        else:
            getattr(story, what)(tx, now)


Event = tuple[datetime, int, Story | None, str]


def _case(tx: Connection, rng: Random) -> Iterator[Event]:
    began = BEGINS + timedelta(minutes=rng.randrange(DAYS * 1440))
    is_test = rng.random() < 0.15
    story = _begin(tx, rng, "testland_six_steps", began, {}, is_test=is_test)
    yield from _course(
        rng, story, began, ("opens", "opens", "closes", "closes", "closes", "sends", "meets", "plans")
    )
    yield from _course(
        rng, story, began, rng.sample(("meets", "calls_off", "plans", "appoints", "lets_go", "sends"), 2)
    )
    if rng.random() < 0.7:
        yield began + timedelta(days=130), rng.randrange(10**9), story, "ends"
    for _ in range(rng.randrange(3)):
        noticed = began + timedelta(hours=rng.randrange(24 * 60))
        said: dict[str, object] = {"kind": rng.choice(KINDS), "agreed": "x", "happened": "y"}
        slip = _begin(tx, rng, DEVIATION, noticed, said, is_test=is_test, about=story.case_id)
        yield from _course(
            rng, slip, noticed, ("opens", "closes", rng.choice(("closes", "says_another_kind")))
        )


def _begin(
    tx: Connection, rng: Random, process_id: str, now: datetime, said: dict[str, object], *, is_test: bool,
    about: str | None = None,
) -> Story:  # fmt: skip
    loaded = library.current(tx, process_id)
    unit = directory.units(tx, [rng.choice(UNITS)]).popitem()[1]
    new = beginning.NewCase(loaded, unit, said, about_case_id=about, is_test=is_test)
    pending = beginning.case(tx, new, who=NOBODY, now=now)
    if said:
        advance.begin(pending)
    return Story(rng, pending.ground.case.id, pending.instance, loaded)


def _course(
    rng: Random, story: Story, began: datetime, names: tuple[str, ...] | list[str]
) -> Iterator[Event]:
    for name in names:
        yield began + timedelta(hours=rng.randrange(1, 24 * 100)), rng.randrange(10**9), story, name


def region(tx: Connection) -> str:
    """The region of it all."""
    return str(tx.execute(select(t.cases.c.region_id).limit(1)).scalar_one())
