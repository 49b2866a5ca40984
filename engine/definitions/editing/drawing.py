"""A BPMN file while it is being changed: found by id, changed in place, written back.

Enters: the bytes of a file that the safe reader accepts. Leaves: the bytes of the changed file. Comments, foreign elements, foreign
attributes and the layout of what nobody touches stay as they are; nothing is executed and nothing is judged: `checks` does that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine import xml
from engine.definitions.diagram import FLOW_NODES, SUB_PROCESSES
from engine.errors import EngineError

DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LONGEST_ID = 48
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})

# What may stand in a flow node, in the order of the BPMN schema; whatever is not named here comes last.
_ORDER = ("documentation", "extensionElements", "auditing", "monitoring", "incoming", "outgoing")


class NotPossible(EngineError):
    """The drawing cannot be changed in that way.

    `reason` is a key (`no-such-element`, `not-a-step`, `not-a-task`, `not-a-timer`, `no-length`, `branch`, `only-step`,
    `has-timers`, `several-items`, `no-such-answer`); `element_id` what stands in the way, '' where that is no single element;
    `nearest` an element after which the step could stand instead, '' for none.
    """

    def __init__(self, reason: str, element_id: str = "", nearest: str = "") -> None:
        super().__init__(f"{reason}: {element_id}")
        self.reason, self.element_id, self.nearest = reason, element_id, nearest


@dataclass(slots=True)
class Put:
    """What was put in: every new node's id, in order; `asks` are those that need a form, each with the kind of form."""

    ids: list[str] = field(default_factory=list)
    asks: dict[str, str] = field(default_factory=dict)


class Drawing:
    """One file, open for changes. `taken` are ids used elsewhere that no new element may get."""

    def __init__(self, data: bytes, path: str, *, taken: Collection[str] = ()) -> None:
        xml.read(data, path=path)  # refuses what is unsafe, before a second parser keeps its comments
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        self.path = path
        self.root: xml.Element = etree.fromstring(data, parser)
        self._taken = frozenset(taken)

    def written(self) -> bytes:
        """The file as it stands now, in UTF-8."""
        etree.cleanup_namespaces(self.root, keep_ns_prefixes=[one for one in self.root.nsmap if one])
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True)

    def ids(self) -> frozenset[str]:
        """Every id in the file."""
        return frozenset(str(one.get("id")) for one in self.root.iter("*") if one.get("id"))

    def element(self, element_id: str) -> xml.Element:
        """The BPMN element with that id. Raises NotPossible."""
        for one in self.root.iter("*"):
            if one.get("id") == element_id and not one.tag.startswith(f"{{{xml.BPMNDI}}}"):
                return one
        raise NotPossible("no-such-element", element_id)

    def node(self, element_id: str) -> xml.Element:
        """The flow node with that id. Raises NotPossible."""
        found = self.element(element_id)
        if xml.local(found) not in FLOW_NODES:
            raise NotPossible("not-a-step", element_id)
        return found

    def flows(self, *, source: str = "", target: str = "") -> list[xml.Element]:
        """The sequence flows that leave `source` or lead to `target`, in the order of the file."""
        return [
            one for one in self.root.iter(xml.bpmn("sequenceFlow"))
            if (not source or one.get("sourceRef") == source) and (not target or one.get("targetRef") == target)
        ]  # fmt: skip

    def boundary(self, host_id: str) -> list[xml.Element]:
        """The boundary events on a node."""
        return [
            one for one in self.root.iter(xml.bpmn("boundaryEvent")) if one.get("attachedToRef") == host_id
        ]

    def scope(self, element: xml.Element) -> xml.Element:
        """The process or sub-process that the element stands in."""
        for outer in element.iterancestors():
            if xml.local(outer) == "process" or xml.local(outer) in SUB_PROCESSES:
                return outer
        raise NotPossible("not-a-step", element.get("id", ""))

    def within(self, element_id: str) -> Iterator[xml.Element]:
        """The element and all flow nodes and flows inside it."""
        for one in self.element(element_id).iter("*"):
            if one.get("id") and one.tag.startswith(f"{{{xml.BPMN}}}"):
                yield one

    def new_id(self, name: str) -> str:
        """A readable id for something called `name`, used nowhere yet: `ring_enheten`, `ring_enheten_2`."""
        base = slug(name)
        used = self.ids() | self._taken
        number = 1
        while (found := base if number == 1 else f"{base}_{number}") in used:
            number += 1
        return found


def slug(name: str) -> str:
    """The name as an id: small ASCII letters, digits and underscores, beginning with a letter; `step` where nothing is left."""
    plain = name.casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_ID].strip("_")
    return plain if plain[:1].isalpha() else f"step_{plain}".strip("_")


def put(parent: xml.Element, child: xml.Element) -> None:
    """Insert a child of a flow node where the schema wants it, indented like its brothers."""
    rank = _rank(child)
    after = [one for one in parent if _rank(one) <= rank]
    place = parent.index(after[-1]) + 1 if after else 0
    _insert(parent, place, child)


def append(parent: xml.Element, child: xml.Element) -> None:
    """Add a last child, indented like its brothers."""
    _insert(parent, len(parent), child)


def insert_after(brother: xml.Element, child: xml.Element) -> None:
    """Add a child right after one of its brothers."""
    parent = brother.getparent()
    assert parent is not None
    _insert(parent, parent.index(brother) + 1, child)


def remove(child: xml.Element) -> None:
    """Take an element out, and the line it stood on with it."""
    parent = child.getparent()
    assert parent is not None
    place, tail = parent.index(child), child.tail
    if place == len(parent) - 1:  # the last one: what closes the parent's line moves to the brother before
        if place:
            parent[place - 1].tail = tail
        else:
            parent.text = None
    parent.remove(child)


def _insert(parent: xml.Element, place: int, child: xml.Element) -> None:
    depth = sum(1 for _ in parent.iterancestors())
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    etree.indent(child, "  ", level=depth + 1)
    if place == 0:
        child.tail = (
            parent.text
            if len(parent) and (parent.text or "").strip() == ""
            else (inner if len(parent) else outer)
        )
        parent.text = inner
    else:
        before = parent[place - 1]
        child.tail = before.tail if before.tail and not before.tail.strip() else outer
        before.tail = inner
    parent.insert(place, child)


def _rank(element: xml.Element) -> int:
    name = xml.local(element) if str(element.tag).startswith(f"{{{xml.BPMN}}}") else ""
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def make(tag: str, element_id: str = "", **attributes: str) -> xml.Element:
    """A new BPMN element; attributes that begin with `own_` are Samordna's."""
    made = etree.Element(xml.bpmn(tag), nsmap={"bpmn": xml.BPMN})
    if element_id:
        made.set("id", element_id)
    for key, value in attributes.items():
        if value:
            made.set(xml.own(key[4:]) if key.startswith("own_") else key, value)
    return made
