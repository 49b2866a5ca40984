"""What may be chosen in the directory's forms: only what the person who fills them in keeps.

Enters: the directory, a kind of row, a field and what the row says so far. Leaves: (value, words) in the order of the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.access import Act, DirectoryObject, may
from engine.access.actor import REGION_WIDE
from engine.actions import directory_rules
from engine.records.collation import sort_key
from engine.records.directory_book import Book, Row
from webapp.auth import actor
from webapp.pages import directory_words as told


def of(book: Book, kind: str, name: str, row: Row) -> list[tuple[str, str]] | None:
    """The choices of a field; none where it is written."""
    rows = _rows(book, name, row)
    if rows is not None:
        return named(rows)
    if name == "role":
        given = [one for one in directory_rules.ROLES if one not in REGION_WIDE or region_wide(book)]
        return [(one, told.role(one)) for one in given]
    if (kind, name) == ("unit", "type"):
        return _unit_types(book, row)
    functions = directory_rules.FUNCTIONS if (kind, name) == ("function", "type") else None
    fixed: Sequence[str] | None = directory_rules.CHOICES.get((kind, name), functions)
    return [(one, told.choice(kind, name, one)) for one in fixed] if fixed else None


def _rows(book: Book, name: str, row: Row) -> list[Row] | None:
    """The rows of the directory that a field may point at."""
    mine = kept(book)
    match name:
        case "principal":
            return [one for one in book.all("principal") if one["id"] in mine and not one["valid_to"]]
        case "organisation":
            within = {row["principal"]} & mine if row.get("principal") else mine
            return [one for one in book.all(name) if one["principal"] in within and not one["valid_to"]]
        case "parent" | "unit" | "holder_unit":
            within = {row["principal"]} & mine if row.get("principal") and name == "parent" else mine
            return [one for one in book.all("unit") if one["principal"] in within and not one["valid_to"]]
        case "person":
            return [one for one in book.all("person") if one["active"]]
    return None


def kept(book: Book) -> set[str]:
    """The principals whose part of the directory the person keeps."""
    return {
        str(one["id"])
        for one in book.all("principal")
        if may(actor(), Act.DIRECTORY_MANAGE, DirectoryObject(book.region_id, frozenset({one["id"]})))
    }


def region_wide(book: Book) -> bool:
    """Whether the person keeps the directory of the whole region."""
    return bool(may(actor(), Act.DIRECTORY_MANAGE, DirectoryObject(book.region_id)))


def _unit_types(book: Book, row: Row) -> list[tuple[str, str]]:
    """The kinds in words, each once: of two that are called the same, the one that the region uses."""
    used = {str(one["type"]) for one in book.all("unit")}
    found = {
        told.unit_type(one): one for one in (*told.unit_types(), *sorted(used), str(row.get("type") or ""))
    }
    return sorted(((one, words) for words, one in found.items() if one), key=lambda pair: sort_key(pair[1]))


def named(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Rows by their names."""
    return [
        (str(one["id"]), str(one["name"])) for one in sorted(rows, key=lambda row: sort_key(str(row["name"])))
    ]
