"""Which passages of a text became others: for documents and other long texts.

Enters: two texts. Leaves: pairs of passages, before and after, widened to whole words; one of a pair may be ''.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

WORD = re.compile(r"\w+|\s+|[^\w\s]")
NEAR = 2  # unchanged words between two changes that are told as one
AROUND = 2  # a word and the blank beside it
MOST_WORDS, MOST_LINES = 20_000, 6_000
"""Of both texts together: laying side by side takes the square of what repeats itself. What is longer is one passage."""


def passages(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The passages that differ, in the order of the text, with the words around them that make them readable."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) + len(new) > MOST_LINES:
        yield _plain(before), _plain(after)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _within("".join(old[a:b]), "".join(new[c:d]))


def _within(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = WORD.findall(before), WORD.findall(after)
    if not before.strip() or not after.strip() or len(old) + len(new) > MOST_WORDS:
        yield _plain(before), _plain(after)
        return
    found: list[list[int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if found and a - found[-1][1] <= 2 * NEAR:
            found[-1][1], found[-1][3] = b, d
        else:
            found.append([a, b, c, d])
    for a, b, c, d in found:
        left = min(a, c, AROUND)
        right = min(len(old) - b, len(new) - d, AROUND)
        yield _plain("".join(old[a - left : b + right])), _plain("".join(new[c - left : d + right]))


def _plain(text: str) -> str:
    return " ".join(text.split())
