"""Nobody reads a category without a ground, on real rows: consents, withdrawals, changing teams, protection and substitutes in any order.

What happens goes through the operations that diagrams ask for and the actions of people; what may be read is asked as pages ask it. The
oracle is told the same events and knows only plain sets; it shares no code with `engine.access`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, delete

from engine import asking, library
from engine.access import CATEGORIES, Act, CategoryObject, may, visible_categories
from engine.actions import actors, filling, live, operations, shielding
from engine.actions.cases import Subject
from engine.actions.ground import Ground
from engine.execution.surroundings import Request
from engine.facts import Place
from engine.records import absences, cases, grounds
from engine.records import tables as t
from engine.records.database import connect, reading, writing
from engine.records.who import Who
from engine.status import Protection
from tests.world import MONDAY, World, build

PRINCIPAL = {"vc": "region", "rehab": "region", "bistand": "malby", "boende": "malby", "skola": "skolbolaget"}
WORKS_AT = {
    "sara": "vc",
    "petra": "vc",
    "johanna": "rehab",
    "maria": "bistand",
    "bo": "boende",
    "eva": "boende",
    "stina": "skola",
}
MORE = """
[[principal]]
id = "skolbolaget"
name = "Skolbolaget"
kind = "other"
[[unit]]
id = "boende"
name = "Boendet"
kind = "housing"
principal = "malby"
[[unit]]
id = "skola"
name = "Skolan"
kind = "school"
principal = "skolbolaget"
""" + "".join(
    f'[[person]]\nusername = "{name}"\nname = "{name.title()}"\n[[membership]]\nperson = "{name}"\nunit = "{WORKS_AT[name]}"\n'
    for name in ("bo", "eva", "stina")
)  # fmt: skip

called = st.sampled_from([unit for unit in PRINCIPAL if unit != "vc"])
some_units = st.frozensets(st.sampled_from(["bistand", "boende", "skola"]), min_size=1, max_size=3)
FEW = ("health", "plan", "identity")
some_categories = st.frozensets(st.sampled_from(FEW), min_size=1, max_size=2)
people = st.sampled_from(sorted(WORKS_AT))


@dataclass
class Yes:
    """What one consent still opens: pairs of unit and category, since when, until the end of which day."""

    at: datetime
    pairs: set[tuple[str, str]]
    last_day: date | None


@dataclass
class Oracle:
    """What was said and done, in words of the rules: nothing is opened but by what stands here."""

    yes: list[Yes] = field(default_factory=list)
    team: set[str] = field(default_factory=set)
    left_at: dict[str, datetime] = field(default_factory=dict)
    slots: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    protected: bool = False
    named: set[str] = field(default_factory=set)
    substitutes: list[tuple[str, str, datetime]] = field(default_factory=list)  # absent, substitute, until

    def readable(self, person: str, now: datetime) -> set[str]:
        """The categories of the case that the person may read now."""
        in_roles = {holder for _, holder in self.slots.values()}
        if self.protected and person not in {"sara"} | self.named | in_roles:
            return set()
        found: set[str] = set()
        for unit in self._places(person, now):
            found |= self._of(unit, now)
        return found

    def _places(self, person: str, now: datetime) -> set[str]:
        own = WORKS_AT[person]
        covered = {
            WORKS_AT[absent]
            for absent, substitute, until in self.substitutes
            if substitute == person and now < until and PRINCIPAL[WORKS_AT[absent]] == PRINCIPAL[own]
        }
        return {own} | covered

    def _of(self, unit: str, now: datetime) -> set[str]:
        if unit == "vc":
            return set(CATEGORIES)
        if PRINCIPAL[unit] == "region" and unit in {held for held, _ in self.slots.values()}:
            return set(CATEGORIES)
        if unit not in self.team:
            return set()
        before = self.left_at.get(unit)
        return {
            category
            for one in self.yes
            if (before is None or one.at > before) and (one.last_day is None or now.date() <= one.last_day)
            for of, category in one.pairs
            if of == unit
        }


class Grounds(RuleBasedStateMachine):
    """One case; a minute or more passes between what happens, at noon so that days are the same in every zone."""

    world: World

    @initialize()
    def start(self) -> None:
        self.now = MONDAY.replace(hour=11)
        self.world.now = self.now
        with writing(self.world.engine) as tx:
            tx.execute(delete(t.substitutions))
            tx.execute(delete(t.absences))
        self.case_id = self.world.start(subject=Subject("Birgitta Holm"))
        self.oracle, self.keys = Oracle(), count()
        self.is_called(unit="bistand")
        self.is_called(unit="boende")
        self.consents(["disclosure"], frozenset({"bistand", "skola"}), frozenset(FEW))

    # --- what happens ------------------------------------------------------------------------------------------------

    @rule(units=some_units, categories=some_categories, days=st.sampled_from([None, None, 0, 2]))
    def says_yes(self, units: frozenset[str], categories: frozenset[str], days: int | None) -> None:
        self.consents(["plan_creation", "disclosure"], units, categories, days=days)

    @rule(units=some_units, categories=some_categories)
    def says_yes_to_a_plan_alone(self, units: frozenset[str], categories: frozenset[str]) -> None:
        self.consents(["plan_creation"], units, categories)

    @rule(
        units=some_units, categories=some_categories, guardians=st.lists(st.booleans(), min_size=1, max_size=2),
        child=st.sampled_from(["agrees", "too_young", "disagrees"]),
    )  # fmt: skip
    def guardians_are_asked(
        self, units: frozenset[str], categories: frozenset[str], guardians: list[bool], child: str
    ) -> None:
        self.consents(["information_exchange"], units, categories, guardians=guardians, child=child)

    @rule()
    def takes_everything_back(self) -> None:
        self.takes_back(None, None)

    @rule(units=some_units)
    def takes_units_back(self, units: frozenset[str]) -> None:
        self.takes_back(units, None)

    @rule(units=st.none() | some_units, categories=some_categories)
    def takes_categories_back(self, units: frozenset[str] | None, categories: frozenset[str]) -> None:
        self.takes_back(units, categories)

    @rule(unit=called)
    def is_called(self, unit: str) -> None:
        self.ask("send_message_to_unit", unit=unit, kind="summons")
        self.oracle.team.add(unit)
        self.later()

    @rule(unit=called)
    def is_recalled(self, unit: str) -> None:
        self.ask("end_participation", unit=unit, reason="wrong unit")
        self.gone({unit})
        self.later()

    @rule(unit=called)
    def is_recalled_and_called_anew(self, unit: str) -> None:
        self.is_recalled(unit=unit)
        self.is_called(unit=unit)

    @rule(slot=st.sampled_from(["convener", "coordinator"]), person=people, by_name=st.booleans())
    def takes_a_role(self, slot: str, person: str, by_name: bool) -> None:
        unit = WORKS_AT[person]
        self.ask("appoint", slot=slot, unit=unit, person=person if by_name else None)
        self.oracle.slots[slot] = (unit, person if by_name else None)
        self.later()

    @rule(
        level=st.sampled_from([Protection.NONE, Protection.CONFIDENTIALITY_MARK, Protection.ASSUMED_IDENTITY])
    )
    def is_protected(self, level: Protection) -> None:
        self.do(shielding.protect, level, "the Tax Agency says so")
        self.oracle.protected = level != Protection.NONE
        self.later()

    @precondition(lambda self: self.oracle.protected)
    @rule(person=people)
    def is_named(self, person: str) -> None:
        with writing(self.world.engine) as tx:
            ground = Ground(tx, cases.lock(tx, self.case_id), Who("sara"), self.now)
            possible = person in {one[0] for one in shielding.may_be_named(tx, ground)}
        if possible:
            self.do(shielding.name_reader, person, "works with it")
            self.oracle.named.add(person)
        self.later()

    @precondition(lambda self: self.oracle.protected)
    @rule(person=people)
    def is_named_no_longer(self, person: str) -> None:
        self.do(shielding.end_reader, person)
        self.oracle.named.discard(person)
        self.later()

    @rule(absent=people, substitute=people, hours=st.integers(1, 60))
    def goes_away(self, absent: str, substitute: str, hours: int) -> None:
        if absent != substitute:
            until = self.now + timedelta(hours=hours)
            given = [absences.Given(substitute, WORKS_AT[absent], "staff")]
            with writing(self.world.engine) as tx:
                absences.insert(tx, absent, self.now, until, given, who=Who("admin"), now=self.now)
            self.oracle.substitutes.append((absent, substitute, until))
        self.later()

    @rule(days=st.integers(1, 2))
    def days_pass(self, days: int) -> None:
        self.later(days=days)

    # --- what may be read --------------------------------------------------------------------------------------------

    @invariant()
    def nobody_reads_without_a_ground(self) -> None:
        if not hasattr(self, "oracle"):
            return
        with reading(self.world.engine) as tx:
            standing = grounds.standing(tx, self.case_id)
            about = asking.case_object(cases.fetch(tx, self.case_id), standing, now=self.now)
            for person in WORKS_AT:
                actor = actors.actor(tx, person, on=self.now.date(), now=self.now)
                assert actor is not None
                expected = self.oracle.readable(person, self.now)
                assert visible_categories(actor, about) == expected, person
                asked = {c for c in CATEGORIES if may(actor, Act.CASE_SEE_CONTENT, CategoryObject(about, c))}
                assert asked == expected, person

    # --- by what means -----------------------------------------------------------------------------------------------

    def consents(
        self, kinds: list[str], units: frozenset[str], categories: frozenset[str], *, days: int | None = None,
        guardians: Sequence[bool] = (), child: str | None = None,
    ) -> None:  # fmt: skip
        last_day = None if days is None else self.now.date() + timedelta(days=days)
        answers = [
            {"name": f"G{place}", "answer": "yes" if yes else "no"} for place, yes in enumerate(guardians)
        ]
        self.ask(
            "record_consent", kinds=kinds, units=sorted(units), categories=sorted(categories), given_by="Any", form="oral",
            given_on=self.now.date(), valid_until=last_day, guardians=answers, child_view=child,
        )  # fmt: skip
        if kinds != ["plan_creation"] and all(guardians) and child != "disagrees":
            pairs = {(unit, category) for unit in units for category in categories}
            self.oracle.yes.append(Yes(self.now, pairs, last_day))
        self.later()

    def takes_back(self, units: frozenset[str] | None, categories: frozenset[str] | None) -> None:
        everything = units is None and categories is None
        self.ask(
            "withdraw_consent", scope="all" if everything else "partial", units=sorted(units or ()),
            categories=sorted(categories or ()), given_on=self.now.date(),
        )  # fmt: skip
        for one in self.oracle.yes:
            one.pairs -= {
                (unit, category)
                for unit, category in one.pairs
                if (units is None or unit in units) and (categories is None or category in categories)
            }
        if categories is None:
            self.gone(set(self.oracle.team) if units is None else set(units))
        self.later()

    def ask(self, operation: str, **inputs: object) -> None:
        """What a service task of the case's routine does."""
        with writing(self.world.engine) as tx:
            ground = Ground(tx, cases.lock(tx, self.case_id), Who("sara"), self.now)
            main = cases.main_instance(tx, self.case_id)
            given = {name: value for name, value in inputs.items() if value is not None}
            request = Request(operation, given, Place(main.process_id, "any", "any"), str(next(self.keys)))
            operations.perform(ground, main, library.loaded(tx, main.bundle_hash), request)

    def do(self, action: object, *arguments: object) -> None:
        self.world.now = self.now
        self.world.do(action, "sara", self.case_id, *arguments)

    def gone(self, units: set[str]) -> None:
        for unit in units & self.oracle.team:
            self.oracle.left_at[unit] = self.now
        self.oracle.team -= units

    def later(self, *, days: int = 0) -> None:
        self.now += timedelta(days=days, minutes=1)


@pytest.fixture
def peopled(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    live.forget()
    world = build(engine)
    with writing(engine) as tx:
        filling.fill(tx, MORE, "testland", demo_password=None, since=MONDAY.date())
    yield world.engine
    live.forget()
    engine.dispose()


def test_at_no_point_does_anybody_read_a_category_without_a_ground(peopled: Engine) -> None:
    few = peopled.dialect.name == "postgresql"
    Grounds.world = World(peopled)
    run_state_machine_as_test(
        Grounds,
        settings=settings(
            max_examples=8 if few else 40, stateful_step_count=16, deadline=None, phases=[Phase.generate]
        ),
    )
