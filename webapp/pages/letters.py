"""Papers as they were issued: older versions of the plan, letters, the sheet the person gets."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from engine.access import DEMANDS
from engine.actions import papers
from engine.errors import NotFound
from engine.records import directory, documents
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names, levels, paperlinks, paperwords, plan
from webapp.pages.casehead import Seen, see
from webapp.session import tx, writes

pages = Blueprint("letters", __name__)
TO = frozenset({"recipient", "to"})


@pages.get("/documents/<document_id>")
@writes
def document(document_id: str) -> str:
    """A paper as it was issued."""
    paper = documents.fetch(tx(), document_id)
    seen = see(paper.case_id, "document")
    if paper.kind == "plan":
        return plan.older(plan.readable(paper.case_id), paper)
    if not paperlinks.may_see(seen.visible, paper):
        raise NotFound
    back = {"url": url_for("papers.page", case_id=paper.case_id), "words": gettext("Data and papers")}
    level = seen.ground.case.protection
    written, _ = papers.content_for(tx(), paper, seen.visible)
    content = levels.for_paper(written, level, directory_names.all_units())
    told = {"back_to": back, "by_hand": levels.paper_note(level)}
    if paper.kind == "delivery_sheet":
        return render_template(
            "delivery_sheet_print.html", section="cases", sheet=_sheet(seen, paper, content), **told
        )
    return render_template("letter_print.html", section="cases", letter=_letter(seen, paper, content), **told)


def _letter(seen: Seen, paper: documents.Document, content: Mapping[str, object]) -> dict[str, object]:
    unit = directory_names.all_units()[seen.ground.case.unit_id]
    on = words.full_day(paper.issued_at.astimezone(seen.ground.zone).date())
    name = directory.names(tx(), [paper.issued_by]).get(paper.issued_by, "") if paper.issued_by else ""
    written = paperwords.written(seen.routine, content, TO)
    to = next((str(content[one]) for one in sorted(TO) if content.get(one)), "")
    sender = {"unit": unit.name, "address": [unit.principal_name], "phone": unit.phone or ""}
    hidden = {"unit": unit.principal_name, "address": [], "phone": ""}
    return {
        "sender": hidden if DEMANDS[seen.ground.case.protection].hides_unit else sender,
        "to": [to] if to else [],
        "place_and_day": on,
        "title": paper.title,
        "paragraphs": [],
        "facts": written.pairs,
        "lists": written.lists,
        "signed": {"name": name, "role": "", "unit": ""},
        "reference": seen.ground.case.number,
    }


def _sheet(seen: Seen, paper: documents.Document, content: Mapping[str, object]) -> dict[str, object]:
    day = seen.ground.today
    return {
        "printed": gettext("Printed %(day)s by %(name)s", day=words.full_day(day), name=actor().name),
        "title": paper.title,
        "plan_line": seen.ground.case.number,
        "coordinator": plan.coordinator(seen, content),
        "follow_up": plan.follow_up(content, day),
        "ways": [
            _way(seen, one) for one in documents.dispatches(tx(), seen.ground.case.id) if one.kind == "plan"
        ],
        "others": [],
        "signature": False,
    }


def _way(seen: Seen, sent: documents.Dispatch) -> tuple[str, str]:
    """To whom, how and when."""
    how = paperwords.choice(seen.routine, "delivery_channel", sent.channel)
    return sent.recipient, gettext("%(how)s %(day)s", how=how, day=words.full_day(sent.sent_on))
