"""Scenarios that a trial found otherwise expect the new, and the trial holds for them then."""

from __future__ import annotations

from engine.actions import routine_drafts
from engine.actions.publishing import state
from engine.records.database import reading
from engine.scenarios import renewing, trying
from tests.scenarios.test_trying import SCENARIOS, drafted, kind, save, world
from tests.world import ROUTINES, World

__all__ = ["kind", "world"]


def test_scenarios_that_expect_what_was_found_are_those_that_were_tried(world: World) -> None:
    draft, actor = drafted(world), world.actor("owner")
    kept = f"{SCENARIOS}light.toml"
    with reading(world.engine) as tx:
        held = routine_drafts.read(tx, actor, draft).files
    others = {path: None for path in held if path.startswith(SCENARIOS) and path != kept}
    world.do(routine_drafts.save_files, "owner", draft, others, expected_revision=1)
    save(world, draft, kept, b"deviations = 1", b"deviations = 7")
    assert world.do(renewing.renew, "owner", draft) is None
    assert not trying.try_draft(world.engine, actor, draft, root=ROUTINES, now=world.now).passed
    renewed = world.do(renewing.renew, "owner", draft)
    with reading(world.engine) as tx:
        content = routine_drafts.read(tx, actor, draft)
        assert state(tx, actor, draft).trial == renewed
    assert renewed.passed
    assert content.may_undo
    assert content.files[kept] == (ROUTINES / kept).read_bytes()
