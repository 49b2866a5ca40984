"""Who did something, as rows remember it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: a person, for whom, and at which unit, with its principal and region. No person: the routine itself."""

    actor_id: str | None = None
    acting_for_id: str | None = None
    unit_id: str | None = None
    principal_id: str | None = None
    region_id: str | None = None

    def columns(self) -> dict[str, object]:
        """As the columns of every table that says who did something."""
        return {name: getattr(self, name) for name in Who.__slots__}

    def nobody(self) -> Who:
        """The routine itself, at the same unit."""
        return replace(self, actor_id=None, acting_for_id=None)
