"""The smallest routine that has everything, worked through by three people."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.records import tables as t
from engine.records.database import reading
from tests.world import World


def test_a_case_runs_from_start_to_its_drawn_end(world: World) -> None:
    case = world.start()
    assert world.elements(case) == ["register"]
    world.complete(
        "sara", case, "register", called_units=["rehab", "bistand"], consent=True, own_situation="Trött"
    )
    assert world.elements(case) == ["acknowledge", "acknowledge"]
    world.complete("johanna", case, "acknowledge", "rehab", answer="acknowledged")
    world.complete("maria", case, "acknowledge", "bistand", answer="acknowledged", contact="Maria")
    assert world.elements(case) == ["conclude"]
    world.complete("sara", case, "conclude", conclusion="Bra")
    with reading(world.engine) as tx:
        row = tx.execute(select(t.cases).where(t.cases.c.id == case)).one()
    assert (row.status, row.outcome) == ("ended", "concluded")


def test_a_called_unit_has_one_working_day_and_then_its_manager_is_told(world: World) -> None:
    """S3-042."""
    case = world.start()
    world.complete("sara", case, "register", called_units=["bistand"], consent=False)
    (task,) = world.open(case, "acknowledge")
    assert task.due_on == date(2026, 11, 17)
    world.pass_time(days=1, hours=14, minutes=1)
    with reading(world.engine) as tx:
        told = tx.execute(select(t.notices.c.unit_id, t.notices.c.role)).all()
    assert sorted(told) == [("bistand", "manager"), ("bistand", "staff")]
    world.pass_time(days=1)
    assert world.elements(case) == ["acknowledge", "manager_acts"]
    world.complete("maria", case, "acknowledge", answer="acknowledged")
    assert world.elements(case) == ["conclude"]
