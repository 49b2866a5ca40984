"""Starting, finding, correcting and ending cases, and who then still sees what."""

from __future__ import annotations

import pytest

from engine import asking
from engine.access import visible_categories
from engine.access.objects import CaseObject
from engine.actions import cases, tasks
from engine.actions.identity import BadIdentityNumber
from engine.errors import AlreadyClosed, InvalidForm, NotAllowed, NotFound
from engine.reads import influence
from engine.records import cases as case_rows
from engine.records import grounds
from engine.records import tables as t
from engine.records.database import reading
from engine.status import CaseStatus, Protection
from tests.world import BIRGITTA, KEY, World


def about(world: World, case_id: str) -> CaseObject:
    with reading(world.engine) as tx:
        return asking.case_object(case_rows.fetch(tx, case_id), grounds.standing(tx, case_id), now=world.now)


def withdraw(world: World, case_id: str) -> None:
    (awaited,) = [row for row in world.rows(t.awaited, case_id=case_id) if row.closed_at is None]
    world.do(cases.receive, "sara", awaited.id, {"withdrawn_by": "personen"})


# --- starting and finding ---------------------------------------------------------------------------------------------


def test_a_case_is_convened_by_the_unit_that_starts_it(world: World) -> None:
    """S1-26, S3-049."""
    case = world.case(world.start())
    assert (case.unit_id, case.principal_id, case.region_id, case.number) == (
        "vc",
        "region",
        "testland",
        "T-2026-0001",
    )
    assert about(world, case.id).slots["convener"].unit_id == "vc"
    assert world.case(world.start()).number == "T-2026-0002"


def test_nobody_starts_a_case_for_a_unit_they_do_not_work_at(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.start("maria", "vc")
    assert world.rows(t.cases) == []


def test_a_wrong_identity_number_starts_nothing(world: World) -> None:
    with pytest.raises(BadIdentityNumber):
        world.start(subject=cases.Subject("Birgitta Holm", "19430515-2384"))
    assert world.rows(t.cases) == world.rows(t.subjects) == []


def test_the_duplicate_check_tells_which_unit_to_ask_and_nothing_else(world: World) -> None:
    """S3-023."""
    case = world.start()
    (own,) = world.do(cases.find_existing, "petra", "430515-2383", KEY)
    assert (own.unit_id, own.case_id) == ("vc", case)
    (other,) = world.do(cases.find_existing, "maria", "194305152383", KEY)
    assert (other.unit_id, other.case_id) == ("vc", None)
    assert world.do(cases.find_existing, "maria", "194305152383", "another key") == []
    assert world.do(cases.find_existing, "maria", "19121212-1212", KEY) == []


def test_the_duplicate_check_is_silent_on_a_protected_identity(world: World) -> None:
    world.start(
        subject=cases.Subject("Birgitta Holm", "19430515-2383", protection=Protection.CONFIDENTIALITY_MARK)
    )
    for name in ("sara", "petra", "maria"):
        assert world.do(cases.find_existing, name, "19430515-2383", KEY) == []


def test_a_protected_identity_stays_protected_when_somebody_forgets_to_say_so(world: World) -> None:
    world.start(
        subject=cases.Subject("Birgitta Holm", "19430515-2383", protection=Protection.CONFIDENTIALITY_MARK)
    )
    again = world.start(subject=BIRGITTA)
    assert world.case(again).protected


def test_the_identity_number_is_found_by_its_hash_only(world: World) -> None:
    world.start()
    (subject,) = world.rows(t.subjects)
    assert len(subject.identity_hash) == 64
    assert "2383" not in subject.identity_hash
    assert subject.born_on.isoformat() == "1943-05-15"


def test_only_those_named_in_a_protected_case_see_anything_of_it(world: World) -> None:
    case = world.start(
        subject=cases.Subject("Birgitta Holm", "19430515-2383", protection=Protection.CONFIDENTIALITY_MARK)
    )
    task = world.task(case, "register")
    with pytest.raises(NotAllowed):
        world.do(tasks.claim, "petra", task.id)
    assert visible_categories(world.actor("sara"), about(world, case))
    assert not visible_categories(world.actor("petra"), about(world, case))


def test_whom_a_task_is_meant_for_is_named_in_a_protected_case(world: World) -> None:
    case = world.start(
        subject=cases.Subject("Birgitta Holm", "19430515-2383", protection=Protection.CONFIDENTIALITY_MARK)
    )
    assert about(world, case).named_readers == {"sara"}
    with world.engine.begin() as tx:
        tx.execute(t.tasks.update().values(meant_for_id="petra"))
    assert about(world, case).named_readers == {"sara", "petra"}


# --- consent, withdrawal ----------------------------------------------------------------------------------------------


def test_a_called_unit_reads_what_consent_covers_and_nothing_without_it(world: World) -> None:
    """S3-012, S3-110, S4-25."""
    without = world.summoned("bistand")
    assert not visible_categories(world.actor("maria"), about(world, without))
    with_consent = world.summoned("bistand", consent=True, own_situation="Trött")
    assert visible_categories(world.actor("maria"), about(world, with_consent)) == {"situation"}
    assert not visible_categories(world.actor("johanna"), about(world, with_consent))


def test_a_unit_of_a_contracted_provider_is_known_as_such_and_so_is_a_case_that_it_keeps(
    world: World,
) -> None:
    """S3-112: whom secrecy binds follows from the directory, for whoever reads and for whoever keeps the case."""
    case = world.start()
    world.contract("vc")
    assert {one.provider for one in world.actor("sara").memberships} == {"omsorg_ab"}
    assert {one.provider for one in world.actor("johanna").memberships} == {None}
    assert about(world, case).provider == "omsorg_ab"


def test_withdrawal_ends_access_in_the_same_transaction(world: World) -> None:
    """S3-076, S4-28."""
    case = world.summoned("bistand", "rehab", consent=True, own_situation="Trött")
    assert visible_categories(world.actor("maria"), about(world, case)) == {"situation"}
    withdraw(world, case)
    assert not visible_categories(world.actor("maria"), about(world, case))
    row = world.case(case)
    assert (row.status, row.outcome, world.open(case)) == (CaseStatus.ENDED, "ended_by_withdrawal", [])
    assert {one.until_at for one in world.rows(t.participants, case_id=case)} == {world.now}


def test_a_message_comes_once(world: World) -> None:
    case = world.summoned("bistand")
    (awaited,) = world.rows(t.awaited, case_id=case)
    world.do(cases.receive, "sara", awaited.id, {"withdrawn_by": "personen"})
    with pytest.raises(AlreadyClosed):
        world.do(cases.receive, "sara", awaited.id, {"withdrawn_by": "personen"})


def test_only_the_role_drawn_sends_the_message(world: World) -> None:
    case = world.summoned("bistand")
    (awaited,) = world.rows(t.awaited, case_id=case)
    with pytest.raises(NotAllowed):
        world.do(cases.receive, "maria", awaited.id, {"withdrawn_by": "personen"})
    with pytest.raises(InvalidForm):
        world.do(cases.receive, "sara", awaited.id, {})
    assert world.case(case).status == CaseStatus.RUNNING


# --- correction and notes ---------------------------------------------------------------------------------------------


def test_a_correction_is_a_new_entry_and_the_old_one_stays_readable(world: World) -> None:
    """S4-71."""
    case = world.summoned("bistand", consent=True, own_situation="Trött")
    (task,) = [row for row in world.rows(t.tasks, case_id=case) if row.element_id == "register"]
    given = {"called_units": ["bistand"], "consent": True, "own_situation": "Mycket trött"}
    world.do(cases.correct, "petra", task.id, given, "hörde fel")
    found = [row for row in world.rows(t.entries, task_id=task.id) if row.category == "situation"]
    assert [(row.source, row.data["own_situation"], row.reason) for row in found] == [
        ("form", "Trött", None),
        ("correction", "Mycket trött", "hörde fel"),
    ]
    assert found[1].corrects_id == found[0].id
    assert world.values(case)[""]["own_situation"] == "Mycket trött"
    (fact,) = world.facts(case, "entry_corrected")
    assert (fact.actor_id, fact.data["names"]) == ("petra", ["called_units", "consent", "own_situation"])


def test_the_routine_goes_on_with_corrected_data(world: World) -> None:
    case = world.start(process="testland_fragile")
    world.complete("sara", case, "choose", way="table", amount=20, limit=1000)
    (task,) = [row for row in world.rows(t.tasks, case_id=case) if row.element_id == "choose"]
    world.do(cases.correct, "sara", task.id, {"way": "table", "amount": 5, "limit": 1000}, "hörde fel")
    world.complete("sara", case, "wait")
    assert world.case(case).outcome == "fragile_done"
    assert world.values(case)[""]["amount"] == 5


def test_a_correction_needs_a_reason_and_ones_own_unit_and_an_answer_to_correct(world: World) -> None:
    case = world.summoned("bistand", consent=True, own_situation="Trött")
    (task,) = [row for row in world.rows(t.tasks, case_id=case) if row.element_id == "register"]
    given = {"called_units": ["bistand"], "consent": True, "own_situation": "Nej"}
    with pytest.raises(NotAllowed):
        world.do(cases.correct, "sara", task.id, given, "  ")
    with pytest.raises(NotAllowed):
        world.do(cases.correct, "maria", task.id, given, "hörde fel")
    with pytest.raises(NotFound):
        world.do(cases.correct, "sara", world.task(case, "acknowledge").id, {}, "hörde fel")
    with pytest.raises(InvalidForm):
        world.do(cases.correct, "sara", task.id, {"unknown": 1}, "hörde fel")


def test_what_a_corrected_answer_had_influenced_is_listed(world: World) -> None:
    case = world.start(process="testland_fragile")
    world.complete("sara", case, "choose", way="table", amount=20, limit=1000)
    (task,) = [row for row in world.rows(t.tasks, case_id=case) if row.element_id == "choose"]
    with reading(world.engine) as tx:
        found = influence.of_answer(tx, task.id, ["amount"])
        by_way = influence.of_answer(tx, task.id, ["way"])
        by_other = influence.of_answer(tx, task.id, ["agreed"])
    assert [(one.kind, one.element_id, one.names, one.flows) for one in found] == [
        ("way", "which_way", ("amount",), ("to_table",)),
        ("decision", "weigh", ("amount",), ()),
        ("way", "heavy", ("weighed",), ("is_heavy",)),
    ]
    assert [one.element_id for one in by_way] == ["which_way"]
    assert by_other == []


def test_an_answer_inside_an_item_influences_its_own_item_and_what_is_collected(world: World) -> None:
    case = world.summoned("bistand", "rehab", consent=True)
    (register,) = [row for row in world.rows(t.tasks, case_id=case) if row.element_id == "register"]
    with reading(world.engine) as tx:
        found = {(one.kind, one.element_id) for one in influence.of_answer(tx, register.id, ["called_units"])}
    assert ("operation", "record") in found
    assert ("way", "needed") in found


def test_a_note_is_an_entry_of_its_category(world: World) -> None:
    case = world.summoned("bistand", consent=True)
    world.do(cases.note, "sara", case, "Ringde hem.", "situation")
    (entry,) = world.rows(t.entries, case_id=case, source="note")
    assert (entry.category, entry.data) == ("situation", {"note": "Ringde hem."})
    with pytest.raises(NotAllowed):
        world.do(cases.note, "johanna", case, "x", "situation")


# --- facts ------------------------------------------------------------------------------------------------------------


def test_every_fact_says_who_for_which_unit_principal_and_region_and_when(world: World) -> None:
    case = world.summoned("bistand", "rehab", consent=True, own_situation="Trött")
    world.do(tasks.claim, "maria", world.task(case, "acknowledge", "bistand").id)
    world.pass_time(days=3)
    world.complete("maria", case, "acknowledge", "bistand", answer="acknowledged")
    withdraw(world, case)
    found = world.facts(case)
    assert len(found) > 25
    for fact in found:
        assert all([fact.at, fact.unit_id, fact.principal_id, fact.region_id]), fact
    by_people = {(fact.actor_id, fact.unit_id, fact.principal_id) for fact in found}
    assert by_people == {("sara", "vc", "region"), ("maria", "bistand", "malby"), (None, "vc", "region")}
    assert {fact.kind for fact in found if fact.actor_id is None} >= {"timer_fired", "operation_performed"}


def test_every_entry_says_so_too(world: World) -> None:
    case = world.summoned("bistand", consent=True, own_situation="Trött")
    world.complete("maria", case, "acknowledge", answer="acknowledged")
    for entry in world.rows(t.entries, case_id=case):
        assert all([entry.at, entry.unit_id, entry.principal_id, entry.region_id]), entry
        assert (entry.actor_id is None) == (entry.source == "result"), entry
