"""A made-up region to try the product in: fills an empty database from the `directory.toml` beside each region's routines.

Enters: an empty database and a `processes` folder. Leaves: accounts that are marked as demonstration, and sentences that tell how to sign
in. Leaves any other database alone; a production start refuses such accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from engine.actions import filling
from engine.records import directory
from engine.records.database import reading, writing

PASSWORD = "samordna demo"  # noqa: S105  printed at every start, and refused in production


def fill_if_empty(engine: Engine, processes: Path, *, now: datetime) -> Iterator[str]:
    """Fill an empty directory; say which accounts there are, also when they were there before."""
    with writing(engine) as tx:
        if directory.is_empty(tx):
            for path in sorted(processes.glob("*/directory.toml")):
                since = (now - timedelta(days=3650)).date()
                filling.fill(
                    tx,
                    path.read_text(encoding="utf-8"),
                    path.parent.name,
                    demo_password=PASSWORD,
                    since=since,
                )
    with reading(engine) as tx:
        yield from _told(tx)


def _told(tx: Connection) -> list[str]:
    rows = directory.demo_people(tx)
    if not rows:
        return []
    width = max(len(row.username) for row in rows)
    return [
        f"Demo accounts, all with the password: {PASSWORD}",
        *(f"  {row.username:<{width}}  {row.name}, {row.place}" for row in rows),
    ]
