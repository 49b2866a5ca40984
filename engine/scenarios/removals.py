"""What the people of a scenario do on the pages of retention: the same actions as there.

Enters: the database, the instant and a step. Leaves: committed rows, or the engine's own error. Whatever is due at the principal of the
list is proposed; archive and decision are about the newest proposal there.
"""

from __future__ import annotations

import json
from datetime import datetime, time

from sqlalchemy import Connection, Engine

from engine import library
from engine.access import Actor
from engine.actions import archiving, beginning, disposal_lists, disposing, retention
from engine.errors import EngineError
from engine.records import cases, directory, disposals, due_lists, subjects
from engine.records import retention as rows
from engine.records.database import reading, writing
from engine.records.who import Who
from engine.scenarios.script import Begin, Earlier, Step
from engine.status import CaseStatus, Protection

REASON = "Tiden har gått ut."


class Missing(EngineError):
    """What a step acts on is not there; the message says what."""


def begin(engine: Engine, told: Begin, *, now: datetime) -> str:
    """The heartbeat finds what the earlier cases left; gives the case in which the list is gone through."""
    with writing(engine) as tx:
        unit = directory.units(tx, [told.unit])[told.unit]
        for one in told.earlier:
            _ended(tx, one, now)
    disposal_lists.open_all(engine, now=now)
    with reading(engine) as tx:
        found = due_lists.open_list(tx, unit.principal_id)
    if found is None:
        raise Missing("nothing is due at the principal of the unit; add earlier cases that ended long ago")
    return found


def act(engine: Engine, who: Actor, step: Step, case_id: str, now: datetime) -> None:
    """Propose, take the archives out and confirm, approve, or refuse."""
    with writing(engine) as tx:
        principal = rows.principal(tx, due_lists.of_list(tx, case_id)[0])
        if step.target == "propose":
            due = [one.case.id for one in retention.due(tx, principal, now=now)[0] if one.free]
            disposing.propose(tx, who, principal.id, due, step.reason or REASON, now=now)
            return
        asked = [one for one in disposals.of_principal(tx, principal.id) if one.status == "asked"]
        if not asked:
            raise Missing(f"no proposal waits at {principal.name}")
        if step.target == "archive":
            _archive(tx, who, asked[0].id, now)
        elif step.target == "approve":
            disposing.approve(tx, who, asked[0].id, step.reason, now=now)
        else:
            disposing.refuse(tx, who, asked[0].id, step.reason or REASON, now=now)


def _archive(tx: Connection, who: Actor, disposal_id: str, now: datetime) -> None:
    for one in disposals.listed(tx, disposal_id):
        content = archiving.gather(tx, who, disposal_id, one.case_id)
        file = json.dumps([content.written, content.course, content.subject]).encode()
        archiving.taken(tx, who, disposal_id, one.case_id, content.digest, file, now=now)
    archiving.confirm(tx, who, disposal_id, "kvittens", now=now)


def _ended(tx: Connection, told: Earlier, now: datetime) -> None:
    """A case of this routine that was begun and is over: nothing but rows, so that something is due."""
    loaded = library.current(tx, disposal_lists.PROCESS)
    unit = directory.units(tx, [told.unit])[told.unit]
    at = datetime.combine(told.ended_on, time(12), now.tzinfo)
    about = None
    if told.born_on is not None:
        about = subjects.insert(
            tx, region_id=unit.region_id, name="Någon", identity_number=None, identity_hash=None, born_on=told.born_on,
            protection=Protection.NONE, now=at,
        )  # fmt: skip
    pending = beginning.case(tx, beginning.NewCase(loaded, unit, {}, subject_id=about), who=Who(), now=at)
    cases.end_instance(tx, pending.instance.id, outcome=None, status=CaseStatus.ENDED, now=at)
    cases.change(
        tx, pending.ground.case.id, status=CaseStatus.ENDED, ended_at=at, retention_from=told.ended_on
    )
