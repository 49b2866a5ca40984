"""Whoever reads what differs in a table sees the rows themselves, with those around them folded."""

from __future__ import annotations

import pytest

from tests.definitions.test_difference import ROW, TABLE
from webapp.studio import changed_tables
from webapp.studio.changed_tables import Line

pytestmark = pytest.mark.usefixtures("swedish")

PATH = "here/sip/who.dmn"


def lines(old: str, new: str) -> list[Line]:
    return [line for one in changed_tables.of(PATH, old.encode(), new.encode()) for line in one.lines]


def told(line: Line) -> str:
    return line.folded or " ".join(
        [line.kind, line.number, *(f"{one.was}>{one.now}" if one.changed else one.now for one in line.cells)]
    )


WITH_ROW = TABLE.replace("</decisionTable>", f"{ROW}</decisionTable>")
GONE = TABLE.replace(TABLE[TABLE.index('<rule id="r1">') : TABLE.index('<rule id="r2">')], "")


@pytest.mark.parametrize(
    ("old", "new", "rows"),
    [
        (TABLE, WITH_ROW, ["Rad 1 och 2 är oförändrade.", "added 3 x y"]),
        (TABLE, TABLE.replace('"kommunen"', '"regionen"'), ["Rad 1 är oförändrad.", "changed 2 – kommunen>regionen"]),
        (TABLE, GONE, ["removed 1 region hemsjukvården", "Rad 1 är oförändrad."]),
        (TABLE, TABLE.replace("<text>kind</text>", "<text>owner</text>"), []),
        (TABLE, TABLE, []),
        (TABLE, "<no table", []),
        (TABLE, TABLE.replace("<outputEntry", "<x", 1).replace("</outputEntry>", "</x>", 1), []),
    ],
    ids=["a row comes", "a cell changes", "a row goes", "another column", "nothing", "what cannot be read", "a row with a cell too few"],
)  # fmt: skip
def test_rows_that_are_not_as_they_were_stand_with_the_rest_folded(
    old: str, new: str, rows: list[str]
) -> None:
    assert [told(line) for line in lines(old, new)] == rows
