"""Swedish and Norwegian identity numbers: is it one, when was the person born, and how to find it without keeping it in the clear.

Enters: what somebody typed, or a number as kept. Leaves: twelve digits (Sweden) or eleven (Norway), a birthday, a keyed hash; how many
there are says which it is. No message repeats the number. Samordningsnummer (day + 60) and D-nummer (day + 40) count; the control digits
must be right (folkbokföringslagen 1991:481, 18 §; folkeregisterforskriften § 2-2-1). Made-up Norwegian numbers have month + 80.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from personnummer import personnummer

from engine.errors import EngineError

NORWEGIAN = 11  # digits
WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
"""Each sum must be divisible by eleven; the last weight of each is that of its control digit."""
D_NUMBER, MADE_UP = 40, 80  # added to the day, and to the month


class BadIdentityNumber(EngineError):
    """Not an identity number: check the last digits."""


def normalised(typed: str) -> str:
    """Twelve digits, or eleven for Norway, from any usual way of writing it. Raises BadIdentityNumber."""
    bare = "".join(typed.split())
    if len(bare) == NORWEGIAN and bare.isascii() and bare.isdecimal():
        return _norwegian(bare)
    try:
        return str(personnummer.parse(typed.strip()).format(True))
    except personnummer.PersonnummerException as error:
        raise BadIdentityNumber from error


def born_on(number: str) -> date:
    """The day of birth that the number carries."""
    if len(number) == NORWEGIAN:
        return _norwegian_birthday(number)
    day = int(number[6:8])
    return date(int(number[:4]), int(number[4:6]), day - 60 if day > 60 else day)


def is_made_up(number: str) -> bool:
    """Whether it is one of those that Norway gives out for trying systems with: nobody has it, and nobody will."""
    return len(number) == NORWEGIAN and int(number[2:4]) > MADE_UP


def keyed_hash(typed: str, key: str) -> str:
    """The same for every way of writing the number, and useless without the key (HMAC-SHA-256)."""
    return hmac.new(key.encode(), normalised(typed).encode(), hashlib.sha256).hexdigest()


def _norwegian(bare: str) -> str:
    digits = [int(one) for one in bare]
    sums = (sum(a * b for a, b in zip(weights, digits, strict=False)) for weights in WEIGHTS)
    if any(total % 11 for total in sums):
        raise BadIdentityNumber
    try:
        _norwegian_birthday(bare)
    except ValueError as error:
        raise BadIdentityNumber from error
    return bare


def _norwegian_birthday(number: str) -> date:
    """Day, month, year; the three digits after them tell the century. ValueError where there is no such day."""
    day, month, year, serial = int(number[:2]), int(number[2:4]), int(number[4:6]), int(number[6:9])
    day -= D_NUMBER if day > D_NUMBER else 0
    month -= MADE_UP if month > MADE_UP else 0
    return date(_century(year, serial) + year, month, day)


def _century(year: int, serial: int) -> int:
    if serial < 500:
        return 1900
    if year < 40:
        return 2000
    if serial < 750 and year >= 54:
        return 1800
    if serial >= 900:
        return 1900
    raise ValueError("no century has such a serial number")
