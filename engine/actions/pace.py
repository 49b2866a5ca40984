"""What costs much, or helps somebody guess or carry away, has a pace: so many times for one person and one address within a while.

Enters: a kind of use, who it is and where from. Leaves: a row for each use, or TooOften with the instant from which it goes on. Counted in
the database, so that it holds over all processes; on PostgreSQL uses at the very same instant may each be the last that is allowed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from engine.errors import EngineError
from engine.records import uses
from engine.records.database import reading, writing


@dataclass(frozen=True, slots=True)
class Limit:
    """How many times within a while: for one person, and for one address, behind which a whole municipality may sit."""

    of_person: int
    of_address: int
    within: timedelta


LIMITS: Mapping[str, Limit] = {
    "lookup": Limit(40, 800, timedelta(minutes=10)),  # whether there is a plan for an identity number
    "search": Limit(120, 2_400, timedelta(minutes=10)),  # in cases, tasks, the directory
    "log": Limit(60, 240, timedelta(minutes=10)),  # in the log, which is long
    "export": Limit(60, 600, timedelta(minutes=10)),  # whatever is set as a paper or packed as a file
    "upload": Limit(30, 120, timedelta(minutes=10)),  # checked whole before it is taken
    "removal": Limit(60, 240, timedelta(minutes=10)),  # decisions about many cases at once
    "own": Limit(60, 600, timedelta(minutes=10)),  # what those whose case it is set going
    "asking": Limit(20, 60, timedelta(minutes=10)),  # to be rung, without having signed in
    "entry": Limit(300, 3_000, timedelta(minutes=10)),  # ways in; wrong tries wait sooner
}
LONGEST = max(limit.within for limit in LIMITS.values())


class TooOften(EngineError):
    """That was done too often in a short while; `again_at` says from when it goes on."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__()
        self.again_at = again_at


def count(engine: Engine, kind: str, *, person: str, address: str, now: datetime) -> None:
    """One more use of that kind; `person` is '' where nobody has signed in. Raises TooOften, and then counts nothing."""
    limit, since = LIMITS[kind], now - LIMITS[kind].within
    allowed = {_key(kind, "address", address): limit.of_address}
    if person:
        allowed[_key(kind, "person", person)] = limit.of_person
    with writing(engine) as tx:
        first = [uses.earliest_of_last(tx, key, number, since) for key, number in allowed.items()]
        full = [at for at in first if at is not None]
        if not full:
            uses.note(tx, list(allowed), now=now)
    if full:
        raise TooOften(max(full) + limit.within)


def purge(engine: Engine, *, now: datetime) -> None:
    """Forget the uses that no limit looks at any longer. Writes only where there are any."""
    with reading(engine) as tx:
        if not uses.are_old(tx, now - LONGEST):
            return
    with writing(engine) as tx:
        uses.remove(tx, now - LONGEST)


def _key(kind: str, of: str, who: str) -> str:
    return hashlib.sha256(f"{kind}:{of}:{who}".encode()).hexdigest()
