"""Who asks.

Enters: the signed session cookie, which holds an account's id and two instants. Leaves: the Actor of this request, read anew from the
directory each time, so that a role taken away is gone at the next click. Without a session every page but a few asks to sign in, and
comes back to where one was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from engine.access import Actor
from engine.actions import actors
from engine.records import directory
from engine.records.database import reading
from webapp.session import house, now, today

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "signin.page",
        "signin.sign_in",
        "statements.accessibility",
        "statements.help_page",
        "statements.privacy",
    }
)


def asking() -> Actor | None:
    """The one who asks, or None before sign-in."""
    found: Actor | None = g.get("actor")
    return found


def actor() -> Actor:
    """The one who asks; only within pages that need a session."""
    found: Actor = g.actor
    return found


def begin(person: directory.Person) -> None:
    """A new session for that person; nothing of an earlier one is kept."""
    session.clear()
    session.permanent = True
    session["person"] = person.id
    session["began"] = session["seen"] = now().isoformat()


def end() -> None:
    """The session is over."""
    session.clear()


def safe_target(target: str | None) -> str:
    """An address within this site to go back to, else the worklist."""
    try:
        parts = urlsplit(target or "")
    except ValueError:  # half of an IPv6 address
        return url_for("worklist.page")
    inside = (
        target
        and target.isprintable()
        and not parts.scheme
        and not parts.netloc
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
    )
    return target if inside and target else url_for("worklist.page")


def install(app: Flask) -> None:
    """Ask for a session before every page."""

    @app.before_request
    def who() -> Response | None:
        g.actor = _actor()
        if g.actor is not None or request.endpoint in OPEN_ENDPOINTS or request.endpoint is None:
            return None
        if request.method != "GET" or request.headers.get("Accept", "").startswith("application/json"):
            abort(401)
        return redirect(url_for("signin.page", next=request.full_path.rstrip("?")))


def _actor() -> Actor | None:
    person_id = session.get("person")
    if not isinstance(person_id, str):
        return None
    began, seen = _instant("began"), _instant("seen")
    if began is None or seen is None or now() - seen > IDLE or now() - began > ABSOLUTE:
        session.clear()
        return None
    with reading(house().engine) as tx:
        person = directory.person(tx, person_id)
        found = actors.actor(tx, person_id, on=today())
    if found is None or person is None or (person.sessions_from and began < person.sessions_from):
        session.clear()
        return None
    if now() - seen > timedelta(minutes=1):
        session["seen"] = now().isoformat()
    return found


def _instant(name: str) -> datetime | None:
    text = session.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else None
