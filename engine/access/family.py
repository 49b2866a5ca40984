"""Whose yes a child's consent takes, and what a guardian may read (OSL 12:3; föräldrabalken 6:11-13; pbrl 4-4).

Enters: who said what, and what is withheld. Leaves: whether it counts, and the categories. A guardian never reads more than the
child's own case, never what was decided to be kept from them, and never what others told of themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.access.objects import CATEGORIES


class ChildView(StrEnum):
    """What the child itself says, where a guardian answers."""

    AGREES = "agrees"
    TOO_YOUNG = "too_young"  # not old and mature enough to take a stand
    DISAGREES = "disagrees"  # old and mature enough, and says no


@dataclass(frozen=True, slots=True)
class Said:
    """Who answered: each guardian asked with a yes or no, and the child. Empty where the person answered alone."""

    guardians: tuple[tuple[str, bool], ...] = ()
    child: ChildView | None = None

    @property
    def counts(self) -> bool:
        """Guardians decide together: one no, or that of a child mature enough, and nothing is opened."""
        return all(agrees for _, agrees in self.guardians) and self.child != ChildView.DISAGREES


@dataclass(frozen=True, slots=True)
class Withholding:
    """A category kept from one guardian by name, or from all of them (None)."""

    category: str
    guardian: str | None = None


def open_to_guardian(
    guardian: str, withheld: Iterable[Withholding], *, known: Collection[str]
) -> frozenset[str]:
    """The categories of the child's case that this guardian may be shown or handed. `known` are the guardians' names in the case.

    A name that the case does not know may be another spelling of any of them: what is kept from one is then kept from all.
    """
    asked, names = folded(guardian), {folded(one) for one in known}
    kept = {
        one.category
        for one in withheld
        if one.guardian is None or folded(one.guardian) == asked or not {asked, folded(one.guardian)} <= names
    }
    return CATEGORIES - kept


def folded(name: str) -> str:
    """The name as it is compared: how it was spaced and which letters were capital makes nobody somebody else."""
    return " ".join(name.split()).casefold()
