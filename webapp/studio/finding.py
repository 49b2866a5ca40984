"""What is found in a draft: what stops publishing, what has to be looked at, where, the run that shows it, and what can be done at once.

Enters: a draft. Leaves: the page of findings with one of them opened, the part of it that stands below the canvas, and the draft mended.
The rules are those of `samordna check`; a draft that cannot be read has that as its finding, and is kept.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext

from engine.actions import routine_steps
from engine.actions.routine_drafts import Saved
from engine.definitions.editing.offering import Mend
from engine.records.database import writing
from engine.soundness.trace import Step
from engine.soundness.verdict import MOST_POSITIONS, Fault
from webapp import words
from webapp.auth import actor
from webapp.pages import finding_words, soundness_words
from webapp.session import ZONE, house, now, reads
from webapp.studio import judging, mends
from webapp.studio.draft import Opened, opened
from webapp.studio.draft_head import drawings, head
from webapp.studio.editing import TOLD, answered, refusal
from webapp.studio.judging import ORDER, WHILE_DRAWING, Found, Judgement
from webapp.studio.partwords import short_name

pages = Blueprint("studio_findings", __name__, url_prefix="/studio/drafts/<draft_id>/findings")
MOST, MOST_ACTS = 200, 12
"""Findings that are listed; and how many of them have their act beside them below the canvas, where the list is made at each change."""


@pages.get("")
@reads
def page(draft_id: str) -> str:
    """Every finding, the worst first; the one that the address names, else the first, in full."""
    found = opened(draft_id)
    every = request.args.get("tried") == "all"
    judged = judging.of(found, positions=MOST_POSITIONS if every else WHILE_DRAWING)
    wanted = request.args.get("finding", "")
    chosen = next((one for one in judged.found if one.key == wanted), next(iter(judged.found), None))
    if chosen is not None and chosen.finding.path in found.content.files:
        found = Opened(found.content, chosen.finding.path)
    shown = _opened(found, judged, chosen) if chosen is not None else {}
    return render_template(
        "studio/findings.html", **head(found, "findings"), **told(found, judged), **shown, chosen=chosen
    )


@pages.get("/list")
@reads
def listing(draft_id: str) -> str:
    """The same below the canvas."""
    found = opened(draft_id)
    judged = judging.of(found)
    acts = {one.key: mends.at_once(found, one) for one in judged.found[:MOST_ACTS]}
    return render_template(
        "studio/finding_list.html", **head(found, "edit"), **told(found, judged), acts=acts
    )


@pages.post("/mend")
def mend(draft_id: str) -> ResponseReturnValue:
    """One of the acts that were offered, here or below the canvas; the draft can be undone as after any other change."""
    path = request.form.get("path", "")
    given = {name: request.form.get(name, "") for name in ("kind", "element", "value", "asks")}
    asked = Mend(given["kind"], given["element"], given["value"], given["asks"])

    def act() -> Saved:
        with writing(house().engine) as opened_tx:
            return routine_steps.mend(opened_tx, actor(), draft_id, path, asked, now=now())

    if request.form.get("view") == "diagram":
        return answered(draft_id, act, element=given["element"], said=gettext("Mended. You can undo it."))
    try:
        act()
    except TOLD as error:
        flash(refusal(error), "late")
    else:
        flash(gettext("Mended. You can undo it."))
    return redirect(url_for("studio_findings.page", draft_id=draft_id, path=path or None))


def told(found: Opened, judged: Judgement) -> dict[str, object]:
    """Findings for a template, with their counts, how much was tried, and when."""
    counts = {severity: sum(one.finding.severity == severity for one in judged.found) for severity in ORDER}
    return {
        "findings": [_shown(one, found, judged) for one in judged.found[:MOST]],
        "counts": counts,
        "more": max(0, len(judged.found) - MOST),
        "headline": _headline(counts),
        "checked": gettext("Checked %(when)s", when=words.clock(now(), ZONE)),
        **_tried(found, judged),
    }


def _tried(found: Opened, judged: Judgement) -> dict[str, object]:
    """How much was tried, always said; where more could be, the address that tries it."""
    if judged.verdict is None:
        return {"tried": "", "tried_all": True, "try_all": "", "tried_more": ""}
    complete = judged.verdict.complete
    short = not complete and judged.verdict.tried < MOST_POSITIONS
    return {
        "tried": soundness_words.tried(judged.verdict),
        "tried_all": complete,
        "tried_more": gettext(
            "While you change the routine at most %(count)s are tried; before publishing up to %(most)s.",
            count=format_decimal(WHILE_DRAWING), most=format_decimal(MOST_POSITIONS),
        ) if short else "",
        "try_all": url_for("studio_findings.page", draft_id=found.id, path=found.path or None, tried="all") if short else "",
    }  # fmt: skip


def _shown(one: Found, found: Opened, judged: Judgement) -> dict[str, object]:
    finding = one.finding
    known = bool(one.fault or finding_words.of(finding.rule))
    return {
        "key": one.key,
        "severity": finding.severity,
        "severity_words": {
            "error": gettext("Stops publishing"), "warning": gettext("Warning"),
        }.get(finding.severity, gettext("Note")),
        "element": finding.element_id if finding.path == found.path else "",
        "name": judging.name(one, judged),
        "words": judging.statement(one, judged),
        "particular": finding_words.particular(finding.about),
        "detail": finding.message if known and one.fault is None else "",
        "path": finding.path,
        "line": finding.line,
        "ways": one.ways,
        "opens": url_for("studio_findings.page", draft_id=found.id, path=found.path or None, finding=one.key),
        "url": mends.field_url(found, one),
    }  # fmt: skip


def _opened(found: Opened, judged: Judgement, one: Found) -> dict[str, object]:
    """One finding in full: why, the run in words and as what the diagram plays, and the acts."""
    fault, finding = one.fault, one.finding
    drawn = finding.path.endswith(".bpmn") and finding.path in found.content.files
    return {
        "one": _shown(one, found, judged),
        "why": soundness_words.reason(fault) if fault else finding_words.reason(finding.rule),
        "sentences": [words.capital(said) for said in _sentences(fault, judged)] if fault else [],
        "run": _run(found, judged, fault, finding.path) if fault else {"steps": [], "fault": finding.element_id},
        "drawing": _source(found, finding.path) if drawn else "",
        "drawing_name": next((one["name"] for one in drawings(found) if one["path"] == finding.path), short_name(finding.path)),
        "mends": mends.of(found, one),
    }  # fmt: skip


def _sentences(fault: Fault, judged: Judgement) -> list[str]:
    return [*soundness_words.moves(fault.run, judged.names), soundness_words.last(fault, judged.names)]


def _run(found: Opened, judged: Judgement, fault: Fault, path: str) -> dict[str, object]:
    """The steps as the diagram plays them; the last shows where it ends, in the drawing of the fault."""
    steps = [_played(found, judged, step, path) for step in fault.run.steps]
    last = steps[-1] if steps else {"tokens": []}
    tokens = last["tokens"] if last.get("src", "") == _source(found, path) else []
    stands = {"src": _source(found, path), "element": fault.element_id, "flows": [], "tokens": tokens}
    return {"steps": [*steps, stands], "fault": fault.element_id, "rule": fault.rule}


def _played(found: Opened, judged: Judgement, step: Step, otherwise: str) -> dict[str, object]:
    drawn = judged.names.path_of(step.process_id, step.element_id)
    tokens = [
        {"element": one.element_id, "flow": one.flow_id, "count": one.count}
        for one in step.places
    ]  # fmt: skip
    src = _source(found, drawn or otherwise)
    return {"src": src, "element": step.element_id, "flows": list(step.flow_ids), "tokens": tokens}


def _source(found: Opened, path: str) -> str:
    return url_for("studio_changes.drawing", draft_id=found.id, path=path)


def _headline(counts: dict[str, int]) -> str:
    if counts["error"]:
        return gettext("%(num)s things stop publishing.", num=counts["error"])
    return gettext("Nothing stops publishing.") if sum(counts.values()) else gettext("No findings.")
