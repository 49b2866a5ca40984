"""For administrators: what signing in with a password takes, and helping somebody who has lost the telephone or the password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from engine.access import Act, DirectoryObject, may
from engine.access.actor import REGION_WIDE
from engine.actions import accounts, second_factors
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
    """Whether everybody with a password must show a code from an app as well: for the whole installation, so for those who keep it all."""
    with reading(house().engine) as opened:
        parts = _whole(opened)
    for part in parts:
        may(actor(), Act.DIRECTORY_MANAGE, part).required()
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
    """The account, if the actor keeps the directory of all whom its holder works for, now or later. Raises NotAllowed, NotFound."""
    may(actor(), Act.ADMIN_DIRECTORY, mine()).required()
    with reading(house().engine) as opened:
        found = directory.person_by_username(opened, username.strip())
        parts = _parts(opened, found) if found else []
    if found is None:
        raise NotFound
    for part in parts:
        may(actor(), Act.DIRECTORY_MANAGE, part).required()
    return found


def _parts(opened: Connection, person: directory.Person) -> list[DirectoryObject]:
    """What one must keep to give somebody another password: whoever does could sign in as them.

    The region where they have a role over all of it, else the principals where they work and the one that keeps them; somebody who belongs
    nowhere is for those who keep everything.
    """
    found: list[DirectoryObject] = []
    for one in directory.memberships_not_over(opened, person.id, on=today()):
        principals = frozenset() if one.role in REGION_WIDE else frozenset({one.principal_id})
        found.append(DirectoryObject(one.region_id, principals))
    if person.principal_id:
        region = directory.region_of_principal(opened, person.principal_id)
        found.append(DirectoryObject(region, frozenset({person.principal_id})))
    return found or _whole(opened)


def _whole(opened: Connection) -> list[DirectoryObject]:
    return [DirectoryObject(one) for one in directory.region_ids(opened)]


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
    may_rule = all(may(actor(), Act.DIRECTORY_MANAGE, part) for part in _whole(tx()))
    return render_template(
        "admin/signing_in.html", required=second_factors.is_required(tx()), may_rule=may_rule, person=shown, asked=user_name,
        made=made, **frame("signing_in"),
    )  # fmt: skip
