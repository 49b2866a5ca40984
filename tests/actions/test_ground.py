"""What an action stands on, as FEEL sees it."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from engine import asking
from engine.access.actor import Actor, Membership
from engine.actions.ground import Ground
from engine.definitions import formula
from engine.execution import formulas
from engine.records import cases, directory
from engine.records.database import writing
from tests.world import World


def ground(world: World, tx: Connection, case_id: str) -> Ground:
    return Ground(tx, cases.fetch(tx, case_id), asking.acting(world.actor("sara")), world.now)


def test_each_function_that_feel_is_handed_is_known_when_an_expression_is_read(
    world: World, tx: Connection
) -> None:
    handed = set(ground(world, tx, world.start()).functions)
    assert handed == set(formula.FUNCTIONS) == set(formulas.FUNCTIONS)


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
