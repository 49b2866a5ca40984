"""Names with spaces and signs: which characters a name may have, and finding the longest known name at a place in a text.

FEEL's grammar depends on the names in scope: `first name` is one name if a variable is called so, and two words otherwise.
"""

from __future__ import annotations

import re
from functools import lru_cache

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
_ENDS_IN_PART = re.compile(f"[{PART}]$")
_NEVER = re.compile(r"(?!)")


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


@lru_cache(maxsize=1024)
def finder(names: frozenset[str]) -> re.Pattern[str]:
    """A pattern that matches the longest of these names; `names` are as `special` gives them."""
    if not names:
        return _NEVER
    return re.compile("|".join(_pattern(name) for name in sorted(names, key=len, reverse=True)))


def _pattern(name: str) -> str:
    words = f"[{SPACE}]+".join(re.escape(word) for word in normalised(name).split(" "))
    return words + (f"(?![{PART}])" if _ENDS_IN_PART.search(name) else "")


SPACE_CHARACTERS = "".join(chr(code) for code in range(0x10000) if _SPACES.match(chr(code)))
