"""Event sub-processes: only one kind is run rightly, the interrupting message at process level (decision 23)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.definitions.checks.model import Model, error
from engine.errors import Finding


def check(model: Model) -> Iterable[Finding]:
    """It stands at process level, begins with exactly one interrupting message, and is not repeated."""
    for process, node in model.nodes():
        if not node.triggered:
            continue
        if node.parent_id:
            yield error(
                node,
                "event-sub-process",
                "It would never be reached inside a sub-process. Move it to process level.",
            )
        if node.multi_instance is not None:
            yield error(
                node,
                "event-sub-process",
                "An event sub-process cannot run for several items. Remove the marker.",
            )
        starts = [inner for inner in process.inside(node.id) if inner.kind == "startEvent"]
        if len(starts) != 1 or starts[0].events != ("message",):
            yield error(
                node,
                "event-sub-process",
                "It must begin with exactly one start event, and that with a message.",
            )
        elif not starts[0].interrupting:
            message = "A message that does not interrupt cannot be run here. Start it as a linked process of its own."
            yield error(starts[0], "event-sub-process", message)
