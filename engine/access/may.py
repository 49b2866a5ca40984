"""The one question of this room: may this actor do this to that, and why (decisions 12, 25).

Enters: an actor, an act, an object. Leaves: a `Verdict`. Whatever no rule allows is refused; nobody can
break the glass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.access import cases, directory, disclosure, retention, system, tasks
from engine.access.actor import Actor, Role
from engine.access.acts import Act
from engine.access.objects import (
    CaseObject,
    CategoryObject,
    ControllerObject,
    DirectoryObject,
    MessageObject,
    NoticeObject,
    Object,
    PersonObject,
    ReaderlessObject,
    RoutineObject,
    SystemObject,
    TaskObject,
    UnitObject,
)
from engine.access.verdict import Verdict

_Rule = Callable[[Actor, Any], Verdict]
_auditor = system.needs(Role.AUDITOR)

RULES: dict[Act, tuple[type, _Rule]] = {
    Act.WORKLIST_SEE: (UnitObject, system.see_worklist),
    Act.CASE_START: (UnitObject, system.start_case),
    Act.INSTRUCTION_KEEP: (UnitObject, system.keep_instruction),
    Act.UNIT_SEE_BELOW: (UnitObject, system.see_below),
    Act.TASK_SEE: (TaskObject, tasks.see),
    Act.TASK_CLAIM: (TaskObject, tasks.do),
    Act.TASK_RELEASE: (TaskObject, tasks.release),
    Act.TASK_FOLLOW: (TaskObject, tasks.follow),
    Act.TASK_REASSIGN: (TaskObject, tasks.reassign),
    Act.TASK_COMPLETE: (TaskObject, tasks.do),
    Act.TASK_COMPLETE_ON_BEHALF: (TaskObject, tasks.complete_on_behalf),
    Act.CASE_FIND: (CaseObject, cases.find),
    Act.CASE_SEE_EXISTENCE: (CaseObject, cases.see_existence),
    Act.CASE_SEE_COURSE: (CaseObject, cases.see_course),
    Act.CASE_CHANGE_PARTICIPANTS: (CaseObject, cases.change_participants),
    Act.CASE_SEE_READERS: (CaseObject, cases.see_readers),
    Act.CASE_PROTECT: (CaseObject, cases.keep),
    Act.CASE_PROTECT_LESS: (CaseObject, cases.keep_always),
    Act.CASE_NAME_READERS: (CaseObject, cases.name_readers),
    Act.CASE_NAME_ANEW: (ReaderlessObject, cases.name_anew),
    Act.CASE_WITHHOLD: (CaseObject, cases.keep),
    Act.CASE_LET_IN: (CaseObject, cases.keep),
    Act.CASE_LET_OUT: (CaseObject, cases.keep_always),
    Act.CASE_SEE_CONTENT: (CategoryObject, cases.see_content),
    Act.CASE_CORRECT: (CategoryObject, cases.correct),
    Act.CASE_NOTE: (CategoryObject, cases.note),
    Act.CASE_ATTACH: (CategoryObject, cases.note),
    Act.MESSAGE_START: (MessageObject, tasks.start_message),
    Act.NOTICE_READ: (NoticeObject, disclosure.read),
    Act.ROUTINE_SEE: (RoutineObject, system.see_routine),
    Act.VERSION_UPLOAD: (RoutineObject, system.upload_version),
    Act.VERSION_APPROVE: (RoutineObject, system.approve_version),
    Act.INCIDENT_SEE: (SystemObject, system.keep_running),
    Act.INCIDENT_RETRY: (SystemObject, system.keep_running),
    Act.ADMIN_DIRECTORY: (SystemObject, directory.see),
    Act.LINKS_KEEP: (SystemObject, system.keep_links),
    Act.DIRECTORY_MANAGE: (DirectoryObject, directory.manage),
    Act.RETENTION_SEE: (ControllerObject, retention.see),
    Act.RETENTION_KEEP: (ControllerObject, retention.keep),
    Act.RETENTION_APPROVE: (ControllerObject, retention.approve),
    Act.ABSENCE_REGISTER: (PersonObject, directory.register_absence),
    Act.ADMIN_VERSIONS: (SystemObject, system.see_versions),
    Act.ADMIN_HEALTH: (SystemObject, system.keep_running),
    Act.ADMIN_CORRECT_CASE: (SystemObject, system.correct),
    Act.ADMIN_APPROVE: (SystemObject, system.approve),
    Act.AUDIT_READS: (SystemObject, _auditor),
    Act.AGGREGATES_SEE: (SystemObject, system.needs(Role.GOVERNANCE)),
}


def may(actor: Actor, act: Act, obj: Object) -> Verdict:
    """Whether `actor` may do `act` to `obj`, with the reason; `detail` is the unit or role on which a yes
    rests. Each face of a substitute is judged by itself, their own first.

    Raises TypeError when the object is not of the act's kind (`acts` says which it is): a mistake in the
    caller, not a refusal.
    """
    kind, rule = RULES[act]
    if type(obj) is not kind:
        raise TypeError(f"{act} is asked about a {kind.__name__}, not about a {type(obj).__name__}")
    verdicts = [rule(face, obj) for face in actor.each_face()]
    return next((verdict for verdict in verdicts if verdict), verdicts[0])
