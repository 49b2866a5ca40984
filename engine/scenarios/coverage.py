"""What scenarios ought to visit, and have not.

Enters: bundles and the visits of all runs. Leaves: for each routine's folder the branches (sequence flows that leave a gateway),
boundary events, event sub-processes and decision-table rules, those not visited by id, file and line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.definitions import files, routine
from engine.definitions.routine import Routine
from engine.errors import BrokenDefinition
from engine.expressions import dmn
from engine.scenarios.history import Visits

KINDS = ("branches", "boundary events", "event sub-processes", "table rules")


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One thing to visit; `id` is unique in its folder, `words` say where it is."""

    folder: str
    kind: str
    path: str
    line: int
    id: str
    words: str

    def __str__(self) -> str:
        line = "" if self.kind == KINDS[-1] else f":{self.line}"  # a rule is found by its number
        return f"{self.path}{line} {self.id}: {self.words}"


@dataclass
class Coverage:
    """How much has been visited; counters by (folder, kind)."""

    all: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing: list[Target] = field(default_factory=list)

    def summary(self, folder: str | None = None) -> str:
        """`118 of 120 branches, 14 of 14 boundary events`, of one folder or of all."""
        parts = []
        for kind in KINDS:
            whole = sum(
                count for (place, one), count in self.all.items() if one == kind and folder in (None, place)
            )
            gone = sum(one.kind == kind and folder in (None, one.folder) for one in self.missing)
            if whole:
                parts.append(f"{whole - gone} of {whole} {kind}")
        return ", ".join(parts) or "nothing to visit"

    @property
    def folders(self) -> list[str]:
        """Every folder that has something to visit."""
        return sorted({folder for folder, _ in self.all})


def of(bundles: Iterable[files.Bundle], visits: Visits) -> Coverage:
    """What the runs have visited of these routines and of all that they call."""
    found = Coverage()
    seen: dict[Target, bool] = {}
    for bundle in bundles:
        seen.update(_elements(routine.read(bundle), visits))
        seen.update(_rules(bundle, visits))
    for target, visited in sorted(seen.items()):
        found.all[target.folder, target.kind] += 1
        if not visited:
            found.missing.append(target)
    return found


def _elements(read: Routine, visits: Visits) -> Iterator[tuple[Target, bool]]:
    for process_id, elements in read.elements.items():
        for element in elements.values():
            place = files.folder_of(element.path)
            visited = (process_id, element.id) in visits.elements
            if element.kind == "boundaryEvent":
                words = f"{element.event} on {element.attached_to}"
                yield Target(place, "boundary events", element.path, element.line, element.id, words), visited
            elif element.kind == "startEvent" and element.parent_id and element.event:
                words = f"{element.event} into {element.parent_id}"
                yield (
                    Target(place, "event sub-processes", element.path, element.line, element.id, words),
                    visited,
                )
        for flow in read.flows[process_id].values():
            source = elements.get(flow.source)
            if source is not None and source.kind.endswith("Gateway"):
                words = f"from {flow.source} to {flow.target}{f' ({flow.name})' if flow.name else ''}"
                target = Target(
                    files.folder_of(source.path), "branches", source.path, source.line, flow.id, words
                )
                yield target, (process_id, flow.id) in visits.flows


def _rules(bundle: files.Bundle, visits: Visits) -> Iterator[tuple[Target, bool]]:
    for path, model in _models(bundle).items():
        folder = files.folder_of(path)
        for table in model.tables:
            for rule in table.rules:
                words = f"rule {rule.number} of {table.name or table.id}"
                target = Target(folder, "table rules", path, rule.number, rule.id or table.id, words)
                yield target, (folder, table.id, rule.number) in visits.rules


def _models(bundle: files.Bundle) -> Mapping[str, dmn.Model]:
    found = {}
    for path in bundle.paths(".dmn"):
        try:
            found[path] = dmn.read(bundle.files[path])
        except dmn.DmnError as error:
            raise BrokenDefinition(()) from error
    return found
