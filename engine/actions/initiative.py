"""Whether a school, pre-school or student health may or must take the initiative to a plan: each municipality says so itself (S1-28).

Enters: a region's settings as `region.toml` has them and a unit. Leaves: a word. Where a municipality has said nothing, such a unit starts
no case: it tells somebody in care, who registers that the school asked.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.definitions.region import INITIATORS, MAY, MUST
from engine.records.directory import Unit

NO = "no"


def of(settings: Mapping[str, object], unit: Unit) -> str:
    """`may`, `must` or `no` for a unit of school; '' for any other, which starts cases by its roles alone."""
    if unit.kind not in INITIATORS:
        return ""
    told = settings.get("initiative")
    here = told.get(unit.principal_id) if isinstance(told, Mapping) else None
    said = here.get(unit.kind) if isinstance(here, Mapping) else None
    return str(said) if said in (MAY, MUST) else NO
