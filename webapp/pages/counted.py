"""A table of counts with its title and its meaning in words, none of them small: what the pages and files of figures are made of.

Enters: counts that are protected already (None where one is too small to be told). Leaves: a Table of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from engine.reads.figures import Count


@dataclass(frozen=True, slots=True)
class Table:
    """Counts with their title and meaning; `empty` is said instead where no row may be told."""

    title: str
    means: str
    head: str
    rows: list[tuple[str, str]]
    empty: str = ""


def unless_all_few(title: str, means: str, head: str, rows: Sequence[tuple[str, int | None]]) -> Table:
    """A table of all rows, or one sentence where no row may be told: nothing happened, or too little."""
    if all(number is None for _, number in rows):
        return Table(title, means, head, [], gettext("None, or too few to be shown."))
    return Table(title, means, head, [(what, shown(number)) for what, number in rows])


def named(counts: Iterable[Count], names: Mapping[str, str]) -> list[tuple[str, int | None]]:
    """What each is called, and how many; only kinds that have a name."""
    return [(names[one.key], one.number) for one in counts]


def rows(counts: Iterable[Count], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The same as words, with the key where it has no name."""
    return [(names.get(one.key, one.key), shown(one.number)) for one in counts]


def shown(number: int | None) -> str:
    """The number, or that it is not shown: too small, or such that a small one could be worked out."""
    return gettext("not shown") if number is None else str(number)
