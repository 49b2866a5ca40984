"""Who may do what, as tables: one line is an actor, an act, an object and the reason expected; `-` marks a refusal.

The case: Norra health centre (Region V) convenes; Rehab (Region V) coordinates; in the municipality K social services take part
with consent, home care is summoned and not yet consented to; the school has left. Psychiatry (Region V) and Housing (K) have no
part. The clinic is in another region.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.access import (
    CATEGORIES,
    Act,
    Actor,
    CaseObject,
    CategoryObject,
    Membership,
    MessageObject,
    Participation,
    ParticipationState,
    Reason,
    RoutineObject,
    Slot,
    SystemObject,
    TaskObject,
    UnitObject,
    Verdict,
    may,
    visible_categories,
    visible_in_task,
)
from engine.access.may import RULES
from engine.errors import NotAllowed
from engine.status import CaseStatus, Protection

PRINCIPAL = {
    "norra": "region_v", "rehab": "region_v", "psychiatry": "region_v",
    "social": "municipality_k", "homecare": "municipality_k", "housing": "municipality_k",
    "school": "school_ab", "clinic": "region_o",
}  # fmt: skip


def works_at(unit_id: str, *roles: str) -> Membership:
    region = "orebro" if unit_id == "clinic" else "vastmanland"
    return Membership(unit_id, PRINCIPAL[unit_id], region, frozenset(roles))


def person(name: str, *memberships: Membership, leads: str = "", acting_for: str | None = None) -> Actor:
    return Actor(name, name.title(), memberships, frozenset(leads.split()), acting_for)


ACTORS = {
    actor.id: actor
    for actor in [
        person("nora", works_at("norra")),
        person("nils", works_at("norra", "coordinator")),
        person("rut", works_at("rehab", "coordinator")),
        person("siri", works_at("social", "coordinator")),
        person("sten", works_at("social")),
        person("hedda", works_at("homecare")),
        person("skolan", works_at("school")),
        person("pia", works_at("psychiatry")),
        person("hugo", works_at("housing")),
        person("klas", works_at("clinic")),
        person("chef_norra", works_at("norra", "manager"), leads="norra"),
        person("chef_region", works_at("psychiatry", "manager"), leads="norra rehab psychiatry"),
        person("chef_k", works_at("housing", "manager"), leads="social homecare housing"),
        person("owner", works_at("norra", "process_owner")),
        person("owner_o", works_at("clinic", "process_owner")),
        person("admin", works_at("norra", "administrator")),
        person("keeper", works_at("norra", "administrator", "region_administrator")),
        person("regional", works_at("norra", "region_administrator")),
        person("auditor", works_at("norra", "auditor")),
        person("board", works_at("norra", "governance")),
        person("admin_nurse", works_at("norra", "administrator"), works_at("social")),
        person("nobody"),
        person("nora_for_siri", works_at("social", "coordinator"), acting_for="siri"),
    ]
}

SOCIAL_SEES = frozenset({"coordination", "situation", "plan"})
CASE = CaseObject(
    case_id="c1",
    region_id="vastmanland",
    principal_id="region_v",
    unit_id="norra",
    participants={
        "social": Participation(ParticipationState.CALLED, SOCIAL_SEES),
        "homecare": Participation(ParticipationState.SUMMONED),
        "school": Participation(ParticipationState.LEFT, frozenset({"plan"})),
    },
    slots={"convener": Slot("norra", "region_v"), "coordinator": Slot("rehab", "region_v")},
)
PROTECTED = replace(
    CASE, protection=Protection.CONFIDENTIALITY_MARK, named_readers=frozenset({"nora", "siri", "hugo"})
)
ENDED = replace(CASE, status=CaseStatus.ENDED)
COORDINATED_BY_K = replace(
    CASE, slots={**CASE.slots, "coordinator": Slot("social", "municipality_k", "siri")}
)
NAMED = replace(CASE, slots={**CASE.slots, "convener": Slot("norra", "region_v", "nora")})


def about(case: CaseObject, category: str, entered_for: str | None = None) -> CategoryObject:
    return CategoryObject(case, category, entered_for)


def task(unit_id: str, role: str = "staff", case: CaseObject = CASE, **more: object) -> TaskObject:
    reveals = frozenset(str(more.pop("reveals", "")).split())
    return TaskObject(case, unit_id, role, reveals, **more)  # type: ignore[arg-type]


def unit(unit_id: str) -> UnitObject:
    return UnitObject(unit_id, PRINCIPAL[unit_id], "vastmanland")


def check(actor: str, act: Act, obj: object, expected: str) -> None:
    verdict = may(ACTORS[actor], act, obj)  # type: ignore[arg-type]
    shown = verdict.reason if verdict.allowed else f"- {verdict.reason}"
    assert shown == expected


# --- content ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "obj", "expected"),
    [
        ("nora", about(CASE, "health"), "own-unit"),
        ("rut", about(CASE, "health"), "coordinator"),
        ("siri", about(CASE, "plan"), "consent"),
        ("siri", about(CASE, "health"), "- no-consent"),
        ("hedda", about(CASE, "coordination"), "- no-consent"),
        ("skolan", about(CASE, "plan"), "- withdrawn"),
        ("pia", about(CASE, "plan"), "- not-your-unit"),
        ("hugo", about(CASE, "plan"), "- not-your-unit"),
        ("klas", about(CASE, "plan"), "- not-your-unit"),
        ("chef_region", about(CASE, "plan"), "- not-your-unit"),
        ("chef_k", about(CASE, "plan"), "- not-your-unit"),
        ("chef_norra", about(CASE, "plan"), "own-unit"),
        ("owner", about(CASE, "coordination"), "- not-your-unit"),
        ("admin", about(CASE, "coordination"), "- not-your-unit"),
        ("auditor", about(CASE, "coordination"), "- not-your-unit"),
        ("board", about(CASE, "coordination"), "- not-your-unit"),
        ("nobody", about(CASE, "coordination"), "- not-your-unit"),
        ("admin_nurse", about(CASE, "plan"), "consent"),
        ("admin_nurse", about(CASE, "health"), "- no-consent"),
        # a coordinator in another principal reads what consent opens, and no more
        ("siri", about(COORDINATED_BY_K, "plan"), "consent"),
        ("siri", about(COORDINATED_BY_K, "health"), "- no-consent"),
        # protected: being named is not enough, having a part is not enough
        ("nora", about(PROTECTED, "health"), "own-unit"),
        ("nils", about(PROTECTED, "health"), "- protected"),
        ("siri", about(PROTECTED, "plan"), "consent"),
        ("siri", about(PROTECTED, "health"), "- no-consent"),
        ("sten", about(PROTECTED, "plan"), "- protected"),
        ("nora_for_siri", about(PROTECTED, "plan"), "- protected"),
        ("hugo", about(PROTECTED, "plan"), "- not-your-unit"),
        ("pia", about(PROTECTED, "plan"), "- not-your-unit"),
        # what has ended can still be read by those who could
        ("nora", about(ENDED, "health"), "own-unit"),
        ("siri", about(ENDED, "plan"), "consent"),
    ],
)
def test_content(actor: str, obj: CategoryObject, expected: str) -> None:
    check(actor, Act.CASE_SEE_CONTENT, obj, expected)


@pytest.mark.parametrize(
    ("actor", "categories"),
    [
        ("nora", CATEGORIES),
        ("rut", CATEGORIES),
        ("siri", SOCIAL_SEES),
        ("hedda", frozenset()),
        ("skolan", frozenset()),
        ("pia", frozenset()),
        ("chef_region", frozenset()),
        ("owner", frozenset()),
        ("admin", frozenset()),
        ("nobody", frozenset()),
    ],
)
def test_a_page_shows_these_categories(actor: str, categories: frozenset[str]) -> None:
    """S4-26, S4-65."""
    assert visible_categories(ACTORS[actor], CASE) == categories


@pytest.mark.parametrize(
    ("actor", "case", "expected"),
    [
        ("nora", CASE, "own-unit"),
        ("rut", CASE, "coordinator"),
        ("siri", CASE, "consent"),
        ("hedda", CASE, "summoned"),
        ("skolan", CASE, "ended-for-you"),
        ("pia", CASE, "- not-your-unit"),
        ("chef_region", CASE, "manager-above"),
        ("chef_k", CASE, "manager-above"),
        ("admin", CASE, "- not-your-unit"),
        ("nils", PROTECTED, "- protected"),
        ("chef_region", PROTECTED, "- protected"),
        ("pia", PROTECTED, "- not-your-unit"),
        ("hugo", PROTECTED, "- not-your-unit"),
    ],
)
def test_existence(actor: str, case: CaseObject, expected: str) -> None:
    check(actor, Act.CASE_SEE_EXISTENCE, case, expected)


PLAN_ONLY = replace(
    CASE, participants={"social": Participation(ParticipationState.CALLED, frozenset({"plan"}))}
)


@pytest.mark.parametrize(
    ("actor", "case", "expected"),
    [
        ("nora", CASE, "own-unit"),
        ("rut", CASE, "coordinator"),
        ("siri", CASE, "consent"),
        ("siri", PLAN_ONLY, "- no-consent"),
        ("siri", COORDINATED_BY_K, "consent"),
        ("hedda", CASE, "- no-consent"),
        ("skolan", CASE, "- withdrawn"),
        ("pia", CASE, "- not-your-unit"),
        ("chef_region", CASE, "- not-your-unit"),
        ("nils", PROTECTED, "- protected"),
    ],
)
def test_how_far_a_case_has_come_and_who_takes_part(actor: str, case: CaseObject, expected: str) -> None:
    check(actor, Act.CASE_SEE_COURSE, case, expected)


@pytest.mark.parametrize(
    ("actor", "case", "expected"),
    [
        ("nora", CASE, "own-unit"),
        ("siri", CASE, "consent"),
        ("pia", CASE, "own-principal"),
        ("hugo", CASE, "other-principal"),
        ("hedda", CASE, "other-principal"),  # summoned, yet no more than anyone else may know
        ("skolan", CASE, "other-principal"),
        ("klas", CASE, "- other-region"),
        ("admin", CASE, "- missing-role"),
        ("nobody", CASE, "- missing-role"),
        ("nora", PROTECTED, "own-unit"),
        ("nils", PROTECTED, "- protected"),
        ("pia", PROTECTED, "- not-your-unit"),
        ("hedda", PROTECTED, "- protected"),
    ],
)
def test_the_duplicate_check(actor: str, case: CaseObject, expected: str) -> None:
    check(actor, Act.CASE_FIND, case, expected)


def test_the_duplicate_check_names_only_the_unit_to_ask() -> None:
    assert may(ACTORS["hugo"], Act.CASE_FIND, CASE) == Verdict(True, Reason.OTHER_PRINCIPAL, "norra")
    assert may(ACTORS["siri"], Act.CASE_FIND, CASE) == Verdict(True, Reason.CONSENT, "norra")


# --- tasks --------------------------------------------------------------------------------------------------------

SUMMONS = task("homecare")
PLAN = task("social", reveals="plan situation")
HEALTH = task("social", reveals="health")
CONTROL = task(
    "psychiatry", "manager", reveals="situation"
)  # refusal control by a manager of the same principal
CALLED_WITHIN = replace(
    CASE, participants={"psychiatry": Participation(ParticipationState.CALLED, frozenset({"plan"}))}
)
COMPILE = task("norra", "convener", case=NAMED, reveals="health plan")


@pytest.mark.parametrize(
    ("actor", "act", "obj", "expected"),
    [
        # before consent: the summons can be seen and answered
        ("hedda", Act.TASK_SEE, SUMMONS, "summoned"),
        ("hedda", Act.TASK_CLAIM, SUMMONS, "summoned"),
        ("hedda", Act.TASK_COMPLETE, SUMMONS, "summoned"),
        ("hedda", Act.TASK_COMPLETE, task("homecare", reveals="coordination"), "- no-consent"),
        # after consent: what it covers
        ("sten", Act.TASK_COMPLETE, PLAN, "consent"),
        ("sten", Act.TASK_SEE, HEALTH, "consent"),
        ("sten", Act.TASK_COMPLETE, HEALTH, "- no-consent"),
        # after withdrawal: nothing
        ("skolan", Act.TASK_SEE, task("school"), "- withdrawn"),
        ("skolan", Act.TASK_COMPLETE, task("school"), "- withdrawn"),
        # another unit, whatever its principal
        ("hugo", Act.TASK_SEE, SUMMONS, "- not-your-unit"),
        ("pia", Act.TASK_CLAIM, PLAN, "- not-your-unit"),
        ("nora", Act.TASK_COMPLETE, SUMMONS, "- not-your-unit"),
        # the role must be held at that unit
        ("nora", Act.TASK_SEE, task("norra", "coordinator"), "- missing-role"),
        ("nils", Act.TASK_CLAIM, task("norra", "coordinator"), "own-unit"),
        ("nora", Act.TASK_CLAIM, task("norra"), "own-unit"),
        ("rut", Act.TASK_CLAIM, task("rehab", "coordinator"), "coordinator"),
        ("nils", Act.TASK_CLAIM, task("rehab", "coordinator"), "- not-your-unit"),
        ("siri", Act.TASK_CLAIM, task("social", "convener"), "- missing-role"),
        ("auditor", Act.TASK_SEE, task("norra"), "- not-your-unit"),
        ("auditor", Act.TASK_CLAIM, task("norra", "auditor"), "own-unit"),
        # within the principal a task opens what it needs
        ("chef_region", Act.TASK_COMPLETE, CONTROL, "own-unit"),
        ("pia", Act.TASK_COMPLETE, CONTROL, "- missing-role"),
        ("chef_k", Act.TASK_COMPLETE, task("housing", "manager", reveals="situation"), "- no-consent"),
        ("chef_k", Act.TASK_COMPLETE, task("housing", "manager"), "own-unit"),
        ("pia", Act.TASK_COMPLETE, task("psychiatry", case=CALLED_WITHIN, reveals="health"), "- no-consent"),
        ("pia", Act.TASK_COMPLETE, task("psychiatry", case=CALLED_WITHIN, reveals="plan"), "consent"),
        ("owner", Act.TASK_COMPLETE, task("norra", "process_owner", reveals="plan"), "- no-consent"),
        # the person, where one is named
        ("nora", Act.TASK_CLAIM, COMPILE, "own-unit"),
        ("nils", Act.TASK_SEE, COMPILE, "own-unit"),
        ("nils", Act.TASK_CLAIM, COMPILE, "- another-person"),
        ("nils", Act.TASK_COMPLETE, replace(COMPILE, holder_id="nils"), "own-unit"),
        ("nora", Act.TASK_COMPLETE, replace(COMPILE, holder_id="nils"), "- another-person"),
        ("sten", Act.TASK_CLAIM, task("social", person_id="siri"), "- another-person"),
        ("nora_for_siri", Act.TASK_CLAIM, task("social", person_id="siri"), "consent"),
        # managers see the tasks of all units below, and do not do them
        ("chef_k", Act.TASK_SEE, PLAN, "manager-above"),
        ("chef_k", Act.TASK_COMPLETE, PLAN, "- not-your-unit"),
        ("chef_region", Act.TASK_SEE, PLAN, "- not-your-unit"),
        # giving back and handing over
        ("sten", Act.TASK_RELEASE, task("social", holder_id="sten"), "own-unit"),
        ("sten", Act.TASK_RELEASE, task("social", holder_id="siri"), "- another-person"),
        ("nora_for_siri", Act.TASK_RELEASE, task("social", holder_id="siri"), "own-unit"),
        ("chef_k", Act.TASK_RELEASE, task("social", holder_id="siri"), "manager-above"),
        ("pia", Act.TASK_RELEASE, task("social", holder_id="siri"), "- not-your-unit"),
        ("nobody", Act.TASK_RELEASE, task("social"), "- not-your-unit"),
        ("sten", Act.TASK_REASSIGN, task("social", holder_id="sten"), "consent"),
        ("sten", Act.TASK_REASSIGN, task("social"), "consent"),
        ("sten", Act.TASK_REASSIGN, task("social", holder_id="siri"), "- another-person"),
        ("chef_k", Act.TASK_REASSIGN, task("social", holder_id="siri"), "manager-above"),
        ("chef_region", Act.TASK_REASSIGN, task("social"), "- not-your-unit"),
        # an answer by telephone
        ("nora", Act.TASK_COMPLETE_ON_BEHALF, SUMMONS, "own-unit"),
        ("rut", Act.TASK_COMPLETE_ON_BEHALF, SUMMONS, "coordinator"),
        ("nora", Act.TASK_COMPLETE_ON_BEHALF, PLAN, "- no-consent"),
        ("nora", Act.TASK_COMPLETE_ON_BEHALF, task("housing"), "- not-your-unit"),
        ("nora", Act.TASK_COMPLETE_ON_BEHALF, task("school"), "- not-your-unit"),
        ("sten", Act.TASK_COMPLETE_ON_BEHALF, SUMMONS, "- no-consent"),
        ("pia", Act.TASK_COMPLETE_ON_BEHALF, SUMMONS, "- not-your-unit"),
        # protected
        ("hedda", Act.TASK_SEE, task("homecare", case=PROTECTED), "- protected"),
        ("siri", Act.TASK_COMPLETE, task("social", case=PROTECTED, reveals="plan"), "consent"),
        ("sten", Act.TASK_SEE, task("social", case=PROTECTED), "- protected"),
        ("chef_k", Act.TASK_SEE, task("social", case=PROTECTED), "- protected"),
        ("chef_k", Act.TASK_REASSIGN, task("social", case=PROTECTED), "- protected"),
        ("nils", Act.TASK_COMPLETE_ON_BEHALF, task("homecare", case=PROTECTED), "- protected"),
        ("pia", Act.TASK_SEE, task("social", case=PROTECTED), "- not-your-unit"),
    ],
)
def test_tasks(actor: str, act: Act, obj: TaskObject, expected: str) -> None:
    check(actor, act, obj, expected)


@pytest.mark.parametrize(
    ("actor", "obj", "categories"),
    [
        ("sten", HEALTH, SOCIAL_SEES),
        ("hedda", SUMMONS, frozenset()),
        ("chef_region", CONTROL, frozenset({"situation"})),
        ("chef_k", task("housing", "manager", reveals="situation"), frozenset()),
        ("admin_nurse", task("norra", reveals="plan"), frozenset()),  # an administrator there, no staff
        ("pia", CONTROL, frozenset()),
        ("nora", COMPILE, CATEGORIES),
        ("auditor", task("norra", "auditor", reveals="plan"), frozenset()),
        ("owner", task("norra", "process_owner", reveals="plan"), frozenset()),
        ("pia", task("psychiatry", case=CALLED_WITHIN, reveals="health"), frozenset({"plan"})),
        ("sten", task("social", case=PROTECTED, reveals="plan"), frozenset()),
    ],
)
def test_a_task_page_shows_these_categories(actor: str, obj: TaskObject, categories: frozenset[str]) -> None:
    assert visible_in_task(ACTORS[actor], obj) == categories


def test_working_at_two_units_one_does_the_task_of_one_with_the_sight_of_that_one() -> None:
    both = person("both", works_at("norra"), works_at("homecare"))
    assert visible_categories(both, CASE) == CATEGORIES
    assert visible_in_task(both, SUMMONS) == frozenset()


# --- what one may start from a case, notes, corrections ------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "act", "obj", "expected"),
    [
        ("nora", Act.MESSAGE_START, MessageObject(CASE, "norra", "convener"), "own-unit"),
        ("nils", Act.MESSAGE_START, MessageObject(NAMED, "norra", "convener"), "own-unit"),
        ("rut", Act.MESSAGE_START, MessageObject(CASE, "norra", "convener"), "- not-your-unit"),
        ("rut", Act.MESSAGE_START, MessageObject(CASE, "rehab", "coordinator"), "coordinator"),
        ("hedda", Act.MESSAGE_START, MessageObject(CASE, "homecare", "staff"), "summoned"),
        ("skolan", Act.MESSAGE_START, MessageObject(CASE, "school", "staff"), "- withdrawn"),
        ("nora", Act.MESSAGE_START, MessageObject(ENDED, "norra", "convener"), "- case-ended"),
        ("nils", Act.MESSAGE_START, MessageObject(PROTECTED, "norra", "convener"), "- protected"),
        ("chef_region", Act.MESSAGE_START, MessageObject(CASE, "norra", "convener"), "- not-your-unit"),
        ("nora", Act.CASE_LET_IN, CASE, "own-unit"),
        ("rut", Act.CASE_LET_IN, CASE, "coordinator"),
        ("siri", Act.CASE_LET_IN, CASE, "- no-consent"),
        ("nora", Act.CASE_LET_IN, ENDED, "- case-ended"),
        ("nora", Act.CASE_LET_OUT, ENDED, "own-unit"),
        ("nils", Act.CASE_LET_OUT, PROTECTED, "- protected"),
        ("nora", Act.CASE_PROTECT_LESS, ENDED, "own-unit"),
        ("nils", Act.CASE_PROTECT_LESS, PROTECTED, "- protected"),
        ("siri", Act.CASE_PROTECT_LESS, CASE, "- no-consent"),
        ("nora", Act.CASE_CHANGE_PARTICIPANTS, CASE, "own-unit"),
        ("rut", Act.CASE_CHANGE_PARTICIPANTS, CASE, "coordinator"),
        ("siri", Act.CASE_CHANGE_PARTICIPANTS, CASE, "- no-consent"),
        ("pia", Act.CASE_CHANGE_PARTICIPANTS, CASE, "- not-your-unit"),
        ("nora", Act.CASE_CHANGE_PARTICIPANTS, ENDED, "- case-ended"),
        ("nils", Act.CASE_CHANGE_PARTICIPANTS, PROTECTED, "- protected"),
        ("sten", Act.CASE_NOTE, about(CASE, "plan"), "consent"),
        ("sten", Act.CASE_NOTE, about(CASE, "health"), "- no-consent"),
        ("sten", Act.CASE_NOTE, about(ENDED, "plan"), "- case-ended"),
        ("hedda", Act.CASE_NOTE, about(CASE, "coordination"), "- no-consent"),
        ("sten", Act.CASE_CORRECT, about(CASE, "plan", "social"), "own-unit"),
        ("sten", Act.CASE_CORRECT, about(CASE, "plan", "norra"), "- not-your-unit"),
        ("nora", Act.CASE_CORRECT, about(CASE, "plan", "social"), "- not-your-unit"),
        ("nora", Act.CASE_CORRECT, about(CASE, "health", "norra"), "own-unit"),
        ("nora", Act.CASE_CORRECT, about(CASE, "health"), "- not-your-unit"),
        ("nora", Act.CASE_CORRECT, about(ENDED, "health", "norra"), "- case-ended"),
        ("sten", Act.CASE_CORRECT, about(CASE, "health", "social"), "- no-consent"),
        ("auditor", Act.CASE_SEE_READERS, CASE, "your-role"),
        ("auditor", Act.CASE_SEE_READERS, PROTECTED, "your-role"),
        ("chef_norra", Act.CASE_SEE_READERS, CASE, "manager-above"),
        ("chef_norra", Act.CASE_SEE_READERS, PROTECTED, "- protected"),
        ("chef_k", Act.CASE_SEE_READERS, CASE, "- missing-role"),
        ("nora", Act.CASE_SEE_READERS, CASE, "- missing-role"),
    ],
)
def test_acts_on_a_case(actor: str, act: Act, obj: object, expected: str) -> None:
    check(actor, act, obj, expected)


# --- units, routines, the system -----------------------------------------------------------------------------------

HERE, ELSEWHERE, EVERYWHERE = SystemObject("vastmanland"), SystemObject("orebro"), SystemObject(None)
OURS, SHARED = RoutineObject("vastmanland"), RoutineObject(None)


@pytest.mark.parametrize(
    ("actor", "act", "obj", "expected"),
    [
        ("nora", Act.WORKLIST_SEE, unit("norra"), "own-unit"),
        ("nora", Act.WORKLIST_SEE, unit("social"), "- not-your-unit"),
        ("chef_k", Act.WORKLIST_SEE, unit("social"), "manager-above"),
        ("chef_k", Act.WORKLIST_SEE, unit("norra"), "- not-your-unit"),
        ("nora", Act.CASE_START, unit("norra"), "own-unit"),
        ("pia", Act.CASE_START, unit("norra"), "- not-your-unit"),
        ("admin", Act.CASE_START, unit("norra"), "- not-your-unit"),
        ("chef_region", Act.CASE_START, unit("norra"), "- not-your-unit"),
        ("chef_region", Act.UNIT_SEE_BELOW, unit("norra"), "manager-above"),
        ("chef_region", Act.UNIT_SEE_BELOW, unit("social"), "- not-a-manager"),
        ("nora", Act.UNIT_SEE_BELOW, unit("norra"), "- not-a-manager"),
        ("nora", Act.ROUTINE_SEE, OURS, "your-role"),
        ("nora", Act.ROUTINE_SEE, SHARED, "your-role"),
        ("klas", Act.ROUTINE_SEE, OURS, "- other-region"),
        ("nobody", Act.ROUTINE_SEE, SHARED, "- missing-role"),
        ("owner", Act.VERSION_UPLOAD, OURS, "your-role"),
        ("owner_o", Act.VERSION_UPLOAD, OURS, "- other-region"),
        ("owner", Act.VERSION_UPLOAD, SHARED, "- shared-routine"),
        ("admin", Act.VERSION_UPLOAD, SHARED, "- missing-role"),
        ("admin", Act.VERSION_UPLOAD, OURS, "- missing-role"),
        ("keeper", Act.VERSION_UPLOAD, SHARED, "your-role"),
        ("keeper", Act.VERSION_UPLOAD, OURS, "your-role"),
        ("nora", Act.VERSION_UPLOAD, OURS, "- missing-role"),
        ("nora", Act.VERSION_UPLOAD, SHARED, "- missing-role"),
        ("owner", Act.VERSION_APPROVE, RoutineObject("vastmanland", frozenset({"keeper"})), "your-role"),
        ("owner", Act.VERSION_APPROVE, RoutineObject("vastmanland", frozenset({"owner"})), "- four-eyes"),
        (
            "owner_o",
            Act.VERSION_APPROVE,
            RoutineObject("vastmanland", frozenset({"owner"})),
            "- other-region",
        ),
        ("owner", Act.VERSION_APPROVE, RoutineObject(None, frozenset({"keeper"})), "- shared-routine"),
        ("nora", Act.VERSION_APPROVE, RoutineObject("vastmanland", frozenset({"owner"})), "- missing-role"),
        ("admin", Act.INCIDENT_SEE, HERE, "your-role"),
        ("admin", Act.INCIDENT_RETRY, HERE, "your-role"),
        ("admin", Act.INCIDENT_RETRY, ELSEWHERE, "- other-region"),
        ("admin", Act.ADMIN_HEALTH, EVERYWHERE, "your-role"),
        ("owner", Act.INCIDENT_SEE, HERE, "- missing-role"),
        ("chef_region", Act.INCIDENT_SEE, HERE, "- missing-role"),
        ("admin", Act.ADMIN_DIRECTORY, HERE, "your-role"),
        ("admin", Act.ADMIN_VERSIONS, HERE, "your-role"),
        ("auditor", Act.ADMIN_DIRECTORY, HERE, "- missing-role"),
        ("admin", Act.ADMIN_CORRECT_CASE, HERE, "- missing-role"),
        ("keeper", Act.ADMIN_CORRECT_CASE, HERE, "your-role"),
        ("owner", Act.ADMIN_CORRECT_CASE, HERE, "your-role"),
        ("owner_o", Act.ADMIN_CORRECT_CASE, HERE, "- other-region"),
        ("owner", Act.ADMIN_VERSIONS, HERE, "your-role"),
        ("auditor", Act.ADMIN_VERSIONS, HERE, "- missing-role"),
        ("regional", Act.INCIDENT_RETRY, HERE, "your-role"),
        ("keeper", Act.ADMIN_APPROVE, SystemObject("vastmanland", frozenset({"keeper"})), "- four-eyes"),
        ("keeper", Act.ADMIN_APPROVE, SystemObject("vastmanland", frozenset({"admin_nurse"})), "your-role"),
        (
            "admin",
            Act.ADMIN_APPROVE,
            SystemObject("vastmanland", frozenset({"admin_nurse"})),
            "- missing-role",
        ),
        ("owner", Act.ADMIN_APPROVE, SystemObject("vastmanland", frozenset({"admin"})), "your-role"),
        ("owner_o", Act.ADMIN_APPROVE, SystemObject("vastmanland", frozenset({"admin"})), "- other-region"),
        ("nora", Act.ADMIN_APPROVE, SystemObject("vastmanland", frozenset({"admin"})), "- missing-role"),
        ("auditor", Act.AUDIT_READS, HERE, "your-role"),
        ("auditor", Act.AUDIT_READS, ELSEWHERE, "- other-region"),
        ("admin", Act.AUDIT_READS, HERE, "- missing-role"),
        ("board", Act.AGGREGATES_SEE, HERE, "your-role"),
        ("nora", Act.AGGREGATES_SEE, HERE, "- missing-role"),
        ("board", Act.AUDIT_READS, HERE, "- missing-role"),
    ],
)
def test_acts_on_units_routines_and_the_system(actor: str, act: Act, obj: object, expected: str) -> None:
    check(actor, act, obj, expected)


def test_nobody_approves_their_own_request_through_a_substitute() -> None:
    substitute = person("sub", works_at("norra", "process_owner"), acting_for="admin")
    asked = SystemObject("vastmanland", frozenset({"admin"}))
    assert may(substitute, Act.ADMIN_APPROVE, asked).reason == Reason.FOUR_EYES


# --- the shape of the answer ----------------------------------------------------------------------------------------


def test_every_act_has_a_rule() -> None:
    assert set(RULES) == set(Act)


def test_a_refusal_is_false_and_raises_where_it_is_required() -> None:
    refused = may(ACTORS["pia"], Act.CASE_SEE_EXISTENCE, CASE)
    assert not refused
    with pytest.raises(NotAllowed) as raised:
        refused.required()
    assert raised.value.reason == "not-your-unit"


def test_a_yes_names_the_unit_it_rests_on() -> None:
    assert may(ACTORS["siri"], Act.CASE_SEE_CONTENT, about(CASE, "plan")).required().detail == "social"


def test_asking_about_the_wrong_kind_of_object_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="CategoryObject"):
        may(ACTORS["nora"], Act.CASE_SEE_CONTENT, CASE)


def test_a_role_of_the_case_whose_principal_does_not_match_the_unit_opens_nothing() -> None:
    mistaken = replace(CASE, slots={"coordinator": Slot("housing", "region_v")})
    assert visible_categories(ACTORS["hugo"], mistaken) == frozenset()


def test_a_category_that_does_not_exist_is_refused_when_asked_about() -> None:
    with pytest.raises(ValueError, match="no such category"):
        CategoryObject(CASE, "gossip")


def test_a_test_case_changes_no_right() -> None:
    trial = replace(CASE, is_test=True)
    for actor in ACTORS.values():
        assert visible_categories(actor, trial) == visible_categories(actor, CASE)


def test_secrecy_binds_a_private_provider_towards_its_principal_and_back() -> None:
    """S3-112, LSS 29 §: what is open within a principal stops at a provider it has a contract with; only consent goes over."""
    private = replace(works_at("housing", "coordinator"), provider="gruppbostaden_ab")
    carer = person("carer", private)
    kept_by_k = replace(
        CASE,
        principal_id="municipality_k",
        unit_id="social",
        slots={"coordinator": Slot("housing", "municipality_k")},
    )
    nobody = replace(kept_by_k, slots={})
    assert may(carer, Act.CASE_FIND, nobody).reason == Reason.OTHER_PRINCIPAL
    assert may(ACTORS["hugo"], Act.CASE_FIND, nobody).reason == Reason.OWN_PRINCIPAL
    at_housing = TaskObject(kept_by_k, "housing", "staff", frozenset({"plan"}))
    assert visible_categories(ACTORS["hugo"], kept_by_k) == CATEGORIES
    assert visible_categories(carer, kept_by_k) == frozenset()
    check_of = may(carer, Act.CASE_SEE_CONTENT, about(kept_by_k, "plan"))
    assert (check_of.allowed, check_of.reason) == (False, Reason.NO_CONSENT)
    assert visible_in_task(ACTORS["hugo"], at_housing) == CATEGORIES
    assert visible_in_task(carer, at_housing) == frozenset()
    consented = replace(
        kept_by_k, participants={"housing": Participation(ParticipationState.CALLED, frozenset({"plan"}))}
    )
    assert visible_categories(carer, consented) == frozenset({"plan"})
    kept_by_provider = replace(
        kept_by_k,
        unit_id="housing",
        provider="gruppbostaden_ab",
        slots={"coordinator": Slot("social", "municipality_k")},
    )
    assert visible_categories(carer, kept_by_provider) == CATEGORIES
    assert visible_categories(ACTORS["siri"], replace(kept_by_provider, participants={})) == frozenset()
