"""Runs a case, one step at a time.

Enters: a specification or a live instance, and the surroundings of the step. Leaves: the facts in the order in which they
happened; the instance is then at rest, waiting for people, timers or messages. Whatever fails inside a step raises StepFailed,
and the instance must be dropped: it may be half-way. One event is taken per step, never two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import TaskState

from engine.errors import EngineError, NotFound, StaleCase, StepFailed
from engine.facts import Fact

from . import scopes, workflow
from .activities import EventSubProcess
from .elements import TimerRule
from .events import BoundaryEvent, CatchEvent
from .specification import Specification
from .surroundings import Due, Request, Step, Surroundings
from .workflow import Case

__all__ = [
    "Due", "Instance", "Request", "Surroundings", "TimerRule",
    "cancel", "complete", "fire", "open_keys", "receive", "scope_of", "start",
]  # fmt: skip


@dataclass(eq=False)
class Instance:
    """A live process instance; the caller may keep it between steps. `saved` is what the last save or load left behind."""

    specification: Specification
    case: Case
    saved: dict[str, bytes] = field(default_factory=dict)
    broken: bool = False

    @property
    def ended(self) -> bool:
        """Whether the last token is gone."""
        return bool(self.case.completed)


@dataclass(frozen=True, slots=True)
class Open:
    """What a case waits for, by key; `element_ids` says where each stands."""

    tasks: tuple[str, ...]
    timers: tuple[str, ...]
    messages: tuple[str, ...]
    element_ids: dict[str, str]


def start(
    spec: Specification, surroundings: Surroundings, *, start_event: str | None = None
) -> tuple[Instance, list[Fact]]:
    """Begin at `start_event`, else at the only start event of the kind 'none', else at the only one; raises NotFound."""
    begin_at = _start_event(spec, start_event)
    instance = Instance(spec, Case(spec))
    with _stepping(instance, surroundings) as step:
        workflow.begin(instance.case, begin_at)
    return instance, step.facts


def complete(instance: Instance, key: str, surroundings: Surroundings) -> list[Fact]:
    """Somebody has done the user task `key`, and its form's data stand in `surroundings.values`; raises NotFound."""
    task = _find(instance, key, _is_open_task)
    with _stepping(instance, surroundings) as step:
        step.spend(task.task_spec.element.id)
        task.run()
        workflow.settle(task.workflow)
    return step.facts


def fire(instance: Instance, timer_key: str, surroundings: Surroundings) -> list[Fact]:
    """The armed timer is due; raises NotFound if it is not armed."""
    return _happen(instance, _find(instance, timer_key, _is_armed_timer), surroundings)


def receive(instance: Instance, awaited_key: str, surroundings: Surroundings) -> list[Fact]:
    """A message has come for the one place that awaits it; raises NotFound if that is gone."""
    return _happen(instance, _find(instance, awaited_key, _is_awaited_message), surroundings)


def cancel(instance: Instance, surroundings: Surroundings) -> list[Fact]:
    """End everything that is open; no end event is reached, so no InstanceEnded is told."""
    with _stepping(instance, surroundings) as step:
        workflow.cancel_all(instance.case)
        instance.case.completed = True
    return step.facts


def scope_of(instance: Instance, key: str) -> str:
    """The key of the data scope of an open task, armed timer or awaited message, '' for the case; raises NotFound."""
    return scopes.scope_of(_find(instance, key, _is_waiting))


def open_keys(instance: Instance) -> Open:
    """Everything that the case waits for, in the order in which it began to."""
    found = sorted(_live(instance), key=lambda task: int(task.internal_data["order"]))

    def keys(wanted: Callable[[Any], bool]) -> tuple[str, ...]:
        return tuple(task.id.hex for task in found if wanted(task))

    names = {task.id.hex: _shown(task) for task in found if _is_waiting(task)}
    return Open(keys(_is_open_task), keys(_is_armed_timer), keys(_is_awaited_message), names)


# --- inside -----------------------------------------------------------------------------------------------------------


def _start_event(spec: Specification, start_event: str | None) -> Any:
    starts = spec.level.starts
    plain = [node for node in starts.values() if not node.element.event]
    candidates = plain if len(plain) == 1 else list(starts.values())
    if start_event is not None:
        candidates = [starts[start_event]] if start_event in starts else []
    if len(candidates) != 1:
        names = ", ".join(starts)
        raise NotFound(f"the process '{spec.process_id}' starts at one of: {names}")
    return candidates[0]


@contextmanager
def _stepping(instance: Instance, surroundings: Surroundings) -> Iterator[Step]:
    if instance.broken:
        raise StaleCase("a step failed on this instance; load it again")
    case, step = instance.case, Step(surroundings)
    case.step, instance.broken = step, True
    try:
        yield step
        workflow.run_to_rest(case)
    except StepFailed:
        raise
    except (
        EngineError,
        SpiffWorkflowException,
        RuntimeError,
        AssertionError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        # Not foreseen: say where, and nothing of what the data were.
        raise StepFailed(step.element_id, "internal", type(error).__name__) from error
    finally:
        case.step = None
    instance.broken = False


def _happen(instance: Instance, task: Any, surroundings: Surroundings) -> list[Fact]:
    with _stepping(instance, surroundings) as step:
        step.element_id = task.task_spec.element.id
        task.task_spec.happen(task)
    return step.facts


def _find(instance: Instance, key: str, wanted: Callable[[Any], bool]) -> Any:
    try:
        task = instance.case.get_task_from_id(UUID(hex=key))
    except ValueError:
        task = None
    if task is None or not wanted(task):
        raise NotFound("nothing is open under this key")
    return task


def _live(instance: Instance) -> Iterator[Any]:
    case = instance.case
    for part in (case, *case.subprocesses.values()):
        yield from (task for task in part.tasks.values() if task is not part.task_tree)


def _is_open_task(task: Any) -> bool:
    return bool(task.state == TaskState.READY and task.task_spec.manual)


def _is_armed_timer(task: Any) -> bool:
    return bool(
        task.state == TaskState.WAITING
        and isinstance(task.task_spec, CatchEvent | BoundaryEvent)
        and task.task_spec.element.event == "timer"
    )


def _is_awaited_message(task: Any) -> bool:
    spec = task.task_spec
    if task.state != TaskState.WAITING:
        return False
    return isinstance(spec, EventSubProcess) or (
        isinstance(spec, CatchEvent | BoundaryEvent) and spec.element.event == "message"
    )


def _shown(task: Any) -> str:
    """The id of the element that facts about the task name."""
    spec = task.task_spec
    return str(spec.start_event().element.id if isinstance(spec, EventSubProcess) else spec.element.id)


def _is_waiting(task: Any) -> bool:
    return _is_open_task(task) or _is_armed_timer(task) or _is_awaited_message(task)
