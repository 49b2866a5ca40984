"""Which routines people start by hand where they work: their region's own, and shared ones whose law holds in its country."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.access.actor import Membership
from engine.actions.cases import may_start
from engine.definitions import files, routine

ROOT = Path(__file__).parents[2] / "processes"
STAFF = Membership("unit", "principal", "vastmanland", frozenset({"staff"}))


@pytest.fixture(scope="module")
def plan() -> routine.Routine:
    return routine.read(files.read_bundle(ROOT / "shared" / "lss_plan", ROOT))


@pytest.mark.parametrize(("country", "starts"), [("SE", True), ("NO", False), ("", False)])
def test_a_shared_routine_is_started_where_its_law_holds_and_nowhere_else(
    plan: routine.Routine, country: str, starts: bool
) -> None:
    assert may_start(STAFF, plan, country) is starts


def test_it_is_started_only_by_those_whose_role_it_names(plan: routine.Routine) -> None:
    assert not may_start(replace(STAFF, roles=frozenset({"auditor"})), plan, "SE")


def test_a_regions_own_routine_is_started_there_and_not_in_another_region_of_the_same_country(
    plan: routine.Routine,
) -> None:
    own = replace(plan, region="vastmanland", settings=replace(plan.settings, countries=()))
    assert may_start(STAFF, own, "SE")
    assert not may_start(replace(STAFF, region_id="orebro"), own, "SE")
