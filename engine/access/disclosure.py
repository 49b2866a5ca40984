"""What a notice opens to the unit it was sent to, without the person's consent: by law, or because it is about no person.

Enters: an actor and a notice that was sent to a unit of a case. Leaves: a `Verdict`, and the particulars that such a notice holds. A law
opens those particulars and no category: whatever else stands in the case is read by consent or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.access import part as parts
from engine.access.actor import Actor
from engine.access.cases import over
from engine.access.objects import NoticeObject, ParticipationState
from engine.access.verdict import Reason, Verdict, no, yes

PARTICULARS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "admission_notice": frozenset(
            {"name", "identity_number", "registered_address", "expected_discharge_on"}
        )  # LUS 2:2
    }
)
"""Kind of notice -> all that it may tell. Who the person is, and when they are expected to come home; nothing of why."""


DEVIATION = "deviation"
"""A deviation that was forwarded. It is about no person, and the unit that is to answer it reads what it is to answer."""


def read(actor: Actor, notice: NoticeObject) -> Verdict:
    """A deviation: whoever works at the unit that it was forwarded to, or answers for it, also when it is closed.

    A notice by law: whoever works in care at the unit that got the notice, while the case runs and the unit takes part.

    Of a protected person nobody reads it here but those who are named: the notice then goes another way.
    """
    if notice.kind == DEVIATION:
        theirs = actor.at(notice.unit_id) is not None or notice.unit_id in actor.leads
        return yes(Reason.REPORTED_ON, notice.unit_id) if theirs else no(Reason.NOT_YOUR_UNIT)
    if notice.kind not in PARTICULARS or actor.at(notice.unit_id) is None:
        return no(Reason.NOT_YOUR_UNIT)
    called = notice.case.participants.get(notice.unit_id)
    if called is None:
        return no(Reason.NOT_YOUR_UNIT)
    if not parts.may_read_protected(actor, notice.case):
        return no(Reason.PROTECTED, notice.unit_id)
    if called.state == ParticipationState.LEFT:
        return no(Reason.WITHDRAWN, notice.unit_id)
    return no(Reason.CASE_ENDED) if over(notice.case) else yes(Reason.BY_LAW, notice.unit_id)
