"""What a law opens on a page, beside the task: the notice of admission."""

from __future__ import annotations

from flask_babel import gettext

from engine.access import Reason
from engine.actions import disclosing, reading
from engine.actions.tasks import Held
from webapp import words
from webapp.pages import directory_names
from webapp.session import now, tx


def notice(held: Held) -> dict[str, object] | None:
    """The notice to the unit whose task it is, with the law that opens it; notes that it was read. None where there is none."""
    unit_id = held.task.unit_id
    told = disclosing.admission_notice(held.ground, held.actor, unit_id)
    if told is None:
        return None
    reading.note(
        tx(), held.actor, held.task.case_id, "admission_notice", {"identity"}, Reason.BY_LAW, unit_id=unit_id, now=now()
    )  # fmt: skip
    sender = directory_names.all_units().get(told.from_unit_id)
    pairs = [
        (gettext("Name"), told.name),
        (gettext("Identity number"), _written(told.identity_number)),
        (gettext("Registered address"), told.registered_address),
        (gettext("Expected discharge"), words.full_day(told.expected_discharge_on) if told.expected_discharge_on else ""),
        (gettext("Sent from"), sender.name if sender else ""),
    ]  # fmt: skip
    law = gettext(
        "The law opens this and nothing else: act 2017:612, chapter 2, section 2. It needs no consent."
    )
    return {
        "title": gettext("Notice of admission"),
        "pairs": [(name, text) for name, text in pairs if text],
        "quiet_lines": [law],
    }


def _written(number: str) -> str:
    """With a hyphen before the last four digits, as people read it aloud."""
    return f"{number[:8]}-{number[8:]}" if len(number) == 12 and number.isdigit() else number
