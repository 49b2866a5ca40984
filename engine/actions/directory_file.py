"""The directory as one CSV file: written out, read back, shown before it is applied, and applied exactly as shown.

Enters: an open transaction and text. Leaves: text, or a plan with the numbers of the lines that are wrong; nothing is applied where
anything is. The file has one row for each row of the directory, told apart by the column `kind`. Cells that a spreadsheet would take for a
formula begin with an apostrophe. What a file leaves out stays as it is; what it says again changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine.access import Actor
from engine.actions.directory_changes import Plan, Unfit, apply, plan
from engine.actions.directory_rules import Change, Problem
from engine.errors import EngineError, StaleCase
from engine.records import directory_book
from engine.records.directory_book import KINDS, Book, Row

COLUMNS = (
    "kind", "id", "name", "type", "principal", "organisation", "parent", "person", "unit", "holder_unit", "role", "title", "phone", "email",
    "address", "reached_by", "active", "valid_from", "valid_to", "successor",
)  # fmt: skip
DATES = frozenset({"valid_from", "valid_to"})
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
MOST_LINES = 100_000
LARGEST = 20_000_000
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class LineError:
    """Something in the file cannot be read; the first line is 1."""

    line: int
    field: str
    message: str
    detail: str = ""


class Unreadable(EngineError):
    """The file cannot be read; `errors` say where."""

    def __init__(self, errors: tuple[LineError, ...]) -> None:
        super().__init__(f"{len(errors)} lines of the file cannot be read")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file would do. `fingerprint` stands for the file and the directory together: applying asks for it again."""

    fingerprint: str
    plan: Plan


def write(book: Book) -> str:
    """The whole book as CSV with semicolons, a byte order mark and CRLF, as spreadsheets here open it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for kind in KINDS:
        for _, row in sorted(book.rows[kind].items()):
            writer.writerow({"kind": kind} | {name: _cell(value) for name, value in row.items()})
    return BOM + out.getvalue()


def read(content: str) -> list[tuple[int, dict[str, str]]]:
    """(line, cells by column) of each row. Takes semicolons, commas or tabs. Raises Unreadable."""
    text = content.removeprefix(BOM)
    if len(text) > LARGEST:
        raise Unreadable((LineError(1, "", "too-large"),))
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        named = [name.strip() for name in reader.fieldnames or ()]
        _check_head(named)
        reader.fieldnames = named
        return list(_rows(reader))
    except csv.Error as error:
        raise Unreadable((LineError(reader.reader.line_num, "", "not-csv"),)) from error


def changes(book: Book, content: str) -> list[Change]:
    """The rows of the file as changes; cells of columns that the file has not stay as the directory has them. Raises Unreadable."""
    found, errors, seen = [], [], dict[tuple[str, ...], int]()
    for line, cells in read(content):
        kind = cells.get("kind", "")
        if kind not in KINDS:
            errors.append(LineError(line, "kind", "not-a-choice", ", ".join(KINDS)))
            continue
        row, wrong = _row(kind, line, cells)
        errors += wrong
        change = Change(kind, row, line)
        if wrong:
            continue
        key = (kind, *change.key)
        if key in seen:
            errors.append(LineError(line, "", "said-twice", str(seen[key])))
            continue
        seen[key] = line
        known = book.rows[kind].get(change.key) or _empty(kind)
        found.append(Change(kind, {**known, **row}, line))
    if errors:
        raise Unreadable(tuple(errors))
    return found


def show(tx: Connection, actor: Actor | None, region_id: str, content: str, *, now: datetime) -> Shown:
    """What the file would do to the directory as it stands. Raises Unreadable."""
    book = directory_book.load(tx, region_id)
    found = plan(tx, actor, book, changes(book, content), now=now)
    told = f"{hashlib.sha256(content.encode()).hexdigest()}{book.fingerprint()}"
    return Shown(hashlib.sha256(told.encode()).hexdigest(), found)


def carry_out(
    tx: Connection, actor: Actor | None, region_id: str, content: str, fingerprint: str, *, now: datetime
) -> Plan:
    """Apply exactly what was shown with that fingerprint.

    Raises StaleCase where the file or the directory is no longer what it was, Unreadable, and Unfit.
    """
    directory_book.hold(tx, region_id)
    shown = show(tx, actor, region_id, content, now=now)
    if shown.plan.problems:
        raise Unfit(shown.plan.problems)
    if shown.fingerprint != fingerprint:
        raise StaleCase("the directory or the file has changed since it was shown")
    apply(tx, actor, region_id, shown.plan.effects, now=now)
    return shown.plan


def line_errors(problems: tuple[Problem, ...]) -> list[LineError]:
    """The problems of a plan, by the lines of the file; what follows from another line has line 0."""
    return [LineError(one.change.line, one.field, one.message, one.detail) for one in problems]


def _check_head(named: list[str]) -> None:
    unknown = [name for name in named if name not in COLUMNS]
    missing = [] if "kind" in named else ["kind"]
    if unknown or missing:
        errors = [LineError(1, name, "unknown-column", ", ".join(COLUMNS)) for name in unknown]
        raise Unreadable(tuple(errors + [LineError(1, name, "missing-column") for name in missing]))
    if len(set(named)) != len(named):
        raise Unreadable((LineError(1, "", "column-twice"),))


def _rows(reader: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for count, cells in enumerate(reader):
        if count >= MOST_LINES:
            raise Unreadable((LineError(reader.line_num, "", "too-large"),))
        if None in cells:
            raise Unreadable((LineError(reader.line_num, "", "too-many-cells"),))
        told = {name: _plain(value or "") for name, value in cells.items()}
        if any(told.values()):
            yield reader.line_num, told


def _row(kind: str, line: int, cells: Mapping[str, str]) -> tuple[Row, list[LineError]]:
    row: Row = {}
    errors = []
    for name, text in cells.items():
        if name == "kind":
            continue
        if name not in KINDS[kind].columns:
            if text:
                errors.append(LineError(line, name, "not-of-this-kind", kind))
            continue
        try:
            row[name] = _value(name, text)
        except ValueError:
            errors.append(LineError(line, name, "not-a-date" if name in DATES else "not-yes-or-no"))
    return row, errors


def _value(name: str, text: str) -> Any:
    if name in DATES:
        return date.fromisoformat(text) if text else None
    if name == "active":
        if text not in ("", "yes", "no"):
            raise ValueError(text)
        return text != "no"
    if name == "reached_by":
        return text or "account"
    return text or None


def _empty(kind: str) -> Row:
    row: Row = dict.fromkeys(KINDS[kind].columns)
    return row | ({"reached_by": "account", "active": True} if kind == "person" else {})


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(text: str) -> str:
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
