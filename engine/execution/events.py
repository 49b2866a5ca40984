"""Timers, messages and ends.

Enters: a token, or the word that a timer is due or a message has come. Leaves: facts. A timer is armed once, when its host
opens, and fires only when it is told to: nothing here reads a clock (decision 6). A message reaches the one place it is for
(decision 21).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin, IntermediateCatchEventMixin
from SpiffWorkflow.task import TaskState

from engine.errors import NotFound, StepFailed
from engine.facts import MessageAwaited, MessageUnawaited, TimerCleared, TimerFired, TimerSet

from . import formulas
from .elements import Element, Timer, TimerRule
from .formulas import Formula
from .nodes import EventGateway, Node
from .scopes import place_of, sight_of
from .surroundings import Due
from .workflow import add, cancel, cancel_all, enter, move_up, step_of, tell

Task = Any  # SpiffWorkflow's, published without types

_CYCLE = re.compile(r"R(?P<turns>[0-9]*)/(?:(?P<start>[^/P]+)/)?(?P<length>P[^/]+)")


class TimerDefinition(TimerEventDefinition):  # type: ignore[misc]
    """A timer that is armed once and knows no clock."""

    def __init__(self, element: Element) -> None:
        super().__init__(element.id, None)
        assert element.timer is not None
        self.element, self.timer = element, element.timer

    def has_fired(self, my_task: Task) -> bool:
        return bool(my_task.internal_data.get("event_fired"))

    def catch(self, my_task: Task, event: object = None) -> None:
        super().catch(my_task, event)
        tell(my_task, TimerFired(my_task.id.hex, place_of(my_task)))

    def update_task(self, my_task: Task) -> None:
        """Arm the timer; a further turn of a cycle comes with `next` already reckoned."""
        internal = my_task.internal_data
        rule, value = self.timer.rule, _value(my_task, self.timer)
        if rule.kind == "cycle":
            rule, value = self._turn(internal, rule, value)
        try:
            due: Due = step_of(my_task).surroundings.due(rule, value, internal.get("unit"))
        except ValueError as error:
            raise StepFailed(self.element.id, "timer", "the timer's value gives no instant") from error
        except NotFound as error:
            raise StepFailed(self.element.id, "unknown-unit", "there is no calendar for the unit") from error
        if self.timer.rule.kind == "cycle":
            internal["due"] = due.due_at.isoformat()
        tell(my_task, _timer_set(my_task, self.timer.rule, due))

    def _turn(self, internal: dict[str, Any], rule: TimerRule, value: object) -> tuple[TimerRule, object]:
        """The rule and value of a cycle's coming turn; `left` counts the turns after it, None where there is no end."""
        found = _CYCLE.fullmatch(value) if isinstance(value, str) else None
        if found is None or (found["turns"] and int(found["turns"]) == 0):
            raise StepFailed(
                self.element.id, "timer", "the timer's value is not a repeating interval such as R3/PT1H"
            )
        if "after" in internal:
            after = datetime.fromisoformat(internal.pop("after"))
            return replace(rule, kind="duration", after=after), found["length"]
        internal["left"] = int(found["turns"]) - 1 if found["turns"] else None
        if found["start"]:
            return replace(rule, kind="date"), found["start"]
        return replace(rule, kind="duration"), found["length"]


def _value(my_task: Task, timer: Timer) -> object:
    if isinstance(timer.value, Formula):
        element = my_task.task_spec.element
        return formulas.needed(timer.value, sight_of(my_task), element.id)
    return timer.value


def _timer_set(my_task: Task, rule: TimerRule, due: Due) -> TimerSet:
    element = my_task.task_spec.element
    host = my_task.parent
    watched = host is not None and element.kind == "boundaryEvent"
    return TimerSet(
        key=my_task.id.hex,
        place=place_of(my_task),
        host=host.id.hex if watched and host.task_spec.manual else "",
        watches=element.attached_to or element.id,
        due_at=due.due_at,
        deadline=rule.deadline,
        calendar=rule.calendar,
        explanation=due.explanation,
    )


class MessageDefinition(MessageEventDefinition):  # type: ignore[misc]
    """A message that is handed to one waiting place; it carries nothing, its form's data are case data already."""

    def __init__(self, element: Element) -> None:
        super().__init__(element.message or element.id)
        self.element = element

    def catch(self, my_task: Task, _event: object = None) -> None:
        my_task.internal_data["event_fired"] = True
        tell(my_task, MessageUnawaited(my_task.id.hex, place_of(my_task), received=True))

    def update_task_data(self, _my_task: Task) -> None: ...
    def reset(self, _my_task: Task) -> None: ...

    def update_task(self, my_task: Task) -> None:
        tell_awaited(my_task, self.element)


def tell_awaited(my_task: Task, element: Element) -> None:
    """Tell that a message is awaited at `element`, with the role and unit that may send it off."""
    unit = None
    if element.unit is not None:
        unit = unit_id(formulas.needed(element.unit, sight_of(my_task), element.id), element)
    place = replace(place_of(my_task), element_id=element.id, name=element.name)
    tell(my_task, MessageAwaited(my_task.id.hex, place, element.message, element.role, unit))


def unit_id(found: object, element: Element) -> str:
    """The id of a unit as FEEL gave it; raises StepFailed (unknown-unit) for anything that is no id."""
    if not isinstance(found, str) or not found:
        raise StepFailed(element.id, "unknown-unit", "samordna:unit does not give the id of a unit")
    return found


def definition_of(element: Element) -> Any:
    """The event definition of a catching event."""
    return TimerDefinition(element) if element.event == "timer" else MessageDefinition(element)


class _Catching(Node):
    """What intermediate and boundary events share."""

    def _update_hook(self, my_task: Task) -> bool:
        if self.event_definition.has_fired(my_task):
            return True
        my_task._set_state(TaskState.WAITING)
        my_task.workflow.top_workflow.event_manager.add_task(my_task)
        self.event_definition.update_task(my_task)
        return False

    def happen(self, my_task: Task) -> None:
        """The timer is due, or the message has come."""
        self.event_definition.catch(my_task)
        enter(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        super()._on_cancel(my_task)
        if self.element.event == "timer":
            tell(my_task, TimerCleared(my_task.id.hex))
        else:
            tell(my_task, MessageUnawaited(my_task.id.hex, place_of(my_task), received=False))


class CatchEvent(_Catching, IntermediateCatchEventMixin):  # type: ignore[misc]
    """An intermediate catch event, on its own or after an event-based gateway."""

    def leave(self, my_task: Task) -> None:
        gateway = my_task.parent
        if isinstance(gateway.task_spec, EventGateway):
            gateway.task_spec.happened(gateway, my_task)
            move_up(my_task)
            gateway.workflow._remove_task(gateway.id)
        super().leave(my_task)


class BoundaryEvent(_Catching, BoundaryEventMixin):  # type: ignore[misc]
    """A boundary timer or message; its task stands under its host's and goes with it."""

    def leave(self, my_task: Task) -> None:
        host = my_task.parent
        move_up(my_task)
        if self.cancel_activity:
            cancel(host)
        else:
            self._wait_again(host, my_task.internal_data)
        super().leave(my_task)

    def _wait_again(self, host: Task, internal: dict[str, Any]) -> None:
        """A non-interrupting message can come again; a cycle has further turns, counted from when this one was due."""
        kept = {"unit": internal["unit"]} if "unit" in internal else {}
        if self.element.event == "message":
            enter(add(host, self, **kept))
        elif "left" in internal and internal["left"] != 0:
            left = None if internal["left"] is None else internal["left"] - 1
            enter(add(host, self, **kept, left=left, after=internal["due"]))


class ErrorBoundary(Node):
    """Where an error goes on that was thrown inside its host."""


class EndEvent(Node):
    """An end event: none, terminate or error (clause 13.5.6)."""

    def leave(self, my_task: Task) -> None:
        super().leave(my_task)
        self._note_outcome(my_task)
        if self.element.event == "terminate":
            cancel_all(my_task.workflow, but=my_task)
        elif self.element.event == "error":
            self._throw(my_task)

    def _note_outcome(self, my_task: Task) -> None:
        host = my_task.workflow.host
        if host is None or (host.task_spec.element.event_subprocess and host.workflow.host is None):
            my_task.workflow.top_workflow.outcome = (self.element.id, self.element.name)

    def _throw(self, my_task: Task) -> None:
        """Interrupt the nearest sub-process or call around that catches the error; raises StepFailed where none does."""
        host = my_task.workflow.host
        while host is not None:
            carrier = host.parent if host.task_spec.of_set else host
            for event in carrier.task_spec.errors:
                if event.element.error in {None, self.element.error}:
                    enter(add(carrier.parent, event))
                    cancel(carrier)
                    return
            host = host.workflow.host
        raise StepFailed(self.element.id, "uncaught-error", "no boundary event around it catches this error")
