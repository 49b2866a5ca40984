"""Wakes for the next due timer, fires until nothing is due, and sleeps until the next one.

Enters: a database and a clock. Leaves: fired timers, one transaction each. Never scans cases: it asks the timer index for the earliest
row, and looks at least every 15 seconds, since another process may have written an earlier one. Any number of heartbeats may run.
Where there is a mail server, a job of its own tells people by mail, so that a slow server holds back no timer.
Every minute it seals the log; a few times a day it throws away what is kept for a while only, and once a day it lists what is due for
disposal.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from engine import clock
from engine.actions import (
    decisions,
    disposal_lists,
    drafts,
    incidents,
    letters,
    notifying,
    pace,
    requests,
    sealing,
    sessions,
    timers,
)
from engine.errors import CaseStopped
from engine.records import heartbeats
from engine.records.database import connect, reading, writing
from engine.records.facts import Who
from engine.records.timers import next_due_at

log = logging.getLogger("samordna.heartbeat")

AT_LEAST_EVERY = timedelta(seconds=15)
SEALS_EVERY = timedelta(minutes=1)
TIDIES_EVERY = timedelta(hours=6)
LISTS_EVERY = timedelta(days=1)
JOB, POST_JOB = "beat", "post"
MOST_AT_ONCE = 5_000


@dataclass
class Pulse:
    """Held during a round; once `stopped` no other begins. `tidied_at` is when this process last threw old things away, `listed_at`
    when it last looked for what is due for disposal, `sealed_at` when it last sealed the log, whose heads it writes to the file `heads`.
    """

    round: Lock = field(default_factory=Lock)
    stopped: bool = False
    tidied_at: datetime | None = None
    listed_at: datetime | None = None
    sealed_at: datetime | None = None
    heads: Path | None = None


def beat(engine: Engine, *, now: datetime) -> int:
    """Fire everything due at `now`, in due order; gives how many. A broken case steps aside and the rest go on.

    Comes to rest after `MOST_AT_ONCE`, so that a diagram that arms a timer for this very instant over and over keeps nobody waiting.
    """
    fired = 0
    while fired < MOST_AT_ONCE and _fire_one(engine, now=now):
        fired += 1
    return fired


def in_force(engine: Engine, *, now: datetime) -> None:
    """Versions that were approved for a later day come into force when it begins."""
    decisions.bring_into_force(engine, now=now)


def tidy(engine: Engine, pulse: Pulse, *, now: datetime) -> None:
    """Throw away what has been kept long enough, if this process has not looked lately."""
    if pulse.tidied_at is None or now - pulse.tidied_at >= TIDIES_EVERY:
        drafts.purge(engine, now=now)
        sessions.purge(engine, now=now)
        pace.purge(engine, now=now)
        requests.purge(engine, now=now)
        letters.tidy(engine, now=now)
        pulse.tidied_at = now


def list_due(engine: Engine, pulse: Pulse, *, now: datetime) -> None:
    """Open a list of what is due for disposal where there is something new, if this process has not looked for a day."""
    if pulse.listed_at is None or now - pulse.listed_at >= LISTS_EVERY:
        disposal_lists.open_all(engine, now=now)
        pulse.listed_at = now


def seal(engine: Engine, pulse: Pulse, *, now: datetime) -> None:
    """Seal the log, if this process has not done so within a minute."""
    if pulse.sealed_at is None or now - pulse.sealed_at >= SEALS_EVERY:
        sealing.seal(engine, pulse.heads, now=now)
        pulse.sealed_at = now


def tell(engine: Engine, post: letters.Post, *, time: Callable[[], datetime], pulse: Pulse) -> int:
    """Find what people are to be told, write it down as letters and hand these over; gives how many the mail server took."""
    now = time()
    notifying.gather(engine, now=now)
    letters.write(engine, summary_hour=post.summary_hour, now=now)
    return letters.send(engine, post, time=time, stopped=lambda: pulse.stopped)


def schedule_post(
    scheduler: BaseScheduler, engine: Engine, time: Callable[[], datetime], post: letters.Post, pulse: Pulse
) -> None:
    """Add the job that tells people by mail."""

    def round_of_letters() -> None:
        try:
            if not pulse.stopped:
                tell(engine, post, time=time, pulse=pulse)
        except OperationalError as error:
            log.warning(
                "mail waits for the database", extra={"action": "mail", "cause": type(error.orig).__name__}
            )

    scheduler.add_job(
        round_of_letters,
        "interval",
        seconds=AT_LEAST_EVERY.total_seconds(),
        id=POST_JOB,
        next_run_time=time(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )


def schedule(
    scheduler: BaseScheduler,
    engine: Engine,
    time: Callable[[], datetime],
    name: str,
    pulse: Pulse | None = None,
) -> None:
    """Add the heartbeat's one job to a scheduler; after each round the job sets its own next time."""
    beating = pulse or Pulse()

    def round_and_rearm() -> None:
        with beating.round:
            if not beating.stopped:
                one_round()

    def one_round() -> None:
        now = time()
        try:
            with reading(engine) as tx:
                waiting_since = next_due_at(tx)
            in_force(engine, now=now)
            fired = beat(engine, now=now)
            lag = max(timedelta(), now - waiting_since) if waiting_since and fired else timedelta()
            with writing(engine) as tx:
                heartbeats.note(tx, name, at=now, lag=lag, fired=fired)
                wake_at = next_due_at(tx)
            seal(engine, beating, now=now)
            tidy(engine, beating, now=now)
            list_due(engine, beating, now=now)
        except OperationalError as error:  # the database is away or busy; the next round tries again
            log.warning(
                "heartbeat waits for the database",
                extra={"action": "heartbeat", "cause": type(error.orig).__name__},
            )
            wake_at = None
        soonest, latest = time(), time() + AT_LEAST_EVERY
        scheduler.modify_job(JOB, next_run_time=min(latest, max(soonest, wake_at or latest)))

    scheduler.add_job(
        round_and_rearm,
        "interval",
        seconds=60,
        id=JOB,
        next_run_time=time(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )


def run(database_url: str, heads: Path | None = None, post: letters.Post | None = None) -> None:
    """Beat until the process is stopped."""
    pulse = Pulse(heads=heads)
    scheduler = BlockingScheduler(timezone=UTC)
    engine = connect(database_url)
    try:
        schedule(scheduler, engine, clock.now, _name(), pulse)
        if post is not None:
            schedule_post(scheduler, engine, clock.now, post, pulse)
        scheduler.start()
    finally:
        engine.dispose()


@contextmanager
def running(database_url: str, heads: Path | None = None, post: letters.Post | None = None) -> Iterator[None]:
    """Beat in the background for as long as the block lasts."""
    scheduler, pulse = BackgroundScheduler(timezone=UTC), Pulse(heads=heads)
    engine = connect(database_url)
    try:
        schedule(scheduler, engine, clock.now, _name(), pulse)
        if post is not None:
            schedule_post(scheduler, engine, clock.now, post, pulse)
        scheduler.start()
        yield
    finally:
        # The scheduler holds its job store while it waits for a job, and a round sets its next time there: so let the round under way
        # end first, and no other begin.
        with pulse.round:
            pulse.stopped = True
        scheduler.shutdown(wait=True)
        engine.dispose()


def _name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def _fire_one(engine: Engine, *, now: datetime) -> bool:
    try:
        with writing(engine) as tx:
            return timers.fire_next(tx, now=now)
    except CaseStopped as stopped:
        with writing(engine) as tx:
            incidents.record(tx, stopped, who=Who(), now=now)
        log.warning(
            "case stands still",
            extra={"action": "incident", "case_id": stopped.case_id, "element": stopped.failure.element_id},
        )
        return True
