from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.access import CATEGORIES, Consent, ConsentKind, Scope, Withdrawal, granted, plan_agreed, withdraw

DAY = timedelta(days=1)
GIVEN = datetime(2026, 11, 17, 9, tzinfo=UTC)
PLAN = frozenset({"plan", "situation"})


def disclosure(**more: object) -> Consent:
    scope = Scope(PLAN, units=frozenset({"social"}))
    return Consent(ConsentKind.DISCLOSURE, scope, GIVEN, **more)  # type: ignore[arg-type]


def test_a_consent_opens_its_categories_to_its_recipient_only() -> None:
    """S1-14, S3-012, S4-25."""
    assert granted([disclosure()], "social", "municipality_k", GIVEN) == PLAN
    assert granted([disclosure()], "homecare", "municipality_k", GIVEN) == frozenset()


def test_a_consent_to_a_principal_opens_to_each_of_its_units() -> None:
    consent = Consent(
        ConsentKind.INFORMATION_EXCHANGE, Scope(PLAN, principals=frozenset({"municipality_k"})), GIVEN
    )
    assert granted([consent], "homecare", "municipality_k", GIVEN) == PLAN
    assert granted([consent], "psychiatry", "region_v", GIVEN) == frozenset()


@pytest.mark.parametrize(
    ("on", "open_"),
    [
        (GIVEN - timedelta(microseconds=1), False),
        (GIVEN, True),
        (GIVEN + DAY - timedelta(microseconds=1), True),
        (GIVEN + DAY, False),
    ],
)
def test_a_consent_holds_from_when_it_was_given_until_its_end(on: datetime, open_: bool) -> None:
    assert bool(granted([disclosure(valid_until=GIVEN + DAY)], "social", "municipality_k", on)) is open_


def test_a_withdrawal_takes_effect_at_its_instant() -> None:
    consent = disclosure(withdrawn=(Withdrawal(GIVEN + DAY),))
    assert granted([consent], "social", "municipality_k", GIVEN + DAY - timedelta(microseconds=1)) == PLAN
    assert granted([consent], "social", "municipality_k", GIVEN + DAY) == frozenset()


def test_a_category_can_be_withdrawn_alone() -> None:
    consent = disclosure(withdrawn=(Withdrawal(GIVEN, Scope(frozenset({"situation"}))),))
    assert granted([consent], "social", "municipality_k", GIVEN) == frozenset({"plan"})


def test_a_recipient_can_be_withdrawn_alone_even_from_a_consent_to_its_principal() -> None:
    """S3-076, S4-28."""
    scope = Scope(PLAN, principals=frozenset({"municipality_k"}))
    consent = Consent(
        ConsentKind.DISCLOSURE,
        scope,
        GIVEN,
        withdrawn=(Withdrawal(GIVEN, Scope(units=frozenset({"social"}))),),
    )
    assert granted([consent], "social", "municipality_k", GIVEN) == frozenset()
    assert granted([consent], "homecare", "municipality_k", GIVEN) == PLAN


def test_withdrawing_from_a_principal_reaches_a_unit_that_was_named() -> None:
    consent = disclosure(withdrawn=(Withdrawal(GIVEN, Scope(principals=frozenset({"municipality_k"}))),))
    assert granted([consent], "social", "municipality_k", GIVEN) == frozenset()


def test_consent_to_a_plan_opens_nothing() -> None:
    consent = Consent(ConsentKind.PLAN_CREATION, Scope(), GIVEN)
    assert granted([consent], "social", "municipality_k", GIVEN) == frozenset()


def test_a_plan_is_agreed_until_the_consent_to_it_is_withdrawn() -> None:
    consent = Consent(ConsentKind.PLAN_CREATION, Scope(), GIVEN)
    assert plan_agreed([consent], GIVEN)
    assert not plan_agreed([disclosure()], GIVEN)
    assert not plan_agreed([consent], GIVEN - DAY)
    assert not plan_agreed(withdraw([consent], Scope(), GIVEN + DAY), GIVEN + DAY)
    assert plan_agreed(withdraw([consent], Scope(units=frozenset({"social"})), GIVEN + DAY), GIVEN + DAY)


def test_full_withdrawal_reaches_every_consent_given_so_far_and_none_given_later() -> None:
    later = Consent(
        ConsentKind.DISCLOSURE, Scope(frozenset({"plan"}), frozenset({"social"})), GIVEN + 2 * DAY
    )
    kept = withdraw([disclosure(), later], Scope(), GIVEN + DAY)
    assert granted(kept, "social", "municipality_k", GIVEN + DAY) == frozenset()
    assert granted(kept, "social", "municipality_k", GIVEN + 2 * DAY) == frozenset({"plan"})


def test_what_is_withdrawn_at_the_instant_it_was_given_never_holds() -> None:
    kept = withdraw([disclosure()], Scope(), GIVEN)
    assert granted(kept, "social", "municipality_k", GIVEN) == frozenset()


def test_all_categories_can_be_consented_to_at_once() -> None:
    consent = Consent(ConsentKind.DISCLOSURE, Scope(units=frozenset({"social"})), GIVEN)
    assert granted([consent], "social", "municipality_k", GIVEN) == CATEGORIES


def test_a_consent_to_nobody_in_particular_is_refused() -> None:
    with pytest.raises(ValueError, match="names who may receive"):
        Consent(ConsentKind.DISCLOSURE, Scope(PLAN), GIVEN)


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(ValueError, match="no such category"):
        Scope(frozenset({"gossip"}))
