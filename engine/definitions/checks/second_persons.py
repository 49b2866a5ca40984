"""A step that a second person takes says whose steps they must not have taken, and those steps are there."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """`samordna:second_person` names other user tasks of the same process."""
    for process, node in model.nodes():
        for name in node.own.get("second_person", "").split():
            first = process.nodes.get(name)
            if first is None or first.kind != "userTask" or name == node.id:
                message = f"samordna:second_person names {name[:60]}, which is no other user task here. Correct the id."
                yield error(node, "second-person", message)
