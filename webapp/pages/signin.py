"""Signing in and out with a user name and a password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.actions import accounts
from engine.actions.demo import PASSWORD
from engine.records import directory
from engine.records.database import writing
from webapp import auth, words
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("signin", __name__)


@pages.get("/sign-in")
@reads
def page() -> str:
    """The empty form."""
    return _drawn("", "")


@pages.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Begin a session, or say the same sentence whether the name or the password was wrong."""
    user_name, password = request.form.get("user_name", "").strip(), request.form.get("password", "")
    try:
        with writing(house().engine) as opened:
            person = accounts.sign_in(opened, user_name, password, now=now())
    except accounts.TooManyTries as error:
        again = words.clock(error.again_at, ZONE)
        return _again(user_name, gettext("Too many tries. Try again at %(time)s.", time=again)), 429
    if person is None:
        return _again(user_name, gettext("The user name or the password is not right.")), 401
    auth.begin(person)
    return redirect(auth.safe_target(request.form.get("next")))


@pages.post("/sign-out")
def sign_out() -> Response:
    """End the session, and whatever copy there is of it: the cookie alone cannot tell that somebody signed out."""
    if (who := auth.asking()) is not None:
        with writing(house().engine) as opened:
            directory.end_sessions(opened, who.id, at=now())
    auth.end()
    return redirect(url_for("signin.page"))


@reads
def _again(user_name: str, problem: str) -> str:
    return _drawn(user_name, problem)


def _drawn(user_name: str, problem: str) -> str:
    demo = [] if house().settings.is_production else directory.demo_people(tx())
    return render_template(
        "signin.html", action=url_for("signin.sign_in"), next=request.values.get("next", ""), user_name=user_name, problem=problem,
        accounts=[{"user_name": one.username, "name": one.name, "unit": one.place} for one in demo], demo_password=PASSWORD,
    )  # fmt: skip
