"""Whose figures somebody asks for, and of what period: read from the address, and held within what they answer for.

Enters: the request's actor and query. Leaves: an Asked, or a sentence that says what cannot be shown; never another unit's figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from flask import request
from flask_babel import gettext

from engine.access import Act, SystemObject, UnitObject, may
from engine.access.actor import Role
from engine.errors import NotAllowed
from engine.reads.measures import Period, Scope
from engine.records import directory
from webapp import words
from webapp.auth import actor
from webapp.pages.directory_names import all_units, unit_names
from webapp.pages.measured import MEASURES
from webapp.session import ZONE, today, tx

MONTHS = 13
_MONTH = re.compile(r"[1-8][0-9]{3}-(0[1-9]|1[0-2])")
"""Digits as a calendar takes them, in years that it reaches and has a month after."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A scope with its name, a period, a measure, and how the curve is cut (`week`, `month`). `wrong` says what is not so."""

    scope: Scope
    name: str
    period: Period
    measure: str
    by: str
    places: tuple[tuple[str, str], ...]
    place: str
    wrong: str = ""

    def arguments(self) -> dict[str, str]:
        """The same in an address."""
        since, until = self.period.since.isoformat()[:7], self.period.until.isoformat()[:7]
        return {"place": self.place, "since": since, "until": until, "measure": self.measure, "by": self.by}


def governed() -> list[str]:
    """The regions whose governance the person belongs to."""
    held = {one.region_id for one in actor().memberships if Role.GOVERNANCE in one.roles}
    return sorted(one for one in held if may(actor(), Act.AGGREGATES_SEE, SystemObject(one)))


def led() -> list[str]:
    """The units whose monitor the person may see."""
    units = all_units()
    found = [units[one] for one in sorted(actor().leads) if one in units]
    return [
        one.id
        for one in found
        if may(actor(), Act.UNIT_SEE_BELOW, UnitObject(one.id, one.principal_id, one.region_id))
    ]


def asked() -> Asked:
    """What the address asks for. Raises NotAllowed for those who have no figures at all."""
    regions, units = governed(), led()
    if not regions and not units:
        raise NotAllowed("no-figures")
    offered = places(regions, units)
    wanted, wrong = request.args.get("place", ""), ""
    if wanted and wanted not in offered:
        wrong = gettext(
            "Those figures are not yours to see. Choose among the units and regions that you answer for."
        )
    place = wanted if wanted in offered else next(iter(offered))
    period, impossible = _period()
    measure = request.args.get("measure", "")
    scope, by = _scope(place, units), "month" if request.args.get("by") == "month" else "week"
    known = measure if measure in MEASURES else MEASURES[0]
    return Asked(scope, offered[place], period, known, by, tuple(offered.items()), place, wrong or impossible)


def months() -> list[tuple[str, str]]:
    """The months that can be chosen, the newest first."""
    found, month = [], today().replace(day=1)
    for _ in range(MONTHS):
        found.append((month.isoformat()[:7], words.capital(words.month(month))))
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def places(regions: list[str], units: list[str]) -> dict[str, str]:
    """What can be chosen: key -> name. A region as `region:id`, all led units as `units`, one of them by its id."""
    found = {}
    for region_id in regions:
        row = directory.region(tx(), region_id)
        found[f"region:{region_id}"] = str(row["name"]) if row else region_id
    if len(units) > 1:
        found["units"] = gettext("My units")
    return found | unit_names(units)


def _scope(place: str, units: list[str]) -> Scope:
    if place.startswith("region:"):
        return Scope(place.removeprefix("region:"))
    chosen = units if place == "units" else [place]
    known = all_units()
    region_id = known[chosen[0]].region_id
    return Scope(region_id, tuple(one for one in chosen if known[one].region_id == region_id))


def _period() -> tuple[Period, str]:
    """The period asked for; the last three months, with a sentence, where it cannot be."""
    this = today().replace(day=1)
    usual = Period(_back(this, 2), today(), ZONE)
    since, until = request.args.get("since", ""), request.args.get("until", "")
    if not since and not until:
        return usual, ""
    first = since or usual.since.isoformat()[:7]
    last = until or this.isoformat()[:7]
    if not _MONTH.fullmatch(first) or not _MONTH.fullmatch(last):
        return usual, gettext("That is no month. Choose the first and the last month of the period.")
    begins, ends = date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    if begins > ends:
        return usual, gettext(
            "The period ends before it begins. Choose a first month that comes before the last."
        )
    if begins > this or begins < _back(this, 60):
        return usual, gettext(
            "There are no figures for that period. Choose months up to this one, within five years."
        )
    return Period(begins, min(today(), _back(ends, -1) - timedelta(days=1)), ZONE), ""


def _back(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)
