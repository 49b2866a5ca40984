"""A decision table with what changed in it: new, changed and removed rows among those around them, the rest folded.

Enters: the old and the new bytes of a table's file. Leaves: rows for the page, beside the sentences that say the same. A row is known by
its id, as in `engine.definitions.difference`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from engine.definitions.difference import Change
from engine.definitions.editing import table
from engine.definitions.editing.table import Column, Grid, Row
from engine.errors import EngineError
from webapp import words
from webapp.studio import partnames


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands there now, and what stood there where that is something else."""

    now: str
    was: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its number, or the words for rows between that are as they were. `kind` is `added`, `removed`, `changed` or ''."""

    kind: str
    number: str
    cells: tuple[Cell, ...] = ()
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One table of the file."""

    name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def beside(
    changes: Sequence[Change], old: Mapping[str, bytes], new: Mapping[str, bytes]
) -> dict[int, list[Shown]]:
    """The tables that changed, by the place of the last of the sentences about their file."""
    last = {one.path: place for place, one in enumerate(changes) if one.path.endswith(".dmn")}
    return {place: of(path, old.get(path), new.get(path)) for path, place in last.items()}


def of(path: str, before: bytes | None, after: bytes | None) -> list[Shown]:
    """The tables of the file whose rows are not as they were; none where the columns are others or the file cannot be read."""
    if before is None or after is None:
        return []
    try:
        old = {one.id: one for one in table.Table(before, path).grids()}
        new = table.Table(after, path).grids()
    except EngineError:
        return []
    shown = [_table(old[one.id], one) for one in new if one.id in old and _alike(old[one.id], one)]
    return [one for one in shown if any(line.kind for line in one.lines)]


def _alike(old: Grid, new: Grid) -> bool:
    """Whether their rows can be laid side by side."""
    whole = all(len(row.cells) == len(one.columns) for one in (old, new) for row in one.rows)
    return whole and [one.reads for one in old.columns] == [one.reads for one in new.columns]


def _table(old: Grid, new: Grid) -> Shown:
    return Shown(new.name or new.id, tuple(one.said for one in new.columns), tuple(_folded(_lines(old, new))))


def _lines(old: Grid, new: Grid) -> Iterator[Line]:
    """The new rows in order; one that is gone stands where it stood."""
    was = {row.id: row for row in old.rows}
    kept = {row.id for row in new.rows}
    gone = [(number, row) for number, row in enumerate(old.rows, 1) if row.id not in kept]
    for number, row in enumerate(new.rows, 1):
        while gone and gone[0][0] <= number:
            yield _removed(*gone.pop(0), old)
        before = was.get(row.id)
        cells = tuple(
            _cell(*each)
            for each in zip(new.columns, row.cells, before.cells if before else row.cells, strict=True)
        )
        kind = "added" if before is None else "changed" if any(one.changed for one in cells) else ""
        yield Line(kind, str(number), cells)
    for number, row in gone:
        yield _removed(number, row, old)


def _removed(number: int, row: Row, old: Grid) -> Line:
    return Line(
        "removed",
        str(number),
        tuple(_cell(one, text, text) for one, text in zip(old.columns, row.cells, strict=True)),
    )


def _cell(column: Column, now: str, was: str) -> Cell:
    return Cell(_said(column, now), _said(column, was), now != was)


def _said(column: Column, text: str) -> str:
    """In the words that the column has for the value; what holds for everything is a dash."""
    said = text.strip().strip('"')
    known = dict(column.values).get(text, said)
    if known == said and text in partnames.SAID:
        return partnames.SAID[text]()
    return known if known not in ("", "-") else "–"


def _folded(lines: Iterator[Line]) -> Iterator[Line]:
    """Rows that are as they were give one line for all of them that stand together."""
    same: list[str] = []
    for line in lines:
        if line.kind:
            yield from _fold(same)
            same = []
            yield line
        else:
            same.append(line.number)
    yield from _fold(same)


def _fold(numbers: list[str]) -> Iterator[Line]:
    if len(numbers) == 1:
        yield Line("", "", folded=gettext("Row %(row)s is as it was.", row=numbers[0]))
    elif numbers:
        ends = words.listed(numbers) if len(numbers) == 2 else f"{numbers[0]}–{numbers[-1]}"
        yield Line("", "", folded=gettext("Rows %(rows)s are as they were.", rows=ends))
