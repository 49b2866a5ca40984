"""Looking for a plan that a person has already, before another case is started (S3-023).

Enters: an open transaction, the actor and an identity number. Leaves: what `cases.find_existing` tells; a row in the log of who looked,
for which unit, and for whom by the keyed hash alone; and, where a plan was found at a unit that is not the actor's own, a notice to that
unit and a line in the history of the case. A protected identity leaves what no plan leaves: the row in the log.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import Actor
from engine.actions import cases, identity
from engine.records import correspondence, log
from engine.records import facts as fact_rows
from engine.records.facts import Who

CHECKED = "duplicate_checked"
FOUND = "duplicate_found"


def check(
    tx: Connection, actor: Actor, identity_number: str, key: str, *, now: datetime
) -> list[cases.Existing]:
    """Look, write down that somebody looked, and tell whose plan was found. Raises identity.BadIdentityNumber."""
    who = asking.acting(actor)
    hashed = identity.keyed_hash(identity_number, key)
    log.note_all(tx, [{"act": CHECKED, "at": now, "subject_key": hashed} | who.columns()])
    found = cases.matching(tx, actor, identity_number, key, now=now)
    for match in found:
        if actor.at(match.case.unit_id) is None:
            _tell(tx, match.case.id, match.case.unit_id, who, now)
    return [match.told for match in found]


def _tell(tx: Connection, case_id: str, unit_id: str, who: Who, now: datetime) -> None:
    """The unit that keeps the plan: that it was found, and by whom; nothing of the person."""
    correspondence.put_notices(
        tx, kind=FOUND, case_id=case_id, element_id=None, unit_id=unit_id, roles=["staff"], now=now
    )
    about = {"case_id": case_id, "instance_id": None, "kind": FOUND, "element_id": None, "task_id": None}
    fact_rows.insert(tx, [about | {"at": now, "data": {}} | who.columns()])
