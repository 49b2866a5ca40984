"""Running a decision model: the value of each element over the inputs, each computed once, with the account of why.

Enters: a graph, input values by name. Leaves: values; a wrong input or a failing table is null with a message. A decision
that needs itself is an error.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import messages
from .boxed import typed
from .requirements import Graph, Need, Node
from .scope import Scope, State
from .types import MISMATCH, coerced
from .values import Function, kind, normal

Inputs = Mapping[str, object]


class Run:
    """One evaluation over one set of inputs. `given` are values of elements that are handed in, by graph and id."""

    def __init__(self, inputs: Inputs, state: State, given: dict[Need, object] | None = None) -> None:
        self.inputs = inputs
        self.state = state
        self.values: dict[tuple[int, str], object] = {}
        self.busy: set[tuple[int, str]] = set()
        for need, value in (given or {}).items():
            self.values[id(need.graph), need.id] = value

    def value(self, graph: Graph, node: Node, inputs: Inputs | None = None) -> object:
        """The value of an element: an input's, a decision's, or the function that knowledge or a service is."""
        key = id(graph), node.id
        if key in self.values:
            return self.values[key]
        if key in self.busy:
            self.state.fail(messages.CYCLE.format(name=node.name))
            return None
        self.busy.add(key)
        value = self._computed(graph, node, self.inputs if inputs is None else inputs)
        self.busy.discard(key)
        self.values[key] = value
        return value

    def _computed(self, graph: Graph, node: Node, inputs: Inputs) -> object:
        if node.kind == "inputData":
            return self._input(node, inputs)
        if node.kind == "decisionService":
            return self._service(graph, node, inputs)
        variables: dict[str, object] = {}
        scope = Scope(variables, Scope({}, None, self.state), self.state)
        if node.kind == "businessKnowledgeModel":
            # known before its own requirements, which may lead back to it: functions may call each other
            function = node.run(scope)
            self.values[id(graph), node.id] = function
            variables.update(self._required(graph, node, inputs))
            return function
        variables.update(self._required(graph, node, inputs))
        outer, self.state.types = self.state.types, graph.types.all
        value = node.run(scope)
        self.state.types = outer
        return value

    def _input(self, node: Node, inputs: Inputs) -> object:
        value = normal(inputs.get(node.name))
        result = coerced(value, node.type)
        if result is MISMATCH:
            words = {"name": node.name, "kind": kind(value), "type": node.type.label or node.type.name}
            self.state.say(messages.WRONG_TYPE.format(**words))
            return None
        return result

    def _required(self, graph: Graph, node: Node, inputs: Inputs) -> dict[str, object]:
        variables: dict[str, object] = {}
        for need in node.needs:
            if need.graph is graph:
                variables[need.node.name] = self.value(graph, need.node, inputs)
                continue
            value = self.value(need.graph, need.node, _inner(inputs, need.prefix))
            if need.prefix:
                holder = variables.setdefault(need.prefix, {})
                if isinstance(holder, dict):
                    holder[need.node.name] = value
            else:
                variables[need.node.name] = value
        return variables

    def _service(self, graph: Graph, node: Node, inputs: Inputs) -> Function:
        parameters = node.parameters

        def call(state: State, arguments: list[object]) -> object:
            inner = Run(inputs, state, dict(zip(parameters, arguments, strict=True)))
            return inner.answer(graph, node, inputs)

        names = tuple(need.node.name for need in parameters)
        return Function(names, call, tuple(need.node.type for need in parameters), name=node.name)

    def answer(self, graph: Graph, node: Node, inputs: Inputs) -> object:
        """What a service says, its parameters being given: its one output, or several as a context."""
        outputs = {need.node.name: self.value(need.graph, need.node, inputs) for need in node.outputs}
        value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        if node.type.name in ("Any", "function"):
            return value
        return typed(lambda scope: value, node.type, node.name)(Scope({}, None, self.state))


def _inner(inputs: Inputs, prefix: str) -> Inputs:
    """The inputs of an imported model: those under the import's name, before those of the same name outside."""
    inside = inputs.get(prefix)
    return {**inputs, **inside} if isinstance(inside, Mapping) else inputs


def invoke(graph: Graph, node: Node, inputs: Inputs, state: State) -> object:
    """The value of a decision, or of a service or business knowledge with its parameters taken from the inputs by name."""
    if node.kind == "decisionService":
        given: dict[Need, object] = {}
        for need in node.parameters:
            value = coerced(normal(inputs.get(need.node.name)), need.node.type)
            given[need] = None if value is MISMATCH else value
        return Run(inputs, state, given).answer(graph, node, inputs)
    value = Run(inputs, state).value(graph, node)
    if node.kind == "businessKnowledgeModel" and isinstance(value, Function):
        return value.call(state, [normal(inputs.get(name)) for name in value.parameters])
    return value
