"""What can be asked about one element of a drawing, and what the answers change: the same for the list, the panel and a command.

Enters: an open Drawing and an element id. Leaves: questions with the value that stands there now; or, given answers, the Drawing with those
values that differ rewritten. Wording is the page's; whether an answer is right is said by `checks`, so that nothing is ever lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine import xml
from engine.definitions import diagram
from engine.definitions.editing import steps, timing
from engine.definitions.editing.drawing import Drawing, NotPossible
from engine.definitions.editing.timing import Length

TEXT, PARAGRAPHS, ROLE, FEEL, LENGTH, OPERATION, DECISION, ROUTINE, FLAG, CONDITION, CHOICE = (
    "text", "paragraphs", "role", "feel", "length", "operation", "decision", "routine", "flag", "condition", "choice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that can be answered. `key` is its address in the form: `name`, `deadline`, `input:unit`, `way:a_to_b`.

    `about` is the element whose value it is (a timer or flow, where that is not the step itself), `label` the name that the drawing gives
    it (an input's or a way's). For a length `value` is `2 working-days`; a choice has its `options`. `expert` is shown only when asked for.
    """

    key: str
    kind: str
    value: str
    about: str
    label: str = ""
    expert: bool = False
    options: tuple[str, ...] = ()


def of(drawing: Drawing, element_id: str, *, inputs: Mapping[str, frozenset[str]]) -> tuple[Question, ...]:
    """All that can be asked about a node or flow, in the order people think. `inputs` are those that each operation knows."""
    element = drawing.element(element_id)
    kind = xml.local(element)
    if kind == "sequenceFlow":
        return (_name(element), *_ways(drawing, element.get("sourceRef", ""), only=element_id))
    asked = [_name(element), *_of_kind(drawing, element, kind, inputs)]
    if element.find(xml.bpmn("multiInstanceLoopCharacteristics")) is not None:
        asked += _loop(element)
    return (*asked, _own(element, "clause", TEXT))


def _of_kind(
    drawing: Drawing, element: xml.Element, kind: str, inputs: Mapping[str, frozenset[str]]
) -> list[Question]:
    """What only nodes of this kind are asked."""
    about, result = element.get("id", ""), _own(element, "result", TEXT, expert=True)
    if kind == "userTask":
        more = [_own(element, name, asks, expert=True) for name, asks in _TASK]
        return [
            _own(element, "role", ROLE),
            _own(element, "unit", FEEL),
            *_deadline(drawing, about),
            _guidance(element),
            *more,
        ]
    if kind == "serviceTask":
        operation = _own(element, "operation", OPERATION)
        known = inputs.get(operation.value, frozenset())
        return [
            operation,
            *_inputs(element, known),
            _guidance(element),
            result,
            _own(element, "category", TEXT, expert=True),
        ]
    if kind == "businessRuleTask":
        return [_own(element, "decision", DECISION), _guidance(element), result]
    if kind == "callActivity":
        called = Question("called", ROUTINE, element.get("calledElement", ""), about)
        return [called, *_inputs(element, frozenset()), _guidance(element), result]
    return _ways(drawing, about) if kind.endswith("Gateway") else _of_event(element, kind)


def _of_event(element: xml.Element, kind: str) -> list[Question]:
    if element.find(xml.bpmn("timerEventDefinition")) is not None:
        on_border = [_flag(element, "deadline"), _interrupts(element)] if kind == "boundaryEvent" else []
        return [*_timer(element, "timer"), *on_border]
    if element.find(xml.bpmn("messageEventDefinition")) is not None:
        return [_own(element, "role", ROLE), _own(element, "unit", FEEL), _guidance(element)]
    return []


_TASK = (
    ("person", FEEL),
    ("line", FEEL),
    ("on_behalf", ROLE),
    ("second_person", TEXT),
    ("signed", FLAG),
    ("category", TEXT),
)


def answer(
    drawing: Drawing,
    element_id: str,
    answers: Mapping[str, str],
    *,
    language: str,
    inputs: Mapping[str, frozenset[str]],
) -> None:
    """Write the answers that differ from what stands there; keys that nobody asks for are passed over. Raises NotPossible."""
    asked = {one.key: one for one in of(drawing, element_id, inputs=inputs)}
    changed = {
        key: given for key, given in answers.items() if key in asked and given.strip() != asked[key].value
    }
    for key, given in changed.items():
        _write(drawing, element_id, asked[key], given.strip(), language)
    operation = drawing.element(element_id).get(xml.own("operation"), "")
    if "operation" in changed or any(key.startswith("input:") for key in changed):
        known = inputs.get(operation, frozenset())
        old = dict(_given(drawing.element(element_id)))
        told = old | {
            key.removeprefix("input:"): given for key, given in answers.items() if key.startswith("input:")
        }
        kept = [(name, told[name]) for name in told if not known or name in known]
        steps.set_inputs(drawing, element_id, kept)


def _write(drawing: Drawing, element_id: str, asked: Question, given: str, language: str) -> None:
    head, _, rest = asked.key.partition(":")
    if head in ("deadline", "timer") and asked.kind == LENGTH:
        timing.set_length(drawing, asked.about, length(given, asked.about), language=language)
    elif head in ("deadline", "timer") and asked.kind == FEEL:
        timing.set_formula(drawing, asked.about, given)
    elif head == "otherwise":
        steps.set_condition(drawing, given, "")
    elif head == "interrupts":
        drawing.element(asked.about).set("cancelActivity", "true" if given == "true" else "false")
    elif head == "loop":
        _set_loop(drawing.element(element_id), rest, given)
    elif head in _PLAIN:
        _PLAIN[head](drawing, asked.about, given)
    elif head != "input":
        steps.set_own(drawing, asked.about, head, given)


_PLAIN: Mapping[str, Callable[[Drawing, str, str], None]] = {
    "name": steps.rename, "way_name": steps.rename, "guidance": steps.document, "called": steps.set_called, "way": steps.set_condition,
}  # fmt: skip


def length(given: str, about: str) -> Length:
    """`2 working-days` as a length. Raises NotPossible."""
    count, _, unit = given.partition(" ")
    if (
        not count.isascii()
        or not count.isdecimal()
        or len(count) > len(str(timing.MOST))
        or unit not in timing.UNITS
    ):
        raise NotPossible("no-length", about)
    return Length(int(count), unit)


def _name(element: xml.Element) -> Question:
    return Question("name", TEXT, element.get("name", ""), element.get("id", ""))


def _guidance(element: xml.Element) -> Question:
    return Question("guidance", PARAGRAPHS, diagram.documentation(element), element.get("id", ""))


def _own(element: xml.Element, name: str, kind: str, *, expert: bool = False) -> Question:
    return Question(name, kind, element.get(xml.own(name), ""), element.get("id", ""), expert=expert)


def _flag(element: xml.Element, name: str) -> Question:
    return Question(name, FLAG, element.get(xml.own(name), ""), element.get("id", ""))


def _interrupts(element: xml.Element) -> Question:
    value = "false" if element.get("cancelActivity", "true") in ("false", "0") else "true"
    return Question("interrupts", FLAG, value, element.get("id", ""), expert=True)


def _timer(event: xml.Element, key: str) -> Iterator[Question]:
    found, about = timing.length_of(event), event.get("id", "")
    if found is not None:
        yield Question(key, LENGTH, f"{found.count} {found.unit}", about, event.get("name", ""))
    else:
        yield Question(key, FEEL, timing.formula_of(event), about, event.get("name", ""))


def _deadline(drawing: Drawing, element_id: str) -> Iterator[Question]:
    event = timing.deadline_of(drawing, element_id)
    if event is not None:
        yield from _timer(event, "deadline")


def _given(element: xml.Element) -> Iterator[tuple[str, str]]:
    for one in element.iterfind(f"{xml.bpmn('extensionElements')}/{xml.own('input')}"):
        yield one.get("name", ""), one.get("value", "")


def _inputs(element: xml.Element, known: frozenset[str]) -> list[Question]:
    """Those that have a value, in their order, then those the operation also knows."""
    given = dict(_given(element))
    names = [*given, *sorted(known - given.keys())]
    return [
        Question(
            f"input:{name}",
            FEEL,
            given.get(name, ""),
            element.get("id", ""),
            label=name,
            expert=name not in given,
        )
        for name in names
    ]


def _ways(drawing: Drawing, gateway_id: str, *, only: str = "") -> list[Question]:
    """The ways out: when each is taken, and which one is taken where none is."""
    gateway, flows = drawing.element(gateway_id), drawing.flows(source=gateway_id)
    if xml.local(gateway) not in ("exclusiveGateway", "inclusiveGateway") or len(flows) < 2:
        return []
    default, asked = gateway.get("default", ""), []
    for flow in flows:
        flow_id = flow.get("id", "")
        if only and flow_id != only:
            continue
        label = flow.get("name", "") or drawing.element(flow.get("targetRef", "")).get("name", "")
        if not only:
            asked.append(Question(f"way_name:{flow_id}", TEXT, flow.get("name", ""), flow_id, label))
        if flow_id != default:
            condition = diagram.text_of(flow.find(xml.bpmn("conditionExpression")))
            asked.append(Question(f"way:{flow_id}", CONDITION, condition, flow_id, label))
    if not only:
        asked.append(
            Question(
                "otherwise", CHOICE, default, gateway_id, options=tuple(flow.get("id", "") for flow in flows)
            )
        )
    return asked


def _loop(element: xml.Element) -> list[Question]:
    loop = element.find(xml.bpmn("multiInstanceLoopCharacteristics"))
    assert loop is not None
    return [
        Question(f"loop:{name}", FEEL if name == "collection" else TEXT, loop.get(xml.own(name), ""), element.get("id", ""), expert=True)
        for name in ("collection", "item", "result")
    ]  # fmt: skip


def _set_loop(element: xml.Element, name: str, given: str) -> None:
    loop = element.find(xml.bpmn("multiInstanceLoopCharacteristics"))
    assert loop is not None
    if given:
        loop.set(xml.own(name), given)
    elif xml.own(name) in loop.attrib:
        del loop.attrib[xml.own(name)]
