"""What a check looks at: the files of a bundle, read once.

Enters: a bundle. Leaves: a Model, and the findings of files that could not be read at all (those stand in no
model, so that the rules only meet what can be read). Checks take a Model and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from engine import xml
from engine.definitions import diagram, files, form_reading, routine
from engine.definitions.clauses import Catalogue
from engine.definitions.diagram import SUB_PROCESSES, Diagram, Flow, Node, Process
from engine.definitions.files import Bundle
from engine.definitions.schema import Form
from engine.errors import BrokenDefinition, Finding
from engine.soundness.verdict import MOST_POSITIONS

T = TypeVar("T")
Place = Node | Flow | Process

WAITING = frozenset({"userTask", "intermediateCatchEvent", "eventBasedGateway", "receiveTask", "manualTask"})


@dataclass(frozen=True)
class Model:
    """`conventions` tells whether the rules of `processes/README.md` hold, or only what makes a file unsafe
    or impossible to run.

    `operations` are the names a service task may ask for, each with its inputs; None where they are not known
    to the caller. `around` are names of case data written by the routines that call this one or link to it;
    None where those are not known. `clauses` are the requirements there are; without them no number is looked up.
    `positions` is how many positions of the token game are tried at most.
    """

    bundle: Bundle
    diagrams: tuple[Diagram, ...]
    forms: tuple[Form, ...]
    tables: Mapping[str, xml.Element]  # decision files by path
    conventions: bool
    operations: Mapping[str, frozenset[str]] | None
    around: frozenset[str] | None = None
    clauses: Catalogue | None = None
    positions: int = MOST_POSITIONS

    @property
    def stands_alone(self) -> bool:
        """Whether all that it reads must be written in the bundle itself, or in what is known around it.

        A part that others call, or that is started from a running case, reads what those others write.
        """
        return self.conventions and (self.around is not None or self._begins_cases)

    @cached_property
    def _begins_cases(self) -> bool:
        try:
            return bool(routine.read_settings(self.bundle).start_roles)
        except BrokenDefinition:
            return True

    @cached_property
    def processes(self) -> Mapping[str, Process]:
        """Every process of the bundle by id; the first where two have the same."""
        found: dict[str, Process] = {}
        for process in self.all_processes():
            found.setdefault(process.id, process)
        return found

    def all_processes(self) -> Iterator[Process]:
        """Every process of every file."""
        for one in self.diagrams:
            yield from one.processes

    def nodes(self) -> Iterator[tuple[Process, Node]]:
        """Every flow node with its process."""
        for process in self.all_processes():
            for node in process.nodes.values():
                yield process, node

    def flows(self) -> Iterator[tuple[Process, Flow]]:
        """Every sequence flow with its process."""
        for process in self.all_processes():
            for flow in process.flows.values():
                yield process, flow

    def form_of(self, node: Node) -> Form | None:
        """The form that belongs to an element: in the same routine's folder, named by its id."""
        return self._forms_by_place.get((files.folder_of(node.path), node.id))

    @cached_property
    def _forms_by_place(self) -> Mapping[tuple[str, str], Form]:
        return {(files.folder_of(form.path), routine.form_owner(form.path)): form for form in self.forms}

    def waits(self, process: Process, node: Node) -> bool:
        """Whether somebody, a timer or a message is always or possibly awaited before a token leaves the
        node.
        """
        return self._waits(process, node, frozenset())

    def _waits(self, process: Process, node: Node, seen: frozenset[str]) -> bool:
        if node.kind in WAITING:
            return True
        if node.kind in SUB_PROCESSES:
            return any(self._waits(process, inner, seen) for inner in process.inside(node.id))
        called = self.processes.get(routine.called_element(node)) if node.kind == "callActivity" else None
        if called is None or called.id in seen:
            return False
        return any(self._waits(called, inner, seen | {called.id}) for inner in called.inside(""))


def read(
    bundle: Bundle,
    *,
    conventions: bool,
    operations: Mapping[str, frozenset[str]] | None,
    around: frozenset[str] | None = None,
    clauses: Catalogue | None = None,
    positions: int = MOST_POSITIONS,
) -> tuple[Model, list[Finding]]:
    """Read everything that can be read."""
    findings: list[Finding] = []
    diagrams = _read_all(bundle, ".bpmn", diagram.read, findings)
    forms = _read_all(bundle, ".form", form_reading.read, findings)
    tables = _read_all(bundle, ".dmn", _table, findings)
    return Model(
        bundle,
        tuple(diagrams),
        tuple(forms),
        dict(tables),
        conventions,
        operations,
        around,
        clauses,
        positions,
    ), findings


def _table(data: bytes, path: str) -> tuple[str, xml.Element]:
    return path, xml.read(data, path=path)


def _read_all(
    bundle: Bundle, suffix: str, reader: Callable[[bytes, str], T], findings: list[Finding]
) -> list[T]:
    found = []
    for path in bundle.paths(suffix):
        try:
            found.append(reader(bundle.files[path], path))
        except BrokenDefinition as broken:
            findings += broken.findings
    return found


def error(place: Place, rule: str, message: str, *, about: tuple[str, ...] = ()) -> Finding:
    """A finding that stops a deployment."""
    return Finding(place.path, place.line, "error", rule, place.id, message, about)


def warning(place: Place, rule: str, message: str) -> Finding:
    """A finding that does not."""
    return Finding(place.path, place.line, "warning", rule, place.id, message)


def told(place: xml.Element, path: str, rule: str, message: str, *, about: tuple[str, ...] = ()) -> Finding:
    """An error about an element that is neither node nor flow; named by the nearest id around it."""
    owner = next((one for one in (place, *place.iterancestors()) if one.get("id")), place)
    return Finding(path, xml.line_of(place), "error", rule, owner.get("id", ""), message, about)
