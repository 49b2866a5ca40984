"""No one reads a category without a ground: random cases, consents and withdrawals, against an oracle written apart.

The oracle replays what happened day by day, from the words of the rules, on plain sets of (unit, category); it
shares no code with `engine.access` but the values asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.access import (
    CATEGORIES,
    Act,
    Actor,
    CaseObject,
    CategoryObject,
    Consent,
    ConsentKind,
    Membership,
    Participation,
    ParticipationState,
    Scope,
    Slot,
    TaskObject,
    granted,
    may,
    visible_categories,
    visible_in_task,
    withdraw,
)
from engine.status import Protection

UNITS = {"a1": "A", "a2": "A", "a3": "A", "b1": "B", "b2": "B", "c1": "C"}
START = datetime(2026, 1, 1, tzinfo=UTC)
ORDINARY = sorted(CATEGORIES)

units = st.sampled_from(sorted(UNITS))
unit_sets = st.frozensets(units, max_size=3)
principal_sets = st.frozensets(st.sampled_from("ABC"), max_size=2)
category_sets = st.frozensets(st.sampled_from(ORDINARY), min_size=1, max_size=4)
roles = st.frozensets(
    st.sampled_from(["coordinator", "manager", "process_owner", "administrator", "auditor", "governance"])
)


@dataclass(frozen=True)
class Gave:
    kind: str
    categories: frozenset[str]
    units: frozenset[str]
    principals: frozenset[str]
    days: int | None


@dataclass(frozen=True)
class Withdrew:
    categories: frozenset[str] | None
    units: frozenset[str] | None


events = st.lists(
    st.one_of(
        st.builds(
            Gave,
            st.sampled_from(list(ConsentKind)),
            category_sets,
            unit_sets,
            principal_sets,
            st.none() | st.integers(1, 6),
        ),
        st.builds(Withdrew, st.none() | category_sets, st.none() | unit_sets),
    ),
    max_size=8,
)


def consents_after(history: list[Gave | Withdrew]) -> tuple[Consent, ...]:
    """The history as the product would keep it: one event a day."""
    consents: tuple[Consent, ...] = ()
    for day, event in enumerate(history):
        at = START + timedelta(days=day)
        match event:
            case Gave():
                until = None if event.days is None else at + timedelta(days=event.days)
                scope = Scope(event.categories, event.units, event.principals)
                consents = (*consents, Consent(ConsentKind(event.kind), scope, at, until))
            case Withdrew():
                consents = withdraw(consents, Scope(event.categories, event.units), at)
    return consents


def open_by_oracle(history: list[Gave | Withdrew], on_day: int) -> set[tuple[str, str]]:
    """(unit, category) open on a day: each grant holds on its own until it runs out or is taken back."""
    grants: list[tuple[set[tuple[str, str]], float]] = []
    for day, event in enumerate(history[: on_day + 1]):
        if isinstance(event, Gave):
            reached = {u for u in UNITS if u in event.units or UNITS[u] in event.principals}
            pairs = (
                {(u, c) for u in reached for c in event.categories}
                if event.kind != "plan_creation"
                else set()
            )
            grants.append((pairs, float("inf") if event.days is None else day + event.days))
        else:
            hit = set(UNITS) if event.units is None else set(event.units)
            gone = {
                (u, c) for u in hit for c in (CATEGORIES if event.categories is None else event.categories)
            }
            grants = [(pairs - gone, ends) for pairs, ends in grants]
    return {pair for pairs, ends in grants if on_day < ends for pair in pairs}


@given(events, units, st.integers(0, 10))
def test_consents_open_exactly_what_the_history_says(
    history: list[Gave | Withdrew], unit: str, day: int
) -> None:
    opened = granted(consents_after(history), unit, UNITS[unit], START + timedelta(days=day))
    assert opened == {category for holder, category in open_by_oracle(history, day) if holder == unit}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[CaseObject, Actor, set[tuple[str, str]]]:
    history: list[Gave | Withdrew] = draw(events)
    day = draw(st.integers(0, 10))
    consents, on = consents_after(history), START + timedelta(days=day)
    taking_part = draw(st.dictionaries(units, st.sampled_from(list(ParticipationState)), max_size=4))
    slots = draw(st.dictionaries(st.sampled_from(["convener", "coordinator"]), units))
    persons = draw(
        st.dictionaries(st.sampled_from(["convener", "coordinator"]), st.sampled_from(["me", "you"]))
    )
    case = CaseObject(
        case_id="c",
        region_id="r",
        principal_id="A",
        unit_id="a1",
        participants={
            u: Participation(s, granted(consents, u, UNITS[u], on)) for u, s in taking_part.items()
        },
        slots={role: Slot(u, UNITS[u], persons.get(role)) for role, u in slots.items()},
        protection=draw(st.sampled_from(Protection)),
        named_readers=draw(st.frozensets(st.sampled_from(["me", "you"]))),
    )
    places = draw(st.dictionaries(units, roles, max_size=3))
    memberships = tuple(Membership(u, UNITS[u], "r", held) for u, held in places.items())
    actor = Actor("me", "Me", memberships, draw(unit_sets), draw(st.none() | st.just("you")))
    return case, actor, open_by_oracle(history, day)


def readable_by_oracle(case: CaseObject, actor: Actor, opened: set[tuple[str, str]]) -> set[str]:
    """Every category for which a ground exists, from the words of the rules."""
    if case.protected and "me" not in case.named_readers:
        convener = case.slots.get("convener")
        if convener is None or convener.person_id != "me":
            return set()
    administrative = {"process_owner", "administrator", "auditor", "governance"}
    readable: set[str] = set()
    for place in actor.memberships:
        if place.roles and place.roles <= administrative:
            continue
        if place.unit_id == "a1":
            readable |= CATEGORIES
        fills_a_role = any(slot.unit_id == place.unit_id for slot in case.slots.values())
        if fills_a_role and UNITS[place.unit_id] == "A":
            readable |= CATEGORIES
        participation = case.participants.get(place.unit_id)
        if participation is not None and participation.state != "left":
            readable |= {category for holder, category in opened if holder == place.unit_id}
    return readable


@given(worlds())
def test_exactly_what_has_a_ground_is_visible(world: tuple[CaseObject, Actor, set[tuple[str, str]]]) -> None:
    case, actor, opened = world
    assert visible_categories(actor, case) == readable_by_oracle(case, actor, opened)


@given(worlds())
def test_the_question_and_the_page_agree(world: tuple[CaseObject, Actor, set[tuple[str, str]]]) -> None:
    case, actor, _ = world
    asked = {c for c in CATEGORIES if may(actor, Act.CASE_SEE_CONTENT, CategoryObject(case, c))}
    assert asked == visible_categories(actor, case)


@given(worlds(), units, st.sampled_from(["staff", "manager", "coordinator", "convener"]), category_sets)
def test_a_task_opens_nothing_between_principals_without_consent(
    world: tuple[CaseObject, Actor, set[tuple[str, str]]], unit: str, role: str, reveals: frozenset[str]
) -> None:
    case, actor, opened = world
    task = TaskObject(case, unit, role, reveals)
    readable = readable_by_oracle(case, actor, opened)
    beyond = visible_in_task(actor, task) - readable
    if beyond:
        assert UNITS[unit] == "A"
        assert unit not in case.participants
        assert beyond <= reveals
        assert any(place.unit_id == unit for place in actor.memberships)
        assert not case.protected or "me" in case.named_readers | {s.person_id for s in case.slots.values()}
    if may(actor, Act.TASK_COMPLETE, task):
        assert reveals <= visible_in_task(actor, task)


@given(worlds())
def test_writing_needs_reading(world: tuple[CaseObject, Actor, set[tuple[str, str]]]) -> None:
    case, actor, _ = world
    for category in CATEGORIES - visible_categories(actor, case):
        for act in (Act.CASE_NOTE, Act.CASE_CORRECT):
            assert not may(actor, act, CategoryObject(case, category, "a1"))


@given(worlds())
def test_without_any_part_every_case_looks_like_no_case(
    world: tuple[CaseObject, Actor, set[tuple[str, str]]],
) -> None:
    case, actor, _ = world
    touched = {case.unit_id, *case.participants, *(slot.unit_id for slot in case.slots.values())}
    stranger = Actor(actor.id, actor.name, tuple(m for m in actor.memberships if m.unit_id not in touched))
    verdict = may(stranger, Act.CASE_SEE_EXISTENCE, case)
    assert (verdict.allowed, verdict.reason, verdict.detail) == (False, "not-your-unit", "")
