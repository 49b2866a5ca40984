"""Sealing the log every minute, and letting go of what has been kept long enough.

Enters: a database, a file of heads and an instant. Leaves: seals, heads, and a log line for the operator where the log in the database is
not the one that was sealed. It never stands in the way of a timer: what goes wrong here is said and tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from engine.errors import EngineError
from engine.records import heads, log, sealing
from engine.records.database import writing
from engine.records.who import Who

LEAST_YEARS = 5
"""HSLF-FS 2016:40 4 kap. 9 §; the database's triggers hold to it too."""

_log = logging.getLogger("samordna.log")
_told: dict[
    Path, str
] = {}  # what this process has said of a file of heads that it cannot write to: once, and not every minute

FAULTS = {
    "ForeignHead": "the file of heads ends with a seal that this database does not hold: it is another database's file, or the log was cut "
    "or computed anew. Nothing is written to it until it fits: run `samordna audit verify --head FILE`, and give each database a file of "
    "its own (SAMORDNA_LOG_HEADS)",
    "UnreadableHeads": "the file of heads (SAMORDNA_LOG_HEADS) holds something else than heads: nothing is written to it",
}


class KeptTooShort(EngineError):
    """The log is kept for at least five years."""


def seal(engine: Engine, path: Path | None, *, now: datetime) -> int:
    """Seal what is committed and write the new heads to the file; gives how many rows were sealed."""
    sealed = sealing.seal(engine, now=now)
    if path is not None:
        _publish(engine, path)
    return sealed


def _publish(engine: Engine, path: Path) -> None:
    try:
        heads.publish(engine, path)
        _told.pop(path, None)
    except (heads.ForeignHead, heads.UnreadableHeads, OSError) as error:
        cause = type(error).__name__
        if _told.get(path) != cause:
            _told[path] = cause
            sentence = FAULTS.get(cause, "the file of heads (SAMORDNA_LOG_HEADS) cannot be written")
            _log.error(sentence, extra={"action": "seal", "cause": cause})


def prune(engine: Engine, years: int, *, now: datetime) -> int | None:
    """Let go of the rows that were sealed more than that many years ago; the seals stay. Gives the newest seal concerned, if any.

    Raises KeptTooShort below five years. The act itself stands in the log, by which `verify` knows that nobody else took the rows.
    """
    if years < LEAST_YEARS:
        raise KeptTooShort(f"the log is kept for at least {LEAST_YEARS} years")
    with writing(engine) as tx:
        number = sealing.prune(tx, _years_before(now, years))
        if number is not None:
            log.note(tx, log.PRUNED, who=Who(), now=now, about=f"seal:{number}")
    return number


def _years_before(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # 29 February
        return now.replace(year=now.year - years, day=28)


def export(engine: Engine, *, now: datetime) -> Iterator[bytes]:
    """The log as lines of JSON (`records.sealing.export`); that it was handed out is itself logged, and is the last line."""
    with writing(engine) as tx:
        log.note(tx, log.EXPORTED, who=Who(), now=now)
    yield from sealing.export(engine)
