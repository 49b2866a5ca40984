"""On what ground somebody takes part: role slots, participants, consents and withdrawals; named readers, and what is withheld.

Enters: an open transaction that holds the case. Leaves: frozen values that `access` judges. Nothing is deleted: a participation or
slot ends, a consent is withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    String,
    Table,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.types import TypeEngine

from engine.records import ids
from engine.records import tables as t
from engine.status import TO_DO


@dataclass(frozen=True, slots=True)
class Slot:
    """Who holds a role of the case (convener, coordinator ...)."""

    slot: str
    unit_id: str
    principal_id: str
    person_id: str | None
    since_at: datetime


@dataclass(frozen=True, slots=True)
class Participant:
    """A unit that was called; `state` is `summoned` or `left`."""

    unit_id: str
    principal_id: str
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
    given_as: str | None
    guardians: tuple[Mapping[str, object], ...]
    child_view: str | None
    form: str
    given_on: date
    valid_until: date | None
    note: str | None
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What the person took back: `all`, or `partial` by units and categories."""

    id: str
    scope: str
    units: tuple[str, ...]
    categories: tuple[str, ...]
    others: tuple[str, ...]
    given_on: date
    form: str | None
    said_by: str | None
    said_as: str | None
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class NamedReader:
    """Somebody who may read of a protected person, and who named them."""

    id: str
    person_id: str
    reason: str
    named_by: str
    since_at: datetime
    until_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Withheld:
    """A category that is kept from a guardian, or (None) from every guardian; why, and who decided."""

    id: str
    category: str
    guardian: str | None
    reason: str
    decided_by: str
    since_at: datetime
    until_at: datetime | None
    lifted_by: str | None
    lifted_because: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything on which somebody's part in a case rests."""

    slots: Mapping[str, Slot]
    participants: tuple[Participant, ...]
    consents: tuple[Consent, ...]
    withdrawals: tuple[Withdrawal, ...]
    meant_for: frozenset[str] = frozenset()  # persons named on open tasks
    readers: tuple[NamedReader, ...] = ()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    meant_for_id: str


_KINDS: dict[str, tuple[Table, type]] = {
    "slot": (t.slots, Slot),
    "participant": (t.participants, Participant),
    "consent": (t.consents, Consent),
    "withdrawal": (t.withdrawals, Withdrawal),
    "named": (t.tasks, _Named),
    "reader": (t.named_readers, NamedReader),
    "withheld": (t.withheld, Withheld),
}
_COLUMNS: dict[str, TypeEngine[Any]] = {
    column.name: column.type
    for table, kind in _KINDS.values()
    for column in table.c
    if column.name in {"case_id", *kind.__slots__} and column.name != "id"  # type: ignore[attr-defined]
}


_STILL = {
    "slot": (t.slots.c.until_at.is_(None),),
    "named": (
        t.tasks.c.meant_for_id.is_not(None),
        t.tasks.c.status.in_(TO_DO),
    ),
}


def standing(tx: Connection, case_id: str) -> Standing:
    """Slots held now, units ever called, consents and withdrawals ever recorded, persons named on open tasks: one statement,
    since every action asks.
    """
    return standings(tx, [case_id])[case_id]


def standings(tx: Connection, case_ids: Collection[str]) -> dict[str, Standing]:
    """The same for many cases, still one statement."""
    found: dict[str, dict[str, list[Any]]] = {case_id: {kind: [] for kind in _KINDS} for case_id in case_ids}
    for row in tx.execute(_asked(), {"case_ids": sorted(case_ids)}):
        found[row.case_id][row.what].append(_value(_KINDS[row.what][1], row._mapping))
    return {case_id: _standing(kinds) for case_id, kinds in found.items()}


@cache
def _asked() -> CompoundSelect[*tuple[Any, ...]]:
    """The statement, put together once: that would take longer each time than the answer."""
    parts = []
    for kind, (table, _) in _KINDS.items():
        columns = [
            (table.c[name] if name in table.c else cast(null(), type_)).label(name)
            for name, type_ in _COLUMNS.items()
        ]
        part = select(literal(kind).label("what"), cast(table.c.id, String).label("id"), *columns).where(
            table.c.case_id.in_(bindparam("case_ids", expanding=True))
        )
        parts.append(part.where(*_STILL.get(kind, ())))
    return union_all(*parts).order_by("recorded_at", "since_at", "id")


def _standing(found: Mapping[str, list[Any]]) -> Standing:
    slots = {slot.slot: slot for slot in found["slot"]}
    named = frozenset(one.meant_for_id for one in found["named"])
    return Standing(
        slots, tuple(found["participant"]), tuple(found["consent"]), tuple(found["withdrawal"]), named,
        tuple(found["reader"]), tuple(found["withheld"]),
    )  # fmt: skip


def _value(kind: type, fields: Mapping[Any, Any]) -> Any:
    known = {name: fields[name] for name in kind.__slots__}  # type: ignore[attr-defined]
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in known.items()})


def appoint(tx: Connection, case_id: str, slot: Slot) -> None:
    """Hand the slot over; who held it before stays on record."""
    held = update(t.slots).where(
        t.slots.c.case_id == case_id, t.slots.c.slot == slot.slot, t.slots.c.until_at.is_(None)
    )
    tx.execute(held.values(until_at=slot.since_at))
    tx.execute(
        t.slots.insert(), {"case_id": case_id} | {name: getattr(slot, name) for name in Slot.__slots__}
    )


def summon(tx: Connection, case_id: str, unit_id: str, principal_id: str, *, now: datetime) -> None:
    """The unit takes part from now; does nothing where it does already."""
    current = select(t.participants.c.id).where(
        t.participants.c.case_id == case_id, t.participants.c.unit_id == unit_id
    )
    if tx.execute(current.where(t.participants.c.until_at.is_(None))).first() is None:
        row = {
            "case_id": case_id,
            "unit_id": unit_id,
            "principal_id": principal_id,
            "state": "summoned",
            "since_at": now,
        }
        tx.execute(t.participants.insert(), row)


def leave(tx: Connection, case_id: str, unit_id: str | None, *, reason: str, now: datetime) -> None:
    """The unit (or, with None, every unit) takes part no longer."""
    p = t.participants
    gone = update(p).where(p.c.case_id == case_id, p.c.until_at.is_(None))
    if unit_id is not None:
        gone = gone.where(p.c.unit_id == unit_id)
    tx.execute(gone.values(state="left", until_at=now, reason=reason))


def record_consent(
    tx: Connection, case_id: str, *, kinds: Sequence[str], categories: Sequence[str], units: Sequence[str], others: Sequence[str],
    given_by: str, form: str, given_on: date, valid_until: date | None, note: str | None, by: str | None, now: datetime,
    given_as: str | None = None, guardians: Sequence[Mapping[str, object]] = (), child_view: str | None = None,
) -> list[str]:  # fmt: skip
    """One row per kind; gives their ids."""
    shared: dict[str, object] = {
        "case_id": case_id,
        "categories": list(categories),
        "units": list(units),
        "others": list(others),
    }
    shared |= {
        "given_by": given_by,
        "given_as": given_as,
        "guardians": [dict(one) for one in guardians],
        "child_view": child_view,
        "form": form,
        "given_on": given_on,
        "valid_until": valid_until,
        "note": note,
    }
    rows = [shared | {"id": ids.new(), "kind": kind, "recorded_at": now, "recorded_by": by} for kind in kinds]
    tx.execute(t.consents.insert().values(rows))
    return [str(row["id"]) for row in rows]


def record_withdrawal(
    tx: Connection, case_id: str, *, scope: str, units: Sequence[str], categories: Sequence[str], given_on: date, form: str | None,
    said_by: str | None, by: str | None, now: datetime, said_as: str | None = None, others: Sequence[str] = (),
) -> str:  # fmt: skip
    """In force from this transaction on; gives its id."""
    row: dict[str, object] = {
        "id": ids.new(),
        "case_id": case_id,
        "scope": scope,
        "units": list(units),
        "categories": list(categories),
    }
    row |= {"given_on": given_on, "form": form, "said_by": said_by, "recorded_at": now, "recorded_by": by}
    row |= {"said_as": said_as, "others": list(others)}
    tx.execute(t.withdrawals.insert(), row)
    return str(row["id"])
