"""Virtual time: the heartbeat's own function, handed one instant after the other.

Enters: a database, where time stands, and where to. Leaves: fired timers. Never sleeps and never looks at a clock.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from engine import heartbeat
from engine.deadlines import elapsed
from engine.deadlines.calendar import Calendar
from engine.deadlines.iso import Duration
from engine.errors import EngineError
from engine.records.database import reading
from engine.records.timers import next_due_at

MOST_TIMERS = 20_000
"""On one journey: a timer that repeats every second for a year is a mistake, and is told as one."""


class NoArrival(EngineError):
    """Time cannot get there; the message says why."""


def travel(engine: Engine, start: datetime, until: datetime, *, most: int = MOST_TIMERS) -> int:
    """Let time pass; whatever falls due on the way fires at its own instant. Gives how many did, at most `most`."""
    if until < start:
        raise NoArrival(f"time does not go back from {start.isoformat()} to {until.isoformat()}")
    fired = 0
    while (due := _next_due(engine)) is not None and due <= until:
        now = heartbeat.beat(engine, now=max(due, start))
        fired += now
        if now == 0 or fired > most:
            raise NoArrival(
                "a timer is due and does not fire" if now == 0 else f"more than {most} timers fire on the way"
            )
    return fired


def stand_still(engine: Engine, until: datetime) -> int:
    """The heartbeat was down until now, and catches up in one go (decision 6)."""
    return heartbeat.beat(engine, now=until)


def later(at: datetime, length: Duration, calendar: Calendar) -> datetime:
    """`at` and a length: days on the wall calendar, hours on the clock."""
    return elapsed.later(at, length, 1, calendar)


def _next_due(engine: Engine) -> datetime | None:
    with reading(engine) as tx:
        return next_due_at(tx)
