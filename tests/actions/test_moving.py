"""A running case goes on with a corrected version, if two persons want it and the drawing is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from engine.actions import deploy, live, moving, tasks
from engine.definitions import files
from engine.errors import AlreadyClosed, CaseStopped, NotAllowed, NotFound, StaleCase
from engine.records import moves, specs
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.status import CaseStatus
from tests.actions.test_substitutes import joins
from tests.world import ROUTINES, World

FOLDER = ROUTINES / "testland" / "fragile"


def corrected(world: World, *changes: tuple[str, str, str]) -> str:
    """Keep a version of the fragile routine in which in these files one text stands for another; gives its hash."""
    found: Mapping[str, bytes] = files.read_bundle(FOLDER, ROUTINES).files
    contents = dict(found)
    for path, old, new in changes:
        key = f"testland/fragile/{path}"
        assert old in contents[key].decode()
        contents[key] = contents[key].replace(old.encode(), new.encode())
    with writing(world.engine) as tx:
        checked = deploy.check(files.bundle(contents, "testland_fragile"))
        return deploy.keep(tx, checked, by=None, now=world.now).hash


MENDED = ("fragile.bpmn", 'samordna:unit="= looking_unit"', 'samordna:unit="= case.unit"')


@pytest.fixture
def stopped(world: World) -> str:
    """A case whose reminder asked for a unit that nobody named."""
    joins(world, "admin", "region_top", "region_administrator")
    case = world.start(process="testland_fragile")
    world.do(tasks.save_draft, "sara", world.task(case, "choose").id, {"way": "str"})
    world.pass_time(days=1, minutes=1)
    assert world.case(case).status == CaseStatus.STOPPED
    return case


def run_of(world: World, case: str) -> str:
    return str(world.rows(t.instances, case_id=case)[0].id)


def test_a_correction_mends_what_an_incident_is_about_and_all_else_stays(world: World, stopped: str) -> None:
    before = world.task(stopped, "choose")
    facts, timers = len(world.facts(stopped)), world.rows(t.timers, case_id=stopped)
    target = corrected(world, MENDED)
    move = world.do(moving.propose, "admin", run_of(world, stopped), target, "fel uttryck")
    world.do(moving.approve, "owner", move)
    assert world.rows(t.instances, case_id=stopped)[0].bundle_hash == target
    assert world.task(stopped, "choose") == before
    assert world.draft("sara", before.id) == {"way": "str"}
    assert world.rows(t.timers, case_id=stopped) == timers
    assert len(world.facts(stopped)) == facts + 2
    (fact,) = world.facts(stopped, "case_moved")
    assert (fact.actor_id, fact.data["after"]) == ("owner", target)
    assert fact.data["before"] != target
    (incident,) = world.incidents(stopped)
    world.retry("admin", incident.id)
    assert world.elements(stopped) == ["choose", "look_after"]
    assert world.task(stopped, "look_after").unit_id == "vc"
    world.complete("sara", stopped, "choose", way="straight", amount=1)
    assert world.case(stopped).outcome == "fragile_done"


def test_new_cases_do_not_get_a_version_that_is_only_kept(world: World, stopped: str) -> None:
    target = corrected(world, MENDED)
    with reading(world.engine) as tx:
        assert specs.current(tx, "testland_fragile") != target


def test_nobody_decides_alone(world: World, stopped: str) -> None:
    target = corrected(world, MENDED)
    with pytest.raises(NotAllowed):
        world.do(moving.propose, "sara", run_of(world, stopped), target, "x")
    with pytest.raises(NotAllowed):
        world.do(moving.propose, "admin", run_of(world, stopped), target, " ")
    move = world.do(moving.propose, "admin", run_of(world, stopped), target, "fel uttryck")
    for name in ("admin", "sara"):
        with pytest.raises(NotAllowed):
            world.do(moving.approve, name, move)
    with pytest.raises(StaleCase):
        world.do(moving.propose, "admin", run_of(world, stopped), target, "fel uttryck")
    with reading(world.engine) as tx:
        assert [one.id for one in moves.asked(tx)] == [move]


@pytest.mark.parametrize(
    ("asker", "asks_for", "decider", "decides_for"),
    [
        ("admin", "owner", "owner", None),  # the one in whose place it was asked
        ("admin", None, "owner", "admin"),  # a substitute of the one who asked
        ("admin", "sara", "owner", "sara"),  # two substitutes of one person
    ],
)
def test_neither_decides_who_stands_in_for_the_other(
    world: World, stopped: str, asker: str, asks_for: str | None, decider: str, decides_for: str | None
) -> None:
    first, second = (
        replace(world.actor(name), acting_for=other)
        for name, other in ((asker, asks_for), (decider, decides_for))
    )
    target = corrected(world, MENDED)
    with writing(world.engine) as tx:
        move = moving.propose(tx, first, run_of(world, stopped), target, "fel uttryck", now=world.now)
    with pytest.raises(NotAllowed, match="four-eyes"), writing(world.engine) as tx:
        moving.approve(tx, second, move, now=world.now)
    with pytest.raises(NotAllowed, match="four-eyes"), writing(world.engine) as tx:
        moving.refuse(tx, second, move, "nej", now=world.now)
    assert world.rows(t.instances, case_id=stopped)[0].bundle_hash != target


def test_a_refusal_says_why(world: World, stopped: str) -> None:
    move = world.do(moving.propose, "admin", run_of(world, stopped), corrected(world, MENDED), "fel uttryck")
    with pytest.raises(NotAllowed, match="reason-needed"):
        world.do(moving.refuse, "owner", move, " ")
    world.do(moving.refuse, "owner", move, " rätta katalogen ")
    with reading(world.engine) as tx:
        assert moves.fetch(tx, move).decision_reason == "rätta katalogen"


def test_a_refused_correction_changes_nothing_and_is_decided_once(world: World, stopped: str) -> None:
    target = corrected(world, MENDED)
    before = world.rows(t.instances, case_id=stopped)
    move = world.do(moving.propose, "admin", run_of(world, stopped), target, "fel uttryck")
    world.do(moving.refuse, "owner", move, "fel rättelse")
    with pytest.raises(AlreadyClosed):
        world.do(moving.approve, "owner", move)
    assert world.rows(t.instances, case_id=stopped) == before


P1D = '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration>'


@pytest.mark.parametrize(
    ("change", "element"),
    [
        (
            ("fragile.bpmn", 'attachedToRef="choose" cancelActivity="false"', 'attachedToRef="choose"'),
            "after_a_day",
        ),
        (("fragile.bpmn", 'samordna:role="manager"', 'samordna:role="staff"'), "look_after"),
        (
            (
                "fragile.bpmn",
                P1D,
                P1D.replace("timeDuration", "timeDate").replace("P1D", "2027-01-11T10:00:00+01:00"),
            ),
            "after_a_day",
        ),
        (("fragile.bpmn", 'id="r9"', 'id="r99"'), "after_a_day"),
        (
            (
                "fragile.bpmn",
                'name="about" value="wait"/>',
                'name="about" value="wait"/><samordna:input name="manager" value="= true"/>',
            ),
            "",
        ),
    ],
)
def test_a_version_that_is_drawn_otherwise_is_refused(
    world: World, stopped: str, change: tuple[str, str, str], element: str
) -> None:
    target = corrected(world, change)
    if not element:  # a further input is an expression more, not another drawing
        assert world.do(moving.propose, "admin", run_of(world, stopped), target, "rätt")
        return
    with pytest.raises(moving.UnlikeVersion) as told:
        world.do(moving.propose, "admin", run_of(world, stopped), target, "fel")
    assert element in told.value.element_ids


@pytest.mark.parametrize(
    "change",
    [
        ("fragile.bpmn", "P1D", "P2D"),
        ("fragile.bpmn", 'name="Se efter"', 'name="Titta till"'),
        ("weight.dmn", "&gt; limit", "&gt; limit + 1"),
        ("forms/choose.form", '"min": 0', '"min": 1'),
    ],
)
def test_expressions_texts_tables_and_forms_may_differ(
    world: World, stopped: str, change: tuple[str, str, str]
) -> None:
    assert world.do(moving.propose, "admin", run_of(world, stopped), corrected(world, change), "rätt")


def test_another_routine_or_an_unknown_version_is_no_correction(world: World, stopped: str) -> None:
    with reading(world.engine) as tx:
        other = specs.current(tx, "testland_six_steps")
    for target in (other, "0" * 64):
        with pytest.raises(NotFound):
            world.do(moving.propose, "admin", run_of(world, stopped), target, "fel")


def test_a_run_that_ended_meanwhile_is_not_moved(world: World, stopped: str) -> None:
    move = world.do(moving.propose, "admin", run_of(world, stopped), corrected(world, MENDED), "fel")
    world.complete("sara", stopped, "choose", way="straight", amount=1)
    with pytest.raises(StaleCase):
        world.do(moving.approve, "owner", move)


def test_no_process_goes_on_with_the_version_it_had_in_memory(world: World) -> None:
    joins(world, "admin", "region_top", "region_administrator")
    case = world.start(process="testland_fragile")
    old = live.peek(case, world.case(case).stamp)
    assert old is not None
    world.do(
        moving.approve,
        "owner",
        world.do(moving.propose, "admin", run_of(world, case), corrected(world, MENDED), "fel"),
    )
    assert live.peek(case, world.case(case).stamp) is None
    try:
        world.pass_time(days=1, minutes=1)
    except CaseStopped:  # pragma: no cover
        pytest.fail("the old expression was used")
    assert world.elements(case) == ["choose", "look_after"]
