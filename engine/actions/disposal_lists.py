"""The list of the day: what is due for disposal at a principal becomes a case, in which people go through it (`shared_retention`).

Enters: an instant, or what people decided on the pages of retention. Leaves: at most one list at a time for each principal, opened only
where something is due that has stood on none for a year; and a list that goes on when its cases were proposed or decided on. Decides and
removes nothing itself: that is `disposing`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from engine import library
from engine.actions import incidents, retention
from engine.actions.advance import Step, advance, begin
from engine.actions.beginning import NewCase
from engine.actions.beginning import case as new_case
from engine.actions.ground import Ground
from engine.errors import CaseStopped, NotFound
from engine.records import cases, directory, disposals, due_lists, entries, tasks
from engine.records import retention as rows
from engine.records.database import reading, writing
from engine.records.who import Who
from engine.status import CaseStatus

PROCESS = "shared_retention"
REMOVAL_PROPOSED, ARCHIVE_CONFIRMED, REMOVAL_DECIDED = (
    "Gallring föreslagen", "Arkivexporten är framme", "Gallringen är avgjord",
)  # fmt: skip
"""Names of the messages of the diagram that the pages of retention send."""
AGAIN_AFTER = timedelta(days=365)
"""What people chose to keep stands on a list again after so long."""


def open_all(engine: Engine, *, now: datetime) -> int:
    """A list for each principal that has something new due; gives how many. One transaction each, and a fault in one stops no other."""
    with reading(engine) as tx:
        waiting = [one for one in _principals(tx) if _new(tx, one, now=now)]
    opened = 0
    for principal in waiting:
        try:
            with writing(engine) as tx:
                opened += open_one(tx, principal, now=now) is not None
        except CaseStopped as stopped:
            with writing(engine) as tx:
                incidents.record(tx, stopped, who=Who(), now=now)
    return opened


def open_one(tx: Connection, principal: rows.Principal, *, now: datetime) -> str | None:
    """A list of what is new and due at that principal; gives its case's id, None where there is nothing, a list is open already, the
    routine is not in force, or nobody is there to see to it.
    """
    due_lists.hold(tx, principal.id)
    found = _new(tx, principal, now=now)
    zone = ZoneInfo(str((directory.region(tx, principal.region_id) or {})["zone"]))
    keepers = due_lists.keepers(tx, principal.region_id, principal.id, on=now.astimezone(zone).date())
    unit_id = keepers.administrator or keepers.region_administrator
    unit = directory.units(tx, [unit_id]).get(unit_id) if unit_id else None
    try:
        loaded = library.current(tx, PROCESS)
    except NotFound:
        return None
    if not found or unit is None:
        return None
    pending = new_case(tx, NewCase(loaded, unit, {}), who=Who(), now=now)
    due_lists.insert(tx, pending.ground.case.id, principal.id, found, now=now)
    begin(pending)
    return pending.ground.case.id


def go_on(
    tx: Connection,
    one: disposals.Disposal,
    message: str,
    data: Mapping[str, object],
    *,
    who: Who,
    now: datetime,
) -> None:
    """Tell the list that holds cases of the proposal, where it waits for that message; else nothing."""
    list_case_id = due_lists.open_list(tx, one.principal_id)
    if list_case_id is None:
        return
    _, listed = due_lists.of_list(tx, list_case_id)
    if not {case.case_id for case in disposals.listed(tx, one.id)} & set(listed):
        return
    case = cases.lock(tx, list_case_id)
    known = cases.values(tx, case.id).get("", {}).get("removal")
    if case.status == CaseStatus.ENDED or known not in (None, one.id):
        return  # another proposal with cases of the list is being decided on there
    waiting = next((place for place in tasks.awaited_of(tx, case.id) if place.message == message), None)
    if waiting is None:
        return
    run = cases.instance(tx, waiting.instance_id)
    told = entries.Writing(
        "message", waiting.element_id, "coordination", {"removal": one.id, **data}, instance_id=run.id, task_id=waiting.id,
        bundle_hash=run.bundle_hash,
    )  # fmt: skip
    advance(Ground(tx, case, who, now), run, Step("receive", waiting.id, waiting.element_id), [told])


def _principals(tx: Connection) -> list[rows.Principal]:
    return [one for region_id in directory.region_ids(tx) for one in rows.principals(tx, region_id)]


def _new(tx: Connection, principal: rows.Principal, *, now: datetime) -> list[str]:
    """What is due and free and has stood on no list for a year; nothing while a list is open."""
    if due_lists.open_list(tx, principal.id) is not None:
        return []
    seen = due_lists.listed_since(tx, principal.id, now - AGAIN_AFTER)
    found, _ = retention.due(tx, principal, now=now)
    return [one.case.id for one in found if one.free and one.case.id not in seen]
