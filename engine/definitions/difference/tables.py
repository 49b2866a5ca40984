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
    pairs = _pairs(was, now)
    places = {one: number for number, one in enumerate(was, 1)}
    kept = longest_rising([places[pairs[one]] for one in now if one in pairs])
    common = [one for one in now if one in pairs]
    for number, (one, row) in enumerate(now.items(), 1):
        words: dict[str, v.Word] = {"name": name, "row": str(number)}
        if one not in pairs:
            added = v.said(v.TABLE, "added", (path, one), "row-added", **words, cells=_cells(row))
            yield replace(added, of=v.fingerprint(sorted(row.says.items())))
            continue
        if common.index(one) not in kept:
            before = str(places[pairs[one]])
            yield v.said(v.TABLE, "moved", (path, one), "row-moved", **words, before=before)
        before_row = was[pairs[one]]
        for what in dict.fromkeys([*before_row.says, *row.says]):
            if before_row.says.get(what) != row.says.get(what):
                pair = {"before": Text(_plain(before_row.get(what))), "after": Text(_plain(row.get(what)))}
                column = _column(about, what)
                yield v.said(v.TABLE, "changed", (path, one), "cell-changed", **words, column=column, **pair)
    for number, (one, row) in enumerate(was.items(), 1):
        if one not in pairs.values():
            gone: dict[str, v.Word] = {"name": name, "row": str(number), "cells": _cells(row)}
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


def _cells(row: Part) -> str:
    found = [text for what, text in row.says.items() if what.startswith(CELLS) and what.endswith("/text")]
    return ", ".join(_plain(text) for text in found if _plain(text) not in ("", "-")) or "-"


def _plain(text: str) -> str:
    """A cell as people read it: a text without its quotation marks."""
    inner = text.strip()
    whole = len(inner) > 1 and inner[0] == inner[-1] == '"' and '"' not in inner[1:-1]
    return inner[1:-1] if whole else inner


def _column(table: Part, what: str) -> v.Word:
    entry, _, rest = what.partition("/")
    kind, bracket, number = entry.partition("[")
    if kind not in COLUMNS or rest != "text":
        return Term("field", what)
    head = COLUMNS[kind] + bracket + number
    label = (
        table.get(f"{head}@label") or table.get(f"{head}/inputExpression/text") or table.get(f"{head}@name")
    )
    return Name(label or entry)
