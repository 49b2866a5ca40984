"""What comes into force, for whom, and what does not."""

from __future__ import annotations

import pytest

from engine.actions import deploy
from engine.definitions import files
from engine.errors import BrokenDefinition, NotAllowed, StaleCase
from engine.records import specs
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.world import ROUTINES, World

FOLDER = ROUTINES / "testland" / "six_steps"


def changed(old: str, new: str) -> files.Bundle:
    contents = dict(files.read_bundle(FOLDER, ROUTINES).files)
    path = "testland/six_steps/six_steps.bpmn"
    contents[path] = contents[path].replace(old.encode(), new.encode())
    return files.bundle(contents, "testland_six_steps")


def test_the_same_files_are_the_same_version(world: World) -> None:
    with writing(world.engine) as tx:
        again = deploy.deploy(tx, files.read_bundle(FOLDER, ROUTINES), by=None, now=world.now)
    assert not again.is_new


def test_running_cases_stay_on_their_version_and_new_ones_get_the_new(world: World) -> None:
    """S3-002."""
    old = world.start()
    with writing(world.engine) as tx:
        made = deploy.deploy(tx, changed("Avsluta", "Gör slut"), by=world.actor("owner"), now=world.now)
    assert made.is_new
    new = world.start()
    hashes = {row.case_id: row.bundle_hash for row in world.rows(t.instances)}
    assert hashes[new] == made.hash != hashes[old]
    for case in (old, new):
        world.complete("sara", case, "register", called_units=["bistand"], consent=False)
        world.complete("maria", case, "acknowledge", answer="acknowledged")
    assert [world.task(case, "conclude").name for case in (old, new)] == ["Avsluta", "Gör slut"]


def test_a_version_that_was_in_force_before_can_be_again(world: World) -> None:
    with reading(world.engine) as tx:
        first = specs.current(tx, "testland_six_steps")
    with writing(world.engine) as tx:
        deploy.deploy(tx, changed("Avsluta", "Gör slut"), by=None, now=world.now)
    with writing(world.engine) as tx:
        deploy.deploy(tx, files.read_bundle(FOLDER, ROUTINES), by=None, now=world.now)
    with reading(world.engine) as tx:
        assert specs.current(tx, "testland_six_steps") == first


def test_staff_deploy_nothing(world: World) -> None:
    with pytest.raises(NotAllowed), writing(world.engine) as tx:
        deploy.deploy(tx, changed("Avsluta", "x"), by=world.actor("sara"), now=world.now)


def test_a_broken_routine_comes_not_into_force_and_the_old_stays(world: World) -> None:
    before = world.rows(t.bundles)
    with pytest.raises(BrokenDefinition) as told, writing(world.engine) as tx:
        deploy.deploy(tx, changed('targetRef="register"', 'targetRef="nowhere"'), by=None, now=world.now)
    assert any(finding.element_id == "f_begun" for finding in told.value.findings)
    assert world.rows(t.bundles) == before


def test_a_file_that_several_versions_hold_is_kept_once(world: World) -> None:
    before = len(world.rows(t.files))
    with writing(world.engine) as tx:
        deploy.deploy(tx, changed("Avsluta", "Gör slut"), by=None, now=world.now)
    assert len(world.rows(t.files)) == before + 1


def test_a_process_owner_does_not_take_the_place_of_a_routine_that_is_not_the_regions_own(
    world: World,
) -> None:
    own = files.read_bundle(FOLDER, ROUTINES)
    shared = {path.replace("testland/", "shared/"): data for path, data in own.files.items()}
    with writing(world.engine) as tx:
        made = deploy.deploy(
            tx, files.bundle(shared, own.process_id), by=None, conventions=False, now=world.now
        )
    with pytest.raises(NotAllowed), writing(world.engine) as tx:
        deploy.deploy(tx, own, by=world.actor("owner"), now=world.now)
    with reading(world.engine) as tx:
        assert specs.current(tx, own.process_id) == made.hash


def test_what_was_made_from_a_version_that_is_no_longer_in_force_changes_nothing(world: World) -> None:
    with reading(world.engine) as tx:
        base = specs.current(tx, "testland_six_steps")
    assert base is not None
    first, second = (deploy.check(changed("Avsluta", words)) for words in ("Gör slut", "Slut"))
    with writing(world.engine) as tx:
        made = deploy.put_in_force(tx, first, instead_of=base, by=world.actor("owner"), now=world.now)
    with pytest.raises(StaleCase), writing(world.engine) as tx:
        deploy.put_in_force(tx, second, instead_of=base, by=world.actor("owner"), now=world.now)
    with reading(world.engine) as tx:
        assert specs.current(tx, "testland_six_steps") == made.hash
