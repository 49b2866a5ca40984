"""How a draft becomes a version: what is missing, the asking, and the decision of a second person.

Enters: requests of those who answer for the routine. Leaves: the page with the conditions and the proof behind each; what is asked and
decided is an action of the engine, which refuses whatever a page should not have offered.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from engine import library
from engine.access import Act, may
from engine.actions import decisions, publishing
from engine.actions.publishing import State, Unready
from engine.actions.routine_drafts import Locked
from engine.errors import AlreadyClosed, EngineError, NotAllowed, NotFound, StaleCase
from engine.reads import standing
from engine.records import directory
from engine.records.database import writing
from engine.records.publications import Publication, Trial
from engine.scenarios import renewing, trying
from webapp import words
from webapp.auth import actor
from webapp.pages import refusals
from webapp.session import ZONE, house, now, reads, today, tx
from webapp.studio import decided, taking_in, trials
from webapp.studio.changes import based_on, grouped, listed
from webapp.studio.draft import Opened, opened
from webapp.studio.draft_head import head

pages = Blueprint("studio_publishing", __name__, url_prefix="/studio/drafts/<draft_id>/publish")
TOLD = (Unready, Locked, NotAllowed, AlreadyClosed, StaleCase, NotFound)


@pages.get("")
@reads
def page(draft_id: str) -> str:
    """The conditions, the changes in words, and the form of whoever may ask or decide now."""
    found = opened(draft_id)
    state = publishing.state(tx(), actor(), draft_id)
    asked = state.publication
    decides = bool(asked and may(actor(), Act.VERSION_APPROVE, decisions.approval(tx(), asked, state.draft)))
    names = directory.names(tx(), [asked.asked_by] if asked and asked.asked_by else [])
    return render_template(
        "studio/publish.html",
        **head(found, "publish"),
        conditions=_conditions(found, state, decided.upheld(state)),
        failed=trials.failed(found, state.trial) if state.trial else [],
        answer=decided.answer(state),
        ahead=decided.ahead(state),
        missing=[OBSTACLES[one]() for one in (*state.obstacles, *(("unread",) if state.unread else ()))],
        changes=listed(state),
        groups=grouped(listed(state)),
        base=based_on(found),
        unread=len(state.unread),
        withdraws=state.draft.kind != "change",
        running=sum(one.running for one in standing.of(tx(), state.draft.process_id)) if state.draft.kind != "change" else 0,
        asked=asked and {
            "by": names.get(asked.asked_by or "", ""),
            "small": words.small(words.moment(asked.asked_at, now(), ZONE)),
            "message": asked.message,
            "mine": asked.asked_by == actor().id, "id": asked.id,
            "may_take_back": decisions.may_take_back(tx(), actor(), asked, state.draft, now=now()),
        },
        decides=decides,
        may_ask=not state.obstacles and not state.unread and asked is None and not found.locked,
        called_by=[library.current(tx(), one).routine.title for one in state.called_by],
        today=today().isoformat(),
        latest=(today() + decisions.AHEAD).isoformat(),
        trial=state.trial,
        warnings=len(state.warnings),
        taking_in=taking_in.offered(found.content, state),
    )  # fmt: skip


@pages.post("/try")
def try_it(draft_id: str) -> AnyResponse:
    """Check the draft and play its scenarios; takes some seconds."""
    root = house().settings.processes
    try:
        trial = trying.try_draft(house().engine, actor(), draft_id, root=root, now=now())
    except trying.Busy:
        flash(gettext("Other routines are being tried just now. Try again in a minute."), "late")
        return redirect(url_for("studio_publishing.page", draft_id=draft_id))
    if trial.passed:
        flash(
            ngettext(
                "One scenario went as it is written.",
                "All %(num)s scenarios went as they are written.",
                len(trial.scenarios),
            )
        )
    else:
        flash(gettext("Something does not go as it should. It stands below."), "late")
    return redirect(url_for("studio_publishing.page", draft_id=draft_id))


@pages.post("/renew")
def renew(draft_id: str) -> AnyResponse:
    """The scenarios that can expect what the draft does now do so."""

    def act() -> None:
        with writing(house().engine) as opened_tx:
            renewing.renew(opened_tx, actor(), draft_id, now=now())

    return _done(draft_id, act, gettext("The scenarios expect the new, and go as they are written."))


@pages.post("/ask")
def ask(draft_id: str) -> AnyResponse:
    """Send it for approval; from then on nobody changes it."""
    message, stay = request.form.get("message", ""), request.form.get("warnings_stay", "")

    def act() -> None:
        with writing(house().engine) as opened_tx:
            publishing.ask(opened_tx, actor(), draft_id, message, stay, now=now())

    return _done(
        draft_id, act, gettext("The draft waits for a second person. Nobody can change it meanwhile.")
    )


@pages.post("/take-back")
def take_back(draft_id: str) -> AnyResponse:
    """Whoever asked changes their mind; the draft is open again."""

    def act() -> None:
        with writing(house().engine) as opened_tx:
            decisions.take_back(opened_tx, actor(), request.form.get("publication", ""), now=now())

    return _done(draft_id, act, gettext("The draft is open again."))


@pages.post("/decide")
def decide(draft_id: str) -> AnyResponse:
    """Approve, from a day on, or send back with a comment; by somebody who neither asked nor wrote."""
    form = request.form

    def act() -> None:
        with writing(house().engine) as opened_tx:
            if form.get("decision") == "approve":
                decisions.approve(
                    opened_tx,
                    actor(),
                    form.get("publication", ""),
                    form.get("reason", ""),
                    _day(form.get("valid_from", "")),
                    now=now(),
                )
            else:
                comments = {
                    key.removeprefix("comment:"): told
                    for key, told in form.items()
                    if key.startswith("comment:") and told.strip()
                }
                decisions.send_back(
                    opened_tx,
                    actor(),
                    form.get("publication", ""),
                    form.get("reason", ""),
                    comments=comments,
                    now=now(),
                )

    said = (
        gettext("The version is approved.")
        if form.get("decision") == "approve"
        else gettext("The draft is sent back, with your comment.")
    )
    return _done(draft_id, act, said)


def _done(draft_id: str, act: object, said: str) -> AnyResponse:
    assert callable(act)
    try:
        act()
        flash(said)
    except TOLD as error:
        flash(_why(error), "late")
    except ValueError:
        flash(gettext("Choose a day from today on."), "late")
    return redirect(url_for("studio_publishing.page", draft_id=draft_id))


def _day(given: str) -> date:
    return date.fromisoformat(given.strip()) if given.strip() else today()


def _why(error: EngineError) -> str:
    if isinstance(error, Unready):
        return " ".join(OBSTACLES[one]() for one in error.obstacles if one in OBSTACLES)
    if isinstance(error, NotAllowed):
        return refusals.sentence(error.reason)
    if isinstance(error, Locked):
        return gettext("The draft waits for approval or is closed. Take it back to change it.")
    return gettext("It has been decided meanwhile, or changed. Here is how it stands.")


def _conditions(found: Opened, state: State, last: Publication | None) -> list[dict[str, object]]:
    """The five conditions in order, each with its proof; a withdrawal has but the last two. `last` is the publication asked or approved."""
    approved = last if last and last.status == "approved" else None
    asked = [
        {"key": "asked", "met": last is not None, "name": gettext("Asked for, with a reason"),
         "proof": last.message if last else gettext("Not asked for yet.")},
        {"key": "approved", "met": approved is not None, "name": gettext("Approved by a second person"),
         "proof": decided.approved_by(approved) if approved else gettext("Whoever has written in it or asks for it cannot approve it.")},
    ]  # fmt: skip
    if state.draft.kind != "change":
        return asked
    changes = len(state.changes)
    read = gettext("You have read %(read)s of %(num)s.", read=changes - len(state.unread), num=changes)
    told = {
        "key": "read",
        "met": bool(state.changes) and not state.unread,
        "name": gettext("You have read the difference"),
        "proof": read,
    }
    return [*_tried(found, state.trial, last), told, *asked]


def _tried(found: Opened, trial: Trial | None, last: Publication | None) -> list[dict[str, object]]:
    """What the checks and the scenarios said, and why what is warned of may stay."""
    if trial is None:
        told = gettext("Not tried yet since the last change.")
        return [
            {"key": "errors", "met": False, "name": gettext("No errors"), "proof": told},
            {"key": "scenarios", "met": False, "name": gettext("All scenarios go as they are written"), "proof": told},
        ]  # fmt: skip
    errors = [one for one in trial.findings if one.get("severity") == "error"]
    warnings = trials.findings(found, trial, "warning")
    stay = str(last.proof.get("warnings_stay") or "") if last else ""
    count, failed = len(trial.scenarios), sum(not one.get("ok") for one in trial.scenarios)
    done = gettext("%(ok)s of %(num)s", ok=count - failed, num=count)
    return [
        {"key": "errors", "met": not errors, "name": gettext("No errors"), "proof": _errors(len(errors)),
         "list": trials.findings(found, trial, "error"),
         "warned": ngettext("One warning:", "%(num)s warnings:", len(warnings)) if warnings else "", "warnings": warnings,
         "stay": gettext("May stay: %(why)s", why=stay) if stay else ""},
        {"key": "scenarios", "met": not failed and not errors, "name": gettext("All scenarios go as they are written"),
         "proof": gettext("Played when there are no errors.") if errors else done},
    ]  # fmt: skip


def _errors(count: int) -> str:
    return ngettext("One error", "%(num)s errors", count) if count else gettext("No error found.")


OBSTACLES = {
    "untried": lambda: gettext("It has to be tried as it stands now."),
    "findings": lambda: gettext("There are errors to mend."),
    "scenarios": lambda: gettext("Not every scenario goes as it is written."),
    "same": lambda: gettext("It says the same as the version in force."),
    "base-moved": lambda: gettext(
        "Another version has come into force since the draft was begun. Take in what it changed."
    ),
    "awaits-day": lambda: gettext(
        "Another change is approved for a later day. Wait for that day, or call it off."
    ),
    "other-waits": lambda: gettext("Another draft of the routine waits for approval."),
    "called": lambda: gettext("Other routines start it or call it."),
    "unread": lambda: gettext("Read the changes that are left first."),
    "warnings": lambda: gettext("Mend what is warned of, or write why it may stay."),
}
"""What keeps a draft from being a version, in words."""
