"""XPath regular expressions (XQuery and XPath Functions and Operators, 5.6) by way of the `regex` package.

Enters: text, pattern, flags out of `smix`. Leaves: the answer, or None when the pattern or the flags are not valid.
The pattern is translated piece by piece, and what XPath does not allow is refused; a time limit guards against patterns
that would run for ever.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from . import messages
from .budget import MAX_REGEX_SECONDS, MAX_STRING, LimitExceeded
from .patterns_translation import InvalidPattern, translated

_MAX_PATTERN = 2_000


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> regex.Pattern[str] | None:
    if len(pattern) > _MAX_PATTERN or set(flags) - set("smix"):
        return None
    options = regex.V1 | regex.UNICODE
    for letter, option in (("i", regex.IGNORECASE), ("m", regex.MULTILINE), ("s", regex.DOTALL)):
        if letter in flags:
            options |= option
    try:
        return regex.compile(translated(pattern, flags), options)
    except (InvalidPattern, regex.error, RecursionError, OverflowError):
        return None


def matches(text: str, pattern: str, flags: str) -> bool | None:
    compiled = _compiled(pattern, flags)
    if compiled is None:
        return None
    try:
        return compiled.search(text, timeout=MAX_REGEX_SECONDS) is not None
    except TimeoutError:
        raise LimitExceeded(messages.SLOW_PATTERN) from None


def split(text: str, pattern: str) -> list[str] | None:
    compiled = _compiled(pattern, "")
    if compiled is None or compiled.search("", timeout=MAX_REGEX_SECONDS):
        return None
    try:
        pieces, start = [], 0
        for found in compiled.finditer(text, timeout=MAX_REGEX_SECONDS):
            pieces.append(text[start : found.start()])
            start = found.end()
        return [*pieces, text[start:]]
    except TimeoutError:
        raise LimitExceeded(messages.SLOW_PATTERN) from None


def replace(text: str, pattern: str, replacement: str, flags: str) -> str | None:
    compiled = _compiled(pattern, flags)
    if compiled is None:
        return None
    parts = _replacement(replacement, compiled.groups)
    if parts is None:
        return None
    try:
        if compiled.search("", timeout=MAX_REGEX_SECONDS):
            return None  # XPath forbids a pattern that matches nothing
        result = compiled.sub(
            lambda found: "".join(part if isinstance(part, str) else found[part] or "" for part in parts),
            text,
            timeout=MAX_REGEX_SECONDS,
        )
    except TimeoutError:
        raise LimitExceeded(messages.SLOW_PATTERN) from None
    if len(result) > MAX_STRING:
        raise LimitExceeded(messages.TEXT_TOO_LARGE)
    return result


def _replacement(text: str, groups: int) -> list[str | int] | None:
    r"""`$n` as group numbers, `\$` and `\\` as themselves; None when another backslash or dollar stands alone."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        sign = text[position]
        position += 1
        if sign == "\\":
            if text[position : position + 1] not in ("\\", "$"):
                return None
            parts.append(text[position])
            position += 1
        elif sign == "$":
            end = position
            while end < len(text) and text[end] in "0123456789":
                end += 1
            if end == position:
                return None
            while end > position + 1 and int(text[position:end]) > groups:
                end -= 1
            number = int(text[position:end])
            parts.append(number if number <= groups else "")
            position = end
        else:
            parts.append(sign)
    return parts
