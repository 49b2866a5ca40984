"""What each level of protection demands (OSL 22:1, 21:3; folkbokföringslagen 16 §; lag 1991:483; folkeregisterloven 10-4).

Enters: a level. Leaves: what must be hidden, done by hand and logged. Every level but none lets only named people read.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.status import Protection


@dataclass(frozen=True, slots=True)
class Demands:
    """`hides_unit`: a unit's name tells where the person lives. `by_hand`: no letter, invitation or calendar goes by itself."""

    named_readers_only: bool = True
    hides_address: bool = True
    hides_unit: bool = False
    by_hand: bool = True
    logs_every_opening: bool = True


DEMANDS: dict[Protection, Demands] = {
    Protection.NONE: Demands(False, False, False, False, False),
    Protection.CONFIDENTIALITY_MARK: Demands(),
    Protection.PROTECTED_REGISTRATION: Demands(hides_unit=True),
    Protection.ASSUMED_IDENTITY: Demands(hides_unit=True),
    Protection.CONFIDENTIAL_ADDRESS: Demands(),
    Protection.STRICTLY_CONFIDENTIAL_ADDRESS: Demands(hides_unit=True),
}

LEVELS: dict[str, tuple[Protection, ...]] = {
    "SE": (
        Protection.NONE,
        Protection.CONFIDENTIALITY_MARK,
        Protection.PROTECTED_REGISTRATION,
        Protection.ASSUMED_IDENTITY,
    ),
    "NO": (
        Protection.NONE,
        Protection.CONFIDENTIAL_ADDRESS,
        Protection.STRICTLY_CONFIDENTIAL_ADDRESS,
    ),
}
"""The levels that a country has, the mildest first."""
