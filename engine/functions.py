"""The functions that FEEL is handed besides its own: how routines call them, and what each gives.

Enters: nothing. Leaves: names, parameters and kinds of value, for whoever reads an expression and for whoever runs one. What they
do is said where they are made: `engine.deadlines.counted` and `engine.actions.ground`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Handed:
    """One function. `gives` is the FEEL kind of its result; a null may always come instead."""

    name: str
    parameters: tuple[str, ...]
    gives: str


HANDED = (
    Handed("working days", ("from", "n"), "date and time"),
    Handed("rolled days", ("from", "n"), "date and time"),
    Handed("unit", ("id",), "context"),
    Handed("managing unit", ("id", "level"), "string"),
    Handed("unit holding", ("function", "id"), "string"),
)
NAMES = tuple(one.name for one in HANDED)
"""A name with a blank is one name only to a parser that was told so."""
