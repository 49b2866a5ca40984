"""Text built-ins. Positions count characters (code points) from 1, or from the end when negative."""

from __future__ import annotations

from decimal import Decimal

from engine.expressions import messages, patterns
from engine.expressions.budget import MAX_STRING, LimitExceeded
from engine.expressions.registry import builtin
from engine.expressions.scope import State
from engine.expressions.values import plain


@builtin("substring", "string: string, start position: number, length: number?")
def substring(string: str, start: Decimal, length: Decimal | None) -> str | None:
    first = _position(start, len(string))
    if first is None or (length is not None and length < 1):
        return None
    return string[first:] if length is None else string[first : first + int(min(length, Decimal(MAX_STRING)))]


def _position(start: Decimal, size: int) -> int | None:
    if start == 0 or abs(start) > size:
        return None
    return int(start) - 1 if start > 0 else size + int(start)


@builtin("string length", "string: string")
def string_length(string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(string: str) -> str:
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(string: str) -> str:
    return string.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string")
def substring_after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string, match: string")
def contains(string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string, match: string")
def starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("matches", "input: string, pattern: string, flags: string?")
def matches(state: State, text: str, pattern: str, flags: str | None) -> bool | None:
    return patterns.matches(text, pattern, flags or "", state.budget)


@builtin("replace", "input: string, pattern: string, replacement: string, flags: string?")
def replace(state: State, text: str, pattern: str, replacement: str, flags: str | None) -> str | None:
    return patterns.replace(text, pattern, replacement, flags or "", state.budget)


@builtin("split", "string: string, delimiter: string")
def split(state: State, string: str, delimiter: str) -> list[str] | None:
    parts = patterns.split(string, delimiter, state.budget)
    state.budget.spend(len(parts or ()))
    return parts


@builtin("string join", "list: list, delimiter: string?")
def string_join(state: State, items: list[object], delimiter: str | None) -> str | None:
    texts = [text for text in map(plain, items) if text is not None]
    state.budget.spend(len(items))
    parts = [text for text in texts if isinstance(text, str)]
    if len(parts) != len(texts):
        return None
    if sum(map(len, parts)) + len(parts) * len(delimiter or "") > MAX_STRING:
        raise LimitExceeded(messages.TEXT_TOO_LARGE)
    return (delimiter or "").join(parts)
