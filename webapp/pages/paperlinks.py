"""Papers of a case as links: whom each is for, and those that lie beside a task because it speaks of them."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext

from engine.records import documents
from webapp import words
from webapp.session import now, tx

FEW = 4
CATEGORY = {
    "plan": "plan",
    "delivery_sheet": "plan",
    "follow_up_note": "plan",
    "evaluation": "plan",
    "letter": "coordination",
    "invitation": "coordination",
    "initiative": "coordination",
    "summons": "coordination",
    "deviation_report": "coordination",
    "consent": "consent",
    "consent_matrix": "consent",
    "decline": "consent",
    "goal_activity_plan": "plan",
}
"""kind of paper -> the category of what stands in it; any other is of the person's situation."""


def may_see(visible: Collection[str], one: documents.Document) -> bool:
    """Whether the paper is of a category that the actor may read."""
    return CATEGORY.get(one.kind, "situation") in visible


def link(one: documents.Document, zone: ZoneInfo) -> dict[str, str]:
    """Title, address, and which version of when."""
    at = words.small(words.moment(one.issued_at, now(), zone))
    return {
        "title": one.title,
        "url": url_for("letters.document", document_id=one.id),
        "pdf_url": url_for("paper_files.document", document_id=one.id) if one.template else "",
        "to": _to(one),
        "words": gettext("Version %(number)s, %(when)s", number=one.version, when=at)
        if one.kind == "plan"
        else at,
    }


def form_names() -> dict[str, str]:
    """What the forms that may be printed are called."""
    return {
        "goal_activity_plan": gettext("Goal and activity plan"),
        "consent": gettext("Consent form"),
        "consent_matrix": gettext("Consent form with who may know what"),
        "preparation": gettext("Leaflet before the meeting"),
        "decline": gettext("Does not want a plan"),
        "need_notice": gettext("Notice of need"),
        "deviation_report": gettext("Report of the deviation"),
    }


def kind_name(kind: str) -> str:
    """What was sent, in a word; as it stands where the routine has a word of its own for it."""
    return form_names().get(kind) or {
        "plan": gettext("The plan"),
        "invitation": gettext("Invitation"),
        "letter": gettext("Letter"),
    }.get(kind, kind)


def channel_name(channel: str) -> str:
    """How it was sent."""
    return {
        "post": gettext("by post"),
        "handed over": gettext("handed over"),
        "telephone": gettext("by telephone"),
        "meeting": gettext("at a meeting"),
        "fax": gettext("by fax"),
    }.get(channel, channel)


def _to(one: documents.Document) -> str:
    """Whom it is addressed to, where that is somebody other than the person."""
    around = one.frame if isinstance(one.frame, dict) else {}
    lines = around.get("to") if around.get("home") != "person" else None
    return str(lines[0]) if isinstance(lines, list) and lines else ""


def beside(case_id: str, visible: Collection[str], zone: ZoneInfo) -> list[dict[str, str]]:
    """The newest papers that the actor may see, each title once; the plan leads to the plan itself."""
    newest = {one.title: one for one in reversed(documents.of_case(tx(), case_id)) if may_see(visible, one)}
    shown = sorted(newest.values(), key=lambda one: one.issued_at, reverse=True)[:FEW]
    plan = url_for("plan.page", case_id=case_id)
    return [link(one, zone) | ({"url": plan} if one.kind == "plan" else {}) for one in shown]
