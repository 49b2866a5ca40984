"""What somebody may see who does not work here: the one whose case it is, a guardian, a representative, a relative.

Enters: in which capacity they come, the name they bear there, what they were named for, what is kept from guardians. Leaves: categories.
The person sees all of their own case. A guardian sees what is not withheld, a relative what the person has named them for, and of a
protected person nobody but the person sees anything, since whom one hides from may be family. Acts: who may take back a consent, share
what they wrote for themselves, and propose something. Nobody acts on what they may not see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from engine.access.family import ChildView, Withholding, folded, open_to_guardian
from engine.access.objects import CATEGORIES


class Capacity(StrEnum):
    """As whom somebody comes."""

    PERSON = "person"
    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"  # god man, förvaltare, verge
    RELATIVE = "relative"


SPEAKS = frozenset({Capacity.PERSON, Capacity.GUARDIAN, Capacity.REPRESENTATIVE})
"""Who may take back a consent of theirs at all (OSL 12:2 and 12:3)."""
SEES_READERS = frozenset({Capacity.PERSON, Capacity.GUARDIAN, Capacity.REPRESENTATIVE})
"""Who may know which units have read (patientdatalagen 8:5 gives the right to the person and to whoever speaks for them)."""


def open_to(
    capacity: Capacity,
    name: str,
    named: Mapping[str, frozenset[str]],
    withheld: Iterable[Withholding],
    *,
    guardians: Collection[str],
    shielded: str,
) -> frozenset[str]:
    """The categories that are theirs to see. `named` are categories by the names of people in consents in force; `guardians` are
    those whom the case knows by name; `shielded` is `protected` where the person's data are protected, else ''.
    """
    if capacity == Capacity.PERSON:
        return CATEGORIES
    if shielded:
        return frozenset()
    if capacity == Capacity.REPRESENTATIVE:
        return CATEGORIES
    if capacity == Capacity.GUARDIAN:
        return open_to_guardian(name, withheld, known=guardians)
    return frozenset().union(*(opened for one, opened in named.items() if folded(one) == folded(name)))


def sees_readers(capacity: Capacity, visible: frozenset[str]) -> bool:
    """Whether they may know who has read, of what they see at all."""
    return capacity in SEES_READERS and bool(visible)


def may_take_back(
    capacity: Capacity, given_as: str | None, child_view: str | None, visible: Collection[str]
) -> bool:
    """Whether they may take back a consent that was given so. A yes is taken back by whoever may give it: a guardian what guardians gave,
    a representative what a representative gave, the person everything but, while too young to take a stand, what guardians answered.
    """
    if "consent" not in visible or capacity not in SPEAKS:
        return False
    if capacity == Capacity.GUARDIAN:
        return given_as == "guardian"
    if capacity == Capacity.REPRESENTATIVE:
        return given_as == "legal_representative"
    return not (given_as == "guardian" and child_view == ChildView.TOO_YOUNG)


def may_share(visible: Collection[str]) -> bool:
    """Whether what they wrote for themselves may go into the case: whoever sees the person's own words there may add theirs."""
    return "situation" in visible


def may_propose(visible: Collection[str]) -> bool:
    """Whether they may propose something in the plan (S1-20): whoever may read the plan."""
    return "plan" in visible
