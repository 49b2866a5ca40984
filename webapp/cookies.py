"""The session as pages meet it: a dictionary whose rows lie on the server.

Enters: a cookie that holds a random token; there is no other (S1-33). Leaves: what is remembered under the token's hash, and the
session's row as `session.row`. A visitor who has not signed in costs no row: the token for forms is made from the cookie's own, and
nothing is written before a page has something to remember. What changed is written after the answer is made; the last click at most
once a minute.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import logging
import re
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError

from engine.actions import sessions
from engine.records import sessions as rows
from engine.records.database import reading, writing
from webapp.session import House

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
CSRF = "csrf_token"  # under which Flask-WTF looks for it
FORMS = "forms"
"""Under which a session that goes on under another token keeps that of the pages which lie open."""
log = logging.getLogger("samordna.web")


class ServerSession(dict[str, Any], SessionMixin):
    """What is remembered of one browser. `row` is none before something is remembered; `over` says that it has lasted too long."""

    def __init__(self, token: str, secret: str, *, is_new: bool = False) -> None:
        super().__init__()
        self.token, self.secret, self.sent = token, secret, "" if is_new else token
        self.row: rows.Session | None = None
        self.over: rows.Session | None = None
        self.before: dict[str, Any] = {}
        self._show(None)

    def show(self, row: rows.Session | None, token: str = "") -> None:
        """From now on this row is the session's."""
        self.token = token or self.token
        self._show(row)

    def _show(self, row: rows.Session | None) -> None:
        self.row = row
        self.clear()
        self.update(copy.deepcopy(dict(row.data)) if row else {})
        self.before = copy.deepcopy(dict(self))
        # Made, not kept: so a form has its token before there is a row, and still has it when the session is over.
        remembered = row or self.over
        kept = remembered.data.get(FORMS) if remembered else None
        made = hmac.new(self.secret.encode(), f"csrf:{self.token}".encode(), hashlib.sha256).hexdigest()
        self[CSRF] = str(kept or made)

    @property
    def remembered(self) -> dict[str, Any]:
        """What must be on the server after this request."""
        return {name: value for name, value in self.items() if name != CSRF}


class ServerSessions(SessionInterface):
    """Sessions in the database of the process."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session of this browser."""
        house = _house(app)
        token = request.cookies.get(self.get_cookie_name(app), "")
        if not TOKEN.fullmatch(token):
            return ServerSession(sessions.new_token(), house.settings.secret_key, is_new=True)
        found = ServerSession(token, house.settings.secret_key)
        if request.path.startswith("/static/"):
            return found
        with reading(house.engine) as tx:
            row = rows.find(tx, sessions.session_id(token))
        if row is not None and sessions.is_over(row, now=house.now()):
            found.over = row
            found.show(None)
        else:
            found.show(row)
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what has changed, and hand out the token where the browser has another."""
        if not isinstance(session, ServerSession):
            raise TypeError("not a session of this interface")
        house, now = _house(app), _house(app).now()
        if session.remembered != session.before:
            with writing(house.engine) as tx:
                self._write(tx, session, now)
        elif session.row is not None and sessions.wants_touch(session.row, now=now):
            try:
                with writing(house.engine) as tx:
                    rows.touch(tx, session.row.id, now=now)
            except OperationalError as error:  # the answer is made: the next click is counted instead
                log.warning("last click not noted", extra={"action": "touch", "cause": type(error).__name__})
        if session.token != session.sent:
            self._send(app, session, response)

    def _write(self, tx: Any, session: ServerSession, now: Any) -> None:
        """What changed is changed; what another request of the same browser wrote meanwhile stays."""
        if session.row is None:
            token = sessions.new_token() if session.over else session.token
            row = sessions.opened(token, sessions.NOBODY, data=session.remembered, now=now)
            rows.insert(tx, row)
            session.token, session.row = token, row
            return
        kept = rows.find(tx, session.row.id)
        data = dict(kept.data) if kept else {}
        for name in session.before.keys() - session.remembered.keys():
            data.pop(name, None)
        data |= {
            name: value for name, value in session.remembered.items() if session.before.get(name) != value
        }
        rows.remember(tx, session.row.id, data)

    def _send(self, app: Flask, session: ServerSession, response: Response) -> None:
        response.set_cookie(
            self.get_cookie_name(app), session.token, path="/", httponly=True, samesite="Lax",
            secure=bool(app.config["SESSION_COOKIE_SECURE"]),
        )  # fmt: skip


def _house(app: Flask) -> House:
    found: House = app.extensions["samordna"]
    return found
