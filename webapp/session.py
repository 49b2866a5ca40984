"""One transaction and one instant per request.

Enters: a view that reads or writes. Leaves: its answer, after the commit: inside the dispatch and before any `after_request`, so that a
commit that fails is an ordinary engine error and nobody is told of a step that was not saved. A page that shows case content notes the
reading, so it opens as a writing transaction too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import ParamSpec
from zoneinfo import ZoneInfo

from flask import Response, current_app, g, make_response
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine

from engine.records.database import reading, writing
from webapp import acts
from webapp.settings import Settings

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class After:
    """An answer that takes long to make: made when the transaction is over, since everybody else who wants to write waits for it."""

    make: Callable[[], ResponseReturnValue]


ZONE = ZoneInfo("Europe/Stockholm")  # of people who belong to no region yet; a case has its own


@dataclass(frozen=True, slots=True)
class House:
    """What the process is put together of."""

    engine: Engine
    settings: Settings
    now: Callable[[], datetime]


def house() -> House:
    """The parts of this process."""
    found: House = current_app.extensions["samordna"]
    return found


def now() -> datetime:
    """The instant of this request; the same for all that happens in it."""
    if "now" not in g:
        g.now = house().now()
    found: datetime = g.now
    return found


def today(zone: ZoneInfo = ZONE) -> date:
    """The day of this request where people live."""
    return now().astimezone(zone).date()


def tx() -> Connection:
    """The open transaction of this request."""
    found: Connection = g.tx
    return found


def reads(view: Callable[P, ResponseReturnValue | After]) -> Callable[P, Response]:
    """The view only reads."""
    return _within(view, reading)


def writes(view: Callable[P, ResponseReturnValue | After]) -> Callable[P, Response]:
    """The view writes, if only that somebody read."""
    return _within(view, writing)


def _within(
    view: Callable[P, ResponseReturnValue | After],
    opened: Callable[[Engine], AbstractContextManager[Connection]],
) -> Callable[P, Response]:
    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Response:
        with opened(house().engine) as transaction:
            g.tx = transaction
            acts.begin(transaction)
            try:
                given = view(*args, **kwargs)
                answer = given if isinstance(given, After) else make_response(given)
                if opened is writing and (isinstance(answer, After) or answer.status_code < 400):
                    acts.note(transaction, now=now())
            finally:
                g.pop("tx", None)
        return make_response(answer.make()) if isinstance(answer, After) else answer

    return run
