"""Seals over the log: batches of rows, each sealed by a hash that also holds the seal before it.

Enters: a database and an instant. Leaves: rows of `seals` and `seal_rows`. Of rows of `log` it only reads. A row is sealed exactly once,
never before it is committed, and none is left out, although numbers on PostgreSQL are handed out before the commit and leave gaps:

1. `horizon` waits, under a lock that only writers of the log feel, until no transaction that has taken a number is still open. Every
   number up to the highest one seen then is committed or will never be. Whoever comes meanwhile has taken no number yet.
2. `seal_next` seals what lies after the newest seal up to that horizon, under a lock that only one at a time gets. Seal n covers every
   row after seal n - 1 up to its `last_id`, so a row that turns up in between later was put there by somebody else.

Numbers and predecessors are unique in the database, so that the chain cannot fork whatever the code does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, Text, delete, func, select, type_coerce
from sqlalchemy.exc import OperationalError

from engine import wire
from engine.records import tables as t
from engine.records.database import reading, snapshot, writing

GENESIS = "0" * 64
"""What the first seal follows."""
MOST_ROWS = 5_000
"""Rows of one seal; more wait for the next one, which follows at once."""
PATIENCE = "1s"
"""How long the seal waits for open transactions; others queue behind it, so it gives up soon and tries again at the next beat."""

COLUMNS = tuple(sorted(column.name for column in t.log.columns))
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=repr)
LogRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Seal:
    """One batch: `last_id` is the newest row it covers, `digest` the hash of its rows' hashes, `previous` the head before it."""

    number: int
    sealed_at: datetime
    last_id: int
    rows: int
    digest: str
    previous: str
    head: str

    def computed_head(self) -> str:
        """The head that the other columns give."""
        return sha256(self.canonical())

    def canonical(self) -> bytes:
        """What is hashed: everything but the head itself."""
        told = {name: getattr(self, name) for name in Seal.__slots__ if name != "head"}
        return as_json(told | {"sealed_at": as_text(self.sealed_at)})


def seal(engine: Engine, *, now: datetime) -> int:
    """Seal every row that is committed; gives how many. None where a long transaction kept the horizon from being seen."""
    up_to = horizon(engine)
    total = 0
    while up_to is not None:
        with writing(engine) as tx:
            done = seal_next(tx, up_to, now=now)
        total += done
        if done < MOST_ROWS:
            break
    return total


def horizon(engine: Engine) -> int | None:
    """The highest number below which nothing can turn up any more; None where that could not be seen within `PATIENCE`.

    On SQLite a number is handed out by the one writer there is, so that what can be read is all there is.
    """
    try:
        with reading(engine) as tx:
            if tx.dialect.name == "postgresql":
                tx.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                tx.exec_driver_sql("LOCK TABLE log IN SHARE MODE")
            return tx.execute(select(func.max(t.log.c.id))).scalar() or 0
    except OperationalError:
        return None


def seal_next(tx: Connection, up_to: int, *, now: datetime) -> int:
    """Seal the next rows after the newest seal, at most `MOST_ROWS` and none above `up_to`; gives how many."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("LOCK TABLE seals IN SHARE ROW EXCLUSIVE MODE")
    before = newest(tx)
    after = before.last_id if before else None
    rows = tx.execute(_rows(tx, after).where(t.log.c.id <= up_to).limit(MOST_ROWS)).all()
    if not rows:
        return 0
    hashes = "\n".join(hash_line(row) for row in rows)
    unfinished = Seal(
        number=before.number + 1 if before else 1,
        sealed_at=now,
        last_id=rows[-1].id,
        rows=len(rows),
        digest=sha256(hashes.encode()),
        previous=before.head if before else GENESIS,
        head="",
    )
    made = {name: getattr(unfinished, name) for name in Seal.__slots__} | {"head": unfinished.computed_head()}
    tx.execute(t.seals.insert(), made)
    tx.execute(t.seal_rows.insert(), {"number": unfinished.number, "sealed_at": now, "hashes": hashes})
    return len(rows)


def newest(tx: Connection) -> Seal | None:
    """The last seal, if any."""
    row = tx.execute(_SEALS.order_by(t.seals.c.number.desc()).limit(1)).one_or_none()
    return Seal(*row) if row else None


def after(tx: Connection, number: int) -> Iterator[Seal]:
    """The seals above that number, in order."""
    for row in tx.execute(_SEALS.where(t.seals.c.number > number).order_by(t.seals.c.number)):
        yield Seal(*row)


def prune(tx: Connection, before: datetime) -> int | None:
    """Delete the rows of every batch sealed before that instant, and their hashes; the seals stay, so that the chain still verifies.

    Gives the number of the newest seal whose rows are gone, None where there was none. The newest seal of all keeps its rows. The
    database refuses what is less than five years old by its own clock.
    """
    last = newest(tx)
    old = select(func.max(t.seals.c.number)).where(t.seals.c.sealed_at < before)
    number = tx.execute(old.where(t.seals.c.number < last.number)).scalar_one() if last else None
    if number is None:
        return None
    last_id = tx.execute(select(t.seals.c.last_id).where(t.seals.c.number == number)).scalar_one()
    gone = tx.execute(delete(t.log).where(t.log.c.id <= last_id)).rowcount
    tx.execute(delete(t.seal_rows).where(t.seal_rows.c.number <= number))
    return number if gone else None


# --- bytes that are hashed ----------------------------------------------------------------------------------------------


def hash_line(row: LogRow) -> str:
    """`id hash`."""
    return f"{row.id} {sha256(canonical(row))}"


def canonical(row: LogRow) -> bytes:
    """A row as one line of JSON: keys in order, no spaces, instants in UTC. The same on both databases and after a restore."""
    told = dict(zip(COLUMNS, row, strict=True))
    return as_json(told | {"at": as_text(told["at"]), "categories": _listed(told["categories"])})


def as_json(value: object) -> bytes:
    """JSON with sorted keys and no spaces; letters beyond ASCII are escaped, so that any tool gives the same bytes."""
    return _ENCODER.encode(value).encode()


def as_text(at: datetime | str) -> str:
    """An instant as text of fixed width; SQLite keeps it so, and what is kept there is what is hashed."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(at, datetime) else at


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def rows_after(tx: Connection, after: int | None) -> Iterator[LogRow]:
    """Rows of the log above that number, in order, a few at a time."""
    yield from tx.execute(_rows(tx, after), execution_options={"yield_per": MOST_ROWS})


def _rows(tx: Connection, after: int | None) -> Select[*tuple[Any, ...]]:
    """Columns as they are kept, so that whatever somebody put there can be read."""
    as_kept = {"categories"} if tx.dialect.name == "postgresql" else {"at", "categories"}
    columns = (
        type_coerce(t.log.c[one], Text).label(one) if one in as_kept else t.log.c[one] for one in COLUMNS
    )
    query = select(*columns).order_by(t.log.c.id)
    return query if after is None else query.where(t.log.c.id > after)


@lru_cache(maxsize=1024)  # few different ones, many rows
def _listed(text: object) -> object:
    """A list of words as a list; text that `wire` did not write stays what it is."""
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text
    return found if text is None or wire.dump(found) == text else text


def export(engine: Engine) -> Iterator[bytes]:
    """The log as lines of JSON: each row as it is hashed, and after the rows of a batch their seal with the hash of each row.

    `audit/verify.py` verifies it without the product. Rows after the last seal are not sealed yet.
    """
    with snapshot(engine) as tx:
        seals = after(tx, -1)
        current = next(seals, None)
        for row in rows_after(tx, None):
            while current is not None and row.id > current.last_id:
                yield _seal_line(tx, current)
                current = next(seals, None)
            yield canonical(row)
        while current is not None:
            yield _seal_line(tx, current)
            current = next(seals, None)


def _seal_line(tx: Connection, seal: Seal) -> bytes:
    hashes = tx.execute(
        select(t.seal_rows.c.hashes).where(t.seal_rows.c.number == seal.number)
    ).scalar_one_or_none()
    return as_json({"seal": json.loads(seal.canonical()), "head": seal.head, "hashes": hashes})


_SEALS = select(*(t.seals.c[name] for name in Seal.__slots__))
