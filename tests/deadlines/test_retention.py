"""How long a case is kept: the day after which it may go, by rule."""

from __future__ import annotations

from datetime import date

import pytest

from engine.deadlines.retention import Kept, Rule, Rules, disposal, rules_of, shortest, years_after

AGREEMENT = Rule("agreement", years=10)
PATIENT = Rule("patients", years=10, controller="region", object="personal")
SOCIAL = Rule("social", years=5, controller="municipality", object="personal")
CHILD = Rule("child", until_age=30, object="personal")
RULES = Rules((PATIENT, SOCIAL, CHILD), AGREEMENT)
ADULT = date(1943, 5, 15)


def kept(
    kind: str = "municipality",
    last_on: date | None = date(2026, 3, 2),
    born_on: date | None = ADULT,
    of: str = "personal",
) -> Kept:
    return Kept("malby", kind, of, date(2025, 6, 1), last_on, born_on)


@pytest.mark.parametrize(
    ("case", "due_on", "basis"),
    [
        (kept(), date(2031, 3, 2), "social"),
        (kept("region"), date(2036, 3, 2), "patients"),
        (kept("company"), date(2036, 3, 2), "agreement"),
        (kept(of="deviation"), date(2036, 3, 2), "agreement"),
        (kept(last_on=date(2028, 2, 29)), date(2033, 3, 1), "social"),
        (kept(born_on=date(2015, 4, 1)), date(2045, 4, 1), "child"),
        (kept(born_on=date(2007, 6, 2)), date(2037, 6, 2), "child"),  # 17 when it began
        (kept(born_on=date(2007, 6, 1)), date(2031, 3, 2), "social"),  # of age that very day
        (kept(born_on=None), date(2055, 6, 1), "child"),  # nobody knows, so as if born that day
        (kept("region", date(2050, 1, 1), date(2015, 4, 1)), date(2060, 1, 1), "patients"),
    ],
)
def test_the_latest_day_of_all_rules_that_fit_counts(case: Kept, due_on: date, basis: str) -> None:
    found = disposal(RULES, case)
    assert found is not None
    assert (found.due_on, found.rule.basis) == (due_on, basis)


def test_a_case_that_is_not_over_is_never_due() -> None:
    assert disposal(RULES, kept(last_on=None)) is None


def test_what_no_rule_speaks_of_is_kept() -> None:
    assert disposal(Rules((SOCIAL,), None), kept("region")) is None
    assert disposal(rules_of({}), kept()) is None


def test_a_rule_for_one_principal_by_its_id_goes_before_nothing_else_but_is_reckoned_with_the_rest() -> None:
    own = Rules((SOCIAL, Rule("own", years=7, controller="malby")), None)
    found = disposal(own, kept())
    assert found is not None
    assert (found.due_on, found.rule.basis) == (date(2033, 3, 2), "own")


def test_settings_of_a_region_are_read_as_they_are_kept() -> None:
    told = {
        "retention": {
            "years": 10,
            "basis": "agreement",
            "rules": [{"basis": "social", "years": 5, "until_age": None}],
        }
    }
    assert rules_of(told) == Rules((Rule("social", years=5),), AGREEMENT)


def test_what_cannot_be_due_yet_need_not_be_looked_at() -> None:
    assert shortest(RULES) == 5
    assert shortest(Rules((CHILD,), None)) is None
    assert years_after(date(2024, 2, 29), -5) == date(2019, 3, 1)
