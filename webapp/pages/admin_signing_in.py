"""For administrators: what signing in with a password takes, and helping somebody who has lost the telephone or the password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.access import Act, DirectoryObject, may
from engine.actions import accounts, actors, second_factors
from engine.errors import NotFound
from engine.records import credentials, directory
from engine.records.database import reading, writing
from webapp import signing
from webapp.auth import actor
from webapp.pages.admin import frame, mine
from webapp.session import house, now, reads, today, tx

pages = Blueprint("admin_signing_in", __name__, url_prefix="/admin/signing-in")


@pages.get("")
@reads
def page() -> str:
    """The rule, and a field for a user name."""
    may(actor(), Act.ADMIN_DIRECTORY, mine()).required()
    return _drawn("")


@pages.post("")
def rule() -> Response:
    """Whether everybody with a password must show a code from an app as well."""
    may(actor(), Act.ADMIN_DIRECTORY, mine()).required()
    signing.required()
    of_all = "required" if request.form.get("rule") == "required" else "offered"
    with writing(house().engine) as opened:
        second_factors.require(opened, actor(), of_all=of_all, now=now())
    flash(gettext("Saved."))
    return redirect(url_for("admin_signing_in.page"))


@pages.post("/person")
@reads
def person() -> str:
    """One account, found by its whole user name."""
    may(actor(), Act.ADMIN_DIRECTORY, mine()).required()
    return _drawn(request.form.get("user_name", "").strip())


@pages.post("/reset")
def reset() -> Response:
    """The person sets the app up anew at the next sign-in, or when they like."""
    found = _theirs(request.form.get("user_name", ""))
    signing.required()
    with writing(house().engine) as opened:
        second_factors.reset(opened, actor(), found.id, now=now())
    flash(gettext("%(name)s can set the app up anew, and is signed out everywhere.", name=found.name))
    return redirect(url_for("admin_signing_in.page"))


@pages.post("/password")
def password() -> ResponseReturnValue:
    """A new password, shown this once, that the person must change at the first sign-in."""
    found = _theirs(request.form.get("user_name", ""))
    signing.required()
    made = accounts.set_temporary_password(house().engine, found.username, now=now(), by=actor())
    return reads(_drawn)(user_name=found.username, made=made)


def _theirs(username: str) -> directory.Person:
    """The account, if the actor keeps the directory of everybody whom its holder works for. Raises NotAllowed, NotFound."""
    with reading(house().engine) as opened:
        found = directory.person_by_username(opened, username.strip())
        who = actors.actor(opened, found.id, on=today()) if found else None
    may(actor(), Act.ADMIN_DIRECTORY, mine()).required()
    if found is None:
        raise NotFound
    for one in who.memberships if who else ():
        part = DirectoryObject(one.region_id, frozenset({one.principal_id}))
        may(actor(), Act.DIRECTORY_MANAGE, part).required()
    return found


def _drawn(user_name: str, made: str = "") -> str:
    found = directory.person_by_username(tx(), user_name) if user_name else None
    factor = credentials.second_factor(tx(), found.id) if found else None
    shown = {
        "user_name": found.username,
        "name": found.name,
        "active": found.active,
        "second_factor": factor is not None and factor.confirmed_at is not None,
        "password": found.password_hash is not None,
    } if found else None  # fmt: skip
    return render_template(
        "admin/signing_in.html", required=second_factors.is_required(tx()), person=shown, asked=user_name, made=made, **frame("signing_in")
    )  # fmt: skip
