"""Turns the files of a bundle into a specification that all its cases share.

Enters: path -> bytes of every .bpmn and .dmn file of the bundle, and the id of the process to run. Leaves: a Specification, or
BrokenDefinition naming file, line and element. No SpiffWorkflow exception leaves, and no run changes what is made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import dirname

from engine import xml
from engine.errors import BrokenDefinition, EngineError, Finding
from engine.expressions import dmn

from . import formulas, refusals
from .drawing import Drawing
from .elements import Element, Process
from .specification import Specification
from .weaving import weave


def specification(files: Mapping[str, bytes], process_id: str) -> Specification:
    """Read a bundle; raises BrokenDefinition with a finding for everything that keeps `process_id` from running."""
    findings: list[Finding] = []
    at_hand = _processes(files, findings)
    models = _models(files, findings)
    if process_id not in at_hand:
        message = f"No file holds the process '{process_id}'."
        missing = Finding(next(iter(files), ""), 1, "error", "unknown-process", process_id, message)
        raise BrokenDefinition(tuple(findings) or (missing,))
    used = _called_from(at_hand, process_id)
    decisions: dict[tuple[str, str], dmn.Model] = {}
    for process in used.values():
        findings.extend(process.findings)
        findings.extend(refusals.of_process(process, at_hand))
        findings.extend(_choose_decisions(process, models, decisions))
    findings.extend(_embedded_twice(used))
    findings.extend(_ambiguous_calls(used))
    if findings:
        raise BrokenDefinition(tuple(findings))
    elements = {(e.process_id, e.id): e for process in used.values() for e in process.elements}
    return Specification(process_id, elements, used, decisions, weave(used)[process_id])


def _processes(files: Mapping[str, bytes], findings: list[Finding]) -> dict[str, Process]:
    found: dict[str, Process] = {}
    for path, data in files.items():
        if not path.endswith(".bpmn"):
            continue
        try:
            drawing = Drawing(xml.read(data, path=path), path)
        except BrokenDefinition as broken:
            findings.extend(broken.findings)
            continue
        findings.extend(drawing.findings)
        for process in drawing.processes:
            if other := found.get(process.id):
                message = f"The process stands also in {other.path}. Give one of them another id."
                findings.append(Finding(path, process.line, "error", "duplicate-id", process.id, message))
            found.setdefault(process.id, process)
    return found


def _models(files: Mapping[str, bytes], findings: list[Finding]) -> dict[str, dmn.Model]:
    """The decision models by path."""
    found: dict[str, dmn.Model] = {}
    for path, data in files.items():
        if not path.endswith(".dmn"):
            continue
        try:
            found[path] = formulas.read_decisions(data, others=_tables_beside(files, path))
        except BrokenDefinition as broken:
            findings.extend(broken.findings)
        except EngineError as error:
            line, element_id = int(getattr(error, "line", 0)) or 1, str(getattr(error, "element_id", ""))
            findings.append(Finding(path, line, "error", "bad-decision", element_id, str(error)))
    return found


def _tables_beside(files: Mapping[str, bytes], path: str) -> tuple[bytes, ...]:
    """The other decision files, which this one may import; those of its own folder come first."""
    others = [other for other in files if other.endswith(".dmn") and other != path]
    return tuple(files[one] for one in sorted(others, key=lambda one: dirname(one) != dirname(path)))


def _choose_decisions(
    process: Process, models: Mapping[str, dmn.Model], chosen: dict[tuple[str, str], dmn.Model]
) -> Iterator[Finding]:
    """For each business rule task the model of its routine's own folder, else the only one that has the decision."""
    for element in process.elements:
        if element.kind != "businessRuleTask":
            continue
        having = [path for path, model in models.items() if formulas.has_decision(model, element.decision)]
        own = [path for path in having if dirname(path) == dirname(process.path)] or having
        if len(own) == 1:
            chosen[process.id, element.decision] = models[own[0]]
            continue
        message = "Its samordna:decision is in none of the decision files. Add it."
        if own:
            message = (
                f"Its samordna:decision is in several files: {', '.join(sorted(own))}. Rename one of them."
            )
        yield Finding(element.path, element.line, "error", "unknown-decision", element.id, message)


def _called_from(at_hand: Mapping[str, Process], process_id: str) -> dict[str, Process]:
    """The process and all that it calls, however far away."""
    used: dict[str, Process] = {}
    waiting = [process_id]
    while waiting:
        current = waiting.pop()
        if current in used or current not in at_hand:
            continue
        used[current] = at_hand[current]
        waiting.extend(element.called for element in used[current].elements if element.called)
    return used


def _embedded_twice(used: Mapping[str, Process]) -> Iterator[Finding]:
    """The ids of embedded sub-processes are unique over all that is called (processes/README.md)."""
    seen: dict[str, Element] = {}
    for process in used.values():
        for element in process.elements:
            if element.kind != "subProcess":
                continue
            if other := seen.get(element.id):
                message = (
                    f"The process '{other.process_id}' has a sub-process of the same id. Rename one of them."
                )
                yield Finding(
                    element.path, element.line, "error", "duplicate-subprocess", element.id, message
                )
            seen.setdefault(element.id, element)


def _ambiguous_calls(used: Mapping[str, Process]) -> Iterator[Finding]:
    """A called process begins at its one start event of the kind 'none'."""
    for process in used.values():
        for element in process.elements:
            callee = used.get(element.called)
            if element.kind != "callActivity" or callee is None:
                continue
            starts = [e for e in callee.levels()[""] if e.kind == "startEvent" and not e.event]
            if len(starts) != 1:
                message = f"The process '{callee.id}' that it calls needs exactly one start event of the kind 'none'."
                yield Finding(element.path, element.line, "error", "called-start", element.id, message)
