"""How things stand in a region: what runs and waits, what was made since a year ago, and how what was agreed is kept.

Enters: a region whose governance the person belongs to. Leaves: tables of protected counts; never a case, a unit or a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext

from engine.reads import figures, overview
from engine.records import directory
from webapp import words
from webapp.pages import deviation_names
from webapp.pages.counted import Table, named, rows, unless_all_few
from webapp.session import ZONE, now, today, tx


@dataclass(frozen=True, slots=True)
class Region:
    """A region with its tables."""

    name: str
    tables: list[Table]


def standing(region_id: str) -> Region:
    """The tables of a region."""
    row = directory.region(tx(), region_id)
    month = today().replace(day=1)
    since = month.replace(year=month.year - 1)
    name = str(row["name"]) if row else region_id
    return Region(name, [*_now(region_id), *_made(region_id, since), *_kept(region_id, since)])


def _now(region_id: str) -> list[Table]:
    """How things stand."""
    return [
        Table(
            gettext("Running cases"),
            gettext("Cases about a person that have begun and not ended, by routine."),
            gettext("Routine"),
            rows(figures.open_cases(tx(), region_id), dict(overview.routines(tx()))),
        ),
        Table(
            gettext("Wait to be acknowledged"),
            gettext(
                "Initiatives and summonses that a unit has got and not yet acknowledged, by the principal of the unit."
            ),
            gettext("Principal"),
            rows(figures.waiting_acknowledgements(tx(), region_id), _principals(region_id)),
        ),
        Table(
            gettext("Late, by step"),
            gettext("Open tasks whose last day has passed, by the step of the routine."),
            gettext("Step"),
            rows(figures.overdue_by_step(tx(), region_id, today=today()), {}),
        ),
    ]


def _made(region_id: str, since: date) -> list[Table]:
    """What was made since then: plans, how long they took, and what came of them."""
    begun = datetime.combine(since, time(), ZONE)
    plans = figures.plans_per_month(tx(), region_id, ZONE, since=since, today=today())
    took = {
        "month": gettext("Within 30 days"),
        "two_months": gettext("31 to 60 days"),
        "longer": gettext("Longer"),
    }
    reached = {
        "all": gettext("Every goal reached"),
        "some": gettext("Some goals reached"),
        "none": gettext("No goal reached yet"),
    }
    return [
        unless_all_few(
            gettext("Plans made"),
            gettext(
                "Cases in which the first plan was made, by month, this month so far and the twelve before it."
            ),
            gettext("Month"),
            [(words.month(day), number) for day, number in plans],
        ),
        unless_all_few(
            gettext("From the beginning to the plan"),
            gettext("The same cases, by how long it took from when the case began."),
            gettext("Time"),
            named(figures.lead_times(tx(), region_id, since=begun), took),
        ),
        unless_all_few(
            gettext("Goals reached"),
            gettext(
                "Plans that were followed up or evaluated in the same time, by how their goals were found."
            ),
            gettext("Goals"),
            named(figures.goals_reached(tx(), region_id, since=begun), reached),
        ),
    ]


def _kept(region_id: str, since: date) -> list[Table]:
    """How what was agreed is kept: receipts, refusals, deviations."""
    begun = datetime.combine(since, time(), ZONE)
    found = figures.receipts(tx(), region_id, since=begun, now=now())
    receipts = {"in_time": gettext("In time"), "late": gettext("Late")}
    return [
        unless_all_few(
            gettext("Receipts"),
            gettext(
                "Initiatives and summonses in the same time, by whether the unit acknowledged them in time."
            ),
            gettext("When"),
            named(found, receipts),
        ),
        Table(
            gettext("Refusals"),
            gettext("Cases in which a plan was refused in the same time, by routine."),
            gettext("Routine"),
            rows(figures.refusals(tx(), region_id, since=begun), dict(overview.routines(tx()))),
        ),
        Table(
            gettext("Deviations"),
            gettext("Deviations that were reported in the same time, by what they are about."),
            gettext("Kind"),
            _deviations(region_id, since),
        ),
    ]


def _principals(region_id: str) -> dict[str, str]:
    return {
        one.principal_id: one.principal_name
        for one in directory.all_units(tx())
        if one.region_id == region_id
    }


def _deviations(region_id: str, since: date) -> list[tuple[str, str]]:
    """By the labels of the routine's own form."""
    reported_by = deviation_names.routines()
    found = figures.deviations_by_kind(
        tx(), region_id, reported_by, since=datetime.combine(since, time(), ZONE)
    )
    return rows(found, deviation_names.labels(reported_by) if found else {})
