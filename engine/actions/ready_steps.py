"""Ready steps put into a drawing of a draft: a summons, reminders, a question of consent; each is one change that can be undone.

Enters: an open transaction, a process owner, a draft, the place and what is asked for. Leaves: the draft saved anew by `routine_steps`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.access import Actor
from engine.actions import routine_drafts, routine_steps
from engine.actions.routine_drafts import Saved
from engine.definitions.editing import ready
from engine.definitions.editing.drawing import Drawing, Put
from engine.definitions.editing.mending import Done
from engine.definitions.editing.ready_words import Wording
from engine.definitions.editing.timing import Length


@dataclass(frozen=True, slots=True)
class Summons:
    """What the ready step of a summons is told: which unit, as FEEL, and when to remind and to escalate."""

    unit: str
    remind: Length
    escalate: Length


@dataclass(frozen=True, slots=True)
class Reminders:
    """When to remind of a step, and when to escalate it."""

    remind: Length
    escalate: Length


@dataclass(frozen=True, slots=True)
class Consent:
    """The role that asks for consent."""

    role: str


def add(
    tx: Connection,
    actor: Actor,
    draft_id: str,
    path: str,
    place_id: str,
    what: Summons | Reminders | Consent,
    *,
    now: datetime,
) -> tuple[Saved, str]:
    """A ready step: a summons or a question of consent on the flow `place_id`, reminders around the task `place_id`; the first new id."""

    def put_in(drawing: Drawing, language: str) -> Done:
        return Done(_put(drawing, place_id, what, Wording(language, _escalation(tx, actor, draft_id))))

    saved, done = routine_steps.changed(tx, actor, draft_id, path, put_in, now=now)
    return saved, next(iter(done.put.asks), done.put.ids[0])


def _put(drawing: Drawing, place_id: str, what: Summons | Reminders | Consent, words: Wording) -> Put:
    match what:
        case Summons(unit, remind, escalate):
            return ready.summons(drawing, place_id, unit=unit, remind=remind, escalate=escalate, words=words)
        case Reminders(remind, escalate):
            return ready.reminders(drawing, place_id, remind=remind, escalate=escalate, words=words)
        case Consent(role):
            return ready.consent(drawing, place_id, role=role, words=words)


def _escalation(tx: Connection, actor: Actor, draft_id: str) -> str:
    """The routine that the region escalates with: its own where it has one."""
    content = routine_drafts.read(tx, actor, draft_id)
    own = f"{content.draft.region_id}_escalation"
    calls = f'calledElement="{own}"'.encode()
    return (
        own
        if any(calls in data for path, data in content.files.items() if path.endswith(".bpmn"))
        else Wording("").escalation
    )
