"""The figures of a region for its governance (S3-080): counts, each with what it means, and none so small that it tells of somebody.

Enters: somebody with the role of governance. Leaves: a page of tables, or the same as CSV; never a case or a name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext

from engine import library
from engine.access import Act, SystemObject, may
from engine.access.actor import Role
from engine.errors import NotAllowed
from engine.reads import figures, overview
from engine.reads.figures import Count
from engine.records import directory
from webapp import words
from webapp.auth import actor
from webapp.session import ZONE, now, reads, today, tx

pages = Blueprint("figures", __name__)


@pages.get("/figures")
@reads
def page() -> str:
    """The figures of every region whose governance the person belongs to."""
    return render_template(
        "figures.html",
        section="figures",
        regions=[_region(one) for one in _regions()],
        made=words.moment(now(), now(), ZONE),
        least=figures.LEAST,
        csv_url=url_for("figures.as_csv"),
    )


@pages.get("/figures.csv")
@reads
def as_csv() -> Response:
    """The same rows for a spreadsheet."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";")
    rows.writerow([gettext("Region"), gettext("Table"), gettext("What"), gettext("How many")])
    for region in map(_region, _regions()):
        for table in region.tables:
            rows.writerows([region.name, table.title, *row] for row in table.rows)
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="samordna-{today().isoformat()}.csv"'
    return answer


def _regions() -> list[str]:
    held = {one.region_id for one in actor().memberships if Role.GOVERNANCE in one.roles}
    regions = sorted(one for one in held if may(actor(), Act.AGGREGATES_SEE, SystemObject(one)))
    if not regions:
        raise NotAllowed("missing-role")
    return regions


@dataclass(frozen=True, slots=True)
class Table:
    """Counts with their title and meaning; `empty` is said instead where no row may be told."""

    title: str
    means: str
    head: str
    rows: list[tuple[str, str]]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A region with its tables."""

    name: str
    tables: list[Table]


def _region(region_id: str) -> Region:
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
            _rows(figures.open_cases(tx(), region_id), dict(overview.routines(tx()))),
        ),
        Table(
            gettext("Wait to be acknowledged"),
            gettext(
                "Initiatives and summonses that a unit has got and not yet acknowledged, by the principal of the unit."
            ),
            gettext("Principal"),
            _rows(figures.waiting_acknowledgements(tx(), region_id), _principals(region_id)),
        ),
        Table(
            gettext("Late, by step"),
            gettext("Open tasks whose last day has passed, by the step of the routine."),
            gettext("Step"),
            _rows(figures.overdue_by_step(tx(), region_id, today=today()), {}),
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
        _unless_all_few(
            gettext("Plans made"),
            gettext(
                "Cases in which the first plan was made, by month, this month so far and the twelve before it."
            ),
            gettext("Month"),
            [(words.month(day), number) for day, number in plans],
        ),
        _unless_all_few(
            gettext("From the beginning to the plan"),
            gettext("The same cases, by how long it took from when the case began."),
            gettext("Time"),
            _named(figures.lead_times(tx(), region_id, since=begun), took),
        ),
        _unless_all_few(
            gettext("Goals reached"),
            gettext(
                "Plans that were followed up or evaluated in the same time, by how their goals were found."
            ),
            gettext("Goals"),
            _named(figures.goals_reached(tx(), region_id, since=begun), reached),
        ),
    ]


def _kept(region_id: str, since: date) -> list[Table]:
    """How what was agreed is kept: receipts, refusals, deviations."""
    begun = datetime.combine(since, time(), ZONE)
    found = figures.receipts(tx(), region_id, since=begun, now=now())
    named = {"in_time": gettext("In time"), "late": gettext("Late")}
    return [
        _unless_all_few(
            gettext("Receipts"),
            gettext(
                "Initiatives and summonses in the same time, by whether the unit acknowledged them in time."
            ),
            gettext("When"),
            _named(found, named),
        ),
        Table(
            gettext("Refusals"),
            gettext("Cases in which a plan was refused in the same time, by routine."),
            gettext("Routine"),
            _rows(figures.refusals(tx(), region_id, since=begun), dict(overview.routines(tx()))),
        ),
        Table(
            gettext("Deviations"),
            gettext("Deviations that were reported in the same time, by what they are about."),
            gettext("Kind"),
            _deviations(region_id, since),
        ),
    ]


def _unless_all_few(title: str, means: str, head: str, rows: Sequence[tuple[str, int | None]]) -> Table:
    """A table of all rows, or one sentence where no row may be told: nothing happened, or too little."""
    if all(number is None for _, number in rows):
        least = words.number(figures.LEAST)
        return Table(
            title, means, head, [], gettext("None, or fewer than %(least)s in each row.", least=least)
        )
    return Table(title, means, head, [(what, _shown(number)) for what, number in rows])


def _named(counts: Iterable[Count], names: Mapping[str, str]) -> list[tuple[str, int | None]]:
    return [(names[one.key], one.number) for one in counts]


def _rows(counts: Iterable[Count], names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(names.get(one.key, one.key), _shown(one.number)) for one in counts]


def _shown(number: int | None) -> str:
    return (
        gettext("fewer than %(least)s", least=words.number(figures.LEAST)) if number is None else str(number)
    )


def _principals(region_id: str) -> dict[str, str]:
    return {
        one.principal_id: one.principal_name
        for one in directory.all_units(tx())
        if one.region_id == region_id
    }


def _deviations(region_id: str, since: date) -> list[tuple[str, str]]:
    """By the labels of the routine's own form."""
    reported_by = _for_deviations()
    found = figures.deviations_by_kind(
        tx(), region_id, reported_by, since=datetime.combine(since, time(), ZONE)
    )
    labels: dict[str, str] = {}
    for process_id in reported_by if found else ():
        for form in library.current(tx(), process_id).routine.forms.values():
            for field in form.top_level():
                labels |= {one.value: one.label for one in field.options} if field.key == "kind" else {}
    return _rows(found, labels)


def _for_deviations() -> tuple[str, ...]:
    """Every routine that some other one names for its deviations."""
    named = {library.current(tx(), one).routine.settings.deviation for one, _ in overview.routines(tx())}
    return tuple(sorted(named - {""}))
