"""What differs between two decision tables, row by row and cell by cell.

Enters: the two drawings of a DMN file. Leaves: changes. A row is known by its id, else by what stands in it; its number is that of the
new table, or of the old one where it is gone.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import replace

from engine.definitions.difference import values as v
from engine.definitions.difference.drawing import Drawing, Part
from engine.definitions.difference.order import longest_rising
from engine.definitions.difference.pairing import Pairing
from engine.definitions.difference.steps import Steps
from engine.definitions.difference.values import Change, Name, Term, Text

RULE = "rule"
CELLS = ("inputEntry", "outputEntry")
COLUMNS = {"inputEntry": "decisionTable/input", "outputEntry": "decisionTable/output"}


def changes(path: str, old: Drawing, new: Drawing) -> Iterator[Change]:
    """Rows first, then whatever else the file says."""
    tables = dict.fromkeys(
        part.parent for drawing in (new, old) for part in drawing.parts.values() if part.tag == RULE
    )
    for table in tables:
        yield from _rows(path, table, old, new)
    for one in Steps(Pairing(path, _without_rows(old), _without_rows(new))).changes():
        yield replace(one, section=v.TABLE)


def _without_rows(drawing: Drawing) -> Drawing:
    return Drawing({one: part for one, part in drawing.parts.items() if part.tag != RULE}, drawing.picture)


def _rows(path: str, table: str, old: Drawing, new: Drawing) -> Iterator[Change]:
    was, now = _of(old, table), _of(new, table)
    about = (new if table in new.parts else old).parts[table]
    name = Name(about.name or about.id)
    heads = old.parts.get(table, about), about
    pairs = _pairs(was, now)
    places = {one: number for number, one in enumerate(was, 1)}
    kept = longest_rising([places[pairs[one]] for one in now if one in pairs])
    common = [one for one in now if one in pairs]
    for number, (one, row) in enumerate(now.items(), 1):
        words: dict[str, v.Word] = {"name": name, "row": str(number)}
        if one not in pairs:
            added = v.said(v.TABLE, "added", (path, one), "row-added", **words, cells=_cells(row, about))
            yield replace(added, of=v.fingerprint(sorted(row.says.items())))
            continue
        if common.index(one) not in kept:
            before = str(places[pairs[one]])
            yield v.said(v.TABLE, "moved", (path, one), "row-moved", **words, before=before)
        before_row = was[pairs[one]]
        for what in dict.fromkeys([*before_row.says, *row.says]):
            if before_row.says.get(what) != row.says.get(what):
                said = [
                    _said(head, what, one.get(what))
                    for head, one in zip(heads, (before_row, row), strict=True)
                ]
                if said[0] == said[1]:
                    said = [_plain(one.get(what)) for one in (before_row, row)]
                pair = {"before": Text(said[0]), "after": Text(said[1])}
                column = _column(about, what)
                yield v.said(v.TABLE, "changed", (path, one), "cell-changed", **words, column=column, **pair)
    for number, (one, row) in enumerate(was.items(), 1):
        if one not in pairs.values():
            gone: dict[str, v.Word] = {"name": name, "row": str(number), "cells": _cells(row, heads[0])}
            yield v.said(v.TABLE, "removed", (path, one), "row-removed", **gone)


def _of(drawing: Drawing, table: str) -> dict[str, Part]:
    return {one: part for one, part in drawing.parts.items() if part.tag == RULE and part.parent == table}


def _pairs(was: dict[str, Part], now: dict[str, Part]) -> dict[str, str]:
    """Id of a row in the new table -> its id in the old one."""
    pairs = {one: one for one in now if one in was}
    free: dict[object, deque[str]] = defaultdict(deque)
    for one, row in was.items():
        if one not in now:
            free[frozenset(row.says.items())].append(one)
    for one, row in now.items():
        if one not in pairs and (same := free[frozenset(row.says.items())]):
            pairs[one] = same.popleft()
    return pairs


def _cells(row: Part, table: Part) -> str:
    cells = {
        what: text for what, text in row.says.items() if what.startswith(CELLS) and what.endswith("/text")
    }
    found = [_in_row(table, what, text) for what, text in cells.items() if _plain(text) not in ("", "-")]
    return ", ".join(found) or "-"


FLAGS = frozenset({"yes", "no", "true", "false"})
"""Values that say nothing without the heading of their column."""


def _in_row(table: Part, what: str, text: str) -> str:
    """A cell as it stands among others: a bare yes or no with the heading of its column."""
    said, label = _said(table, what, text), table.get(f"{_head(what)}@label")
    return f"{label}: {said}" if said in FLAGS and label else said


def _said(table: Part, what: str, text: str) -> str:
    """A cell in the words that its column has for that value, else as it is written."""
    head, inner = _head(what), _plain(text)
    return (table.get(f"{head}/word[{inner}]") if head else "") or inner


def _head(what: str) -> str:
    """Where the column of a cell is described; '' for what is no cell."""
    entry, _, rest = what.partition("/")
    kind, bracket, number = entry.partition("[")
    return COLUMNS[kind] + bracket + number if kind in COLUMNS and rest == "text" else ""


def _plain(text: str) -> str:
    """A cell as people read it: a text without its quotation marks."""
    inner = text.strip()
    whole = len(inner) > 1 and inner[0] == inner[-1] == '"' and '"' not in inner[1:-1]
    return inner[1:-1] if whole else inner


def _column(table: Part, what: str) -> v.Word:
    head = _head(what)
    if not head:
        return Term("field", what)
    label = (
        table.get(f"{head}@label") or table.get(f"{head}/inputExpression/text") or table.get(f"{head}@name")
    )
    return Name(label or what.partition("/")[0])
