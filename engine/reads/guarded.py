"""Small numbers protected: what is told of groups of cases, so that no cell is below `LEAST` and none can be worked out from the others.

Enters: counted groups that together make a whole. Leaves: the same whole in fewer groups, or nothing at all. Pure arithmetic; whoever tells
figures outside a unit's own work calls this first, for pages, files, pictures and alternative texts alike (S3-080). Held within one table
and against its total. Not held: what follows from tables of two periods or two days taken from one another, what a unit knows of itself
and takes from a group of few, and that a median of five is one of the five.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
"""No count below this is told."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of all: `hits` of `total`, for the groups named by `keys` together, the largest first."""

    keys: tuple[str, ...]
    hits: int
    total: int

    @property
    def part(self) -> float:
        """From 0 to 1."""
        return self.hits / self.total if self.total else 0.0


def tellable(one: Share) -> bool:
    """Whether both the hits and what is left of the total are large enough to be told."""
    return one.hits >= LEAST and one.total - one.hits >= LEAST


def by_group(rows: Sequence[Share], *, apart: str = "") -> list[Share]:
    """Small groups merged upwards until each may be told, the worst first. Empty where not even all together may be.

    `apart` is a group that is told by itself elsewhere: taken from a group in which it were, it would tell of the others.
    """
    own = [one for one in rows if one.keys == (apart,) and tellable(one)]
    found = _merged_upwards([one for one in rows if one not in own])
    return sorted([*own, *found], key=lambda one: (one.part, one.keys))


def _merged_upwards(rows: Sequence[Share]) -> list[Share]:
    good = [one for one in rows if tellable(one)]
    small = sorted((one for one in rows if one.total and not tellable(one)), key=_size, reverse=True)
    merged: list[Share] = []
    ahead: list[Share] = []
    for one in small:
        ahead.append(one)
        if tellable(together := _merged(ahead)):
            merged.append(together)
            ahead = []
    good = sorted([*good, *merged], key=_size)
    if ahead and not good:
        return []
    if ahead:
        good[0] = _merged([good[0], *ahead])
    return good


def in_order(rows: Sequence[Share]) -> list[Share]:
    """Neighbours merged until each may be told, as weeks after one another; what is left over goes to the last. `keys` in their order."""
    found: list[Share] = []
    ahead: list[Share] = []
    for one in rows:
        ahead.append(one)
        if tellable(together := _in_a_row(ahead)):
            found.append(together)
            ahead = []
    if ahead and found:
        found[-1] = _in_a_row([found[-1], *ahead])
    return found


def hidden(counted: Mapping[str, int]) -> set[str]:
    """The kinds that may not be told: those too few, and the next smallest until what is hidden cannot be worked out from a total: it is
    more than one kind, and together nothing or enough.
    """
    found = {key for key, number in counted.items() if number < LEAST}
    others = sorted(counted.keys() - found, key=lambda key: (-counted[key], key))
    while found and others and (len(found) == 1 or 0 < sum(counted[key] for key in found) < LEAST):
        found.add(others.pop())
    return found


def counts(counted: Mapping[str, int]) -> list[tuple[str, int | None]]:
    """Kinds of something by how many there are, the largest first; None for those that may not be told."""
    unsaid = hidden(counted)
    told = [(key, None if key in unsaid else number) for key, number in counted.items()]
    return sorted(told, key=lambda row: (-(row[1] or 0), row[0]))


def parted(counted: Mapping[str, int]) -> list[tuple[tuple[str, ...], int]]:
    """A whole parted into kinds, the largest first: those too few are put together, with the next smallest where even they are. Empty where
    the whole is too small. The numbers add up to the whole, so that it may stand beside them.
    """
    ordered = sorted(
        ((key, number) for key, number in counted.items() if number), key=lambda row: (-row[1], row[0])
    )
    good: list[tuple[tuple[str, ...], int]] = [((key,), number) for key, number in ordered if number >= LEAST]
    small = [(key, number) for key, number in ordered if number < LEAST]
    if not small:
        return good
    keys, together = tuple(key for key, _ in small), sum(number for _, number in small)
    if together < LEAST and good:
        last, number = good.pop()
        keys, together = (*last, *keys), together + number
    return [*good, (keys, together)] if together >= LEAST else []


def many_enough(
    rows: Mapping[str, Sequence[float]], *, apart: str = ""
) -> dict[tuple[str, ...], list[float]]:
    """Groups of single values merged upwards until each holds `LEAST`; empty where all together hold fewer. `apart` as in `by_group`."""
    if len(rows.get(apart, ())) >= LEAST:
        return {(apart,): list(rows[apart])} | many_enough({key: rows[key] for key in rows if key != apart})
    ordered = sorted(rows.items(), key=lambda row: (-len(row[1]), row[0]))
    good: dict[tuple[str, ...], list[float]] = {
        (key,): list(values) for key, values in ordered if len(values) >= LEAST
    }
    small = [(key, values) for key, values in ordered if 0 < len(values) < LEAST]
    if not small:
        return good
    keys, values = tuple(key for key, _ in small), [one for _, some in small for one in some]
    if len(values) < LEAST:
        if not good:
            return {}
        least = min(good, key=lambda key: (len(good[key]), key))
        keys, values = (*least, *keys), good.pop(least) + values
    return good | {keys: values}


def _size(one: Share) -> tuple[int, tuple[str, ...]]:
    return one.total, one.keys


def _merged(rows: Sequence[Share]) -> Share:
    ordered = sorted(rows, key=lambda one: (-one.total, one.keys))
    keys = tuple(key for one in ordered for key in one.keys)
    return Share(keys, sum(one.hits for one in rows), sum(one.total for one in rows))


def _in_a_row(rows: Sequence[Share]) -> Share:
    return Share(
        tuple(key for one in rows for key in one.keys),
        sum(one.hits for one in rows),
        sum(one.total for one in rows),
    )
