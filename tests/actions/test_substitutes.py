"""Somebody is away: who sees and does their tasks, in whose name it is written down, and what a substitution never gives."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.access import Act, SystemObject, may
from engine.access.actor import NOT_CARE
from engine.actions import cases, directory_absences, tasks
from engine.errors import AlreadyClaimed, AlreadyClosed, InvalidForm, NotAllowed, NotFound
from engine.reads import worklist
from engine.records import absences, directory
from engine.records import tables as t
from engine.records.absences import Given
from engine.records.database import reading, writing
from engine.records.who import Who
from tests.world import World

ZONE = ZoneInfo("Europe/Stockholm")
DAY = timedelta(days=1)


def away(
    world: World, person: str, *filled: Given, days: float = 3, start: datetime | None = None, by: str = ""
) -> str:
    """The person is away from now (or `start`) for so many days."""
    begins = start or world.now
    given = (person, begins, begins + days * DAY, filled)
    return str(world.do(directory_absences.register, by or person, *given, zone=ZONE))


def joins(world: World, person: str, unit: str, *roles: str) -> None:
    with writing(world.engine) as tx:
        for role in roles:
            directory.put_membership(
                tx, id=f"{person}-{unit}-{role}", person_id=person, unit_id=unit, role=role,
                valid_from=world.now.date(),
            )  # fmt: skip


EVERYTHING = worklist.Filter()


def listed(world: World, name: str, wanted: worklist.Filter = EVERYTHING) -> list[str]:
    with reading(world.engine) as tx:
        actor = world.actor(name)
        found = worklist.open_for(tx, actor, wanted, now=world.now, today=world.now.date())
    return [row.task.element_id for row in found.rows]


def problems(caught: pytest.ExceptionInfo[InvalidForm]) -> list[str]:
    return [one.message for one in caught.value.errors]


STAFF_AT_VC = Given("johanna", "vc", "staff")


def test_what_the_absent_one_has_claimed_is_with_the_substitute_for_as_long_as_it_lasts(world: World) -> None:
    """S3-022."""
    case = world.start()
    world.do(tasks.claim, "sara", world.task(case, "register").id)
    assert listed(world, "johanna", worklist.Filter(whose="mine")) == []
    away(world, "sara", STAFF_AT_VC)
    assert listed(world, "johanna", worklist.Filter(whose="mine")) == ["register"]
    world.now += 3 * DAY - timedelta(seconds=1)
    assert listed(world, "johanna") == ["register"]
    world.now += timedelta(seconds=1)
    assert listed(world, "johanna") == []


def test_what_a_substitute_does_is_written_down_as_done_for_the_other(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    world.do(tasks.claim, "sara", task.id)
    away(world, "sara", STAFF_AT_VC)
    world.complete("johanna", case, "register", called_units=["bistand"], consent=False)
    (done,) = world.facts(case, "task_completed")
    (entry,) = {(row.actor_id, row.acting_for_id) for row in world.rows(t.entries, task_id=task.id)}
    (row,) = world.rows(t.tasks, id=task.id)
    assert (done.actor_id, done.acting_for_id, done.unit_id) == ("johanna", "sara", "vc")
    assert entry == (row.closed_by, row.closed_for_id) == ("johanna", "sara")


def test_what_somebody_does_at_their_own_unit_is_their_own_also_while_they_substitute(world: World) -> None:
    case = world.start()
    away(world, "sara", Given("petra", "vc", "staff"))
    world.complete("petra", case, "register", called_units=["bistand"], consent=False)
    (done,) = world.facts(case, "task_completed")
    assert (done.actor_id, done.acting_for_id) == ("petra", None)


def test_a_task_taken_for_somebody_is_theirs_when_they_come_back(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    away(world, "sara", STAFF_AT_VC)
    world.do(tasks.claim, "johanna", task.id)
    (claimed,) = world.facts(case, "task_claimed")
    assert (claimed.actor_id, claimed.acting_for_id) == ("johanna", "sara")
    world.now += 4 * DAY
    assert world.task(case, "register").holder_id == "sara"
    with pytest.raises(NotAllowed):
        world.complete("johanna", case, "register", called_units=["bistand"], consent=False)


def test_a_substitute_starts_a_case_for_the_unit_in_the_name_of_the_absent_one(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.start("johanna")
    away(world, "sara", STAFF_AT_VC)
    (started,) = world.facts(world.start("johanna"), "case_started")
    assert (started.actor_id, started.acting_for_id) == ("johanna", "sara")


def test_a_colleague_who_is_no_substitute_is_still_told_whose_the_task_is(world: World) -> None:
    case = world.start()
    world.do(tasks.claim, "sara", world.task(case, "register").id)
    away(world, "sara", STAFF_AT_VC)
    with pytest.raises(AlreadyClaimed):
        world.complete("petra", case, "register", called_units=["bistand"], consent=False)


def test_only_the_units_and_roles_that_were_named_are_given(world: World) -> None:
    joins(world, "sara", "rehab", "staff", "coordinator")
    joins(world, "petra", "rehab", "staff")
    away(world, "sara", Given("petra", "rehab", "coordinator"))
    (face,) = world.actor("petra").each_face()[1:]
    assert [(one.unit_id, one.roles) for one in face.memberships] == [("rehab", frozenset({"coordinator"}))]
    assert not face.memberships[0].holds("staff")
    assert face.acting_for == "sara"


def test_a_task_that_the_absent_one_holds_elsewhere_is_not_the_substitutes(world: World) -> None:
    case = world.start()
    task = world.task(case, "register")
    world.do(tasks.claim, "sara", task.id)
    joins(world, "sara", "rehab", "staff")
    away(world, "sara", Given("petra", "rehab", "staff"))
    with pytest.raises(AlreadyClaimed):
        world.do(tasks.claim, "petra", task.id)
    with pytest.raises(NotAllowed):
        world.do(tasks.release, "petra", task.id)


def test_a_substitution_does_not_pass_on(world: World) -> None:
    world.start()
    joins(world, "sara", "rehab", "staff")
    away(world, "sara", STAFF_AT_VC, days=9)
    away(world, "johanna", Given("sara", "rehab", "staff"), start=world.now + 10 * DAY)
    joins(world, "chef", "rehab", "staff")
    away(world, "johanna", Given("chef", "rehab", "staff"))
    assert listed(world, "johanna") == ["register"]
    chef = world.actor("chef")
    assert [one.acting_for for one in chef.each_face()] == [None, "johanna"]
    assert {m.unit_id for face in chef.each_face()[1:] for m in face.memberships} == {"rehab"}


def test_a_substitute_cannot_register_an_absence_in_the_name_of_the_other(world: World) -> None:
    away(world, "sara", STAFF_AT_VC)
    with pytest.raises(NotAllowed):
        away(world, "sara", start=world.now + 10 * DAY, by="johanna")


def test_what_the_absent_one_no_longer_holds_is_no_longer_the_substitutes(world: World) -> None:
    world.start()
    away(world, "sara", STAFF_AT_VC)
    assert listed(world, "johanna") == ["register"]
    with writing(world.engine) as tx:
        tx.execute(t.memberships.delete().where(t.memberships.c.person_id == "sara"))
    assert listed(world, "johanna") == []


def test_whoever_has_left_the_principal_substitutes_nobody_there(world: World) -> None:
    away(world, "sara", STAFF_AT_VC)
    with writing(world.engine) as tx:
        tx.execute(t.memberships.delete().where(t.memberships.c.person_id == "johanna"))
    assert world.actor("johanna").each_face() == (world.actor("johanna"),)


def test_it_can_be_ended_early_and_only_once(world: World) -> None:
    world.start()
    absence = away(world, "sara", STAFF_AT_VC)
    world.do(directory_absences.end, "sara", absence)
    assert listed(world, "johanna") == []
    with pytest.raises(AlreadyClosed):
        world.do(directory_absences.end, "sara", absence)
    with reading(world.engine) as tx:
        assert absences.fetch(tx, absence).ended_by == "sara"


def test_a_manager_registers_for_their_people_and_for_nobody_elses(world: World) -> None:
    absence = away(world, "sara", STAFF_AT_VC, by="chef")
    with reading(world.engine) as tx:
        assert absences.fetch(tx, absence).registered_by == "chef"
    for somebody, person in (("chef", "maria"), ("malbychef", "petra"), ("petra", "johanna")):
        with pytest.raises(NotAllowed):
            away(world, person, by=somebody)


def test_a_manager_cannot_give_away_what_somebody_holds_at_anothers_unit(world: World) -> None:
    joins(world, "sara", "rehab", "staff")
    with pytest.raises(NotAllowed):
        away(world, "sara", Given("johanna", "rehab", "staff"), by="chef")


def test_periods_of_one_person_do_not_overlap_but_may_follow_each_other(world: World) -> None:
    away(world, "sara")
    with pytest.raises(InvalidForm) as caught:
        away(world, "sara", start=world.now + 2 * DAY)
    assert problems(caught) == ["overlaps"]
    away(world, "sara", start=world.now + 3 * DAY)


def test_after_an_early_end_the_rest_of_the_period_is_free_again(world: World) -> None:
    world.do(directory_absences.end, "sara", away(world, "sara"))
    world.now += timedelta(seconds=1)
    away(world, "sara")


@pytest.mark.parametrize(
    ("filled", "problem"),
    [
        (Given("johanna", "vc", "manager"), "not-held"),
        (Given("johanna", "nowhere", "staff"), "not-held"),
        (Given("sara", "vc", "staff"), "substitutes-themself"),
        (Given("maria", "vc", "staff"), "other-principal"),
        (Given("nobody", "vc", "staff"), "no-such-colleague"),
    ],
)
def test_what_cannot_be_given_is_refused_with_the_reason(world: World, filled: Given, problem: str) -> None:
    with pytest.raises(InvalidForm) as caught:
        away(world, "sara", filled)
    assert problems(caught) == [problem]


def test_nobody_substitutes_over_the_border_between_a_principal_and_a_contracted_provider(
    world: World,
) -> None:
    """S3-112: not where it is asked for, nor where a unit goes over to a provider afterwards."""
    away(world, "sara", STAFF_AT_VC)
    world.contract("vc")
    assert world.actor("johanna").each_face()[1:] == ()
    with pytest.raises(InvalidForm) as caught:
        away(world, "sara", STAFF_AT_VC, start=world.now + 4 * DAY)
    assert problems(caught) == ["other-principal"]


def test_one_role_is_filled_by_one_person(world: World) -> None:
    with pytest.raises(InvalidForm) as caught:
        away(world, "sara", STAFF_AT_VC, Given("petra", "vc", "staff"))
    assert problems(caught) == ["filled-twice"]


def test_whoever_is_away_themself_is_not_chosen(world: World) -> None:
    away(world, "johanna")
    with pytest.raises(InvalidForm) as caught:
        away(world, "sara", STAFF_AT_VC, start=world.now + 2 * DAY)
    assert problems(caught) == ["substitute-away"]
    away(world, "sara", STAFF_AT_VC, start=world.now + 3 * DAY)


def test_a_substitute_who_falls_ill_later_is_told_of_as_a_gap(world: World) -> None:
    first = away(world, "sara", STAFF_AT_VC)
    away(world, "johanna", start=world.now + DAY, days=9)
    with reading(world.engine) as tx:
        gaps = directory_absences.uncovered(tx, absences.fetch(tx, first))
    assert [person for person, _ in gaps] == ["johanna"]


def test_periods_that_end_before_they_begin_or_are_over_are_refused(world: World) -> None:
    for start, days in ((world.now, -1.0), (world.now - 9 * DAY, 3.0)):
        with pytest.raises(InvalidForm):
            away(world, "sara", start=start, days=days)


def test_nobody_is_away_who_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        away(world, "nobody", by="sara")


def test_whoever_substitutes_for_the_one_who_asked_does_not_approve(world: World) -> None:
    joins(world, "admin", "vc", "administrator", "staff")
    joins(world, "owner", "vc", "process_owner")
    region, asked_by_admin = "testland", frozenset({"admin"})
    asked = SystemObject(region, asked_by_admin)
    assert may(world.actor("owner"), Act.ADMIN_APPROVE, asked)
    away(world, "admin", Given("owner", "vc", "staff"))
    refused = may(world.actor("owner"), Act.ADMIN_APPROVE, asked)
    assert (bool(refused), refused.reason) == (False, "four-eyes")


@pytest.mark.parametrize("role", sorted(NOT_CARE))
def test_a_role_outside_care_is_never_lent(world: World, role: str) -> None:
    joins(world, "sara", "vc", role)
    with reading(world.engine) as tx:
        assert directory_absences.places(tx, "sara", on=world.now.date()) == [("vc", "staff")]
    for by in ("sara", "chef"):
        with pytest.raises(InvalidForm) as caught:
            away(world, "sara", Given("chef", "vc", role), by=by)
        assert problems(caught) == ["not-lent"]


def test_a_role_outside_care_that_was_lent_before_gives_nothing(world: World) -> None:
    joins(world, "sara", "vc", "region_administrator")
    given = [Given("chef", "vc", "region_administrator"), Given("chef", "vc", "staff")]
    with writing(world.engine) as tx:
        absences.insert(tx, "sara", world.now, world.now + DAY, given, who=Who("sara"), now=world.now)
    (lent,) = (face for face in world.actor("chef").each_face() if face.acting_for == "sara")
    assert [sorted(one.roles) for one in lent.memberships] == [["staff"]]


def test_of_two_who_register_the_same_person_at_once_one_is_told_of_the_other(world: World) -> None:
    answers: list[str] = []
    ready = threading.Barrier(2)

    def register(by: str) -> None:
        ready.wait()
        try:
            away(world, "sara", by=by)
            answers.append("registered")
        except InvalidForm as error:
            answers.append(error.errors[0].message)

    workers = [threading.Thread(target=register, args=(by,)) for by in ("sara", "chef")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(answers) == ["overlaps", "registered"]


def test_a_note_by_a_substitute_is_told_as_theirs_for_the_other(world: World) -> None:
    case = world.start()
    away(world, "sara", STAFF_AT_VC)
    world.do(cases.note, "johanna", case, "Ringde.", "coordination")
    (told,) = world.facts(case, "note_written")
    assert (told.actor_id, told.acting_for_id) == ("johanna", "sara")


def test_a_role_that_is_lent_at_ones_own_unit_is_used_in_the_name_of_the_other(world: World) -> None:
    case = world.summoned("bistand")
    away(world, "malbychef", Given("maria", "bistand", "manager"))
    world.pass_time(days=2, hours=15)
    world.complete("maria", case, "manager_acts", "bistand", manager_note="Ringt.")
    (done,) = [row for row in world.facts(case, "task_completed") if row.element_id == "manager_acts"]
    assert (done.actor_id, done.acting_for_id) == ("maria", "malbychef")


# --- steps that a second person takes -------------------------------------------------------------------------------


def assessed(world: World, by: str) -> str:
    case = world.start(process="testland_approval")
    world.complete(by, case, "assess")
    return case


def test_whoever_assessed_does_not_approve_it_themself_nor_as_substitute(world: World) -> None:
    joins(world, "chef", "vc", "staff")
    own = assessed(world, "chef")
    with pytest.raises(NotAllowed, match="four-eyes"):
        world.complete("chef", own, "approve")
    case = assessed(world, "sara")
    away(world, "chef", Given("sara", "vc", "manager"))
    with pytest.raises(NotAllowed, match="four-eyes"):
        world.complete("sara", case, "approve")
    with pytest.raises(NotAllowed, match="four-eyes"):
        world.do(tasks.claim, "sara", world.task(case, "approve").id)


def test_nobody_approves_what_was_assessed_for_them_or_by_the_one_they_substitute(world: World) -> None:
    joins(world, "chef", "vc", "staff")
    away(world, "sara", Given("chef", "vc", "staff"))
    joins(world, "johanna", "rehab", "staff")
    away(world, "petra", STAFF_AT_VC)
    case = assessed(world, "johanna")  # for petra
    joins(world, "petra", "vc", "manager")
    with pytest.raises(NotAllowed, match="four-eyes"):
        world.complete("petra", case, "approve")
    by_sara = assessed(world, "sara")
    with pytest.raises(NotAllowed, match="four-eyes"):
        world.complete("chef", by_sara, "approve")


def test_another_person_approves(world: World) -> None:
    case = assessed(world, "sara")
    world.complete("chef", case, "approve")
    assert world.case(case).status == "ended"
