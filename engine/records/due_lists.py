"""Lists of the day: what is due for disposal at a principal, gone through in a case of its own. Ids and instants only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.records import directory
from engine.records import tables as t
from engine.status import CaseStatus


@dataclass(frozen=True, slots=True)
class Keepers:
    """Where those work who see to what is due at a principal: its administrators and its process owners, and those who keep the
    whole region. None where there are none.
    """

    administrator: str | None
    process_owner: str | None
    region_administrator: str | None


def hold(tx: Connection, principal_id: str) -> None:
    """Until the transaction ends nobody else opens a list of that principal."""
    tx.execute(select(t.principals.c.id).where(t.principals.c.id == principal_id).with_for_update()).one()


def insert(
    tx: Connection, list_case_id: str, principal_id: str, case_ids: Sequence[str], *, now: datetime
) -> None:
    """A list with these cases."""
    row = {"list_case_id": list_case_id, "principal_id": principal_id, "listed_at": now}
    tx.execute(t.due_listed.insert(), [row | {"case_id": one} for one in case_ids])


def open_list(tx: Connection, principal_id: str) -> str | None:
    """The case in which a list of the principal is being gone through."""
    d = t.due_listed.c
    query = select(d.list_case_id).join(t.cases, t.cases.c.id == d.list_case_id)
    running = query.where(d.principal_id == principal_id, t.cases.c.status != CaseStatus.ENDED)
    return tx.execute(running.order_by(d.listed_at.desc()).limit(1)).scalar()


def listed_since(tx: Connection, principal_id: str, since: datetime) -> set[str]:
    """The cases that stood on a list of the principal since that instant."""
    d = t.due_listed.c
    return set(
        tx.execute(select(d.case_id).where(d.principal_id == principal_id, d.listed_at > since)).scalars()
    )


def of_list(tx: Connection, list_case_id: str) -> tuple[str, list[str]]:
    """The principal, and the cases that the list holds."""
    d = t.due_listed.c
    found = tx.execute(select(d.principal_id, d.case_id).where(d.list_case_id == list_case_id)).all()
    return (found[0].principal_id if found else "", sorted(row.case_id for row in found))


def keepers(tx: Connection, region_id: str, principal_id: str, *, on: date) -> Keepers:
    """Who there is on that day; of several units the first by id."""
    held = [one for one in directory.memberships(tx, on=on) if one.region_id == region_id]
    own = [one for one in held if one.principal_id == principal_id]
    return Keepers(
        min((one.unit_id for one in own if one.role == "administrator"), default=None),
        min((one.unit_id for one in own if one.role == "process_owner"), default=None),
        min((one.unit_id for one in held if one.role == "region_administrator"), default=None),
    )
