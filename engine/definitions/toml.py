"""TOML files of a routine and a region, with findings instead of exceptions.

Enters: bytes. Leaves: tables, or BrokenDefinition naming the line where it cannot be read. `Table` takes out
one value at a time and remembers what was missing, of the wrong kind or never asked for, so that a misspelt
name does not pass unseen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from typing import TypeVar

from engine.errors import BrokenDefinition, Finding

MAX_BYTES = 500_000

T = TypeVar("T")


def read(data: bytes, *, path: str) -> dict[str, object]:
    """The tables of a file; raises BrokenDefinition."""
    if len(data) > MAX_BYTES:
        raise _refusal(path, 1, f"The file is larger than {MAX_BYTES // 1000} kB.")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _refusal(path, 1, "The file is not readable text. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise _refusal(path, int(found[1]) if found else 1, f"This is not readable TOML: {reason}.") from None
    except RecursionError:
        raise _refusal(path, 1, "The file is nested too deep.") from None


def _refusal(path: str, line: int, message: str) -> BrokenDefinition:
    return BrokenDefinition((Finding(path, line, "error", "toml-syntax", "", message),))


class Table:
    """One table that is being read; `findings` grows with each value that is not as expected."""

    def __init__(self, values: Mapping[str, object], data: bytes, path: str, rule: str) -> None:
        self.values = values
        self.path = path
        self.rule = rule
        self.findings: list[Finding] = []
        self._lines = data.decode("utf-8-sig", errors="replace").splitlines()
        self._asked: set[str] = set()

    def text(self, name: str, *, needed: bool = False) -> str:
        """A text, or '' with a finding where it is needed."""
        value = self._value(name, str, "a text in quotation marks")
        if needed and not value:
            self.wrong(name, f"{name} is missing. Add it.")
        return value or ""

    def day(self, name: str) -> date | None:
        """A date, written without quotation marks."""
        return self._value(name, date, "a date such as 2026-01-31, without quotation marks")

    def clock(self, name: str, otherwise: time) -> time:
        """A time of day, with or without quotation marks."""
        value = self.values.get(name)
        if isinstance(value, str) and re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", value):
            self._asked.add(name)
            return time.fromisoformat(value)
        return self._value(name, time, "a time such as 16:30:00") or otherwise

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        found = self._value(name, list, "a list of texts") or []
        if not all(isinstance(one, str) for one in found):
            self.wrong(name, f"{name} must be a list of texts.")
        return tuple(one for one in found if isinstance(one, str))

    def days(self, name: str) -> tuple[date, ...]:
        """A list of dates."""
        found = self._value(name, list, "a list of dates") or []
        if not all(isinstance(one, date) for one in found):
            self.wrong(name, f"{name} must be a list of dates without quotation marks.")
        return tuple(one for one in found if isinstance(one, date))

    def named(self, name: str) -> dict[str, str]:
        """A table of texts."""
        found = self._value(name, dict, "a table of texts") or {}
        if not all(isinstance(one, str) for one in found.values()):
            self.wrong(name, f"{name} must be a table of texts.")
        return {str(key): one for key, one in found.items() if isinstance(one, str)}

    def table(self, name: str) -> dict[str, object]:
        """An inner table."""
        return dict(self._value(name, dict, "a table") or {})

    def tables(self, name: str) -> list[dict[str, object]]:
        """Inner tables, each begun with `[[name]]`."""
        found = self._value(name, list, "tables, each begun with two brackets") or []
        if not all(isinstance(one, dict) for one in found):
            self.wrong(name, f"{name} must be tables, each begun with two brackets.")
        return [dict(one) for one in found if isinstance(one, dict)]

    def whole(self, name: str) -> int | None:
        """A whole number."""
        return self._value(name, int, "a whole number")

    def truth(self, name: str) -> bool:
        """`true` or `false`; false where it is not there."""
        return self._value(name, bool, "true or false") is True

    def leftovers(self) -> list[Finding]:
        """Everything found so far; names that nobody asked for are misspelt."""
        for name in self.values:
            if name not in self._asked:
                known = ", ".join(sorted(self._asked))
                self.wrong(name, f"{name[:60]} is unknown here. Known are: {known}.")
        return self.findings

    def finish(self) -> None:
        """Raise what was found."""
        if found := self.leftovers():
            raise BrokenDefinition(tuple(found))

    def wrong(self, name: str, message: str) -> None:
        """Remember a finding at the line where `name` stands."""
        pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(name)}[\"']?\s*[=.\]]")
        line = next((number for number, text in enumerate(self._lines, 1) if pattern.match(text)), 1)
        self.findings.append(Finding(self.path, line, "error", self.rule, "", message))

    def _value(self, name: str, kind: type[T], words: str) -> T | None:
        self._asked.add(name)
        value = self.values.get(name)
        if value is None or isinstance(value, kind):
            return value
        self.wrong(name, f"{name} must be {words}.")
        return None
