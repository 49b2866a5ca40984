"""My own settings: language, keyboard shortcuts, what I am told by mail, password, second factor, and where I am signed in."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import accounts, passwords, second_factors, sessions
from engine.records import credentials, directory, tellings
from engine.records import sessions as session_rows
from engine.records.database import reading, writing
from webapp import auth, language, signing, words
from webapp.auth import actor
from webapp.pages import mailed, signin
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("account", __name__)
BROWSERS = ("Edg", "Firefox", "Chrome", "Safari")  # in the order in which their names stand in one another's
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@pages.get("/account")
@reads
def page() -> str:
    """My own settings."""
    person = directory.person(tx(), actor().id)
    factor = credentials.second_factor(tx(), actor().id)
    return render_template(
        "account.html", section="", action=url_for("account.save"),
        languages=language.LANGUAGES, language=language.own_choice(), second_factor_on=bool(factor and factor.confirmed_at),
        mail=mailed.own(), codes_left=credentials.recovery_codes_left(tx(), actor().id), has_password=bool(person and person.password_hash),
        sessions=[_session(one) for one in session_rows.of_person(tx(), actor().id) if not sessions.is_over(one, now=now())],
    )  # fmt: skip


@pages.post("/account")
def save() -> ResponseReturnValue:
    """Keep my settings: keys for this session, the language in this browser and in mail."""
    session["keys"] = "on" if request.form.get("keys") == "on" else "off"
    chosen = request.form.get("language", "")
    with writing(house().engine) as opened:
        tellings.choose_language(opened, actor().id, chosen if chosen in language.LANGUAGES else None)
    flash(gettext("Saved."))
    answer = make_response(redirect(url_for("account.page")))
    language.choose(answer, chosen)
    return answer


@pages.post("/account/mail")
def choose_mail() -> ResponseReturnValue:
    """Keep how I am told of each kind."""
    with writing(house().engine) as opened:
        tellings.choose(opened, actor().id, mailed.typed(request.form))
    flash(gettext("Saved."))
    return redirect(url_for("account.page"))


@pages.post("/account/sessions/end")
def end_others() -> ResponseReturnValue:
    """Sign out everywhere but here, or only there."""
    signing.required()
    row, there = auth.current().row, request.form.get("_session", "")
    with writing(house().engine) as opened:
        if there:
            session_rows.end_one(opened, actor().id, there, now=now())
        else:
            session_rows.end_all(opened, actor().id, but=row.id if row else "", now=now())
    flash(gettext("Signed out there.") if there else gettext("You are signed out everywhere but here."))
    return redirect(url_for("account.page"))


@pages.get("/account/password")
@reads
def password_page() -> str:
    """The empty form."""
    return _password("")


@pages.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change it, or say what is wrong."""
    try:
        _changed(request.form.get("old_password", ""), request.form.get("new_password", ""))
    except accounts.TooManyTries as error:
        return reads(_password)(problem=signin.many(error)), 429
    except accounts.WrongPassword:
        return reads(_password)(problem=gettext("The password you have now is not right.")), 422
    except passwords.WeakPassword as error:
        return reads(_password)(problem=weak(error)), 422
    if session.get("due") == "password":
        session.pop("due")
        with reading(house().engine) as opened:
            if second_factors.is_required(opened) and not second_factors.is_asked_of(opened, actor().id):
                session["due"] = "second_factor"
    flash(gettext("The password is changed. You are signed out everywhere but here."))
    return redirect(url_for("account.page"))


@pages.get("/account/second-factor")
def second_factor_page() -> ResponseReturnValue:
    """What to put into the app; once it works, what can be done with it. Whoever finds a browser left open sets up nothing."""
    if session.get("due") != "second_factor" and not auth.has_just_proved():
        return redirect(url_for("proving.page", next=url_for("account.second_factor_page")))
    return _factor("")


@pages.post("/account/second-factor")
def confirm_second_factor() -> ResponseReturnValue:
    """The app works: show the recovery codes, once."""
    if session.get("due") != "second_factor" and not auth.has_just_proved():
        return redirect(url_for("proving.page", next=url_for("account.second_factor_page")))
    key = house().settings.lookup_key
    number = accounts.note_code(house().engine, actor().id, address=signin.address(), now=now())
    try:
        with writing(house().engine) as opened:
            codes = second_factors.confirm(
                opened, actor().id, request.form.get("code", ""), key=key, now=now()
            )
            accounts.code_was_right(opened, number)
    except second_factors.WrongCode:
        return _factor(
            gettext(
                "The code is not right. Wait for the next one, and see that the telephone's clock is right."
            )
        ), 422
    if session.get("due") == "second_factor":
        session.pop("due")
    return _codes(codes)


@pages.post("/account/second-factor/codes")
def new_codes() -> ResponseReturnValue:
    """Ten new recovery codes, for somebody who has just proved who they are."""
    if not auth.has_just_proved():
        return redirect(url_for("proving.page", next=url_for("account.second_factor_page")))
    with writing(house().engine) as opened:
        if not second_factors.is_asked_of(opened, actor().id):
            return redirect(url_for("account.second_factor_page"))
        codes = second_factors.new_recovery_codes(opened, actor().id, key=house().settings.lookup_key)
    return _codes(codes)


def weak(error: passwords.WeakPassword) -> str:
    """What is wrong with the new password, and what to do."""
    told = {
        "short": gettext(
            "The new password is too short. Choose at least %(num)s characters; several words work well.",
            num=passwords.LEAST_LETTERS,
        ),
        "long": gettext(
            "The new password is too long. Choose at most %(num)s characters.", num=passwords.MOST_LETTERS
        ),
        "common": gettext(
            "Others would soon guess the new password. Choose words that do not belong together, and not your name or workplace."
        ),
    }
    return told[error.cause]


def _changed(old: str, new: str) -> None:
    row = auth.current().row
    accounts.change_password(
        house().engine,
        actor().id,
        old,
        new,
        session_id=row.id if row else "",
        address=signin.address(),
        now=now(),
    )


def _password(problem: str) -> str:
    return render_template(
        "password.html", action=url_for("account.change_password"), problem=problem, due=session.get("due") == "password",
        least=passwords.LEAST_LETTERS,
    )  # fmt: skip


def _factor(problem: str) -> str:
    with writing(house().engine) as opened:
        on = second_factors.is_asked_of(opened, actor().id)
        enrolment = None if on else second_factors.enrol(opened, actor().id, key=house().settings.lookup_key)
        left = credentials.recovery_codes_left(opened, actor().id)
    return reads(_drawn_factor)(enrolment=enrolment, left=left, problem=problem)  # type: ignore[return-value]


def _drawn_factor(enrolment: second_factors.Enrolment | None, left: int, problem: str) -> str:
    return render_template(
        "second_factor.html", enrolment=enrolment, left=left, problem=problem, due=session.get("due") == "second_factor",
        action=url_for("account.confirm_second_factor"),
    )  # fmt: skip


def _codes(codes: list[str]) -> ResponseReturnValue:
    return reads(render_template)("recovery_codes.html", codes=codes)


def _session(one: session_rows.Session) -> dict[str, object]:
    row = auth.current().row
    return {
        "id": one.id,
        "browser": _browser(one.browser),
        "began": words.moment(one.began_at, now(), ZONE),
        "seen": words.moment(one.seen_at, now(), ZONE),
        "here": row is not None and one.id == row.id,
    }


def _browser(agent: str) -> str:
    """`Firefox, Windows`: so that people know their own again; no more is looked for."""
    name = next((one for one in BROWSERS if one in agent), "")
    system = next((told for word, told in SYSTEMS.items() if word in agent), "")
    return ", ".join(filter(None, (name.replace("Edg", "Edge"), system))) or gettext("Unknown browser")
