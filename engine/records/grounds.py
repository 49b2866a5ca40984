"""On what ground somebody takes part: role slots, participants, consents and withdrawals.

Enters: an open transaction that holds the case. Leaves: frozen values that `access` judges. Nothing is deleted: a participation or
slot ends, a consent is withdrawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from engine.records import ids
from engine.records import tables as t


@dataclass(frozen=True, slots=True)
class Slot:
    """Who holds a role of the case (convener, coordinator ...)."""

    slot: str
    unit_id: str
    person_id: str | None
    since_at: datetime


@dataclass(frozen=True, slots=True)
class Participant:
    """A unit that was called; `state` is `summoned` or `left`."""

    unit_id: str
    state: str
    since_at: datetime
    until_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person agreed to: categories x recipients, how and until when."""

    id: str
    kind: str
    categories: tuple[str, ...]
    units: tuple[str, ...]
    others: tuple[str, ...]
    given_by: str
    form: str
    given_on: date
    valid_until: date | None
    note: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What the person took back: `all`, or `partial` by units and categories."""

    id: str
    scope: str
    units: tuple[str, ...]
    categories: tuple[str, ...]
    given_on: date
    form: str | None
    said_by: str | None
    recorded_at: datetime


def slots(tx: Connection, case_id: str) -> dict[str, Slot]:
    """slot -> who holds it now."""
    query = select(*(t.slots.c[name] for name in Slot.__slots__)).where(t.slots.c.case_id == case_id, t.slots.c.until_at.is_(None))
    return {row.slot: Slot(*row) for row in tx.execute(query)}


def appoint(tx: Connection, case_id: str, slot: str, *, unit_id: str, person_id: str | None, now: datetime) -> None:
    """Hand the slot over; who held it before stays on record."""
    held = update(t.slots).where(t.slots.c.case_id == case_id, t.slots.c.slot == slot, t.slots.c.until_at.is_(None))
    tx.execute(held.values(until_at=now))
    tx.execute(t.slots.insert(), {"case_id": case_id, "slot": slot, "unit_id": unit_id, "person_id": person_id, "since_at": now})


def participants(tx: Connection, case_id: str) -> list[Participant]:
    """All units ever called, also those that left."""
    query = select(*(t.participants.c[name] for name in Participant.__slots__)).where(t.participants.c.case_id == case_id)
    return [Participant(*row) for row in tx.execute(query.order_by(t.participants.c.since_at, t.participants.c.id))]


def summon(tx: Connection, case_id: str, unit_id: str, *, now: datetime) -> None:
    """The unit takes part from now; does nothing where it does already."""
    current = select(t.participants.c.id).where(t.participants.c.case_id == case_id, t.participants.c.unit_id == unit_id)
    if tx.execute(current.where(t.participants.c.until_at.is_(None))).first() is None:
        tx.execute(t.participants.insert(), {"case_id": case_id, "unit_id": unit_id, "state": "summoned", "since_at": now})


def leave(tx: Connection, case_id: str, unit_id: str | None, *, reason: str, now: datetime) -> None:
    """The unit (or, with None, every unit) takes part no longer."""
    p = t.participants
    gone = update(p).where(p.c.case_id == case_id, p.c.until_at.is_(None))
    if unit_id is not None:
        gone = gone.where(p.c.unit_id == unit_id)
    tx.execute(gone.values(state="left", until_at=now, reason=reason))


def consents(tx: Connection, case_id: str) -> list[Consent]:
    """Every consent ever recorded in the case."""
    query = select(*(t.consents.c[name] for name in Consent.__slots__)).where(t.consents.c.case_id == case_id)
    lists = {"categories", "units", "others"}
    return [
        Consent(**{name: tuple(value) if name in lists else value for name, value in row._mapping.items()})
        for row in tx.execute(query.order_by(t.consents.c.recorded_at, t.consents.c.id))
    ]


def withdrawals(tx: Connection, case_id: str) -> list[Withdrawal]:
    """Every withdrawal ever recorded in the case."""
    query = select(*(t.withdrawals.c[name] for name in Withdrawal.__slots__)).where(t.withdrawals.c.case_id == case_id)
    lists = {"categories", "units"}
    return [
        Withdrawal(**{name: tuple(value) if name in lists else value for name, value in row._mapping.items()})
        for row in tx.execute(query.order_by(t.withdrawals.c.recorded_at, t.withdrawals.c.id))
    ]


def record_consent(
    tx: Connection, case_id: str, *, kinds: Sequence[str], categories: Sequence[str], units: Sequence[str], others: Sequence[str],
    given_by: str, form: str, given_on: date, valid_until: date | None, note: str | None, by: str | None, now: datetime,
) -> list[str]:  # fmt: skip
    """One row per kind; gives their ids."""
    shared: dict[str, object] = {"case_id": case_id, "categories": list(categories), "units": list(units), "others": list(others)}
    shared |= {"given_by": given_by, "form": form, "given_on": given_on, "valid_until": valid_until, "note": note}
    rows = [shared | {"id": ids.new(), "kind": kind, "recorded_at": now, "recorded_by": by} for kind in kinds]
    tx.execute(t.consents.insert().values(rows))
    return [str(row["id"]) for row in rows]


def record_withdrawal(
    tx: Connection, case_id: str, *, scope: str, units: Sequence[str], categories: Sequence[str], given_on: date, form: str | None,
    said_by: str | None, by: str | None, now: datetime,
) -> str:  # fmt: skip
    """In force from this transaction on; gives its id."""
    row: dict[str, object] = {"id": ids.new(), "case_id": case_id, "scope": scope, "units": list(units), "categories": list(categories)}
    row |= {"given_on": given_on, "form": form, "said_by": said_by, "recorded_at": now, "recorded_by": by}
    tx.execute(t.withdrawals.insert(), row)
    return str(row["id"])
