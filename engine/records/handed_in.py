"""What somebody handed in, found again by one id: that of the task, of the waiting place of a message event, or of the run that a start
event began. Its entries carry the same id.

Enters: an open transaction and the id. Leaves: where in its routine the form stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.errors import NotFound
from engine.records import cases, entries, tasks

TASK, MESSAGE, START = "task", "message", "start"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The form's place; `unit_id` is whose answer it is. A start has no name of its own."""

    id: str
    kind: str
    instance: cases.Instance
    process_id: str
    element_id: str
    name: str
    scope: str
    unit_id: str | None

    @property
    def case_id(self) -> str:
        """The case that it was handed in to."""
        return self.instance.case_id


def fetch(tx: Connection, handed_in_id: str) -> HandedIn:
    """NotFound where nothing was handed in under that id."""
    written = entries.of_task(tx, handed_in_id)
    if not written:
        raise NotFound
    first = written[0]
    run = cases.instance(tx, first.instance_id or "")
    if first.source == "message":
        waiting = tasks.awaited(tx, handed_in_id)
        place = (waiting.process_id, waiting.element_id, waiting.name, waiting.scope)
        return HandedIn(handed_in_id, MESSAGE, run, *place, first.unit_id)
    if first.source == "start":
        return HandedIn(handed_in_id, START, run, run.process_id, first.element_id, "", "", first.unit_id)
    task = tasks.fetch(tx, handed_in_id)
    place = (task.process_id, task.element_id, task.name, task.scope)
    return HandedIn(handed_in_id, TASK, run, *place, first.unit_id)
