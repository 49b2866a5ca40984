"""What a scenario counts in a case, in words.

Enters: a name of `[expect] facts`, such as `operations_remind`, and what routines are called. Leaves: what is counted; a kind that a
routine has named itself stands as it is named, without underscores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext

from webapp.studio.stepwords import OPERATIONS


def of(name: str, routines: Mapping[str, str]) -> str:
    """How often what happens. `routines` are titles by process id."""
    if name in _COUNTS:
        return _COUNTS[name]()
    kind, _, which = name.partition("_")
    if kind == "operations" and which in OPERATIONS:
        return gettext("Times of “%(what)s”", what=OPERATIONS[which]())
    if kind == "calls":
        return gettext("Times of “%(what)s”", what=routines.get(which, which.replace("_", " ")))
    if kind in _KINDS:
        return gettext("%(what)s of the kind “%(kind)s”", what=_KINDS[kind](), kind=which.replace("_", " "))
    return name.replace("_", " ")


_KINDS: Mapping[str, Callable[[], str]] = {
    "documents": lambda: gettext("Papers"),
    "dispatches": lambda: gettext("What was sent"),
    "messages": lambda: gettext("Messages"),
}
_COUNTS: Mapping[str, Callable[[], str]] = {
    **_KINDS,
    "consents": lambda: gettext("Consents"),
    "withdrawals": lambda: gettext("Withdrawals of consent"),
    "meetings": lambda: gettext("Meetings"),
    "notices": lambda: gettext("Notices"),
    "deviations": lambda: gettext("Deviations"),
    "escalations": lambda: gettext("Escalations"),
    "reminders": lambda: gettext("Reminders"),
    "case_started": lambda: gettext("Cases that began"),
    "instance_started": lambda: gettext("Routines that began"),
    "instance_ended": lambda: gettext("Routines that ended"),
    "element_passed": lambda: gettext("Steps passed"),
    "task_claimed": lambda: gettext("Tasks that somebody took"),
    "task_released": lambda: gettext("Tasks that somebody gave back"),
    "task_reassigned": lambda: gettext("Tasks that another unit got"),
    "timer_set": lambda: gettext("Time limits that began"),
    "note_written": lambda: gettext("Notes in the case"),
    "entry_corrected": lambda: gettext("Corrected answers"),
    "incident_opened": lambda: gettext("Steps that came to a stop"),
    "incident_resolved": lambda: gettext("Stops that were solved"),
    "task_opened": lambda: gettext("Tasks that came"),
    "task_completed": lambda: gettext("Tasks handed in"),
    "task_cancelled": lambda: gettext("Tasks that fell away"),
    "timer_fired": lambda: gettext("Time limits that ran out"),
    "message_received": lambda: gettext("Things that people started"),
    "decision_made": lambda: gettext("Answers of decision tables"),
    "operation_performed": lambda: gettext("Things that happened by themselves"),
}
