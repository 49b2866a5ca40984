"""Papers as they were issued: older versions of the plan, letters, the sheet the person gets."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from engine.errors import NotFound
from engine.records import directory, documents
from webapp import words
from webapp.auth import actor
from webapp.pages import directory_names, plan
from webapp.pages.answers import told
from webapp.pages.casehead import Seen, see
from webapp.session import tx, writes

pages = Blueprint("letters", __name__)


@pages.get("/documents/<document_id>")
@writes
def document(document_id: str) -> str:
    """A paper as it was issued."""
    paper = documents.fetch(tx(), document_id)
    seen = see(paper.case_id, "document")
    if paper.kind == "plan":
        return plan.older(plan.readable(paper.case_id), paper)
    if "coordination" not in seen.visible and "plan" not in seen.visible:
        raise NotFound
    back = {"url": url_for("papers.page", case_id=paper.case_id), "words": gettext("Data and papers")}
    content = paper.content if isinstance(paper.content, dict) else {}
    if paper.kind == "delivery_sheet":
        return render_template(
            "delivery_sheet_print.html", section="cases", sheet=_sheet(seen, paper, content), back_to=back
        )
    return render_template(
        "letter_print.html", section="cases", letter=_letter(seen, paper, content), back_to=back
    )


def _letter(seen: Seen, paper: documents.Document, content: Mapping[str, object]) -> dict[str, object]:
    unit = directory_names.all_units()[seen.ground.case.unit_id]
    on = words.full_day(paper.issued_at.astimezone(seen.ground.zone).date())
    sender = {"unit": unit.name, "address": [unit.principal_name], "phone": unit.phone or ""}
    facts = [
        (_label(seen, name), told(value)) for name, value in content.items() if value not in (None, "", [])
    ]
    signed = {
        "name": directory.names(tx(), [paper.issued_by]).get(paper.issued_by, "") if paper.issued_by else "",
        "role": "",
        "unit": unit.name,
    }
    to = content.get("recipient") or content.get("to")
    return {
        "sender": sender, "to": [told(to)] if to else [], "place_and_day": on, "title": paper.title, "paragraphs": [], "facts": facts,
        "signed": signed, "reference": seen.ground.case.number,
    }  # fmt: skip


def _sheet(seen: Seen, paper: documents.Document, content: Mapping[str, object]) -> dict[str, object]:
    return {
        "printed": gettext(
            "Printed %(day)s by %(name)s", day=words.full_day(seen.ground.today), name=actor().name
        ),
        "title": paper.title,
        "plan_line": seen.ground.case.number,
        "coordinator": plan.coordinator(seen, content),
        "follow_up": plan.follow_up(content, seen.ground.today),
        "ways": [
            (_label(seen, name), told(value))
            for name, value in content.items()
            if value not in (None, "", []) and not isinstance(value, list)
        ],
        "others": [],
        "signature": False,
    }


def _label(seen: Seen, name: str) -> str:
    for form in seen.routine.forms.values():
        for one in form.top_level():
            if one.key == name and one.label:
                return one.label
    return name.replace("_", " ").capitalize()
