"""A BPMN or DMN file as parts that can be laid side by side.

Enters: a root element. Leaves: the parts by id, with everything that each says, and the picture apart from them. Nothing is left out but
what only repeats the flows, ids that nobody can refer to, what BPMN takes for granted where nothing is written, and how the file is
written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine import xml

PICTURE = frozenset({"BPMNDiagram", "DMNDI"})
"""Where places are told, right below the outermost element; further in, nothing of that name is passed over."""
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
REPEATS = frozenset({"incoming", "outgoing"})
MODELS = (xml.BPMN, "/DMN/")
OWNERS = frozenset({
    "process", "collaboration", "participant", "lane", "message", "error", "escalation", "signal", "task", "userTask", "serviceTask",
    "manualTask", "scriptTask", "sendTask", "receiveTask", "businessRuleTask", "subProcess", "adHocSubProcess", "transaction",
    "callActivity", "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "exclusiveGateway",
    "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway", "sequenceFlow", "messageFlow", "textAnnotation",
    "group", "dataObject", "dataObjectReference", "dataStoreReference", "association",
    "decision", "inputData", "businessKnowledgeModel", "knowledgeSource", "decisionService", "itemDefinition", "rule",
})  # fmt: skip
"""What stands for itself; every other element says something about the one around it."""
GRANTED = frozenset({
    ("cancelActivity", "true"), ("isInterrupting", "true"), ("parallelMultiple", "false"), ("triggeredByEvent", "false"),
    ("isSequential", "false"), ("isForCompensation", "false"), ("startQuantity", "1"), ("completionQuantity", "1"),
    ("instantiate", "false"), ("gatewayDirection", "Unspecified"), ("eventGatewayType", "Exclusive"), ("isCollection", "false"),
    ("isClosed", "false"), ("processType", "None"),
})  # fmt: skip
"""Attributes that mean the same whether they are written or not (BPMN 2.0.2, the defaults of its XML schema)."""
SHOWN = frozenset({
    "BPMNShape", "BPMNEdge", "BPMNPlane", "BPMNDiagram", "DMNShape", "DMNEdge", "DMNDecisionServiceDividerLine", "DMNDiagram", "DMNDI",
})  # fmt: skip
UNSEEN = frozenset({"id", "isMarkerVisible"})
"""What a drawing program writes of a shape without anybody having moved anything."""


@dataclass
class Part:
    """One element. `says` is by where in it something stands, such as `timerEventDefinition/timeDuration` or `samordna:role`."""

    id: str
    tag: str
    name: str
    parent: str
    says: dict[str, str] = field(default_factory=dict)

    def get(self, what: str) -> str:
        """What it says there, '' where nothing."""
        return self.says.get(what, "")


@dataclass
class Drawing:
    """The parts of a file in their order; the part '' is the file itself. `picture` is all that is said of places."""

    parts: dict[str, Part]
    picture: tuple[str, ...]


def read(root: xml.Element) -> Drawing:
    """Every part of the file."""
    whole = Part("", xml.local(root), "", "")
    drawing = Drawing({"": whole}, ())
    picture: list[str] = []
    _look(root, whole, "", drawing, picture)
    drawing.picture = tuple(picture)
    for lane in [part for part in drawing.parts.values() if part.tag == "lane"]:
        _stand_in(lane, drawing)
    return drawing


def _stand_in(lane: Part, drawing: Drawing) -> None:
    """In which lane an element stands is told of the element."""
    for what in [what for what in lane.says if what.startswith("flowNodeRef")]:
        element = drawing.parts.get(lane.says[what])
        if element is not None:
            element.says["lane"] = lane.name or lane.id
            del lane.says[what]


def _look(element: xml.Element, owner: Part, prefix: str, drawing: Drawing, picture: list[str]) -> None:
    """What stands in the element is said by `owner`; no recursion deeper than the reader lets a file be."""
    for name, value in _attributes(element):
        if name != "id" or not _is_model(element):
            _say(owner, f"{prefix}{'@' if prefix else ''}{name}", value)
    counts: dict[str, int] = {}
    for child in element:
        tag = xml.local(child)
        if tag in PICTURE and owner.id == "" and element.getparent() is None:
            picture.extend(_flat(child))
        elif tag in REPEATS and _is_model(child):
            continue
        elif tag in OWNERS and _is_model(child) and child.get("id") and child.get("id") not in drawing.parts:
            part = Part(child.get("id", ""), tag, child.get("name", ""), owner.id)
            drawing.parts[part.id] = part
            _look(child, part, "", drawing, picture)
        else:
            _inside(child, owner, prefix, drawing, picture, counts)


def _inside(
    child: xml.Element, owner: Part, prefix: str, drawing: Drawing, picture: list[str], counts: dict[str, int]
) -> None:
    tag = _label(child)
    if tag == "extensionElements":
        return _look(child, owner, prefix, drawing, picture)
    known = None if _is_model(child) else child.get("name") or child.get("value")
    if known:
        tag += f"[{known}]"
    counts[tag] = counts.get(tag, 0) + 1
    here = f"{prefix}{'/' if prefix else ''}{tag}{f'[{counts[tag]}]' if counts[tag] > 1 else ''}"
    text = " ".join(
        part.strip() for part in [child.text or "", *(inner.tail or "" for inner in child)] if part.strip()
    )
    _say(owner, here, text)
    _look(child, owner, here, drawing, picture)
    return None


def _say(owner: Part, what: str, value: str) -> None:
    number, name = 1, what
    while name in owner.says:
        number += 1
        name = f"{what}[{number}]"
    owner.says[name] = value


def _attributes(element: xml.Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        space, _, plain = str(name).rpartition("}")
        if space == f"{{{INSTANCE}":
            continue  # which of two ways an expression is typed says nothing about it
        if (str(name), str(value)) in GRANTED and xml.BPMN in str(element.tag):
            continue
        yield (plain if space in ("", f"{{{xml.SAMORDNA}") else str(name)), str(value)


def _is_model(element: xml.Element) -> bool:
    space = str(element.tag).rpartition("}")[0].lstrip("{")
    return space == "" or any(model in space for model in MODELS)


def _label(element: xml.Element) -> str:
    space = str(element.tag).rpartition("}")[0].lstrip("{")
    known = _is_model(element) or space == xml.SAMORDNA
    return xml.local(element) if known else str(element.tag)


def _flat(element: xml.Element) -> Iterator[str]:
    """Each diagram, shape and line with what stands in it; in which order the file has them says nothing."""
    found = []
    for one in element.iter():
        if xml.local(one) in SHOWN:
            inside = [told for each in one if xml.local(each) not in SHOWN for told in _places(each)]
            found.append(" ".join([_place(one), *inside]))
    yield from sorted(found)


def _places(element: xml.Element) -> Iterator[str]:
    """What is said of places below a shape, without labels that say nothing of theirs."""
    if xml.local(element) == "BPMNLabel" and not len(element) and not set(element.attrib) - {"id"}:
        return
    for one in element.iter():
        yield _place(one)


def _place(one: xml.Element) -> str:
    own = sorted(
        (str(name), _number(str(value))) for name, value in one.attrib.items() if str(name) not in UNSEEN
    )
    return f"{one.tag} {own} {(one.text or '').strip()}"


def _number(text: str) -> str:
    """A length in one spelling: 100.0 is 100."""
    try:
        found = float(text)
    except ValueError:
        return text
    return str(int(found)) if found.is_integer() else repr(found)
