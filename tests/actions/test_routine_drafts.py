"""A routine is changed in a draft, by one or by several, and nothing that anybody wrote is lost."""

from __future__ import annotations

from typing import Any

import pytest

from engine.actions import draft_sources, routine_drafts
from engine.actions.routine_drafts import Conflict, Content, Saved
from engine.definitions import files
from engine.errors import BrokenDefinition, NotAllowed, NotFound, StaleCase
from engine.records.database import reading
from tests.world import World

PROCESS = "testland_six_steps"
DRAWING = "testland/six_steps/six_steps.bpmn"


def drafted(world: World) -> str:
    return str(world.do(draft_sources.from_version, "owner", PROCESS).id)


def read(world: World, draft_id: str) -> Content:
    actor = world.actor("owner")
    with reading(world.engine) as tx:
        return routine_drafts.read(tx, actor, draft_id)


def save(world: World, draft_id: str, text: str, at: int, path: str = DRAWING) -> Any:
    return world.do(routine_drafts.save_file, "owner", draft_id, path, text.encode(), expected_revision=at)


def test_a_draft_begins_with_the_files_of_the_version_in_force(world: World) -> None:
    found = read(world, drafted(world))
    assert DRAWING in found.own
    assert files.bundle(found.files, PROCESS).hash == found.draft.base_hash
    assert (found.may_undo, found.may_redo) == (False, False)


def test_every_change_is_undone_and_done_again_one_by_one(world: World) -> None:
    draft = drafted(world)
    first = read(world, draft).files[DRAWING]
    assert save(world, draft, "one", 1) == Saved(2, (DRAWING,))
    save(world, draft, "two", 2)
    for expected, at in ((b"one", 3), (first, 4)):
        world.do(routine_drafts.undo, "owner", draft, expected_revision=at)
        assert read(world, draft).files[DRAWING] == expected
    world.do(routine_drafts.redo, "owner", draft, expected_revision=5)
    assert read(world, draft).files[DRAWING] == b"one"
    save(world, draft, "three", 6)
    assert not read(world, draft).may_redo
    with pytest.raises(StaleCase):
        world.do(routine_drafts.redo, "owner", draft, expected_revision=7)


def test_a_change_of_several_files_is_undone_as_one(world: World) -> None:
    draft = drafted(world)
    new = "testland/six_steps/README.md"
    before = read(world, draft).files
    world.do(routine_drafts.save_files, "owner", draft, {DRAWING: None, new: b"read me"}, expected_revision=1)
    assert DRAWING not in read(world, draft).files
    world.do(routine_drafts.undo, "owner", draft, expected_revision=2)
    assert read(world, draft).files == before


def test_what_is_saved_too_late_is_kept_beside_what_stands_there(world: World) -> None:
    draft = drafted(world)
    save(world, draft, "hers", 1)
    found = save(world, draft, "his", 1)
    assert isinstance(found, Conflict)
    assert (found.mine, found.theirs) == (b"his", b"hers")
    assert read(world, draft).files[DRAWING] == b"hers"
    actor = world.actor("owner")
    with reading(world.engine) as tx:
        assert [one.mine for one in routine_drafts.conflicts(tx, actor, draft)] == [b"his"]
    world.do(routine_drafts.settle, "owner", draft, found.id, b"both", expected_revision=2)
    assert read(world, draft).files[DRAWING] == b"both"
    with reading(world.engine) as tx:
        assert routine_drafts.conflicts(tx, actor, draft) == []


def test_two_who_change_different_files_are_not_in_each_others_way(world: World) -> None:
    draft = drafted(world)
    save(world, draft, "hers", 1)
    assert isinstance(save(world, draft, "x = 1", 1, "testland/six_steps/routine.toml"), Saved)


def test_what_is_as_it_was_is_no_change(world: World) -> None:
    draft = drafted(world)
    text = read(world, draft).files[DRAWING].decode()
    assert save(world, draft, text, 1) == Saved(1)
    assert not read(world, draft).may_undo


@pytest.mark.parametrize(
    "path",
    [
        "testland/part/part.bpmn",
        "testland/six_steps/../part/part.bpmn",
        "/etc/passwd.md",
        "testland/six_steps/run.py",
        "testland/six_steps/.hidden.md",
        "testland/six_steps/a\\b.md",
        "six_steps.bpmn",
        f"testland/six_steps/{'å' * 150}.md",
        f"testland/six_steps/{'a/' * 1000}a.md",
        "testland/six_steps/six_steps.bpmn/a.md",
    ],
)
def test_a_draft_takes_no_file_that_is_not_the_routines_own(world: World, path: str) -> None:
    draft = drafted(world)
    with pytest.raises((BrokenDefinition, NotAllowed)):
        save(world, draft, "x", 1, path)
    assert not read(world, draft).may_undo


def test_only_those_who_answer_for_the_routine_make_read_or_change_a_draft(world: World) -> None:
    draft = drafted(world)
    for name in ("sara", "admin", "chef"):
        with pytest.raises(NotAllowed):
            world.do(draft_sources.from_version, name, PROCESS)
        with pytest.raises(NotAllowed), reading(world.engine) as tx:
            routine_drafts.read(tx, world.actor(name), draft)
        with pytest.raises(NotAllowed):
            world.do(routine_drafts.save_file, name, draft, DRAWING, b"x", expected_revision=1)


def test_who_has_a_draft_open_is_told_to_others_for_a_while(world: World) -> None:
    draft = drafted(world)
    assert world.do(routine_drafts.note_present, "owner", draft, "register", edits=True) == []
    world.pass_time(minutes=5)
    assert world.do(routine_drafts.note_present, "owner", draft, edits=False) == []


def test_a_draft_of_a_part_begins_as_its_callers_have_it(world: World) -> None:
    draft = world.do(draft_sources.from_version, "owner", "testland_inner")
    assert draft.base_hash is not None
    assert set(read(world, draft.id).own) >= {"testland/inner/inner.bpmn"}


def test_a_variant_names_what_it_was_made_from_and_has_its_own_process(world: World) -> None:
    draft = world.do(draft_sources.variant, "owner", "testland/six_more", PROCESS, "Sex till")
    found = read(world, draft.id).own
    assert b'process id="testland_six_more"' in found["testland/six_more/six_more.bpmn"]
    assert f'based_on = "{PROCESS}@'.encode() in found["testland/six_more/routine.toml"]


def test_a_new_routine_is_one_that_can_be_read(world: World) -> None:
    draft = world.do(draft_sources.empty, "owner", "testland/brand_new", 'Ny "rutin" <b>')
    found = read(world, draft.id)
    bundle = files.bundle(found.files, "testland_brand_new")
    from engine.definitions import routine

    assert routine.read(bundle).title == 'Ny "rutin" <b>'
    with pytest.raises(BrokenDefinition):  # where the papers of the region stand
        world.do(draft_sources.empty, "owner", "testland/documents", "Documents")


def test_a_given_up_draft_takes_no_more_changes_until_it_is_taken_up_as_it_stood(world: World) -> None:
    draft = drafted(world)
    with pytest.raises(routine_drafts.Locked):
        world.do(routine_drafts.take_up, "owner", draft)
    world.do(routine_drafts.drop, "owner", draft)
    for again in (lambda: save(world, draft, "x", 1), lambda: world.do(routine_drafts.drop, "owner", draft)):
        with pytest.raises(routine_drafts.Locked):
            again()
    world.do(routine_drafts.take_up, "owner", draft)
    assert isinstance(save(world, draft, "x", 1), routine_drafts.Saved)


def test_a_routine_that_is_not_there_has_no_draft(world: World) -> None:
    with pytest.raises(NotFound):
        world.do(draft_sources.from_version, "owner", "testland_nowhere")
