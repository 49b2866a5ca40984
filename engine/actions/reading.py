"""Somebody was shown what stands in a case (decision 12).

Enters: the actor, the case, the categories shown and the ground for it. Leaves: a row in the log, in the transaction that commits
before the answer leaves. A page that shows case content calls this; `reads/` itself never writes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import DEMANDS, Actor
from engine.records import cases, log


def note(
    tx: Connection,
    actor: Actor,
    case_id: str,
    page: str,
    categories: Collection[str],
    reason: str,
    *,
    unit_id: str | None,
    now: datetime,
) -> None:
    """Nothing was shown, nothing is noted; of a protected person even that somebody looked."""
    if categories or reinforced(tx, case_id):
        who = asking.who(actor, unit_id or next((one.unit_id for one in actor.memberships), None))
        log.note(
            tx,
            log.READ,
            who=who,
            now=now,
            case_id=case_id,
            page=page,
            categories=sorted(categories),
            ground=reason,
        )


def reinforced(tx: Connection, case_id: str) -> bool:
    """Whether the person's protection demands that every opening of the case is logged."""
    return DEMANDS[cases.fetch(tx, case_id).protection].logs_every_opening
