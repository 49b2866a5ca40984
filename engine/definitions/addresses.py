"""Addresses of answers: `goals[1].activities[0].responsible`.

Enters: the flat names a browser posts, or nested values. Leaves: the other of the two. A row's number only
says its order: rows that the person removed leave gaps, and a huge number is an address that is refused,
never a huge list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from engine.errors import FieldError, InvalidForm

MAX_ROWS = 200
MAX_INDEX = 500  # rows that were removed on the page leave gaps
MAX_DEPTH = 8
MAX_NAMES = 5_000

_GAP: Mapping[str, object] = MappingProxyType({})
_STEP = re.compile(r"\.?(?!\$)([^.\[\]]{1,100})|\[([0-9]{1,6})\]")  # `$` is the keeping of values' own


def nest(flat: Mapping[str, str | Sequence[str]]) -> dict[str, object]:
    """Posted names to nested values; rows keep the number they were posted with. Raises InvalidForm for an
    address that cannot be.
    """
    if len(flat) > MAX_NAMES:
        raise InvalidForm((FieldError("", "too-many-fields", (("max", str(MAX_NAMES)),)),))
    tree: dict[str | int, object] = {}
    for address, value in flat.items():
        place, steps = tree, _steps(address)
        for step in steps[:-1]:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                raise _refused(address)
            place = inner
        if isinstance(place.get(steps[-1]), dict):
            raise _refused(address)
        place[steps[-1]] = list(value) if not isinstance(value, str) else value
    return {str(key): _settled(value, str(key)) for key, value in tree.items()}


def flatten(values: Mapping[str, object]) -> dict[str, object]:
    """Nested values to addresses; a list of plain values stays one value under its own address."""
    return dict(_flat(values, ""))


def _flat(value: object, address: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{address}.{key}" if address else str(key))
    elif isinstance(value, list) and any(isinstance(row, Mapping) for row in value):
        for index, row in enumerate(value):
            yield from _flat(row, f"{address}[{index}]")
    else:
        yield address, value


def _steps(address: str) -> list[str | int]:
    steps: list[str | int] = []
    at = 0
    while at < len(address):
        match = _STEP.match(address, at)
        if match is None or len(steps) == 2 * MAX_DEPTH:
            raise _refused(address)
        steps.append(match[1] if match[1] is not None else int(match[2]))
        at = match.end()
    if not steps or not isinstance(steps[0], str):
        raise _refused(address)
    return steps


def _settled(value: object, address: str) -> object:
    """Numbered places become rows in the order of their numbers; each keeps its number in the address only on
    the page.
    """
    if not isinstance(value, dict):
        return value
    if any(isinstance(key, int) for key in value):
        if not all(isinstance(key, int) for key in value) or max(value) > MAX_INDEX:
            raise _refused(address)
        rows: list[object] = [_GAP] * (max(value) + 1)
        for index, row in value.items():
            rows[index] = _settled(row, f"{address}[{index}]")
        return rows
    return {key: _settled(inner, f"{address}.{key}") for key, inner in value.items()}


def _refused(address: str) -> InvalidForm:
    return InvalidForm((FieldError(address[:200], "unknown-field"),))
