"""DMN decision models: bytes in, a model that decides and explains itself, and findings for its author.

`read` raises `DmnError` only for a file that is no decision model; an element that cannot be evaluated is told by
`findings` and fails when it is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from engine.errors import Finding

from . import analysis, deciding, messages, requirements
from .budget import Budget
from .faults import DmnError
from .names import normalised
from .reading import Element, children, root_of
from .requirements import Graph, Node
from .scope import State
from .tables import Match, RuleMatch, Table
from .types import Type
from .values import deep

__all__ = [
    "Decision",
    "DmnError",
    "Finding",
    "Match",
    "Model",
    "RuleMatch",
    "Table",
    "findings",
    "load",
    "read",
]

_STEPS = 50_000
_IMPORT_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of one decision.

    `matched`: each table that was asked, with its inputs and the rules that fitted. `messages`: all that went wrong.
    `errors`: those messages after which `value` must not be used, such as a violation of UNIQUE.
    """

    value: object
    matched: tuple[Match, ...]
    messages: tuple[str, ...]
    errors: tuple[str, ...]


class Model:
    """A decision model, immutable. `decisions` maps both names and ids to the decisions."""

    __slots__ = ("_graph", "decisions", "name", "namespace")

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.name: str = graph.root.get("name", "")
        self.namespace = graph.namespace
        nodes = [node for node in graph.nodes.values() if node.kind == "decision"]
        self.decisions: Mapping[str, Node] = {node.id: node for node in nodes} | {
            node.name: node for node in nodes
        }

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the input data, in the order of the file."""
        return tuple(node.name for node in self._graph.nodes.values() if node.kind == "inputData")

    @property
    def input_types(self) -> Mapping[str, Type]:
        """The declared type of each input data by name, `Any` where none is declared."""
        return {node.name: node.type for node in self._graph.nodes.values() if node.kind == "inputData"}

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for _, table in self._graph.tables)

    def decide(
        self,
        name: str,
        inputs: Mapping[str, object],
        functions: Mapping[str, Callable[..., object]] | None = None,
        now: datetime | None = None,
    ) -> Decision:
        """The decision, service or business knowledge with that name or id, over the input data by name.

        Raises `DmnError` when there is none, `FeelError` when a limit is passed.
        """
        node = self._graph.find(name)
        if node is None:
            raise DmnError(messages.NO_DECISION.format(name=name))
        state = State(functions or {}, Budget(steps=_STEPS), now, self._graph.types.all)
        try:
            value = deep(deciding.invoke(self._graph, node, inputs, state))
        except RecursionError:
            raise DmnError(messages.TOO_DEEP_CALLS, node.id, node.line) from None
        account = tuple(match for match in state.account if isinstance(match, Match))
        return Decision(None if state.errors else value, account, tuple(state.messages), tuple(state.errors))

    def evaluate(self, name: str, inputs: Mapping[str, object]) -> object:
        """The value alone."""
        return self.decide(name, inputs).value


def read(data: bytes, imports: Mapping[str, bytes] | None = None) -> Model:
    """A model from its file. `imports` holds the files it imports, under any keys: their namespaces count."""
    return load(data, tuple((imports or {}).values()))


def load(data: bytes, imports: Iterable[bytes] = ()) -> Model:
    """The same, from the files alone."""
    return Model(_graph(data, tuple(imports)))


@lru_cache(maxsize=64)
def _graph(data: bytes, imports: tuple[bytes, ...]) -> Graph:
    root = root_of(data)
    others = _by_namespace(imports) if children(root, "import") else {}
    graph = _with_imports(root, others, {}, frozenset())
    for element in children(root, "import"):
        if _leads_to(element.get("namespace", ""), graph.namespace, others):
            message = messages.IMPORT_CYCLE.format(name=element.get("name") or element.get("namespace", ""))
            graph.notes.add("import-cycle", element, message, broken=False)
    return graph


def _leads_to(namespace: str, wanted: str, others: dict[str, Element]) -> bool:
    """Whether a model, or one that it imports, has the namespace `wanted`."""
    seen, waiting = set[str](), [namespace]
    while waiting:
        current = waiting.pop()
        if current == wanted:
            return True
        if current not in seen and current in others:
            waiting += [one.get("namespace", "") for one in children(others[current], "import")]
        seen.add(current)
    return False


def _by_namespace(files: tuple[bytes, ...]) -> dict[str, Element]:
    """The roots of those files that can be read; one that cannot is missing where it is imported, and told there."""
    found: dict[str, Element] = {}
    for data in files:
        with suppress(DmnError):
            root = root_of(data)
            found.setdefault(root.get("namespace", ""), root)
    return found


def _with_imports(
    root: Element, others: dict[str, Element], made: dict[str, Graph], outer: frozenset[str]
) -> Graph:
    """`made` holds the models read so far, `outer` the namespaces of those that are being read around this one."""
    imported: dict[str, Graph] = {}
    missing: list[tuple[Element, str]] = []
    around = outer | {root.get("namespace", "")}
    for element in children(root, "import"):
        namespace, name = element.get("namespace", ""), normalised(element.get("name", ""))
        if "/DMN/" not in element.get("importType", "/DMN/"):
            continue
        if namespace not in others or namespace in around or len(around) > _IMPORT_DEPTH:
            missing.append((element, name or namespace))
            continue
        if namespace not in made:
            made[namespace] = _with_imports(others[namespace], others, made, around)
        imported[name] = made[namespace]
    return requirements.build(root, imported, missing)


def findings(
    data: bytes, imports: Mapping[str, bytes] | None = None, functions: Iterable[str] = ()
) -> list[Finding]:
    """What the author of a model must or should mend, in the order of the file. Never raises for a bad file.

    `functions` are the names of functions that will be handed in when the model is run.
    """
    try:
        graph = _graph(data, tuple((imports or {}).values()))
    except DmnError as error:
        return [Finding("", error.line, "error", "unreadable", error.element_id, error.message)]
    found = analysis.findings(graph, frozenset(functions))
    return sorted(found, key=lambda finding: finding.line)
