"""Closing days of a unit and of a region: they count from now on, and it is said beforehand what they would have changed."""

from __future__ import annotations

from datetime import date

import pytest

from engine.actions import directory_days
from engine.errors import NotAllowed
from engine.records import directory
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.world import World

TUESDAY, WEDNESDAY = date(2026, 11, 17), date(2026, 11, 18)


@pytest.fixture
def kept(world: World) -> World:
    with writing(world.engine) as tx:
        for person, unit, role in (
            ("malbychef", "malby_top", "administrator"),
            ("admin", "region_top", "region_administrator"),
        ):
            directory.put_membership(
                tx, id=f"{person}-{role}", person_id=person, unit_id=unit, role=role,
                valid_from=world.now.date(),
            )  # fmt: skip
    return world


def otherwise(world: World, unit: str | None, *days: date) -> list[tuple[str | None, date, date]]:
    with reading(world.engine) as tx:
        found = directory_days.preview(tx, "testland", unit, days)
    return [(one.unit_id, one.last_day, one.would_be) for one in found]


def save(world: World, who: str, unit: str | None, *days: date) -> None:
    world.do(directory_days.save, who, "testland", unit, days)


def last_day(world: World, case: str, unit: str) -> date | None:
    return world.task(case, "acknowledge", unit).due_on


def test_it_is_said_beforehand_which_open_deadlines_would_have_been_others(kept: World) -> None:
    kept.summoned("bistand", "rehab")
    assert otherwise(kept, "bistand", TUESDAY) == [("bistand", TUESDAY, WEDNESDAY)]
    assert otherwise(kept, "bistand", date(2026, 12, 1)) == []
    assert [unit for unit, *_ in otherwise(kept, None, TUESDAY)] == ["bistand", "rehab"]


def test_open_deadlines_stay_and_those_counted_afterwards_follow_the_closing_day(kept: World) -> None:
    before = kept.summoned("bistand")
    save(kept, "malbychef", "bistand", TUESDAY)
    after = kept.summoned("bistand", "rehab")
    assert last_day(kept, before, "bistand") == TUESDAY
    assert (last_day(kept, after, "bistand"), last_day(kept, after, "rehab")) == (WEDNESDAY, TUESDAY)
    assert [unit for unit, *_ in otherwise(kept, "bistand")] == ["bistand"]


def test_a_closing_day_of_the_region_counts_for_every_unit(kept: World) -> None:
    save(kept, "admin", None, TUESDAY)
    case = kept.summoned("bistand", "rehab")
    assert {last_day(kept, case, unit) for unit in ("bistand", "rehab")} == {WEDNESDAY}


def test_only_those_who_keep_the_unit_say_when_it_is_closed_and_it_is_remembered(kept: World) -> None:
    for who, unit in (("malbychef", "rehab"), ("malbychef", None), ("sara", "vc"), ("chef", "vc")):
        with pytest.raises(NotAllowed):
            save(kept, who, unit, TUESDAY)
    save(kept, "malbychef", "bistand", WEDNESDAY, TUESDAY)
    save(kept, "malbychef", "bistand", TUESDAY, WEDNESDAY)
    (fact,) = kept.rows(t.facts, kind="closing_days_changed")
    assert (fact.actor_id, fact.element_id) == ("malbychef", "bistand")
    assert fact.data == {"before": [], "after": ["2026-11-17", "2026-11-18"]}
