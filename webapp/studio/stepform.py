"""The form of one step, the same in the list and beside the canvas.

Enters: the questions of an element, with what the region and the routine offer as answers. Leaves: fields to draw; from a request the
answers with what was shown before, so that only what somebody changed is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Request
from flask_babel import gettext

from engine.actions import operations
from engine.actions.routine_steps import Answer
from engine.definitions.editing import questions, timing
from engine.definitions.editing.questions import Question
from webapp.studio import conditions, offered, unitwords
from webapp.studio.conditions import Asked
from webapp.studio.draft import Opened
from webapp.studio.stepwords import EVENTS, INPUTS, KINDS, LABELS, OPERATIONS, UNIT_WORDS


@dataclass(frozen=True, slots=True)
class Field:
    """One field to draw. `kind` picks the control, `was` is what stood there, `choices` are (value, words)."""

    key: str
    kind: str
    label: str
    value: str
    was: str
    help: str = ""
    expert: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    asked: Mapping[str, Asked] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    formula: str = ""
    """How what is chosen is worked out, for those who read formulas."""
    none: str = ""
    """What a condition says that names no question, where that is no formula of its own."""


def fields(found: Opened, element_id: str) -> list[Field]:
    """The fields of an element, in the order people think."""
    asked = questions.of(found.drawing, element_id, inputs=operations.inputs())
    offers = _Offers(found)
    return [_field(one, offers, element_id) for one in asked]


def answers(request: Request, texts: Callable[[], Mapping[str, bytes]]) -> dict[str, Answer]:
    """What was written, beside what was shown. A condition put together from its three parts counts where its formula was left alone.

    Raises NotPossible where a condition asks for an answer that its question, in the forms among the draft's `texts`, does not have.
    """
    found: dict[str, Answer] = {}
    known = conditions.asked(texts()) if any(name.endswith(":field") for name in request.form) else {}
    for name, was in request.form.items():
        if not name.startswith("was:"):
            continue
        key = name.removeprefix("was:")
        given = _length(request, key) if f"{key}:count" in request.form else request.form.get(key, "")
        if f"{key}:field" in request.form and given.strip() == was.strip():
            given = condition(request, key, was, known) or given
        found[key] = Answer(was, given)
    return found


def kind_words(found: Opened, element_id: str) -> str:
    """What sort of step it is, in words."""
    node = found.nodes.get(element_id)
    if node is None:
        return gettext("Way")
    if node.event and (node.kind, node.event) in EVENTS:
        return EVENTS[node.kind, node.event]()
    said = KINDS.get(node.kind)
    return said() if said else node.kind


def roles(found: Opened) -> list[tuple[str, str]]:
    """The roles of the region, with an empty one first."""
    return [("", gettext("Choose a role")), *offered.roles(found)]


class _Offers:
    """What may be chosen: roles of the region, operations, tables, routines, names that forms ask for."""

    def __init__(self, found: Opened) -> None:
        self.found = found

    def roles(self) -> list[tuple[str, str]]:
        return roles(self.found)

    def units(self, value: str) -> tuple[tuple[str, str], ...]:
        """The usual ones, those at steps of this routine that words can tell apart, and what stands there now."""
        used = {node.own["unit"] for node in self.found.nodes.values() if node.own.get("unit")}
        named = unitwords.named(self.found)
        chosen = (unitwords.of(value, named) or gettext("A unit that is worked out")) if value else ""
        said = {chosen: value} if value else {}
        for one in (*unitwords.UNITS, *sorted(used)):
            if words := unitwords.of(one, named):
                said.setdefault(words, one)
        none = gettext("The unit that has the role in the case, else the one that keeps it")
        return ("", none), *((one, words) for words, one in said.items())

    def operations(self) -> list[tuple[str, str]]:
        known = [(name, OPERATIONS[name]() if name in OPERATIONS else name) for name in operations.KNOWN]
        return [("", gettext("Choose what happens")), *sorted(known, key=lambda one: one[1])]

    def tables(self) -> list[tuple[str, str]]:
        return [("", gettext("Choose a table")), *offered.tables(self.found)]

    def routines(self) -> list[tuple[str, str]]:
        return [("", gettext("Choose a routine")), *offered.parts(self.found)]

    def ways(self, gateway_id: str) -> list[tuple[str, str]]:
        drawing = self.found.drawing
        flows = [(one, drawing.element(one.get("targetRef", ""))) for one in drawing.flows(source=gateway_id)]
        return [
            (flow.get("id", ""), flow.get("name", "") or target.get("name", "")) for flow, target in flows
        ]

    def asked(self) -> Mapping[str, Asked]:
        return conditions.asked(self.found.content.files)


def _field(one: Question, offers: _Offers, element_id: str) -> Field:
    label, told = _label(one, element_id)
    common = (one.key, one.kind, label, one.value, one.value, told, one.expert)
    offered = {questions.ROLE: offers.roles, questions.OPERATION: offers.operations, questions.DECISION: offers.tables,
               questions.ROUTINE: offers.routines}  # fmt: skip
    if one.kind in offered:
        return Field(*common, choices=_with(offered[one.kind](), one.value))
    if one.key == "unit":
        formula = "" if one.value in unitwords.UNITS else one.value
        return Field(one.key, "unit", *common[2:], choices=offers.units(one.value), formula=formula)
    if one.kind == questions.LENGTH:
        count, _, unit = one.value.partition(" ")
        units = tuple((key, _unit_words(key)) for key in timing.UNITS)
        return Field(*common, choices=units, parts={"count": count, "unit": unit or timing.WORKING_DAYS})
    if one.kind == questions.CONDITION:
        known = offers.asked()
        return Field(*common, asked=known, parts=conditions.parts(one.value, known))
    if one.kind == questions.CHOICE:
        return Field(*common, choices=(("", gettext("None")), *offers.ways(element_id)))
    return Field(*common)


def _label(one: Question, element_id: str) -> tuple[str, str]:
    head, _, rest = one.key.partition(":")
    if head == "input":
        return (INPUTS[rest]() if rest in INPUTS else rest.replace("_", " ")), ""
    if head == "way":
        return gettext("%(way)s is taken when", way=one.label), ""
    if head == "way_name":
        return gettext("Name of the way to %(way)s", way=one.label), ""
    said = LABELS.get(one.key if one.key in LABELS else head)
    return (said[0](), said[1]()) if said else (one.key, "")


def _unit_words(unit: str) -> str:
    return UNIT_WORDS[unit]()


def _with(choices: list[tuple[str, str]], value: str) -> tuple[tuple[str, str], ...]:
    """The choices, with what stands there now also where nobody offers it."""
    return tuple(choices) if not value or value in dict(choices) else (*choices, (value, value))


def condition(request: Request, key: str, was: str, known: Mapping[str, Asked]) -> str:
    """The formula that the three parts say, '' where one is missing or they were left alone."""
    given = {part: request.form.get(f"{key}:{part}", "").strip() for part in ("field", "op", "value")}
    if given == conditions.parts(was, known):
        return ""
    return conditions.written(given["field"], given["op"], given["value"], known)


def _length(request: Request, key: str) -> str:
    count, unit = request.form.get(f"{key}:count", "").strip(), request.form.get(f"{key}:unit", "")
    return f"{count} {unit}" if count else ""
