"""What a diagram says, as values: the elements that can carry a token, and the flows between them.

Enters: nothing. Leaves: frozen records that `drawing` fills, `refusals` looks at, `weaving` turns into SpiffWorkflow
specifications and the nodes read while a case runs. Nothing here changes once a bundle has been read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Finding

from .formulas import Formula

ACTIVITIES = frozenset({"userTask", "serviceTask", "businessRuleTask", "subProcess", "callActivity"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
NODES = ACTIVITIES | EVENTS | GATEWAYS


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is None where it has none."""

    id: str
    source: str
    target: str
    condition: Formula | None
    line: int


@dataclass(frozen=True, slots=True)
class TimerRule:
    """What a timer asks for: `kind` is `duration`, `date` or `cycle`; `calendar` is '', `working-days` or `rolled-days`.

    What `Surroundings.due` is handed is never a cycle: its turns are durations (or its first instant a date), and `after` is the
    instant the next turn counts from. `after` is None where a duration counts from now.
    """

    kind: str
    calendar: str = ""
    deadline: bool = False
    after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer event definition: its rule and its value, an ISO 8601 literal or FEEL."""

    rule: TimerRule
    value: str | Formula


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance characteristics: which list, the name of one item inside, and where the outcome goes."""

    collection: Formula
    item: str
    sequential: bool
    result: str


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node as drawn. `within` is the id of the embedded sub-process it stands in, '' at process level.

    `event` is '', `timer`, `message`, `error` or `terminate`. `inputs` are names with a FEEL formula or a text as it stands.
    """

    process_id: str
    id: str
    kind: str
    name: str
    path: str
    line: int
    within: str = ""
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[str, ...] = ()
    default: str = ""
    event: str = ""
    timer: Timer | None = None
    message: str = ""
    error: str | None = None  # error code; None at a boundary event catches every error
    attached_to: str = ""
    interrupting: bool = True
    event_subprocess: bool = False
    called: str = ""
    operation: str = ""
    decision: str = ""
    result: str = ""
    inputs: tuple[tuple[str, str | Formula], ...] = ()
    loop: Loop | None = None
    role: str = ""
    unit: Formula | None = None
    person: Formula | None = None
    subject_text: Formula | None = None
    clause: str = ""

    @property
    def is_scope(self) -> bool:
        """Whether each activation of it has case data of its own, seen only inside (a call with inputs)."""
        return self.kind == "callActivity" and bool(self.inputs)


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a file with everything in it, embedded sub-processes included, in the order of the file.

    `findings` are what is wrong with its elements each for itself, `refused` the ids of those left out for it.
    """

    id: str
    path: str
    line: int
    elements: tuple[Element, ...]
    refused: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    def levels(self) -> dict[str, list[Element]]:
        """The elements by the embedded sub-process in which they stand directly, '' being the process itself."""
        found: dict[str, list[Element]] = {"": []}
        for element in self.elements:
            found.setdefault(element.within, []).append(element)
            if element.kind == "subProcess":
                found.setdefault(element.id, [])
        return found
