"""The extract of the log for the one whose case it is, as a PDF in plain language (PDL 8 kap. 5 §; pasientjournalloven 18).

Enters: a case number or an identity number, posted. Leaves: a PDF to hand over; nothing is kept but that it was made, and by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access.own import Capacity
from engine.actions import identity
from engine.documents import pdf
from engine.reads import logbook
from engine.records import directory, log
from webapp import acts, language, words
from webapp.auth import actor
from webapp.pages import logwords, papers
from webapp.pages.directory_names import all_units, unit_label
from webapp.pages.logbook import frame, regions
from webapp.session import ZONE, After, house, now, reads, today, tx, writes

pages = Blueprint("log_extract", __name__, url_prefix="/log/extract")
PAPERS = Path(__file__).parents[1] / "papers"
MOST_ROWS = 2_000
UNITS, NAMES = "units", "names"


@pages.get("")
@reads
def page() -> str:
    """Ask whose extract it is."""
    regions()
    return _drawn({})


@pages.post("")
@writes
def make() -> ResponseReturnValue | After:
    """The PDF, or what is missing."""
    allowed = regions()
    number, case_number = (
        request.form.get("identity_number", "").strip(),
        request.form.get("case_number", "").strip()[:40],
    )
    try:
        key = identity.keyed_hash(number, house().settings.lookup_key) if number else ""
    except identity.BadIdentityNumber:
        wrong = gettext("That is not an identity number. Check the last four digits.")
        return _drawn({"identity_number": wrong}), 422
    if not number and not case_number:
        wrong = gettext("Write a personal identity number, or a case number.")
        return _drawn({"identity_number": wrong}), 422
    wanted = logbook.Wanted(case_number=case_number, subject_key=key)
    found = logbook.of_person(tx(), allowed, wanted, most=MOST_ROWS)
    if not found:
        wrong = gettext("The log has no row about that person or case. Check what you wrote.")
        return _drawn({"case_number" if case_number else "identity_number": wrong}), 422
    _note(key, case_number)
    staff = NAMES if request.form.get("staff") == NAMES else UNITS
    return After(partial(_given, _told(found, staff, case_number)))


def _given(told: Mapping[str, object]) -> Response:
    answer = Response(pdf(PAPERS, "log_extract.typ", told), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = "attachment; filename=loggutdrag.pdf"
    return answer


def _note(key: str, case_number: str) -> None:
    row: dict[str, object] = {"act": "log_extract_made", "at": now(), "subject_key": key or None}
    row["about"] = f"case_number:{case_number}" if case_number else None
    log.note_all(tx(), [row | acts.by(actor()).columns()])


def _drawn(wrong: Mapping[str, str]) -> str:
    """The form; the identity number is never sent back."""
    given = {name: request.form.get(name, "") for name in ("case_number", "staff")}
    return render_template("log/extract.html", wrong=wrong, given=given, **frame("extract"))


def _told(found: list[logbook.Line], staff: str, case_number: str) -> dict[str, object]:
    """What stands on the paper. Staff are named only where the region has decided to; their workplace always is."""
    made = words.full_day(today())
    facts = [
        (
            gettext("About"),
            gettext("Case %(number)s", number=case_number) if case_number else gettext("Your cases"),
        ),
        (gettext("Made on"), made),
        (gettext("Number of rows"), str(len(found))),
    ]
    if len(found) == MOST_ROWS:
        facts.append(
            (
                gettext("Note"),
                gettext("Only the newest rows are here. Ask for the older ones too if you want them."),
            )
        )
    return {
        "title": gettext("Who has read about you and done something in your case"),
        "lang": language.now_in_use(),
        "lead": gettext("This is an extract of the log. You have a right to it, and it costs nothing."),
        "footer": gettext("Extract of the log, %(day)s", day=made),
        "facts": facts,
        "parts": [{"title": gettext("How to read the list"), "paragraphs": _how_to_read()}],
        "table": {
            "title": gettext("What has happened"),
            "empty": "",
            "head": [gettext("When"), gettext("Who"), gettext("What"), gettext("With what right")],
            "rows": _rows(found, staff),
        },
    }


def _how_to_read() -> list[str]:
    return [
        gettext(
            "Each row is a time when somebody opened what is written about you, or did something in your case."
        ),
        gettext(
            "Somebody who works with you may read what they need for that work, and others only if you have said yes."
        ),
        gettext(
            "Do you think somebody has read without a reason? Tell the unit that you got this paper from. You can also turn to "
            "the patients' advisory committee or the supervisory authority."
        ),
    ]


def _without_unit(line: logbook.Line) -> str:
    """Somebody who came by a way in of their own is told as whom; else nobody did it."""
    own = line.actor_id is None and line.ground in tuple(Capacity)
    return papers.reason(line.ground or "") if own else gettext("The routine itself")


def _rows(found: list[logbook.Line], staff: str) -> list[list[str]]:
    people = directory.names(tx(), {one.actor_id for one in found if one.actor_id}) if staff == NAMES else {}
    units = all_units()
    shown = []
    for line in found:
        unit = units.get(line.unit_id or "")
        place = unit_label(unit) if unit else _without_unit(line)
        who = ", ".join(filter(None, [people.get(line.actor_id or "", ""), place]))
        at = line.at.astimezone(ZONE)
        shown.append(
            [f"{words.full_day(at.date())} {at:%H.%M}", who, logwords.what(line), logwords.ground(line)]
        )
    return shown
