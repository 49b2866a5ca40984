"""A running case as SpiffWorkflow holds it, mended so that a step costs the same after two thousand rounds as after two.

SpiffWorkflow keeps every finished task in a tree, predicts the way ahead, and walks both at each step. Here a task is added
when a token arrives and removed when it leaves, so the tree is no deeper than a host and its events; nothing is predicted, and
what is ready stands in a queue. Each embedded sub-process and call is a workflow (`Part`) of its own, as in SpiffWorkflow.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task, TaskState

from engine.errors import StepFailed
from engine.facts import Fact, InstanceEnded

from .specification import Level, Specification
from .surroundings import Step

MAX_DEPTH = 60  # calls and sub-processes within one another; a call that calls itself without end stops here

_ROOT = UUID(int=0)  # of every workflow; it is never saved, so its id must not differ from load to load

# At any level below INFO, SpiffWorkflow puts task data into its log records and walks the whole tree to do so.
for _name in ("spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class _NoPython(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """The script engine's environment: SpiffWorkflow itself may evaluate nothing (decision 5); nodes ask `formulas`."""

    def evaluate(self, *_: object, **__: object) -> object:
        raise AssertionError("SpiffWorkflow tried to evaluate an expression")

    execute = call_service = evaluate


class Case(BpmnWorkflow):  # type: ignore[misc]
    """The outermost workflow of a case: it holds the queue, the step under way, and what has changed since the last save."""

    host: Task | None = None

    def __init__(self, specification: Specification) -> None:
        self.specification = specification
        self.step: Step | None = None
        self.queue: deque[Task] = deque()
        self.order = 0  # counts tasks, so that a reloaded case takes them up in the same order
        self.outcome = ("", "")
        self.touched: dict[str, Task] = {}
        self.gone: set[str] = set()
        engine = PythonScriptEngine(environment=_NoPython())
        super().__init__(specification.level, script_engine=engine, deserializing=True)
        self.task_tree = Task(self, self.spec.start, state=TaskState.COMPLETED, id=_ROOT)

    def _task_completed_notify(self, task: Task) -> None:
        _prune(task)

    def _task_removed_notify(self, task: Task) -> None:
        self.forget(task)

    def forget(self, task: Task) -> None:
        """Note that a task is no more."""
        self.touched.pop(task.id.hex, None)
        self.gone.add(task.id.hex)
        self.event_manager.remove_task(task)

    def get_task_from_id(self, task_id: Any) -> Task | None:
        """The live task with that id in this workflow or any part of it, or None."""
        for workflow in (self, *self.subprocesses.values()):
            if task := workflow.tasks.get(task_id):
                return task
        return None


class Part(BpmnSubWorkflow):  # type: ignore[misc]
    """The workflow of one activation of an embedded sub-process, an event sub-process or a call."""

    def __init__(self, level: Level, host: Task) -> None:
        self.host = host
        super().__init__(level, host.id, host.workflow.top_workflow, deserializing=True)
        self.task_tree = Task(self, self.spec.start, state=TaskState.COMPLETED, id=_ROOT)
        self.top_workflow.subprocesses[host.id] = self

    def _calculate_depth(self) -> int:
        return int(self.host.workflow.depth) + 1

    def _task_completed_notify(self, task: Task) -> None:
        _prune(task)

    def _task_removed_notify(self, task: Task) -> None:
        self.top_workflow.forget(task)


# --- tokens -----------------------------------------------------------------------------------------------------------


def step_of(task: Task) -> Step:
    """The step under way."""
    step: Step = task.workflow.top_workflow.step
    return step


def tell(task: Task, fact: Fact) -> None:
    """Add a fact to the step under way."""
    step_of(task).facts.append(fact)


def add(parent: Task, spec: Any, **internal: object) -> Task:
    """A new task under `parent`; it has not been entered yet."""
    top = parent.workflow.top_workflow
    top.order += 1
    task = parent._add_child(spec, TaskState.FUTURE)
    task.internal_data = {"order": top.order, **internal}
    top.touched[task.id.hex] = task
    return task


def enter(task: Task) -> None:
    """The token arrives: the task becomes ready, or waits."""
    task.task_spec._update(task)


def ready(task: Task) -> None:
    """A task that waited for its inside may now be left."""
    task._set_state(TaskState.READY)
    task.workflow.top_workflow.queue.append(task)


def move_up(task: Task) -> None:
    """Take a task out of its host's care, so that it stays when the host goes."""
    host = task.parent
    host._children.remove(task.id)
    task.parent = host.parent
    host.parent._children.append(task.id)
    task.workflow.top_workflow.touched[task.id.hex] = task


def under(task: Task) -> list[Task]:
    """The tasks right under a task in the order in which they began, which is the same after a reload."""
    return sorted(task.children, key=lambda child: int(child.internal_data["order"]))


def cancel(task: Task) -> None:
    """End a task with everything inside and upon it, from the inside out."""
    for child in under(task):
        cancel(child)
    part = task.workflow.top_workflow.subprocesses.pop(task.id, None)
    if part is not None:
        cancel_all(part)
    task.cancel()
    if task.id in task.workflow.tasks:
        task.workflow._remove_task(task.id)


def cancel_all(workflow: Any, but: Task | None = None) -> None:
    """End every task of a workflow, `but` excepted."""
    for task in under(workflow.task_tree):
        if task is not but:
            cancel(task)


def _prune(task: Task) -> None:
    """A token has left: its task goes, and what it led to takes its place."""
    workflow = task.workflow
    if task.id not in workflow.tasks:
        return  # it ended something that it stood in itself
    for child in under(task):
        move_up(child)
    workflow._remove_task(task.id)


# --- the loop ---------------------------------------------------------------------------------------------------------


def begin(workflow: Any, start: Any) -> None:
    """Set the first token of a workflow down on a start event, and its event sub-processes to wait."""
    for handler in workflow.spec.handlers:
        enter(add(workflow.task_tree, handler))
    enter(add(workflow.task_tree, start))


def run_to_rest(case: Case) -> None:
    """Run whatever can run until only people, timers and messages are awaited; raises StepFailed when nothing is."""
    assert case.step is not None
    while True:
        while case.queue:
            task = case.queue.popleft()
            if task.state == TaskState.READY and task.id in task.workflow.tasks:
                case.step.spend(task.task_spec.element.id)
                task.run()
                settle(task.workflow)
        if not _wake_a_join(case):
            break
    _see_that_something_is_awaited(case)


def settle(workflow: Any) -> None:
    """End a workflow whose last token is gone (its event sub-processes no longer wait), and let its host go on."""
    if workflow.completed or any(
        task is not workflow.task_tree and not task.task_spec.is_watch(task)
        for task in workflow.tasks.values()
    ):
        return
    top = workflow.top_workflow
    if workflow is not top and top.subprocesses.get(workflow.host.id) is not workflow:
        return  # cancelled meanwhile
    cancel_all(workflow)
    workflow.completed = True
    if workflow is top:
        top.step.facts.append(InstanceEnded(*top.outcome))
    else:
        del top.subprocesses[workflow.host.id]
        ready(workflow.host)


def _waiting_joins(case: Case) -> list[Task]:
    found = [
        task
        for workflow in (case, *case.subprocesses.values())
        if workflow.spec.joins
        for task in workflow.tasks.values()
        if task.state == TaskState.WAITING and task.task_spec.joins
    ]
    return sorted(found, key=lambda task: int(task.internal_data["order"]))


def _wake_a_join(case: Case) -> bool:
    """Let one inclusive join go on to which no further token can come, now that nothing else moves."""
    return any(task.task_spec.wake(task) for task in _waiting_joins(case))


def _see_that_something_is_awaited(case: Case) -> None:
    stuck = _waiting_joins(case)
    if not stuck or case.completed:
        return
    for workflow in (case, *case.subprocesses.values()):
        if any(
            task.task_spec.is_awaiting(task)
            for task in workflow.tasks.values()
            if task is not workflow.task_tree
        ):
            return
    detail = "the gateway waits for a token that can no longer come, and nothing else is open"
    raise StepFailed(stuck[0].task_spec.element.id, "deadlock", detail)
