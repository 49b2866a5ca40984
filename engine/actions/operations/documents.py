"""Papers that are issued: a numbered copy of the data, unchangeable, with the template it is set with (S3-060, S3-066, S3-069)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.actions import paper_frames, papers
from engine.actions.operations.operation import Call, operation
from engine.definitions import templates

KINDS = ("plan", "letter", "delivery_sheet", "follow_up_note", "evaluation", "closing_note", "refusal_note")
"""Kinds that there are also without a template; any other kind is the name of a template."""


def _issue_document(call: Call) -> object:
    ground, kind = call.ground, call.needed("kind")
    if kind not in KINDS and not _has_template(call, kind):
        raise call.failed(
            "kind", f"must be the name of a template in a documents folder, or one of {', '.join(KINDS)}"
        )
    made, version = papers.issue(ground, call.loaded, _draft(call, kind), _recipient(call))
    return {"id": made, "version": version, "issued_at": ground.now}


BESIDE = "paper title content"
"""Inputs of other operations that also issue a paper: which template, its title, and what stands in it."""


def issue_beside(call: Call, *, kind: str = "", unit_id: str = "") -> None:
    """What an operation does is kept as a paper too, where the routine says what stands in it: a consent that was recorded, an initiative
    that was sent, the leaflet for a meeting that was set. `kind` is its template where the routine names none with `paper`; it is
    for that unit, else for the person.
    """
    asked = call.text("paper") or kind
    if call.text("paper") and not _has_template(call, asked):
        raise call.failed("paper", "must be the name of a template in a documents folder")
    if call.request.inputs.get("content") and _has_template(call, asked):
        call.ground.look_again()
        to = papers.for_unit(call.ground, unit_id) if unit_id else papers.for_person(call.ground)
        papers.issue(call.ground, call.loaded, _draft(call, asked), to)


def _has_template(call: Call, kind: str) -> bool:
    near = papers.folder(call.loaded, call.request.place.process_id)
    found = templates.find(call.loaded.bundle, kind, near=near, region=call.ground.case.region_id)
    return found is not None


def _draft(call: Call, kind: str) -> paper_frames.Draft:
    content, place = call.request.inputs.get("content"), call.request.place
    written = call.loaded.routine.inputs(place.process_id, place.element_id).get("content", "")
    if content is not None and not isinstance(content, Mapping):
        raise call.failed("content", "must be a context")
    return paper_frames.Draft(kind, call.text("title") or "", content or {}, place.process_id, written)


def _recipient(call: Call) -> paper_frames.Recipient:
    """To a unit, to somebody without access, or else to the person, who gets all of it."""
    lines = tuple(line for one in call.texts("to") for line in one.splitlines())
    if call.text("to_unit"):
        return papers.for_unit(call.ground, call.unit("to_unit").id)
    if other := call.text("to_other"):
        return papers.for_other(call.ground, other, lines)
    return papers.for_person(call.ground, lines)


OPERATIONS = (operation("issue_document", _issue_document, "kind", "title content to to_unit to_other"),)
