"""What one action stands on: the locked case, who acts, and the time.

Enters: an open transaction and a case that is locked in it. Leaves: the case's slots, calendar and names for FEEL, read once when
first asked for. Lives as long as the action and is never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import asking
from engine.access.directory import take_part
from engine.access.objects import CaseObject
from engine.actions import directory_line, live
from engine.deadlines.calendar import Calendar
from engine.deadlines.counted import rolled_days, working_days
from engine.deadlines.moments import Due
from engine.records import cases, directory, entries, grounds, timers
from engine.records.facts import Who


@dataclass
class Ground:
    """One action on one case. `later` holds the first steps that wait until the routine is at rest,
    `counted` what FEEL has counted in days, for the explanation of a due date.
    """

    tx: Connection
    case: cases.Case
    who: Who
    now: datetime
    later: list[Pending] = field(default_factory=list)
    counted: list[Due] = field(default_factory=list)
    known_units: dict[str, directory.Unit | None] = field(default_factory=dict)
    known_posts: dict[str, directory_line.Post] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.acts(self.who)

    def acts(self, who: Who) -> None:
        """Who acts; where nobody acts for a unit, it is the unit that keeps the case."""
        self.who = who
        if self.who.unit_id is None or self.who.principal_id is None:
            unit_id = self.who.unit_id or self.case.unit_id
            where = {"principal_id": self.case.principal_id, "region_id": self.case.region_id}
            self.who = replace(self.who, unit_id=unit_id, **where)

    @property
    def zone(self) -> ZoneInfo:
        """The region's time zone."""
        return ZoneInfo(self.case.zone)

    @property
    def today(self) -> date:
        """The day in the region."""
        return self.now.astimezone(self.zone).date()

    @cached_property
    def standing(self) -> grounds.Standing:
        """Slots, participants, consents and withdrawals as they stood when first asked for."""
        return grounds.standing(self.tx, self.case.id)

    @cached_property
    def about(self) -> CaseObject:
        """The case as `access` is asked about it."""
        return asking.case_object(self.case, self.standing, now=self.now)

    def look_again(self) -> None:
        """What was written in this step changes who takes part or what consent opens: ask the rows anew."""
        for name in ("standing", "about"):
            vars(self).pop(name, None)

    @cached_property
    def slots(self) -> dict[str, grounds.Slot]:
        """Who holds the role slots of the case; an operation that appoints writes here as well."""
        return dict(self.standing.slots)

    @cached_property
    def values(self) -> dict[str, dict[str, object]]:
        """Case data by scope and name; from memory where that is as new as the rows. To look at only."""
        kept = live.peek(self.case.id, self.case.stamp)
        return kept.values if kept else cases.values(self.tx, self.case.id)

    def names_for(self, scope: str) -> dict[str, object]:
        """What a form in that scope sees: the names of the system, the case's and the scope's own."""
        return {**self.system_names, **self.values.get("", {}), **self.values.get(scope, {})}

    @cached_property
    def frames(self) -> list[timers.Timer]:
        """Deadlines on the sub-processes and calls of the case, as they stood when first asked for."""
        return timers.frames(self.tx, self.case.id)

    def unit(self, unit_id: str) -> directory.Unit | None:
        """The unit, or None where the directory has no such id, or one that takes part in nothing (S0-31): no routine gets hold of it."""
        if unit_id not in self.known_units:
            found = directory.units(self.tx, [unit_id]).get(unit_id)
            self.known_units[unit_id] = found if found and take_part(found.kind) else None
        return self.known_units[unit_id]

    def taking_over(self, unit_id: str) -> str:
        """The unit itself, or where it is closed the one that has taken over from it."""
        seen: set[str] = set()
        unit = self.unit(unit_id)
        while unit is not None and unit.successor_id and unit.id not in seen and unit.valid_to:
            seen.add(unit.id)
            unit = self.unit(unit.successor_id)
        return unit.id if unit is not None else unit_id

    def calendar(self, unit_id: str | None) -> Calendar:
        """The calendar of the unit that is to act, else of the case's region (decision 6)."""
        unit = self.unit(unit_id) if unit_id else None
        own = (*(self.case.region_closing_days or ()), *(unit.closing_days if unit else ()))
        return calendar_of(self.case.country, self.zone, self.case.region_settings, own)

    @property
    def system_names(self) -> dict[str, object]:
        """`case`, `subject` and `roles` as FEEL sees them; nothing here names the person."""
        case = self.case
        about: dict[str, object] = {
            "number": case.number,
            "started_at": case.started_at,
            "unit": case.unit_id,
            "principal": case.principal_id,
        }
        about |= {"principal_kind": case.principal_kind, "region": case.region_id, "id": case.id}
        about["language"] = language_of(case.region_settings)
        taking_part = (one.unit_id for one in self.standing.participants if one.state != "left")
        about["participants"] = sorted(taking_part)
        subject: dict[str, object] = {"age": age(case.born_on, self.today), "born_on": case.born_on}
        subject |= {"protected": case.protected, "protection": str(case.protection)}
        roles = {slot: {"unit": held.unit_id, "person": held.person_id} for slot, held in self.slots.items()}
        return {"case": about, "subject": subject, "roles": roles}

    @cached_property
    def functions(self) -> dict[str, Callable[..., object]]:
        """The functions that FEEL is handed from outside."""
        calendar = self.calendar(None)
        return {
            "working days": working_days(calendar, told=self.counted.append),
            "rolled days": rolled_days(calendar, told=self.counted.append),
            "unit": self._unit_context,
            "managing unit": self.managing_unit,
            "unit holding": self.unit_holding,
        }

    def managing_unit(self, id_: object, level: object) -> str | None:
        """The unit whose manager stands `level` steps up the line; level 1 is the first that is filled, from the unit's own up.
        None above the top. Raises ValueError where the level is not a whole number from 1.
        """
        return self.manager(str(id_), int(str(level))).unit_id

    def unit_holding(self, function: object, id_: object) -> str | None:
        """The unit that fills a function of the directory for that unit: its own, else that of the nearest unit above. None: nobody."""
        line, unit = [], self.unit(str(id_))
        while unit is not None and unit.id not in line:
            line.append(unit.id)
            unit = self.unit(unit.parent_id) if unit.parent_id else None
        held = directory.holding_units(self.tx, str(function), line, on=self.today)
        return next((held[one] for one in line if one in held), None)

    def manager(self, unit_id: str, level: int) -> directory_line.Found:
        """The post `level` steps up the line of management, where it is filled now; vacant and absent posts are passed over."""
        above: dict[str, str | None] = {}
        unit = self.unit(unit_id)
        while unit is not None and unit.id not in above:
            above[unit.id] = unit.parent_id
            unit = self.unit(unit.parent_id) if unit.parent_id else None
        unknown = {one: parent for one, parent in above.items() if one not in self.known_posts}
        if unknown:
            self.known_posts |= directory_line.posts(self.tx, unknown, on=self.today, now=self.now)
        return directory_line.manager(self.known_posts, unit_id, level)

    def _unit_context(self, id_: object) -> dict[str, object] | None:
        unit = self.unit(str(id_))
        if unit is None:
            return None
        about: dict[str, object] = {"id": unit.id, "name": unit.name, "kind": unit.kind, "phone": unit.phone}
        return about | {"principal": unit.principal_id, "principal_kind": unit.principal_kind}


@dataclass(frozen=True, slots=True)
class Pending:
    """A first step to be taken."""

    ground: Ground
    instance: cases.Instance
    start_event: str
    writings: tuple[entries.Writing, ...]


def calendar_of(
    country: str, zone: ZoneInfo, settings: Mapping[str, object], closing_days: Iterable[date]
) -> Calendar:
    """The working days of a region as its region.toml has them, with these closing days of its own and of a unit."""
    told = settings.get("calendar")
    region = told if isinstance(told, dict) else {}
    closed = [date.fromisoformat(str(day)) for day in region.get("closing_days", ())]
    closing = time.fromisoformat(str(region.get("closing_time", "16:30")))
    days = frozenset([*closed, *closing_days])
    return Calendar(
        country="NO" if country == "NO" else "SE", zone=zone, closing_time=closing, closing_days=days
    )


def language_of(settings: Mapping[str, object]) -> str:
    """The language that a region's cases are written in: the first that its region.toml names."""
    told = settings.get("languages")
    return str(told[0]) if isinstance(told, list | tuple) and told else "sv"


def age(born_on: date | None, on: date) -> int | None:
    """Whole years on that day; None where the day of birth is not known."""
    if born_on is None:
        return None
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
