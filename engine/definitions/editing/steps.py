"""What one step says, changed: its name, its guidance, who does it, what it asks for, which way a flow is taken.

Enters: an open Drawing, an element id and the new value as people give it. Leaves: the same Drawing, changed. Never the order of the
steps (`sequence`) nor a point in time (`timing`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from engine import xml
from engine.definitions.editing.drawing import XSI, Drawing, NotPossible, make, put, remove

FORMULA = "bpmn:tFormalExpression"


def rename(drawing: Drawing, element_id: str, name: str) -> None:
    """What people call the step; '' takes the name away."""
    _set(drawing.element(element_id), "name", name.strip())


def set_own(drawing: Drawing, element_id: str, attribute: str, value: str) -> None:
    """One of Samordna's attributes (`role`, `unit`, `clause` ...); '' takes it away. `checks` says where each may stand."""
    _set(drawing.element(element_id), xml.own(attribute), value.strip())


def document(drawing: Drawing, element_id: str, text: str) -> None:
    """The guidance of the step: one `bpmn:documentation`, a blank line between paragraphs."""
    element = drawing.element(element_id)
    for one in element.findall(xml.bpmn("documentation")):
        remove(one)
    if text.strip():
        made = make("documentation")
        made.text = text.replace("\r\n", "\n").strip()
        put(element, made)


def set_condition(drawing: Drawing, flow_id: str, feel: str) -> None:
    """When the flow is taken, as FEEL with or without the leading `=`; '' makes it the way that is taken otherwise."""
    flow = drawing.element(flow_id)
    if xml.local(flow) != "sequenceFlow":
        raise NotPossible("not-a-step", flow_id)
    old = flow.find(xml.bpmn("conditionExpression"))
    if old is not None:
        remove(old)
    gateway = drawing.element(flow.get("sourceRef", ""))
    formula = feel.strip().removeprefix("=").strip()
    if not formula:
        gateway.set("default", flow_id)
        return
    if gateway.get("default") == flow_id:
        del gateway.attrib["default"]
    made = make("conditionExpression")
    made.set(f"{{{XSI}}}type", FORMULA)
    made.text = f"= {formula}"
    put(flow, made)


def set_inputs(drawing: Drawing, element_id: str, inputs: Sequence[tuple[str, str]]) -> None:
    """The inputs of a service task (decision 11) or call activity, in order; one without a value is left out, foreign elements stay."""
    element = drawing.element(element_id)
    holder = element.find(xml.bpmn("extensionElements"))
    for old in [] if holder is None else holder.findall(xml.own("input")):
        remove(old)
    if any(value.strip() for _, value in inputs):
        if holder is None:
            holder = make("extensionElements")
            put(element, holder)
        for name, value in inputs:
            if value.strip():
                made = etree.Element(xml.own("input"), nsmap={"samordna": xml.SAMORDNA})
                made.set("name", name)
                made.set("value", value.strip())
                put(holder, made)
    elif holder is not None and len(holder) == 0:
        remove(holder)


def set_called(drawing: Drawing, element_id: str, process_id: str) -> None:
    """The routine that a call activity calls."""
    _set(drawing.element(element_id), "calledElement", process_id.strip())


def _set(element: xml.Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    elif name in element.attrib:
        del element.attrib[name]
