"""The buttons of rows: add, remove, open, close.

Enters: the nested answers and what was posted. Leaves: the answers as they are after the press, so that the page can be drawn anew; it
works the same with and without script. Nothing is checked and nothing is kept here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy

from webapp.formview.drawn import element_id, is_empty

ROW = "_row"  # hidden beside every row: 'open' or 'closed'
PRESSES = (
    "_add",
    "_remove",
    "_open",
    "_close",
)  # names of the row buttons; the value is the address of the list or row


def press(values: Mapping[str, object], posted: Mapping[str, str]) -> tuple[dict[str, object], str] | None:
    """The answers after a row button, and the id of the element that takes focus; None where no row button was pressed.

    `values` are the nested answers, `posted` the flat names. A row that is opened closes its neighbours.
    """
    name = next((name for name in PRESSES if posted.get(name)), None)
    if name is None:
        return None
    changed = deepcopy({key: value for key, value in values.items() if key not in PRESSES})
    steps = _steps(posted[name])
    if name == "_add":
        rows = _at(changed, steps, make=True)
        if isinstance(rows, list):
            _close_all(rows)
            rows.append({ROW: "open"})
            return changed, f"row-{element_id(posted[name])}-{len(rows) - 1}"
        return changed, ""
    rows, index = _at(changed, steps[:-1]), steps[-1] if steps else ""
    if not isinstance(rows, list) or not isinstance(index, int) or index >= len(rows):
        return changed, ""
    listed = re.sub(r"\[[0-9]+\]$", "", posted[name])
    if name == "_remove":
        del rows[index]
        return changed, f"field-{element_id(listed)}"
    if name == "_open":
        _close_all(rows)
    row = rows[index]
    if isinstance(row, dict):
        row[ROW] = "open" if name == "_open" else "closed"
    return changed, f"row-{element_id(posted[name])}"


def _steps(address: str) -> list[str | int]:
    if "$" in address:  # no field is named so, and it could not be kept
        return []
    return [
        int(index) if index else name
        for name, index in re.findall(r"([^.\[\]]+)|\[([0-9]{1,6})\]", address)
        if name or index
    ]


def _at(tree: object, steps: Sequence[str | int], *, make: bool = False) -> object:
    for position, step in enumerate(steps):
        if isinstance(tree, dict) and isinstance(step, str):
            if make and position == len(steps) - 1 and not isinstance(tree.get(step), list):
                tree[step] = []
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def _close_all(rows: list[object]) -> None:
    for row in rows:
        if isinstance(row, dict) and not is_empty(row):
            row[ROW] = "closed"
