"""DMN decision models: bytes in, a model that decides and explains itself, and findings for its author.

`read` raises `DmnError` only for a file that is no decision model; an element that cannot be evaluated is told by
`findings` and fails when it is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    others: dict[str, Element] = {}
    for one in imports:
        root = root_of(one)
        others.setdefault(root.get("namespace", ""), root)
    return _with_imports(root_of(data), others, {}, _IMPORT_DEPTH)


def _with_imports(root: Element, others: dict[str, Element], made: dict[str, Graph], depth: int) -> Graph:
    imported: dict[str, Graph] = {}
    missing: list[tuple[Element, str]] = []
    for element in children(root, "import"):
        namespace, name = element.get("namespace", ""), normalised(element.get("name", ""))
        if "/DMN/" not in element.get("importType", "/DMN/"):
            continue
        if namespace not in others or not depth:
            missing.append((element, name or namespace))
            continue
        if namespace not in made:
            made[namespace] = _with_imports(others[namespace], others, made, depth - 1)
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
