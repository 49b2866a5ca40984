"""What a law hands to a unit without consent: the notice that somebody is in hospital (LUS 2:2).

Enters: the ground of a locked case, the actor, the unit. Leaves: exactly the particulars that the law names, and None where no such notice
was sent to that unit or the actor may not read it. Whoever shows it notes that it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.access import Act, Actor, may
from engine.access.objects import NoticeObject
from engine.actions.ground import Ground
from engine.records import correspondence, subjects

ADMISSION_NOTICE = "admission_notice"


@dataclass(frozen=True, slots=True)
class AdmissionNotice:
    """Who is in hospital and when they are expected home; `registered_address` is '' where none was written down."""

    sent_at: datetime
    from_unit_id: str
    name: str
    identity_number: str
    registered_address: str
    expected_discharge_on: date | None


def admission_notice(ground: Ground, actor: Actor, unit_id: str) -> AdmissionNotice | None:
    """The newest notice of admission to that unit, with what the law says that it holds, as it stands now."""
    about = NoticeObject(ground.about, unit_id, ADMISSION_NOTICE)
    if not may(actor, Act.NOTICE_READ, about):
        return None
    sent = correspondence.newest_message(ground.tx, ground.case.id, ADMISSION_NOTICE, unit_id)
    subject = subjects.fetch(ground.tx, ground.case.subject_id) if ground.case.subject_id else None
    if sent is None or subject is None:
        return None
    known = ground.values.get("", {})
    day = known.get("expected_discharge_on")
    return AdmissionNotice(
        sent_at=sent.sent_at,
        from_unit_id=sent.from_unit_id,
        name=str(subject.name or ""),
        identity_number=str(subject.identity_number or ""),
        registered_address=str(known.get("registered_address") or ""),
        expected_discharge_on=day if isinstance(day, date) else None,
    )
