"""What is asked about, as small values that carry exactly what the rules need.

Enters: rows that `actions` and `reads` turned into values. Leaves: values for `may`. No content, no names,
no SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from engine.access.four_eyes import Given
from engine.status import CaseStatus, Protection

CATEGORIES = frozenset(
    {"coordination", "identity", "consent", "situation", "health", "social", "plan", "child"}
)
"""Categories of case data (processes/README.md, Forms)."""

CONVENER, COORDINATOR = "convener", "coordinator"
COORDINATION = "coordination"  # the category of who meets, and when


class ParticipationState(StrEnum):
    """How a unit takes part in a case."""

    SUMMONED = "summoned"  # an initiative or a summons is out, the unit has not answered
    CALLED = "called"  # it has answered and takes part
    LEFT = "left"  # recalled, replaced by another unit, or consent for it withdrawn: only that it ended


@dataclass(frozen=True, slots=True)
class Participation:
    """A unit's part in a case.

    `categories` are those that consents in force open to it (`consent.granted`).
    """

    state: ParticipationState
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """Who fills a role of the case: a unit, and one person of it where one is named."""

    unit_id: str
    principal_id: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class CaseObject:
    """A case. `unit_id` and `principal_id` are those that started it and keep it.

    `slots` are keyed by role (`convener`, `coordinator`), `participants` by unit. On a `protected` case
    only `named_readers` and the person named as convener see anything at all. `is_test` changes no right.
    """

    case_id: str
    region_id: str
    principal_id: str
    unit_id: str
    participants: Mapping[str, Participation] = field(default_factory=lambda: MappingProxyType({}))
    slots: Mapping[str, Slot] = field(default_factory=lambda: MappingProxyType({}))
    protection: Protection = Protection.NONE
    named_readers: frozenset[str] = frozenset()
    status: CaseStatus = CaseStatus.RUNNING
    is_test: bool = False
    provider: str | None = (
        None  # the contracted provider to whom `unit_id` belongs; None: the principal's own
    )

    @property
    def protected(self) -> bool:
        """Whether only named people may see anything of it."""
        return self.protection != Protection.NONE


@dataclass(frozen=True, slots=True)
class ReaderlessObject:
    """A protected case that perhaps nobody can open. `post_unit_id` is where the first post in the line of management stands that is
    filled, from the keeping unit up; `has_reader`: somebody named still works there and decides in the case.
    """

    case: CaseObject
    post_unit_id: str | None
    has_reader: bool


@dataclass(frozen=True, slots=True)
class TaskObject:
    """A task. `role` is a directory role or a slot of the case; `person_id` the one it is meant for,
    `holder_id` who claimed it.

    `reveals` are the categories of case data that the task shows (prefilled fields and context, not what it
    asks for); empty for one that shows only its summons: by whom and when to answer. `not_by` are those whose
    own step it is that is looked at a second time here, `given` what these have given others lately.
    """

    case: CaseObject
    unit_id: str
    role: str
    reveals: frozenset[str] = frozenset()
    person_id: str | None = None
    holder_id: str | None = None
    not_by: frozenset[str] = frozenset()
    given: frozenset[Given] = frozenset()


@dataclass(frozen=True, slots=True)
class CategoryObject:
    """One category of a case's data; for a correction also the unit for which the entry was made."""

    case: CaseObject
    category: str
    entered_for: str | None = None

    def __post_init__(self) -> None:
        if self.category not in CATEGORIES:
            raise ValueError(f"no such category of case data: {self.category}")


@dataclass(frozen=True, slots=True)
class MessageObject:
    """Something a role may start from the case: a waiting message event (decision 21)."""

    case: CaseObject
    unit_id: str
    role: str


@dataclass(frozen=True, slots=True)
class NoticeObject:
    """A notice that a law has a unit of the case be sent; `kind` as `disclosure.PARTICULARS` names it."""

    case: CaseObject
    unit_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class UnitObject:
    """A unit of the directory."""

    unit_id: str
    principal_id: str
    region_id: str


@dataclass(frozen=True, slots=True)
class RoutineObject:
    """A routine and its versions. `region_id` is None for one that all regions share. `requested_by` are those who asked that a change
    be published or wrote in it, `given` what these have given others lately.
    """

    region_id: str | None
    requested_by: frozenset[str] = frozenset()
    given: frozenset[Given] = frozenset()


@dataclass(frozen=True, slots=True)
class SystemObject:
    """What belongs to the running of the system in a region: incidents, directory, log, figures; None is
    all regions.

    `requested_by` is the person who asked for what needs a second person's approval, with the one they
    substituted; `given` what these have given others lately.
    """

    region_id: str | None
    requested_by: frozenset[str] = frozenset()
    given: frozenset[Given] = frozenset()


@dataclass(frozen=True, slots=True)
class DirectoryObject:
    """A part of the directory: what these principals keep; none of them is the region itself, with the list
    of its principals.
    """

    region_id: str
    principal_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ControllerObject:
    """A principal that answers for what stands in its cases. `requested_by` and `given` as in SystemObject."""

    region_id: str
    principal_id: str
    requested_by: frozenset[str] = frozenset()
    given: frozenset[Given] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonObject:
    """A person with the units at which something is to be done for them, and the principals of those units."""

    person_id: str
    region_ids: frozenset[str] = frozenset()
    principal_ids: frozenset[str] = frozenset()
    unit_ids: frozenset[str] = frozenset()


Object = (
    CaseObject
    | ReaderlessObject
    | TaskObject
    | CategoryObject
    | MessageObject
    | NoticeObject
    | UnitObject
    | RoutineObject
    | SystemObject
    | DirectoryObject
    | ControllerObject
    | PersonObject
)
