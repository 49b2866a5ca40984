"""Swedish identity numbers: is it one, when was the person born, and how to find it without keeping it in the clear.

Enters: what somebody typed, or a number as kept. Leaves: twelve digits, a birthday, a keyed hash. No message repeats the number.
Samordningsnummer (day + 60) count; the control digit must be right (lag 1991:481 folkbokföringslag 18 §).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from personnummer import personnummer

from engine.errors import EngineError


class BadIdentityNumber(EngineError):
    """Not an identity number: check the last four digits."""


def normalised(typed: str) -> str:
    """Twelve digits, from any usual way of writing it. Raises BadIdentityNumber."""
    try:
        return str(personnummer.parse(typed.strip()).format(True))
    except personnummer.PersonnummerException as error:
        raise BadIdentityNumber from error


def born_on(number: str) -> date:
    """The day of birth that the number carries."""
    day = int(number[6:8])
    return date(int(number[:4]), int(number[4:6]), day - 60 if day > 60 else day)


def keyed_hash(typed: str, key: str) -> str:
    """The same for every way of writing the number, and useless without the key (HMAC-SHA-256)."""
    return hmac.new(key.encode(), normalised(typed).encode(), hashlib.sha256).hexdigest()
