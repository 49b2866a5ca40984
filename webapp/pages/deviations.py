"""The register of deviations for those who answer for units: what waits for them, what they reported and what was sent to them.

Enters: somebody who leads units, a year and a filter. Leaves: a page, or the same rows as CSV or JSON; never a person's name, nor the case
that a deviation came out of.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext, ngettext

from engine.access.verdict import Reason
from engine.errors import NotAllowed
from engine.reads import deviations
from engine.reads.deviations import Row
from webapp import words
from webapp.auth import actor
from webapp.pages import deviation_names
from webapp.pages.deviation_files import as_file
from webapp.pages.directory_names import unit_names
from webapp.pages.workbook import formula_safe
from webapp.session import ZONE, now, reads, today, tx

pages = Blueprint("deviations", __name__)

FILTERS = {
    "all": lambda row: True,
    "mine": lambda row: bool(row.mine),
    "own": lambda row: not row.received,
    "received": lambda row: row.received,
    "closed": lambda row: row.status == "closed",
}


@pages.get("/deviations")
@reads
def page() -> str:
    """The register."""
    year, rows = _rows()
    chosen = _filter()
    names = {
        "all": gettext("All"),
        "mine": gettext("Waiting for me"),
        "own": gettext("Own"),
        "received": gettext("Received"),
        "closed": gettext("Closed"),
    }
    chips = [
        {
            "words": names[key],
            "count": sum(map(fits, rows)),
            "current": key == chosen,
            "url": url_for("deviations.page", show=key, year=year),
        }
        for key, fits in FILTERS.items()
    ]
    waiting = sum(map(FILTERS["mine"], rows))
    return render_template(
        "deviations.html", section="manager", chips=chips, rows=[_told(row) for row in rows if FILTERS[chosen](row)], year=year,
        years=[today().year - one for one in range(5)], show=chosen,
        headline=_waits(waiting), sentence=_how_many(len(rows)),
    )  # fmt: skip


@pages.get("/deviations.<any(csv, json):ending>")
@reads
def as_rows(ending: str) -> Response:
    """What the filter shows, as `csv` or `json`."""
    year, rows = _rows()
    told = [_told(row) for row in rows if FILTERS[_filter()](row)]
    columns = ("number", "kind", "status", "direction", "reporter", "about", "began", "answer_on")
    if ending == "json":
        return as_file(
            str(year),
            "json",
            json.dumps([{one: row[one] for one in columns} for row in told], ensure_ascii=False, indent=2)
            + "\n",
        )
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow(columns)
    lines.writerows([formula_safe(str(row[one])) for one in columns] for row in told)
    return as_file(str(year), "csv", "\ufeff" + written.getvalue())


def _waits(number: int) -> str:
    if not number:
        return gettext("Deviations")
    return ngettext("%(num)s deviation waits for you", "%(num)s deviations wait for you", number)


def _how_many(number: int) -> str:
    if not number:
        return gettext("No deviation in the year.")
    return ngettext("%(num)s deviation in the year.", "%(num)s deviations in the year.", number)


def _rows() -> tuple[int, list[Row]]:
    if not actor().leads:
        raise NotAllowed(Reason.NOT_A_MANAGER)
    asked = request.args.get("year", "")
    year = int(asked) if asked.isdigit() and 2000 <= int(asked) <= today().year else today().year
    since, until = datetime(year, 1, 1, tzinfo=ZONE), datetime(year + 1, 1, 1, tzinfo=ZONE)
    return year, deviations.register(
        tx(), actor(), deviation_names.routines(), since=since, until=until, now=now()
    )


def _filter() -> str:
    show = request.args.get("show", "")
    return show if show in FILTERS else "all"


def _told(row: Row) -> dict[str, str]:
    names = unit_names(filter(None, (row.reporter_id, row.about_id)))
    kinds = deviation_names.labels(deviation_names.routines())
    states = {
        "draft": gettext("Draft"), "assess": gettext("To be assessed"), "sent": gettext("Sent"), "answered": gettext("Answered"),
        "lifted": gettext("With the managers"), "closed": gettext("Fed back and closed"),
    }  # fmt: skip
    return {
        "number": row.number, "kind": kinds.get(row.kind, row.kind) or gettext("Not said yet"),
        "status": gettext("Answer late") if row.late else states[row.status], "state": "late" if row.late else "",
        "direction": gettext("Received from") if row.received else gettext("About"),
        "reporter": names.get(row.reporter_id, ""), "about": names.get(row.about_id, ""),
        "counterpart": names.get(row.reporter_id if row.received else row.about_id, "–"),
        "began": row.began_at.astimezone(ZONE).date().isoformat(),
        "began_words": words.short_day(row.began_at.astimezone(ZONE).date(), today()),
        "answer_on": row.answer_on.isoformat() if row.answer_on else "",
        "answer_words": words.short_day(row.answer_on, today()) if row.answer_on else "–",
        "url": url_for("task.page", task_id=row.mine) if row.mine else url_for("case.page", case_id=row.case_id),
    }  # fmt: skip
