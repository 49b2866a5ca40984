"""What the person has said yes to and taken back, and what each unit can read because of it.

Enters: a case's row, the grounds on which people take part in it, and the case as `access` is asked about it. Leaves: consents with what
of them still holds, withdrawals, and one row a unit. Only what `access` judges; nothing is worked out twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import asking
from engine.access import CATEGORIES, CaseObject, ParticipationState, consent
from engine.records import cases, grounds


class Holds(StrEnum):
    """How much of a consent is in force."""

    ALL = "all"
    PARTLY = "partly"  # something was taken back
    NOTHING = "nothing"  # all of it was taken back, or its units have left
    OVER = "over"  # its time is out
    NOT_AGREED = "not_agreed"  # a guardian, or a child mature enough, said no


@dataclass(frozen=True, slots=True)
class Given:
    """A consent as it was given, one for all kinds given at once. `opens` is (unit, category) that it opens now."""

    row: grounds.Consent
    kinds: tuple[str, ...]
    holds: Holds
    opens: frozenset[tuple[str, str]]


class Stands(StrEnum):
    """How a unit stands to the case."""

    KEEPS = "keeps"  # runs it, within the principal that keeps it
    READS = "reads"  # takes part, with consent
    WAITS = "waits"  # is called; nothing is opened to it
    NAMED = "named"  # may read once it is called
    ENDED = "ended"  # takes part no longer


@dataclass(frozen=True, slots=True)
class Reach:
    """What a unit can read now; for one that is only named, what it could if it were called."""

    unit_id: str
    stands: Stands
    categories: frozenset[str]


def given(case: cases.Case, standing: grounds.Standing, about: CaseObject, *, now: datetime) -> list[Given]:
    """Every consent, the newest first."""
    weighed = asking.consents(standing, ZoneInfo(case.zone))
    rows = sorted(standing.consents, key=lambda one: one.recorded_at)
    together: dict[tuple[object, ...], list[tuple[grounds.Consent, consent.Consent]]] = {}
    for row, one in zip(rows, weighed, strict=True):
        key = (row.recorded_at, row.given_by, row.units, row.categories)
        together.setdefault(key, []).append((row, one))
    left = {unit for unit, part in about.participants.items() if part.state == ParticipationState.LEFT}
    return [_given(pairs, left, now) for pairs in together.values()][::-1]


def _given(
    pairs: list[tuple[grounds.Consent, consent.Consent]], left: Collection[str], now: datetime
) -> Given:
    row = pairs[0][0]
    opens = frozenset(
        (unit_id, category)
        for _, one in pairs
        for unit_id in row.units
        if unit_id not in left
        for category in one.open_to(unit_id, "", now)
    )
    asked = {(unit_id, category) for unit_id in row.units for category in row.categories}
    only_plan = all(one.kind == consent.ConsentKind.PLAN_CREATION for _, one in pairs)
    if not all(one.said.counts for _, one in pairs):
        holds = Holds.NOT_AGREED
    elif not all(one.in_force(now) for _, one in pairs):
        holds = Holds.OVER
    elif only_plan or not asked:
        holds = Holds.ALL if consent.plan_agreed([one for _, one in pairs], now) else Holds.NOTHING
    else:
        still = bool(opens) or consent.plan_agreed([one for _, one in pairs], now)
        holds = Holds.ALL if opens == asked else Holds.PARTLY if still else Holds.NOTHING
    return Given(row, tuple(one.kind for _, one in pairs), holds, opens)


def reach(tx: Connection, about: CaseObject, found: Collection[Given]) -> list[Reach]:
    """One row for every unit that has or could have something to read: those who keep the case first, those who left last."""
    keeping = asking.keeping(tx, about)
    rows = [Reach(unit_id, Stands.KEEPS, CATEGORIES) for unit_id in keeping]
    for unit_id, part in about.participants.items():
        if unit_id in keeping:
            continue
        if part.state == ParticipationState.LEFT:
            rows.append(Reach(unit_id, Stands.ENDED, frozenset()))
        else:
            stands = Stands.READS if part.categories else Stands.WAITS
            rows.append(Reach(unit_id, stands, part.categories))
    known = {row.unit_id for row in rows}
    named = {unit_id for one in found for unit_id, _ in one.opens} - known
    rows += [
        Reach(unit_id, Stands.NAMED, frozenset(c for one in found for u, c in one.opens if u == unit_id))
        for unit_id in named
    ]
    order = list(Stands)
    return sorted(rows, key=lambda row: (order.index(row.stands), row.unit_id))


def others(standing: grounds.Standing) -> list[str]:
    """People and bodies without access whom the person wants there, as far as that was not taken back."""
    return asking.named_besides(standing)
