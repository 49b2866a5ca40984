"""One transaction and one instant per request.

Enters: a view that reads or writes. Leaves: its answer, after the commit: inside the dispatch and before any `after_request`, so that a
commit that fails is an ordinary engine error and nobody is told of a step that was not saved. A page that shows case content notes the
reading, so it opens as a writing transaction too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import current_app, g, make_response
from sqlalchemy import Connection, Engine

from engine.records.database import reading, writing
from webapp.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
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


def reads(view: View) -> View:
    """The view only reads."""
    return cast(View, _within(view, reading))


def writes(view: View) -> View:
    """The view writes, if only that somebody read."""
    return cast(View, _within(view, writing))


def _within(view: Any, opened: Any) -> Any:
    @wraps(view)
    def run(**arguments: object) -> object:
        with opened(house().engine) as transaction:
            g.tx = transaction
            try:
                return make_response(view(**arguments))
            finally:
                g.pop("tx", None)

    return run
