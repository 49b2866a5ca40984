"""Ids that a person can read, in place of those that an editor makes up.

Enters: an open Drawing as an editor saved it. Leaves: the same Drawing, with `Activity_0x1ab2c` called after what it says, everywhere it is
named; ids that somebody chose stay. A step without a name keeps its id until it has one.
"""

from __future__ import annotations

import re

from engine import xml
from engine.definitions.diagram import FLOW_NODES
from engine.definitions.editing.drawing import Drawing

MADE_UP = re.compile(
    r"(?:Activity|Gateway|Event|Flow|Process|Definitions|StartEvent|EndEvent|Task|SequenceFlow)_[0-9a-zA-Z]{1,12}"
)
_NAMING = ("sourceRef", "targetRef", "attachedToRef", "default", "bpmnElement")


def rename_made_up(drawing: Drawing) -> dict[str, str]:
    """Old id -> new id of everything renamed."""
    renamed: dict[str, str] = {}
    for node in [one for one in drawing.root.iter("*") if xml.local(one) in FLOW_NODES]:
        if node.get("name") and MADE_UP.fullmatch(node.get("id", "")):
            renamed[node.get("id", "")] = called(drawing, node, drawing.new_id(node.get("name", "")))
    for flow in drawing.flows():
        ends = (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        if MADE_UP.fullmatch(flow.get("id", "")) and not any(MADE_UP.fullmatch(end) for end in ends):
            renamed[flow.get("id", "")] = called(drawing, flow, drawing.new_id("_to_".join(ends)))
    return renamed


def called(drawing: Drawing, element: xml.Element, new: str) -> str:
    """Give it the id, and name it so wherever it is named."""
    old = element.get("id", "")
    element.set("id", new)
    for one in drawing.root.iter("*"):
        for name in _NAMING:
            if one.get(name) == old:
                one.set(name, new)
        if xml.local(one) in ("incoming", "outgoing", "flowNodeRef") and (one.text or "").strip() == old:
            one.text = new
        if one.tag.startswith(f"{{{xml.BPMNDI}}}") and one.get("id") == f"{old}_di":
            one.set("id", f"{new}_di")
    return new
