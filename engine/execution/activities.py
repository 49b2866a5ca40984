"""User tasks, service tasks, decisions, sub-processes and calls.

Enters: a token. Leaves: facts, and case data that the routine itself makes (results). What people enter is case data before
this room hears of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin, UserTaskMixin
from SpiffWorkflow.task import TaskState

from engine.errors import EngineError, StepFailed
from engine.facts import (
    DecisionMade,
    MessageUnawaited,
    OperationPerformed,
    ScopeClosed,
    TaskClosed,
    TaskOpened,
)

from . import formulas
from .elements import Element
from .events import tell_awaited, unit_id
from .formulas import plain
from .nodes import Node
from .scopes import inputs_of, place_of, scope_of, sight_of, write
from .specification import Level
from .surroundings import Request
from .workflow import MAX_DEPTH, Part, add, begin, cancel, cancel_all, enter, step_of, tell, under

Task = Any  # SpiffWorkflow's, published without types


class Activity(Node):
    """A node that boundary events can watch while it is open."""

    def open_events(self, my_task: Task, unit: str | None = None) -> None:
        """Arm the boundary events; `unit` is the one whose calendar counts, None for the case's."""
        for event in self.events:
            enter(add(my_task, event, unit=unit) if unit is not None else add(my_task, event))

    def leave(self, my_task: Task) -> None:
        for event in under(my_task):
            cancel(event)
        super().leave(my_task)


class UserTask(Activity, UserTaskMixin):  # type: ignore[misc]
    """Something that a person does; it stays ready until somebody has."""

    def _on_ready_hook(self, my_task: Task) -> None:
        super()._on_ready_hook(my_task)
        element = self.element
        sight = sight_of(my_task, {"task": {"id": element.id, "name": element.name}})
        unit = None
        if element.unit is not None:
            unit = unit_id(formulas.needed(element.unit, sight, element.id), element)
        person = _text(plain(formulas.value(element.person, sight, element.id)) if element.person else None)
        line = _text(
            plain(formulas.value(element.subject_text, sight, element.id)) if element.subject_text else None
        )
        tell(my_task, TaskOpened(my_task.id.hex, place_of(my_task), element.role, unit, person, line))
        self.open_events(my_task, unit)

    def _on_complete_hook(self, my_task: Task) -> None:
        tell(my_task, TaskClosed(my_task.id.hex, place_of(my_task), "completed"))
        super()._on_complete_hook(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)
        tell(my_task, TaskClosed(my_task.id.hex, place_of(my_task), "cancelled"))


def _text(found: object) -> str | None:
    return None if found is None else str(found)


class ServiceTask(Activity):
    """Asks for a named operation, done in the transaction of the step (decision 11)."""

    def _run_hook(self, my_task: Task) -> bool:
        element, place = self.element, place_of(my_task)
        inputs = inputs_of(my_task)
        try:
            found = step_of(my_task).surroundings.perform(
                Request(element.operation, inputs, place, my_task.id.hex)
            )
        except StepFailed:
            raise
        except EngineError as error:
            raise StepFailed(
                element.id, "operation", f"{element.operation}: {type(error).__name__}: {error}"
            ) from error
        tell(my_task, OperationPerformed(place, element.operation, inputs, found))
        if element.result:
            write(my_task, place.scope, {element.result: found})
        return True


class DecisionTask(Activity):
    """Evaluates a decision of the bundle's decision files."""

    def _run_hook(self, my_task: Task) -> bool:
        element, place = self.element, place_of(my_task)
        model = my_task.workflow.top_workflow.specification.decisions[element.process_id, element.decision]
        made = formulas.decide(model, element.decision, sight_of(my_task), element.id)
        tell(my_task, DecisionMade(place, element.decision, made.inputs, made.value, made.rules))
        if element.result:
            write(my_task, place.scope, {element.result: made.value})
        return True


class SubProcess(Activity, SubWorkflowTaskMixin):  # type: ignore[misc]
    """An embedded sub-process or a call: open as long as a token is inside."""

    def __init__(self, level: Any, name: str, element: Element, inner: Level) -> None:
        super().__init__(level, name, element, subworkflow_spec=inner.name)
        self.inner = inner

    def _update_hook(self, my_task: Task) -> bool:
        if my_task.workflow.depth >= MAX_DEPTH:
            detail = f"more than {MAX_DEPTH} sub-processes and calls are open within one another"
            raise StepFailed(self.element.id, "step-budget", detail)
        my_task._set_state(TaskState.STARTED)
        self.open_scope(my_task)
        self.open_events(my_task)
        begin(Part(self.inner, my_task), self.start_event())
        return False

    def start_event(self) -> Any:
        """The start event inside: the only one, or the only one of the kind 'none'."""
        starts = list(self.inner.starts.values())
        return next((start for start in starts if not start.element.event), starts[0])

    def open_scope(self, my_task: Task) -> None:
        """A call with inputs begins a scope whose first values they are."""
        if self.element.is_scope:
            write(my_task, my_task.id.hex, inputs_of(my_task))

    def leave(self, my_task: Task) -> None:
        if self.element.is_scope:
            self._close_scope(my_task)
        super().leave(my_task)

    def _close_scope(self, my_task: Task) -> None:
        key = my_task.id.hex
        values = step_of(my_task).surroundings.values.pop(key, {})
        if self.element.result:
            write(my_task, scope_of(my_task), {self.element.result: values})
        tell(my_task, ScopeClosed(key))

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)
        if self.element.is_scope and not self.of_set:
            step_of(my_task).surroundings.values.pop(my_task.id.hex, None)
            tell(my_task, ScopeClosed(my_task.id.hex))


class EventSubProcess(SubProcess):
    """An interrupting event sub-process at process level: waits for its message, then ends all else and runs (decision 23)."""

    def _update_hook(self, my_task: Task) -> bool:
        my_task._set_state(TaskState.WAITING)
        tell_awaited(my_task, self.start_event().element)
        return False

    def happen(self, my_task: Task) -> None:
        """The message has come: end everything else in the process, then run what is inside."""
        self._unawait(my_task, received=True)
        cancel_all(my_task.workflow, but=my_task)
        my_task._set_state(TaskState.STARTED)
        my_task.internal_data["event_fired"] = True
        my_task.workflow.top_workflow.touched[my_task.id.hex] = my_task
        begin(Part(self.inner, my_task), self.start_event())

    def is_watch(self, my_task: Task) -> bool:
        return bool(my_task.state == TaskState.WAITING)

    def is_awaiting(self, _my_task: Task) -> bool:
        return False  # it may come, but nobody need ever send it

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)
        if "event_fired" not in my_task.internal_data:
            self._unawait(my_task, received=False)

    def _unawait(self, my_task: Task, *, received: bool) -> None:
        element = self.start_event().element
        place = replace(place_of(my_task), element_id=element.id, name=element.name)
        tell(my_task, MessageUnawaited(my_task.id.hex, place, received))
