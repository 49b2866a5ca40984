"""The tables of a TOML file, each knowing the lines it was written on.

Enters: the bytes of a file. Leaves: `Part`s from which one value at a time is taken, and findings at the right line for what is
missing, of the wrong kind, or unknown: a misspelt expectation that nobody looks at would pass for ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TypeVar

from engine.definitions import toml
from engine.errors import BrokenDefinition, Finding

T = TypeVar("T")

YEARS = (1900, 2199)
"""Of virtual time."""
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z_]+)((?:\.[A-Za-z_\"' .]+)?)\s*\]?\]")


class Source:
    """One file while it is read; `findings` grows."""

    def __init__(self, data: bytes, path: str) -> None:
        self.path = path
        self.top = toml.read(data, path=path)
        self.lines = data.decode("utf-8-sig", errors="replace").splitlines()
        self.findings: list[Finding] = []
        self._blocks = _blocks(self.lines)

    def part(self, name: str, values: object, number: int = 0) -> Part:
        """The table `[name]`, or the `number`-th `[[name]]` counted from 0; '' is what stands before every header."""
        found = [lines for block, lines in self._blocks if block == name]
        lines = found[number] if number < len(found) else (1, len(self.lines))
        if not isinstance(values, Mapping):
            self.wrong(lines[0], f"{name} must be a table.")
        return Part(self, values if isinstance(values, Mapping) else {}, lines)

    def wrong(self, line: int, message: str) -> None:
        """Remember a finding."""
        self.findings.append(Finding(self.path, line, "error", "scenario", "", message))

    def finish(self) -> None:
        """Raise BrokenDefinition with all that was found."""
        if self.findings:
            raise BrokenDefinition(tuple(sorted(self.findings, key=lambda one: one.line)))


class Part:
    """One table while it is read."""

    def __init__(self, source: Source, values: Mapping[str, object], lines: tuple[int, int]) -> None:
        self.source, self.values, self.lines = source, values, lines
        self._asked: set[str] = set()

    @property
    def line(self) -> int:
        """Where the table begins."""
        return self.lines[0]

    def line_of(self, word: str) -> int:
        """The line where a key or a quoted value stands, else the first of the table."""
        wanted = re.compile(rf"(?:^|[\s{{,.\[])[\"']?{re.escape(word)}(?:[\"']|\s*[=.\]])")
        first, last = self.lines
        return next((n for n in range(first, last + 1) if wanted.search(self.source.lines[n - 1])), first)

    def wrong(self, word: str, message: str) -> None:
        """Remember a finding where `word` stands."""
        self.source.wrong(self.line_of(word), message)

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        return name in self.values

    def take(self, name: str, kind: type[T], words: str) -> T | None:
        """The value, or None; a finding where it is of another kind."""
        self._asked.add(name)
        value = self.values.get(name)
        if value is None or (isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)):
            return value
        self.wrong(name, f"{name} must be {words}.")
        return None

    def text(self, name: str) -> str:
        """A text, '' where there is none."""
        return self.take(name, str, "a text in quotation marks") or ""

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value and not self.has(name):
            self.wrong(name, f"{name} is missing. Add it.")
        return value

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts; None where there is none."""
        found = self.take(name, list, "a list of texts")
        if found is not None and not all(isinstance(one, str) for one in found):
            self.wrong(name, f"{name} must be a list of texts.")
            return ()
        return None if found is None else tuple(found)

    def instant(self, name: str) -> datetime | None:
        """A date and time; one without an offset is the region's, which the reader adds. No year in which days cannot be counted."""
        words = "a date and time such as 2026-03-02T10:00:00+01:00, without quotation marks"
        found = self.take(name, datetime, words)
        if found is not None and not YEARS[0] <= found.year <= YEARS[1]:
            self.wrong(name, f"{name} must be in the years from {YEARS[0]} to {YEARS[1]}.")
            return None
        return found

    def day(self, name: str) -> date | None:
        """A date without a time."""
        found = self.take(name, date, "a date such as 2026-03-02, without quotation marks")
        return found if not isinstance(found, datetime) else found.date()

    def mapping(self, name: str) -> Mapping[str, object]:
        """An inner table as it stands."""
        return self.take(name, dict, "a table") or {}

    def inner(self, name: str) -> Part:
        """An inner table that is read in turn; its keys stand on this table's lines."""
        return Part(self.source, self.mapping(name), self.lines)

    def no_others(self) -> None:
        """What nobody asked for is misspelt."""
        for name in self.values:
            if name not in self._asked:
                self.wrong(name, f"{name[:60]} is unknown here. Known are: {', '.join(sorted(self._asked))}.")


def plain(value: object) -> object:
    """A TOML value as an answer to a form: a browser posts days and times as text."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case dict():
            return {str(name): plain(one) for name, one in value.items()}
        case list():
            return [plain(one) for one in value]
    return value


def _blocks(lines: list[str]) -> list[tuple[str, tuple[int, int]]]:
    """(name, first and last line) of each table; `[step.data]` belongs to the `[[step]]` above it."""
    starts: list[tuple[str, int]] = [("", 1)]
    for number, text in enumerate(lines, 1):
        header = _HEADER.match(text)
        if header is not None and not (header[2] and header[1] == starts[-1][0]):
            starts.append((header[1], number))
    ends = [line - 1 for _, line in starts[1:]] + [len(lines)]
    return [(name, (first, max(first, last))) for (name, first), last in zip(starts, ends, strict=True)]
