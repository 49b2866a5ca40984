"""What an operation is, and how it reads its inputs.

Enters: a request whose inputs FEEL has evaluated. Leaves: typed inputs, or StepFailed naming the element and the input, never its value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from engine.actions import telling
from engine.actions.ground import Ground
from engine.errors import StepFailed
from engine.execution.surroundings import Request
from engine.library import Loaded
from engine.records import tasks
from engine.records.cases import Instance
from engine.records.directory import Unit


@dataclass(frozen=True, slots=True)
class Call:
    """One asking: on what ground, from which instance, with which inputs."""

    ground: Ground
    instance: Instance
    loaded: Loaded
    request: Request

    @property
    def element_id(self) -> str:
        """The service task that asks."""
        return self.request.place.element_id

    def text(self, name: str) -> str | None:
        """The input as text; None where it is empty."""
        value = self.request.inputs.get(name)
        return None if value in (None, "") else str(value)

    def needed(self, name: str) -> str:
        """The input as text; it was checked to be there."""
        return self.text(name) or ""

    def texts(self, name: str) -> list[str]:
        """The input as a list of texts; a single text is a list of one."""
        value = self.request.inputs.get(name)
        if value in (None, ""):
            return []
        return (
            [str(one) for one in value if one not in (None, "")] if isinstance(value, list) else [str(value)]
        )

    def truth(self, name: str) -> bool:
        """Whether the input is true."""
        return self.request.inputs.get(name) is True

    def day(self, name: str) -> date | None:
        """The input as a day; a date and time counts as its day in the region."""
        value = self.request.inputs.get(name)
        if isinstance(value, datetime):
            return (value.astimezone(self.ground.zone) if value.tzinfo else value).date()
        if value is None or isinstance(value, date):
            return value
        raise self.failed(name, "must be a date")

    def instant(self, name: str) -> datetime | None:
        """The input as an aware instant; a local date and time is the region's."""
        value = self.request.inputs.get(name)
        if value is None:
            return None
        if not isinstance(value, datetime):
            raise self.failed(name, "must be a date and time")
        return value if value.tzinfo else value.replace(tzinfo=self.ground.zone)

    def unit(self, name: str) -> Unit:
        """The unit whose id the input is."""
        unit = self.ground.unit(self.needed(name))
        if unit is None:
            raise StepFailed(
                self.element_id, "unknown-unit", f"the directory has no unit with the id given for {name}"
            )
        return unit

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """The input as one of these words."""
        value = self.needed(name)
        if value not in allowed:
            raise self.failed(name, f"must be one of {', '.join(allowed)}")
        return value

    def _convener(self) -> Unit:
        held = self.ground.slots.get("convener")
        convener = self.ground.unit(held.unit_id if held else self.ground.case.unit_id)
        assert convener is not None  # both are foreign keys
        return convener

    def hand_task_to_convener(self, task_id: str) -> None:
        """One task goes to the unit that convenes; whoever held it does so no longer."""
        to = self._convener()
        tasks.move(self.ground.tx, task_id, to_unit=to.id, principal_id=to.principal_id)
        telling.tell_moved(self.ground, [task_id], to.id)

    def hand_tasks_to_convener(self, unit_id: str) -> None:
        """What a unit that left has open goes to the unit that convenes, so that no step waits for nobody."""
        ground, convener = self.ground, self._convener()
        if convener.id != unit_id:
            moved = tasks.leave_unit(
                ground.tx, ground.case.id, unit_id, to_unit=convener.id, principal_id=convener.principal_id
            )
            telling.tell_moved(ground, moved, convener.id)

    def failed(self, name: str, why: str) -> StepFailed:
        """The operation cannot be done with this input."""
        return StepFailed(self.element_id, "operation", f"{self.request.operation}: {name} {why}")


@dataclass(frozen=True, slots=True)
class Operation:
    """A name that diagrams may use, with its inputs."""

    name: str
    do: Callable[[Call], object]
    required: frozenset[str]
    optional: frozenset[str] = frozenset()


def operation(name: str, do: Callable[[Call], object], required: str = "", optional: str = "") -> Operation:
    """An operation with its inputs named in one line each."""
    return Operation(name, do, frozenset(required.split()), frozenset(optional.split()))
