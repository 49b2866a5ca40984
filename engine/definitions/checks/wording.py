"""Words that the findings share."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, '' where none is close. Only words of about the same length are compared: it is
    dear.
    """
    if len(word) > 60:
        return ""
    alike = [
        one
        for one in known
        if abs(len(one) - len(word)) <= 3 and (one[:1] == word[:1] or one[-2:] == word[-2:])
    ]
    return next(iter(get_close_matches(word, alike[:50], 1)), "")
