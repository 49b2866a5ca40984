"""Papers as files: the PDF of what was issued, forms to print, and a meeting for one's calendar.

A PDF is set anew from what was kept, less what its reader may not read. A template that fails gives a sentence; the case goes on.
"""

from __future__ import annotations

import logging
from datetime import date
from functools import partial

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import asking
from engine.access import DEMANDS
from engine.actions import deliveries, incidents, paper_forms, papers
from engine.documents import Appointment, NotSet, Sheet, calendar_file
from engine.errors import InvalidForm, NotFound
from engine.records import documents
from engine.records.database import writing
from webapp import once, words
from webapp.auth import actor
from webapp.pages import paperlinks
from webapp.pages.casehead import Seen, see, unit_name
from webapp.session import After, house, now, tx, writes

pages = Blueprint("paper_files", __name__)
log = logging.getLogger("samordna.web")
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


@pages.get("/documents/<document_id>/paper.pdf")
@writes
def document(document_id: str) -> After:
    """A paper as it was issued."""
    paper = documents.fetch(tx(), document_id)
    seen = see(paper.case_id, "document")
    if not paperlinks.may_see(seen.visible, paper) or paper.template is None:
        raise NotFound
    case = seen.ground.case
    told = papers.data(tx(), paper, seen.visible, case.protection, seen.ground.zone)
    name = f"{paper.kind}-{case.number}-{paper.version}.pdf"
    return After(partial(_set, case.id, papers.sheet(tx(), paper, told), name))


@pages.get("/cases/<case_id>/forms/<paper>.pdf")
@writes
def form(case_id: str, paper: str) -> After:
    """A blank form to print."""
    seen = see(case_id, "form")
    offered = paper_forms.offered(seen.ground, seen.main.bundle_hash)
    if paper not in offered or not seen.visible:
        raise NotFound
    sheet = paper_forms.sheet(seen.ground, seen.main.bundle_hash, paper, frozenset())
    return After(partial(_set, case_id, sheet, f"{paper}-{seen.ground.case.number}.pdf"))


@pages.post("/cases/<case_id>/forms/<paper>")
@writes
def issue(case_id: str, paper: str) -> ResponseReturnValue:
    """The form with what the case knows and its reader may read: issued, and kept like every other paper."""
    seen = see(case_id, "form")
    if not seen.visible:
        raise NotFound
    title = paperlinks.form_names().get(paper, "")
    first = once.earlier()
    if first is not None:
        return redirect(url_for("papers.page", case_id=case_id))
    made = paper_forms.issue(tx(), actor(), case_id, paper, title, seen.visible, now=now())
    return redirect(url_for("paper_files.document", document_id=made))


@pages.post("/documents/<document_id>/deliveries")
@writes
def deliver(document_id: str) -> ResponseReturnValue:
    """Write down how the paper reached somebody."""
    paper = documents.fetch(tx(), document_id)
    if not paperlinks.may_see(see(paper.case_id, "document").visible, paper):
        raise NotFound
    address = url_for("papers.page", case_id=paper.case_id)
    if once.earlier() is not None:
        return redirect(address)
    told = deliveries.Delivery(
        request.form.get("channel", ""), _day(request.form.get("on", "")), request.form.get("to", "")
    )
    try:
        deliveries.register(tx(), actor(), document_id, told, now=now())
    except InvalidForm as wrong:
        said = {
            "channel": gettext("Choose how the paper was delivered."),
            "on": gettext("Write the day it was delivered: not before it was issued, and not in the future."),
            "to": gettext("Write who got the paper."),
        }
        flash(" ".join(said[one.path] for one in wrong.errors), "late")
        return redirect(address)
    flash(gettext("It is written down how the paper was delivered."))
    return redirect(address)


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


@pages.get("/cases/<case_id>/meetings/<meeting_id>.ics")
@writes
def meeting(case_id: str, meeting_id: str) -> ResponseReturnValue:
    """A meeting for the calendar of whoever may know of it; never of a person whose data are protected."""
    seen = see(case_id, "meeting")
    entry = appointment(seen, meeting_id)
    return _file(calendar_file(entry), "text/calendar; charset=utf-8", "mote.ics")


def appointment(seen: Seen, meeting_id: str) -> Appointment:
    """The meeting as a neutral entry; a meeting that is moved stays the same entry. NotFound where it is not to be told."""
    all_of = documents.meetings_set(tx(), seen.ground.case.id)
    chain = next((one for one in documents.chains(all_of) if any(met.id == meeting_id for met in one)), None)
    if chain is None or "coordination" not in seen.visible or DEMANDS[seen.ground.case.protection].by_hand:
        raise NotFound
    last = chain[-1]
    own = seen.part_unit or next((one.unit_id for one in actor().in_care()), "")
    cancelled = last.status == "cancelled" or own in last.cancelled_for
    head = seen.ground.case.region_settings.get("letterhead")
    told = head if isinstance(head, dict) else {}
    return Appointment(
        uid=f"{chain[0].id}@samordna", sequence=len(chain) - 1 + cancelled, stamped_at=now() if cancelled else last.set_at,
        starts_at=last.starts_at, ends_at=last.ends_at, summary=gettext("Meeting"), place="" if last.digital else last.place or "",
        organizer=str(told.get("name") or ""), organizer_mail=str(told.get("email") or ""), attendee=unit_name(own), cancelled=cancelled,
    )  # fmt: skip


def forms(seen: Seen) -> list[dict[str, str]]:
    """Forms of the case: name, to issue with what is known (where the actor may write in the case), and blank."""
    if not seen.visible:
        return []
    writes_in_it = deliveries.may_register(actor(), seen.ground)
    case_id, names = seen.ground.case.id, paperlinks.form_names()
    return [
        {
            "name": names[kind],
            "issue_url": url_for("paper_files.issue", case_id=case_id, paper=kind) if writes_in_it else "",
            "blank_url": url_for("paper_files.form", case_id=case_id, paper=kind),
        }
        for kind in paper_forms.offered(seen.ground, seen.main.bundle_hash)
    ]


def papers_issued(seen: Seen) -> list[dict[str, object]]:
    """The papers that the actor may read, each with how it was delivered, and where to write that down."""
    case_id = seen.ground.case.id
    found = [one for one in documents.of_case(tx(), case_id) if paperlinks.may_see(seen.visible, one)]
    sent_on = dict[str, list[dict[str, str]]]()
    for one in documents.dispatches(tx(), case_id) if deliveries.CATEGORY in seen.visible else ():
        sent_on.setdefault(one.document_id or "", []).append(_dispatch(one))
    writes_in_it = deliveries.may_register(actor(), seen.ground)
    return [
        paperlinks.link(one, seen.ground.zone)
        | {
            "id": one.id,
            "delivered": sent_on.get(one.id, []),
            "deliver_url": url_for("paper_files.deliver", document_id=one.id) if writes_in_it else "",
            "first_day": one.issued_at.astimezone(seen.ground.zone).date().isoformat(),
            "today": seen.ground.today.isoformat(),
            "channels": [(key, paperlinks.channel_name(key)) for key in deliveries.CHANNELS],
        }
        for one in found
    ]


def sent(seen: Seen) -> list[dict[str, str]]:
    """What was handed over or posted and is not told beside its paper: to whom, how and when."""
    if deliveries.CATEGORY not in seen.visible:
        return []
    all_of = documents.dispatches(tx(), seen.ground.case.id)
    return [_dispatch(one) for one in all_of if one.document_id is None]


def _dispatch(one: documents.Dispatch) -> dict[str, str]:
    return {
        "to": one.recipient,
        "what": paperlinks.kind_name(one.kind),
        "how": paperlinks.channel_name(one.channel),
        "when": words.full_day(one.sent_on),
    }


def meetings(seen: Seen) -> list[dict[str, str]]:
    """Meetings as they stand now, each once however often it was moved, with the entry for a calendar."""
    if "coordination" not in seen.visible:
        return []
    zone, case = seen.ground.zone, seen.ground.case
    states = {"cancelled": gettext("Cancelled"), "moved": gettext("Moved"), "held": gettext("Held")}
    by_hand = DEMANDS[case.protection].by_hand
    last = [chain[-1] for chain in documents.chains(documents.meetings_set(tx(), case.id))]
    return [
        {
            "when": words.capital(words.moment(one.starts_at, now(), zone)),
            "state": states.get(one.status, ""),
            "url": "" if by_hand else url_for("paper_files.meeting", case_id=case.id, meeting_id=one.id),
            "by_hand": gettext("Protected personal data: write the time in your calendar yourself.")
            if by_hand
            else "",
        }
        for one in last
    ]


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    how = "inline" if kind == "application/pdf" else "attachment"
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    if how == "attachment":
        answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _set(case_id: str, sheet: Sheet, name: str) -> ResponseReturnValue:
    """The PDF. What Typst said of a fault may repeat what stands in the case: it is for nobody but whoever mends the template, with data
    of their own.
    """
    try:
        return _file(sheet.pdf(), "application/pdf", name)
    except NotSet as failed:
        log.warning("a paper cannot be set: template %s, %s", sheet.name, failed.cause)
        with writing(house().engine) as opened:
            incidents.record_paper(opened, case_id, sheet.name, who=asking.acting(actor()), now=now())
    told = gettext(
        "The paper cannot be printed: there is a fault in its template %(name)s. Nothing is lost and the case goes on. "
        "Those who manage the system have been told.",
        name=sheet.name.rsplit("/", 1)[-1],
    )
    flash(told, "late")
    return redirect(url_for("papers.page", case_id=case_id))
