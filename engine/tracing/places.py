"""Where routines say which requirement they answer to: on elements, on rules of tables, on fields of forms.

Enters: a folder of regions. Leaves: places in the order of the files, those without a number too. Only reads; it never judges
whether a number stands where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import xml
from engine.definitions import diagram, files, form_reading, routine
from engine.definitions.clauses import NUMBER
from engine.definitions.schema import Field
from engine.expressions import dmn
from engine.scenarios import finding

ELEMENT, RULE, FIELD = "element", "rule", "field"
DOES_SOMETHING = frozenset({"userTask", "serviceTask", "businessRuleTask", "callActivity", "boundaryEvent"})
"""Elements that ought to answer to something. Gateways, starts, ends and sub-processes hold the others together."""


@dataclass(frozen=True, slots=True)
class Place:
    """One thing in a routine. `path` is below the folder of regions; `id` is an element's, a rule's, or `owner.key` of a field.

    `process_id` and `into` (the flows that lead to it) are of an element, `table` and `row` of a rule, `keys` of a field: the names from
    the top of its form down.
    """

    kind: str
    path: str
    line: int
    id: str
    name: str
    numbers: tuple[str, ...]
    what: str = ""
    process_id: str = ""
    into: tuple[str, ...] = ()
    table: str = ""
    row: int = 0
    keys: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """`vastmanland/sip/sip.bpmn#assess_need`, unique among all places."""
        return f"{self.path}#{self.id}"

    @property
    def requirements(self) -> tuple[str, ...]:
        """The numbers alone, without laws and ideas of our own: those must be shown."""
        return tuple(one for one in self.numbers if NUMBER.fullmatch(one))

    @property
    def ought_to_have_one(self) -> bool:
        """Whether it does something that somebody may ask the reason of."""
        return self.what in DOES_SOMETHING


def of(root: Path) -> list[Place]:
    """Every element and rule below the folder, and every field that has a number. Raises BrokenDefinition."""
    found: list[Place] = []
    for folder in finding.routines(root):
        name = finding.name_of(folder)
        bundle = files.read_bundle(folder, root)
        own = [path for path in bundle.files if files.folder_of(path) == name]
        for path in own:
            if path.endswith(".bpmn"):
                found += _elements(bundle.files[path], path)
            elif path.endswith(".dmn"):
                found += _rules(bundle.files[path], path)
            elif path.endswith(".form"):
                found += _fields(bundle.files[path], path)
    return found


def _elements(data: bytes, path: str) -> Iterator[Place]:
    for process in diagram.read(data, path).processes:
        for node in process.nodes.values():
            numbers = tuple(node.own.get("clause", "").split())
            yield Place(
                ELEMENT,
                path,
                node.line,
                node.id,
                node.name,
                numbers,
                node.kind,
                node.process_id,
                node.incoming,
            )


def _rules(data: bytes, path: str) -> Iterator[Place]:
    clauses = {
        rule.get("id", ""): tuple(diagram.attributes(rule).get("clause", "").split())
        for rule in xml.read(data, path=path).iter("{*}rule")
    }
    for table in dmn.read(data).tables:
        for rule in table.rules:
            name = f"{table.name or table.id}, rule {rule.number}"
            numbers = clauses.get(rule.id or "", ())
            yield Place(
                RULE, path, rule.number, rule.id or "", name, numbers, "rule", table=table.id, row=rule.number
            )


def _fields(data: bytes, path: str) -> Iterator[Place]:
    for field, keys in _within(form_reading.read(data, path).fields, ()):
        numbers = tuple(field.properties.get("clause", "").split())
        if numbers:
            place_id = ".".join(keys) or field.id
            yield Place(FIELD, path, field.line, place_id, field.label, numbers, "field", keys=keys)


def _within(fields: tuple[Field, ...], above: tuple[str, ...]) -> Iterator[tuple[Field, tuple[str, ...]]]:
    for field in fields:
        keys = (*above, field.key) if field.key else above
        if field.key:
            yield field, keys
        yield from _within(field.children, keys)


def owner(place: Place) -> str:
    """The element that asks for a field: its form's file name."""
    return routine.form_owner(place.path)
