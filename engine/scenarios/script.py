"""What a scenario says, as frozen values.

Enters: what `reading` found in a file. Leaves: the values that `play` follows. Instants are aware; days are local to the region; an
expectation that is None is not looked at, an empty one must be met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.deadlines.iso import Duration

MAIN = "main"
DEVIATION = "deviation"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the case is about; never a real person."""

    name: str
    identity_number: str = ""
    born_on: date | None = None
    protection: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A case that ended long ago at that unit, about somebody born on that day or about nobody; no more is known of it."""

    unit: str
    ended_on: date
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """How the case starts: at which unit, by whom (user name), about whom, and the answers to the start event's form.

    About nobody is a review of the log, or a list of what is due for disposal at the unit's principal, of what `earlier` left.
    """

    unit: str
    actor: str
    person: Person | None
    data: Mapping[str, object]
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Sees:
    """The categories of case content that an actor may read now: these and no others."""

    actor: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What must hold after a step. Places are element ids, or `element@unit` where the unit matters.

    `open` lists every open task of the case, `open_includes` some of them; `due` is the last day that people are shown, None for no
    due date; `decided` are all results so far of the decision at an element, in order, `none` where no rule fitted; `refused` and
    `invalid` say that the step itself must fail, and how.
    """

    open: tuple[str, ...] | None = None
    open_includes: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    due: Mapping[str, date | None] = field(default_factory=dict)
    overdue: tuple[str, ...] | None = None
    sees: tuple[Sees, ...] = ()
    refused: str = ""
    invalid: tuple[str, ...] = ()
    status: str = ""
    decided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """Who answered outside the product, and how."""

    who: str
    how: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `deed` is `do`, `start`, `correct`, `removal` or '' where only time passes; `target` is what it is done to.

    Time passes first: until `at`, for `after`, or for `downtime` with the heartbeat standing still.
    """

    number: int
    line: int
    deed: str
    target: str
    actor: str
    at: datetime | None
    after: Duration | None
    downtime: Duration | None
    case: str
    unit: str
    item: str
    said: Said | None
    data: Mapping[str, object]
    reason: str
    expect: Expected


@dataclass(frozen=True, slots=True)
class Ending:
    """What must hold at the end. `incident` names the element at which the case may stand still."""

    line: int = 1
    outcome: str = ""
    status: str = ""
    path: tuple[str, ...] = ()
    visited: tuple[str, ...] = ()
    not_visited: tuple[str, ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)
    span_days: int | None = None
    no_incidents: bool = True
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole scenario; `path` is its file as people are shown it, `name` the file's name without `.toml`."""

    path: str
    name: str
    title: str
    start_at: datetime
    begin: Begin
    steps: tuple[Step, ...]
    ending: Ending
