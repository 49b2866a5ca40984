"""An engine error becomes a status and a sentence: one table.

Enters: an exception that left a view, whose transaction is rolled back. Leaves: a page that says what happened and what to do. CaseStopped
also leaves an incident, in a transaction of its own, and keeps what was typed.
"""

from __future__ import annotations

import logging
import math

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from engine.access import Reason
from engine.actions import incidents
from engine.actions.pace import TooOften
from engine.asking import who
from engine.errors import (
    AlreadyClaimed,
    AlreadyClosed,
    CaseStopped,
    EngineError,
    InvalidForm,
    NotAllowed,
    NotFound,
    StaleCase,
)
from engine.records.database import writing
from engine.records.facts import Who
from webapp import acts, words, written
from webapp.pages import refusals
from webapp.session import ZONE, house, now

log = logging.getLogger("samordna.web")

STATUS: dict[type[Exception], int] = {
    NotFound: 404,
    NotAllowed: 403,
    InvalidForm: 400,
    AlreadyClaimed: 409,
    AlreadyClosed: 409,
    StaleCase: 409,
    CaseStopped: 503,
    OperationalError: 503,
    CSRFError: 400,
    TooOften: 429,
}

LOSING = frozenset({500, 503})
"""Answers to something that may have been written with care, and was not saved through no fault of whoever wrote it."""

UNTOLD = frozenset({Reason.NOT_YOUR_UNIT, Reason.PROTECTED})
"""Whoever has no part is not told that there is anything: the answer is that of an address that does not exist."""


def install(app: Flask) -> None:
    """Answer every failure with a page."""
    for kind in (EngineError, OperationalError, CSRFError, HTTPException):
        app.register_error_handler(kind, answer)
    if not app.debug:
        app.register_error_handler(Exception, answer)


def answer(error: Exception) -> ResponseReturnValue:
    """The page for a failure; for scripts the same as JSON."""
    status, is_told = _status(error), True
    if isinstance(error, NotAllowed):
        _note_refusal(error)
    elif isinstance(error, CSRFError):
        log.warning("token of the page missing or wrong", extra={"action": request.endpoint})
    if isinstance(error, CaseStopped):
        is_told = _remember(error) is not None
    elif status >= 500:
        log.error(
            "request failed",
            extra={"action": request.endpoint, "cause": type(error).__name__},
            exc_info=error,
        )
    reason = sentence(error) if is_told else _never_begun()
    if isinstance(error, TooOften):
        g.wait_for = max(1, math.ceil((error.again_at - now()).total_seconds()))
    if request.headers.get("Accept", "").startswith("application/json"):
        return jsonify(status=status, reason=reason), status
    kept = written.by_request() if status in LOSING else None
    again = kept if not isinstance(error, CaseStopped) else None  # the same would stop at the same place
    return render_template(
        "error.html", status=status, reason=reason, next=None, kept=kept, again=again
    ), status


def sentence(error: Exception) -> str:
    """What happened and what to do, where there is more to say than the status tells."""
    if isinstance(error, NotAllowed):
        return refusals.sentence(error.reason)
    if isinstance(error, CaseStopped):
        return _stopped(error)
    if isinstance(error, TooOften):
        return gettext(
            "That was done many times in a short while. It goes on at %(time)s.",
            time=words.clock(error.again_at, ZONE),
        )
    if isinstance(error, CSRFError):
        return gettext(
            "The page was too old. Go back, load it anew and try again; what you wrote is still there."
        )
    return ""


def _stopped(error: CaseStopped) -> str:
    if error.step.get("kind") in incidents.ANSWERS:
        return gettext(
            "The step could not be taken. What you wrote is kept as your draft, and the administrators have been told."
        )
    return gettext("The step could not be taken, and nothing was saved. The administrators have been told.")


def _never_begun() -> str:
    return gettext(
        "The case could not be started, and nothing was saved. Tell the one who looks after Samordna; it is not your fault."
    )


def _status(error: Exception) -> int:
    if isinstance(error, NotAllowed) and error.reason in UNTOLD:
        return STATUS[NotFound]
    if isinstance(error, HTTPException) and not isinstance(error, CSRFError):
        return error.code or 500
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def _note_refusal(refused: NotAllowed) -> None:
    """Who asked for what is not theirs stands in the log."""
    actor = g.get("actor")
    if actor is not None:
        with writing(house().engine) as tx:
            acts.note_refusal(tx, actor, str(refused.reason), now=now())


def _remember(stopped: CaseStopped) -> str | None:
    """Leave an incident; None where there is no case to leave it in."""
    actor = g.get("actor")
    unit_id = g.get("acting_unit")
    with writing(house().engine) as tx:
        return incidents.record(
            tx,
            stopped,
            who=who(actor, unit_id) if actor else Who(),
            typed=g.get("typed"),
            now=now(),
        )
