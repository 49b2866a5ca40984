"""Ids: each element has one, it is a plain XML name, and it is used once."""

from __future__ import annotations

from collections.abc import Iterable

from engine import xml
from engine.definitions.checks.model import Model, error
from engine.definitions.diagram import FLOW_NODES, SUB_PROCESSES, Diagram
from engine.definitions.vocabulary import NCNAME
from engine.errors import Finding

_NEED_ONE = FLOW_NODES | {"process", "sequenceFlow", "message", "error"}


def check(model: Model) -> Iterable[Finding]:
    """Ids are XML names (never a path), unique in a file; those of processes, sub-processes and asking
    elements over the bundle.
    """
    for one in model.diagrams:
        yield from _in_one_file(one)
    yield from _over_the_bundle(model)
    if model.conventions:
        yield from _of_another_region(model)


def _in_one_file(one: Diagram) -> Iterable[Finding]:
    seen: dict[str, int] = {}
    for element in one.root.iter(
        f"{{{xml.BPMN}}}*", f"{{{xml.BPMNDI}}}*"
    ):  # what is in other namespaces is others' business
        found, line = element.get("id"), xml.line_of(element)
        if found is None:
            if element.tag.startswith(f"{{{xml.BPMN}}}") and xml.local(element) in _NEED_ONE:
                yield Finding(
                    one.path, line, "error", "id", "", f"This {xml.local(element)} has no id. Give it one."
                )
            continue
        if not NCNAME.fullmatch(found):
            message = f"The id {found!r:.80} is no NCName: letters, digits, _, - and . only, a letter first. Rename it."
            yield Finding(one.path, line, "error", "id", found[:100], message)
        if found in seen:
            message = f"The id is used twice, first on line {seen[found]}. Give one of the two another id."
            yield Finding(one.path, line, "error", "id-twice", found[:100], message)
        seen.setdefault(found, line)


def _of_another_region(model: Model) -> Iterable[Finding]:
    """Whoever calls a process means the one of that region: another region that drew one of the same name would be taken for it."""
    for process in model.all_processes():
        region, below, _ = process.path.partition("/")
        if below and process.id and not process.id.startswith(f"{region.replace('-', '_')}_"):
            message = f"The id of a process begins with its region: {region}_. Rename it."
            yield error(process, "process-id", message)


def _over_the_bundle(model: Model) -> Iterable[Finding]:
    processes: dict[str, str] = {}
    for process in model.all_processes():
        if processes.setdefault(process.id, process.path) != process.path:
            yield error(
                process,
                "id-twice",
                f"A process of this id also stands in {processes[process.id]}. Rename one.",
            )
    embedded: dict[str, str] = {}
    asking: dict[str, str] = {}
    for _, node in model.nodes():
        if node.kind in SUB_PROCESSES and embedded.setdefault(node.id, node.path) != node.path:
            message = f"A sub-process of this id also stands in {embedded[node.id]}, which is part of the same run. Rename one."
            yield error(node, "id-twice", message)
        if model.form_of(node) and asking.setdefault(node.id, node.path) != node.path:
            message = f"An element with a form and this id also stands in {asking[node.id]}. Rename one, with its form."
            yield error(node, "id-twice", message)
