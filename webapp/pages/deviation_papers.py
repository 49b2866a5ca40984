"""The register of deviations on paper, as a filter shows it; and what its papers have in common.

Enters: what was asked for, and rows told in words. Leaves: a tagged PDF. Never a person, a case that a deviation came out of, or a word
that anybody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response
from flask_babel import gettext, ngettext

from engine.documents import pdf
from webapp import language, words
from webapp.pages.archive_files import PAPERS
from webapp.pages.deviations_asked import Asked
from webapp.session import today


def register(wanted: Asked, shown: str, rows: Sequence[Mapping[str, str]]) -> Response:
    """The rows of the register as a paper."""
    day = words.full_day(today())
    count = ngettext("%(num)s deviation", "%(num)s deviations", len(rows))
    told = frame(gettext("Register of deviations"), day) | {
        "facts": [
            [gettext("Whose"), wanted.name], [gettext("Year"), str(wanted.year)], [gettext("Filter"), shown],
            [gettext("How many"), count],
        ],
        "head": [gettext("Number"), gettext("Kind"), gettext("Counterpart"), gettext("Status"), gettext("Begun"), gettext("Answer by")],
        "rows": [
            [row["number"], row["kind"], f"{row['direction']} {row['counterpart']}", row["status"], row["began"], row["answer_on"] or "–"]
            for row in rows
        ],
        "empty": gettext("None here."),
    }  # fmt: skip
    return given(pdf(PAPERS, "deviation_register.typ", told), f"avvikelser-{wanted.year}.pdf")


def frame(title: str, day: str) -> dict[str, object]:
    """What every such paper has: title, language, the day it was made, foot."""
    return {
        "title": title,
        "lang": language.now_in_use(),
        "day": day,
        "footer": f"{title}, {day}",
    }


def given(made: bytes, name: str) -> Response:
    """To be downloaded, and kept by nobody on the way."""
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
