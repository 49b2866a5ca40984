"""Signing in and out with a user name and a password, and with the code of a second factor."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.actions import accounts, second_factors
from engine.actions.demo import PASSWORD
from engine.actions.sessions import Holder
from engine.records import directory
from engine.records.database import reading, writing
from webapp import auth, words
from webapp.pages import outside
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("signin", __name__)
SECOND_WITHIN = timedelta(minutes=5)


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
        entered = accounts.sign_in(house().engine, user_name, password, address=address(), now=now())
    except accounts.TooManyTries as error:
        return _again(user_name, many(error)), 429
    if entered is None:
        return _again(user_name, gettext("The user name or the password is not right.")), 401
    with reading(house().engine) as opened:
        asked = second_factors.is_asked_of(opened, entered.person.id)
        required = second_factors.is_required(opened)
    following = auth.safe_target(request.form.get("next"))
    if asked:
        due = "password" if entered.must_change else ""
        auth.wait_for(person=entered.person.id, at=now().isoformat(), next=following, due=due)
        return redirect(url_for("signin.second_page"))
    due = "password" if entered.must_change else "second_factor" if required else ""
    auth.begin(Holder("password", person_id=entered.person.id), due)
    return redirect(auth.after_sign_in(entered.person.id, following))


@pages.get("/sign-in/second")
@reads
def second_page() -> ResponseReturnValue:
    """Ask for the code."""
    return _second("") if _pending() else redirect(url_for("signin.page"))


@pages.post("/sign-in/second")
def second() -> ResponseReturnValue:
    """Take the code, and begin the session."""
    pending = _pending()
    if pending is None:
        return redirect(url_for("signin.page"))
    person_id, problem = pending["person"], None
    try:
        take_code(person_id, request.form.get("code", ""))
    except accounts.TooManyTries as error:
        problem = many(error), 429
    except second_factors.WrongCode:
        problem = gettext("The code is not right, or it has been used. Wait for the next one."), 401
    if problem:
        return _second_again(problem[0]), problem[1]
    auth.begin(Holder("password+code", person_id=person_id), pending["due"])
    return redirect(auth.after_sign_in(person_id, auth.safe_target(pending["next"])))


@pages.post("/sign-out")
def sign_out() -> Response:
    """End this session; the others of the same person go on."""
    auth.end()
    return redirect(url_for("signin.page"))


def take_code(person_id: str, code: str) -> None:
    """A code of that person's, throttled as passwords are. Raises WrongCode, TooManyTries."""
    number = accounts.note_code(house().engine, person_id, address=address(), now=now())
    try:
        with writing(house().engine) as opened:
            second_factors.use(opened, person_id, code, key=house().settings.lookup_key, now=now())
            accounts.code_was_right(opened, number)
    except second_factors.WrongCode:
        accounts.code_was_wrong(house().engine, person_id, now=now())
        raise


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


def many(error: accounts.TooManyTries) -> str:
    """When to try again."""
    if error.again_at is None:
        return gettext("Too many tries. An administrator must give you a new password.")
    return gettext("Too many tries. Try again at %(time)s.", time=words.clock(error.again_at, ZONE))


def _pending() -> dict[str, str] | None:
    """Somebody whose password was right a moment ago."""
    found = session.get("pending")
    if not isinstance(found, dict) or now() - datetime.fromisoformat(str(found["at"])) > SECOND_WITHIN:
        return None
    return found


@reads
def _again(user_name: str, problem: str) -> str:
    return _drawn(user_name, problem)


@reads
def _second_again(problem: str) -> str:
    return _second(problem)


def _second(problem: str) -> str:
    return render_template("second.html", action=url_for("signin.second"), problem=problem)


def _drawn(user_name: str, problem: str) -> str:
    demo = [] if house().settings.is_production else directory.demo_people(tx())
    return render_template(
        "signin.html", action=url_for("signin.sign_in"), next=request.values.get("next", ""), user_name=user_name, problem=problem,
        accounts=[{"user_name": one.username, "name": one.name, "unit": one.place} for one in demo], demo_password=PASSWORD,
        kept="kept" in request.args, providers=outside.buttons("staff", request.values.get("next", "")),
    )  # fmt: skip
