"""Rules on tasks, and on what a role may start from a case.

Enters: an actor and a task. Leaves: a `Verdict`. These rules say who may; that a task is already claimed or
done is told by the action, which knows by whom and since when.
"""

from __future__ import annotations

from engine.access import four_eyes
from engine.access import part as parts
from engine.access.actor import Actor, Membership, Role
from engine.access.cases import over, refusal
from engine.access.objects import MessageObject, ParticipationState, TaskObject
from engine.access.part import KEEPS
from engine.access.verdict import Reason, Verdict, no, yes


def see(actor: Actor, task: TaskObject) -> Verdict:
    """That the task is there, whose it is and until when.

    Those who could do it, and those who answer for the unit.
    """
    seen = _theirs(actor, task)
    return seen or _led_or(actor, task, seen)


def do(actor: Actor, task: TaskObject) -> Verdict:
    """Claim it or hand it in.

    The role at the unit, the person where one is named, and a ground for all that it reveals.
    """
    theirs = _theirs(actor, task)
    if not theirs:
        return theirs
    why_not = four_eyes.refusal(actor, task.not_by, task.given, lambda other: _theirs(other, task))
    if why_not:
        return no(why_not, task.unit_id)
    named = task.person_id or _named_in_slot(task)
    # Whoever holds a task that was meant for a colleague was given it by someone who may reassign.
    if named and not actor.is_person(task.holder_id or named):
        return no(Reason.ANOTHER_PERSON, task.unit_id)
    if task.reveals and not parts.may_read_protected(actor, task.case):
        return no(Reason.PROTECTED, task.unit_id)
    if not task.reveals <= visible_in_task(actor, task):
        return no(Reason.NO_CONSENT, task.unit_id)
    return theirs


def release(actor: Actor, task: TaskObject) -> Verdict:
    """Put it back: the one who holds it, or who answers for the unit."""
    # A substitute puts back only what the substitution covers.
    covered = actor.acting_for is None or bool(_theirs(actor, task))
    if task.holder_id is not None and actor.is_person(task.holder_id) and covered:
        return yes(Reason.OWN_UNIT, task.unit_id)
    return _led_or(actor, task, no(Reason.ANOTHER_PERSON if actor.at(task.unit_id) else Reason.NOT_YOUR_UNIT))


def reassign(actor: Actor, task: TaskObject) -> Verdict:
    """Give it to a colleague who may claim it.

    The holder, anyone who could take it while it is free, or the manager.
    """
    theirs = do(actor, task)
    if theirs and task.holder_id is not None and not actor.is_person(task.holder_id):
        theirs = no(Reason.ANOTHER_PERSON, task.unit_id)
    return theirs or _led_or(actor, task, theirs)


def follow(actor: Actor, task: TaskObject) -> Verdict:
    """See on the board that it is late, remind of it, lift it and note what was done: whoever answers for the unit that is to do it,
    or for the one that keeps the case. It opens the step, the case's number and who is waited for, and nothing of the person (S3-080).
    """
    led = next((one for one in (task.case.unit_id, task.unit_id) if one in actor.leads), None)
    if led is None:
        return no(Reason.NOT_YOUR_UNIT)
    if not parts.may_read_protected(actor, task.case):
        addressed = _theirs(actor, task) if task.role == Role.MANAGER else None
        return addressed or no(Reason.PROTECTED, led)
    return yes(Reason.MANAGER_ABOVE, led)


def complete_on_behalf(actor: Actor, task: TaskObject) -> Verdict:
    """Register what a called unit answered by telephone.

    Those who run the case, for a task that reveals nothing.
    """
    part = parts.best(actor, task.case)
    if part is None or part.reason not in KEEPS or not parts.may_read_protected(actor, task.case):
        return refusal(actor, task.case)
    called = task.case.participants.get(task.unit_id)
    if called is None or called.state == ParticipationState.LEFT:
        return no(Reason.NOT_YOUR_UNIT)
    return no(Reason.NO_CONSENT, task.unit_id) if task.reveals else yes(part.reason, part.unit_id)


def start_message(actor: Actor, message: MessageObject) -> Verdict:
    """Start what the diagram offers to a role (decision 21), while the case runs.

    Unlike a task it cannot be handed to a colleague, so where a person fills the role, their unit may too:
    consent must be possible to withdraw while the convener is on leave (S3-076).
    """
    allowed = _theirs(actor, TaskObject(message.case, message.unit_id, message.role))
    if allowed and not parts.may_read_protected(actor, message.case):
        return no(Reason.PROTECTED, message.unit_id)
    return no(Reason.CASE_ENDED) if allowed and over(message.case) else allowed


def visible_in_task(actor: Actor, task: TaskObject) -> frozenset[str]:
    """The categories the actor may read on the task's page, acting for the task's unit.

    Besides what the unit's part opens: whoever is given a task within the principal that keeps the case,
    without being one of the called units, needs for it what it reveals (need-based access, PDL 4:2);
    nothing between principals, nor between a principal and a private provider (S3-112).
    """
    if not _theirs(actor, task) or not parts.may_read_protected(actor, task.case):
        return frozenset()
    opened: frozenset[str] = frozenset()
    for membership in _members(actor, task):
        if not membership.in_care:
            continue
        part = parts.of_unit(membership, task.case)
        opened |= part.categories if part else frozenset()
        if parts.within(membership, task.case) and task.unit_id not in task.case.participants:
            opened |= task.reveals
    return opened


def _theirs(actor: Actor, task: TaskObject) -> Verdict:
    """Whether the task stands in this person's worklist.

    A task for a manager stands there also where the person is protected and the manager is not named: the routine has addressed whoever
    fills the post, as when something is lifted in the line of management, and a task that nobody sees is a person left without help.
    It tells what is to be done and by when; what it would reveal of the case stays closed (`do`, `visible_in_task`), and so does the
    case. To name every manager up the line as a reader instead would open the whole case to people who need one answer of it.
    """
    members = _members(actor, task)
    if not members:
        return no(Reason.NOT_YOUR_UNIT)
    if not any(_holds(membership, task) for membership in members):
        in_care = any(membership.in_care for membership in members)  # others at the unit are told of no case
        return no(Reason.MISSING_ROLE if in_care else Reason.NOT_YOUR_UNIT, task.unit_id)
    if task.role != Role.MANAGER and not parts.may_read_protected(actor, task.case):
        return no(Reason.PROTECTED, task.unit_id)
    part = next(filter(None, (parts.of_unit(m, task.case) for m in members if m.in_care)), None)
    if part is not None and part.reason == Reason.ENDED_FOR_YOU:
        return no(Reason.WITHDRAWN, task.unit_id)
    return yes(part.reason if part else Reason.OWN_UNIT, task.unit_id)


def _members(actor: Actor, task: TaskObject) -> list[Membership]:
    return [membership for membership in actor.memberships if membership.unit_id == task.unit_id]


def _holds(membership: Membership, task: TaskObject) -> bool:
    """The unit that fills a role of the case holds it as a whole; any other role is the directory's."""
    slot = task.case.slots.get(task.role)
    if slot is not None and slot.unit_id == task.unit_id:
        return membership.in_care
    return membership.holds(task.role)


def _named_in_slot(task: TaskObject) -> str | None:
    slot = task.case.slots.get(task.role)
    return slot.person_id if slot is not None and slot.unit_id == task.unit_id else None


def _led_or(actor: Actor, task: TaskObject, otherwise: Verdict) -> Verdict:
    """The manager's right, if they answer for the unit and may know of the case."""
    if task.unit_id not in actor.leads:
        return otherwise
    if not parts.may_read_protected(actor, task.case):
        return no(Reason.PROTECTED, task.unit_id)
    return yes(Reason.MANAGER_ABOVE, task.unit_id)
