"""Who may be the second: the rule by itself."""

from __future__ import annotations

from engine.access.actor import Actor, Membership, Role
from engine.access.four_eyes import Given, refusal
from engine.access.verdict import Reason, Verdict, no, yes

BY = frozenset({"asker"})


def a_process_owner(actor: Actor) -> Verdict:
    return yes(Reason.YOUR_ROLE) if actor.holds(Role.PROCESS_OWNER, "v") else no(Reason.MISSING_ROLE)


def owner(*units: str, name: str = "owner", acting_for: str | None = None) -> Actor:
    held = tuple(Membership(unit, "p", "v", frozenset({"process_owner"})) for unit in units)
    return Actor(name, name, held, acting_for=acting_for)


def why_not(actor: Actor, *given: Given) -> Reason | None:
    return refusal(actor, BY, frozenset(given), a_process_owner)


def test_the_one_who_asked_and_substitutes_on_either_side_are_refused() -> None:
    assert why_not(owner("a", name="asker")) == Reason.FOUR_EYES
    assert why_not(owner("a", acting_for="asker")) == Reason.FOUR_EYES
    assert why_not(owner("a")) is None


def test_a_role_that_was_given_counts_as_far_as_the_right_rests_on_it() -> None:
    given = Given("owner", "a", "process_owner")
    assert why_not(owner("a"), given) == Reason.GIVEN_BY_ASKER
    assert why_not(owner("a", "b"), given) is None
    assert why_not(owner("a"), Given("owner", "a", "staff")) is None
    assert why_not(owner("a"), Given("other", "a", "process_owner")) is None


def test_an_account_that_was_given_has_no_right_of_its_own() -> None:
    assert why_not(owner("a", "b"), Given("owner")) == Reason.GIVEN_BY_ASKER


def test_a_substitution_that_was_given_counts_for_the_substitute_of_that_person_only() -> None:
    given = Given("sub", "a", "process_owner", "owner")
    assert why_not(owner("a", name="sub", acting_for="owner"), given) == Reason.GIVEN_BY_ASKER
    assert why_not(owner("b", name="sub", acting_for="third"), given) is None


def test_what_was_given_to_the_one_who_is_away_is_not_lent_on() -> None:
    lent = owner("a", name="sub", acting_for="owner")
    assert why_not(lent, Given("owner", "a", "process_owner")) == Reason.GIVEN_BY_ASKER


def test_a_person_whose_only_role_is_taken_away_is_not_left_as_plain_staff() -> None:
    def anybody_in_care(actor: Actor) -> Verdict:
        return yes(Reason.OWN_UNIT) if actor.at("a") else no(Reason.NOT_YOUR_UNIT)

    manager = Actor("m", "m", (Membership("a", "p", "v", frozenset({"manager"})),))
    given = frozenset({Given("m", "a", "manager")})
    assert refusal(manager, BY, given, anybody_in_care) == Reason.GIVEN_BY_ASKER
