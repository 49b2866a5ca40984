"""What can happen while a case runs.

Enters: nothing. Leaves: frozen records that `execution.run` returns in the order in which they happened; `actions.advance`
alone turns them into rows. A fact says what happened, never what should be done about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a routine something happens.

    `element_id` and `process_id` name the diagram element; `calls` are the ids of the call activities entered on the way, outermost
    first; `scope` is the key of the innermost data scope ('' for the case itself): an item of a multi-instance, or a call activity
    with inputs.
    """

    process_id: str
    element_id: str
    name: str
    calls: tuple[str, ...] = ()
    scope: str = ""


@dataclass(frozen=True, slots=True)
class ElementPassed:
    """A token left a flow node; `flows` are the sequence flows taken (empty at an end event). BPMN 2.0 clause 13.2."""

    place: Place
    kind: str  # BPMN element name: startEvent, exclusiveGateway, userTask ...
    flows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """Somebody has something to do. `key` is the engine's own id of the task, a uuid as 32 hex digits."""

    key: str
    place: Place
    role: str
    unit: str | None  # value of samordna:unit; None where the role alone decides
    person: str | None  # value of samordna:person
    subject_text: str | None = None  # value of samordna:line, the task's one line of context


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """The task is gone: `completed` by somebody, or `cancelled` by an interrupting event or a terminate end event."""

    key: str
    place: Place
    how: str


@dataclass(frozen=True, slots=True)
class TimerSet:
    """A timer was armed. `host` is the key of the task it watches, '' for an intermediate timer or one on a sub-process.

    `due_at` is an aware UTC instant; `explanation` says in keys and ISO values how it came about; `watches` is the id of the element
    that carries the timer.
    """

    key: str
    place: Place
    host: str
    watches: str
    due_at: datetime
    deadline: bool
    calendar: str
    explanation: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TimerCleared:
    """The timer is no longer needed: its host ended before it was due."""

    key: str


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer's time had come and its branch was taken."""

    key: str
    place: Place


@dataclass(frozen=True, slots=True)
class MessageAwaited:
    """A message event waits; with a role it is something people may start from the case (decision 21)."""

    key: str
    place: Place
    message: str
    role: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class MessageUnawaited:
    """The waiting place is gone, or was reached: `received` tells which."""

    key: str
    place: Place
    received: bool


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A decision table was evaluated; `matched` are the rules that applied, each with the inputs it saw."""

    place: Place
    decision: str
    inputs: Mapping[str, object]
    value: object
    matched: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class OperationPerformed:
    """A named operation was asked for by a service task and done in the same transaction (decision 11)."""

    place: Place
    operation: str
    inputs: Mapping[str, object]
    value: object


@dataclass(frozen=True, slots=True)
class ValuesSet:
    """The engine itself wrote case data: the result of a decision, an operation, a multi-instance or a call."""

    place: Place  # place.scope is the scope written to
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ScopeClosed:
    """A data scope ended; its values are no longer visible to conditions (the entries stay)."""

    scope: str


@dataclass(frozen=True, slots=True)
class InstanceEnded:
    """The last token is gone. `outcome` is the id of the end event that was reached last at process level."""

    outcome: str
    name: str


Fact = (
    ElementPassed
    | TaskOpened
    | TaskClosed
    | TimerSet
    | TimerCleared
    | TimerFired
    | MessageAwaited
    | MessageUnawaited
    | DecisionMade
    | OperationPerformed
    | ValuesSet
    | ScopeClosed
    | InstanceEnded
)
