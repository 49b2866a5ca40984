"""The decision requirements graph: inputs, decisions, business knowledge and services, and what each needs (DMN 1.5, clause 6).

Enters: a `definitions` element and the models it imports. Leaves: elements whose logic is compiled with the names of
their requirements in scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import xml

from . import boxed, messages
from .items import ItemTypes
from .names import normalised
from .places import Place, Use
from .reading import Element, Notes, child, children
from .scope import Run
from .tables import Table
from .types import ANY, Type


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """A required element. `prefix` is the name of the import it comes through, empty for one of this model."""

    graph: Graph
    prefix: str
    id: str

    @property
    def node(self) -> Node:
        return self.graph.nodes[self.id]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Anything in the graph. `kind` is its element name; `type` that of its variable."""

    kind: str
    id: str
    name: str
    line: int
    type: Type
    needs: tuple[Need, ...] = ()
    run: Run = boxed.null
    outputs: tuple[Need, ...] = ()  # of a service: what it answers with
    parameters: tuple[Need, ...] = ()  # of a service: its input data, then its input decisions


_KINDS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_REQUIRED = ("requiredInput", "requiredDecision", "requiredKnowledge")


@dataclass(slots=True, eq=False)
class Graph:
    """One model: its elements by id, its imports by name, its types, and what was noted while it was read."""

    root: Element
    namespace: str
    imports: Mapping[str, Graph]
    notes: Notes
    types: ItemTypes
    elements: dict[str, Element] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    tables: list[tuple[Element, Table]] = field(default_factory=list)

    def find(self, name: str) -> Node | None:
        """A decision, else another element, by its id, the name of its variable or the name people see."""
        if name in self.nodes:
            return self.nodes[name]
        wanted = normalised(name)
        named = [node for node in self.nodes.values() if wanted in (node.name, self.title(node.id))]
        return min(named, key=lambda node: (node.kind != "decision", node.name != wanted), default=None)

    def title(self, id_: str) -> str:
        """The name that people see."""
        return normalised(self.elements[id_].get("name", ""))


def build(root: Element, imports: Mapping[str, Graph], missing: list[tuple[Element, str]]) -> Graph:
    """The graph of a model whose imports have been read; `missing` are those that could not be found."""
    notes = Notes()
    for element, name in missing:
        notes.add("import", element, messages.NO_IMPORT.format(name=name))
    imported = {
        f"{prefix}.{name}" if prefix else name: type_
        for prefix, graph in imports.items()
        for name, type_ in graph.types.all.items()
    }
    types = ItemTypes(root, imported, notes)
    graph = Graph(root, root.get("namespace", ""), imports, notes, types)
    graph.elements = {_id(element): element for element in children(root, *_KINDS)}
    for id_, element in graph.elements.items():
        graph.nodes[id_] = _node(graph, id_, element)
    return graph


def _id(element: Element) -> str:
    return str(element.get("id") or element.get("name", ""))


def _name(element: Element) -> str:
    variable = child(element, "variable")
    own: str = element.get("name", "")
    return normalised(own if variable is None else variable.get("name", own))


def _node(graph: Graph, id_: str, element: Element) -> Node:
    kind, name = xml.local(element), _name(element)
    type_ = graph.types.reference(child(element, "variable"))
    line = xml.line_of(element)
    if kind == "inputData":
        return Node(kind, id_, name, line, type_)
    if kind == "decisionService":
        outputs = _needs(graph, children(element, "outputDecision"))
        parameters = _needs(graph, children(element, "inputData") + children(element, "inputDecision"))
        return Node(kind, id_, name, line, type_, outputs=outputs, parameters=parameters)
    needs = _needs(graph, [one for group in element for one in _required(group)])
    variables = {
        _name(graph.elements[need.id]): _declared(graph, need) for need in needs if need.graph is graph
    }
    place = Place(
        graph.title(id_) or name,
        _names(graph, needs),
        graph.types,
        graph.notes,
        variables,
        graph.uses,
        graph.tables,
    )
    if kind == "decision":
        if boxed.content(element) is None:
            graph.notes.add("no-logic", element, messages.NO_LOGIC.format(name=name), broken=False)
        run = boxed.typed(boxed.inside(element, place), type_, name)
    else:
        logic = child(element, "encapsulatedLogic")
        run = boxed.null if logic is None else boxed.function(logic, place, type_)
    return Node(kind, id_, name, line, type_, needs, run)


def _declared(graph: Graph, need: Need) -> Type:
    """The type of a required element's variable; functions are not compared."""
    element = graph.elements[need.id]
    values = xml.local(element) in ("inputData", "decision")
    return graph.types.reference(child(element, "variable")) if values else ANY


def _required(group: Element) -> list[Element]:
    return children(group, *_REQUIRED)


def _needs(graph: Graph, references: list[Element]) -> tuple[Need, ...]:
    found = []
    for reference in references:
        need = _need(graph, reference.get("href", ""))
        if need is None:
            words = {"where": _owner(reference), "name": reference.get("href", "")}
            graph.notes.add("dangling-reference", reference, messages.DANGLING.format(**words), broken=False)
        else:
            found.append(need)
    return tuple(found)


def _owner(element: Element) -> str:
    inner: Element | None = element
    while inner is not None and not inner.get("name"):
        inner = inner.getparent()
    return "" if inner is None else str(inner.get("name"))


def _need(graph: Graph, href: str) -> Need | None:
    namespace, _, id_ = href.rpartition("#")
    if namespace and namespace != graph.namespace:
        for prefix, imported in graph.imports.items():
            if imported.namespace == namespace and id_ in imported.nodes:
                return Need(imported, prefix, id_)
        return None
    return Need(graph, "", id_) if id_ in graph.elements else None


def _names(graph: Graph, needs: tuple[Need, ...]) -> frozenset[str]:
    """The names in scope where these are required; those of imported elements stand after the import's name."""
    names: set[str] = set()
    for need in needs:
        if need.graph is graph:
            names.add(_name(graph.elements[need.id]))
        else:
            names |= {need.prefix, need.node.name} - {""}
            names |= need.graph.types.components()
    return frozenset(names)
