"""Proving anew who one is, before signing something."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import accounts, second_factors
from engine.records import directory
from engine.records.database import reading
from webapp import auth
from webapp.auth import actor
from webapp.pages import signin
from webapp.session import house, now, reads, tx
from webapp.signing import NotProved

pages = Blueprint("proving", __name__)


@pages.get("/sign-in/again")
@reads
def page() -> str:
    """Ask for the code where there is a second factor, else for the password; or send to where the person signs in."""
    return _drawn("")


@pages.post("/sign-in/again")
def prove() -> ResponseReturnValue:
    """Take it, and go on where one was."""
    try:
        _prove()
    except accounts.TooManyTries as error:
        return reads(_drawn)(problem=signin.many(error)), 429
    except second_factors.WrongCode:
        return reads(_drawn)(
            problem=gettext("The code is not right, or it has been used. Wait for the next one.")
        ), 401
    except accounts.WrongPassword:
        return reads(_drawn)(problem=gettext("The password is not right.")), 401
    auth.prove()
    return redirect(auth.safe_target(request.form.get("next")))


@pages.app_errorhandler(NotProved)
def keep_and_ask(_error: NotProved) -> ResponseReturnValue:
    """What was sent is kept; after the proof it is offered anew."""
    auth.keep_posted()
    return redirect(url_for("proving.page", next=url_for("kept.page")), 303)


def _prove() -> None:
    with reading(house().engine) as opened:
        asked = second_factors.is_asked_of(opened, actor().id)
    if asked:
        signin.take_code(actor().id, request.form.get("code", ""))
    else:
        accounts.prove(
            house().engine, actor().id, request.form.get("password", ""), address=signin.address(), now=now()
        )


def _drawn(problem: str) -> str:
    person = directory.person(tx(), actor().id)
    row = auth.current().row
    outside = row.method.removeprefix("outside:") if row and row.method.startswith("outside:") else ""
    following = auth.safe_target(request.values.get("next"))
    return render_template(
        "prove.html", action=url_for("proving.prove"), next=following, problem=problem,
        by_code=second_factors.is_asked_of(tx(), actor().id), by_password=bool(person and person.password_hash),
        outside_url=url_for("outside.begin", provider=outside, next=following, again=1) if outside else "",
    )  # fmt: skip
