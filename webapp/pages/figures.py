"""The figures of a region for its governance, and of their units for managers (S3-080): none so small that it tells of somebody.

Enters: somebody with the role of governance, or who answers for units. Leaves: a page with one measure large and the others as a table,
or the same as CSV and as a workbook; for governance also how things stand. Never a case or a name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.errors import NotAllowed, NotFound
from engine.reads import figures, guarded, measures, overview
from engine.reads.figures import Count
from engine.records import directory
from webapp import words
from webapp.auth import actor
from webapp.pages import figures_asked, measured, workbook
from webapp.pages.workbook import formula_safe
from webapp.session import ZONE, now, reads, today, tx

pages = Blueprint("figures", __name__)


@pages.get("/figures")
@reads
def page() -> ResponseReturnValue:
    """One measure large, the others as a table; how things stand in the regions whose governance the person belongs to."""
    wanted = figures_asked.asked()
    common = {
        "section": "figures",
        "wanted": wanted,
        "months": figures_asked.months(),
        "least": guarded.LEAST,
    }
    common["choices"] = [(key, measured.title(key)) for key in measured.MEASURES]
    if wanted.wrong:
        return render_template("figures.html", view=None, others=[], kinds=[], regions=[], **common), 400
    governs = figures_asked.governed() if wanted.place.startswith("region:") else []
    return render_template(
        "figures.html",
        view=measured.full(wanted.measure, wanted.scope, wanted.period, wanted.by),
        others=_others(wanted),
        kinds=_kinds(wanted),
        size=(measured.WIDTH, measured.HEIGHT, measured.LEFT),
        regions=[_region(one) for one in governs],
        made=words.moment(now(), now(), ZONE),
        csv_url=url_for("figures.as_csv"),
        address=_address,
        **common,
    )


@pages.get("/figures/measure.csv")
@reads
def measure_csv() -> Response:
    """The measure that the address names, its definition first."""
    wanted, sheets = _exported()
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for _, lines in sheets:
        rows.writerows([[formula_safe(one) for one in line] for line in lines])
        rows.writerow([])
    return _file("\ufeff" + written.getvalue(), "text/csv", f"{wanted.measure}-{today().isoformat()}.csv")


@pages.get("/figures/measure.xlsx")
@reads
def measure_xlsx() -> Response:
    """The same as a workbook, the definition on a sheet of its own."""
    wanted, sheets = _exported()
    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(workbook.written(sheets), mimetype, f"{wanted.measure}-{today().isoformat()}.xlsx")


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="samordna-{name}"'
    return answer


def _exported() -> tuple[figures_asked.Asked, list[workbook.Sheet]]:
    """Sheets: definition, curve, groups, who asked, regions, the other measures. Raises NotFound for what cannot be shown."""
    wanted = figures_asked.asked()
    if wanted.wrong:
        raise NotFound
    view = measured.full(wanted.measure, wanted.scope, wanted.period, wanted.by)
    period = f"{wanted.period.since.isoformat()} – {wanted.period.until.isoformat()}"
    least = words.number(guarded.LEAST)
    about = [
        [gettext("What is measured"), view.title], [gettext("How it is counted"), view.means], [gettext("Whose"), wanted.name],
        [gettext("Period"), period], [gettext("Result"), view.told or view.sentence], [gettext("Counted"), view.counted],
        [gettext("Protection"), gettext("No number below %(least)s is shown, nor one that could be worked out.", least=least)],
    ]  # fmt: skip
    groups = (
        (gettext("By unit"), view.rows),
        (gettext("Waited for"), view.askers),
        (gettext("Regions"), view.regions),
    )
    head = [gettext("What"), gettext("How many"), gettext("Of them"), gettext("Result")]
    sheets: list[workbook.Sheet] = [(gettext("Definition"), about)]
    if view.points:
        sheets.append(
            (
                gettext("Over time"),
                [[gettext("When"), gettext("Result")], *([one.label, one.told] for one in view.points)],
            )
        )
    for name, rows in groups:
        if rows:
            sheets.append((name, [head, *([one.name, str(one.total), one.hits, one.told] for one in rows)]))
    others = [
        [one.title, one.told or one.sentence, one.nine_of_ten, one.change, one.means]
        for one in _others(wanted)
    ]
    top = [
        gettext("What is measured"),
        gettext("Now"),
        gettext("Nine of ten"),
        gettext("Since the period before"),
        gettext("How it is counted"),
    ]
    sheets.append((gettext("Other measures"), [top, *others]))
    sheets += [
        (table.title, [[table.head, gettext("How many")], *map(list, table.rows)])
        for table in _kinds(wanted)
        if table.rows
    ]
    return wanted, sheets


def _others(wanted: figures_asked.Asked) -> list[measured.View]:
    return [
        measured.brief(key, wanted.scope, wanted.period) for key in measured.MEASURES if key != wanted.measure
    ]


def _address(wanted: figures_asked.Asked, **changed: str) -> str:
    arguments: dict[str, Any] = {**wanted.arguments(), **changed}
    return url_for("figures.page", **arguments)


def _kinds(wanted: figures_asked.Asked) -> list[Table]:
    """What is counted by kind: escalations by level, deviations by what they are about, why cases ended without a plan carried through."""
    levels = {str(one): gettext("Level %(level)s", level=one) for one in (1, 2, 3)} | {
        "4": gettext("The forum")
    }
    reported_by = for_deviations()
    found = (
        (gettext("Escalations"), gettext("Matters that were lifted to the level in the period."), gettext("Level"),
         measures.escalations(tx(), wanted.scope, wanted.period), levels),
        (gettext("Deviations"), gettext("Deviations that were begun in the period, by what they are about."), gettext("Kind"),
         measures.deviations(tx(), wanted.scope, wanted.period, reported_by), deviation_labels(reported_by)),
        (gettext("Refusals and other endings"), gettext("Cases that ended in the period without the goals being met, by why."),
         gettext("Reason"), measures.refusals(tx(), wanted.scope, wanted.period), _reasons()),
    )  # fmt: skip
    return [
        _unless_all_few(
            title,
            means,
            head,
            [(names.get(key, key) or "–", number) for key, number in guarded.counts(counted)],
        )
        for title, means, head, counted, names in found
    ]


def _reasons() -> dict[str, str]:
    return {
        "request_refused": gettext("The request was refused"),
        "not_needed": gettext("No need of a plan was found"),
        "person_declined": gettext("The person declined"),
        "consent_refused": gettext("The person gave no consent"),
        "consent_withdrawn": gettext("The person withdrew the consent"),
        "compulsory_care_plan": gettext("Planned as open compulsory care"),
        "moved": gettext("The person moved"),
        "deceased": gettext("The person has died"),
    }


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
    regions = figures_asked.governed()
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
        least = words.number(guarded.LEAST)
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
        gettext("fewer than %(least)s", least=words.number(guarded.LEAST)) if number is None else str(number)
    )


def _principals(region_id: str) -> dict[str, str]:
    return {
        one.principal_id: one.principal_name
        for one in directory.all_units(tx())
        if one.region_id == region_id
    }


def _deviations(region_id: str, since: date) -> list[tuple[str, str]]:
    """By the labels of the routine's own form."""
    reported_by = for_deviations()
    found = figures.deviations_by_kind(
        tx(), region_id, reported_by, since=datetime.combine(since, time(), ZONE)
    )
    return _rows(found, deviation_labels(reported_by) if found else {})


def deviation_labels(reported_by: Iterable[str]) -> dict[str, str]:
    """What the routines' own forms call each kind."""
    labels: dict[str, str] = {"": gettext("Not said yet")}
    own = {one.region_id for one in actor().memberships}
    routines = [library.current(tx(), one).routine for one in reported_by]
    for routine in sorted(routines, key=lambda one: (one.region not in own, one.region is not None)):
        for form in routine.forms.values():
            for field in form.top_level():
                found = {one.value: one.label for one in field.options} if field.key == "kind" else {}
                labels = found | labels
    return labels


def for_deviations() -> tuple[str, ...]:
    """Every routine that some other one names for its deviations."""
    named = {library.current(tx(), one).routine.settings.deviation for one, _ in overview.routines(tx())}
    return tuple(sorted(named - {""}))
