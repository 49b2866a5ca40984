"""The figures of a region for its governance: counts, each with what it means in words, and none so small that it tells of somebody.

Enters: somebody with the role of governance. Leaves: a page of tables; never a case or a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from flask import Blueprint, render_template
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
    held = {one.region_id for one in actor().memberships if Role.GOVERNANCE in one.roles}
    regions = sorted(one for one in held if may(actor(), Act.AGGREGATES_SEE, SystemObject(one)))
    if not regions:
        raise NotAllowed("missing-role")
    return render_template(
        "figures.html",
        section="figures",
        regions=[_region(one) for one in regions],
        made=words.moment(now(), now(), ZONE),
        least=figures.LEAST,
    )


def _region(region_id: str) -> dict[str, object]:
    titles = dict(overview.routines(tx()))
    month = today().replace(day=1)
    since = month.replace(year=month.year - 1)
    plans = figures.plans_per_month(tx(), region_id, ZONE, since=since, today=today())
    row = directory.region(tx(), region_id)
    return {
        "name": row["name"] if row else region_id,
        "tables": [
            _table(
                gettext("Running cases"),
                gettext("Cases about a person that have begun and not ended, by routine."),
                gettext("Routine"),
                _rows(figures.open_cases(tx(), region_id), titles),
            ),
            _table(
                gettext("Wait to be acknowledged"),
                gettext(
                    "Initiatives and summonses that a unit has got and not yet acknowledged, by the principal of the unit."
                ),
                gettext("Principal"),
                _rows(figures.waiting_acknowledgements(tx(), region_id), _principals(region_id)),
            ),
            _table(
                gettext("Late, by step"),
                gettext("Open tasks whose last day has passed, by the step of the routine."),
                gettext("Step"),
                _rows(figures.overdue_by_step(tx(), region_id, today=today()), {}),
            ),
            _table(
                gettext("Plans made"),
                gettext(
                    "Cases in which the first plan was made, by month, this month so far and the twelve before it."
                ),
                gettext("Month"),
                [(words.month(day), _shown(number)) for day, number in plans],
            ),
            _table(
                gettext("Deviations"),
                gettext("Deviations that were reported in the same time, by what they are about."),
                gettext("Kind"),
                _deviations(region_id, since),
            ),
        ],
    }


def _table(title: str, means: str, head: str, rows: list[tuple[str, str]]) -> dict[str, object]:
    return {"title": title, "means": means, "head": head, "rows": rows}


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
