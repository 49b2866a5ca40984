"""A deviation as a file for a principal's own system: somebody downloads it from the page of papers, which the log tells (S3-077)."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import deviation_export
from webapp.pages.casehead import Seen, see
from webapp.session import writes

pages = Blueprint("deviation_files", __name__)
KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@pages.get("/cases/<case_id>/deviation.<any(json, csv):kind>")
@writes
def download(case_id: str, kind: str) -> ResponseReturnValue:
    """The deviation, as far as its reader may see it. Nothing is there in a case that is no deviation."""
    seen = see(case_id, "deviation_file")
    told = deviation_export.content(seen.ground, seen.main.bundle_hash, seen.visible)
    made = deviation_export.as_json(told) if kind == "json" else deviation_export.as_csv(told)
    answer = Response(made.encode(), content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="avvikelse-{seen.ground.case.number}.{kind}"'
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def offered(seen: Seen) -> list[dict[str, str]]:
    """What the page of papers offers in a deviation whose content its reader may see."""
    if seen.ground.case.about_case_id is None or not seen.visible:
        return []
    names = {"csv": gettext("As a table (CSV)"), "json": gettext("As structured data (JSON)")}
    case_id = seen.ground.case.id
    return [
        {"name": name, "url": url_for("deviation_files.download", case_id=case_id, kind=kind)}
        for kind, name in names.items()
    ]
