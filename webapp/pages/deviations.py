"""The register of deviations for those who answer for units: what waits for them, what they reported and what was sent to them.

Enters: somebody who leads units, and units, a year and a filter in the address. Leaves: a page, or the same rows as CSV, JSON or PDF; a
sentence where the address asks for what cannot be shown. Never a person's name, nor the case that a deviation came out of.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from engine.reads import deviations
from engine.reads.deviations import MOST, MOST_AT_ONCE, Row
from webapp import words
from webapp.auth import actor
from webapp.pages import deviation_names, deviation_papers, deviation_report, deviations_asked
from webapp.pages.deviation_files import as_file
from webapp.pages.deviations_asked import Asked
from webapp.pages.directory_names import unit_names
from webapp.pages.workbook import formula_safe
from webapp.session import ZONE, now, reads, today, tx

pages = Blueprint("deviations", __name__)

FILTERS = {
    "all": lambda row: True,
    "mine": lambda row: bool(row.mine),
    "own": lambda row: row.own,
    "received": lambda row: row.received,
    "closed": lambda row: row.status == "closed",
}
COLUMNS = ("number", "kind", "status", "direction", "reporter", "about", "began", "answer_on")
SHOWN = {
    "draft": "near",
    "assess": "near",
    "sent": "waiting",
    "answered": "decided",
    "lifted": "late",
    "closed": "done",
}
"""How far it has come -> the state that is drawn beside it."""


@pages.get("/deviations")
@reads
def page() -> ResponseReturnValue:
    """The register."""
    wanted = deviations_asked.for_register()
    common: dict[str, Any] = {
        "section": "manager", "tab": "deviations", "wanted": wanted, "years": deviations_asked.years(), "show": _filter(),
    }  # fmt: skip
    if wanted.wrong:
        return render_template(
            "deviations.html", headline=gettext("Deviations"), sentence="", rows=[], chips=[], **common
        ), 400
    found = _rows(wanted, MOST + 1)
    rows = found[:MOST]
    sentence = f"{_what(rows)} {_how_many(len(found), wanted.year)}".strip()
    return render_template(
        "deviations.html", headline=_waits(rows), sentence=sentence, chips=_chips(wanted, rows),
        rows=_told([row for row in rows if FILTERS[_filter()](row)]), **common,
    )  # fmt: skip


@pages.get("/deviations.<any(csv, json, pdf):ending>")
@reads
def as_rows(ending: str) -> ResponseReturnValue:
    """What the filter shows, as `csv`, `json` or `pdf`; the page with its sentence where the address asks for what cannot be."""
    wanted = deviations_asked.for_register()
    if wanted.wrong:
        return page()
    show = _filter()
    told = _told([row for row in _rows(wanted, MOST_AT_ONCE) if FILTERS[show](row)])
    if ending == "pdf":
        return deviation_papers.register(wanted, _names()[show], told)
    if ending == "json":
        kept = [{one: row[one] for one in COLUMNS} for row in told]
        return as_file(str(wanted.year), "json", json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows([formula_safe(str(row[one])) for one in COLUMNS] for row in told)
    return as_file(str(wanted.year), "csv", "\ufeff" + written.getvalue())


@pages.get("/deviations/report.pdf")
@reads
def report() -> ResponseReturnValue:
    """The yearly report: numbers alone, for those who answer for units and for governance."""
    wanted = deviations_asked.for_report()
    if wanted.wrong:
        return render_template("deviations_wrong.html", section="manager", wrong=wanted.wrong), 400
    return deviation_report.yearly(wanted)


def _rows(wanted: Asked, most: int) -> list[Row]:
    return deviations.register(
        tx(), actor(), deviation_names.routines(), wanted.units, since=wanted.since, until=wanted.until, now=now(), most=most,
    )  # fmt: skip


def _filter() -> str:
    show = request.args.get("show", "")
    return show if show in FILTERS else "all"


def _names() -> dict[str, str]:
    return {
        "all": gettext("All"),
        "mine": gettext("Waiting for me"),
        "own": gettext("Own"),
        "received": gettext("Received"),
        "closed": gettext("Closed"),
    }


def _chips(wanted: Asked, rows: list[Row]) -> list[dict[str, object]]:
    names, chosen = _names(), _filter()
    return [
        {
            "words": names[key],
            "count": sum(map(fits, rows)),
            "current": key == chosen,
            "url": url_for("deviations.page", **wanted.arguments(show=key)),
        }
        for key, fits in FILTERS.items()
    ]


def _waits(rows: list[Row]) -> str:
    number = sum(map(FILTERS["mine"], rows))
    if not number:
        return gettext("No deviation waits for you")
    return ngettext("%(num)s deviation waits for you", "%(num)s deviations wait for you", number)


def _what(rows: list[Row]) -> str:
    """`3 utkast att läsa och 1 mottagen att svara på.` of those that wait for the reader; '' for none."""
    found = Counter(row.status for row in rows if FILTERS["mine"](row))
    told = {
        "draft": ngettext("%(num)s draft to read", "%(num)s drafts to read", found["draft"]),
        "sent": ngettext("%(num)s received to answer", "%(num)s received to answer", found["sent"]),
        "assess": ngettext("%(num)s to assess", "%(num)s to assess", found["assess"]),
        "answered": ngettext("%(num)s answer to read", "%(num)s answers to read", found["answered"]),
        "lifted": ngettext("%(num)s lifted to you", "%(num)s lifted to you", found["lifted"]),
    }
    parts = [sentence for status, sentence in told.items() if found[status]]
    return f"{words.listed(parts)}." if parts else ""


def _how_many(found: int, year: int) -> str:
    if found > MOST:
        return gettext(
            "The newest %(num)s of %(year)s are shown. Choose a unit, or take the register out as a file.",
            num=MOST,
            year=year,
        )
    if not found:
        return gettext("No deviation in %(year)s.", year=year)
    return ngettext("%(num)s deviation in %(year)s.", "%(num)s deviations in %(year)s.", found, year=year)


def _told(rows: list[Row]) -> list[dict[str, str]]:
    names = unit_names(one for row in rows for one in (row.reporter_id, row.about_id))
    kinds = deviation_names.labels(deviation_names.routines())
    return [_line(row, names, kinds) for row in rows]


def _line(row: Row, names: dict[str, str], kinds: dict[str, str]) -> dict[str, str]:
    began = row.began_at.astimezone(ZONE).date()
    status = gettext("Answer late") if row.late else deviation_names.statuses()[row.status]
    return {
        "number": row.number, "kind": kinds.get(row.kind, row.kind), "status": status,
        "state": "late" if row.late else SHOWN[row.status],
        "direction": gettext("About") if row.own else gettext("Received from"),
        "reporter": names.get(row.reporter_id, ""), "about": names.get(row.about_id, ""),
        "counterpart": names.get(row.about_id if row.own else row.reporter_id, "–"),
        "began": began.isoformat(), "began_words": words.short_day(began, today()),
        "answer_on": row.answer_on.isoformat() if row.answer_on else "",
        "answer_words": words.short_day(row.answer_on, today()) if row.answer_on else "–",
        "url": _address(row),
    }  # fmt: skip


def _address(row: Row) -> str:
    """Of what the person may open of it: their own task first; '' for nothing."""
    if row.mine:
        return url_for("task.page", task_id=row.mine)
    return url_for("case.page", case_id=row.case_id) if row.opens else ""
