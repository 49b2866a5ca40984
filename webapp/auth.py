"""Who asks.

Enters: the session of this browser (`cookies`). Leaves: the Actor of this request, read anew from the directory each time, so that a role
taken away is gone at the next click. Without a session every page but a few asks to sign in, and comes back to where one was; what somebody
sent after their session was over is kept for them. Pages for the one whose case it is have a way in of their own (`pages.own`).
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from engine.access import Actor
from engine.access.actor import Role
from engine.actions import actors, sessions
from engine.records import directory
from engine.records import sessions as session_rows
from engine.records.database import reading, writing
from webapp import acts, sealing
from webapp.cookies import CSRF, FORMS, ServerSession, ServerSessions
from webapp.session import house, now, today

OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "signin.page",
        "signin.sign_in",
        "signin.second_page",
        "signin.second",
        "outside.begin",
        "outside.back",
        "statements.accessibility",
        "statements.help_page",
        "statements.privacy",
    }
)
KEPT, SEALED = "what was sent too late", "sealed"
OPEN_PAGES = ("own.", "public.", "public_routines.", "public_papers.", "public_links.")
"""Pages of the one whose case it is, which have a way in of their own; and pages for everybody, which show nothing of any case."""
STILL_OPEN = frozenset({"signin.sign_out", "account.password_page", "account.change_password"})
DUE = {
    "password": ("account.password_page", STILL_OPEN),
    "second_factor": (
        "account.second_factor_page",
        STILL_OPEN | {"account.second_factor_page", "account.confirm_second_factor"},
    ),
}
"""What somebody must do first, by the word in the session: where they are sent, and what they may open meanwhile."""
NOT_KEPT = frozenset({CSRF, "password", "old_password", "new_password", "code"})
MOST_LETTERS_KEPT = 300_000


def asking() -> Actor | None:
    """The one who asks, or None before sign-in."""
    found: Actor | None = g.get("actor")
    return found


def actor() -> Actor:
    """The one who asks; only within pages that need a session."""
    found: Actor = g.actor
    return found


def current() -> ServerSession:
    """The session of this browser."""
    found = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  a proxy's only way to say what it stands for
    if not isinstance(found, ServerSession):
        raise TypeError("not a session of the server")
    return found


def begin(holder: sessions.Holder, due: str = "") -> None:
    """A new session with a new token; nothing of an earlier one is kept. `due` is what must be done first, as in DUE."""
    data = {"due": due} if due else {}
    browser = request.headers.get("User-Agent", "")
    with writing(house().engine) as tx:
        token, row = sessions.begin(
            tx, holder, browser=browser, data=data, replaced=current().token, now=now()
        )
    current().show(row, token)


def wait_for(**pending: str) -> None:
    """Remember, under a new token, what came before the sign-in is complete."""
    with writing(house().engine) as tx:
        token, row = sessions.begin(
            tx,
            sessions.NOBODY,
            browser="",
            data={"pending": dict(pending)},
            replaced=current().token,
            now=now(),
        )
    current().show(row, token)


def end() -> None:
    """The session is over, here and on the server."""
    with writing(house().engine) as tx:
        if (row := current().row) is not None:
            session_rows.end(tx, row.id, now=now())
            if row.person_id is not None:
                acts.note_sign_out(tx, row.person_id, now=now())
    current().show(None, sessions.new_token())


def prove() -> None:
    """They have just proved anew who they are: from now on under a new token, and pages that lie open still fit."""
    here = current()
    row = here.row
    if row is not None:
        data = here.remembered | {FORMS: here[CSRF]}
        with writing(house().engine) as tx:
            token, renewed = sessions.proved(tx, row, data=data, now=now())
            if row.person_id is not None:
                acts.note_proof(tx, row.person_id, now=now())
        here.show(renewed, token)


def has_just_proved() -> bool:
    """Whether they may sign without proving anew who they are."""
    row = current().row
    return row is not None and sessions.has_just_proved(row, now=now())


def after_sign_in(person_id: str, following: str) -> str:
    """Where to go: first to what was kept when an earlier session ended; whoever only sees figures has no tasks to begin with."""
    with reading(house().engine) as opened:
        kept = session_rows.kept_forms(opened, person_id)
        held = directory.memberships(opened, on=today(), person_id=person_id)
    if kept:
        return url_for("kept.page")
    only_figures = bool(held) and all(one.role == Role.GOVERNANCE for one in held)
    return url_for("figures.page") if only_figures and following == url_for("worklist.page") else following


def safe_target(target: str | None, otherwise: str = "worklist.page") -> str:
    """An address within this site to go back to, else the worklist."""
    try:
        parts = urlsplit(target or "")
    except ValueError:  # half of an IPv6 address
        return url_for(otherwise)
    inside = (
        target
        and target.isprintable()
        and not parts.scheme
        and not parts.netloc
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
    )
    return target if inside and target else url_for(otherwise)


def install(app: Flask) -> None:
    """Ask for a session before every page."""
    app.session_interface = ServerSessions()

    @app.before_request
    def who() -> Response | None:
        g.actor = _actor()
        endpoint = request.endpoint
        if endpoint is None or endpoint in OPEN_ENDPOINTS or endpoint.startswith(OPEN_PAGES):
            return None
        if g.actor is not None:
            return _first_this(endpoint)
        return _sign_in_first()


def keep_posted() -> str:
    """Keep what was sent for the one whose session it is, or was until it timed out; gives its id, or nothing where there is nobody.

    It lies in the database encrypted with a key that does not: what people wrote of others, and nobody has handed in.
    """
    over = current().over
    owner = current().row or (over if over is not None and over.ended_at is None else None)
    fields = {name: values for name, values in request.form.lists() if name not in NOT_KEPT}
    if owner is None or sum(len(value) for values in fields.values() for value in values) > MOST_LETTERS_KEPT:
        return ""
    endpoint, address = request.endpoint or "", request.full_path.rstrip("?")
    secret = house().settings.secret_key
    sealed = sealing.seal({"fields": json.dumps(fields)}, purpose=KEPT, secret=secret, now=now())
    with writing(house().engine) as tx:
        return sessions.keep_form(tx, owner, endpoint, address, {SEALED: [sealed]}, now=now())


def fields_kept(form: session_rows.KeptForm) -> dict[str, list[str]] | None:
    """What was sent, by field; None where it is too old, or the secret of the installation has been replaced since."""
    secret, kept_for = house().settings.secret_key, sessions.FORMS_KEPT_FOR
    (text,) = form.fields.get(SEALED, [""])
    told = sealing.unseal(text, purpose=KEPT, secret=secret, kept_for=kept_for, now=now())
    fields: dict[str, list[str]] | None = json.loads(told["fields"]) if told else None
    return fields


def _sign_in_first() -> Response:
    if request.headers.get("Accept", "").startswith("application/json"):
        abort(401)
    if request.method == "POST" and not request.headers.get("HX-Request") and keep_posted():
        return redirect(url_for("signin.page", kept=1), 303)
    if request.method != "GET":
        abort(401)
    return redirect(url_for("signin.page", next=request.full_path.rstrip("?")))


def _first_this(endpoint: str) -> Response | None:
    where, allowed = DUE.get(str(session.get("due", "")), ("", frozenset()))
    return redirect(url_for(where)) if where and endpoint not in allowed else None


def _actor() -> Actor | None:
    row = current().row
    if row is None or row.person_id is None:
        return None
    with reading(house().engine) as tx:
        return actors.actor(tx, row.person_id, on=today(), now=now())
