"""JSON whose objects know on which line they begin.

Enters: the bytes of a JSON file (UTF-8, UTF-16 or UTF-32). Leaves: dicts, lists, strings, Decimals, booleans
and None, or BrokenDefinition with the line. A name used twice in one object, nesting beyond the limit,
numbers that are no decimal numbers and characters that a database cannot keep are refused rather than lost.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from decimal import Decimal
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out

from engine.errors import BrokenDefinition, Finding

MAX_BYTES = 1_000_000
MAX_DEPTH = 30

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?")
_LITERALS: tuple[tuple[str, object], ...] = (("true", True), ("false", False), ("null", None))
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class Located(dict[str, object]):
    """A JSON object and the line on which it begins."""

    __slots__ = ("line",)

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class _Broken(ValueError):
    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message, self.at = message, at


def read(data: bytes, *, path: str) -> object:
    """The value that `data` holds; raises BrokenDefinition naming `path` and the line."""
    if len(data) > MAX_BYTES:
        raise _refusal(path, 1, f"The file is larger than {MAX_BYTES // 1000} kB.")
    try:
        text = data.decode(json.detect_encoding(data)).lstrip("\ufeff")
    except UnicodeDecodeError:
        raise _refusal(path, 1, "The file is not readable text. Save it as UTF-8.") from None
    try:
        return _Reader(text).document()
    except _Broken as broken:
        line = text.count("\n", 0, broken.at) + 1
        raise _refusal(path, line, f"This is not readable JSON: {broken.message}.") from None


def _refusal(path: str, line: int, message: str) -> BrokenDefinition:
    return BrokenDefinition((Finding(path, line, "error", "form-syntax", "", message),))


class _Reader:
    """One walk through one text; every method takes an offset and gives back a value and the offset after it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._breaks = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> object:
        value, at = self._value(self._skip(0), 1)
        if self._skip(at) != len(self.text):
            raise _Broken("something stands after its end", at)
        return value

    def _sign(self, at: int) -> str:
        return self.text[at : at + 1]

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        assert match is not None
        return match.end()

    def _value(self, at: int, depth: int) -> tuple[object, int]:
        if depth > MAX_DEPTH:
            raise _Broken(f"it is nested too deep (more than {MAX_DEPTH} levels)", at)
        sign = self._sign(at)
        if sign == "{":
            return self._object(at, depth)
        if sign == "[":
            return self._list(at, depth)
        if sign == '"':
            return self._string(at)
        for word, value in _LITERALS:
            if self.text.startswith(word, at):
                return value, at + len(word)
        number = _NUMBER.match(self.text, at)
        if number is None:
            raise _Broken("a value is missing or is not understood", at)
        return Decimal(number.group()), number.end()

    def _string(self, at: int) -> tuple[str, int]:
        try:
            value, end = scanstring(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            raise _Broken(error.msg[:1].lower() + error.msg[1:], at) from None
        if _FORBIDDEN.search(value):
            raise _Broken("a text holds control characters or half characters", at)
        return value, end

    def _list(self, at: int, depth: int) -> tuple[list[object], int]:
        values: list[object] = []
        at = self._skip(at + 1)
        if self._sign(at) == "]":
            return values, at + 1
        while True:
            value, at = self._value(at, depth + 1)
            values.append(value)
            at = self._skip(at)
            if self._sign(at) == "]":
                return values, at + 1
            if self._sign(at) != ",":
                raise _Broken("a comma or ] is missing", at)
            at = self._skip(at + 1)

    def _object(self, at: int, depth: int) -> tuple[Located, int]:
        found = Located(bisect_left(self._breaks, at) + 1)
        at = self._skip(at + 1)
        if self._sign(at) == "}":
            return found, at + 1
        while True:
            at = self._skip(self._pair(at, depth, found))
            if self._sign(at) == "}":
                return found, at + 1
            if self._sign(at) != ",":
                raise _Broken("a comma or } is missing", at)
            at = self._skip(at + 1)

    def _pair(self, at: int, depth: int, found: Located) -> int:
        if self._sign(at) != '"':
            raise _Broken('a name in " is missing', at)
        name, after = self._string(at)
        after = self._skip(after)
        if self._sign(after) != ":":
            raise _Broken("a : is missing", after)
        if name in found:
            raise _Broken("the same name stands twice in one object", at)
        found[name], after = self._value(self._skip(after + 1), depth + 1)
        return after
