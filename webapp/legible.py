"""Text of a routine as it can be told apart by eye: signs that are not seen, turn the line round or pass for others are named.

Enters: what somebody wrote. Leaves: the same, with `[U+202E]` where a reader would be deceived. Only for sentences that people decide by:
what is run, kept and compared stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 300
"""Signs of a text that is quoted; whoever wants all of it opens the file."""
NEAR = 40
"""Signs that stay before the place where two long texts part."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")
"""Letters and marks that show nothing."""
_WORD = re.compile(r"[^\W\d_]+")


def legible(text: str) -> str:
    """Each sign that is not seen in its name's place, and behind each foreign letter within a word of Latin ones its name."""
    if text.isascii() and text.isprintable():
        return text
    told = "".join(" " if one in "\n\r\t" else _named(one) if _is_unseen(one) else one for one in text)
    return _WORD.sub(lambda word: _with_foreign_ones_named(word[0]), told)


def short(text: str) -> str:
    """No longer than can be read in a sentence."""
    return legible(text) if len(text) <= LONGEST else f"{legible(text[:LONGEST])} …"


def apart(one: str, other: str) -> tuple[str, str]:
    """Two texts of which the one became the other, so that it shows in what: long ones from shortly before they part, and with every
    blank and accent named where nothing else tells them apart.
    """
    if one == other:
        return one, other
    if one[:LONGEST] == other[:LONGEST]:
        at = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), LONGEST)
        one, other = (f"… {text[max(0, at - NEAR) :]}" for text in (one, other))
    if _as_seen(one) == _as_seen(other):
        one, other = _exact(one), _exact(other)
    return one, other


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN or _BLANK.match(sign) is not None


def _with_foreign_ones_named(word: str) -> str:
    foreign = {one for one in word if ord(one) > 0xFF and not unicodedata.name(one, "").startswith("LATIN")}
    if not foreign or len(foreign) == len(set(word)):
        return word
    return "".join(f"{one}{_named(one)}" if one in foreign else one for one in word)


def _as_seen(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", legible(text)).split())


def _exact(text: str) -> str:
    """Every blank but a single space between two words, and every accent that is a sign of its own, by its name."""
    told = re.sub(r"(?<=\s)\s|^\s|\s$|[^\S ]", lambda found: _named(found[0]), text)
    return "".join(_named(one) if unicodedata.category(one).startswith("M") else one for one in told)


def _named(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"
