"""What would not run as BPMN says, though each element for itself is allowed.

Enters: processes as drawn, and the ids of those at hand. Leaves: findings. What passes here runs; what cannot be
made right is refused here and never met by a case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from engine.errors import Finding

from .elements import Element, Flow, Process

MOST_ELEMENTS = 5_000
MOST_INCLUSIVE_JOINS = 200
DEEPEST = 30

Level = Mapping[str, Element]  # the elements that stand directly in one process or sub-process


def of_process(process: Process, called: Collection[str]) -> Iterator[Finding]:
    """Everything wrong in one process; `called` are the ids of the processes at hand."""
    by_id = {element.id: element for element in process.elements}
    yield from _too_large(process, by_id)
    for element in process.elements:
        yield from _flows(element, by_id, process.refused)
        rule = _RULES.get(element.kind)
        if rule is not None:
            yield from rule(element, by_id)
        if element.called or element.kind == "callActivity":
            yield from _call(element, called)
        if element.kind == "serviceTask" and not element.operation:
            yield _finding(
                element,
                "no-operation",
                "It does not say which operation it asks for. Add samordna:operation.",
            )
        if element.loop is not None:
            yield from _loop(element)
    for within, level in process.levels().items():
        yield from _starts(process, by_id.get(within), level)


def _finding(element: Element, rule: str, message: str, flow: Flow | None = None) -> Finding:
    line, element_id = (flow.line, flow.id) if flow else (element.line, element.id)
    return Finding(element.path, line, "error", rule, element_id, message)


def _too_large(process: Process, by_id: Level) -> Iterator[Finding]:
    """Bounds far above any routine that people can read, so that reading a drawing never takes long."""
    joins = sum(e.kind == "inclusiveGateway" and len(e.incoming) > 1 for e in process.elements)
    if len(process.elements) > MOST_ELEMENTS or joins > MOST_INCLUSIVE_JOINS:
        message = f"It has more than {MOST_ELEMENTS} elements or {MOST_INCLUSIVE_JOINS} inclusive joins. Divide it by calls."
        yield Finding(process.path, process.line, "error", "too-large", process.id, message)
    for element in process.elements:
        depth, around = 0, by_id.get(element.within)
        while around is not None and depth <= DEEPEST and element.kind == "subProcess":
            depth, around = depth + 1, by_id.get(around.within)
        if depth == DEEPEST:
            yield _finding(
                element, "too-deep", f"More than {DEEPEST} sub-processes stand within one another. Use calls."
            )


def _flows(element: Element, by_id: Level, refused: Collection[str]) -> Iterator[Finding]:
    for flow in element.outgoing:
        target = by_id.get(flow.target)
        if flow.target in refused:
            continue  # said already
        if target is None or target.within != element.within:
            yield _finding(
                element,
                "flow-target",
                "The flow does not lead to an element of the same (sub-)process.",
                flow,
            )
        elif target.kind in {"startEvent", "boundaryEvent"} or target.event_subprocess:
            yield _finding(element, "flow-target", f"No flow may lead to a {target.kind} of this kind.", flow)
        if flow.condition is not None and element.kind not in {"exclusiveGateway", "inclusiveGateway"}:
            yield _finding(
                element,
                "condition-here",
                "A condition stands only after an exclusive or inclusive gateway.",
                flow,
            )
    if element.default and element.default not in {flow.id for flow in element.outgoing}:
        yield _finding(element, "default-flow", "Its default flow does not leave it. Choose another.")


def _choice(element: Element, _by_id: Level) -> Iterator[Finding]:
    for flow in element.outgoing:
        if flow.condition is None and flow.id != element.default and len(element.outgoing) > 1:
            yield _finding(
                element, "no-condition", "The flow has no condition and is not the default. Add one.", flow
            )


def _event_gateway(element: Element, by_id: Level) -> Iterator[Finding]:
    targets = [by_id[flow.target] for flow in element.outgoing if flow.target in by_id]
    if not targets or any(e.kind != "intermediateCatchEvent" or len(e.incoming) != 1 for e in targets):
        yield _finding(element, "event-gateway", "It must lead to catch events that nothing else leads to.")
    if sum(target.event == "timer" for target in targets) > 1:
        yield _finding(element, "event-gateway", "It may lead to at most one timer. Keep the earlier one.")


def _boundary(element: Element, by_id: Level) -> Iterator[Finding]:
    host = by_id.get(element.attached_to)
    if host is None or host.within != element.within:
        yield _finding(
            element, "boundary-host", "It is attached to nothing. Move it onto a task or sub-process."
        )
        return
    if element.event == "error":
        if host.kind not in {"subProcess", "callActivity"}:
            yield _finding(
                element,
                "boundary-host",
                "An error is caught only on an embedded sub-process or a call activity.",
            )
        if host.loop is not None:
            yield _finding(
                element,
                "boundary-host",
                "Draw a plain sub-process around the multi-instance, with the error on it.",
            )
    elif host.kind not in {"userTask", "subProcess", "callActivity"} or host.event_subprocess:
        yield _finding(
            element, "boundary-host", f"A {host.kind} waits for nothing, so the event can never happen."
        )
    if element.timer is not None and element.timer.rule.kind == "cycle" and element.interrupting:
        yield _finding(
            element, "cycle-here", "An interrupting timer fires once. Make it non-interrupting or a duration."
        )
    if element.incoming:
        yield _finding(element, "flow-target", "No flow may lead to a boundary event.")


def _catch(element: Element, _by_id: Level) -> Iterator[Finding]:
    if element.timer is not None and element.timer.rule.kind == "cycle":
        yield _finding(element, "cycle-here", "A cycle stands only on a non-interrupting boundary event.")


def _end(element: Element, _by_id: Level) -> Iterator[Finding]:
    for flow in element.outgoing:
        yield _finding(element, "flow-source", "No flow may leave an end event. Remove it.", flow)


def _subprocess(element: Element, _by_id: Level) -> Iterator[Finding]:
    if element.event_subprocess and (element.within or element.incoming or element.outgoing or element.loop):
        yield _finding(
            element, "event-subprocess", "An event sub-process stands alone at process level, without flows."
        )


def _loop(element: Element) -> Iterator[Finding]:
    if element.kind not in {"subProcess", "callActivity", "userTask"}:
        yield _finding(element, "loop", f"A {element.kind} cannot be a multi-instance.")
    if element.result:
        yield _finding(
            element, "loop", "The result of a multi-instance stands on multiInstanceLoopCharacteristics."
        )


def _call(element: Element, called: Collection[str]) -> Iterator[Finding]:
    if element.called not in called:
        yield _finding(
            element,
            "unknown-process",
            f"The process '{element.called}' that it calls is not at hand. Add its file.",
        )
    if element.result and not element.inputs:
        yield _finding(
            element,
            "result-without-input",
            "A call without inputs writes straight into the case; remove its result.",
        )


def _starts(process: Process, around: Element | None, level: list[Element]) -> Iterator[Finding]:
    starts = [element for element in level if element.kind == "startEvent"]
    if around is None:
        if not starts:
            yield Finding(
                process.path,
                process.line,
                "error",
                "no-start",
                process.id,
                "The process has no start event. Add one.",
            )
    elif len(starts) != 1:
        yield _finding(around, "no-start", "A sub-process needs exactly one start event.")
    elif around.event_subprocess:
        if starts[0].event != "message" or not starts[0].interrupting:
            yield _finding(
                starts[0], "event-subprocess", "An event sub-process starts with an interrupting message."
            )
    elif starts[0].event:
        yield _finding(
            starts[0], "no-start", "An embedded sub-process starts with a start event of the kind 'none'."
        )


_RULES: dict[str, Callable[[Element, Level], Iterator[Finding]]] = {
    "exclusiveGateway": _choice,
    "inclusiveGateway": _choice,
    "eventBasedGateway": _event_gateway,
    "boundaryEvent": _boundary,
    "intermediateCatchEvent": _catch,
    "endEvent": _end,
    "subProcess": _subprocess,
}
