"""Rules on a case and its content.

Enters: an actor and a case, or one category of it. Leaves: a `Verdict`. A refusal to someone without any
part never tells that the case is protected, or that it exists.
"""

from __future__ import annotations

from engine.access import part as parts
from engine.access.actor import Actor, Role
from engine.access.objects import CATEGORIES, COORDINATION, CaseObject, CategoryObject, ReaderlessObject
from engine.access.part import KEEPS
from engine.access.verdict import Reason, Verdict, no, yes
from engine.status import MOVES


def refusal(actor: Actor, case: CaseObject) -> Verdict:
    """Why someone may not read what they asked for."""
    part = parts.best(actor, case)
    if part is None:
        return no(Reason.NOT_YOUR_UNIT)
    if not parts.may_read_protected(actor, case):
        return no(Reason.PROTECTED, part.unit_id)
    if part.reason == Reason.ENDED_FOR_YOU:
        return no(Reason.WITHDRAWN, part.unit_id)
    return no(Reason.NO_CONSENT, part.unit_id)


def see_existence(actor: Actor, case: CaseObject) -> Verdict:
    """That the case is there and how it stands, without content."""
    part = parts.best(actor, case)
    led = parts.leads_part(actor, case)
    if part is None and led is None:
        return no(Reason.NOT_YOUR_UNIT)
    if not parts.may_read_protected(actor, case):
        return no(Reason.PROTECTED)
    if part is not None:
        return yes(part.reason, part.unit_id)
    return yes(Reason.MANAGER_ABOVE, led or "")


def see_course(actor: Actor, case: CaseObject) -> Verdict:
    """How far it has come and who takes part: those who run it, and those whom the person lets know who meets and when.

    A consent to another category alone opens that category and nothing beside it (S3-012).
    """
    seen = see_existence(actor, case)
    if not seen or seen.reason in KEEPS:
        return seen
    part = parts.ground(actor, case, COORDINATION)
    return yes(part.reason, part.unit_id) if part else refusal(actor, case)


def find(actor: Actor, case: CaseObject) -> Verdict:
    """The duplicate check: a yes means that a plan exists, `detail` is the unit to ask.

    A no must look like no hit at all.
    """
    cared_in = list(actor.in_care())
    part = parts.best(actor, case)
    if not cared_in:
        return no(Reason.MISSING_ROLE)
    if not parts.may_read_protected(actor, case):
        return no(Reason.PROTECTED if part else Reason.NOT_YOUR_UNIT)
    if part is not None and part.reason in KEEPS | {Reason.CONSENT}:
        return yes(part.reason, case.unit_id)
    if all(membership.region_id != case.region_id for membership in cared_in):
        return no(Reason.OTHER_REGION)
    if any(parts.within(membership, case) for membership in cared_in):
        return yes(Reason.OWN_PRINCIPAL, case.unit_id)
    return yes(Reason.OTHER_PRINCIPAL, case.unit_id)


def see_content(actor: Actor, asked: CategoryObject) -> Verdict:
    """Read one category."""
    part = parts.ground(actor, asked.case, asked.category)
    if part is None or not parts.may_read_protected(actor, asked.case):
        return refusal(actor, asked.case)
    return yes(part.reason, part.unit_id)


def note(actor: Actor, asked: CategoryObject) -> Verdict:
    """Write a note of a category that one may read, while the case runs."""
    seen = see_content(actor, asked)
    return no(Reason.CASE_ENDED) if seen and over(asked.case) else seen


def correct(actor: Actor, asked: CategoryObject) -> Verdict:
    """Replace an entry of one's own unit, while the case runs.

    The words of another unit are corrected by that unit.
    """
    noted = note(actor, asked)
    if noted and actor.at(asked.entered_for) is None:
        return no(Reason.NOT_YOUR_UNIT)
    return yes(Reason.OWN_UNIT, asked.entered_for or "") if noted else noted


def change_participants(actor: Actor, case: CaseObject) -> Verdict:
    """Call a unit, or recall one that was called by mistake: those who run the case, while it runs."""
    part = parts.best(actor, case)
    if part is None or part.reason not in KEEPS or not parts.may_read_protected(actor, case):
        return refusal(actor, case)
    return no(Reason.CASE_ENDED) if over(case) else yes(part.reason, part.unit_id)


def keep(actor: Actor, case: CaseObject) -> Verdict:
    """Decide about the case as a whole: those who run it and may read all of it, while it runs.

    Whoever coordinates for another principal reads by consent, and so does not decide what others may read.
    """
    kept = keep_always(actor, case)
    return no(Reason.CASE_ENDED) if kept and over(case) else kept


def keep_always(actor: Actor, case: CaseObject) -> Verdict:
    """The same for what must still be decided when the case is over: who gets in, and how the person is protected."""
    part = parts.best(actor, case)
    if part is None or part.reason not in KEEPS or not parts.may_read_protected(actor, case):
        return refusal(actor, case)
    if part.categories != CATEGORIES:
        return no(Reason.NO_CONSENT, part.unit_id)
    return yes(part.reason, part.unit_id)


def name_readers(actor: Actor, case: CaseObject) -> Verdict:
    """Name who may read of a protected person; on an open case there is nobody to name."""
    kept = keep(actor, case)
    return no(Reason.NOT_PROTECTED) if kept and not case.protected else kept


def name_anew(actor: Actor, asked: ReaderlessObject) -> Verdict:
    """Name a reader where nobody who is named is left: whoever fills the post above the unit that keeps the case. It opens nothing to
    them.
    """
    if not asked.case.protected or asked.case.unit_id not in actor.leads:
        return no(Reason.NOT_A_MANAGER)
    fills = any(one.unit_id == asked.post_unit_id and Role.MANAGER in one.roles for one in actor.memberships)
    if not fills:
        return no(Reason.NOT_A_MANAGER)
    return no(Reason.PROTECTED) if asked.has_reader else yes(Reason.MANAGER_ABOVE, asked.case.unit_id)


def see_readers(actor: Actor, case: CaseObject) -> Verdict:
    """Who has read: the region's auditor, and whoever answers for the unit that keeps the case."""
    if actor.holds(Role.AUDITOR, case.region_id):
        return yes(Reason.YOUR_ROLE, Role.AUDITOR)
    if case.unit_id not in actor.leads:
        return no(Reason.MISSING_ROLE)
    if not parts.may_read_protected(actor, case):
        return no(Reason.PROTECTED)
    return yes(Reason.MANAGER_ABOVE, case.unit_id)


def over(case: CaseObject) -> bool:
    """Whether the case has ended and is read-only."""
    return not MOVES[case.status]
