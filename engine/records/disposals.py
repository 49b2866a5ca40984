"""Proposals to dispose of cases: asked for by one person, decided by another; a decided one is the certificate and is never changed.

Enters: an open transaction. Leaves: rows. They hold ids, days, counts and hashes, and the reasons that two persons gave.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from engine.errors import NotFound
from engine.records import archiving, ids
from engine.records import tables as t
from engine.records.who import Who

REMOVED, KEPT = "removed", "kept"


@dataclass(frozen=True, slots=True)
class Disposal:
    """`status` is `asked`, `approved` or `refused`; `digest` is the certificate's, once it is approved."""

    id: str
    region_id: str
    principal_id: str
    reason: str
    asked_by: str
    asked_for_id: str | None
    asked_at: datetime
    decided_by: str | None
    decided_for_id: str | None
    decided_at: datetime | None
    decision_reason: str
    status: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A case of a proposal. `outcome` is `removed`, or `kept` for the reason in `kept_because`; None until it is decided."""

    disposal_id: str
    case_id: str
    number: str
    due_on: date
    basis: str
    outcome: str | None
    kept_because: str | None
    counts: dict[str, int] | None
    digest: str | None
    subject_removed: bool | None


_DISPOSAL = select(*(t.disposals.c[name] for name in Disposal.__slots__))
_LISTED = select(
    *(t.cases.c.number if name == "number" else t.disposal_cases.c[name] for name in Listed.__slots__)
).join(t.cases, t.cases.c.id == t.disposal_cases.c.case_id)


def insert(
    tx: Connection, region_id: str, principal_id: str, reason: str, cases: Sequence[tuple[str, date, str]], *, who: Who, now: datetime
) -> str:  # fmt: skip
    """Asked for, with (case, due on, basis) of each; gives its id."""
    disposal_id = ids.new()
    about = {"id": disposal_id, "region_id": region_id, "principal_id": principal_id, "reason": reason}
    asked = {"asked_by": who.actor_id, "asked_for_id": who.acting_for_id, "asked_at": now}
    tx.execute(t.disposals.insert(), about | asked | {"decision_reason": "", "status": "asked"})
    rows = [
        {"disposal_id": disposal_id, "case_id": case_id, "due_on": due_on, "basis": basis}
        for case_id, due_on, basis in cases
    ]
    tx.execute(t.disposal_cases.insert(), rows)
    return disposal_id


def lock(tx: Connection, disposal_id: str) -> Disposal:
    """The proposal, held until the transaction ends. NotFound."""
    row = tx.execute(_DISPOSAL.where(t.disposals.c.id == disposal_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return Disposal(*row)


def fetch(tx: Connection, disposal_id: str) -> Disposal:
    """NotFound where there is none."""
    row = tx.execute(_DISPOSAL.where(t.disposals.c.id == disposal_id)).one_or_none()
    if row is None:
        raise NotFound
    return Disposal(*row)


def of_principal(tx: Connection, principal_id: str) -> list[Disposal]:
    """Every proposal for cases of the principal, the newest first."""
    d = t.disposals.c
    query = _DISPOSAL.where(d.principal_id == principal_id).order_by(d.asked_at.desc(), d.id)
    return [Disposal(*row) for row in tx.execute(query)]


def listed(tx: Connection, disposal_id: str) -> list[Listed]:
    """The cases of a proposal by number."""
    query = _LISTED.where(t.disposal_cases.c.disposal_id == disposal_id).order_by(t.cases.c.number)
    return [Listed(*row) for row in tx.execute(query)]


def that_removed(tx: Connection, case_id: str) -> Disposal | None:
    """The certificate for a case that was disposed of."""
    d, one = t.disposals.c, t.disposal_cases.c
    query = _DISPOSAL.join(t.disposal_cases, one.disposal_id == d.id)
    row = tx.execute(query.where(one.case_id == case_id, one.outcome == REMOVED)).first()
    return Disposal(*row) if row else None


def asked_about(tx: Connection, principal_id: str) -> set[str]:
    """Cases of the principal that wait for a second person."""
    d, one = t.disposals.c, t.disposal_cases.c
    query = select(one.case_id).join(t.disposals, d.id == one.disposal_id)
    return set(tx.execute(query.where(d.principal_id == principal_id, d.status == "asked")).scalars())


def removed(
    tx: Connection,
    disposal_id: str,
    case_id: str,
    *,
    counts: dict[str, int],
    digest: str,
    subject_removed: bool,
) -> None:
    """The content of that case is gone."""
    row = {"outcome": REMOVED, "counts": counts, "digest": digest, "subject_removed": subject_removed}
    _settle(tx, disposal_id, case_id, row)


def kept(tx: Connection, disposal_id: str, case_id: str, because: str) -> None:
    """The content of that case stays."""
    _settle(tx, disposal_id, case_id, {"outcome": KEPT, "kept_because": because})


def decide(
    tx: Connection, disposal_id: str, status: str, reason: str, *, who: Who, now: datetime
) -> str | None:
    """`approved` or `refused`; gives the certificate's digest."""
    row: dict[str, object] = {"status": status, "decision_reason": reason, "decided_at": now}
    row |= {"decided_by": who.actor_id, "decided_for_id": who.acting_for_id}
    told = (listed(tx, disposal_id), _archive(tx, disposal_id))
    digest = _digest(fetch(tx, disposal_id), row, *told) if status == "approved" else None
    tx.execute(update(t.disposals).where(t.disposals.c.id == disposal_id).values(**row, digest=digest))
    return digest


def is_whole(tx: Connection, disposal_id: str) -> bool:
    """Whether a certificate says what it said when it was made."""
    one = fetch(tx, disposal_id)
    return one.digest == _digest(one, {}, listed(tx, disposal_id), _archive(tx, disposal_id))


def _archive(tx: Connection, disposal_id: str) -> dict[str, object]:
    """What was said of archives; nothing where none was taken."""
    receipt, taken = archiving.receipt(tx, disposal_id), archiving.taken(tx, disposal_id)
    if receipt is None and not taken:
        return {}
    told = {case_id: asdict(one) for case_id, one in taken.items()}
    return {"archives": told, "receipt": asdict(receipt) if receipt else None}


def _digest(
    one: Disposal, decided: dict[str, object], cases: Sequence[Listed], archive: dict[str, object]
) -> str:
    told = asdict(one) | decided
    del told["digest"]
    whole = {"disposal": told, "cases": [asdict(case) for case in cases]} | archive
    return hashlib.sha256(
        json.dumps(whole, sort_keys=True, separators=(",", ":"), default=_text).encode()
    ).hexdigest()


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _settle(tx: Connection, disposal_id: str, case_id: str, row: dict[str, object]) -> None:
    one = t.disposal_cases.c
    which = update(t.disposal_cases).where(one.disposal_id == disposal_id, one.case_id == case_id)
    tx.execute(which.values(**row))
