"""What people are told by mail, and how, where they have not chosen otherwise.

Enters: nothing. Leaves: kinds in the order in which they are shown, and the choices. A kind is a word of the product, never of a case.
"""

from __future__ import annotations

from collections.abc import Mapping

NEW = "new_task"
NEAR = "near_due"
OVERDUE = "overdue"
REMINDER = "reminder"
ESCALATION = "escalation"
COVER = "absence_cover"
APPROVAL = "approval"
ANSWERED = "answered"
READING = "reading"
MEETING = "meeting"

AT_ONCE, DAILY, NONE = "at_once", "daily", "none"
CHOICES = (AT_ONCE, DAILY, NONE)
DEFAULTS: Mapping[str, str] = {
    NEW: DAILY,
    NEAR: DAILY,
    OVERDUE: AT_ONCE,
    REMINDER: AT_ONCE,
    ESCALATION: AT_ONCE,
    COVER: AT_ONCE,
    APPROVAL: AT_ONCE,
    ANSWERED: AT_ONCE,
    READING: DAILY,
    MEETING: AT_ONCE,
}
KINDS = tuple(DEFAULTS)
OF_PUT: Mapping[str, str] = {"reminder": REMINDER}
"""A row of the outbox -> its kind; whatever else an action puts there is something new to do."""

URGENCY = (OVERDUE, ESCALATION, NEAR, REMINDER, NEW)
"""Of one task a letter says one thing, the first of these."""


def choice(chosen: Mapping[str, str], kind: str) -> str:
    """How somebody with these choices is told of that kind."""
    how = chosen.get(kind, DEFAULTS[kind])
    return how if how in CHOICES and not (kind == MEETING and how == DAILY) else DEFAULTS[kind]
