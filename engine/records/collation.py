"""Sorting and searching Nordic names alike on every database (decision 16).

Enters: a name. Leaves: a key whose plain byte order is the order of the Swedish and Norwegian alphabets (Å Ä Ö and Æ Ø Å after Z),
and a folded form for searching. Databases sort by locale, version and build; a stored key sorts the same everywhere.
"""

from __future__ import annotations

import unicodedata

_AFTER_Z = {"å": "z1", "ä": "z2", "æ": "z2", "ö": "z3", "ø": "z3"}


def sort_key(name: str) -> str:
    """`Åke` after `Zara`, `Ärla` after `Åke`, `Öberg` last; é as e; case does not count."""
    return "".join(
        _AFTER_Z.get(letter) or _plain(letter) for letter in unicodedata.normalize("NFC", name.casefold())
    )


def search_key(*texts: str) -> str:
    """What a search looks in and for: folded case, one space between words. Å stays Å: it is a letter of its own."""
    return " ".join(unicodedata.normalize("NFC", " ".join(texts)).casefold().split())


def _plain(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
