"""What somebody has given others: an account, a password, a role, a substitution.

Enters: an open transaction, who gave, and since when. Leaves: rows as tuples. Read from what was written down when it was done; what
was given from the command line is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from engine.records import tables as t

Row = tuple[str, str | None, str | None, str | None]
"""Person, unit, role, and whom they substitute; only the person where it is the account or its password."""

_PERSON = "person:"


def since(tx: Connection, givers: Iterable[str], at: datetime) -> frozenset[Row]:
    """What these have given since that instant; also what was given by an account that they had given, since they could use it."""
    found: set[Row] = set()
    ahead = known = frozenset(givers)
    while ahead:
        new = {*_directory(tx, ahead, at), *_passwords(tx, ahead, at), *_substitutions(tx, ahead, at)}
        found |= new
        ahead = frozenset(person for person, *more in new if not any(more)) - known
        known |= ahead
    return frozenset(found)


def _directory(tx: Connection, givers: frozenset[str], at: datetime) -> Iterator[Row]:
    """Persons added or made active again; memberships added, or made to last longer."""
    f = t.facts.c
    query = select(f.data).where(
        f.case_id.is_(None), f.kind.in_(("directory_added", "directory_changed")), f.at >= at, f.actor_id.in_(sorted(givers))
    )  # fmt: skip
    for data in tx.execute(query).scalars():
        kind, key = data["kind"], data["key"]
        if kind == "membership":
            yield str(key[0]), str(key[1]), str(key[2]), None
        elif kind == "person" and (data["how"] == "added" or "active" in data["fields"]):
            yield str(key[0]), None, None, None


def _passwords(tx: Connection, givers: frozenset[str], at: datetime) -> Iterator[Row]:
    one = t.log.c
    query = select(one.about).where(
        one.actor_id.in_(sorted(givers)), one.act == "password_reset", one.at >= at
    )
    for about in tx.execute(query).scalars():
        yield str(about).removeprefix(_PERSON), None, None, None


def _substitutions(tx: Connection, givers: frozenset[str], at: datetime) -> Iterator[Row]:
    a, s = t.absences.c, t.substitutions.c
    query = select(s.substitute_id, s.unit_id, s.role, a.person_id).join(t.absences, a.id == s.absence_id)
    for row in tx.execute(query.where(a.registered_by.in_(sorted(givers)), a.registered_at >= at)):
        yield row.substitute_id, row.unit_id, row.role, row.person_id
