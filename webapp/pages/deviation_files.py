"""A deviation as a file for a principal's own system: somebody downloads it from the page of papers, which the log tells (S3-077)."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import deviation_export
from webapp.pages.casehead import Seen, see
from webapp.session import writes

pages = Blueprint("deviation_files", __name__)
PAGE = "deviation_file"
KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@pages.get("/cases/<case_id>/deviation.json")
@writes
def structured(case_id: str) -> ResponseReturnValue:
    """The deviation as one object, as far as its reader may see it."""
    seen = see(case_id, PAGE)
    return as_file(seen.ground.case.number, "json", deviation_export.as_json(_told(seen)))


@pages.get("/cases/<case_id>/deviation.csv")
@writes
def table(case_id: str) -> ResponseReturnValue:
    """The same as a table of one row."""
    seen = see(case_id, PAGE)
    return as_file(seen.ground.case.number, "csv", deviation_export.as_csv(_told(seen)))


def offered(seen: Seen) -> list[dict[str, str]]:
    """What the page of papers offers in a deviation whose content its reader may see."""
    if seen.ground.case.about_case_id is None or not seen.visible:
        return []
    case_id = seen.ground.case.id
    return [
        {"name": gettext("As a table (CSV)"), "url": url_for("deviation_files.table", case_id=case_id)},
        {
            "name": gettext("As structured data (JSON)"),
            "url": url_for("deviation_files.structured", case_id=case_id),
        },
    ]


def _told(seen: Seen) -> dict[str, object]:
    """NotFound in a case that is no deviation."""
    return deviation_export.content(seen.ground, seen.main.bundle_hash, seen.visible)


def as_file(number: str, kind: str, made: str) -> Response:
    """To be downloaded, and kept by nobody on the way."""
    answer = Response(made.encode(), content_type=KINDS[kind])
    name = f"avvikelse-{number}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
