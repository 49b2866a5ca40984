"""What is found in a draft: what stops publishing, what has to be looked at, and where.

Enters: a draft. Leaves: the page of findings, and the part of it that stands below the canvas. The rules are those of `samordna check`; a
draft that cannot be read has that as its finding, and is kept.
"""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from engine.actions.operations import inputs
from engine.definitions import checks, files
from engine.errors import BrokenDefinition, EngineError, Finding
from webapp import words
from webapp.pages import finding_words
from webapp.session import ZONE, now, reads
from webapp.studio.draft import Opened, head, opened

pages = Blueprint("studio_findings", __name__, url_prefix="/studio/drafts/<draft_id>/findings")
ORDER = {"error": 0, "warning": 1, "note": 2}
MOST = 200


@pages.get("")
@reads
def page(draft_id: str) -> str:
    """Every finding, the worst first."""
    found = opened(draft_id)
    return render_template("studio/findings.html", **head(found, "findings"), **told(found))


@pages.get("/list")
@reads
def listing(draft_id: str) -> str:
    """The same below the canvas."""
    found = opened(draft_id)
    return render_template("studio/finding_list.html", **head(found, "edit"), **told(found))


def of(found: Opened) -> list[Finding]:
    """The findings of the draft as it stands, the worst first."""
    try:
        bundle = files.bundle(found.content.files, found.content.draft.process_id)
        judged = checks.check(bundle, conventions=True, operations=inputs())
    except BrokenDefinition as broken:
        judged = list(broken.findings)
    except EngineError as error:
        judged = [Finding(found.path, 1, "error", "bpmn-root", "", str(error))]
    return sorted(judged, key=lambda one: (ORDER.get(one.severity, 9), one.path, one.line))


def told(found: Opened) -> dict[str, object]:
    """Findings for a template, with their counts and when they were made."""
    judged = of(found)
    counts = {severity: sum(one.severity == severity for one in judged) for severity in ORDER}
    return {
        "findings": [_shown(one, found) for one in judged[:MOST]],
        "counts": counts,
        "more": max(0, len(judged) - MOST),
        "headline": _headline(counts),
        "checked": gettext("Checked %(when)s", when=words.clock(now(), ZONE)),
    }


def _shown(one: Finding, found: Opened) -> dict[str, object]:
    node = found.nodes.get(one.element_id)
    name = (node.name if node else "") or one.element_id or one.path.rsplit("/", 1)[-1]
    sentence = finding_words.of(one.rule)
    return {
        "severity": one.severity,
        "severity_words": {"error": gettext("Stops publishing"), "warning": gettext("Warning")}.get(one.severity, gettext("Note")),
        "element": one.element_id if one.path == found.path else "",
        "name": name,
        "words": sentence or one.message,
        "detail": one.message if sentence else "",
        "path": one.path,
        "line": one.line,
        "url": url_for("studio.as_list", draft_id=found.id, path=one.path, element=one.element_id)
        if one.path.endswith(".bpmn") and one.path in found.content.files and one.element_id
        else "",
    }  # fmt: skip


def _headline(counts: dict[str, int]) -> str:
    if counts["error"]:
        return gettext("%(num)s things stop publishing.", num=counts["error"])
    return gettext("Nothing stops publishing.") if sum(counts.values()) else gettext("No findings.")
