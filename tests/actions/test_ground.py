"""What an action stands on, as FEEL sees it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection

from engine import asking, functions
from engine.access.actor import Actor, Membership
from engine.actions.ground import Ground
from engine.expressions import feel
from engine.records import cases, directory
from engine.records.database import writing
from tests.world import World

GUIDE = Path(__file__).parents[2] / "processes" / "README.md"


def ground(world: World, tx: Connection, case_id: str) -> Ground:
    return Ground(tx, cases.fetch(tx, case_id), asking.acting(world.actor("sara")), world.now)


def test_each_function_that_feel_is_handed_is_known_when_an_expression_is_read(
    world: World, tx: Connection
) -> None:
    assert tuple(ground(world, tx, world.start()).functions) == functions.NAMES


WITH_NAMES = {
    "working days": ("from: day, n: 1", "day, 1"),
    "rolled days": ("n: 1, from: day", "day, 1"),
    "unit": ("id: unit", "unit"),
    "managing unit": ("level: 1, id: unit", "unit, 1"),
    "unit holding": ("id: unit, function: what", "what, unit"),
}


@pytest.mark.parametrize("handed", functions.HANDED, ids=lambda one: one.name)
def test_a_function_takes_its_arguments_by_the_names_that_the_guide_gives(
    handed: functions.Handed, world: World, tx: Connection
) -> None:
    given = ground(world, tx, world.start()).functions
    context = {"day": date(2026, 9, 1), "unit": "vc", "what": "coordinating_unit"}
    by_name, by_place = (
        feel.parse(f"{handed.name}({arguments})", functions=functions.NAMES).evaluate(context, given)
        for arguments in WITH_NAMES[handed.name]
    )
    assert by_name is not None
    assert by_name == by_place
    assert f"`{handed.name}({', '.join(handed.parameters)})`" in GUIDE.read_text(encoding="utf-8")
    assert all(f"{name}:" in WITH_NAMES[handed.name][0] for name in handed.parameters)


@pytest.mark.parametrize("level", ["0", "-1", "1.5", "null", '"x"'])
def test_a_level_that_is_none_has_no_unit_and_says_so(level: str, world: World, tx: Connection) -> None:
    given = ground(world, tx, world.start()).functions
    expression = feel.parse(f'managing unit("vc", {level})', functions=functions.NAMES)
    value, said = expression.evaluate_with_messages({}, given)
    assert value is None
    assert "managing unit" in said[0]


def test_a_line_of_a_thousand_million_levels_ends_at_once(world: World, tx: Connection) -> None:
    assert ground(world, tx, world.start()).managing_unit("vc", 10**9) is None


def test_the_line_of_managers_ends_above_the_top(world: World, tx: Connection) -> None:
    case_id = world.start()
    with writing(world.engine) as other:
        since = world.now.date()
        directory.put_membership(
            other, id="top", person_id="owner", unit_id="region_top", role="manager", valid_from=since
        )
    found = ground(world, tx, case_id)
    assert [found.managing_unit("vc", level) for level in (1, 2, 9)] == ["vc", "region_top", None]


@pytest.mark.parametrize(
    ("units", "acts_for"), [(("elsewhere", "second"), "second"), (("elsewhere",), "first"), ((), "first")]
)
def test_somebody_acts_for_the_first_of_these_units_where_they_work_else_for_their_own_first(
    units: tuple[str, ...], acts_for: str
) -> None:
    staff = frozenset({"staff"})
    both = (
        Membership("first", "region", "testland", staff),
        Membership("second", "region", "testland", staff),
    )
    assert asking.acting(Actor("sara", "Sara", both, frozenset()), *units).unit_id == acts_for


def test_a_function_that_a_unit_above_has_filled_holds_for_the_units_below_and_for_no_others(
    world: World, tx: Connection
) -> None:
    here = ground(world, tx, world.start())
    assert here.unit_holding("coordinating_unit", "vc") == "bistand"
    assert here.unit_holding("coordinating_unit", "bistand") is None
    assert here.unit_holding("mas", "vc") is None


def test_the_routine_knows_the_language_of_the_region(world: World, tx: Connection) -> None:
    told = ground(world, tx, world.start()).system_names["case"]
    assert isinstance(told, dict)
    assert told["language"] == "sv"
