"""Reads BPMN files into processes and elements.

Enters: the root of one file. Leaves: its processes, and a finding for everything that has no place in a routine: an element
outside the vocabulary (processes/README.md), an expression that cannot be read, an id used twice. SpiffWorkflow's own parser
is not used: it drops flow ids and line numbers, recurses along the flows, and passes over silently what it does not know.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from engine.errors import Finding
from engine.xml import BPMN, bpmn, line_of, local
from engine.xml import Element as Node

from . import attributes
from .attributes import Notes, flag, own, text_of
from .elements import GATEWAYS, NODES, Element, Flow, Process

_FOR_THE_READER = frozenset(
    {
        "laneSet", "textAnnotation", "association", "group", "dataObject", "dataObjectReference", "documentation",
        "extensionElements", "incoming", "outgoing", "multiInstanceLoopCharacteristics", "sequenceFlow",
    }
)  # fmt: skip
_EVENTS_AT = {
    "startEvent": ("", "message"),
    "endEvent": ("", "terminate", "error"),
    "intermediateCatchEvent": ("timer", "message"),
    "boundaryEvent": ("timer", "message", "error"),
}
_NCNAME = re.compile(r"[^\W\d][\w.\-·]*")


class _Flows:
    """The flows of one process by the element they leave, and their ids by the element they enter."""

    def __init__(self) -> None:
        self.leaving: defaultdict[str, list[Flow]] = defaultdict(list)
        self.entering: defaultdict[str, list[str]] = defaultdict(list)


class Drawing:
    """One file being read; `processes` are what came of it, `findings` what is wrong outside of them."""

    notes: Notes

    def __init__(self, root: Node, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.processes: list[Process] = []
        if root.tag != bpmn("definitions"):
            message = f"The root element is {local(root)}; BPMN definitions are expected."
            self.findings.append(Finding(path, line_of(root), "error", "not-bpmn", "", message))
            return
        self._messages = {
            str(node.get("id")): str(node.get("name") or "") for node in root.iter(bpmn("message"))
        }
        self._errors = {
            str(node.get("id")): str(node.get("errorCode") or node.get("id"))
            for node in root.iter(bpmn("error"))
        }
        self._ids: dict[str, int] = {}
        for node in root.iterchildren(bpmn("process")):
            self._process(node)

    def _process(self, node: Node) -> None:
        self.notes = Notes(self.path)
        process_id = self._id(node)
        flows = _Flows()
        for flow in self._flows(node):
            flows.leaving[flow.source].append(flow)
            flows.entering[flow.target].append(flow.id)
        elements = tuple(self._elements(node, process_id, "", flows))
        self._loose_ends(flows, {element.id for element in elements})
        findings = tuple(self.notes.findings)
        refused = frozenset(finding.element_id for finding in findings)
        self.processes.append(Process(process_id, self.path, line_of(node), elements, refused, findings))

    def _id(self, node: Node) -> str:
        found = str(node.get("id") or "")
        if not _NCNAME.fullmatch(found):
            self.notes.refuse(
                node,
                "bad-id",
                f"The id of this {local(node)} is missing or is no XML name. Give it a plain one.",
            )
        elif found in self._ids:
            self.notes.refuse(
                node, "duplicate-id", f"The id is used twice, first on line {self._ids[found]}. Rename one."
            )
        self._ids.setdefault(found, line_of(node))
        return found

    def _flows(self, process: Node) -> Iterator[Flow]:
        """All flows, also those inside embedded sub-processes: whether they cross a border is looked at later."""
        for node in process.iter(bpmn("sequenceFlow")):
            expression = node.find(bpmn("conditionExpression"))
            text = text_of(expression) if expression is not None else ""
            source, target = str(node.get("sourceRef")), str(node.get("targetRef"))
            condition = attributes.formula(self.notes, node, "condition", text)
            yield Flow(self._id(node), source, target, condition, line_of(node))

    def _loose_ends(self, flows: _Flows, known: set[str]) -> None:
        known |= {finding.element_id for finding in self.notes.findings}
        message = "The flow comes from nothing. Connect it or remove it."
        for source, leaving in flows.leaving.items():
            for flow in leaving if source not in known else ():
                finding = Finding(self.path, flow.line, "error", "flow-source", flow.id, message)
                self.notes.findings.append(finding)

    def _elements(self, container: Node, process_id: str, within: str, flows: _Flows) -> Iterator[Element]:
        for node in container.iterchildren(f"{{{BPMN}}}*"):
            kind = local(node)
            if kind in NODES:
                element = self._element(node, process_id, within, flows)
                yield element
                if kind == "subProcess":
                    yield from self._elements(node, process_id, element.id, flows)
            elif kind not in _FOR_THE_READER:
                self.notes.refuse(
                    node,
                    "not-in-vocabulary",
                    f"A {kind} cannot be run. Draw it with what processes/README.md lists.",
                )

    def _element(self, node: Node, process_id: str, within: str, flows: _Flows) -> Element:
        kind, notes = local(node), self.notes
        element_id = self._id(node)
        event, definition = self._event(node, kind)
        return Element(
            process_id=process_id,
            id=element_id,
            kind=kind,
            name=str(node.get("name") or ""),
            path=self.path,
            line=line_of(node),
            within=within,
            outgoing=tuple(flows.leaving[element_id]),
            incoming=tuple(flows.entering[element_id]),
            default=str(node.get("default") or ""),
            event=event,
            timer=attributes.timer(notes, node, definition)
            if event == "timer" and definition is not None
            else None,
            message=self._message(definition) if event == "message" else "",
            error=self._error(node, definition) if event == "error" else None,
            attached_to=str(node.get("attachedToRef") or ""),
            interrupting=self._interrupting(node),
            event_subprocess=flag(node, "triggeredByEvent"),
            called=str(node.get("calledElement") or ""),
            operation=own(node, "operation"),
            decision=own(node, "decision"),
            result=attributes.own_name(notes, node, "result"),
            inputs=tuple(attributes.inputs(notes, node)),
            loop=attributes.loop(notes, node),
            role=own(node, "role"),
            unit=attributes.formula(notes, node, "unit", own(node, "unit")),
            person=attributes.formula(notes, node, "person", own(node, "person")),
            subject_text=attributes.formula(notes, node, "line", own(node, "line")),
            clause=own(node, "clause"),
        )

    @staticmethod
    def _interrupting(node: Node) -> bool:
        return flag(node, "isInterrupting" if local(node) == "startEvent" else "cancelActivity", "true")

    def _event(self, node: Node, kind: str) -> tuple[str, Node | None]:
        found = [child for child in node.iterchildren() if local(child).endswith("EventDefinition")]
        if kind in GATEWAYS or kind not in _EVENTS_AT:
            return "", None
        if len(found) > 1 or node.find(bpmn("eventDefinitionRef")) is not None:
            self.notes.refuse(
                node, "event-kind", "An event has one event definition, inside it. Draw one event for each."
            )
        event = local(found[0]).removesuffix("EventDefinition") if found else ""
        if event not in _EVENTS_AT[kind]:
            allowed = ", ".join(name or "none" for name in _EVENTS_AT[kind])
            self.notes.refuse(
                node,
                "event-kind",
                f"A {kind} of the kind '{event or 'none'}' cannot be run; allowed are: {allowed}.",
            )
        return event, found[0] if found else None

    def _message(self, definition: Node | None) -> str:
        reference = str(definition.get("messageRef") or "") if definition is not None else ""
        if definition is not None and reference and reference not in self._messages:
            self.notes.refuse(
                definition, "unknown-message", "The message it refers to is not in the file. Add it."
            )
        return self._messages.get(reference, "")

    def _error(self, node: Node, definition: Node | None) -> str | None:
        reference = str(definition.get("errorRef") or "") if definition is not None else ""
        if reference and reference not in self._errors:
            self.notes.refuse(
                node,
                "unknown-error",
                "The error it refers to is not in the file. Add it or remove the reference.",
            )
        return self._errors.get(reference)
