"""Whose deviations somebody asks for, of which year: read from the address, and held within what they answer for.

Enters: the request's actor and query. Leaves: an Asked, or a sentence that says what cannot be shown; never another unit's deviations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext

from engine.errors import NotAllowed
from engine.reads.measures import Period, Scope
from webapp.pages import figures_asked
from webapp.pages.directory_names import all_units, unit_names
from webapp.session import ZONE, today

YEARS = 5
ALL = "units"


@dataclass(frozen=True, slots=True)
class Asked:
    """`place` is `units` (all that the person answers for), one of them, or for governance `region:id`; `wrong` says what is not so."""

    place: str
    places: tuple[tuple[str, str], ...]
    year: int
    wrong: str = ""

    @property
    def name(self) -> str:
        """Whose they are, in words."""
        return dict(self.places)[self.place]

    @property
    def units(self) -> frozenset[str]:
        """The units; empty for a region's governance."""
        if self.place == ALL:
            return frozenset(key for key, _ in self.places if key != ALL and ":" not in key)
        return frozenset() if ":" in self.place else frozenset({self.place})

    @property
    def scope(self) -> Scope:
        """The same for figures."""
        if ":" in self.place:
            return Scope(self.place.removeprefix("region:"))
        known = all_units()
        region_id = known[min(self.units)].region_id
        return Scope(region_id, tuple(sorted(one for one in self.units if known[one].region_id == region_id)))

    @property
    def since(self) -> datetime:
        """The first instant of the year."""
        return datetime(self.year, 1, 1, tzinfo=ZONE)

    @property
    def until(self) -> datetime:
        """The first instant after it."""
        return datetime(self.year + 1, 1, 1, tzinfo=ZONE)

    @property
    def period(self) -> Period:
        """The year as far as it has come."""
        return Period(date(self.year, 1, 1), min(date(self.year, 12, 31), today()), ZONE)

    def arguments(self, **changed: Any) -> dict[str, Any]:
        """The same in an address."""
        return {"place": self.place, "year": self.year, **changed}


def for_register() -> Asked:
    """The units that the person answers for. Raises NotAllowed for everybody else: a register names deviations."""
    units = figures_asked.led()
    if not units:
        raise NotAllowed("leads-no-unit")
    return _asked(_units(units))


def for_report() -> Asked:
    """The same, and the regions whose governance the person belongs to: a report holds numbers alone."""
    regions, units = figures_asked.governed(), figures_asked.led()
    if not regions and not units:
        raise NotAllowed("no-figures")
    return _asked(figures_asked.places(regions, []) | _units(units))


def years() -> list[int]:
    """The years that can be chosen, the newest first."""
    return [today().year - one for one in range(YEARS)]


def _units(units: list[str]) -> dict[str, str]:
    everything = {ALL: gettext("My units")} if len(units) > 1 else {}
    return everything | unit_names(units)


def _asked(places: dict[str, str]) -> Asked:
    place, year = request.args.get("place", ""), request.args.get("year", "")
    rows, first = tuple(places.items()), next(iter(places))
    if place and place not in places:
        wrong = gettext("Those deviations are not yours to see. Choose among the units that you answer for.")
        return Asked(first, rows, today().year, wrong)
    if year and year not in map(str, years()):
        wrong = gettext(
            "There is no register for that year. Choose a year from %(first)s to %(last)s.",
            first=years()[-1],
            last=years()[0],
        )
        return Asked(place or first, rows, today().year, wrong)
    return Asked(place or first, rows, int(year or today().year))
