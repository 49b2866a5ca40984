"""What one may ask to do. The value is what the log shows; the comment says which object goes with it."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """Every act that a page or an action asks about."""

    # --- UnitObject
    WORKLIST_SEE = "worklist.see"  # the tasks of a unit
    CASE_START = "case.start"  # start a case for the unit
    INSTRUCTION_KEEP = "instruction.keep"  # say which local instruction is the unit's
    UNIT_SEE_BELOW = "unit.see_below"  # the monitor of a unit one answers for
    # --- TaskObject
    TASK_SEE = "task.see"  # that it is there, whose it is, until when
    TASK_CLAIM = "task.claim"
    TASK_RELEASE = "task.release"
    TASK_FOLLOW = "task.follow"  # on the board of what is late: remind of it, lift it, note what was done
    TASK_REASSIGN = "task.reassign"  # also ask TASK_CLAIM for the receiver, as holder
    TASK_COMPLETE = "task.complete"
    TASK_COMPLETE_ON_BEHALF = "task.complete_on_behalf"  # an answer by telephone, registered by the convener
    # --- CaseObject
    CASE_FIND = "case.find"  # the duplicate check: that a plan exists, and which unit to ask
    CASE_SEE_EXISTENCE = "case.see_existence"  # the case page with nothing but its state
    CASE_SEE_COURSE = "case.see_course"  # how far it has come, who takes part, what is done by whom
    CASE_CHANGE_PARTICIPANTS = "case.change_participants"  # call a unit, recall one called by mistake
    CASE_SEE_READERS = "case.see_readers"  # who has read
    CASE_PROTECT = "case.protect"  # say that the person's data are protected, and at which level
    CASE_PROTECT_LESS = "case.protect_less"  # a milder level: asked of each other case
    CASE_NAME_READERS = "case.name_readers"  # who may read of a protected person
    CASE_WITHHOLD = "case.withhold"  # keep something of a child from a guardian, and lift it
    CASE_LET_IN = "case.let_in"  # make a code for the one whose case it is, or for whoever stands by them
    CASE_LET_OUT = "case.let_out"  # see who has such a way in, and take it back
    # --- ReaderlessObject
    CASE_NAME_ANEW = "case.name_anew"  # name a reader where nobody is left who can, without seeing anything
    # --- CategoryObject
    CASE_SEE_CONTENT = "case.see_content"
    CASE_CORRECT = "case.correct"  # a new entry in place of one's own unit's
    CASE_NOTE = "case.note"  # a note of that category
    CASE_ATTACH = "case.attach"  # add a paper of that category, or remove one that one has added
    # --- MessageObject
    MESSAGE_START = "message.start"
    # --- NoticeObject
    NOTICE_READ = "notice.read"  # what a law tells the unit, whatever is consented to
    # --- RoutineObject
    ROUTINE_SEE = "routine.see"  # read and download
    VERSION_UPLOAD = "version.upload"  # change a routine in a draft, and ask that it be published
    VERSION_APPROVE = "version.approve"  # the second pair of eyes on that
    # --- SystemObject
    INCIDENT_SEE = "incident.see"
    INCIDENT_RETRY = "incident.retry"
    ADMIN_DIRECTORY = "admin.directory"
    LINKS_KEEP = "links.keep"  # add, change and retire links of a region; None: those kept for all
    # --- DirectoryObject
    DIRECTORY_MANAGE = "directory.manage"  # change what the directory says of a principal, or of the region
    # --- ControllerObject
    RETENTION_SEE = "retention.see"  # what is due for disposal, what is held back, what was disposed of
    RETENTION_KEEP = "retention.keep"  # hold a case back, ask that cases be disposed of
    RETENTION_APPROVE = "retention.approve"  # the second pair of eyes on that
    # --- PersonObject
    ABSENCE_REGISTER = "absence.register"  # say that somebody is away and who acts for them; end it early
    # --- SystemObject
    ADMIN_VERSIONS = "admin.versions"
    ADMIN_HEALTH = "admin.health"
    ADMIN_CORRECT_CASE = "admin.correct_case"  # ask to move a case to a corrected bundle (decision 2)
    ADMIN_APPROVE = "admin.approve"  # the second pair of eyes
    AUDIT_READS = "audit.reads"
    AGGREGATES_SEE = "aggregates.see"
