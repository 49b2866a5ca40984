"""What is approved for a later day is called off before that day: nothing changes, and the draft is open to be mended.

Enters: an open transaction and a publication that awaits its day. Leaves: that publication, stopped, with who did it and why. One person
is enough, since everybody stays with what is in force; to bring the change into force after all goes the whole way anew.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine import asking
from engine.access import Actor
from engine.actions import publishing, routine_drafts
from engine.errors import AlreadyClosed, NotAllowed
from engine.records import publications
from engine.records import routine_drafts as draft_rows


def call_off(tx: Connection, actor: Actor, publication_id: str, reason: str, *, now: datetime) -> None:
    """Stop it, whoever asked or approved. A withdrawal that is called off is given up.

    Raises NotFound, NotAllowed for whoever may not change the routine or gives no reason, AlreadyClosed where it is in force, was stopped
    already or was never approved.
    """
    approved, draft = publishing.held(tx, publication_id)
    who = asking.acting(publishing.required(actor, draft))
    if not reason.strip():
        raise NotAllowed("reason-needed")
    if approved.status != "approved" or approved.in_force_at is not None:
        ended = approved.in_force_at or approved.called_off_at or approved.decided_at
        raise AlreadyClosed(ended, approved.called_off_by or approved.decided_by, approved.status)
    publications.call_off(tx, approved.id, reason.strip()[: publishing.LONGEST], who=who, now=now)
    draft_rows.change(tx, draft.id, status="open" if draft.kind == "change" else "dropped")
    routine_drafts.note(tx, "version_called_off", draft, who, now=now, about=f"publication:{approved.id}")
