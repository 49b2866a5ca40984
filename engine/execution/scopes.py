"""Where a task stands and what its expressions see.

Enters: a task of a running case. Leaves: its place, its data scope, and the data by name. Case data is read from the
surroundings only; a task carries nothing but its place in a multi-instance (decision 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.facts import Place, ValuesSet

from . import formulas
from .formulas import Formula, Sight, plain
from .workflow import step_of, tell

Task = Any  # SpiffWorkflow's, published without types


def place_of(task: Task) -> Place:
    """The task's place; its scope is the innermost one around it, or its own where it is an item of a multi-instance."""
    element = task.task_spec.element
    calls = [
        host.task_spec.element.id for host in hosts_of(task) if host.task_spec.element.kind == "callActivity"
    ]
    return Place(element.process_id, element.id, element.name, tuple(reversed(calls)), scope_of(task))


def hosts_of(task: Task) -> Iterator[Task]:
    """The sub-processes and calls that the task stands in, innermost first."""
    host = task.workflow.host
    while host is not None:
        yield host
        host = host.workflow.host


def scope_of(task: Task) -> str:
    """The key of the data scope that the task stands in, '' for the case."""
    return next((scope.id.hex for scope in _scopes(task)), "")


def _scopes(task: Task) -> Iterator[Task]:
    if task.task_spec.of_set:
        yield task
    for host in hosts_of(task):
        if host.task_spec.of_set or host.task_spec.element.is_scope:
            yield host


def sight_of(task: Task, more: Mapping[str, object] | None = None) -> Sight:
    """What an expression at the task sees: `more`, its own scopes from the inside out, the case, the system's names."""
    surroundings = step_of(task).surroundings
    context: dict[str, object] = {**surroundings.system, **surroundings.values.get("", {})}
    for scope in reversed(list(_scopes(task))):
        context.update(item_of(scope))
        context.update(surroundings.values.get(scope.id.hex, {}))
    context.update(more or {})
    return Sight(context, surroundings.functions, surroundings.now.astimezone(surroundings.zone))


def item_of(scope: Task) -> Mapping[str, object]:
    """The item of a multi-instance that a task stands for, under its name; nothing where it is none."""
    if not scope.task_spec.of_set:
        return {}
    loop = scope.task_spec.element.loop
    return {loop.item: scope.parent.internal_data["items"][scope.internal_data["index"]]}


def inputs_of(task: Task) -> dict[str, object]:
    """The values of the task's inputs, seen from outside it; null where there is none."""
    element = task.task_spec.element
    sight = sight_of(task)
    return {
        name: plain(formulas.value(value, sight, element.id)) if isinstance(value, Formula) else value
        for name, value in element.inputs
    }


def write(task: Task, scope: str, values: Mapping[str, object]) -> None:
    """Write case data that the routine itself made, and tell it."""
    step_of(task).surroundings.values.setdefault(scope, {}).update(values)
    tell(task, ValuesSet(replace(place_of(task), scope=scope), dict(values)))
