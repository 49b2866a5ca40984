"""XPath regular expressions (XQuery and XPath Functions and Operators, 5.6) by way of the `regex` package.

Enters: text, pattern, flags out of `smix`. Leaves: the answer, or None when the pattern or the flags are not valid.
The pattern is translated piece by piece, and what XPath does not allow is refused. What a pattern costs cannot be counted
beforehand, so all searches of one evaluation share a little processor time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from time import thread_time
from typing import TypeVar

import regex

from . import messages
from .budget import MAX_STRING, Budget, LimitExceeded
from .patterns_translation import InvalidPattern, translated

_MAX_PATTERN = 2_000
_SEARCH = 20  # steps: what a search costs at least

T = TypeVar("T")


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


def _searched(pattern: str, budget: Budget, search: Callable[[float], T]) -> T:
    """What `search` finds within the seconds it is given; raises `LimitExceeded` when those are not enough."""
    budget.spend(_SEARCH + len(pattern))
    if budget.searching <= 0:
        raise LimitExceeded(messages.SLOW_PATTERN)
    started = thread_time()
    try:
        return search(budget.searching)
    except TimeoutError:
        raise LimitExceeded(messages.SLOW_PATTERN) from None
    finally:
        budget.searching -= thread_time() - started


def matches(text: str, pattern: str, flags: str, budget: Budget) -> bool | None:
    def search(seconds: float) -> bool | None:
        compiled = _compiled(pattern, flags)
        return None if compiled is None else compiled.search(text, timeout=seconds) is not None

    return _searched(pattern, budget, search)


def split(text: str, pattern: str, budget: Budget) -> list[str] | None:
    def search(seconds: float) -> list[str] | None:
        compiled = _compiled(pattern, "")
        if compiled is None or compiled.search("", timeout=seconds):
            return None  # XPath forbids a pattern that matches nothing
        pieces, start = [], 0
        for found in compiled.finditer(text, timeout=seconds):
            pieces.append(text[start : found.start()])
            start = found.end()
        return [*pieces, text[start:]]

    return _searched(pattern, budget, search)


def replace(text: str, pattern: str, replacement: str, flags: str, budget: Budget) -> str | None:
    def search(seconds: float) -> str | None:
        compiled = _compiled(pattern, flags)
        parts = None if compiled is None else _replacement(replacement, compiled.groups)
        if compiled is None or parts is None or compiled.search("", timeout=seconds):
            return None  # not valid, or it matches nothing
        return compiled.sub(
            lambda found: "".join(part if isinstance(part, str) else found[part] or "" for part in parts),
            text,
            timeout=seconds,
        )

    result = _searched(pattern, budget, search)
    if result is not None and len(result) > MAX_STRING:
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
