"""A step that cannot be taken: remembered, shown, and taken again after mending.

Enters: CaseStopped, in a transaction of its own after the failed one was rolled back. Leaves: an incident that names element and cause;
the case says that it stands still. Nothing half-advanced is ever saved, and what somebody typed is kept as their draft.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, SystemObject, may
from engine.actions import recording
from engine.actions.advance import Step, advance
from engine.actions.beginning import as_writings
from engine.actions.ground import Ground
from engine.definitions import forms
from engine.errors import CaseStopped, NotFound
from engine.records import cases, tables, tasks, timers
from engine.records import facts as fact_rows
from engine.records.facts import Who
from engine.status import CaseStatus


def record(tx: Connection, stopped: CaseStopped, *, who: Who, typed: object = None, now: datetime) -> None:
    """Leave an incident. `typed` is what the actor handed in; it becomes their draft and the step takes it up again on retry."""
    case = cases.lock(tx, stopped.case_id)
    step = {**stopped.step, "actor": who.actor_id, "acting_for": who.acting_for_id, "unit": who.unit_id}
    failure = stopped.failure
    fact_rows.open_incident(
        tx, case_id=case.id, instance_id=stopped.instance_id, element_id=failure.element_id, cause=failure.cause, detail=failure.detail,
        step=step, now=now,
    )  # fmt: skip
    key = str(stopped.step.get("key") or "")
    if stopped.step.get("kind") == "fire":
        timers.step_aside(tx, key)
    if stopped.step.get("kind") == "complete" and who.actor_id and typed is not None:
        tasks.save_draft(tx, key, who.actor_id, typed, now=now)
    ground = Ground(tx, case, Who(), now)
    told = {"cause": failure.cause, "element": failure.element_id}
    fact_rows.insert(tx, [recording.fact_row(ground, "incident_opened", None, None, None, told)])
    if case.status == CaseStatus.RUNNING:
        cases.change(tx, case.id, status=CaseStatus.STOPPED)


def retry(tx: Connection, actor: Actor, incident_id: str, *, now: datetime) -> None:
    """Take the step again. Raises CaseStopped where it fails once more (`failed_again` then counts it)."""
    case = cases.lock_by(tx, tables.incidents, incident_id)
    incident = fact_rows.incident(tx, incident_id)
    if incident is None or incident.resolved_at is not None or incident.instance_id is None:
        raise NotFound
    may(actor, Act.INCIDENT_RETRY, SystemObject(case.region_id)).required()
    step = incident.step if isinstance(incident.step, dict) else {}
    who = Who(step.get("actor"), step.get("acting_for"), step.get("unit"))
    ground = Ground(tx, case, who, now)
    run = cases.instance(tx, incident.instance_id)
    kind, key = str(step.get("kind")), str(step.get("key") or "")
    writings = _typed(ground, run, key, who) if kind == "complete" else ()
    if kind == "fire":
        timers.step_back(tx, key)
    advance(ground, run, Step(kind, key), writings)
    fact_rows.resolve_incident(tx, incident_id, by=actor.id, now=now)
    seen = Ground(tx, cases.fetch(tx, case.id), asking.who(actor, None), now)
    fact_rows.insert(
        tx, [recording.fact_row(seen, "incident_resolved", run, None, None, {"element": incident.element_id})]
    )
    if seen.case.status == CaseStatus.STOPPED and not fact_rows.open_incidents(tx, case.id):
        cases.change(tx, case.id, status=CaseStatus.RUNNING)


def failed_again(tx: Connection, incident_id: str, stopped: CaseStopped) -> None:
    """The retry failed: the incident stays, with the newest cause."""
    fact_rows.count_attempt(tx, incident_id, cause=stopped.failure.cause, detail=stopped.failure.detail)


def _typed(
    ground: Ground, run: cases.Instance, task_id: str, who: Who
) -> tuple[recording.entries.Writing, ...]:
    draft = tasks.draft(ground.tx, task_id, who.actor_id or "")
    task = tasks.fetch(ground.tx, task_id)
    form = library.loaded(ground.tx, run.bundle_hash).routine.forms.get(task.element_id)
    if form is None or draft is None or not isinstance(draft[0], dict):
        return ()
    context = {**ground.system_names, **ground.values.get("", {}), **ground.values.get(task.scope, {})}
    cleaned = forms.clean(form, draft[0], now=ground.now, zone=ground.zone, context=context)
    return as_writings("form", task.element_id, cleaned.by_category, run, scope=task.scope, task_id=task.id)
