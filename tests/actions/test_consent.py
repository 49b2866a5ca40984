"""What a withdrawal ends in its own transaction, whose yes a consent takes, and who may decide about protection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import asking, library
from engine.access import Withholding, open_to_guardian, visible_categories
from engine.access.objects import CaseObject
from engine.actions import answers, operations, shielding
from engine.actions.ground import Ground
from engine.definitions import form_reading
from engine.errors import InvalidForm, NotAllowed, NotFound, StepFailed
from engine.execution.surroundings import Request
from engine.facts import Place
from engine.reads import consents
from engine.reads.consents import Holds, Stands
from engine.records import cases, correspondence, grounds
from engine.records import tables as t
from engine.records.database import reading, writing
from engine.records.who import Who
from engine.status import Protection
from tests.world import MONDAY, World

Ask = Callable[..., object]


@pytest.fixture
def case(world: World) -> str:
    return world.summoned("rehab", "bistand")


@pytest.fixture
def ask(world: World, case: str) -> Ask:
    """What a service task of the case asks for."""

    def asked(operation: str, **inputs: object) -> object:
        world.now = world.now.replace(minute=world.now.minute + 1)
        with writing(world.engine) as tx:
            ground = Ground(tx, cases.lock(tx, case), Who("sara"), world.now)
            main = cases.main_instance(tx, case)
            loaded = library.loaded(tx, main.bundle_hash)
            place = Place(main.process_id, "any", "any")
            return operations.perform(ground, main, loaded, Request(operation, inputs, place, "any"))

    return asked


def consent(ask: Ask, *units: str, categories: tuple[str, ...] = ("health", "plan"), **more: object) -> None:
    said = {"given_by": "The person", "form": "oral", "given_on": MONDAY.date()} | more
    ask("record_consent", kinds=["disclosure"], units=list(units), categories=list(categories), **said)


def withdraw(ask: Ask, **what: object) -> None:
    scope = "partial" if what else "all"
    ask("withdraw_consent", scope=scope, given_on=MONDAY.date(), **what)


def about(world: World, case: str) -> CaseObject:
    with reading(world.engine) as tx:
        return asking.case_object(cases.fetch(tx, case), grounds.standing(tx, case), now=world.now)


def sees(world: World, case: str, name: str) -> frozenset[str]:
    return visible_categories(world.actor(name), about(world, case))


# --- what a withdrawal ends -------------------------------------------------------------------------------------------


def test_a_unit_taken_back_reads_nothing_and_its_task_lies_with_the_convener(
    world: World, case: str, ask: Ask
) -> None:
    consent(ask, "bistand")
    assert sees(world, case, "maria") == {"health", "plan"}
    withdraw(ask, units=["bistand"])
    assert sees(world, case, "maria") == frozenset()
    assert world.open(case, unit="bistand") == []
    assert len(world.open(case, "acknowledge", "vc")) == 1


def test_a_task_that_shows_what_its_unit_may_read_no_longer_goes_to_the_convener(
    world: World, case: str, ask: Ask
) -> None:
    consent(ask, "bistand")
    task = world.task(case, "acknowledge", "bistand")
    with writing(world.engine) as tx:  # the form of the last step shows what stands in the plan
        tx.execute(t.tasks.update().where(t.tasks.c.id == task.id).values(element_id="conclude"))
        cases.write_values(tx, case, [("", "conclusion", "plan", "good")])
        cases.change(tx, case)
    withdraw(ask, categories=["health"])
    assert world.task(case, "conclude").unit_id == "bistand"
    withdraw(ask, categories=["plan"])
    assert world.task(case, "conclude").unit_id == "vc"
    assert about(world, case).participants["bistand"].state == "summoned"


def test_a_planned_meeting_is_cancelled_for_the_unit_and_no_reminder_goes_to_it(
    world: World, case: str, ask: Ask
) -> None:
    consent(ask, "bistand", "rehab")
    with writing(world.engine) as tx:
        correspondence.schedule_meeting(
            tx,
            case_id=case,
            starts_at=world.now,
            ends_at=None,
            place=None,
            digital=False,
            chair=None,
            now=world.now,
        )
        for unit_id in ("bistand", "rehab"):
            correspondence.put_notices(
                tx,
                kind="reminder",
                case_id=case,
                element_id="acknowledge",
                unit_id=unit_id,
                roles=["staff"],
                now=world.now,
            )
    withdraw(ask, units=["bistand"])
    (meeting,) = world.rows(t.meetings, case_id=case)
    assert (meeting.status, meeting.cancelled_for) == ("planned", ["bistand"])
    assert [row.unit_id for row in world.rows(t.notices, case_id=case)] == ["rehab"]


def test_somebody_without_access_can_be_taken_back_and_nothing_else_changes(
    world: World, case: str, ask: Ask
) -> None:
    consent(ask, "bistand", others=["Dottern", "Skolan"])
    withdraw(ask, others=["Dottern"])
    assert sees(world, case, "maria") == {"health", "plan"}
    with reading(world.engine) as tx:
        assert consents.others(grounds.standing(tx, case)) == ["Skolan"]


def test_a_withdrawal_says_what_is_taken_back(ask: Ask) -> None:
    with pytest.raises(StepFailed):
        ask("withdraw_consent", scope="partial", given_on=MONDAY.date())


# --- whose yes it takes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "child", "opens"),
    [
        (("yes", "yes"), "agrees", True),
        (("yes",), "too_young", True),
        (("yes", "no"), "agrees", False),
        (("yes", "yes"), "disagrees", False),
        (("yes", ""), "agrees", False),
    ],
)
def test_guardians_decide_together_and_with_a_child_that_is_mature_enough(
    world: World, case: str, ask: Ask, answers: tuple[str, ...], child: str, opens: bool
) -> None:
    rows = [{"name": f"Guardian {place}", "answer": answer} for place, answer in enumerate(answers)]
    consent(ask, "bistand", given_as="guardian", guardians=rows, child_view=child)
    assert bool(sees(world, case, "maria")) is opens
    with reading(world.engine) as tx:
        given, *_ = consents.given(
            cases.fetch(tx, case), grounds.standing(tx, case), about(world, case), now=world.now
        )
    assert given.holds == (Holds.ALL if opens else Holds.NOT_AGREED)


# --- a team that changes (S4-23) --------------------------------------------------------------------------------------


def test_a_unit_that_comes_back_reads_nothing_until_the_consent_is_renewed(
    world: World, case: str, ask: Ask
) -> None:
    consent(ask, "bistand")
    ask("end_participation", unit="bistand", reason="wrong unit")
    ask("send_message_to_unit", unit="bistand", kind="summons")
    assert sees(world, case, "maria") == frozenset()
    consent(ask, "bistand", categories=("plan",))
    assert sees(world, case, "maria") == {"plan"}


@pytest.mark.parametrize(("kind", "joins"), [("admission_notice", True), ("ready_notice", False)])
def test_a_notice_of_admission_lets_a_unit_take_part_and_read_nothing(
    world: World, case: str, ask: Ask, kind: str, *, joins: bool
) -> None:
    """LUS 2:2: the unit begins to plan; what it may read is still for the person to say (S0-27)."""
    ask("end_participation", unit="bistand", reason="not called yet")
    ask("send_message_to_unit", unit="bistand", kind=kind)
    with reading(world.engine) as tx:
        taking_part = {one.unit_id for one in grounds.standing(tx, case).participants if one.until_at is None}
    assert ("bistand" in taking_part) is joins
    assert sees(world, case, "maria") == frozenset()


def test_a_new_member_and_a_new_kind_of_information_wait_for_consent(
    world: World, case: str, ask: Ask
) -> None:
    """S4-23, S4-59."""
    consent(ask, "bistand")
    found = {one.unit_id: one for one in _reach(world, case)}
    assert (found["rehab"].stands, found["rehab"].categories) == (Stands.WAITS, frozenset())
    assert "social" not in found["bistand"].categories
    assert found["vc"].stands == Stands.KEEPS


def test_a_unit_of_a_contracted_provider_that_coordinates_reads_by_consent_and_is_told_to(
    world: World, case: str, ask: Ask
) -> None:
    """S3-112: so that the person sees what it may read, and may take that back."""
    with writing(world.engine) as tx:
        grounds.appoint(tx, case, grounds.Slot("coordinator", "rehab", "region", None, world.now))
    assert {one.unit_id: one.stands for one in _reach(world, case)}["rehab"] == Stands.KEEPS
    world.contract("rehab")
    assert {one.unit_id: one.stands for one in _reach(world, case)}["rehab"] == Stands.WAITS
    consent(ask, "rehab")
    found = {one.unit_id: one for one in _reach(world, case)}["rehab"]
    assert (found.stands, found.categories) == (Stands.READS, frozenset({"health", "plan"}))


def _reach(world: World, case: str) -> list[consents.Reach]:
    with reading(world.engine) as tx:
        row, standing = cases.fetch(tx, case), grounds.standing(tx, case)
        found = about(world, case)
        return consents.reach(tx, found, consents.given(row, standing, found, now=world.now))


# --- protection -------------------------------------------------------------------------------------------------------


def protect(world: World, case: str, level: Protection = Protection.ASSUMED_IDENTITY) -> None:
    world.do(shielding.protect, "sara", case, level, "The court says so")


def test_a_person_who_becomes_protected_is_seen_by_those_named_alone(
    world: World, case: str, ask: Ask
) -> None:
    consent(ask, "bistand")
    protect(world, case)
    assert sees(world, case, "petra") == sees(world, case, "maria") == frozenset()
    assert sees(world, case, "sara")
    world.do(shielding.name_reader, "sara", case, "maria", "Works with it")
    assert sees(world, case, "maria") == {"health", "plan"}
    (named,) = [row for row in world.rows(t.named_readers, case_id=case) if row.person_id == "maria"]
    assert (named.named_by, named.reason, named.since_at) == ("sara", "Works with it", world.now)
    world.do(shielding.end_reader, "sara", case, "maria")
    assert sees(world, case, "maria") == frozenset()


def test_only_those_named_are_reminded_of_a_protected_person(world: World, case: str, ask: Ask) -> None:
    protect(world, case)
    world.do(shielding.name_reader, "sara", case, "maria", "Works with it")
    ask("remind", unit="bistand", about="acknowledge", manager=True)
    told = [(row.role, row.person_id) for row in world.rows(t.notices, case_id=case)]
    assert told == [(None, "maria")]


def test_only_those_who_run_the_case_and_may_read_it_decide_about_protection(world: World, case: str) -> None:
    with pytest.raises(NotAllowed):
        world.do(shielding.protect, "maria", case, Protection.CONFIDENTIALITY_MARK, "so")
    protect(world, case)
    with pytest.raises(NotAllowed):
        world.do(shielding.name_reader, "petra", case, "petra", "I want to")
    with pytest.raises(InvalidForm):  # no part in the case
        world.do(shielding.name_reader, "sara", case, "owner", "curious")
    with pytest.raises(InvalidForm):
        world.do(shielding.name_reader, "sara", case, "petra", "  ")


def test_nobody_is_named_where_nothing_is_protected(world: World, case: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        world.do(shielding.name_reader, "sara", case, "petra", "so")
    assert refused.value.reason == "not-protected"


def test_a_level_of_another_country_is_refused(world: World, case: str) -> None:
    with pytest.raises(InvalidForm):
        protect(world, case, Protection.CONFIDENTIAL_ADDRESS)


def test_a_milder_level_takes_the_right_to_decide_in_every_case_of_the_person(
    world: World, case: str
) -> None:
    protect(world, case, Protection.PROTECTED_REGISTRATION)
    other = world.start("maria", "bistand")
    assert about(world, other).protection == Protection.PROTECTED_REGISTRATION
    for milder in (Protection.NONE, Protection.CONFIDENTIALITY_MARK):
        assert world.do(shielding.protect, "maria", other, milder, "I want to") is False
    assert about(world, case).protection == Protection.PROTECTED_REGISTRATION
    world.do(shielding.protect, "maria", other, Protection.ASSUMED_IDENTITY, "The court says so")
    assert about(world, case).protection == Protection.ASSUMED_IDENTITY


def test_a_milder_level_holds_when_those_who_decide_in_each_case_want_the_same(
    world: World, case: str
) -> None:
    protect(world, case, Protection.PROTECTED_REGISTRATION)
    other = world.start("maria", "bistand")
    assert world.do(shielding.protect, "maria", other, Protection.NONE, "Upphört") is False
    assert world.do(shielding.protect, "sara", case, Protection.CONFIDENTIALITY_MARK, "Annat beslut") is False
    assert about(world, case).protection == Protection.PROTECTED_REGISTRATION
    assert world.do(shielding.protect, "sara", case, Protection.NONE, "Upphört") is True
    assert (about(world, case).protection, about(world, other).protection) == (
        Protection.NONE,
        Protection.NONE,
    )
    protect(world, case, Protection.PROTECTED_REGISTRATION)  # what was wanted before counts no more
    assert world.do(shielding.protect, "sara", case, Protection.NONE, "Igen") is False


@pytest.mark.parametrize("later", ["too long ago", "no longer named", "twice by one"])
def test_what_counts_no_more_makes_no_level_milder(world: World, case: str, later: str) -> None:
    protect(world, case, Protection.PROTECTED_REGISTRATION)
    other = world.start("maria", "bistand")
    assert world.do(shielding.protect, "maria", other, Protection.NONE, "Upphört") is False
    who, of = ("maria", other) if later == "twice by one" else ("sara", case)
    if later == "too long ago":
        world.now += timedelta(days=91)
    if later == "no longer named":
        with writing(world.engine) as tx:
            tx.execute(t.persons.update().where(t.persons.c.id == "maria").values(active=False))
    assert world.do(shielding.protect, who, of, Protection.NONE, "Upphört") is False
    assert about(world, case).protection == Protection.PROTECTED_REGISTRATION


def test_whoever_decides_in_all_cases_of_the_person_sets_a_milder_level_also_when_one_is_over(
    world: World, case: str
) -> None:
    protect(world, case)
    second = world.start("sara")
    with writing(world.engine) as tx:
        tx.execute(t.cases.update().where(t.cases.c.id == case).values(status="ended", ended_at=world.now))
    world.do(shielding.protect, "sara", second, Protection.NONE, "No longer needed")
    assert about(world, case).protection == Protection.NONE


# --- what is kept from a guardian -------------------------------------------------------------------------------------


def test_what_is_kept_from_a_guardian_stands_with_reason_and_decider_until_it_is_lifted(
    world: World, case: str
) -> None:
    world.do(shielding.withhold, "sara", case, "child", "Olle  Prov", "Would be hurt")
    (kept,) = world.rows(t.withheld, case_id=case)
    assert (kept.decided_by, kept.reason, kept.guardian) == ("sara", "Would be hurt", "Olle  Prov")
    with reading(world.engine) as tx:
        withheld = asking.withheld(grounds.standing(tx, case))
    known = ("Olle Prov", "Eva Prov")
    assert "child" not in open_to_guardian("olle prov", withheld, known=known)
    assert "child" in open_to_guardian("Eva Prov", withheld, known=known)
    assert "child" not in open_to_guardian("Eva Prov", [Withholding("child")], known=known)
    world.do(shielding.lift, "sara", case, kept.id, "No longer")
    with reading(world.engine) as tx:
        assert asking.withheld(grounds.standing(tx, case)) == ()
    with pytest.raises(NotFound):
        world.do(shielding.lift, "sara", case, kept.id, "Again")


@pytest.mark.parametrize(
    ("written", "comes_as", "known"),
    [
        (
            "Olle Prov",
            "Olle A Prov",
            ("Olle Prov", "Eva Prov"),
        ),  # the code bears a name that the case does not know
        ("Olle A Prov", "Olle Prov", ("Olle Prov", "Eva Prov")),  # the decision does
        ("Olle Prov", "Eva Prov", ()),  # the case knows nobody
    ],
)
def test_what_is_kept_from_one_guardian_is_kept_from_whoever_cannot_be_told_from_them(
    written: str, comes_as: str, known: tuple[str, ...]
) -> None:
    assert "child" not in open_to_guardian(comes_as, [Withholding("child", written)], known=known)


def test_only_those_who_run_the_case_withhold(world: World, case: str) -> None:
    with pytest.raises(NotAllowed):
        world.do(shielding.withhold, "maria", case, "child", "", "so")
    with pytest.raises(InvalidForm):
        world.do(shielding.withhold, "sara", case, "gossip", "", "so")


# --- what a withdrawal names ------------------------------------------------------------------------------------------

TAKING_BACK = (
    b'{"type": "default", "components": ['
    b'{"type": "dynamiclist", "path": "units", "label": "Units", "components": [{"type": "select", "key": "unit", "label": "Unit",'
    b' "values": [], "properties": {"options": "units", "known_in": "consent"}}]},'
    b'{"type": "textfield", "key": "other", "label": "Other", "properties": {"known_in": "consent"}}]}'
)


def test_whom_nobody_knows_of_in_the_consent_is_refused_at_the_field(
    world: World, case: str, ask: Ask
) -> None:
    consent(ask, "vc", others=["Dottern Karin"])
    form = form_reading.read(TAKING_BACK, "taking_back.form")

    def taken(**given: object) -> list[tuple[str, str]]:
        with reading(world.engine) as tx:
            try:
                answers.take(Ground(tx, cases.fetch(tx, case), Who("sara"), world.now), form, given, "")
            except InvalidForm as error:
                return [(one.path, one.message) for one in error.errors]
        return []

    assert taken(units=[{"unit": "vc"}, {"unit": "bistand"}], other=" dottern  KARIN") == []
    assert taken(units=[{"unit": "vc"}, {"unit": "malby_top"}]) == [("units[1].unit", "not-in-consent")]
    assert taken(other="Sonen Karl") == [("other", "not-in-consent")]
    assert taken() == []
