"""A deviation as the unit it is about may see it: what is said to have happened, what it is asked to answer, and its own answer.

Enters: an open transaction, the actor and a deviation's case. Leaves: columns of the file of `deviation_export`, those that are theirs
to see and no others: never what the receiver judged, what was suspected under law, a name, or the case that it came out of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, may
from engine.access.objects import NoticeObject
from engine.actions import deviation_export
from engine.actions.ground import Ground
from engine.errors import NotFound
from engine.records import cases, correspondence
from engine.records.tasks import Task, of_case

FORWARDED = "deviation"
THEIRS = frozenset(
    {
        "format", "number", "test_case", "region", "reported_at", "closed_at", "reporter_unit", "reporter_principal", "about_unit",
        "about_principal", "kind", "kind_label", "since", "agreed", "happened", "consequence", "proposal", "cause", "measure", "measure_on",
    }
)  # fmt: skip
"""Columns that the unit may see; the class and the gravity are the receiver's own."""
WRITTEN_IN = frozenset(
    {"coordination"}
)  # the category of what stands in a deviation, which is about nobody by name


@dataclass(frozen=True, slots=True)
class Reported:
    """`told` has every column of the file, None where it is not theirs or not known; `to_do` are the unit's open tasks in it."""

    case: cases.Case
    unit_id: str
    sent_at: datetime
    reason: str
    told: dict[str, object]
    to_do: tuple[Task, ...]


def see(tx: Connection, actor: Actor, case_id: str, *, now: datetime) -> Reported:
    """The deviation that was forwarded to a unit of the actor's. NotFound for everything else, whatever it is."""
    case = cases.fetch(tx, case_id)
    if case.about_case_id is None or case.purged_at is not None:
        raise NotFound
    ground = Ground(tx, case, asking.acting(actor), now)
    for unit_id in sorted({one.unit_id for one in actor.memberships} | actor.leads):
        verdict = may(actor, Act.NOTICE_READ, NoticeObject(ground.about, unit_id, FORWARDED))
        sent = correspondence.newest_message(tx, case_id, FORWARDED, unit_id) if verdict else None
        if sent is not None:
            bundle_hash = cases.main_instance(tx, case_id).bundle_hash
            found = deviation_export.content(ground, bundle_hash, WRITTEN_IN)
            told = {key: value if key in THEIRS else None for key, value in found.items()}
            to_do = tuple(one for one in of_case(tx, case_id, open_only=True) if one.unit_id == unit_id)
            return Reported(case, unit_id, sent.sent_at, verdict.reason, told, to_do)
    raise NotFound
