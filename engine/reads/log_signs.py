"""Signs in the log that are worth a look: none of them is proof of anything.

Enters: the regions of the auditor and a period. Leaves: findings, each with who, in which case and how often; never content. What time of
the day it was is no sign: care works around the clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from engine.reads.logbook import in_regions
from engine.records import log
from engine.records import tables as t
from engine.records.collation import search_key

MANY_CASES = 10
"""Cases that somebody read in without doing anything there."""
OWN, RELATIVE, NO_TASK, AFTER_LEAVING = "own", "relative", "no_task", "after_leaving"


@dataclass(frozen=True, slots=True)
class Sign:
    """`kind`: the same name as the one whose case it is, the same surname, reading without tasks, reading after the unit left."""

    kind: str
    actor_id: str
    case_number: str | None
    times: int


def signs(tx: Connection, regions: Collection[str], since: datetime, until: datetime) -> list[Sign]:
    """All signs of the period, kind by kind."""
    return [
        *_names(tx, regions, since, until),
        *_without_tasks(tx, regions, since, until),
        *_after_leaving(tx, regions, since, until),
    ]


def _names(tx: Connection, regions: Collection[str], since: datetime, until: datetime) -> list[Sign]:
    """Names are compared here and not shown: the auditor sees who read, not whose surname it was."""
    c = t.log.c
    query = select(
        c.actor_id, c.case_number, t.persons.c.name, t.subjects.c.name.label("subject"), func.count()
    )
    query = query.join(t.persons, t.persons.c.id == c.actor_id).join(
        t.subjects, t.subjects.c.id == c.subject_id
    )
    query = query.where(c.act == log.READ, c.at >= since, c.at < until, in_regions(regions))
    rows = tx.execute(query.group_by(c.actor_id, c.case_number, t.persons.c.name, t.subjects.c.name)).all()
    found = []
    for actor_id, number, name, subject, times in rows:
        theirs, whose = search_key(name).split(), search_key(subject).split()
        if theirs and theirs == whose:
            found.append(Sign(OWN, actor_id, number, times))
        elif theirs and whose and theirs[-1] == whose[-1]:
            found.append(Sign(RELATIVE, actor_id, number, times))
    return sorted(found, key=lambda one: (one.kind, -one.times, one.actor_id))


def _without_tasks(tx: Connection, regions: Collection[str], since: datetime, until: datetime) -> list[Sign]:
    c, acted = t.log.c, t.log.alias("acted")
    did = select(acted.c.id).where(acted.c.case_id == c.case_id, acted.c.actor_id == c.actor_id)
    did = did.where(acted.c.act.not_in((log.READ, log.REFUSED)))
    query = select(c.actor_id, c.case_id).where(
        c.act == log.READ, c.at >= since, c.at < until, in_regions(regions)
    )
    pairs = tx.execute(query.where(c.actor_id.is_not(None), ~did.exists()).distinct())
    cases = Counter(actor_id for actor_id, _ in pairs)
    return [
        Sign(NO_TASK, actor_id, None, times) for actor_id, times in cases.most_common() if times >= MANY_CASES
    ]


def _after_leaving(tx: Connection, regions: Collection[str], since: datetime, until: datetime) -> list[Sign]:
    """The rules refuse it, so this finds what went wrong with the rules."""
    c, left, back = t.log.c, t.participants, t.participants.alias("back")
    still = select(back.c.id).where(
        back.c.case_id == c.case_id,
        back.c.unit_id == c.unit_id,
        or_(back.c.until_at.is_(None), back.c.until_at > c.at),
    )
    query = select(c.actor_id, c.case_number, func.count(c.id.distinct())).join(
        left, and_(left.c.case_id == c.case_id, left.c.unit_id == c.unit_id, left.c.until_at < c.at)
    )
    query = query.join(t.cases, and_(t.cases.c.id == c.case_id, t.cases.c.unit_id != c.unit_id))
    query = query.where(
        c.act == log.READ, c.actor_id.is_not(None), c.at >= since, c.at < until, ~still.exists()
    )
    rows = tx.execute(query.where(in_regions(regions)).group_by(c.actor_id, c.case_number))
    return [Sign(AFTER_LEAVING, actor_id, number, times) for actor_id, number, times in rows]
