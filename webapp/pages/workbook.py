"""Tables as a workbook for a spreadsheet.

Enters: sheets of text. Leaves: bytes of XLSX. Every cell is text, so none can be a formula; a number that is only digits is a number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Sheet = tuple[str, Sequence[Sequence[str]]]
"""A name, and rows of cells."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
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
                is_number = text.isascii() and text.isdecimal()
                cell.value = int(text) if is_number else ILLEGAL_CHARACTERS_RE.sub("", text)
                if not is_number:
                    cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.font = Font(bold=number == 1 or (column == 1 and len(row) == 2))
        for column in range(1, max((len(row) for row in rows), default=1) + 1):
            longest = max((len(row[column - 1]) for row in rows if len(row) >= column), default=8)
            sheet.column_dimensions[get_column_letter(column)].width = min(60, longest + 3)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
