"""The figures of a region for its governance, and of their units for managers (S3-080): none so small that it tells of somebody.

Enters: somebody with the role of governance, or who answers for units. Leaves: a page with one measure large and the others as a table,
or the same as CSV and as a workbook; for governance also how things stand. Never a case or a name.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import NotAllowed
from engine.reads import guarded
from webapp import words
from webapp.pages import figures_asked, figures_counted, figures_of_region, measure_words, measured, workbook
from webapp.pages.workbook import formula_safe
from webapp.session import ZONE, now, reads, today

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
    common["choices"] = [(key, measure_words.title(key)) for key in measured.MEASURES]
    if wanted.wrong:
        return render_template("figures.html", view=None, others=[], kinds=[], regions=[], **common), 400
    governs = figures_asked.governed() if wanted.place.startswith("region:") else []
    return render_template(
        "figures.html",
        view=measured.full(wanted.measure, wanted.scope, wanted.period, wanted.by),
        others=_others(wanted),
        kinds=figures_counted.by_kind(wanted),
        size=(measured.WIDTH, measured.HEIGHT, measured.LEFT),
        regions=[figures_of_region.standing(one) for one in governs],
        made=words.moment(now(), now(), ZONE),
        csv_url=url_for("figures.as_csv"),
        address=_address,
        **common,
    )


@pages.get("/figures/measure.csv")
@reads
def measure_csv() -> ResponseReturnValue:
    """The measure that the address names, its definition first; the page with its sentence where that cannot be shown."""
    if figures_asked.asked().wrong:
        return page()
    wanted, sheets = _exported()
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for _, lines in sheets:
        rows.writerows([[formula_safe(one) for one in line] for line in lines])
        rows.writerow([])
    return _file("\ufeff" + written.getvalue(), "text/csv", f"{wanted.measure}-{today().isoformat()}.csv")


@pages.get("/figures/measure.xlsx")
@reads
def measure_xlsx() -> ResponseReturnValue:
    """The same as a workbook, the definition on a sheet of its own."""
    if figures_asked.asked().wrong:
        return page()
    wanted, sheets = _exported()
    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(workbook.written(sheets), mimetype, f"{wanted.measure}-{today().isoformat()}.xlsx")


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="samordna-{name}"'
    return answer


def _exported() -> tuple[figures_asked.Asked, list[workbook.Sheet]]:
    """Sheets: definition, curve, groups, who asked, regions, the other measures."""
    wanted = figures_asked.asked()
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
        for table in figures_counted.by_kind(wanted)
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


@pages.get("/figures.csv")
@reads
def as_csv() -> Response:
    """The same rows for a spreadsheet."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";")
    rows.writerow([gettext("Region"), gettext("Table"), gettext("What"), gettext("How many")])
    for region in map(figures_of_region.standing, _regions()):
        for table in region.tables:
            rows.writerows(
                [formula_safe(one) for one in (region.name, table.title, *row)] for row in table.rows
            )
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="samordna-{today().isoformat()}.csv"'
    return answer


def _regions() -> list[str]:
    regions = figures_asked.governed()
    if not regions:
        raise NotAllowed("missing-role")
    return regions
