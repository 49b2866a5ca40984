"""A finding of a draft is mended with one act, and one undo takes the act and all that went along with it back."""

from __future__ import annotations

import pytest

from engine.actions import draft_sources, routine_drafts, routine_steps
from engine.actions.routine_steps import NotPossible
from engine.definitions.editing.offering import Mend
from engine.records.database import reading
from tests.world import World

PROCESS = "testland_six_steps"
DRAWING = "testland/six_steps/six_steps.bpmn"
FORMS = "testland/six_steps/forms"


def held(world: World, draft_id: str) -> dict[str, bytes]:
    actor = world.actor("owner")
    with reading(world.engine) as tx:
        return dict(routine_drafts.read(tx, actor, draft_id).files)


def test_a_readable_id_takes_the_form_along_and_one_undo_brings_both_back(world: World) -> None:
    draft = str(world.do(draft_sources.from_version, "owner", PROCESS).id)
    before = held(world, draft)
    act = Mend("id", "register", "register_need")
    world.do(routine_steps.mend, "owner", draft, DRAWING, act)
    after = held(world, draft)
    assert (f"{FORMS}/register.form" in after, f"{FORMS}/register_need.form" in after) == (False, True)
    assert b'"register"' not in after[DRAWING]
    world.do(routine_drafts.undo, "owner", draft, expected_revision=2)
    assert held(world, draft) == before


def test_a_missing_form_is_made_though_the_drawing_stays_as_it_is(world: World) -> None:
    draft = str(world.do(draft_sources.from_version, "owner", PROCESS).id)
    world.do(routine_drafts.save_files, "owner", draft, {f"{FORMS}/register.form": None}, expected_revision=1)
    world.do(routine_steps.mend, "owner", draft, DRAWING, Mend("form", "register"))
    assert b"register_note" in held(world, draft)[f"{FORMS}/register.form"]


def test_an_act_on_what_is_no_longer_there_is_refused(world: World) -> None:
    draft = str(world.do(draft_sources.from_version, "owner", PROCESS).id)
    with pytest.raises(NotPossible):
        world.do(routine_steps.mend, "owner", draft, DRAWING, Mend("end", "gone"))
