"""Names with spaces and signs: which characters a name may have, and finding the longest known name at a place in a text.

FEEL's grammar depends on the names in scope: `first name` is one name if a variable is called so, and two words otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

SPACE = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
PART = START + "?0-9\xb7\u0300-\u036f\u203f-\u2040"
WORD = re.compile(f"[{START}][{PART}]*|\\?(?:[{START}][{PART}]*)?")
LOOSE = f"[{START}?][{PART}{SPACE}./+*'\u2019-]*?"  # a name up to a delimiter that the caller adds

_NAME = re.compile(f"[{START}?](?:[{PART}{SPACE}./+*'\u2019-]*[{PART}./+*'\u2019-])?")
_PLAIN = re.compile(f"[{START}][{PART}]*")
_SPACES = re.compile(f"[{SPACE}]+")
SPACE_CHARACTERS = "".join(chr(code) for code in range(0x10000) if _SPACES.match(chr(code)))
_TOKEN = re.compile(f"[{PART}]+|[{SPACE}]+|.", re.DOTALL)
_END = ""  # the key under which a tree keeps the name that ends there
_NOTHING: dict[str, Any] = {}


def normalised(name: str) -> str:
    """A name with each run of white space as one blank and none at the ends."""
    return _SPACES.sub(" ", name).strip(" ")


def is_plain(name: str) -> bool:
    """Whether the name is one word, which is found without knowing it."""
    return _PLAIN.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def special(names: frozenset[str]) -> frozenset[str]:
    """Those of `names` that are FEEL names but not one word; other texts (a key such as `1` or `=`) are never names."""
    return frozenset(name for name in names if _NAME.fullmatch(name) and not is_plain(name))


@dataclass(frozen=True, slots=True)
class Found:
    """A name at a place in a text, as it is known, and where the text goes on."""

    name: str
    end: int


class Finder:
    """Finds the longest of some names at a place in a text. Names are kept as a tree of words, signs and blanks."""

    __slots__ = ("_root",)

    def __init__(self, names: Iterable[str]) -> None:
        self._root: dict[str, Any] = {}
        for name in map(normalised, names):
            place = self._root
            for token in _TOKEN.findall(name):
                place = place.setdefault(token, {})
            place[_END] = name

    def match(self, text: str, position: int) -> Found | None:
        place, found = self._root, None
        while place:
            token = _TOKEN.match(text, position)
            if token is None:
                break
            place = place.get(" " if token[0][0] in SPACE_CHARACTERS else token[0], _NOTHING)
            position = token.end()
            if _END in place:
                found = Found(place[_END], position)
        return found


@lru_cache(maxsize=1024)
def finder(names: frozenset[str]) -> Finder:
    """What finds the longest of these names; `names` are as `special` gives them."""
    return Finder(names)
