"""What a password must be, and how it is kept (NIST SP 800-63B-4, 3.1.1).

Enters: a password as typed. Leaves: an argon2 hash, or what is wrong with it. At least fifteen characters and no rule on which; what many
others have chosen, what a keyboard or the alphabet writes by itself, and the names of the person and the place are refused by how few
guesses they take (zxcvbn, whose lists of words and of leaked passwords come with the package; nothing leaves the machine).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import EngineError

LEAST_LETTERS, MOST_LETTERS = 15, 256
LEAST_GUESSES = (
    1e8  # as many as an attacker may get through while being slowed down (zxcvbn's step from 2 to 3)
)
LEAST_OF_ONES_OWN = 8  # letters that are not names of the person or the place
LOOKED_AT = 72  # letters; the pattern search takes too long on more
PRODUCT = ("samordna", "samordnad", "individuell", "plan")

HASHER = PasswordHasher()
"""Argon2id with as much work as RFC 9106 (4) asks for where memory is scarce; a test may ask for less, and an instance is never changed."""


class WeakPassword(EngineError):
    """The password cannot be used: at least fifteen characters, and not one that others guess easily.

    `cause` is `short`, `long` or `common`.
    """

    def __init__(self, cause: str) -> None:
        super().__init__()
        self.cause = cause


def hashed(password: str) -> str:
    """The argon2id hash of a password. Takes tens of milliseconds: never inside a writing transaction."""
    return HASHER.hash(_normal(password))


def checked(password: str, *, known: Collection[str]) -> str:
    """The password, if it may be used by somebody whose names and places are `known`. Raises WeakPassword."""
    if len(_normal(password)) < LEAST_LETTERS:
        raise WeakPassword("short")
    if len(password) > MOST_LETTERS:
        raise WeakPassword("long")
    words = sorted(
        {word for told in (*known, *PRODUCT) for word in told.casefold().split() if len(word) > 2}, key=len
    )
    if (
        _left_of(_normal(password), words) < LEAST_OF_ONES_OWN
        or _guesses(_normal(password), words) < LEAST_GUESSES
    ):
        raise WeakPassword("common")
    return password


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long where there is none. Never inside a writing transaction."""
    if len(password) > MOST_LETTERS:
        return False
    try:
        HASHER.verify(password_hash or _nobodys(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with less work than a hash is made with today."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys() -> str:
    return HASHER.hash("no such person has this password")


def _normal(password: str) -> str:
    """One form for letters that keyboards compose differently."""
    return unicodedata.normalize("NFKC", password)


def _left_of(password: str, words: Sequence[str]) -> int:
    """How many letters and digits are left when names and places are taken out, the longest first."""
    rest = password.casefold()
    for word in reversed(words):
        rest = rest.replace(word, "")
    return sum(one.isalnum() for one in rest)


def _guesses(password: str, words: Sequence[str]) -> float:
    from zxcvbn import zxcvbn  # noqa: PLC0415  its lists are read at import, and few processes need them

    return float(zxcvbn(password[:LOOKED_AT], user_inputs=list(words))["guesses"])
