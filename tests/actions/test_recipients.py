"""Whom a notice reaches while somebody is away: their substitute too, for as long as it lasts, and with nothing beyond what is lent."""

from __future__ import annotations

from datetime import timedelta

from engine.actions import recipients
from engine.actions.recipients import Recipient
from engine.records.absences import Given
from engine.records.database import reading
from tests.actions.test_substitutes import DAY, STAFF_AT_VC, away
from tests.world import World


def reached(
    world: World, role: str | None = "staff", person: str | None = None, *, protected: bool = False
) -> list[Recipient]:
    with reading(world.engine) as tx:
        return recipients.of(tx, "vc", role, person, protected=protected, on=world.now.date(), now=world.now)


def test_a_notice_to_the_one_who_is_away_reaches_the_substitute_until_the_period_is_over(
    world: World,
) -> None:
    assert reached(world, None, "sara") == [Recipient("sara")]
    away(world, "sara", STAFF_AT_VC)
    assert reached(world, None, "sara") == [Recipient("johanna", "sara"), Recipient("sara")]
    world.now += 3 * DAY + timedelta(seconds=1)
    assert reached(world, None, "sara") == [Recipient("sara")]


def test_a_notice_to_the_unit_reaches_a_substitute_from_outside_it_once(world: World) -> None:
    before = reached(world)
    away(world, "sara", STAFF_AT_VC)
    after = reached(world)
    assert [one for one in after if one.for_id] == [Recipient("johanna", "sara")]
    assert [one for one in after if not one.for_id] == before


def test_whoever_works_there_themself_is_told_once_and_for_themself(world: World) -> None:
    away(world, "sara", Given("petra", "vc", "staff"))
    assert [one for one in reached(world) if one.person_id == "petra"] == [Recipient("petra")]


def test_a_substitute_is_told_nothing_that_goes_to_a_role_they_are_not_lent(world: World) -> None:
    away(world, "sara", STAFF_AT_VC)
    assert Recipient("johanna", "sara") not in reached(world, "manager")


def test_of_a_protected_person_a_substitute_hears_nothing(world: World) -> None:
    away(world, "sara", STAFF_AT_VC)
    assert reached(world, None, "sara", protected=True) == [Recipient("sara")]
