"""The behaviour common to all flow nodes, and the gateways.

Enters: a token, by one of the node's flows. Leaves: a token on each flow the node chooses, and the fact that it did. Each node
is a SpiffWorkflow task specification, shared by all cases; what differs from case to case stands on the task.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.task import TaskState

from engine.errors import StepFailed
from engine.facts import ElementPassed

from . import formulas
from .elements import Element, Flow
from .scopes import place_of, sight_of
from .workflow import add, cancel, enter, step_of, tell, under

Task = Any  # SpiffWorkflow's, published without types


class Node(BpmnSpecMixin):  # type: ignore[misc]
    """A flow node. `targets` are its flows with the nodes they lead to; `of_set` says it is what a multi-instance repeats."""

    joins = False  # whether tokens wait here for one another

    def __init__(self, level: Any, name: str, element: Element, **kwargs: Any) -> None:
        super().__init__(level, name, **kwargs)
        self.element = element
        self.bpmn_id, self.bpmn_name = element.id, element.name
        self.of_set = False
        self.targets: list[tuple[Flow, Node]] = []
        self.events: list[Any] = []  # its boundary timers and messages
        self.errors: list[Any] = []  # its boundary error events

    # SpiffWorkflow asks these; tokens are made when they move, so nothing is predicted and nothing needs testing here.
    def test(self) -> None: ...
    def _predict(self, *_: Any, **__: Any) -> None: ...

    def _update(self, my_task: Task) -> None:
        step_of(my_task).element_id = self.element.id
        super()._update(my_task)

    def _update_hook(self, _my_task: Task) -> bool:
        return True

    def _on_ready_hook(self, my_task: Task) -> None:
        super()._on_ready_hook(my_task)
        if not self.manual:
            my_task.workflow.top_workflow.queue.append(my_task)

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        if self.of_set:
            my_task.parent.task_spec.item_done(my_task.parent, my_task)
        else:
            self.leave(my_task)

    def leave(self, my_task: Task) -> None:
        """Put a token on each chosen flow; `TaskSpec` enters them as soon as this returns."""
        taken = list(self.choose(my_task))
        tell(
            my_task, ElementPassed(place_of(my_task), self.element.kind, tuple(flow.id for flow, _ in taken))
        )
        for flow, node in taken:
            if node.joins:
                add(my_task, node, flow=flow.id)
            else:
                add(my_task, node)

    def choose(self, _my_task: Task) -> Iterable[tuple[Flow, Node]]:
        """The flows to take: all of them, unless the node decides."""
        return self.targets

    def is_watch(self, _my_task: Task) -> bool:
        """Whether the task only watches its workflow and does not keep it going."""
        return False

    def is_awaiting(self, my_task: Task) -> bool:
        """Whether a person, a timer or a message can move the task."""
        return my_task.state == TaskState.READY or (my_task.state == TaskState.WAITING and not self.joins)


class PlainNode(Node):
    """A start event that has happened, or any other node that only lets tokens through."""


# --- gateways ---------------------------------------------------------------------------------------------------------


class ExclusiveGateway(Node):
    """One flow: the first whose condition holds, else the default (BPMN 2.0 clause 13.4.2)."""

    def choose(self, my_task: Task) -> list[tuple[Flow, Node]]:
        sight = sight_of(my_task)
        default = None
        for flow, node in self.targets:
            if flow.id == self.element.default:
                default = (flow, node)
            elif flow.condition is None or formulas.condition(flow.condition, sight, flow.id):
                return [(flow, node)]
        return [_or_fail(default, self.element)] if self.targets else []


class JoiningGateway(Node):
    """A gateway where tokens wait for one another: each waits as a task of its own that knows its flow."""

    joins = True

    def _update_hook(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.WAITING)
        return self.gather(my_task, self.is_complete)

    def is_complete(self, _my_task: Task, arrived: set[str]) -> bool:
        """Whether tokens on these flows are all that is waited for."""
        raise NotImplementedError

    def wake(self, _my_task: Task) -> bool:
        """Go on although a flow is empty, if nothing can come by it; only an inclusive gateway does."""
        return False

    def gather(self, my_task: Task, is_complete: Any) -> bool:
        """Consume one token of each flow in favour of `my_task` if they are complete; further tokens go on waiting."""
        waiting: dict[str, Task] = {}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and task.state == TaskState.WAITING:
                waiting.setdefault(task.internal_data["flow"], task)
        waiting[my_task.internal_data["flow"]] = my_task
        if not is_complete(my_task, set(waiting)):
            return False
        for task in waiting.values():
            if task is not my_task:
                cancel(task)
        return True


class ParallelGateway(JoiningGateway):
    """Goes on when each incoming flow has brought a token; takes all outgoing flows (clause 13.4.1)."""

    def is_complete(self, _my_task: Task, arrived: set[str]) -> bool:
        return len(arrived) == len(self.element.incoming)


class InclusiveGateway(JoiningGateway):
    """Goes on when no further token can come by an empty flow; takes every flow whose condition holds (clause 13.4.3).

    `reaching` says from which nodes of the level which of the incoming flows can be reached without passing this gateway.
    """

    def __init__(self, level: Any, name: str, element: Element, **kwargs: Any) -> None:
        super().__init__(level, name, element, **kwargs)
        self.reaching: dict[str, frozenset[str]] = {}

    def is_complete(self, _my_task: Task, _arrived: set[str]) -> bool:
        # With one way in there is nothing to wait for; else one looks when all else has come to rest (`wake`).
        return len(self.element.incoming) <= 1

    def wake(self, my_task: Task) -> bool:
        """Go on if no token elsewhere can still reach an empty flow; called when nothing else moves."""
        if not self.gather(my_task, self._nothing_can_come):
            return False
        my_task._ready()
        return True

    def _nothing_can_come(self, my_task: Task, arrived: set[str]) -> bool:
        # What stands under another task (boundary events, items, the events of a gateway) is that task's token.
        for task in my_task.workflow.task_tree.children:
            if task.task_spec is self or task.task_spec.is_watch(task):
                continue
            reachable = self.reaching.get(task.task_spec.element.id, frozenset())
            if reachable - arrived and not reachable & arrived:
                return False
        return True

    def choose(self, my_task: Task) -> list[tuple[Flow, Node]]:
        sight = sight_of(my_task)
        others = [(flow, node) for flow, node in self.targets if flow.id != self.element.default]
        taken = [
            (flow, node)
            for flow, node in others
            if flow.condition is None or formulas.condition(flow.condition, sight, flow.id)
        ]
        if taken or not self.targets:
            return taken
        default = next((pair for pair in self.targets if pair[0].id == self.element.default), None)
        return [_or_fail(default, self.element)]


class EventGateway(Node):
    """Waits with all its events at once; the first to happen goes on and the others go (clause 13.4.4)."""

    def _update_hook(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.STARTED)
        for _flow, node in self.targets:
            enter(add(my_task, node))
        return False

    def happened(self, my_task: Task, event: Task) -> None:
        """One of the events has come about: end the others and let the gateway be passed."""
        for other in under(my_task):
            if other is not event:
                cancel(other)
        taken = next(flow.id for flow, node in self.targets if node is event.task_spec)
        tell(my_task, ElementPassed(place_of(my_task), self.element.kind, (taken,)))


def _or_fail(pair: tuple[Flow, Node] | None, element: Element) -> tuple[Flow, Node]:
    if pair is None:
        raise StepFailed(element.id, "no-value", "no condition holds and the gateway has no default flow")
    return pair
