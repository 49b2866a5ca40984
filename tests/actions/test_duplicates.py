"""Looking for a plan that exists: who is told, what is written down, and that a protected identity looks like no plan."""

from __future__ import annotations

from sqlalchemy import event

from engine.actions import cases, duplicates, identity, shielding
from engine.records import tables as t
from engine.status import Protection
from tests.world import KEY, World

NUMBER = "19430515-2383"
BIRGITTA = cases.Subject("Birgitta Holm", NUMBER)


def checks(world: World) -> list[tuple[object, ...]]:
    return [
        (row.actor_id, row.unit_id, row.principal_id, row.subject_key, row.case_id)
        for row in world.rows(t.log, act="duplicate_checked")
    ]


def test_every_search_is_written_down_with_who_and_for_which_unit_and_whose_by_the_hash_alone(
    world: World,
) -> None:
    hashed = identity.keyed_hash(NUMBER, KEY)
    for name in ("maria", "petra"):
        assert world.do(duplicates.check, name, NUMBER, KEY) == []
    assert checks(world) == [
        ("maria", "bistand", "malby", hashed, None),
        ("petra", "vc", "region", hashed, None),
    ]
    assert "2383" not in str(world.rows(t.log, act="duplicate_checked")).replace(hashed, "")


def test_the_unit_whose_plan_is_found_is_told_by_whom_and_nothing_of_the_person(world: World) -> None:
    case = world.start()
    (found,) = world.do(duplicates.check, "maria", NUMBER, KEY)
    assert (found.unit_id, found.case_id) == ("vc", None)
    (notice,) = world.rows(t.notices)
    assert (notice.kind, notice.unit_id, notice.case_id, notice.role) == (
        "duplicate_found",
        "vc",
        case,
        "staff",
    )
    (fact,) = world.facts(case, "duplicate_found")
    assert (fact.actor_id, fact.unit_id, fact.principal_id, fact.data) == ("maria", "bistand", "malby", {})


def test_ones_own_unit_is_not_told_that_one_looked(world: World) -> None:
    case = world.start()
    (found,) = world.do(duplicates.check, "petra", NUMBER, KEY)
    assert found.case_id == case
    assert world.rows(t.notices) == world.facts(case, "duplicate_found") == []


def test_a_protected_identity_takes_the_same_statements_and_leaves_the_same_rows_as_no_plan(
    world: World,
) -> None:
    protected = cases.Subject("Birgitta Holm", NUMBER, protection=Protection.CONFIDENTIALITY_MARK)
    case = world.start(subject=protected)
    said: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda _c, _r, text, *_: said.append(text))
    asked = []
    for number in (NUMBER, "19121212-1212"):
        said.clear()
        maria = world.actor("maria")
        said.clear()
        with world.engine.connect() as tx, tx.begin():
            assert duplicates.check(tx, maria, number, KEY, now=world.now) == []
        asked.append(list(said))
    assert asked[0] == asked[1] != []
    assert world.rows(t.notices) == world.facts(case, "duplicate_found") == []
    assert len(checks(world)) == 2


def test_whoever_is_found_to_be_protected_is_protected_in_all_cases_of_all_regions_at_once(
    world: World,
) -> None:
    first = world.start()
    other = world.start(subject=cases.Subject("B. Holm", NUMBER))
    stranger = world.start(subject=cases.Subject("Karl Lund", "19121212-1212"))
    (birgitta,) = world.rows(t.subjects, name="Birgitta Holm")
    elsewhere = dict(birgitta._mapping) | {"id": "elsewhere", "region_id": other_region(world)}
    with world.engine.begin() as tx:
        tx.execute(t.subjects.insert(), elsewhere)
    level = Protection.PROTECTED_REGISTRATION
    third = world.start("petra", subject=cases.Subject("Birgitta Holm", NUMBER, protection=level))
    assert [world.case(case).protection for case in (first, other, third)] == [level] * 3
    assert world.case(stranger).protection == Protection.NONE
    assert [row.protection for row in world.rows(t.subjects, id="elsewhere")] == [level]
    assert world.do(duplicates.check, "maria", NUMBER, KEY) == []


def test_whoever_is_marked_as_protected_later_is_so_in_all_cases_at_once(world: World) -> None:
    first = world.start()
    other = world.start(subject=cases.Subject("B. Holm", NUMBER))
    stranger = world.start(subject=cases.Subject("Karl Lund", "19121212-1212"))
    level = Protection.CONFIDENTIALITY_MARK
    world.do(shielding.protect, "sara", other, level, "Beslut finns.")
    assert [world.case(case).protection for case in (first, other, stranger)] == [
        level,
        level,
        Protection.NONE,
    ]


def test_a_start_that_is_rolled_back_protects_nobody(world: World) -> None:
    case = world.start()
    level = Protection.CONFIDENTIALITY_MARK
    sara = world.actor("sara")
    protected = cases.Subject("Birgitta Holm", NUMBER, protection=level)
    with world.engine.connect() as tx:
        begun = tx.begin()
        cases.start(tx, sara, "testland_six_steps", "vc", protected, {}, KEY, now=world.now)
        begun.rollback()
    assert world.case(case).protection == Protection.NONE


def other_region(world: World) -> str:
    region = dict(world.rows(t.regions)[0]._mapping) | {"id": "elsewhere"}
    with world.engine.begin() as tx:
        tx.execute(t.regions.insert(), region)
    return "elsewhere"
