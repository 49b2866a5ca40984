"""Is the log what was sealed? Names what was changed, taken away or put in.

Enters: a database, and the heads that were kept outside it, if any. Leaves: findings, none for an untouched log. Reads rows and seals
side by side, once and in order; changes nothing. What a finding can say: a row by its number and instant, never what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select

from engine.records import log, sealing
from engine.records import tables as t
from engine.records.database import snapshot
from engine.records.sealing import GENESIS, Seal

KEPT_FOR = timedelta(days=5 * 365)
"""A batch may be gone when it is older; the database's own trigger counts in whole years."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is changed, missing, inserted, seal, cut or recomputed; `where` a row or a seal."""

    kind: str
    where: str
    sentence: str


@dataclass(slots=True)
class Verified:
    """What was looked at, and what was found."""

    rows: int = 0
    seals: int = 0
    unsealed: int = 0
    pruned: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, kind: str, where: str, sentence: str) -> None:
        """One more finding."""
        self.findings.append(Finding(kind, where, sentence))


def verify(engine: Engine, heads: Mapping[int, str] | None = None, *, now: datetime) -> Verified:
    """Every seal and every row. Without `heads` a cut tail and a chain computed anew cannot be seen."""
    with snapshot(engine) as tx:
        return _verify(tx, heads, now=now)


def _verify(tx: Connection, heads: Mapping[int, str] | None, *, now: datetime) -> Verified:
    told = Verified()
    rows = _Rows(sealing.rows_after(tx, None))
    gone_to = pruned_to(tx, now=now)
    before: Seal | None = None
    for seal in sealing.after(tx, -1):
        gap = _chain(told, before, seal)
        _rows_of(tx, told, seal, list(rows.up_to(seal.last_id)), gone_to=gone_to, gap=gap)
        if heads and heads.get(seal.number, seal.head) != seal.head and not _has(told, "recomputed"):
            sentence = (
                "the chain was computed anew from here on: the head kept outside the database is another"
            )
            told.add("recomputed", f"seal {seal.number}", sentence)
        told.seals += 1
        before = seal
    told.unsealed = sum(1 for _ in rows.up_to(None))
    told.rows += told.unsealed
    last, kept = before.number if before else 0, max(heads or {0: ""})
    if kept > last:
        sentence = f"the tail is cut off: the database ends with seal {last}, and seal {kept} has been kept outside it"
        told.add("cut", f"seal {last + 1}", sentence)
    return told


def pruned_to(tx: Connection, *, now: datetime) -> int:
    """The newest seal whose rows were taken away when they were old enough, as the log itself says."""
    acts = select(t.log.c.about, t.log.c.at).where(t.log.c.act == log.PRUNED)
    found = 0
    for about, at in tx.execute(acts):
        number = int(str(about).removeprefix("seal:")) if str(about).removeprefix("seal:").isdigit() else 0
        sealed_at = tx.execute(
            select(t.seals.c.sealed_at).where(t.seals.c.number == number)
        ).scalar_one_or_none()
        if sealed_at is not None and at <= now and sealed_at <= at - KEPT_FOR:
            found = max(found, number)
    return found


class _Rows:
    """The rows of the log, taken in order."""

    def __init__(self, rows: Iterator[sealing.LogRow]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def up_to(self, last_id: int | None) -> Iterator[sealing.LogRow]:
        while self._next is not None and (last_id is None or self._next.id <= last_id):
            yield self._next
            self._next = next(self._rows, None)


def _chain(told: Verified, before: Seal | None, seal: Seal) -> bool:
    """Whether seals are missing before this one."""
    expected = before.number + 1 if before else 1
    gap = seal.number != expected
    if gap:
        sentence = f"seals {expected} to {seal.number - 1} are missing"
        told.add("seal", f"seal {expected}", sentence)
    elif seal.previous != (before.head if before else GENESIS):
        told.add("seal", f"seal {seal.number}", "it does not follow the seal before it")
    if seal.computed_head() != seal.head:
        told.add("seal", f"seal {seal.number}", "the seal itself was changed")
    return gap


def _rows_of(
    tx: Connection, told: Verified, seal: Seal, rows: list[sealing.LogRow], *, gone_to: int, gap: bool
) -> None:  # fmt: skip
    told.rows += len(rows)
    if not rows and seal.number <= gone_to:
        told.pruned += 1
        return
    found = [sealing.hash_line(row) for row in rows]
    if sealing.sha256("\n".join(found).encode()) == seal.digest:
        return
    kept = tx.execute(
        select(t.seal_rows.c.hashes).where(t.seal_rows.c.number == seal.number)
    ).scalar_one_or_none()
    if kept is None or sealing.sha256(kept.encode()) != seal.digest:
        about = f"rows {rows[0].id} to {rows[-1].id}" if rows else "all of its rows"
        told.add(
            "changed",
            f"seal {seal.number}",
            f"{about} are not those that were sealed, nor are the hashes of each",
        )
        return
    _name(told, seal, dict(map(_pair, kept.split("\n"))), dict(map(_pair, found)), gap=gap)


def _name(told: Verified, seal: Seal, sealed: dict[int, str], found: dict[int, str], *, gap: bool) -> None:
    """Which rows differ from those that were sealed. Behind a gap, what is not this seal's was a missing one's."""
    under = f"under seal {seal.number} of {sealing.as_text(seal.sealed_at)}"
    for number in sorted(sealed.keys() | found.keys()):
        if number not in found:
            told.add("missing", f"row {number}", f"it was sealed {under}, and is gone")
        elif number in sealed and sealed[number] != found[number]:
            told.add("changed", f"row {number}", f"it is not what was sealed {under}")
        elif number not in sealed and not gap:
            told.add("inserted", f"row {number}", f"it was put in after the sealing {under}")


def _pair(line: str) -> tuple[int, str]:
    number, _, digest = line.partition(" ")
    return int(number), digest


def _has(told: Verified, kind: str) -> bool:
    return any(one.kind == kind for one in told.findings)
