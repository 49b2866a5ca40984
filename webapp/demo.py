"""The demo directory: invented people to sign in as, in a database that holds nobody else.

Enters: the regions' directory.toml files. Leaves: accounts marked as demonstration, all with one known password, which is why a
production start refuses them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from engine.actions import accounts
from engine.records import directory

PASSWORD = "samordna-demo"  # noqa: S105 - known on purpose


def fill_if_empty(tx: Connection, processes: Path, *, now: datetime) -> int:
    """Fill the directory unless somebody is in it; gives how many persons were added. The regions must be in force."""
    if not directory.is_empty(tx):
        return 0
    return sum(
        accounts.fill(
            tx, path.read_text(encoding="utf-8"), path.parent.name, demo_password=PASSWORD, since=now.date()
        )
        for path in sorted(processes.glob("*/directory.toml"))
    )


def accounts_to_try(tx: Connection, *, now: datetime) -> list[str]:
    """A line for each demo account: user name, name, and where the person works as what."""
    units = {unit.id: unit.name for unit in directory.all_units(tx)}
    held: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for membership in directory.memberships(tx, on=now.date()):
        held[membership.person_id][membership.unit_id].append(membership.role)
    lines = []
    for person_id, places in sorted(held.items()):
        person = directory.person(tx, person_id)
        if person is not None and person.is_demo and person.active:
            works = "; ".join(f"{units[unit_id]} ({', '.join(roles)})" for unit_id, roles in places.items())
            lines.append(f"  {person.username:<20} {person.name}, {works}")
    return lines
