"""The board as a file, with the filter of the address: what a manager takes to a meeting.

Enters: somebody who answers for units, and a filter. Leaves: CSV or a workbook with the rows of the board; ids of cases and names of units
and steps, never the name of anybody, neither of whom a case is about nor of who works with it.
"""

from __future__ import annotations

import csv as commas
import io

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.reads import board as board_read
from engine.reads.board import Row, Wanted
from webapp.auth import actor
from webapp.pages import board, board_words, directory_names, workbook
from webapp.session import now, reads, today, tx

pages = Blueprint("board_files", __name__)


@pages.get("/monitor/board.csv")
@reads
def csv() -> ResponseReturnValue:
    """One line a step; the page with its sentence where the filter asks for what is nothing here."""
    if _wrong():
        return board.page(), 400
    written = io.StringIO()
    lines = commas.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerows([[workbook.formula_safe(one) for one in line] for line in _table()])
    return _file("\ufeff" + written.getvalue(), "text/csv", "csv")


@pages.get("/monitor/board.xlsx")
@reads
def xlsx() -> ResponseReturnValue:
    """The same as a workbook, with the day and the filter on a sheet of its own."""
    if _wrong():
        return board.page(), 400
    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    wanted, names = _wanted(), _names()
    about = [
        [gettext("Day"), today().isoformat()],
        [gettext("Unit"), names.get(wanted.unit_id, gettext("All units"))],
        [gettext("Waits for"), names.get(wanted.waits_on, gettext("All"))],
    ]
    sheets: list[workbook.Sheet] = [(gettext("Late and near"), _table()), (gettext("About"), about)]
    return _file(workbook.written(sheets), mimetype, "xlsx")


def _wrong() -> bool:
    """Whether something in the address is not so: then a file would hold another selection than was asked for."""
    board.lead()
    return bool(board.read(request.args).said)


def _wanted() -> Wanted:
    board.lead()
    return board.read(request.args).wanted


def _names() -> dict[str, str]:
    return {key: unit.name for key, unit in directory_names.all_units().items()}


def _table() -> list[list[str]]:
    asked, names = _wanted(), _names()
    wanted = Wanted(asked.unit_id, asked.waits_on, asked.process_id, asked.step, asked.state, everything=True)
    found = board_read.look(tx(), actor(), wanted, today=today(), now=now())
    head = [
        gettext("Unit"), gettext("State"), gettext("Due"), gettext("Step"), gettext("Case"), gettext("Waits for"),
        gettext("Done so far"), gettext("Happens next, by itself"),
    ]  # fmt: skip
    return [head, *(_line(row, names) for rows in found.rows.values() for row in rows)]


def _line(row: Row, names: dict[str, str]) -> list[str]:
    ahead = board_words.what_next(row)
    told = ", ".join(part for part in (ahead["when"], ahead["what"], ahead.get("then", "")) if part)
    return [
        names.get(row.group_id, ""), board_words.due(row).words, row.task.due_on.isoformat() if row.task.due_on else "", row.task.name,
        row.number, names.get(row.task.unit_id, ""), board_words.done(row), told,
    ]  # fmt: skip


def _file(content: str | bytes, mimetype: str, kind: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="samordna-{today().isoformat()}.{kind}"'
    return answer
