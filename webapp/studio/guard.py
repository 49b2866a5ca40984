"""Whoever may not change a routine reaches no address of its drafts, whatever the address would do.

Enters: a request with a draft in its address, of somebody who has signed in. Leaves: nothing, or NotFound and NotAllowed of the engine
before anything of the draft is looked at.
"""

from __future__ import annotations

from flask import Flask, request

from engine.actions import routine_drafts
from engine.records import routine_drafts as rows
from engine.records.database import reading
from webapp.auth import actor
from webapp.session import house


def install(app: Flask) -> None:
    """Ask before every address with a draft in it."""
    app.before_request(_ask)


def _ask() -> None:
    draft_id = (request.view_args or {}).get("draft_id")
    if draft_id is not None:
        with reading(house().engine) as tx:
            routine_drafts.allowed(actor(), rows.fetch(tx, draft_id))
