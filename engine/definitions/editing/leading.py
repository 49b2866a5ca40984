"""Where sequence flows lead: a flow drawn anew, led to another step or from another one, and taken away with what stood at it.

Enters: an open Drawing, its flows and ids. Leaves: the same Drawing, where the references of the steps at both ends always agree with the
flow. Whether a step may stand there is for `sequence` and `moving` to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import xml
from engine.definitions.editing import layout
from engine.definitions.editing.drawing import Drawing, append, insert_after, make, put, remove


def connect(drawing: Drawing, source: str, target: str, *, name: str = "", flow_id: str = "") -> xml.Element:
    """A new sequence flow, with the references at both ends; not drawn yet."""
    scope = drawing.scope(drawing.node(source))
    wanted = flow_id or drawing.new_id(f"{source}_to_{target}")
    flow = make("sequenceFlow", wanted, name=name, sourceRef=source, targetRef=target)
    others = scope.findall(xml.bpmn("sequenceFlow"))
    if others:
        insert_after(others[-1], flow)
    else:
        append(scope, flow)
    _refer(drawing.node(source), "outgoing", wanted)
    _refer(drawing.node(target), "incoming", wanted)
    return flow


def lead(drawing: Drawing, flow: xml.Element, target: str) -> None:
    """Give a flow another target, with the references at both."""
    flow_id = flow.get("id", "")
    for one in list(_references(drawing.node(flow.get("targetRef", "")), "incoming", flow_id)):
        remove(one)
    flow.set("targetRef", target)
    _refer(drawing.node(target), "incoming", flow_id)


def lead_from(drawing: Drawing, flow: xml.Element, source: str) -> None:
    """Give a flow another source, with the references at both."""
    flow_id = flow.get("id", "")
    for one in list(_references(drawing.node(flow.get("sourceRef", "")), "outgoing", flow_id)):
        remove(one)
    flow.set("sourceRef", source)
    _refer(drawing.node(source), "outgoing", flow_id)


def lead_around(drawing: Drawing, element_id: str, frame_id: str) -> None:
    """Every flow to and from a step goes to and from what now stands around it."""
    for flow in drawing.flows(target=element_id):
        lead(drawing, flow, frame_id)
    for flow in drawing.flows(source=element_id):
        lead_from(drawing, flow, frame_id)


def forget(drawing: Drawing, flow: xml.Element) -> None:
    """Take a flow away, from the model and from the picture; a default that it was goes too."""
    flow_id = flow.get("id", "")
    for ref, name in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
        for end in [one for one in drawing.root.iter("*") if one.get("id") == flow.get(ref)]:
            for one in list(_references(end, name, flow_id)):
                remove(one)
            if end.get("default") == flow_id:
                del end.attrib["default"]
    layout.erase(drawing, flow_id)
    remove(flow)


def delete(drawing: Drawing, element_ids: list[str]) -> None:
    """Take elements away, with the flows at them, their shapes, and what names them in lanes and associations."""
    gone = frozenset(element_ids)
    for flow in [
        one for one in drawing.flows() if {one.get("id"), one.get("sourceRef"), one.get("targetRef")} & gone
    ]:
        forget(drawing, flow)
    for one in [each for each in drawing.root.iter("*") if each.get("id") in gone]:
        layout.erase(drawing, one.get("id", ""))
        if one.getparent() is not None:
            remove(one)
    for ref in [
        one for one in drawing.root.iter(xml.bpmn("flowNodeRef")) if (one.text or "").strip() in gone
    ]:
        remove(ref)
    for link in [
        one
        for one in drawing.root.iter(xml.bpmn("association"))
        if {one.get("sourceRef"), one.get("targetRef")} & gone
    ]:
        layout.erase(drawing, link.get("id", ""))
        remove(link)


def _refer(node: xml.Element, name: str, flow_id: str) -> None:
    made = make(name)
    made.text = flow_id
    put(node, made)


def _references(node: xml.Element, name: str, flow_id: str) -> Iterator[xml.Element]:
    return (one for one in node.findall(xml.bpmn(name)) if (one.text or "").strip() == flow_id)
