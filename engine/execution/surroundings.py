"""What a step is handed: everything from outside comes in through here, and nothing else does.

Enters: the instant, the case's data, and functions of other rooms. Leaves: nothing; `run` reads it and writes what the
routine itself decides into `values`. No step reads a clock, a file or a database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.errors import StepFailed
from engine.facts import Fact, Place

from .elements import TimerRule


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer is due, as an aware UTC instant, and how that came about in keys and ISO values."""

    due_at: datetime
    explanation: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """A service task asks for `operation`; `key` is the engine's own id of that task, the same when a step is tried again."""

    operation: str
    inputs: Mapping[str, object]
    place: Place
    key: str


@dataclass(frozen=True)
class Surroundings:
    """One step's surroundings.

    `now` is aware UTC, `zone` the region's. `values` is the case data by scope key ('' is the case); the run adds to it what
    it writes itself and takes closed scopes out. `due(rule, value, unit)` may raise ValueError; `perform` returns a JSON-able
    value or None.
    """

    now: datetime
    zone: ZoneInfo
    values: dict[str, dict[str, object]]
    system: Mapping[str, object]
    functions: Mapping[str, Callable[..., object]]
    due: Callable[[TimerRule, object, str | None], Due]
    perform: Callable[[Request], object]
    step_budget: int = 2000


@dataclass
class Step:
    """One call of `run` under way: its surroundings, the facts so far, and how many nodes it has passed."""

    surroundings: Surroundings
    facts: list[Fact] = field(default_factory=list)
    passed: int = 0
    element_id: str = ""  # where the step is, for whatever fails unforeseen

    def spend(self, element_id: str) -> None:
        """Count one node; raises StepFailed when the step has passed more of them than it may."""
        self.element_id = element_id
        self.passed += 1
        if self.passed > self.surroundings.step_budget:
            detail = (
                f"more than {self.surroundings.step_budget} elements were passed without anything to wait for"
            )
            raise StepFailed(element_id, "step-budget", detail)
