"""How long cases are kept: what is due for disposal, what is held back, and what two persons have decided. Numbers and days, no content."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, ControllerObject, may
from engine.actions import disposing, retention
from engine.errors import AlreadyClosed, NotAllowed, NotFound, StaleCase
from engine.records import cases, directory, disposals
from engine.records import retention as rows
from engine.records.database import writing
from webapp import once, signing, words
from webapp.auth import actor
from webapp.pages import admin, disposal_words, refusals
from webapp.session import ZONE, house, now, reads, today, tx, writes

pages = Blueprint("retention", __name__, url_prefix="/admin/retention")
LONGEST_REASON = 2_000


@pages.get("")
@reads
def listing() -> str:
    """What is due at one principal."""
    return _drawn(request.args.get("principal", ""), {})


@pages.post("/propose")
@writes
def propose() -> ResponseReturnValue:
    """Ask that the chosen cases be disposed of."""
    principal_id, chosen = request.form.get("principal", ""), request.form.getlist("case")
    _principal(principal_id, Act.RETENTION_KEEP)
    problems = {} if chosen else {"case": gettext("Choose at least one case.")}
    if not _text("reason"):
        problems["reason"] = gettext("Write why they are to be removed.")
    if problems:
        return _drawn(principal_id, problems), 422
    first = once.earlier()
    if first is not None and first.made_id:
        return redirect(url_for("retention.disposal", disposal_id=first.made_id))
    try:
        made_id = disposing.propose(tx(), actor(), principal_id, chosen, _text("reason"), now=now())
    except StaleCase:
        stale = gettext("One of the cases is not due any more, is held back, or waits already. Choose again.")
        return _drawn(principal_id, {"case": stale}), 422
    once.made(made_id)
    flash(gettext("Proposed. A second person approves or refuses it."))
    return redirect(url_for("retention.disposal", disposal_id=made_id))


@pages.post("/holds")
@writes
def place() -> ResponseReturnValue:
    """Hold a case back."""
    principal_id, number = request.form.get("principal", ""), _text("number").upper()
    _principal(principal_id, Act.RETENTION_KEEP)
    problems, until_on = _hold_problems(number)
    if not problems:
        with suppress(NotFound, NotAllowed):
            if cases.fetch(tx(), cases.id_of(tx(), number)).principal_id == principal_id:
                return _placed(principal_id, number, until_on)
        problems["number"] = gettext("The principal has no case with that number.")
    return _drawn(principal_id, problems), 422


@pages.post("/holds/<hold_id>/end")
@writes
def end(hold_id: str) -> ResponseReturnValue:
    """A case is held back no longer."""
    held = cases.fetch(tx(), rows.hold(tx(), hold_id).case_id)
    _principal(held.principal_id, Act.RETENTION_KEEP)
    if not _text("because"):
        wrong = {f"because-{hold_id}": gettext("Write why it is not held back any more.")}
        return _drawn(held.principal_id, wrong), 422
    try:
        retention.end_hold(tx(), actor(), hold_id, _text("because"), now=now())
        flash(gettext("The case is not held back any more."))
    except AlreadyClosed:
        flash(gettext("Somebody has ended it already."), "late")
    return redirect(url_for("retention.listing", principal=held.principal_id))


@pages.get("/disposals/<disposal_id>")
@reads
def disposal(disposal_id: str) -> str:
    """A proposal; once it is approved, the certificate."""
    return drawn(disposal_id, {})


@pages.get("/disposals/<disposal_id>/print")
@reads
def certificate(disposal_id: str) -> str:
    """The certificate for paper."""
    one = seen(disposal_id)
    if one.status != "approved":
        raise NotFound
    back = {"url": url_for("retention.disposal", disposal_id=disposal_id), "words": gettext("Retention")}
    return render_template(
        "admin/retention/certificate_print.html", section="admin", back_to=back, one=disposal_words.shown(one)
    )


@pages.post("/disposals/<disposal_id>/approve")
def approve(disposal_id: str) -> ResponseReturnValue:
    """The second person's yes: the content goes now."""
    signing.required()
    try:
        with writing(house().engine) as opened:
            disposing.approve(opened, actor(), disposal_id, _text("reason"), now=now())
        flash(gettext("Approved. The content is removed, and the certificate is written."))
    except AlreadyClosed:
        flash(gettext("Somebody has decided already."), "late")
    except NotAllowed as error:
        if error.reason != "archive-first":
            raise
        problem = gettext(
            "An archive comes first: take out that of every case, and say that they have arrived."
        )
        return reads(drawn)(disposal_id, {"archive": problem}), 422
    return redirect(url_for("retention.disposal", disposal_id=disposal_id))


@pages.post("/disposals/<disposal_id>/refuse")
def refuse(disposal_id: str) -> ResponseReturnValue:
    """The second person's no, which needs a reason."""
    if not _text("reason"):
        return reads(drawn)(disposal_id, {"reason": gettext("Write why you refuse.")}), 422
    try:
        with writing(house().engine) as opened:
            disposing.refuse(opened, actor(), disposal_id, _text("reason"), now=now())
        flash(gettext("Refused. The cases stay as they are."))
    except AlreadyClosed:
        flash(gettext("Somebody has decided already."), "late")
    return redirect(url_for("retention.disposal", disposal_id=disposal_id))


def _placed(principal_id: str, number: str, until_on: date | None) -> ResponseReturnValue:
    first = once.earlier()
    try:
        if first is None or not first.made_id:
            once.made(retention.place_hold(tx(), actor(), number, _text("reason"), until_on, now=now()))
    except StaleCase:
        gone = gettext("The content is gone already, or the day has passed.")
        return _drawn(principal_id, {"number": gone}), 422
    flash(gettext("The case is held back."))
    return redirect(url_for("retention.listing", principal=principal_id))


def _hold_problems(number: str) -> tuple[dict[str, str], date | None]:
    problems: dict[str, str] = {}
    until_on = None
    if not number:
        problems["number"] = gettext("Write the case's number.")
    if not _text("reason"):
        problems["hold-reason"] = gettext("Write why it is held back.")
    if _text("until"):
        try:
            until_on = date.fromisoformat(_text("until"))
        except ValueError:
            problems["until"] = gettext("Write a day, such as 2027-06-30.")
    return problems, until_on


def _drawn(principal_id: str, problems: dict[str, str]) -> str:
    own = {one.principal_id for one in actor().memberships}
    found = sorted(rows.principals(tx(), admin.mine().region_id or ""), key=lambda one: one.id not in own)
    seen = [one for one in found if _may(one, Act.RETENTION_SEE)]
    if not seen:
        raise NotAllowed("missing-role")
    chosen = next((one for one in seen if one.id == principal_id), None)
    if chosen is None and principal_id:
        raise NotFound
    chosen = chosen or seen[0]
    due, more = retention.due(tx(), chosen, now=now())
    return render_template(
        "admin/retention/listing.html",
        principals=[_choice(one, chosen) for one in seen],
        principal=chosen,
        due=[disposal_words.due(one) for one in due],
        more=more,
        holds=[_hold(one) for one in rows.holds_at(tx(), chosen.id)],
        disposals=[disposal_words.row(one) for one in disposals.of_principal(tx(), chosen.id)],
        may_keep=bool(_may(chosen, Act.RETENTION_KEEP)),
        any_free=any(one.free for one in due),
        problems=problems,
        errors=[{"href": name, "text": text} for name, text in problems.items()],
        written=request.form,
        chosen_cases=request.form.getlist("case") if problems else [one.case.id for one in due],
        **admin.frame("retention"),
    )


def _choice(one: rows.Principal, chosen: rows.Principal) -> dict[str, object]:
    url = url_for("retention.listing", principal=one.id)
    return {"url": url, "words": one.name, "current": one.id == chosen.id}


def _hold(one: rows.Hold) -> dict[str, object]:
    names = directory.names(tx(), [one.placed_by])
    return {
        "id": one.id,
        "number": one.number,
        "reason": one.reason,
        "placed": f"{words.moment(one.placed_at, now(), ZONE)}, {names.get(one.placed_by, '')}",
        "until": words.long_day(one.until_on, today()) if one.until_on else "",
        "over": not one.holds(today()),
        "end_url": url_for("retention.end", hold_id=one.id),
    }


def drawn(disposal_id: str, problems: dict[str, str]) -> str:
    """The page of a proposal, with what is wrong by field."""
    one = seen(disposal_id)
    may_decide = may(actor(), Act.RETENTION_APPROVE, retention.approval(tx(), one))
    return render_template(
        "admin/retention/disposal.html",
        one=disposal_words.shown(one),
        may_decide=one.status == "asked" and bool(may_decide),
        archive=disposal_words.archive(one),
        why_not=refusals.sentence(may_decide.reason),
        problems=problems,
        errors=[{"href": name, "text": text} for name, text in problems.items()],
        written=request.form,
        back_to={
            "url": url_for("retention.listing", principal=one.principal_id),
            "words": gettext("Retention"),
        },
        **admin.frame("retention"),
    )


def seen(disposal_id: str) -> disposals.Disposal:
    """NotFound for whoever may not know of it."""
    one = disposals.fetch(tx(), disposal_id)
    if not may(actor(), Act.RETENTION_SEE, ControllerObject(one.region_id, one.principal_id)):
        raise NotFound
    return one


def _principal(principal_id: str, act: Act) -> rows.Principal:
    """NotAllowed for whoever may see to no principal at all, NotFound for one of others."""
    if not any(_may(one, Act.RETENTION_SEE) for one in rows.principals(tx(), admin.mine().region_id or "")):
        raise NotAllowed("missing-role")
    found = rows.principal(tx(), principal_id)
    if not _may(found, Act.RETENTION_SEE):
        raise NotFound
    may(actor(), act, retention.controller(found)).required()
    return found


def _may(one: rows.Principal, act: Act) -> bool:
    return bool(may(actor(), act, retention.controller(one)))


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST_REASON]
