"""What a manager does about a step that is late: remind, give to somebody else, take over, lift it now, note (S3-080).

Enters: an open transaction, the manager, one task. Leaves: rows in `follow_ups`, facts and what follows from them, or an engine error.
To lift a matter now is to let the drawn timer fire before its time, through the engine like any other: there is no second escalation.
What somebody wrote stands in `follow_ups` alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import DEMANDS, Act, Actor, may
from engine.actions import actors, identity, lifts, tasks, telling
from engine.actions.advance import Step, advance
from engine.actions.ground import Ground
from engine.actions.tasks import Held
from engine.errors import AlreadyClosed, EngineError, NotFound
from engine.records import cases, directory, follow_ups, ids
from engine.records import tasks as task_rows
from engine.records.facts import Who
from engine.status import TO_DO, CaseStatus, TaskStatus

LONGEST = 500  # characters of a reason
_NUMBERS = re.compile(
    r"(?<!\d)(?:\d{6}|\d{8}|\d{4}[-–]\d\d[-–]\d\d) ?[-+–—‑]? ?\d{4}(?!\d)|(?<!\d)\d{6} ?\d{5}(?!\d)"  # noqa: RUF001  what keyboards write
)


class NamesAPerson(EngineError):
    """The text holds an identity number: take it away. Nothing of the person is written here."""


class NothingDrawn(EngineError):
    """The routine has nothing drawn that would lift this step."""


class NobodyToRemind(EngineError):
    """Nobody at the unit may be told of this."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many were undone, and how many could no longer be."""

    undone: int
    kept: int


def new_batch() -> str:
    """The id under which what is chosen at once belongs together."""
    return ids.new()


def checked(text: str) -> str:
    """What somebody wrote as a reason, without what is too long. Raises NamesAPerson."""
    told = " ".join(text.split())[:LONGEST]
    for found in _NUMBERS.finditer(told):
        try:
            identity.normalised(re.sub(r"\D", "", found[0]))
        except identity.BadIdentityNumber:
            continue
        raise NamesAPerson
    return told


def remind(
    tx: Connection, actor: Actor, task_id: str, *, batch_id: str, reason: str = "", now: datetime
) -> None:
    """Whoever holds the task, else those who may do it, get a notice. Raises NotAllowed, AlreadyClosed, NobodyToRemind.

    Of a protected person only those named in the case are told.
    """
    held = _held(tx, actor, task_id, now=now)
    task, ground = held.task, held.ground
    people = [task.holder_id] if task.holder_id else []
    if DEMANDS[ground.case.protection].named_readers_only:
        there = [one for one, _ in directory.colleagues(tx, task.unit_id, on=ground.today)]
        people = [one for one in people or there if one in ground.about.named_readers]
        roles: list[str] = []
    else:
        slot = ground.about.slots.get(task.role)
        roles = [] if people else ["staff" if slot else task.role]
    if not people and not roles:
        raise NobodyToRemind
    notices = follow_ups.put_reminders(
        tx, case_id=task.case_id, task_id=task.id, element_id=task.element_id, unit_id=task.unit_id, roles=roles, people=people, now=now,
    )  # fmt: skip
    _done(held, "reminded", batch_id, reason, notices=notices)


def reassign(
    tx: Connection,
    actor: Actor,
    task_id: str,
    receiver: Actor,
    *,
    batch_id: str,
    reason: str = "",
    now: datetime,
) -> lifts.Held | None:
    """Give it to a colleague of the unit that is to do it; what `tasks.reassign` asks holds here too. Tells what of its escalation
    stands still.
    """
    return _give(tx, actor, task_id, receiver, "reassigned", batch_id, reason, now)


def take_over(
    tx: Connection, actor: Actor, task_id: str, *, batch_id: str, reason: str = "", now: datetime
) -> lifts.Held | None:
    """Do it oneself; only where one could have taken it. Tells what of its escalation stands still."""
    return _give(tx, actor, task_id, actor, "taken_over", batch_id, reason, now)


def note(tx: Connection, actor: Actor, task_id: str, *, batch_id: str, reason: str, now: datetime) -> None:
    """Write down what was done outside the product."""
    _done(_held(tx, actor, task_id, now=now), "noted", batch_id, reason)


def escalate(
    tx: Connection, actor: Actor, task_id: str, *, batch_id: str, reason: str = "", now: datetime
) -> None:
    """The timer that would lift the matter fires now. Raises NotAllowed, AlreadyClosed, NothingDrawn, CaseStopped."""
    held = _held(tx, actor, task_id, now=now)
    timer = lifts.armed(held.ground, held.routine, held.task)
    if timer is None or held.ground.case.status != CaseStatus.RUNNING:
        raise NothingDrawn
    _done(held, "escalated", batch_id, reason, timer=timer.id, due_at=timer.due_at)
    fired = Ground(tx, cases.fetch(tx, held.task.case_id), Who(), now)
    advance(fired, cases.instance(tx, timer.instance_id), Step("fire", timer.id, timer.element_id))


def undo(tx: Connection, actor: Actor, batch_id: str, *, now: datetime) -> Undone:
    """Take back what the actor chose at once, as far as nothing has left the house. NotFound where it is nobody's or another's."""
    found = [one for one in follow_ups.of_batch(tx, batch_id) if one.actor_id == actor.id]
    if not found:
        raise NotFound
    undone = sum(_undo(tx, actor, one, now) for one in found if one.undone_at is None)
    return Undone(undone, len(found) - undone)


def _undo(tx: Connection, actor: Actor, one: follow_ups.FollowUp, now: datetime) -> bool:
    held = tasks.hold(tx, actor, one.task_id, now=now)
    if not may(actor, Act.TASK_FOLLOW, held.about) or not _taken_back(held, one):
        return False
    follow_ups.undo(tx, one.id, now=now)
    telling.tell(
        held.ground,
        "follow_up_undone",
        held.instance,
        telling.place_of(held.task),
        held.task.id,
        how=one.kind,
    )
    return True


def _taken_back(held: Held, one: follow_ups.FollowUp) -> bool:
    """Whether it could be; what was lifted was told to others and stays."""
    tx, task = held.ground.tx, held.task
    match one.kind:
        case "noted":
            return True
        case "reminded":
            return follow_ups.take_back_reminders(tx, follow_ups.notices_of(one))
        case "reassigned" | "taken_over":
            if task.status not in TO_DO or task.holder_id != one.before.get("to"):
                return False
            before = one.before.get("holder") if _may_have(held, one.before.get("holder")) else None
            task_rows.change(
                tx, task.id, holder_id=before, claimed_at=held.ground.now if before else None,
                status=TaskStatus.CLAIMED if before else TaskStatus.OPEN,
            )  # fmt: skip
            lifts.let_go(held.ground, str(one.before.get("held", "")))
            return True
    return False


def _may_have(held: Held, person_id: object) -> bool:
    """Whether that person may still do the task: they may have left the unit since, or the case may have become protected."""
    person = actors.actor(held.ground.tx, str(person_id), on=held.ground.today) if person_id else None
    about = replace(held.about, holder_id=str(person_id))
    return person is not None and bool(may(person, Act.TASK_CLAIM, about))


def _give(
    tx: Connection,
    actor: Actor,
    task_id: str,
    receiver: Actor,
    kind: str,
    batch_id: str,
    reason: str,
    now: datetime,
) -> lifts.Held | None:
    held = _held(tx, actor, task_id, now=now)
    stopped = tasks.reassign(tx, actor, task_id, receiver, now=now)
    before: dict[str, object] = {"holder": held.task.holder_id, "to": receiver.id}
    _kept(held, kind, batch_id, reason, before | ({"held": stopped.timer_id} if stopped else {}))
    return stopped


def _held(tx: Connection, actor: Actor, task_id: str, *, now: datetime) -> Held:
    held = tasks.hold(tx, actor, task_id, now=now)
    face = asking.face(actor, Act.TASK_FOLLOW, held.about)
    may(face, Act.TASK_FOLLOW, held.about).required()
    if held.task.status not in TO_DO:
        raise AlreadyClosed(held.task.closed_at, held.task.closed_by, held.task.status)
    held.actor = face
    held.ground.acts(asking.acting(face, held.task.unit_id, held.ground.case.unit_id))
    return held


def _done(held: Held, kind: str, batch_id: str, reason: str, **before: object) -> None:
    told = {name: value for name, value in before.items() if name in ("timer", "due_at")}
    telling.tell(
        held.ground, f"task_{kind}", held.instance, telling.place_of(held.task), held.task.id, **told
    )
    _kept(held, kind, batch_id, reason, before)


def _kept(held: Held, kind: str, batch_id: str, reason: str, before: dict[str, object]) -> None:
    follow_ups.insert(
        held.ground.tx, batch_id=batch_id, kind=kind, case_id=held.task.case_id, task_id=held.task.id, reason=checked(reason),
        before=before, who=held.ground.who, now=held.ground.now,
    )  # fmt: skip
