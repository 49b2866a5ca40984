"""What every page of one's own begins with: whose session it is, which case, and a note in the log that it was shown."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext

from engine import asking, library
from engine.access.own import Capacity
from engine.actions import own
from engine.actions.ground import Ground
from engine.errors import NotFound
from engine.records import cases, log
from engine.records.sessions import Session
from engine.records.who import Who
from webapp import auth, language
from webapp.pages import telling
from webapp.pages.casehead import Seen
from webapp.session import now, tx

pages = Blueprint("own", __name__, url_prefix="/own")


def session() -> Session:
    """The session of somebody who has a way in of their own; anybody else is sent to where they show who they are."""
    row = auth.current().row
    if row is None or (row.invitation_id is None and row.identity_hash is None):
        return abort(redirect(url_for("own.sign_in_page")))
    return row


def every() -> list[own.OwnCase]:
    """All that is theirs to see now, in the language of the first."""
    found = own.seen_with(tx(), session(), now=now())
    if found:
        language.follow(found[0].case.region_settings)
    return found


def one(case_id: str) -> own.OwnCase:
    """The case of the address, if it is theirs. NotFound where it is not, or not any longer."""
    found = next((each for each in every() if each.case.id == case_id), None)
    if found is None:
        raise NotFound
    language.follow(found.case.region_settings)
    return found


def note(seen: own.OwnCase, categories: frozenset[str] | None = None) -> None:
    """That it was shown, on what ground, and what of it."""
    shown = seen.visible if categories is None else categories
    log.note(
        tx(), log.READ, who=Who(), now=now(), case_id=seen.case.id, page="own", categories=sorted(shown), ground=seen.capacity
    )  # fmt: skip


def case(seen: own.OwnCase) -> Seen:
    """The same as pages of staff draw from, with no more in it than is theirs."""
    ground = Ground(tx(), seen.case, Who(), now())
    main = cases.main_instance(tx(), seen.case.id)
    routine = library.loaded(tx(), main.bundle_hash).routine
    about = asking.case_object(seen.case, ground.standing, now=now())
    return Seen(ground, about, main, routine, seen.visible, str(seen.capacity), None)


def category(name: str, capacity: str) -> str:
    """A category of case data, as it is said to whoever reads: to the person, what they have said themselves is their own."""
    if name == "situation" and capacity == Capacity.PERSON:
        return gettext("what you have said and wish for yourself")
    return telling.category(name)


def speaks_as(seen: own.OwnCase) -> str:
    """The name under which they say something."""
    return seen.name or seen.case.subject_name or ""
