"""Signing in with an outside provider: the way there, and the way back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import claims, own
from engine.actions.sessions import Holder
from engine.records.database import writing
from webapp import auth, openid
from webapp.session import house, now, reads, today

pages = Blueprint("outside", __name__)
BACK_WITHIN = timedelta(minutes=10)
KEPT = "outside"
log = logging.getLogger("samordna.web")


@pages.get("/sign-in/with/<provider>")
def begin(provider: str) -> ResponseReturnValue:
    """Send the browser to the provider."""
    client, again = _client(provider), "again" in request.args and auth.asking() is not None
    if (
        request.headers.get("Sec-Fetch-Site") == "cross-site"
    ):  # nobody is signed in by a link on another site without a click here
        return redirect(
            url_for("own.sign_in_page" if client.provider.audience == "person" else "signin.page")
        )
    try:
        address, begun = client.begin(_back(provider), again=again, now=now())
    except openid.NoAnswer as error:
        _note_silence(error)
        return _told(client, _no_answer(client), 503)
    session[KEPT] = {
        "provider": provider, "state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "at": now().isoformat(),
        "next": auth.safe_target(request.args.get("next")), "again": again,
    }  # fmt: skip
    return redirect(address)


@pages.get("/sign-in/with/<provider>/back")
def back(provider: str) -> ResponseReturnValue:
    """The browser is back: verify what it brings, and begin the session. What was kept counts once, whatever comes of it."""
    client, kept = _client(provider), session.pop(KEPT, None)
    if not isinstance(kept, dict) or kept["provider"] != provider or _is_late(kept["at"]):
        return _told(client, _not_verified("state"), 400)
    begun = openid.Begun(kept["state"], kept["nonce"], kept["verifier"])
    proved_since = datetime.fromisoformat(kept["at"]) if kept["again"] else None
    try:
        told = client.finish(_back(provider), request.args, begun, proved_since=proved_since, now=now())
        if client.provider.audience == "person":
            return _own(client, told)
        return _staff(client, told, kept)
    except (openid.Refused, openid.NoAnswer, openid.NotVerified, claims.MissingClaim) as error:
        return _failed(client, error)


def _failed(client: openid.Client, error: Exception) -> ResponseReturnValue:
    """What is told, and what the log keeps of it: a key, never what the provider said."""
    if isinstance(error, openid.Refused):
        return _told(client, gettext("You were not signed in there. Try again, or sign in another way."), 401)
    if isinstance(error, openid.NoAnswer):
        _note_silence(error)
        return _told(client, _no_answer(client), 503)
    cause = error.cause if isinstance(error, openid.NotVerified) else "missing-claim"
    log.warning("sign-in not verified", extra={"action": "outside", "cause": cause})
    return _told(client, _not_verified(cause), 400)


def _note_silence(error: openid.NoAnswer) -> None:
    """That it did not answer, and what kind of failure it was: of the network, of its certificate, of what it said."""
    cause = type(error.__cause__).__name__ if error.__cause__ else "unfit"
    log.warning("provider gives no answer", extra={"action": "outside", "cause": cause})


def buttons(audience: str, following: str) -> list[dict[str, str]]:
    """The providers for staff, or for those whose case it is."""
    return [
        {
            "title": one.provider.title,
            "url": url_for("outside.begin", provider=one.provider.id, next=following or None),
        }
        for one in _clients().values()
        if one.provider.audience == audience
    ]


def _staff(client: openid.Client, told: Mapping[str, object], kept: dict[str, str]) -> ResponseReturnValue:
    mapping = client.provider.mapping
    try:
        with writing(house().engine) as tx:
            person_id = claims.arrive(tx, mapping, told, on=today(), now=now())
    except claims.UnknownHere as error:
        told_them = gettext(
            "You are signed in there, but no account here is yours yet. Ask an administrator to connect it."
        )
        return _told(client, told_them, 403, error.subject)
    except claims.NotActive:
        return _told(client, gettext("Your account here is closed. Speak with an administrator."), 403)
    if kept["again"]:
        who = auth.asking()
        if who is None or who.id != person_id:
            return _told(client, gettext("That was somebody else than the one who is signed in here."), 403)
        auth.prove()
        return redirect(kept["next"])
    auth.begin(Holder(f"outside:{client.provider.id}", person_id=person_id))
    return redirect(auth.after_sign_in(person_id, kept["next"]))


def _own(client: openid.Client, told: Mapping[str, object]) -> ResponseReturnValue:
    number = told.get(client.provider.identity_number)
    if not isinstance(number, str):
        raise claims.MissingClaim(client.provider.identity_number)
    auth.begin(
        Holder(
            f"outside:{client.provider.id}", identity_hash=own.identity(number, house().settings.lookup_key)
        )
    )
    return redirect(url_for("own.page"))


def _clients() -> dict[str, openid.Client]:
    found: dict[str, openid.Client] = current_app.extensions["samordna.providers"]
    return found


def _client(provider: str) -> openid.Client:
    found = _clients().get(provider)
    return found if found is not None else abort(404)


def _back(provider: str) -> str:
    """Where the provider sends the browser: exactly as registered there."""
    path = url_for("outside.back", provider=provider)
    public = house().settings.public_url
    return public.rstrip("/") + path if public else url_for("outside.back", provider=provider, _external=True)


def _is_late(at: str) -> bool:
    return now() - datetime.fromisoformat(at) > BACK_WITHIN


def _no_answer(client: openid.Client) -> str:
    return gettext(
        "%(name)s does not answer just now. Try again in a moment, or sign in another way.",
        name=client.provider.title,
    )


def _not_verified(cause: str) -> str:
    if cause == "level":
        return gettext(
            "You signed in there with a weaker method than is needed here. Try again with a stronger one."
        )
    return gettext(
        "The sign-in could not be verified: it was too old, came from another window, or had been used. Begin anew."
    )


def _told(client: openid.Client, problem: str, status: int, subject: str = "") -> ResponseReturnValue:
    begin_again = url_for("own.sign_in_page" if client.provider.audience == "person" else "signin.page")
    return reads(render_template)(
        "outside.html", problem=problem, subject=subject, again_url=begin_again
    ), status
