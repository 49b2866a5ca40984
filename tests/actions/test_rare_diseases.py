"""Expert teams and European networks: a team stands below its region's centre and may be called; a network takes part in nothing."""

from __future__ import annotations

from typing import Any

import pytest

from engine.access import Reason
from engine.access.directory import take_part
from engine.actions import directory_changes
from engine.actions.directory_changes import Unfit
from engine.actions.directory_rules import Change
from engine.errors import CaseStopped
from engine.records import directory_book
from engine.records.database import reading, writing
from engine.records.directory_book import KINDS
from tests.world import World


def change(kind: str, **fields: Any) -> Change:
    return Change(kind, dict.fromkeys(KINDS[kind].columns) | fields)


def unit(unit_id: str, kind: str, parent: str | None = "csd") -> Change:
    return change("unit", id=unit_id, name=unit_id, type=kind, principal="region", parent=parent)


def put(world: World, *changes: Change) -> None:
    with writing(world.engine) as tx:
        directory_changes.change(tx, None, "testland", changes, now=world.now)


def wrong(world: World, *changes: Change) -> list[tuple[str, str]]:
    with pytest.raises(Unfit) as caught:
        put(world, *changes)
    return [(one.field, one.message) for one in caught.value.problems]


def known(world: World, unit_id: str, **fields: Any) -> Change:
    with reading(world.engine) as tx:
        row = directory_book.load(tx, "testland").get("unit", unit_id)
    assert row is not None
    return Change("unit", {**row, **fields})


@pytest.fixture
def centre(world: World) -> World:
    """A centre with a team and a network below it, and somebody who works in the team."""
    put(world, unit("csd", "rare_diseases", "region_top"))
    put(world, unit("team", "expert_team"), unit("ern", "reference_network"))
    since = world.now.date()
    put(world, change("membership", person="johanna", unit="team", role="staff", valid_from=since))
    return world


def test_an_expert_team_stands_below_a_centre_of_its_region(world: World) -> None:
    """S0-30."""
    assert wrong(world, unit("team", "expert_team", None)) == [("parent", "team-needs-centre")]
    assert wrong(world, unit("team", "expert_team", "vc")) == [("parent", "team-needs-centre")]


def test_a_centre_with_teams_stays_one(centre: World) -> None:
    assert wrong(centre, known(centre, "csd", type="habilitation")) == [("type", "has-teams")]


def test_an_expert_team_may_be_called_and_answers(centre: World) -> None:
    """S0-30."""
    case = centre.summoned("team")
    centre.complete("johanna", case, "acknowledge", "team", answer="acknowledged")
    assert centre.elements(case) == ["conclude"]


def test_nobody_works_in_a_network_and_it_fills_nothing(centre: World) -> None:
    """S0-31."""
    since = centre.now.date()
    works = change("membership", person="sara", unit="ern", role="staff", valid_from=since)
    fills = change("function", type="csd", unit="vc", holder_unit="ern", valid_from=since)
    assert wrong(centre, works) == [("unit", "takes-no-part")]
    assert wrong(centre, fills) == [("holder_unit", "takes-no-part")]
    assert wrong(centre, unit("below", "home_care", "ern")) == [("parent", "takes-no-part")]


def test_a_unit_that_works_does_not_become_a_network(centre: World) -> None:
    """S0-31."""
    assert ("type", "takes-no-part") in wrong(centre, known(centre, "team", type="reference_network"))


def test_nothing_can_be_sent_to_a_network_whatever_a_routine_says(centre: World) -> None:
    """S0-31."""
    with pytest.raises(CaseStopped, match="unknown-unit"):
        centre.summoned("ern")
    (incident,) = centre.incidents()
    assert incident.cause == "unknown-unit"


def test_access_says_no_for_a_network_and_why() -> None:
    """S0-31."""
    assert take_part("expert_team")
    refused = take_part("reference_network")
    assert (bool(refused), refused.reason) == (False, Reason.FOR_INFORMATION)
