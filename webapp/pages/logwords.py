"""Rows of the log in words that the one whose case it is understands too."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask_babel import gettext

from engine.access import CATEGORIES
from engine.access.own import Capacity
from engine.errors import NotFound
from engine.library import current
from engine.reads.logbook import Line
from engine.records import log
from webapp import words
from webapp.pages import papers, refusals, telling
from webapp.session import now, tx


def what(line: Line) -> str:
    """What was done: `Läste: planen och samordningen`, `Lämnade in en uppgift`."""
    if line.act == log.READ:
        return gettext("Read: %(what)s", what=categories(line.categories))
    if line.act == log.REFUSED:
        return gettext("Asked for something and was refused")
    return _ACTS().get(line.act) or gettext("Did something else")


def categories(found: object) -> str:
    """Which kinds of content, in words."""
    known = [str(one) for one in found] if isinstance(found, list) else []
    if set(known) >= CATEGORIES:
        return gettext("everything in the case")
    return words.listed([telling.category(one) for one in known])


def ground(line: Line) -> str:
    """On what ground, or why not."""
    if line.act == log.REFUSED:
        return refusals.sentence(line.ground or "")
    return papers.reason(line.ground) if line.ground else ""


def routine(process_id: str | None) -> str:
    """The title of a routine; nothing where it is not deployed any more."""
    if process_id is None:
        return ""
    try:
        return current(tx(), process_id).routine.title
    except NotFound:
        return ""


def shown(line: Line, people: Mapping[str, str], units: Mapping[str, str], zone: ZoneInfo) -> dict[str, str]:
    """A row of the table: when, who, unit, what, case, routine, why."""
    who = (
        people.get(line.actor_id or "", line.actor_id or "")
        if line.actor_id
        else gettext("The routine itself")
    )
    if line.actor_id is None and line.case_id is None:
        who = gettext("Somebody unknown")
    if line.actor_id is None and line.ground in tuple(Capacity):
        who = papers.reason(line.ground)
    if line.acting_for_id:
        who = gettext(
            "%(who)s for %(whom)s", who=who, whom=people.get(line.acting_for_id, line.acting_for_id)
        )
    return {
        "when": words.moment(line.at, now(), zone),
        "who": who,
        "unit": units.get(line.unit_id or "", ""),
        "what": what(line),
        "act": "" if line.act in (log.READ, log.REFUSED) or line.act in _ACTS() else line.act,
        "case": line.case_number or "",
        "routine": routine(line.process_id),
        "why": ground(line),
        "number": str(line.id),
    }


def _followed() -> dict[str, str]:
    return {
        "task_reminded": gettext("Reminded of a task"),
        "task_escalated": gettext("Lifted a task in the line of management"),
        "escalation_held": gettext("Held an escalation by giving the task to somebody"),
        "task_noted": gettext("Wrote a note about a late task"),
        "follow_up_undone": gettext("Took back what was done about a late task"),
    }


def _ACTS() -> dict[str, str]:  # noqa: N802  a table that needs the language of the request
    return (
        _published()
        | _learned()
        | _disposed()
        | _followed()
        | {
            "case_started": gettext("Started the case"),
            "instance_started": gettext("Started a part of the routine"),
            "instance_ended": gettext("A part of the routine was finished"),
            "instance_cancelled": gettext("A part of the routine was stopped"),
            "task_claimed": gettext("Took a task"),
            "task_released": gettext("Put a task back"),
            "task_reassigned": gettext("Gave a task to a colleague"),
            "task_completed": gettext("Handed in a task"),
            "task_cancelled": gettext("A task was no longer needed"),
            "task_answered_on_behalf": gettext("Wrote down an answer given by telephone"),
            "message_received": gettext("Told something new in the case"),
            "note_written": gettext("Wrote a note"),
            "paper_added": gettext("Added a paper"),
            "paper_removed": gettext("Removed a paper"),
            "entry_corrected": gettext("Corrected what was written"),
            "own_way_made": gettext("Made a way in for the one whose case it is"),
            "own_words_shared": gettext("Shared what they had written for themselves"),
            "own_consent_taken_back": gettext("Took back a consent from their own view"),
            "own_proposal": gettext("Proposed something from their own view"),
            "contact_request_taken": gettext("Took a request to be rung"),
            "own_way_taken_back": gettext("Took back the way in for the one whose case it is"),
            "reader_named": gettext("Let somebody read a protected case"),
            "reader_named_anew": gettext("Let somebody read a protected case that nobody could open"),
            "reader_ended": gettext("Ended somebody's right to read a protected case"),
            "withheld_from_guardian": gettext("Kept something from a guardian"),
            "withholding_lifted": gettext("Let a guardian read again"),
            "unit_taken_over": gettext("Another unit took over"),
            "absence_registered": gettext("Wrote down an absence"),
            "protection_set": gettext("Changed the protection of personal data"),
            "milder_level_wanted": gettext("Wanted a milder level of protection"),
            "duplicate_checked": gettext("Looked whether the person has a plan"),
            "duplicate_found": gettext("Found that the person has a plan"),
            "incident_opened": gettext("A step could not be taken"),
            "incident_resolved": gettext("A step was taken again"),
            "case_move_asked": gettext("Asked for a correction of the routine"),
            "case_moved": gettext("Approved a correction of the routine"),
            "case_move_refused": gettext("Refused a correction of the routine"),
            log.SIGNED_IN: gettext("Signed in"),
            log.SIGN_IN_FAILED: gettext("Failed to sign in"),
            log.SIGNED_OUT: gettext("Signed out"),
            log.PROVED: gettext("Showed anew who they are"),
            "password_changed": gettext("Changed their password"),
            "account_added": gettext("Added an account"),
            "password_reset": gettext("Gave an account a new password"),
            "log_searched": gettext("Looked in the log"),
            "log_signs_seen": gettext("Looked for signs in the log"),
            "log_extract_made": gettext("Made an extract of the log"),
            "log_sample_seen": gettext("Looked at a sample of the log"),
            log.PRUNED: gettext("Old rows of the log were let go"),
            log.EXPORTED: gettext("The log was handed out"),
        }
    )


def _learned() -> dict[str, str]:
    """What is read and learned, and kept for others to read."""
    return {
        "reading_added": gettext("Added something to read"),
        "reading_removed": gettext("Took away something to read"),
        "link_added": gettext("Added a link"),
        "link_changed": gettext("Changed a link"),
        "link_retired": gettext("Retired a link"),
        "link_restored": gettext("Offered a link again"),
        "publisher_added": gettext("Added a body behind links"),
        "publisher_renamed": gettext("Gave a body behind links its new name"),
        "routine_acknowledged": gettext("Read and understood a routine"),
        "course_completed": gettext("Wrote down a course gone through"),
        "course_taken_back": gettext("Took back a course gone through"),
        "instruction_put": gettext("Put a local instruction in force"),
    }


def _published() -> dict[str, str]:
    """How a routine is changed."""
    return {
        "draft_made": gettext("Began a draft of a routine"),
        "draft_dropped": gettext("Gave up a draft of a routine"),
        "draft_taken_up": gettext("Took up again a draft that was given up"),
        "version_asked": gettext("Asked that a draft be published"),
        "withdrawal_asked": gettext("Asked that a routine be withdrawn"),
        "version_taken_back": gettext("Took back the request to publish"),
        "version_approved": gettext("Approved a version of a routine"),
        "version_sent_back": gettext("Sent a draft of a routine back"),
        "version_called_off": gettext("Called off an approved version of a routine"),
    }


def _disposed() -> dict[str, str]:
    """What is held back, and what is removed."""
    return {
        "hold_placed": gettext("Held a case back from removal"),
        "hold_ended": gettext("Let a case be removed in its time"),
        "case_purged": gettext("Removed the content of a case"),
        "disposal_asked": gettext("Proposed that cases be removed"),
        "archive_confirmed": gettext("Said that archives have arrived"),
        "disposal_approved": gettext("Approved that cases be removed"),
        "disposal_refused": gettext("Refused that cases be removed"),
    }
