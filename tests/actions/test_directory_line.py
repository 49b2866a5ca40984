"""Who answers for a unit, level by level: vacant and absent posts are passed over, nothing goes round, and the top says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from engine.actions import directory_absences, directory_line
from engine.actions.directory_line import Found, Post
from engine.records import directory
from engine.records import tables as t
from engine.records.absences import Given
from engine.records.database import reading, writing
from tests.world import World

ZONE = ZoneInfo("Europe/Stockholm")
ROOM = st.integers(min_value=0, max_value=11)


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Post]:
    """Units that point at any other unit, at themselves or at one that is not there; posts filled, vacant or absent."""
    size = draw(st.integers(min_value=1, max_value=12))
    found = {}
    for number in range(size):
        parent = draw(st.one_of(st.none(), st.integers(min_value=0, max_value=size)))
        managers = tuple(f"m{number}{letter}" for letter in "ab"[: draw(st.integers(0, 2))])
        there = tuple(one for one in managers if draw(st.booleans()))
        found[f"u{number}"] = Post(f"u{number}", None if parent is None else f"u{parent}", managers, there)
    return found


def walked(line: dict[str, Post], unit: str | None) -> list[Post]:
    """The way up as somebody would walk it with a pencil: stop where one has been before."""
    way: list[Post] = []
    while unit in line and all(post.unit_id != unit for post in way):
        way.append(line[unit])
        unit = line[unit].parent_id
    return way


@given(line=lines(), start=ROOM, level=st.integers(min_value=1, max_value=15))
def test_the_post_at_a_level_is_that_many_filled_posts_up_the_way(
    line: dict[str, Post], start: int, level: int
) -> None:
    unit = f"u{start % len(line)}"
    filled = [post.unit_id for post in walked(line, unit) if post.present]
    found = directory_line.manager(line, unit, level)
    assert found.unit_id == (filled[level - 1] if level <= len(filled) else None)
    assert found.is_top == (level >= len(filled))
    assert found.unit_id is not None or found.highest == (filled[-1] if filled else None)


@given(line=lines(), start=ROOM, level=st.integers(min_value=1, max_value=15))
def test_whoever_is_passed_over_is_named_with_the_reason_and_nobody_who_is_there_is_passed_over(
    line: dict[str, Post], start: int, level: int
) -> None:
    unit = f"u{start % len(line)}"
    found = directory_line.manager(line, unit, level)
    way = walked(line, unit)
    reached = next((place for place, post in enumerate(way) if post.unit_id == found.unit_id), len(way))
    expected = [post for post in way[:reached] if not post.present]
    assert [one.unit_id for one in found.passed] == [post.unit_id for post in expected]
    assert [one.why for one in found.passed] == ["absent" if post.managers else "vacant" for post in expected]


@given(line=lines(), start=ROOM, other=ROOM, level=st.integers(min_value=1, max_value=5))
def test_the_other_side_is_found_at_the_same_level(
    line: dict[str, Post], start: int, other: int, level: int
) -> None:
    """S3-079."""
    one, two = f"u{start % len(line)}", f"u{other % len(line)}"
    found = directory_line.both(line, one, two, level)
    assert found == (directory_line.manager(line, one, level), directory_line.manager(line, two, level))


# --- as the directory and its absences have it ----------------------------------------------------------------------


def up(world: World, level: int, unit: str = "vc") -> Found:
    parents = {"vc": "region_top", "region_top": None, "rehab": "region_top"}
    with reading(world.engine) as tx:
        line = directory_line.posts(tx, parents, on=world.now.date(), now=world.now)
    return directory_line.manager(line, unit, level)


def add_manager(world: World, person: str, unit: str, *, from_day: date | None = None) -> None:
    with writing(world.engine) as tx:
        since = from_day or world.now.date()
        directory.put_membership(
            tx, id=f"{person}-{unit}", person_id=person, unit_id=unit, role="manager", valid_from=since
        )


def without_manager(world: World, unit: str) -> None:
    with writing(world.engine) as tx:
        m = t.memberships.c
        tx.execute(t.memberships.delete().where(m.unit_id == unit, m.role == "manager"))


def away(world: World, person: str, days: int, *filled: Given, by: str | None = None) -> str:
    register = directory_absences.register
    until = world.now + timedelta(days=days)
    return str(world.do(register, by or person, person, world.now, until, filled, zone=ZONE))


def posts_of(found: Sequence[directory_line.Passed]) -> list[tuple[str, str]]:
    return [(one.unit_id, one.why) for one in found]


def test_a_unit_without_a_manager_is_led_from_above(world: World) -> None:
    add_manager(world, "owner", "region_top")
    without_manager(world, "rehab")
    found = up(world, 1, "rehab")
    assert (found.unit_id, found.present, posts_of(found.passed)) == (
        "region_top",
        ("owner",),
        [("rehab", "vacant")],
    )


def test_a_manager_who_is_away_is_passed_over_until_the_period_ends(world: World) -> None:
    add_manager(world, "owner", "region_top")
    assert up(world, 1).unit_id == "vc"
    away(world, "chef", 3)
    assert (up(world, 1).unit_id, posts_of(up(world, 1).passed)) == ("region_top", [("vc", "absent")])
    assert up(world, 2).unit_id is None
    world.now += timedelta(days=3)
    assert up(world, 1).unit_id == "vc"


def test_a_manager_whose_post_somebody_fills_is_not_passed_over_unless_that_one_is_away_too(
    world: World,
) -> None:
    add_manager(world, "owner", "region_top")
    away(world, "chef", 3, Given("sara", "vc", "manager"))
    assert (up(world, 1).unit_id, up(world, 1).present) == ("vc", ("sara",))
    away(world, "sara", 1)
    assert up(world, 1).unit_id == "region_top"


def test_a_manager_whose_time_has_not_begun_is_not_there_yet(world: World) -> None:
    without_manager(world, "rehab")
    add_manager(world, "johanna", "rehab", from_day=world.now.date() + timedelta(days=1))
    assert up(world, 1, "rehab").unit_id is None
    world.now += timedelta(days=1)
    assert up(world, 1, "rehab").unit_id == "rehab"
