"""ROOM: who may? Pure rules: roles, units and consent become yes or no, with the reason (decisions 12, 20,
25).

Enters: an `Actor`, an `Act`, and an object as a small value. Leaves: a `Verdict`, and the categories of a
case that a page may show. Never reads a row, a request or a clock; whatever no rule allows is refused.
"""

from __future__ import annotations

from engine.access.actor import Actor, Membership, Role
from engine.access.acts import Act
from engine.access.consent import (
    Consent,
    ConsentKind,
    Joining,
    Scope,
    Withdrawal,
    granted,
    plan_agreed,
    withdraw,
)
from engine.access.family import ChildView, Said, Withholding, open_to_guardian
from engine.access.may import may
from engine.access.objects import (
    CATEGORIES,
    CaseObject,
    CategoryObject,
    ControllerObject,
    DirectoryObject,
    MessageObject,
    Participation,
    ParticipationState,
    PersonObject,
    RoutineObject,
    Slot,
    SystemObject,
    TaskObject,
    UnitObject,
)
from engine.access.part import visible_categories
from engine.access.protection import DEMANDS, LEVELS, Demands
from engine.access.tasks import visible_in_task
from engine.access.verdict import Reason, Verdict

__all__ = [
    "CATEGORIES",
    "DEMANDS",
    "LEVELS",
    "Act",
    "Actor",
    "CaseObject",
    "CategoryObject",
    "ChildView",
    "Consent",
    "ConsentKind",
    "ControllerObject",
    "Demands",
    "DirectoryObject",
    "Joining",
    "Membership",
    "MessageObject",
    "Participation",
    "ParticipationState",
    "PersonObject",
    "Reason",
    "Role",
    "RoutineObject",
    "Said",
    "Scope",
    "Slot",
    "SystemObject",
    "TaskObject",
    "UnitObject",
    "Verdict",
    "Withdrawal",
    "Withholding",
    "granted",
    "may",
    "open_to_guardian",
    "plan_agreed",
    "visible_categories",
    "visible_in_task",
    "withdraw",
]
