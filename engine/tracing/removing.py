"""A bundle without one of its places, as if nobody had drawn it: what led into it leads past it.

Enters: a bundle and a place. Leaves: another bundle, with another hash. The result need not make sense: that it does not is what
a scenario should show.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator

from lxml import etree

from engine import xml
from engine.definitions import files
from engine.definitions.files import Bundle
from engine.tracing.places import ELEMENT, RULE, Place

_TRIGGERS = frozenset({"startEvent", "boundaryEvent"})


def without(bundle: Bundle, place: Place) -> Bundle:
    """The bundle without the place. Raises KeyError where it does not hold the file or the place."""
    data = bundle.files[place.path]
    less = (
        _without_element(data, place.id)
        if place.kind == ELEMENT
        else _without_rule(data, place.id)
        if place.kind == RULE
        else _without_field(data, place)
    )
    return files.bundle({**bundle.files, place.path: less}, bundle.process_id)


def _without_element(data: bytes, element_id: str) -> bytes:
    root = xml.read(data)
    node = _by_id(root, element_id)
    into, out = _flows(node, "targetRef"), _flows(node, "sourceRef")
    onward = next((one.get("targetRef", "") for one in out), "") if xml.local(node) not in _TRIGGERS else ""
    for flow in into:
        if onward:
            flow.set("targetRef", onward)
        else:
            _take_out(flow)
    for flow in out:
        _take_out(flow)
    for event in list(root.iter(xml.bpmn("boundaryEvent"))):
        if event.get("attachedToRef") == element_id:
            for flow in _flows(event, "sourceRef"):
                _take_out(flow)
            _take_out(event)
    _take_out(node)
    _prune(root)
    _mend(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _by_id(root: xml.Element, wanted: str) -> xml.Element:
    for one in root.iter("*"):
        if one.get("id") == wanted and xml.local(one) != "BPMNShape":
            return one
    raise KeyError(wanted)


def _flows(node: xml.Element, end: str) -> list[xml.Element]:
    holder = node.getparent()
    found = holder.iterfind(xml.bpmn("sequenceFlow")) if holder is not None else ()
    return [flow for flow in found if flow.get(end) == node.get("id")]


def _take_out(one: xml.Element) -> None:
    holder = one.getparent()
    if holder is not None:
        holder.remove(one)


def _prune(root: xml.Element) -> None:
    """Take out what nothing leads to any more, so that what is left can be played."""
    while (lonely := next(_unreached(root), None)) is not None:
        for flow in _flows(lonely, "sourceRef"):
            _take_out(flow)
        _take_out(lonely)


def _unreached(root: xml.Element) -> Iterator[xml.Element]:
    for holder in [*root.iter(xml.bpmn("process")), *root.iter(xml.bpmn("subProcess"))]:
        led_to = {flow.get("targetRef") for flow in holder.iterfind(xml.bpmn("sequenceFlow"))}
        hosts = {child.get("id") for child in holder}
        for child in holder:
            if xml.local(child) == "boundaryEvent":
                if child.get("attachedToRef") not in hosts:
                    yield child
            elif (
                _is_node(child) and child.get("id") not in led_to and child.get("triggeredByEvent") != "true"
            ):
                yield child


def _is_node(one: xml.Element) -> bool:
    name = xml.local(one)
    return name.endswith(("Task", "Gateway")) or name in {
        "subProcess", "callActivity", "endEvent", "intermediateCatchEvent",
    }  # fmt: skip


def _mend(root: xml.Element) -> None:
    """Leave no reference to what is gone: lanes, defaults, pictures, and the flows that elements list."""
    by_id = {one.get("id"): one for one in root.iter("*")}
    for one in _dangling(root, by_id):
        _take_out(one)
    for flow in list(root.iter(xml.bpmn("sequenceFlow"))):
        target = by_id.get(flow.get("targetRef"))
        if target is not None and _is_node(target) and not _lists(target, flow.get("id", "")):
            etree.SubElement(target, xml.bpmn("incoming")).text = flow.get("id")
            target.insert(0, target[-1])
    for gateway in root.iter("*"):
        if gateway.get("default") and gateway.get("default") not in by_id:
            del gateway.attrib["default"]


def _dangling(root: xml.Element, by_id: Container[str | None]) -> list[xml.Element]:
    listed = [one for tag in ("incoming", "outgoing", "flowNodeRef") for one in root.iter(xml.bpmn(tag))]
    found = [one for one in listed if (one.text or "").strip() not in by_id]
    pictures = [*root.iter("{*}BPMNShape"), *root.iter("{*}BPMNEdge")]
    found += [one for one in pictures if one.get("bpmnElement") not in by_id]
    links = root.iter(xml.bpmn("association"))
    found += [one for one in links if one.get("sourceRef") not in by_id or one.get("targetRef") not in by_id]
    return found


def _lists(node: xml.Element, flow_id: str) -> bool:
    return any((one.text or "").strip() == flow_id for one in node.iterfind(xml.bpmn("incoming")))


def _without_rule(data: bytes, rule_id: str) -> bytes:
    root = xml.read(data)
    _take_out(_by_id(root, rule_id))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _without_field(data: bytes, place: Place) -> bytes:
    form = json.loads(data)
    if not _drop(form["components"], place.keys):
        raise KeyError(place.id)
    return json.dumps(form, ensure_ascii=False).encode()


def _drop(components: list[dict[str, object]], keys: tuple[str, ...]) -> bool:
    """Take out the component at the end of the keys; groups without a name of their own are passed through."""
    if not keys:
        return False
    for component in components:
        container = component.get("type") in {"group", "dynamiclist"}
        key = (component.get("path") if container else "") or component.get("key") or ""
        if key == keys[0] and len(keys) == 1:
            components.remove(component)
            return True
        inner = component.get("components")
        if isinstance(inner, list) and _drop(inner, keys[1:] if key == keys[0] else () if key else keys):
            return True
    return False
