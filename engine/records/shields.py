"""Who is named to read of a protected person, at which level, and what is kept from a guardian.

Enters: an open transaction that holds the case. Leaves: rows that say who decided, when and why. Nothing is deleted: a naming ends, a
decision to withhold is lifted.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from engine.records import ids
from engine.records import tables as t
from engine.status import Protection


def protect(tx: Connection, subject_id: str, level: Protection) -> None:
    """From now on the person is protected at that level, in every case and under every spelling."""
    tx.execute(update(t.subjects).where(_same(subject_id)).values(protection=level))


def kept_by(tx: Connection, unit_ids: Collection[str]) -> list[str]:
    """Ids of the cases about protected persons that these units keep, ended ones too, whose content is still there."""
    c, s = t.cases.c, t.subjects.c
    query = select(c.id).join(t.subjects, s.id == c.subject_id).where(s.protection != Protection.NONE)
    query = query.where(c.unit_id.in_(sorted(unit_ids)), c.purged_at.is_(None))
    return list(tx.execute(query.order_by(c.id)).scalars()) if unit_ids else []


def cases_of(tx: Connection, subject_id: str) -> list[str]:
    """Ids of all cases about the person, under every spelling, ended and test cases too."""
    query = select(t.cases.c.id).join(t.subjects, t.subjects.c.id == t.cases.c.subject_id)
    return list(tx.execute(query.where(_same(subject_id)).order_by(t.cases.c.id)).scalars())


def wanted(
    tx: Connection, case_id: str, of_person: Collection[str], *, since: datetime
) -> list[tuple[str, str]]:
    """(by whom, level) of the milder levels that were wanted in the case since then, and since the person's level was last set in any of
    these cases.
    """
    f = t.facts.c
    set_at = select(func.max(f.id)).where(f.case_id.in_(sorted(of_person)), f.kind == "protection_set")
    last = tx.execute(set_at).scalar_one() or 0
    query = select(f.actor_id, f.data).where(
        f.case_id == case_id, f.kind == "milder_level_wanted", f.at >= since
    )
    return [(row.actor_id, row.data["level"]) for row in tx.execute(query.where(f.id > last))]


def _same(subject_id: str) -> ColumnElement[bool]:
    s = t.subjects
    hashed = select(s.c.identity_hash).where(s.c.id == subject_id).correlate(None).scalar_subquery()
    return or_(s.c.id == subject_id, s.c.identity_hash == hashed)


def name_reader(tx: Connection, case_id: str, person_id: str, *, reason: str, by: str, now: datetime) -> None:
    """That person may read from now; does nothing where they may already."""
    r = t.named_readers
    current = select(r.c.id).where(r.c.case_id == case_id, r.c.person_id == person_id, r.c.until_at.is_(None))
    if tx.execute(current).first() is None:
        row = {"id": ids.new(), "case_id": case_id, "person_id": person_id, "reason": reason}
        tx.execute(r.insert(), row | {"since_at": now, "named_by": by})


def end_reader(tx: Connection, case_id: str, person_id: str, *, by: str, now: datetime) -> None:
    """That person may read no longer by being named."""
    r = t.named_readers
    current = update(r).where(r.c.case_id == case_id, r.c.person_id == person_id, r.c.until_at.is_(None))
    tx.execute(current.values(until_at=now, ended_by=by))


def withhold(
    tx: Connection, case_id: str, category: str, *, guardian: str | None, reason: str, by: str, now: datetime
) -> None:
    """The category is kept from that guardian, or from all of them."""
    row = {"id": ids.new(), "case_id": case_id, "category": category, "guardian": guardian, "reason": reason}
    tx.execute(t.withheld.insert(), row | {"since_at": now, "decided_by": by})


def lift(tx: Connection, case_id: str, withheld_id: str, *, because: str, by: str, now: datetime) -> bool:
    """It is withheld no longer; whether there was anything to lift."""
    w = t.withheld
    current = update(w).where(w.c.case_id == case_id, w.c.id == withheld_id, w.c.until_at.is_(None))
    values = {"until_at": now, "lifted_by": by, "lifted_because": because}
    return tx.execute(current.values(**values)).rowcount == 1
