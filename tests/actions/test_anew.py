"""Of a protected person a case is never lost to everybody: the manager names a reader, and sees nothing of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.access import visible_categories
from engine.actions import anew, shielding, tasks
from engine.actions.ground import Ground
from engine.errors import InvalidForm, NotAllowed
from engine.reads import worklist
from engine.records import cases
from engine.records import tables as t
from engine.records.absences import Given
from engine.records.database import reading
from engine.records.who import Who
from engine.status import Protection
from tests.actions.test_directory_changes import as_it_is, make
from tests.actions.test_substitutes import away, joins
from tests.world import World


@pytest.fixture
def lost(world: World) -> str:
    """A case of `vc` about a protected person, whose only reader has left."""
    case = world.start()
    world.do(shielding.protect, "sara", case, Protection.PROTECTED_REGISTRATION, "Skatteverket säger det")
    leaves(world, "sara")
    return case


def leaves(world: World, name: str) -> None:
    make(world, None, as_it_is(world, "person", name, active=False))


def waits_for(world: World, name: str) -> list[str]:
    with reading(world.engine) as tx:
        return [one.id for one in anew.waiting(tx, world.actor(name), now=world.now)]


def sees(world: World, name: str, case_id: str) -> frozenset[str]:
    with reading(world.engine) as tx:
        ground = Ground(tx, cases.fetch(tx, case_id), Who(), world.now)
        return visible_categories(world.actor(name), ground.about)


def test_a_case_with_a_reader_is_nobodys_to_name_in_anew(world: World) -> None:
    case = world.start()
    world.do(shielding.protect, "sara", case, Protection.PROTECTED_REGISTRATION, "Skatteverket säger det")
    assert waits_for(world, "chef") == []
    with pytest.raises(NotAllowed):
        world.do(anew.name_reader, "chef", case, "petra", "Tar över")
    assert waits_for(world, "chef") == []


def test_the_manager_names_a_reader_and_sees_nothing(world: World, lost: str) -> None:
    assert waits_for(world, "chef") == [lost]
    world.do(anew.name_reader, "chef", lost, "petra", "Tar över efter Sara")
    assert sees(world, "petra", lost)
    assert sees(world, "chef", lost) == frozenset()
    assert waits_for(world, "chef") == []
    (named,) = [row for row in world.rows(t.named_readers, case_id=lost) if row.person_id == "petra"]
    assert (named.named_by, named.reason) == ("chef", "Tar över efter Sara")
    (told,) = world.facts(lost, "reader_named_anew")
    assert (told.actor_id, told.data) == ("chef", {"person": "petra"})
    (row,) = [one for one in world.rows(t.log, case_id=lost) if one.act == "reader_named_anew"]
    assert (row.actor_id, row.ground) == ("chef", "manager-above")
    world.do(shielding.name_reader, "petra", lost, "chef", "Ska pröva avslaget")


@pytest.mark.parametrize("ends", ["place of work", "account by letter"])
def test_whoever_no_longer_works_there_is_no_reader(world: World, ends: str) -> None:
    case = world.start()
    world.do(shielding.protect, "sara", case, Protection.PROTECTED_REGISTRATION, "Skatteverket säger det")
    if ends == "place of work":
        since = str(world.now.date())
        make(
            world,
            None,
            as_it_is(world, "membership", "sara", "vc", "staff", since, valid_to=world.now.date()),
        )
        assert waits_for(world, "chef") == []
        world.now += timedelta(days=1)
    else:
        make(world, None, as_it_is(world, "person", "sara", reached_by="letter", address="Storgatan 1"))
    assert waits_for(world, "chef") == [case]


def test_nobody_names_themself_nor_somebody_from_elsewhere_nor_without_a_reason(
    world: World, lost: str
) -> None:
    joins(world, "chef", "vc", "staff")
    joins(world, "owner", "vc", "process_owner")
    for name in ("chef", "maria", "johanna", "owner", "sara", ""):
        with pytest.raises(InvalidForm):
            world.do(anew.name_reader, "chef", lost, name, "x")
    with pytest.raises(InvalidForm):
        world.do(anew.name_reader, "chef", lost, "petra", "  ")
    assert waits_for(world, "chef") == [lost]


@pytest.mark.parametrize("name", ["petra", "rehabchef", "malbychef", "admin", "owner", "maria"])
def test_others_than_the_manager_name_nobody_and_are_told_of_nothing(
    world: World, lost: str, name: str
) -> None:
    assert waits_for(world, name) == []
    with pytest.raises(NotAllowed):
        world.do(anew.name_reader, name, lost, "petra", "x")


def test_a_vacant_post_is_filled_by_the_one_above_and_no_other_time(world: World, lost: str) -> None:
    joins(world, "johanna", "region_top", "manager")
    assert waits_for(world, "johanna") == []
    with pytest.raises(NotAllowed):
        world.do(anew.name_reader, "johanna", lost, "petra", "x")
    leaves(world, "chef")
    assert waits_for(world, "johanna") == [lost]
    world.do(anew.name_reader, "johanna", lost, "petra", "Tjänsten är vakant")
    assert sees(world, "petra", lost)


def test_a_managers_substitute_names_in_their_stead_and_never_themself(world: World, lost: str) -> None:
    away(world, "chef", Given("johanna", "vc", "manager"))
    assert waits_for(world, "johanna") == [lost]
    joins(world, "johanna", "vc", "staff")
    with pytest.raises(InvalidForm):
        world.do(anew.name_reader, "johanna", lost, "johanna", "x")
    world.do(anew.name_reader, "johanna", lost, "petra", "Tar över")
    (told,) = world.facts(lost, "reader_named_anew")
    assert (told.actor_id, told.acting_for_id) == ("johanna", "chef")


def test_a_managers_task_in_a_protected_case_is_seen_by_who_fills_the_post_and_opens_nothing(
    world: World,
) -> None:
    case = world.start("sara", process="testland_approval")
    world.do(shielding.protect, "sara", case, Protection.PROTECTED_REGISTRATION, "Skatteverket säger det")
    world.complete("sara", case, "assess")
    with reading(world.engine) as tx:
        actor = world.actor("chef")
        listed = worklist.open_for(tx, actor, worklist.Filter(), now=world.now, today=world.now.date())
        counts = worklist.counts(tx, actor, today=world.now.date(), near_until=world.now.date())
    assert [(row.task.element_id, row.person) for row in listed.rows] == [("approve", None)]
    assert counts["all"] == 1
    assert sees(world, "chef", case) == frozenset()
    for name in ("petra", "rehabchef"):
        with pytest.raises(NotAllowed):
            world.do(tasks.claim, name, world.task(case, "approve").id)
    world.complete("chef", case, "approve")
