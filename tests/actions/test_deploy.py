"""What comes into force by itself, what only becomes a draft, and what does not come at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.actions import deploy, draft_sources, routine_drafts
from engine.definitions import files
from engine.errors import BrokenDefinition, NotAllowed
from engine.records import routine_drafts as rows
from engine.records import specs
from engine.records import tables as t
from engine.records.database import reading, writing
from tests.owners import put_in_force
from tests.world import ROUTINES, World

PROCESS = "testland_six_steps"
FOLDER = ROUTINES / "testland" / "six_steps"
DRAWING = "testland/six_steps/six_steps.bpmn"


def changed(old: str, new: str, process: str = PROCESS) -> files.Bundle:
    contents = dict(files.read_bundle(FOLDER, ROUTINES).files)
    contents[DRAWING] = contents[DRAWING].replace(old.encode(), new.encode())
    return files.bundle(contents, process)


def renamed() -> files.Bundle:
    """A routine that nobody has deployed."""
    found = files.read_bundle(FOLDER, ROUTINES).files
    contents = {path.replace("six_steps", "six_more"): data for path, data in found.items()}
    path = "testland/six_more/six_more.bpmn"
    contents[path] = contents[path].replace(PROCESS.encode(), b"testland_six_more")
    return files.bundle(contents, "testland_six_more")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of regions that somebody changes."""
    copied = Path(shutil.copytree(ROUTINES, tmp_path / "routines"))
    for path in copied.glob("*/*"):
        if path.is_dir() and path.name not in ("six_steps", "deviation"):
            shutil.rmtree(path)
    return copied


def rewrite(root: Path, old: str, new: str) -> None:
    path = root / DRAWING
    path.write_text(path.read_text().replace(old, new))


def deployed(world: World, root: Path) -> list[str]:
    return [
        line
        for line in deploy.deploy_path(world.engine, root / "testland" / "six_steps", now=world.now)
        if PROCESS in line
    ]


def drafts(world: World) -> list[rows.Draft]:
    with reading(world.engine) as tx:
        return rows.listed(tx, PROCESS)


def current(world: World, process_id: str = PROCESS) -> str | None:
    with reading(world.engine) as tx:
        return specs.current(tx, process_id)


def test_the_same_files_are_the_same_version(world: World) -> None:
    with writing(world.engine) as tx:
        again = deploy.install(tx, files.read_bundle(FOLDER, ROUTINES), by=None, now=world.now)
    assert not again.is_new


def test_running_cases_stay_on_their_version_and_new_ones_get_the_new(world: World) -> None:
    """S3-002."""
    old = world.start()
    with writing(world.engine) as tx:
        made = put_in_force(tx, changed("Avsluta", "Gör slut"), now=world.now)
    new = world.start()
    hashes = {row.case_id: row.bundle_hash for row in world.rows(t.instances)}
    assert hashes[new] == made != hashes[old]
    for case in (old, new):
        world.complete("sara", case, "register", called_units=["bistand"], consent=False)
        world.complete("maria", case, "acknowledge", answer="acknowledged")
    assert [world.task(case, "conclude").name for case in (old, new)] == ["Avsluta", "Gör slut"]


def test_a_routine_that_has_a_version_gets_no_other_by_being_installed(world: World) -> None:
    before = world.rows(t.routines)
    with pytest.raises(deploy.AlreadyInstalled), writing(world.engine) as tx:
        deploy.install(tx, changed("Avsluta", "Gör slut"), by=None, now=world.now)
    assert world.rows(t.routines) == before


def test_a_folder_that_has_changed_becomes_a_draft_once_and_nothing_comes_into_force(
    world: World, root: Path
) -> None:
    before = current(world)
    assert "unchanged" in deployed(world, root)[0]
    rewrite(root, "Avsluta", "Gör slut")
    assert "a draft was made" in deployed(world, root)[0]
    assert "a draft already" in deployed(world, root)[0]
    (draft,) = drafts(world)
    assert (draft.origin, draft.created_by, draft.base_hash, current(world)) == (
        "folder",
        None,
        before,
        before,
    )


def test_an_untouched_draft_of_the_folder_makes_room_for_the_next_and_one_that_was_changed_stays(
    world: World, root: Path
) -> None:
    rewrite(root, "Avsluta", "Gör slut")
    deployed(world, root)
    rewrite(root, "Gör slut", "Slut")
    deployed(world, root)
    (draft,) = drafts(world)
    world.do(
        routine_drafts.save_file, "owner", draft.id, "testland/six_steps/README.md", b"x", expected_revision=1
    )
    rewrite(root, "Slut", "Klart")
    deployed(world, root)
    assert len(drafts(world)) == 2
    world.do(routine_drafts.drop, "owner", drafts(world)[0].id)
    deployed(world, root)
    assert len(drafts(world)) == 1


def test_a_folder_that_cannot_run_is_a_draft_too_and_is_mended_there(world: World, root: Path) -> None:
    rewrite(root, 'targetRef="register"', 'targetRef="nowhere"')
    deployed(world, root)
    assert len(drafts(world)) == 1


def test_staff_install_nothing(world: World) -> None:
    with pytest.raises(NotAllowed), writing(world.engine) as tx:
        deploy.install(tx, renamed(), by=world.actor("sara"), now=world.now)


def test_a_broken_routine_comes_not_into_force(world: World) -> None:
    before = world.rows(t.bundles)
    with pytest.raises(BrokenDefinition) as told, writing(world.engine) as tx:
        deploy.install(tx, changed('targetRef="register"', 'targetRef="nowhere"'), by=None, now=world.now)
    assert any(finding.element_id == "f_begun" for finding in told.value.findings)
    assert world.rows(t.bundles) == before


def test_a_file_that_several_versions_hold_is_kept_once(world: World) -> None:
    before = len(world.rows(t.files))
    with writing(world.engine) as tx:
        put_in_force(tx, changed("Avsluta", "Gör slut"), now=world.now)
    assert len(world.rows(t.files)) == before + 1


def test_a_process_owner_changes_no_routine_that_is_not_the_regions_own(world: World) -> None:
    own = files.read_bundle(FOLDER, ROUTINES)
    shared = {path.replace("testland/", "shared/"): data for path, data in own.files.items()}
    with pytest.raises(NotAllowed), writing(world.engine) as tx:
        draft_sources.from_files(tx, world.actor("owner"), "shared/six_steps", shared, now=world.now)
    with writing(world.engine) as tx:
        made = put_in_force(tx, files.bundle(shared, own.process_id), conventions=False, now=world.now)
    with pytest.raises(NotAllowed), writing(world.engine) as tx:
        draft_sources.from_version(tx, world.actor("owner"), PROCESS, now=world.now)
    with pytest.raises(BrokenDefinition), writing(world.engine) as tx:
        draft_sources.from_files(tx, world.actor("owner"), "testland/six_steps", own.files, now=world.now)
    assert current(world) == made
