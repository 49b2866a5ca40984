"""Tables as a workbook for a spreadsheet.

Enters: sheets of text. Leaves: bytes of XLSX. No cell is a formula. What is only a whole number, a share, a length in days or a day of the
calendar can be counted with and sorted, and reads as it did; all else is text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Sheet = tuple[str, Sequence[Sequence[str]]]
"""A name, and rows of cells."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
SHARE, DAY = re.compile(r"([0-9]{1,3}) %"), re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
LENGTH = re.compile(r"((?:0|[1-9][0-9]{0,4})(?:[.,][0-9])?) ([^\W\d_]{1,8})")
"""A number and one word, such as `5,5 dagar`."""
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\\\]")


def formula_safe(text: str) -> str:
    """A cell of CSV that no spreadsheet takes for a formula: an apostrophe before what could be one (gap: CSV has no types)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def written(sheets: Sequence[Sheet]) -> bytes:
    """The workbook. Names are cut to the 31 characters that a sheet may have, and told apart."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(_UNNAMEABLE.sub(" ", name)[:31])
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                cell = sheet.cell(number, column)
                _put(cell, text)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.font = Font(bold=number == 1 or (column == 1 and len(row) == 2))
        for column in range(1, max((len(row) for row in rows), default=1) + 1):
            longest = max((len(row[column - 1]) for row in rows if len(row) >= column), default=8)
            sheet.column_dimensions[get_column_letter(column)].width = min(60, longest + 3)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _put(cell: Cell, text: str) -> None:
    """The text, or the number or day that it is, drawn so that it reads the same."""
    if text.isascii() and text.isdecimal():
        cell.value = int(text)
    elif share := SHARE.fullmatch(text):
        cell.value, cell.number_format = int(share[1]) / 100, "0 %"
    elif length := LENGTH.fullmatch(text):
        cell.value, cell.number_format = float(length[1].replace(",", ".")), f'General" {length[2]}"'
    elif day := _day(text):
        cell.value, cell.number_format = day, "yyyy-mm-dd"
    elif text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
