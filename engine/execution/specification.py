"""What all cases of a bundle share: the routine as it was read, and the levels that its tokens move on.

Enters: what `parse` read and `weaving` put together. Leaves: values; no run changes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.expressions import dmn

from .elements import Element, Process


class Level(BpmnProcessSpec):  # type: ignore[misc]
    """The specification of one process or embedded sub-process; shared by all cases of a bundle, never changed by a run."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.starts: dict[str, Any] = {}  # start event id -> its specification
        self.handlers: list[Any] = []  # event sub-processes
        self.joins = False  # whether tokens can wait here for one another


@dataclass(frozen=True, slots=True, eq=False)
class Specification:
    """One routine with all that it calls, read once; `level` is where its cases begin.

    `elements` are by (process id, element id), `decisions` by (process id, decision id).
    """

    process_id: str
    elements: Mapping[tuple[str, str], Element]
    processes: Mapping[str, Process]
    decisions: Mapping[tuple[str, str], dmn.Model]
    level: Level
