"""What people do with a task: take it, give it on, keep a draft, hand it in.

Enters: an open transaction, the actor, the task's id. Leaves: rows, or an engine error that says who must act. Every function but
`save_draft` locks the case first, so that of two people who press the same button one is told of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import asking, library
from engine.access import Act, Actor, Reason, may
from engine.access.objects import TaskObject
from engine.actions import answers, lifts, telling
from engine.actions.advance import Step, advance
from engine.actions.beginning import as_writings
from engine.actions.ground import Ground
from engine.definitions.routine import Routine
from engine.definitions.schema import Form
from engine.errors import AlreadyClaimed, AlreadyClosed, NotAllowed
from engine.records import attachments, cases, tables, tasks
from engine.records import facts as fact_rows
from engine.status import TO_DO, TaskStatus, guard


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """A unit answered outside the product: who spoke, how (`telephone`, `meeting` ...), when."""

    who: str
    how: str
    at: datetime


@dataclass
class Held:
    """A task whose case is locked, what is asked about it, and as whom the actor does it: themself, or a substitute of somebody."""

    ground: Ground
    task: tasks.Task
    instance: cases.Instance
    form: Form | None
    about: TaskObject
    actor: Actor
    papers: bool  # some go with somebody's draft of it

    @property
    def is_own(self) -> bool:
        """Whether the actor holds it, or the one for whom they act does."""
        return self.actor.is_person(self.task.holder_id)

    @property
    def in_the_way(self) -> str | None:
        """Who else holds it."""
        return None if self.is_own else self.task.holder_id

    @property
    def routine(self) -> Routine:
        """The version of the routine that the task's instance runs on."""
        return library.loaded(self.ground.tx, self.instance.bundle_hash).routine

    def reason(self, actor: Actor) -> str:
        """On which ground the actor is shown the task."""
        return may(actor, Act.TASK_SEE, self.about).reason


def claim(tx: Connection, actor: Actor, task_id: str, *, now: datetime) -> None:
    """The actor takes the task. AlreadyClaimed tells whose it is."""
    held = hold(tx, actor, task_id, now=now)
    _still_open(actor, held)
    may(held.actor, Act.TASK_CLAIM, held.about).required()
    if held.in_the_way:
        raise AlreadyClaimed(held.in_the_way, held.task.claimed_at or now)
    # Taken for somebody who is away it is theirs, so that it stays when the substitution ends.
    _give(held, held.actor.acting_for or held.actor.id, "task_claimed")


def release(tx: Connection, actor: Actor, task_id: str, *, now: datetime) -> None:
    """Nobody holds the task any more."""
    held = hold(tx, actor, task_id, now=now)
    _still_open(actor, held)
    _as(held, asking.face(actor, Act.TASK_RELEASE, held.about))
    may(held.actor, Act.TASK_RELEASE, held.about).required()
    tasks.change(tx, task_id, holder_id=None, claimed_at=None, status=TaskStatus.OPEN)
    _remember(held, "task_released")


def reassign(
    tx: Connection, actor: Actor, task_id: str, receiver: Actor, *, now: datetime
) -> lifts.Held | None:
    """Give the task to a colleague, who must in turn be allowed to claim it. Where whoever answers for the unit does so with a late
    one, its escalation stands still for a day; tells until when.
    """
    held = hold(tx, actor, task_id, now=now)
    _still_open(actor, held)
    _as(held, asking.face(actor, Act.TASK_REASSIGN, held.about))
    may(held.actor, Act.TASK_REASSIGN, held.about).required()
    given = TaskObject(
        **{name: getattr(held.about, name) for name in TaskObject.__slots__} | {"holder_id": receiver.id}
    )
    may(receiver, Act.TASK_CLAIM, given).required()
    _give(held, receiver.id, "task_reassigned", to=receiver.id)
    if held.task.unit_id not in held.actor.leads:
        return None
    return lifts.hold(held.ground, held.instance, held.routine, held.task)


def save_draft(
    tx: Connection, actor: Actor, task_id: str, data: Mapping[str, object], *, now: datetime
) -> None:
    """Keep what has been typed, as typed; only the actor sees it. Also where the task has gone meanwhile: nothing is lost.

    Of a protected person only those whom the case names write anything, colleagues at the unit no more than others. What comes
    after one's own hand-in is an echo of it and is not kept. Holds nobody up: the case is not locked.
    """
    task = tasks.fetch(tx, task_id)
    case = cases.fetch(tx, task.case_id)
    if task.status == TaskStatus.COMPLETED and task.closed_by == actor.id:
        return
    theirs = actor.at(task.unit_id) is not None or actor.is_person(task.holder_id)
    if case.protected or not theirs:
        ground = Ground(tx, case, asking.who(actor, None), now)
        about = asking.task_object(tx, ground.about, task, ())
        seen = may(actor, Act.TASK_SEE, about)
        gone = task.status not in TO_DO and _concerned(tx, actor, task, about)
        if not gone and (not theirs or seen.reason != Reason.WITHDRAWN):
            seen.required()
    tasks.save_draft(tx, task_id, actor.id, dict(data), now=now)


def complete(
    tx: Connection, actor: Actor, task_id: str, data: Mapping[str, object], *, options: Mapping[str, Collection[str]] | None = None,
    now: datetime,
) -> None:  # fmt: skip
    """Hand the form in; the routine goes on in the same transaction.

    Raises NotAllowed, AlreadyClosed, AlreadyClaimed, InvalidForm, or CaseStopped where the routine cannot go on.
    """
    held = hold(tx, actor, task_id, now=now)
    _still_open(actor, held)
    if held.in_the_way and may(held.actor, Act.TASK_SEE, held.about):
        raise AlreadyClaimed(held.in_the_way, held.task.claimed_at or now)
    may(held.actor, Act.TASK_COMPLETE, held.about).required()
    _hand_in(held, data, options, None)


def complete_on_behalf(
    tx: Connection, actor: Actor, task_id: str, data: Mapping[str, object], said: OnBehalf, *,
    options: Mapping[str, Collection[str]] | None = None, now: datetime,
) -> None:  # fmt: skip
    """Write down what a called unit answered by telephone; only where the diagram allows it (`samordna:on_behalf`)."""
    held = hold(tx, actor, task_id, now=now)
    _still_open(actor, held)
    element = library.loaded(tx, held.instance.bundle_hash).routine.element(
        held.task.process_id, held.task.element_id
    )
    if element is None or not element.on_behalf:
        raise NotAllowed("not-on-behalf")
    _as(held, asking.face(actor, Act.TASK_COMPLETE_ON_BEHALF, held.about))
    may(held.actor, Act.TASK_COMPLETE_ON_BEHALF, held.about).required()
    telling.tell(
        held.ground,
        "task_answered_on_behalf",
        held.instance,
        telling.place_of(held.task),
        task_id,
        how=said.how,
        said_at=said.at,
    )
    _hand_in(held, data, options, {"who": said.who, "how": said.how, "at": said.at})


def hold(tx: Connection, actor: Actor, task_id: str, *, now: datetime) -> Held:
    """Lock the task's case and read what every action on the task needs. NotFound where there is no such task."""
    case = cases.lock_by(tx, tables.tasks, task_id)
    task, instance, papers = tasks.fetch_with_instance(tx, task_id)
    ground = Ground(tx, case, asking.acting(actor, task.unit_id, case.unit_id), now)
    form = library.loaded(tx, instance.bundle_hash).routine.forms.get(task.element_id)
    about = ground.about
    reveals = asking.revealed(form, ground.values, task.scope)
    asked = asking.task_object(tx, about, task, reveals)
    return _as(Held(ground, task, instance, form, asked, actor, papers), asking.doer(actor, asked))


def _as(held: Held, actor: Actor) -> Held:
    """The action is that person's, or that substitute's."""
    held.actor = actor
    held.ground.acts(asking.acting(actor, held.task.unit_id, held.ground.case.unit_id))
    return held


def _hand_in(
    held: Held, data: Mapping[str, object], options: Mapping[str, Collection[str]] | None, on_behalf: object
) -> None:
    ground, task = held.ground, held.task
    answered = answers.take(ground, held.form, data, task.scope, options)
    about = as_writings(
        "form",
        task.element_id,
        answered,
        held.instance,
        scope=task.scope,
        task_id=task.id,
        on_behalf=on_behalf,
    )
    tasks.drop_draft(ground.tx, task.id, ground.who.actor_id or "")
    if held.papers:
        _hand_in_papers(ground, task.id)
    advance(ground, held.instance, Step("complete", task.id, task.element_id), about)


def _hand_in_papers(ground: Ground, task_id: str) -> None:
    person_id = ground.who.actor_id or ""
    for paper in attachments.with_draft(ground.tx, task_id, person_id):
        telling.tell(ground, "paper_added", attachment=paper.id, category=paper.category)
    attachments.hand_in(ground.tx, task_id, person_id)


def _still_open(actor: Actor, held: Held) -> None:
    """AlreadyClosed for those whom the task concerned; others are refused as for any task."""
    task = held.task
    if task.status in TO_DO:
        return
    if _concerned(held.ground.tx, actor, task, held.about):
        raise AlreadyClosed(task.closed_at, task.closed_by, task.status)
    may(actor, Act.TASK_COMPLETE, held.about).required()
    raise AlreadyClosed(task.closed_at, task.closed_by, task.status)


def _concerned(tx: Connection, actor: Actor, task: tasks.Task, about: TaskObject) -> bool:
    """Whether a closed task was anything to the actor; a unit that left the case had its tasks taken over, and was asked first."""
    if actor.at(task.unit_id) or actor.is_person(task.holder_id) or may(actor, Act.TASK_SEE, about):
        return True
    asked = fact_rows.asked_first(tx, task.case_id, task.id)
    return actor.at(asked) is not None and bool(may(actor, Act.CASE_SEE_EXISTENCE, about.case))


def _give(held: Held, person_id: str, kind: str, **data: object) -> None:
    guard(TaskStatus(held.task.status), TaskStatus.CLAIMED)
    taken: dict[str, object] = {"holder_id": person_id, "claimed_at": held.ground.now}
    if person_id != held.actor.id:  # to them it is a new task
        taken |= {"told": 0, "tell_at": held.ground.now}
    tasks.change(held.ground.tx, held.task.id, **taken, status=TaskStatus.CLAIMED)
    _remember(held, kind, **data)


def _remember(held: Held, kind: str, **data: object) -> None:
    telling.tell(held.ground, kind, held.instance, telling.place_of(held.task), held.task.id, **data)
