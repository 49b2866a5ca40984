"""Two persons at one draft at the same instant: one is first, the other is told, and nothing that anybody wrote is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, Engine

from engine.access import Actor
from engine.actions import decisions, draft_sources, publishing, routine_drafts
from engine.actions.routine_drafts import Conflict, Saved
from engine.definitions import files
from engine.errors import AlreadyClosed, EngineError, StaleCase
from engine.records import publications, specs
from engine.records import tables as t
from engine.records.database import connect, reading, writing
from engine.records.publications import Trial
from tests.owners import another
from tests.races.test_two_at_once import at_once, deed
from tests.world import World

PROCESS, DRAWING = "testland_six_steps", "testland/six_steps/six_steps.bpmn"


@pytest.fixture
def other(world: World) -> Iterator[Engine]:
    """The database as another process has it."""
    engine = connect(world.engine.url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def drafted(world: World, words: str) -> str:
    draft = world.do(draft_sources.from_version, "owner", PROCESS)
    owner = world.actor("owner")
    with writing(world.engine) as tx:
        text = (
            routine_drafts.read(tx, owner, draft.id)
            .files[DRAWING]
            .replace(b'name="Avsluta"', f'name="{words}"'.encode())
        )
        routine_drafts.save_file(tx, owner, draft.id, DRAWING, text, expected_revision=1, now=world.now)
        digest = files.digest(routine_drafts.read(tx, owner, draft.id).files)
        publications.put_trial(tx, draft.id, Trial(digest, world.now, True, (), ()))
        read_all(tx, world, "owner", draft.id)
    return str(draft.id)


def read_all(tx: Connection, world: World, name: str, draft: str) -> None:
    actor = world.actor(name)
    for one in publishing.state(tx, actor, draft).changes:
        publishing.mark_read(tx, actor, draft, one.key, now=world.now)


def asked(world: World, *readers: str) -> tuple[str, str]:
    draft = drafted(world, "Gör slut")
    publication = str(world.do(publishing.ask, "owner", draft, "Nytt ord."))
    for name in readers:
        another(world, name)
        with writing(world.engine) as tx:
            read_all(tx, world, name, draft)
    return draft, publication


def test_of_two_who_approve_one_has_and_the_other_is_told(world: World, other: Engine) -> None:
    _, publication = asked(world, "tyra", "ture")
    today = world.now.date()
    actors = [world.actor("tyra"), world.actor("ture")]

    def approve(actor: Actor, tx: Connection) -> object:
        return decisions.approve(tx, actor, publication, "Ja.", today, now=world.now)

    deeds = [
        deed(engine, partial(approve, actor))
        for engine, actor in zip((world.engine, other), actors, strict=True)
    ]
    found = at_once(*deeds)
    assert sum(isinstance(one, publications.Publication) for one in found) == 1
    assert sum(isinstance(one, AlreadyClosed) for one in found) == 1


def test_who_approves_and_who_takes_back_never_both_have_their_way(world: World, other: Engine) -> None:
    draft, publication = asked(world, "tyra")
    with reading(world.engine) as tx:
        before = specs.current(tx, PROCESS)
    tyra, owner, today = world.actor("tyra"), world.actor("owner"), world.now.date()
    approved, taken_back = at_once(
        deed(world.engine, lambda tx: decisions.approve(tx, tyra, publication, "Ja.", today, now=world.now)),
        deed(other, lambda tx: decisions.take_back(tx, owner, publication, now=world.now)),
    )
    with reading(world.engine) as tx:
        after, (row,) = specs.current(tx, PROCESS), world.rows(t.routine_drafts, id=draft)
    if isinstance(approved, publications.Publication):
        assert isinstance(taken_back, AlreadyClosed)
        assert (after, row.status) == (approved.to_hash, "published")
    else:
        assert isinstance(approved, AlreadyClosed)
        assert (after, row.status) == (before, "open")


def test_what_is_called_off_as_its_day_comes_is_in_force_or_stopped_never_both(
    world: World, other: Engine
) -> None:
    draft, publication = asked(world, "tyra")
    with reading(world.engine) as tx:
        before = specs.current(tx, PROCESS)
    tyra, owner, day = world.actor("tyra"), world.actor("owner"), world.now.date() + timedelta(days=1)
    with writing(world.engine) as tx:
        approved = decisions.approve(tx, tyra, publication, "Ja.", day, now=world.now)
    then = world.now + timedelta(days=1)
    brought, called_off = at_once(
        lambda: decisions.bring_into_force(world.engine, now=then),
        deed(other, lambda tx: decisions.call_off(tx, owner, publication, "Fel.", now=then)),
    )
    with reading(world.engine) as tx:
        after, (row,) = specs.current(tx, PROCESS), world.rows(t.routine_drafts, id=draft)
    if brought:
        assert isinstance(called_off, AlreadyClosed)
        assert (after, row.status) == (approved.to_hash, "published")
    else:
        assert called_off is None
        assert (after, row.status) == (before, "open")


def test_what_is_saved_while_it_is_asked_for_is_in_the_draft_or_refused_and_never_approved_unseen(
    world: World, other: Engine
) -> None:
    draft = drafted(world, "Gör slut")
    owner = world.actor("owner")
    readme = "testland/six_steps/README.md"
    asking, saving = at_once(
        deed(world.engine, lambda tx: publishing.ask(tx, owner, draft, "Nytt ord.", now=world.now)),
        deed(
            other,
            lambda tx: routine_drafts.save_file(
                tx, owner, draft, readme, b"x", expected_revision=2, now=world.now
            ),
        ),
    )
    with reading(world.engine) as tx:
        waits = publications.asked_of(tx, draft)
        digest = files.digest(routine_drafts.read(tx, owner, draft).files)
    if isinstance(saving, Saved):
        assert isinstance(asking, publishing.Unready)
        assert waits is None
    else:
        assert isinstance(saving, routine_drafts.Locked)
        assert waits is not None
        assert waits.digest == digest


def test_of_two_who_save_the_same_file_one_is_kept_beside_the_other(world: World, other: Engine) -> None:
    another(world, "tyra")
    draft = drafted(world, "Gör slut")
    pairs = ((world.engine, "owner", b"hers"), (other, "tyra", b"his"))
    actors = {name: world.actor(name) for _, name, _ in pairs}
    found = at_once(
        *(
            deed(
                engine,
                lambda tx, name=name, text=text: routine_drafts.save_file(  # type: ignore[misc]
                    tx, actors[name], draft, DRAWING, text, expected_revision=2, now=world.now
                ),
            )
            for engine, name, text in pairs
        )
    )
    (conflict,) = (one for one in found if isinstance(one, Conflict))
    (_,) = (one for one in found if isinstance(one, Saved))
    assert {conflict.mine, conflict.theirs} == {b"hers", b"his"}
    assert len(world.rows(t.draft_conflicts)) == 1


def test_of_two_drafts_of_a_routine_one_is_asked_for(world: World, other: Engine) -> None:
    first, second = drafted(world, "Gör slut"), drafted(world, "Slut")
    owner = world.actor("owner")
    found = at_once(
        deed(world.engine, lambda tx: publishing.ask(tx, owner, first, "x", now=world.now)),
        deed(other, lambda tx: publishing.ask(tx, owner, second, "x", now=world.now)),
    )
    assert sum(isinstance(one, str) for one in found) == 1
    assert sum(isinstance(one, StaleCase | publishing.Unready) for one in found) == 1
    assert not any(isinstance(one, EngineError) and "deadlock" in str(one) for one in found)
