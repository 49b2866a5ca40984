"""Reads BPMN files into processes and elements.

Enters: the root of one file. Leaves: its processes, and a finding for everything that has no place in a routine: an element
outside the vocabulary (processes/README.md), an expression that cannot be read, an id used twice. SpiffWorkflow's own parser
is not used: it drops flow ids and line numbers, recurses along the flows, and passes over silently what it does not know.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from engine.errors import EngineError, Finding
from engine.xml import BPMN, bpmn, line_of, local, own
from engine.xml import Element as Node

from . import formulas
from .elements import GATEWAYS, NODES, Element, Flow, Loop, Process, Timer, TimerRule
from .formulas import Formula

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
_NAME = re.compile(r"[^\W\d_]\w*")
_ISO = {
    "duration": re.compile(r"P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+W)?(?:[0-9]+D)?"
                           r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
                       r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"),
    "cycle": re.compile(r"R(?!0+/)[0-9]*/(?:[0-9]{4}-[0-9:TZ+.\-]+/)?P[0-9TYMWDHS.]+"),
}  # fmt: skip


class _Flows:
    """The flows of one process by the element they leave, and their ids by the element they enter."""

    def __init__(self) -> None:
        self.leaving: defaultdict[str, list[Flow]] = defaultdict(list)
        self.entering: defaultdict[str, list[str]] = defaultdict(list)


class Drawing:
    """One file being read; `processes` are what came of it, `findings` what is wrong outside of them."""

    def __init__(self, root: Node, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.processes: list[Process] = []
        if root.tag != bpmn("definitions"):
            self.refuse(
                root, "not-bpmn", f"The root element is {local(root)}; BPMN definitions are expected."
            )
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

    def refuse(self, node: Node, rule: str, message: str) -> None:
        """Note that the file cannot run because of `node`."""
        self.findings.append(
            Finding(self.path, line_of(node), "error", rule, str(node.get("id") or ""), message)
        )

    def _process(self, node: Node) -> None:
        of_the_file, self.findings = self.findings, []
        process_id = self._id(node)
        flows = _Flows()
        for flow in self._flows(node):
            flows.leaving[flow.source].append(flow)
            flows.entering[flow.target].append(flow.id)
        elements = tuple(self._elements(node, process_id, "", flows))
        self._loose_ends(flows, {element.id for element in elements})
        refused = frozenset(finding.element_id for finding in self.findings)
        self.processes.append(
            Process(process_id, self.path, line_of(node), elements, refused, tuple(self.findings))
        )
        self.findings = of_the_file

    def _id(self, node: Node) -> str:
        found = str(node.get("id") or "")
        if not _NCNAME.fullmatch(found):
            self.refuse(
                node,
                "bad-id",
                f"The id of this {local(node)} is missing or is no XML name. Give it a plain one.",
            )
        elif found in self._ids:
            self.refuse(
                node, "duplicate-id", f"The id is used twice, first on line {self._ids[found]}. Rename one."
            )
        self._ids.setdefault(found, line_of(node))
        return found

    def _flows(self, process: Node) -> Iterator[Flow]:
        """All flows, also those inside embedded sub-processes: whether they cross a border is looked at later."""
        for node in process.iter(bpmn("sequenceFlow")):
            expression = node.find(bpmn("conditionExpression"))
            condition = None
            if expression is not None:
                condition = self._formula(node, "condition", _text(expression))
            flow_id = self._id(node)
            yield Flow(
                flow_id, str(node.get("sourceRef")), str(node.get("targetRef")), condition, line_of(node)
            )

    def _loose_ends(self, flows: _Flows, known: set[str]) -> None:
        known |= {finding.element_id for finding in self.findings}
        message = "The flow comes from nothing. Connect it or remove it."
        for flow in (
            flow for source in flows.leaving if source not in known for flow in flows.leaving[source]
        ):
            self.findings.append(Finding(self.path, flow.line, "error", "flow-source", flow.id, message))

    def _elements(self, container: Node, process_id: str, within: str, flows: _Flows) -> Iterator[Element]:
        for node in container.iterchildren(f"{{{BPMN}}}*"):
            kind = local(node)
            if kind in NODES:
                element = self._element(node, process_id, within, flows)
                yield element
                if kind == "subProcess":
                    yield from self._elements(node, process_id, element.id, flows)
            elif kind not in _FOR_THE_READER:
                self.refuse(
                    node,
                    "not-in-vocabulary",
                    f"A {kind} cannot be run. Draw it with what processes/README.md lists.",
                )

    def _element(self, node: Node, process_id: str, within: str, flows: _Flows) -> Element:
        kind = local(node)
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
            timer=self._timer(node, definition) if event == "timer" and definition is not None else None,
            message=self._message(definition) if event == "message" else "",
            error=self._error(node, definition) if event == "error" else None,
            attached_to=str(node.get("attachedToRef") or ""),
            interrupting=self._interrupting(node),
            event_subprocess=node.get("triggeredByEvent") == "true",
            called=str(node.get("calledElement") or ""),
            operation=_own(node, "operation"),
            decision=_own(node, "decision"),
            result=self._own_name(node, "result"),
            inputs=tuple(self._inputs(node)),
            loop=self._loop(node),
            role=_own(node, "role"),
            unit=self._own_formula(node, "unit"),
            person=self._own_formula(node, "person"),
            subject_text=self._own_formula(node, "line"),
            clause=_own(node, "clause"),
        )

    @staticmethod
    def _interrupting(node: Node) -> bool:
        attribute = "isInterrupting" if local(node) == "startEvent" else "cancelActivity"
        return node.get(attribute, "true") != "false"

    def _event(self, node: Node, kind: str) -> tuple[str, Node | None]:
        found = [child for child in node.iterchildren() if local(child).endswith("EventDefinition")]
        if kind in GATEWAYS or kind not in _EVENTS_AT:
            return "", None
        if len(found) > 1 or node.find(bpmn("eventDefinitionRef")) is not None:
            self.refuse(
                node, "event-kind", "An event has one event definition, inside it. Draw one event for each."
            )
        event = local(found[0]).removesuffix("EventDefinition") if found else ""
        if event not in _EVENTS_AT[kind]:
            allowed = ", ".join(name or "none" for name in _EVENTS_AT[kind])
            self.refuse(
                node,
                "event-kind",
                f"A {kind} of the kind '{event or 'none'}' cannot be run; allowed are: {allowed}.",
            )
        return event, found[0] if found else None

    def _timer(self, node: Node, definition: Node) -> Timer | None:
        found = [
            child
            for child in definition.iterchildren()
            if local(child) in {"timeDate", "timeDuration", "timeCycle"}
        ]
        if len(found) != 1:
            self.refuse(node, "timer-value", "A timer needs exactly one of a date, a duration and a cycle.")
            return None
        kind = local(found[0]).removeprefix("time").lower()
        text = _text(found[0]).strip()
        rule = TimerRule(kind, _own(node, "calendar"), _own(node, "deadline") == "true")
        if text.startswith("="):
            formula = self._formula(node, "timer", text)
            return Timer(rule, formula) if formula else None
        if not _ISO[kind].fullmatch(text):
            self.refuse(
                node,
                "timer-value",
                f"The timer's value is not an ISO 8601 {kind} and not FEEL beginning with '='.",
            )
        return Timer(rule, text)

    def _message(self, definition: Node | None) -> str:
        reference = str(definition.get("messageRef") or "") if definition is not None else ""
        if definition is not None and reference and reference not in self._messages:
            self.refuse(definition, "unknown-message", "The message it refers to is not in the file. Add it.")
        return self._messages.get(reference, "")

    def _error(self, node: Node, definition: Node | None) -> str | None:
        reference = str(definition.get("errorRef") or "") if definition is not None else ""
        if reference and reference not in self._errors:
            self.refuse(
                node,
                "unknown-error",
                "The error it refers to is not in the file. Add it or remove the reference.",
            )
        return self._errors.get(reference)

    def _loop(self, node: Node) -> Loop | None:
        if node.find(bpmn("standardLoopCharacteristics")) is not None:
            self.refuse(node, "loop", "A standard loop cannot be run. Draw the loop with a gateway.")
        found = node.find(bpmn("multiInstanceLoopCharacteristics"))
        if found is None:
            return None
        if (
            found.find(bpmn("completionCondition")) is not None
            or found.find(bpmn("loopCardinality")) is not None
        ):
            self.refuse(
                node,
                "loop",
                "A multi-instance goes through samordna:collection only; remove the other conditions.",
            )
        text = _own(found, "collection")
        if not text:
            self.refuse(
                node,
                "loop",
                "The multi-instance does not say which list it goes through. Add samordna:collection.",
            )
            return None
        collection = self._formula(node, "collection", text)
        sequential = found.get("isSequential") == "true"
        if collection is None:
            return None
        item, result = self._own_name(found, "item") or "item", self._own_name(found, "result")
        return Loop(collection, item, sequential, result)

    def _inputs(self, node: Node) -> Iterator[tuple[str, str | Formula]]:
        for extension in node.iterchildren(bpmn("extensionElements")):
            for item in extension.iterchildren(own("input")):
                name, text = self._name(node, str(item.get("name") or "")), str(item.get("value") or "")
                if not text.lstrip().startswith("="):
                    yield name, text
                elif formula := self._formula(node, f"input {name}", text):
                    yield name, formula

    def _name(self, node: Node, name: str) -> str:
        if not _NAME.fullmatch(name):
            self.refuse(
                node, "bad-name", f"'{name[:40]}' cannot be a name of case data. Use letters, digits and _."
            )
        return name

    def _own_name(self, node: Node, attribute: str) -> str:
        name = _own(node, attribute)
        return self._name(node, name) if name else ""

    def _own_formula(self, node: Node, name: str) -> Formula | None:
        text = _own(node, name)
        return self._formula(node, name, text) if text else None

    def _formula(self, node: Node, what: str, text: str) -> Formula | None:
        try:
            return formulas.parse(text)
        except EngineError as error:
            self.refuse(node, "bad-expression", f"The {what} cannot be read: {error}")
            return None


def _text(node: Node) -> str:
    return "".join(str(part) for part in node.itertext())


def _own(node: Node, name: str) -> str:
    return str(node.get(own(name)) or "").strip()
