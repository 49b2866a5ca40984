"""Papers as files: the PDF of what was issued, forms to print, and a meeting for one's calendar.

A PDF is set anew from what was kept, less what its reader may not read. A template that fails gives a sentence; the case goes on.
"""

from __future__ import annotations

import logging
from functools import partial

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import DEMANDS
from engine.actions import paper_forms, papers
from engine.documents import Appointment, NotSet, Sheet, calendar_file
from engine.errors import NotFound
from engine.records import documents
from webapp import words
from webapp.auth import actor
from webapp.pages import paperlinks
from webapp.pages.casehead import Seen, see, unit_name
from webapp.session import After, now, tx, writes

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
    """A form to print: with what the case knows and its reader may read, or blank."""
    seen = see(case_id, "form")
    offered = paper_forms.offered(seen.ground, seen.main.bundle_hash)
    if paper not in offered or not seen.visible:
        raise NotFound
    visible = frozenset() if request.args.get("blank") else seen.visible
    sheet = paper_forms.sheet(seen.ground, seen.main.bundle_hash, paper, visible)
    return After(partial(_set, case_id, sheet, f"{paper}-{seen.ground.case.number}.pdf"))


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
    """Forms that may be printed from the case: name, with what is known, and blank."""
    if not seen.visible:
        return []
    case_id, names = seen.ground.case.id, paperlinks.form_names()
    return [
        {
            "name": names[kind],
            "url": url_for("paper_files.form", case_id=case_id, paper=kind),
            "blank_url": url_for("paper_files.form", case_id=case_id, paper=kind, blank=1),
        }
        for kind in paper_forms.offered(seen.ground, seen.main.bundle_hash)
    ]


def sent(seen: Seen) -> list[dict[str, str]]:
    """What was handed over or posted: to whom, how and when."""
    if "coordination" not in seen.visible:
        return []
    return [
        {
            "to": one.recipient,
            "what": paperlinks.kind_name(one.kind),
            "how": paperlinks.channel_name(one.channel),
            "when": words.full_day(one.sent_on),
        }
        for one in documents.dispatches(tx(), seen.ground.case.id)
    ]


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
    told = gettext(
        "The paper cannot be printed: there is a fault in its template %(name)s. Nothing is lost and the case goes on. "
        "Tell whoever manages the routine.",
        name=sheet.name.rsplit("/", 1)[-1],
    )
    flash(told, "late")
    return redirect(url_for("papers.page", case_id=case_id))
