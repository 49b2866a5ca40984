"""What the person has consented to, and what of it still holds.

Enters: consents as they were given and withdrawn. Leaves: the categories open to one unit at one instant.
Only disclosure and information exchange open anything (S1-14, S3-012, S4-25; OSL 12:2, hpl 22); consent to a plan being
made opens nothing by itself. Consent here lifts secrecy; it is not the legal ground for processing (GDPR).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.access.family import Said
from engine.access.objects import CATEGORIES

ANSWERED_ALONE = Said()


class ConsentKind(StrEnum):
    """What is consented to."""

    PLAN_CREATION = "plan_creation"  # that a plan is made at all; opens no category
    DISCLOSURE = "disclosure"  # that categories are given to recipients
    INFORMATION_EXCHANGE = "information_exchange"  # that recipients exchange categories among themselves


@dataclass(frozen=True, slots=True)
class Scope:
    """Categories x recipients; None is all of them. A principal stands for every unit it has."""

    categories: frozenset[str] | None = None
    units: frozenset[str] | None = None
    principals: frozenset[str] | None = None

    def __post_init__(self) -> None:
        unknown = (self.categories or frozenset()) - CATEGORIES
        if unknown:
            raise ValueError(f"no such category of case data: {', '.join(sorted(unknown))}")

    def reaches(self, unit_id: str, principal_id: str) -> bool:
        """Whether the unit is among the recipients; with neither units nor principals given, everyone is."""
        if self.units is None and self.principals is None:
            return True
        return unit_id in (self.units or ()) or principal_id in (self.principals or ())

    @property
    def covered(self) -> frozenset[str]:
        """The categories, written out."""
        return CATEGORIES if self.categories is None else self.categories


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """From `at` on, the scope no longer holds. A full withdrawal has the empty `Scope()`."""

    at: datetime
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as given: `scope` names its recipients (never everyone), `valid_until` is exclusive,
    instants are aware.
    """

    kind: ConsentKind
    scope: Scope
    given_at: datetime
    valid_until: datetime | None = None
    withdrawn: tuple[Withdrawal, ...] = ()
    said: Said = ANSWERED_ALONE

    def __post_init__(self) -> None:
        if (
            self.kind != ConsentKind.PLAN_CREATION
            and self.scope.units is None
            and self.scope.principals is None
        ):
            raise ValueError("a consent to give information away names who may receive it")

    def open_to(self, unit_id: str, principal_id: str, on: datetime) -> frozenset[str]:
        """The categories this consent opens to the unit at the instant `on`."""
        if (
            self.kind == ConsentKind.PLAN_CREATION
            or not self.said.counts
            or not self.in_force(on)
            or not self.scope.reaches(unit_id, principal_id)
        ):
            return frozenset()
        left = self.scope.covered
        for withdrawal in self.withdrawn:
            if withdrawal.at <= on and withdrawal.scope.reaches(unit_id, principal_id):
                left -= withdrawal.scope.covered
        return left

    def in_force(self, on: datetime) -> bool:
        """Whether `on` lies in its period, withdrawals apart."""
        return self.given_at <= on and (self.valid_until is None or on < self.valid_until)


@dataclass(frozen=True, slots=True)
class Joining:
    """When a unit became one of those around the person, and when it was last not."""

    joined_at: datetime | None = None
    left_at: datetime | None = None

    def renewed(self, consent: Consent, unit_id: str) -> bool:
        """Whether the consent was given to those around the person as they are now (S4-23).

        What was said before a unit left says nothing of its coming back; what was said of a whole principal says
        nothing of a unit that joined afterwards.
        """
        if self.left_at is not None and consent.given_at <= self.left_at:
            return False
        named = unit_id in (consent.scope.units or ())
        return named or self.joined_at is None or consent.given_at >= self.joined_at


def granted(
    consents: Iterable[Consent], unit_id: str, principal_id: str, on: datetime, joining: Joining | None = None
) -> frozenset[str]:
    """The categories that consents in force at `on` open to a unit.

    What one withdrew, another may still open. A category that nobody asked about is open to nobody: a new kind of
    information takes a new consent (S4-23, S4-59).
    """
    since = joining or Joining()
    renewed = (consent for consent in consents if since.renewed(consent, unit_id))
    return frozenset().union(*(consent.open_to(unit_id, principal_id, on) for consent in renewed))


def plan_agreed(consents: Iterable[Consent], on: datetime) -> bool:
    """Whether a consent to a plan being made is in force: without it no plan (SoL 10:8, HSL 16:4)."""
    return any(
        consent.kind == ConsentKind.PLAN_CREATION
        and consent.said.counts
        and consent.in_force(on)
        and not any(w.at <= on and w.scope == Scope() for w in consent.withdrawn)
        for consent in consents
    )


def withdraw(consents: Iterable[Consent], scope: Scope, at: datetime) -> tuple[Consent, ...]:
    """All consents given up to `at`, with the scope withdrawn from each.

    Later ones stay as they are (S3-076, S4-28).
    """
    return tuple(
        replace(c, withdrawn=(*c.withdrawn, Withdrawal(at, scope))) if c.given_at <= at else c
        for c in consents
    )
