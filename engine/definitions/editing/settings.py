"""`routine.toml`, changed as a form.

Enters: the bytes of the file. Leaves: the values that people change, and the bytes with those rewritten; comments and keys that nobody
asked about stay. What a value may be is said by `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item, Table

from engine.errors import BrokenDefinition, Finding

TEXTS = ("title", "description", "owner", "deviation", "based_on")
LISTS = ("start_roles", "linked")
DOCUMENT = "governing_document"
IN_DOCUMENT = ("register_number", "decided_by", "valid_from")
KEYS = (*TEXTS, *LISTS, *(f"{DOCUMENT}.{name}" for name in IN_DOCUMENT))


def values(data: bytes, path: str) -> dict[str, str]:
    """Key -> what stands there, lists as words divided by blanks, days as `2026-03-02`. Raises BrokenDefinition."""
    document = _read(data, path)
    found: dict[str, str] = {}
    for key in KEYS:
        head, _, rest = key.partition(".")
        held = document.get(head)
        if rest:
            held = held.get(rest) if isinstance(held, Mapping) else None
        found[key] = " ".join(map(str, held)) if isinstance(held, list) else "" if held is None else str(held)
    return found


def changed(data: bytes, path: str, answers: Mapping[str, str]) -> bytes:
    """The file with these keys as they are given; an empty one is taken away. Raises BrokenDefinition."""
    document, stands = _read(data, path), values(data, path)
    for key, given in answers.items():
        if key in stands and given.strip() != stands[key]:
            _write(document, key, given.strip())
    return tomlkit.dumps(document).encode()


def _write(document: tomlkit.TOMLDocument, key: str, given: str) -> None:
    head, _, rest = key.partition(".")
    if not rest:
        _put(document, head, _item(head, given))
        return
    table = document.get(head)
    if not isinstance(table, Table):
        table = tomlkit.table()
        document[head] = table
    _put(table, rest, _item(rest, given))


def _put(holder: tomlkit.TOMLDocument | Table, key: str, item: Item | None) -> None:
    if item is not None:
        holder[key] = item
    elif key in holder:
        del holder[key]


def _item(key: str, given: str) -> Item | None:
    if not given:
        return None
    if key in LISTS:
        return tomlkit.item(given.split())
    if key == "valid_from":
        try:
            return tomlkit.item(date.fromisoformat(given))
        except ValueError:
            return tomlkit.item(given)  # kept as it was written; the checks say what is wrong
    return tomlkit.item(given)


def _read(data: bytes, path: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(data.decode("utf-8"))
    except (TOMLKitError, UnicodeDecodeError, RecursionError) as error:
        line = int(getattr(error, "line", 1) or 1)
        raise BrokenDefinition(
            (Finding(path, line, "error", "toml-syntax", "", "The file cannot be read as TOML."),)
        ) from error
