"""A step that cannot be taken: remembered, shown, and taken again after mending.

Enters: CaseStopped, in a transaction of its own after the failed one was rolled back. Leaves: an incident that names element and cause;
the case says that it stands still. Nothing half-advanced is ever saved, and what somebody typed is kept as their draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, SystemObject, may
from engine.actions import answers, telling
from engine.actions.advance import Step, advance
from engine.actions.beginning import as_writings
from engine.actions.ground import Ground
from engine.errors import CaseStopped, NotFound
from engine.facts import Place
from engine.records import cases, entries, tables, tasks, timers
from engine.records import facts as fact_rows
from engine.records.facts import Who
from engine.status import TO_DO, CaseStatus, TimerStatus, guard

ANSWERS = ("complete", "receive")
"""Steps with which somebody hands in a form."""


def record(
    tx: Connection, stopped: CaseStopped, *, who: Who, typed: object = None, now: datetime
) -> str | None:
    """Leave an incident; gives its id. `typed` is what the actor handed in: it becomes their draft, and a retry takes it up again.

    None where the very start of a case failed: it never came to be, so nothing stands still; whoever started it is told.
    """
    try:
        case = cases.lock(tx, stopped.case_id)
    except NotFound:
        return None
    kind, key = str(stopped.step.get("kind")), str(stopped.step.get("key") or "")
    instance = _instance(tx, stopped.instance_id)
    if kind == "fire":
        timers.step_aside(tx, key)
    if kind in ANSWERS and who.actor_id and typed is not None:
        tasks.save_draft(tx, key, who.actor_id, typed, now=now)
    incident_id = _again(tx, case.id, key, stopped)
    if incident_id is None:
        failure, step = stopped.failure, {**stopped.step, "who": who.columns()}
        incident_id = fact_rows.open_incident(
            tx, case_id=case.id, instance_id=instance.id if instance else None, key=key if instance else "", element_id=failure.element_id,
            cause=failure.cause, detail=failure.detail, step=step, now=now,
        )  # fmt: skip
        place = Place(instance.process_id if instance else case.process_id, failure.element_id, "")
        telling.tell(Ground(tx, case, who, now), "incident_opened", instance, place, cause=failure.cause)
    if case.status == CaseStatus.RUNNING:
        guard(CaseStatus(case.status), CaseStatus.STOPPED)
        cases.change(tx, case.id, status=CaseStatus.STOPPED)
    return incident_id


def record_paper(tx: Connection, case_id: str, template: str, *, who: Who, now: datetime) -> str:
    """A paper of the case cannot be set: an incident that names the template, once however often somebody asks. The case goes on. What the
    template said may repeat what stands in the case, and is not kept. Trying again only closes it; the next failure opens another.
    """
    case, key = cases.lock(tx, case_id), f"paper:{template}"[:64]
    known = next((one for one in fact_rows.open_incidents(tx, case.id) if one.key == key), None)
    name = template.rsplit("/", 1)[-1]
    if known is not None:
        fact_rows.count_attempt(tx, known.id, element_id=name, cause=fact_rows.PAPER, detail=template)
        return known.id
    incident_id = fact_rows.open_incident(
        tx, case_id=case.id, instance_id=None, key=key, element_id=name, cause=fact_rows.PAPER, detail=template,
        step={"kind": "paper", "who": who.columns()}, now=now,
    )  # fmt: skip
    place = Place(case.process_id, name, "")
    telling.tell(Ground(tx, case, who, now), "incident_opened", None, place, cause=fact_rows.PAPER)
    return incident_id


def retry(tx: Connection, actor: Actor, incident_id: str, *, now: datetime) -> None:
    """Take the step again, in the name of whoever took it first. What is no longer asked for is only closed.

    Raises NotAllowed, NotFound, and CaseStopped where it fails once more (`failed_again` then counts it).
    """
    case = cases.lock_by(tx, tables.incidents, incident_id)
    incident = fact_rows.incident(tx, incident_id)
    if incident is None or incident.resolved_at is not None:
        raise NotFound
    actor = asking.face(actor, Act.INCIDENT_RETRY, SystemObject(case.region_id))
    may(actor, Act.INCIDENT_RETRY, SystemObject(case.region_id)).required()
    fact_rows.resolve_incidents(tx, [incident_id], by=actor.id, now=now)
    step: Mapping[str, object] = incident.step if isinstance(incident.step, dict) else {}
    instance = _instance(tx, incident.instance_id)
    admin = Ground(tx, case, asking.acting(actor), now)
    place = Place(instance.process_id if instance else case.process_id, incident.element_id, "")
    telling.tell(admin, "incident_resolved", instance, place, attempts=incident.attempts)
    if instance is not None and _still_asked(tx, str(step.get("kind")), incident.key):
        ground = Ground(tx, case, _who(step), now)
        _take(ground, instance, step, incident.key)
        case = ground.case
    if case.status == CaseStatus.STOPPED and not fact_rows.standing_still(tx, case.id):
        cases.change(tx, case.id, status=CaseStatus.RUNNING)


def failed_again(tx: Connection, incident_id: str, stopped: CaseStopped) -> None:
    """The retry failed: the incident stays, with the newest cause, and the count of attempts."""
    failure = stopped.failure
    fact_rows.count_attempt(
        tx, incident_id, element_id=failure.element_id, cause=failure.cause, detail=failure.detail
    )


def _take(ground: Ground, instance: cases.Instance, step: Mapping[str, object], key: str) -> None:
    kind = str(step.get("kind"))
    if kind == "fire":
        timers.step_back(ground.tx, key)
    writings = _typed(ground, instance, key) if kind in ANSWERS else ()
    advance(ground, instance, Step(kind, key, str(step.get("element_id") or "")), writings)


def _again(tx: Connection, case_id: str, key: str, stopped: CaseStopped) -> str | None:
    """The same step failed before and nobody has mended it: that incident counts one attempt more."""
    known = [one.id for one in fact_rows.open_incidents(tx, case_id) if key and one.key == key]
    for incident_id in known[:1]:
        failed_again(tx, incident_id, stopped)
        return incident_id
    return None


def _still_asked(tx: Connection, kind: str, key: str) -> bool:
    """Whether the step can be taken at all: its task, timer or waiting place is still there. A failed start is begun anew by people."""
    if kind == "complete":
        return tasks.fetch(tx, key).status in TO_DO
    if kind == "fire":
        timer = timers.fetch(tx, key)
        return timer is not None and timer.status == TimerStatus.ARMED
    return kind == "receive" and tasks.awaited(tx, key).closed_at is None


def _typed(ground: Ground, instance: cases.Instance, key: str) -> tuple[entries.Writing, ...]:
    """What was handed in when the step failed, as it lies in the draft."""
    about = _asked(ground.tx, key)
    form = library.loaded(ground.tx, instance.bundle_hash).routine.forms.get(about.element_id)
    draft = tasks.draft(ground.tx, key, ground.who.actor_id or "")
    given = draft[0] if draft and isinstance(draft[0], dict) else {}
    answered = answers.take(ground, form, given, about.scope)
    tasks.drop_draft(ground.tx, key, ground.who.actor_id or "")
    if isinstance(about, tasks.Task):
        return as_writings("form", about.element_id, answered, instance, scope=about.scope, task_id=key)
    return as_writings("message", about.element_id, answered, instance, scope=about.scope, task_id=key)


def _asked(tx: Connection, key: str) -> tasks.Task | tasks.Awaited:
    try:
        return tasks.fetch(tx, key)
    except NotFound:
        return tasks.awaited(tx, key)


def _instance(tx: Connection, instance_id: str | None) -> cases.Instance | None:
    """The run, or None where it was begun in the step that failed and is gone with it."""
    try:
        return cases.instance(tx, instance_id) if instance_id else None
    except NotFound:
        return None


def _who(step: Mapping[str, object]) -> Who:
    told = step.get("who")
    known = told if isinstance(told, Mapping) else {}
    return Who(**{name: known.get(name) for name in Who.__slots__})
