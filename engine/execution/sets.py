"""Multi-instance: one activity for each item of a list.

Enters: a token, and the list as FEEL gives it, evaluated once and kept with the task. Leaves: one token when all items are
done, and their outcome as a list in the order of the collection. Each item is a data scope of its own, named by its task's key.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import TaskState

from engine import wire
from engine.errors import StepFailed
from engine.facts import ScopeClosed

from . import formulas
from .activities import Activity
from .elements import Element
from .formulas import plain
from .nodes import Node
from .scopes import scope_of, sight_of, write
from .workflow import add, enter, ready, step_of, tell

Task = Any  # SpiffWorkflow's, published without types


class MultiInstance(Activity):
    """A parallel or sequential multi-instance of `inner`; its boundary events watch all items together."""

    def __init__(self, level: Any, name: str, element: Element, inner: Node) -> None:
        super().__init__(level, name, element)
        assert element.loop is not None
        self.inner, self.loop = inner, element.loop
        inner.of_set = True

    def _update_hook(self, my_task: Task) -> bool:
        found = formulas.needed(self.loop.collection, sight_of(my_task), self.element.id)
        if not isinstance(found, list):
            raise StepFailed(self.element.id, "no-value", f"{self.loop.collection.text} is not a list")
        items = [plain(item) for item in found]
        self._see_that_they_can_be_kept(items)
        my_task.internal_data.update(items=items, keys=[])
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        self.open_events(my_task)
        for _ in items[:1] if self.loop.sequential else items:
            self._next(my_task)
        return False

    def _see_that_they_can_be_kept(self, items: list[object]) -> None:
        try:
            wire.dump(items)
        except (TypeError, ValueError) as error:
            detail = f"an item of {self.loop.collection.text} holds what cannot be kept as case data"
            raise StepFailed(self.element.id, "no-value", detail) from error

    def _next(self, my_task: Task) -> None:
        keys = my_task.internal_data["keys"]
        child = add(my_task, self.inner, index=len(keys))
        keys.append(child.id.hex)
        my_task.workflow.top_workflow.touched[my_task.id.hex] = my_task
        enter(child)

    def item_done(self, my_task: Task, child: Task) -> None:
        """One item has ended: begin the next one, or be done when it was the last."""
        internal = my_task.internal_data
        if self.loop.sequential and len(internal["keys"]) < len(internal["items"]):
            self._next(my_task)
        elif not any(other.task_spec is self.inner and other is not child for other in my_task.children):
            ready(my_task)

    def leave(self, my_task: Task) -> None:
        internal = my_task.internal_data
        values = step_of(my_task).surroundings.values
        outcome = [
            {self.loop.item: item, **values.pop(key, {})}
            for item, key in zip(internal["items"], internal["keys"], strict=True)
        ]
        if self.loop.result:
            write(my_task, scope_of(my_task), {self.loop.result: outcome})
        self._close_scopes(my_task)
        super().leave(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)
        self._close_scopes(my_task)

    def _close_scopes(self, my_task: Task) -> None:
        for key in my_task.internal_data.get("keys", ()):
            step_of(my_task).surroundings.values.pop(key, None)
            tell(my_task, ScopeClosed(key))
