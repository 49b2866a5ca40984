"""A live instance as rows, and back.

Enters: an instance at rest; or a specification and the rows that were saved. Leaves: only the rows whose bytes changed; or an
instance that goes on as the saved one would have. One row for each task that waits, one for the instance. The same state gives
the same bytes. Rows hold ids of the diagram, states, and the items of multi-instances as `engine.wire` writes values; nothing
in them can name code or types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.task import Task, TaskState

from engine import wire
from engine.errors import StaleCase

from .activities import SubProcess
from .run import Instance
from .specification import Specification
from .workflow import Case, Part

_INSTANCE = "instance"
_FORMAT = 1
_STATES = {"waiting": TaskState.WAITING, "ready": TaskState.READY, "open": TaskState.STARTED}
_STATE_NAMES = {state: name for name, state in _STATES.items()}


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write and what to remove since the last call, by row key."""

    written: dict[str, bytes]
    removed: set[str]


def changes(instance: Instance) -> Changes:
    """The rows that differ from those last saved or loaded; raises StaleCase for an instance on which a step failed."""
    if instance.broken:
        raise StaleCase("a step failed on this instance; it must not be saved")
    case = instance.case
    rows = {key: _bytes(_row(task)) for key, task in case.touched.items()}
    rows[_INSTANCE] = _bytes(_head(case))
    written = {key: row for key, row in rows.items() if instance.saved.get(key) != row}
    removed = {key for key in case.gone if key in instance.saved}
    instance.saved.update(written)
    for key in removed:
        del instance.saved[key]
    case.touched.clear()
    case.gone.clear()
    return Changes(written, removed)


def load(spec: Specification, rows: Mapping[str, bytes]) -> Instance:
    """The instance that these rows were saved from; raises StaleCase where they do not belong to this specification."""
    case = Case(spec)
    try:
        head: Any = wire.load(rows[_INSTANCE])
        if head["format"] != _FORMAT or head["process"] != spec.process_id:
            raise StaleCase(f"the rows are of format {head['format']} and process '{head['process']}'")
        case.order, case.outcome, case.completed = head["order"], tuple(head["outcome"]), head["ended"]
        tasks: list[tuple[str, Any]] = [
            (key, wire.load(row)) for key, row in rows.items() if key != _INSTANCE
        ]
        # A task's parent and host began before it did, so in this order they are always there.
        for key, row in sorted(tasks, key=lambda pair: int(pair[1]["own"]["order"])):
            _restore(case, key, row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StaleCase("the rows do not belong to this specification, or are damaged") from error
    return Instance(spec, case, dict(rows))


def _bytes(row: Mapping[str, object]) -> bytes:
    return wire.dump(row).encode("utf-8", "surrogatepass")  # half a character must not make a case unsavable


def _head(case: Case) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "process": case.specification.process_id,
        "order": case.order,
        "outcome": list(case.outcome),
        "ended": bool(case.completed),
    }


def _row(task: Any) -> dict[str, object]:
    root = task.workflow.task_tree
    host = task.workflow.host
    return {
        "host": host.id.hex if host is not None else "",
        "parent": "" if task.parent is root else task.parent.id.hex,
        "node": task.task_spec.name,
        "state": _STATE_NAMES[task.state],
        "own": task.internal_data,
    }


def _restore(case: Case, key: str, row: Mapping[str, Any]) -> None:
    workflow: Any = case.subprocesses[UUID(hex=row["host"])] if row["host"] else case
    parent = workflow.tasks[UUID(hex=row["parent"])] if row["parent"] else workflow.task_tree
    spec = workflow.spec.task_specs[row["node"]]
    task = Task(workflow, spec, parent, state=_STATES[row["state"]], id=UUID(hex=key))
    task.internal_data = dict(row["own"])
    if task.state == TaskState.STARTED and isinstance(spec, SubProcess):
        Part(spec.inner, task)
