"""For staff: letting the one whose case it is, or somebody who stands by them, see it: a code on a letter, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, may
from engine.actions import own
from engine.errors import FieldError, InvalidForm
from engine.records import directory, invitations
from engine.records.invitations import Invitation
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names
from webapp.pages.casehead import Seen, head, see, see_existence
from webapp.session import house, now, tx, writes

pages = Blueprint("own_ways", __name__)


@pages.get("/cases/<case_id>/own")
@writes
def page(case_id: str) -> str:
    """Who has a way in, and the form for another."""
    return _drawn(case_id, ())


@pages.post("/cases/<case_id>/own")
def invite(case_id: str) -> ResponseReturnValue:
    """Make a code and show the letter, this once."""
    try:
        return _invited(case_id=case_id)
    except InvalidForm as error:
        return writes(_drawn)(case_id=case_id, errors=error.errors), 422


@pages.post("/cases/<case_id>/own/<invitation_id>/take-back")
@writes
def take_back(case_id: str, invitation_id: str) -> ResponseReturnValue:
    """It opens nothing any longer."""
    own.take_back(tx(), actor(), case_id, invitation_id, now=now())
    flash(gettext("The way in is taken back."))
    return redirect(url_for("own_ways.page", case_id=case_id))


@writes
def _invited(case_id: str) -> str:
    form = request.form
    made, code = own.invite(
        tx(), actor(), case_id, form.get("capacity", ""), form.get("name", ""), form.get("identity_number", ""),
        key=house().settings.lookup_key, now=now(),
    )  # fmt: skip
    seen = see_existence(case_id)
    back = {"url": url_for("own_ways.page", case_id=case_id), "words": gettext("The person's own way in")}
    if seen.ground.case.protected:
        return render_template(
            "own_code.html", section="cases", code=code, until=_until(made, seen), back_to=back
        )
    return render_template(
        "letter_print.html", section="cases", letter=_letter(seen, made, code), back_to=back
    )


def _drawn(case_id: str, errors: Sequence[FieldError]) -> str:
    seen = see(case_id, "own_ways")
    may(actor(), Act.CASE_LET_OUT, seen.about).required()
    known = {
        ("capacity", "unknown-choice"): gettext("Choose for whom it is."),
        ("capacity", "protected"): gettext(
            "The person's data are protected: only the person can have a way in."
        ),
        ("name", "required"): gettext("Write the name."),
        ("name", "not-named"): gettext(
            "The consent does not name this person. Ask the one whose case it is, and record it first."
        ),
    }
    problems = [
        {"href": one.path, "text": known.get((one.path, one.message), gettext("Look at this once more."))}
        for one in errors
    ]
    return render_template(
        "own_ways.html",
        section="cases",
        case=head(seen, "own"),
        ways=[_way(one, seen) for one in invitations.of_case(tx(), case_id)],
        errors=problems,
        wrong={one["href"]: one["text"] for one in problems},
        action=url_for("own_ways.invite", case_id=case_id),
        given=request.form,
        capacities=capacities(),
        protected=seen.ground.case.protected,
        may_invite=own.may_invite(actor(), seen.ground),
        test_case=seen.ground.case.is_test,
    )


def capacities() -> dict[str, str]:
    """As whom somebody comes, in words."""
    return {
        "person": gettext("The one whose case it is"),
        "guardian": gettext("Guardian of a child"),
        "representative": gettext("Legal representative"),
        "relative": gettext("Relative whom the consent names"),
    }


def _way(one: Invitation, seen: Seen) -> dict[str, object]:
    day, zone = seen.ground.today, seen.ground.zone
    if one.revoked_at:
        state, told = (
            "none",
            gettext("Taken back %(day)s", day=words.short_day(one.revoked_at.astimezone(zone).date(), day)),
        )
    elif one.used_at:
        state, told = (
            "done",
            gettext("Used %(day)s", day=words.short_day(one.used_at.astimezone(zone).date(), day)),
        )
    elif one.expires_at <= now():
        state, told = "none", gettext("Too old")
    else:
        state, told = "waiting", gettext("Not used yet, until %(day)s", day=_until(one, seen))
    return {
        "who": capacities().get(one.capacity, one.capacity) if one.capacity == "person" else one.name,
        "capacity": capacities().get(one.capacity, ""),
        "made": words.short_day(one.created_at.astimezone(zone).date(), day),
        "by": directory.names(tx(), [one.created_by]).get(one.created_by, ""),
        "state": state,
        "state_words": told,
        "take_back_url": ""
        if one.revoked_at
        else url_for("own_ways.take_back", case_id=one.case_id, invitation_id=one.id),
    }


def _until(one: Invitation, seen: Seen) -> str:
    return words.long_day(one.expires_at.astimezone(seen.ground.zone).date(), seen.ground.today)


def _letter(seen: Seen, made: Invitation, code: str) -> dict[str, object]:
    unit = directory_names.all_units()[seen.ground.case.unit_id]
    address = (house().settings.public_url or request.url_root).rstrip("/") + url_for("own.sign_in_page")
    return {
        "sender": {"unit": unit.name, "address": [unit.principal_name], "phone": unit.phone or ""},
        "to": [made.name],
        "place_and_day": words.full_day(seen.ground.today),
        "title": gettext("See your own case")
        if made.capacity == "person"
        else gettext("See the case you stand by"),
        "paragraphs": [
            gettext(
                "With this code you can see who coordinates, when you meet next, the plan when there is one, and who has read."
            ),
            gettext(
                "Open the address below and write the code. It works once, and no longer than to the day below."
            ),
            gettext(
                "Keep the letter to yourself. If it has been lost or somebody else has seen it, ring us and we make a new one."
            ),
        ],
        "facts": [
            (gettext("Address"), address),
            (gettext("Code"), code),
            (gettext("Works until"), _until(made, seen)),
        ],
        "lists": [],
        "signed": {"name": actor().name, "role": "", "unit": unit.name},
        "reference": seen.ground.case.number,
    }
