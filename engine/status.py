"""States of cases, tasks and timers, and the moves allowed between them.

Enters: a state and the state asked for. Leaves: nothing, or StaleCase. Everything that guards, documents or tests a state reads
these tables; no other module compares states by hand.
"""

from __future__ import annotations

from enum import StrEnum

from engine.errors import StaleCase


class CaseStatus(StrEnum):
    """How a case stands."""

    RUNNING = "running"  # somebody or some timer is awaited
    STOPPED = "stopped"  # an incident holds it; people are told, an administrator acts
    ENDED = "ended"  # the routine is over; the outcome and the reason for closing say how


class TaskStatus(StrEnum):
    """How a task stands."""

    OPEN = "open"  # nobody has taken it
    CLAIMED = "claimed"  # one person holds it
    COMPLETED = "completed"  # its form was handed in
    CANCELLED = "cancelled"  # the routine no longer asks for it


TO_DO = (TaskStatus.OPEN, TaskStatus.CLAIMED)
"""What a task is while it is still to be done; the other two states are for good."""


class TimerStatus(StrEnum):
    """How a timer stands."""

    ARMED = "armed"  # will fire at due_at
    FIRED = "fired"  # its branch was taken
    CLEARED = "cleared"  # no longer needed


class Protection(StrEnum):
    """How far a person's data are protected, by the levels that Sweden and Norway have."""

    NONE = "none"
    CONFIDENTIALITY_MARK = "confidentiality_mark"  # sekretessmarkering (OSL 22:1)
    PROTECTED_REGISTRATION = "protected_registration"  # skyddad folkbokföring (folkbokföringslagen 16 §)
    ASSUMED_IDENTITY = "assumed_identity"  # fingerade personuppgifter (lag 1991:483)
    CONFIDENTIAL_ADDRESS = "confidential_address"  # fortrolig adresse, kode 7 (folkeregisterloven 10-4)
    STRICTLY_CONFIDENTIAL_ADDRESS = "strictly_confidential_address"  # strengt fortrolig, kode 6


MOVES: dict[StrEnum, frozenset[StrEnum]] = {
    CaseStatus.RUNNING: frozenset({CaseStatus.RUNNING, CaseStatus.STOPPED, CaseStatus.ENDED}),
    CaseStatus.STOPPED: frozenset({CaseStatus.RUNNING, CaseStatus.STOPPED, CaseStatus.ENDED}),
    CaseStatus.ENDED: frozenset(),
    TaskStatus.OPEN: frozenset({TaskStatus.CLAIMED, TaskStatus.COMPLETED, TaskStatus.CANCELLED}),
    TaskStatus.CLAIMED: frozenset(
        {TaskStatus.OPEN, TaskStatus.CLAIMED, TaskStatus.COMPLETED, TaskStatus.CANCELLED}
    ),
    TaskStatus.COMPLETED: frozenset(),
    TaskStatus.CANCELLED: frozenset(),
    TimerStatus.ARMED: frozenset({TimerStatus.ARMED, TimerStatus.FIRED, TimerStatus.CLEARED}),
    TimerStatus.FIRED: frozenset(),
    TimerStatus.CLEARED: frozenset(),
}


def guard(now: StrEnum, wanted: StrEnum) -> None:
    """Raise StaleCase unless the move is in the table."""
    if wanted not in MOVES[now]:
        raise StaleCase(f"{type(now).__name__} cannot go from {now} to {wanted}")
