"""A draft becomes a version by two persons, after it was tried and read, and in no other way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from engine import heartbeat, library
from engine.actions import decisions, draft_sources, publishing, routine_drafts
from engine.actions.publishing import State, Unready
from engine.definitions import difference, files
from engine.errors import AlreadyClosed, EngineError, NotAllowed, StaleCase
from engine.reads import standing
from engine.records import publications, specs
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.records.publications import Trial
from tests.owners import another, put_in_force
from tests.world import ROUTINES, World

PROCESS = "testland_six_steps"
DRAWING = "testland/six_steps/six_steps.bpmn"
TODAY = date(2026, 11, 16)


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """What needs the other database too is among the races."""
    return str(request.param)


@pytest.fixture(autouse=True)
def second(world: World) -> None:
    another(world, "tyra")


def drafted(world: World, new: str = "Gör slut", name: str = "owner") -> str:
    """A draft in which a step has another name."""
    draft = world.do(draft_sources.from_version, name, PROCESS)
    actor = world.actor(name)
    with reading(world.engine) as tx:
        text = (
            routine_drafts.read(tx, actor, draft.id)
            .files[DRAWING]
            .replace(b'name="Avsluta"', f'name="{new}"'.encode())
        )
    world.do(routine_drafts.save_file, name, draft.id, DRAWING, text, expected_revision=draft.revision)
    return str(draft.id)


def tried(world: World, draft_id: str, *, passed: bool = True, warned: str = "") -> None:
    """As `engine.scenarios.trying` leaves it; whoever asks has read what differs."""
    actor = world.actor("owner")
    with writing(world.engine) as tx:
        content = routine_drafts.read(tx, actor, draft_id)
        digest = draft_sources.tried(tx, content.draft.folder, content.files)
        scenarios = ({"name": "happy_path", "ok": passed},)
        findings = ({"rule": "timer-order", "severity": "warning", "message": warned},) if warned else ()
        publications.put_trial(tx, draft_id, Trial(digest, world.now, passed, findings, scenarios))
    read_all(world, draft_id, "owner")


def state(world: World, draft_id: str, name: str = "tyra") -> State:
    actor = world.actor(name)
    with reading(world.engine) as tx:
        return publishing.state(tx, actor, draft_id)


def read_all(world: World, draft_id: str, name: str = "tyra") -> None:
    for one in state(world, draft_id, name).changes:
        world.do(publishing.mark_read, name, draft_id, one.key)


def asked(world: World, new: str = "Gör slut") -> tuple[str, str]:
    draft = drafted(world, new)
    tried(world, draft)
    return draft, str(world.do(publishing.ask, "owner", draft, "Två dagar räcker inte."))


def current(world: World) -> str | None:
    with reading(world.engine) as tx:
        return specs.current(tx, PROCESS)


def approve(world: World, publication: str, name: str = "tyra", on: date = TODAY) -> publications.Publication:
    found = world.do(decisions.approve, name, publication, "Läst och rätt.", on)
    assert isinstance(found, publications.Publication)
    return found


def test_a_draft_that_was_tried_read_and_approved_by_a_second_person_is_the_version_of_new_cases(
    world: World,
) -> None:
    old = world.start()
    before = current(world)
    draft, publication = asked(world)
    read_all(world, draft)
    made = approve(world, publication)
    new = world.start()
    hashes = {row.case_id: row.bundle_hash for row in world.rows(t.instances)}
    assert (hashes[old], hashes[new]) == (before, made.to_hash)
    assert made.to_hash == current(world) != before


def test_the_proof_stays_with_the_version(world: World) -> None:
    draft, publication = asked(world)
    changes = state(world, draft).changes
    read_all(world, draft)
    made = approve(world, publication)
    assert made.to_hash is not None
    with reading(world.engine) as tx:
        (kept,) = publications.of_version(tx, made.to_hash)
    assert tuple(difference.unpacked(one) for one in kept.proof["changes"]) == changes  # type: ignore[attr-defined]
    assert kept.proof["scenarios"] == [{"name": "happy_path", "ok": True}]
    assert set(kept.proof["read"]["tyra"]) == {one.key for one in changes}  # type: ignore[index]
    assert (kept.asked_by, kept.decided_by, kept.reason) == ("owner", "tyra", "Läst och rätt.")


def test_what_is_untried_or_failed_or_the_same_is_not_asked_for(world: World) -> None:
    draft = drafted(world)
    with pytest.raises(Unready) as told:
        world.do(publishing.ask, "owner", draft, "x")
    assert told.value.obstacles == ("untried", "unread")
    tried(world, draft, passed=False)
    with pytest.raises(Unready) as told:
        world.do(publishing.ask, "owner", draft, "x")
    assert told.value.obstacles == ("scenarios",)
    same = world.do(draft_sources.from_version, "owner", PROCESS).id
    tried(world, same)
    with pytest.raises(Unready) as told:
        world.do(publishing.ask, "owner", same, "x")
    assert told.value.obstacles == ("same",)


def test_what_is_warned_of_stays_only_with_a_reason_that_is_kept_with_the_version(world: World) -> None:
    draft = drafted(world)
    tried(world, draft, warned="x")
    with pytest.raises(Unready) as told:
        world.do(publishing.ask, "owner", draft, "Två dagar räcker inte.", " ")
    assert told.value.obstacles == ("warnings",)
    publication = world.do(publishing.ask, "owner", draft, "Två dagar räcker inte.", "Det är meningen.")
    read_all(world, draft)
    tried(world, draft, warned="y")  # what a later trial warns of nobody has given a reason for
    with pytest.raises(Unready) as told:
        approve(world, publication)
    assert told.value.obstacles == ("warnings",)
    tried(world, draft, warned="x")
    made = approve(world, publication)
    assert made.proof["warnings_stay"] == "Det är meningen."
    assert "timer-order" in str(made.proof["findings"])


def test_a_change_after_the_trial_must_be_tried_anew(world: World) -> None:
    draft = drafted(world)
    tried(world, draft)
    world.do(
        routine_drafts.save_file, "owner", draft, "testland/six_steps/README.md", b"new", expected_revision=2
    )
    assert state(world, draft).obstacles == ("untried",)


def test_nobody_changes_what_waits_and_whoever_asked_may_take_it_back(world: World) -> None:
    draft, publication = asked(world)
    with pytest.raises(routine_drafts.Locked):
        world.do(routine_drafts.save_file, "owner", draft, DRAWING, b"x", expected_revision=2)
    with pytest.raises(routine_drafts.Locked):
        world.do(routine_drafts.undo, "owner", draft, expected_revision=2)
    with pytest.raises(NotAllowed):
        world.do(decisions.take_back, "tyra", publication)
    world.do(decisions.take_back, "owner", publication)
    world.do(routine_drafts.undo, "owner", draft, expected_revision=2)


def test_what_nobody_left_has_asked_for_is_taken_back_by_somebody_else_who_answers_for_the_routine(
    world: World,
) -> None:
    draft, publication = asked(world)
    with writing(world.engine) as tx:
        tx.execute(delete(t.memberships).where(t.memberships.c.person_id == world.actor("owner").id))
    with pytest.raises(NotAllowed):
        world.do(decisions.take_back, "owner", publication)
    world.do(decisions.take_back, "tyra", publication)
    assert state(world, draft).draft.status == "open"


def test_whoever_asked_or_wrote_in_the_draft_is_not_the_second_person(world: World) -> None:
    draft = drafted(world)
    world.do(
        routine_drafts.save_file, "tyra", draft, "testland/six_steps/README.md", b"x", expected_revision=2
    )
    tried(world, draft)
    publication = world.do(publishing.ask, "owner", draft, "x")
    for name in ("owner", "tyra"):
        read_all(world, draft, name)
        with pytest.raises(NotAllowed) as refused:
            approve(world, publication, name)
        assert refused.value.reason == "four-eyes"
    for name in ("sara", "admin", "chef"):
        with pytest.raises(NotAllowed):
            approve(world, publication, name)


def test_whoever_handed_in_what_another_put_there_or_took_something_back_is_not_the_second_person(
    world: World,
) -> None:
    path = "testland/six_steps/README.md"
    another(world, "vera")
    draft = drafted(world)
    world.do(routine_drafts.save_file, "owner", draft, path, b"first", expected_revision=2)
    late = world.do(routine_drafts.save_file, "tyra", draft, path, b"late", expected_revision=2)
    world.do(routine_drafts.settle, "owner", draft, late.id, late.mine, expected_revision=3)
    world.do(routine_drafts.save_file, "owner", draft, path, b"last", expected_revision=4)
    world.do(routine_drafts.undo, "vera", draft, expected_revision=5)
    tried(world, draft)
    publication = world.do(publishing.ask, "owner", draft, "x")
    for name in ("tyra", "vera"):
        read_all(world, draft, name)
        with pytest.raises(NotAllowed) as refused:
            approve(world, publication, name)
        assert refused.value.reason == "four-eyes"


def test_whoever_asks_has_read_every_change(world: World) -> None:
    draft = drafted(world)
    tried(world, draft)
    with writing(world.engine) as tx:
        tx.execute(delete(t.draft_reads))
    assert state(world, draft, "owner").obstacles == ()
    with pytest.raises(Unready) as told:
        world.do(publishing.ask, "owner", draft, "x")
    assert told.value.obstacles == ("unread",)


def test_whoever_approves_has_read_every_change(world: World) -> None:
    draft, publication = asked(world)
    with pytest.raises(Unready) as told:
        approve(world, publication)
    assert told.value.obstacles == ("unread",)
    read_all(world, draft)
    assert state(world, draft).unread == ()


def test_the_mark_of_having_read_falls_when_that_change_changes(world: World) -> None:
    draft, publication = asked(world)
    read_all(world, draft)
    world.do(decisions.take_back, "owner", publication)
    actor = world.actor("owner")
    with reading(world.engine) as tx:
        text = routine_drafts.read(tx, actor, draft).files[DRAWING].replace("Gör slut".encode(), b"Slut")
    world.do(routine_drafts.save_file, "owner", draft, DRAWING, text, expected_revision=2)
    assert len(state(world, draft).unread) == 1


def test_what_is_sent_back_is_open_again_with_what_was_said_of_each_change(world: World) -> None:
    draft, publication = asked(world)
    key = state(world, draft).changes[0].key
    with pytest.raises(NotAllowed):
        world.do(decisions.send_back, "tyra", publication, " ")
    world.do(decisions.send_back, "tyra", publication, "Byt ord", {key: "Kalla det som förr"})
    with reading(world.engine) as tx:
        (kept,) = publications.of_draft(tx, draft)
    assert (kept.status, kept.comments) == ("sent_back", {key: "Kalla det som förr"})
    assert state(world, draft).draft.status == "open"
    with pytest.raises(AlreadyClosed):
        approve(world, publication)


def test_a_version_for_a_later_day_comes_into_force_on_that_day(world: World) -> None:
    before = current(world)
    draft, publication = asked(world)
    read_all(world, draft)
    with pytest.raises(NotAllowed):
        approve(world, publication, on=TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        approve(world, publication, on=TODAY.replace(year=2062))
    made = approve(world, publication, on=TODAY + timedelta(days=3))
    assert current(world) == before
    other = drafted(world, "Sist")
    assert "awaits-day" in state(world, other).obstacles
    assert decisions.bring_into_force(world.engine, now=world.now + timedelta(days=2, hours=13)) == 0
    assert decisions.bring_into_force(world.engine, now=world.now + timedelta(days=2, hours=14)) == 1
    assert current(world) == made.to_hash
    assert decisions.bring_into_force(world.engine, now=world.now + timedelta(days=4)) == 0


def test_what_awaits_its_day_can_be_called_off_and_then_goes_the_whole_way_anew(world: World) -> None:
    before = current(world)
    draft, publication = asked(world)
    with pytest.raises(AlreadyClosed):
        world.do(decisions.call_off, "owner", publication, "Inte godkänd än.")
    read_all(world, draft)
    made = approve(world, publication, on=TODAY + timedelta(days=3))
    for name, reason in (("sara", "Fel."), ("owner", " ")):
        with pytest.raises(NotAllowed):
            world.do(decisions.call_off, name, publication, reason)
    world.do(decisions.call_off, "owner", publication, "Fel frist.")
    assert decisions.bring_into_force(world.engine, now=world.now + timedelta(days=4)) == 0
    assert current(world) == before
    with reading(world.engine) as tx:
        (kept,) = publications.of_version(tx, made.to_hash or "")
    assert (kept.status, kept.decided_by, kept.called_off_by, kept.called_off_why) == (
        "called_off",
        "tyra",
        "owner",
        "Fel frist.",
    )
    assert (state(world, draft).draft.status, state(world, draft).obstacles) == ("open", ())
    with pytest.raises(AlreadyClosed):
        world.do(decisions.call_off, "owner", publication, "En gång till.")
    anew = world.do(publishing.ask, "owner", draft, "Nu är den rätt.")
    assert approve(world, anew).to_hash == made.to_hash == current(world)
    with pytest.raises(AlreadyClosed):
        world.do(decisions.call_off, "owner", anew, "För sent.")


def test_a_withdrawal_that_is_called_off_is_given_up(world: World) -> None:
    publication = world.do(publishing.ask_to_withdraw, "owner", PROCESS, "Ersätts.")
    approve(world, publication, on=TODAY + timedelta(days=3))
    world.do(decisions.call_off, "tyra", publication, "Den behövs.")
    assert decisions.bring_into_force(world.engine, now=world.now + timedelta(days=4)) == 0
    world.start()
    assert world.do(publishing.ask_to_withdraw, "owner", PROCESS, "Ersätts ändå.")


def test_the_heartbeat_brings_it_into_force(world: World) -> None:
    draft, publication = asked(world)
    read_all(world, draft)
    made = approve(world, publication, on=TODAY + timedelta(days=1))
    heartbeat.in_force(world.engine, now=world.now + timedelta(days=1))
    assert current(world) == made.to_hash


def test_of_two_drafts_the_second_cannot_undo_the_first_unseen(world: World) -> None:
    later = drafted(world, "Sist")
    draft, publication = asked(world)
    tried(world, later)
    with pytest.raises((Unready, StaleCase)):
        world.do(publishing.ask, "owner", later, "x")
    read_all(world, draft)
    approve(world, publication)
    assert state(world, later).obstacles == ("base-moved",)
    world.do(draft_sources.catch_up, "owner", later, expected_revision=2)
    tried(world, later)
    (change,) = state(world, later).changes
    assert [str(word) for _, word in change.words] == ["Name(text='Gör slut')", "Name(text='Sist')"]


def test_going_back_to_an_earlier_version_goes_the_same_way(world: World) -> None:
    first = current(world)
    draft, publication = asked(world)
    read_all(world, draft)
    approve(world, publication)
    back = world.do(draft_sources.from_version, "owner", PROCESS, first)
    assert back.origin == "return"
    tried(world, back.id)
    publication = world.do(publishing.ask, "owner", back.id, "Det nya gick inte.")
    read_all(world, back.id)
    assert approve(world, publication).to_hash == first == current(world)


def test_a_withdrawn_routine_starts_no_cases_and_those_that_run_go_on(world: World) -> None:
    case = world.start()
    publication = world.do(publishing.ask_to_withdraw, "owner", PROCESS, "Ersätts.")
    with pytest.raises(NotAllowed):
        approve(world, publication, "owner")
    approve(world, publication)
    with pytest.raises(EngineError):
        world.start()
    world.complete("sara", case, "register", called_units=[], consent=False)
    assert world.case(case).outcome == "not_needed"


def test_a_withdrawn_routine_comes_back_the_same_way_and_what_was_begun_before_is_not_lost(
    world: World,
) -> None:
    first, begun = current(world), drafted(world)
    approve(world, world.do(publishing.ask_to_withdraw, "owner", PROCESS, "Ersätts."))
    assert state(world, begun).obstacles == ("untried", "base-moved")
    world.do(draft_sources.catch_up, "owner", begun, expected_revision=2)
    assert state(world, begun).obstacles == ("untried",)
    back = world.do(draft_sources.from_version, "owner", PROCESS, first)
    tried(world, back.id)
    publication = world.do(publishing.ask, "owner", back.id, "Den behövdes.")
    read_all(world, back.id)
    assert approve(world, publication).to_hash == first == current(world)
    world.start()
    world.do(draft_sources.catch_up, "owner", begun, expected_revision=2)
    assert [one.says for one in state(world, begun).changes] == ["renamed-only"]


def test_a_routine_that_others_start_is_not_withdrawn(world: World) -> None:
    with pytest.raises(Unready) as told:
        world.do(publishing.ask_to_withdraw, "owner", "testland_deviation", "x")
    assert told.value.obstacles == ("called",)


def test_scenarios_alone_are_published_too_on_their_day_and_the_version_stays_the_same(world: World) -> None:
    draft = world.do(draft_sources.from_version, "owner", PROCESS)
    path = "testland/six_steps/scenarios/not_needed.toml"
    text = (ROUTINES / path).read_bytes() + b"# once more\n"
    world.do(routine_drafts.save_file, "owner", draft.id, path, text, expected_revision=1)
    tried(world, draft.id)
    publication = world.do(publishing.ask, "owner", draft.id, "Fler prov.")
    read_all(world, draft.id)
    before = current(world)
    assert approve(world, publication, on=TODAY + timedelta(days=1)).to_hash == before
    world.do(decisions.call_off, "owner", publication, "Inte än.")
    with reading(world.engine) as tx:
        assert specs.files(tx, before or "")[path] != text
    approve(world, world.do(publishing.ask, "owner", draft.id, "Nu."))
    next_one = world.do(draft_sources.from_version, "owner", PROCESS).id
    assert state(world, next_one).changes == ()
    with reading(world.engine) as tx:
        assert specs.files(tx, before or "")[path] == text
        assert routine_drafts.read(tx, world.actor("owner"), next_one).files[path] == text


def test_a_change_of_a_part_shows_who_calls_it_and_reaches_them_by_their_own_publishing(world: World) -> None:
    draft = world.do(draft_sources.from_version, "owner", "testland_inner")
    path = "testland/inner/inner.bpmn"
    actor = world.actor("owner")
    with reading(world.engine) as tx:
        text = routine_drafts.read(tx, actor, draft.id).files[path]
        callers = publishing.callers(tx, "testland_inner")
        before = specs.in_force(tx)
    assert callers
    world.do(
        routine_drafts.save_file,
        "owner",
        draft.id,
        path,
        text.replace(b'name="', b'name="Ny ', 1),
        expected_revision=1,
    )
    tried(world, draft.id)
    publication = world.do(publishing.ask, "owner", draft.id, "x")
    read_all(world, draft.id)
    approve(world, publication)
    with reading(world.engine) as tx:
        assert {one: specs.current(tx, one) for one in callers} == {one: before[one] for one in callers}
    theirs = world.do(draft_sources.from_version, "owner", callers[0])
    world.do(draft_sources.renew_parts, "owner", theirs.id, expected_revision=1)
    assert [one.path for one in state(world, theirs.id).changes] == [path]


def test_the_page_of_routines_is_told_how_many_cases_stand_where_on_which_version(world: World) -> None:
    before = current(world)
    world.start()
    world.summoned("bistand", "rehab")
    draft, publication = asked(world)
    read_all(world, draft)
    made = approve(world, publication)
    world.start()
    with reading(world.engine) as tx:
        found = standing.of(tx, PROCESS)
    assert [(one.bundle_hash, one.running) for one in found] == [(before, 2), (made.to_hash, 1)]
    assert {element: number for (_, element), number in found[0].steps.items()} == {
        "register": 1,
        "acknowledge": 1,
    }


def test_a_new_routine_that_calls_others_holds_them_as_they_are_in_force(world: World) -> None:
    with reading(world.engine) as tx:
        caller = publishing.callers(tx, "testland_inner")[0]
        whole = library.current(tx, caller).bundle
    name = whole.folder.rsplit("/", 1)[-1]
    own = {
        path.replace(f"/{name}", "/brand_new"): data.replace(caller.encode(), b"testland_brand_new")
        for path, data in whole.files.items()
        if files.folder_of(path) == whole.folder and "scenarios" not in path
    }
    foreign = {"shared/inner/inner.bpmn": b"<another/>", DRAWING: b"<another/>"}
    with pytest.raises(NotAllowed):
        world.do(draft_sources.from_files, "sara", "testland/brand_new", own)
    draft = world.do(draft_sources.from_files, "owner", "testland/brand_new", own | foreign)
    tried(world, draft.id)
    publication = world.do(publishing.ask, "owner", draft.id, "Ny rutin.")
    path = "testland/inner/inner.bpmn"
    newer = whole.files[path].replace(b'name="', b'name="Ny ', 1)
    with writing(world.engine) as tx:
        part = files.bundle({**files.needed(whole.files, "testland/inner"), path: newer}, "testland_inner")
        put_in_force(tx, part, conventions=False, now=world.now)
    read_all(world, draft.id)
    with pytest.raises(Unready) as told:  # a part that it calls has become another since it was tried
        approve(world, publication)
    assert told.value.obstacles == ("untried",)
    tried(world, draft.id)
    made = approve(world, publication)
    with reading(world.engine) as tx:
        held = library.loaded(tx, made.to_hash or "").bundle.files
    assert held[path] == newer
    assert not set(foreign) & set(held)


def test_a_part_of_the_region_without_a_version_by_itself_is_changed_with_whatever_calls_it(
    world: World,
) -> None:
    path = "testland/inner/inner.bpmn"
    with reading(world.engine) as tx:
        caller = publishing.callers(tx, "testland_inner")[0]
        whole = library.current(tx, caller).bundle
    with writing(world.engine) as tx:
        specs.withdraw(tx, "testland_inner")
    text = whole.files[path].replace(b'name="', b'name="Ny ', 1)
    draft = world.do(draft_sources.from_files, "owner", whole.folder, {**whole.files, path: text})
    assert {one.path for one in state(world, draft.id).changes} == {path}
