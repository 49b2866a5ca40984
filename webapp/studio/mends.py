"""What can be done about a finding, as buttons that say the act, with what changes told first where it is more than one thing.

Enters: an opened draft and one of its findings. Leaves: choices for the page; nothing is changed here. An act on the ways through a routine
is offered only where it has been tried on a copy and the finding is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from engine.actions import routine_steps
from engine.actions.routine_steps import NotPossible
from engine.definitions import difference
from engine.definitions.editing import offering, places
from engine.definitions.editing.offering import Mend
from engine.errors import EngineError
from webapp import difference_words
from webapp.studio import judging
from webapp.studio.draft import Opened, editable
from webapp.studio.judging import Found
from webapp.studio.stepform import roles
from webapp.studio.stepwords import UNIT_WORDS, Words

FIELDS = {
    "role": "role", "name": "name", "decision": "decision", "operation": "operation", "call": "called", "timer": "timer",
    "timer-calendar": "timer", "timer-order": "timer", "timer-cycle": "timer", "clause": "clause", "second-person": "second_person",
}  # fmt: skip
"""By rule the question of the step's form where it is answered."""
_TRIED = frozenset({"join"})
_COSTLY = frozenset({"join", "island"})
"""Acts that are judged, or that change much: they are shown where there is room to say what they change."""


def of(found: Opened, one: Found) -> list[dict[str, object]]:
    """Each act: `act`, its words, what it asks for, and the sentences of what changes where that is more than one."""
    finding = one.finding
    if found.locked or finding.path != found.path or not finding.path.endswith(".bpmn"):
        return []
    if finding.path not in editable(found.content):
        return []
    try:
        cause = one.fault.cause if one.fault else ""
        offered = offering.offers(found.drawing, finding.rule, finding.element_id, cause=cause)
    except EngineError:
        return []
    shown = (_shown(found, one, act) for act in offered)
    return [each for each in shown if each is not None]


def at_once(found: Opened, one: Found) -> dict[str, object] | None:
    """The one act that needs no more than a press: `words` and `act`, or `url` of the answer it needs; None for any other finding."""
    finding = one.finding
    if one.fault is not None or found.locked or finding.path != found.path:
        return None
    if not finding.path.endswith(".bpmn") or finding.path not in editable(found.content):
        return None
    try:
        offered = offering.offers(found.drawing, finding.rule, finding.element_id)
    except EngineError:
        return None
    if len(offered) != 1 or offered[0].kind in _COSTLY:
        return None
    if offered[0].asks:
        key = FIELDS.get(finding.rule, "")
        url = field_url(found, one)
        return (
            {"words": _TO_ANSWER[offered[0].asks](), "url": url, "field": f"q-{key}"} if key and url else None
        )
    shown = _shown(found, one, offered[0])
    return shown if shown is not None and not shown["changes"] else None


def field_url(found: Opened, one: Found) -> str:
    """Where a person changes it: the field of the step's form, or the page of the file."""
    finding = one.finding
    if finding.path not in found.content.files:
        return ""
    if not finding.path.endswith(".bpmn"):
        if finding.path not in editable(found.content):
            return ""
        return _in_file(found, finding.path, finding.element_id)
    if not finding.element_id:
        return url_for("studio.diagram", draft_id=found.id, path=finding.path)
    key = f"way-{finding.element_id}" if finding.rule == "condition-missing" else FIELDS.get(finding.rule, "")
    anchor = f"q-{key}" if key else "step"
    return url_for(
        "studio.as_list", draft_id=found.id, path=finding.path, element=finding.element_id, _anchor=anchor
    )


def _in_file(found: Opened, path: str, element_id: str) -> str:
    """The page of the file: at the row of a table, with the field of a form opened."""
    place = places.place(found.content.files[path], path, element_id) if element_id else None
    field = element_id if place and place.field else None
    anchor = f"line-{field}" if field else f"row-{place.rule}" if place and place.rule else None
    return url_for("studio_parts.page", draft_id=found.id, path=path, field=field, _anchor=anchor)


def _shown(found: Opened, one: Found, act: Mend) -> dict[str, object] | None:
    told: list[Markup] = []
    if not act.asks:
        try:
            saving = routine_steps.mended(found.content, found.path, act, found.language)
        except (EngineError, NotPossible):
            return None
        if act.kind == "id" and _named_elsewhere(found, act.element_id):
            return None
        if act.kind in _TRIED and not _cured(found, one, saving):
            return None
        told = _sentences(found, saving)
    return {
        "act": act,
        "words": _WORDS[act.kind](found, act),
        "choices": _roles(found) if act.asks == offering.ROLE_OF else [],
        "label": _ASKED[act.asks]() if act.asks else "",
        "changes": told if len(told) > 1 else [],
    }


def _roles(found: Opened) -> list[tuple[str, str]]:
    """Those that do most of the steps here first: the one that is offered is then seldom the wrong one."""
    held = Counter(node.own.get("role", "") for node in found.nodes.values())
    return sorted((one for one in roles(found) if one[0]), key=lambda one: -held[one[0]])


def _named_elsewhere(found: Opened, element_id: str) -> bool:
    """Whether a scenario or a setting calls the step by its id."""
    wanted = element_id.encode()
    return any(wanted in data for path, data in found.content.files.items() if path.endswith(".toml"))


def _after(found: Opened, saving: Mapping[str, bytes | None]) -> dict[str, bytes]:
    held = {path: data for path, data in found.content.files.items() if path not in saving}
    return held | {path: data for path, data in saving.items() if data is not None}


def _cured(found: Opened, one: Found, saving: Mapping[str, bytes | None]) -> bool:
    after = judging.of(found, held=_after(found, saving))
    before = {(each.finding.rule, each.finding.element_id) for each in judging.of(found).found}
    left = {(each.finding.rule, each.finding.element_id) for each in after.found}
    return (one.finding.rule, one.finding.element_id) not in left and left <= before


def _sentences(found: Opened, saving: Mapping[str, bytes | None]) -> list[Markup]:
    old = {path: data for path in saving if (data := found.content.files.get(path)) is not None}
    new = {path: data for path, data in saving.items() if data is not None}
    return [difference_words.page(change) for change in difference.between(old, new)]


def _name(found: Opened, element_id: str) -> str:
    try:
        element = found.drawing.element(element_id)
        name = element.get("name", "")
        if not name and element.get("targetRef"):
            name = found.drawing.element(element.get("targetRef", "")).get("name", "")
    except NotPossible:
        return element_id
    return name or element_id


def _length(value: str) -> str:
    count, _, unit = value.partition(" ")
    return f"{count} {UNIT_WORDS[unit]()}"


_ASKED: Mapping[str, Words] = {
    offering.ROLE_OF: lambda: gettext("Who does the step?"),
    offering.NAME_OF: lambda: gettext("Name"),
}
_TO_ANSWER: Mapping[str, Words] = {
    offering.ROLE_OF: lambda: gettext("Choose a role"),
    offering.NAME_OF: lambda: gettext("Write a name"),
}
_JOINED: Mapping[str, Words] = {
    "exclusiveGateway": lambda: gettext("Let each way through as it comes"),
    "inclusiveGateway": lambda: gettext("Wait only for the ways that were taken"),
    "parallelGateway": lambda: gettext("Wait for all ways"),
}
_WORDS = {
    "role": lambda found, act: gettext("Give the step this role"),
    "name": lambda found, act: gettext("Give it this name"),
    "id": lambda found, act: gettext("Give it the id %(id)s", id=act.value),
    "form": lambda found, act: gettext("Give the step a form"),
    "default": lambda found, act: gettext(
        "Take %(way)s when nothing else holds", way=_name(found, act.value)
    ),
    "condition": lambda found, act: gettext("Remove the condition"),
    "gateway": lambda found, act: gettext("Put a gateway after the step"),
    "deadline": lambda found, act: gettext("%(timer)s is the due date", timer=_name(found, act.element_id)),
    "length": lambda found, act: gettext("Let it happen after %(length)s", length=_length(act.value)),
    "flow": lambda found, act: gettext("Remove one of the two arrows"),
    "island": lambda found, act: gettext("Remove what nothing leads to"),
    "step": lambda found, act: gettext("Remove the gateway"),
    "end": lambda found, act: gettext("Draw an end after the step"),
    "join": lambda found, act: _JOINED[act.value](),
}
