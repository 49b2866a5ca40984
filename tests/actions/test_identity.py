"""Swedish and Norwegian identity numbers. The Norwegian ones here are of people born before 1860, or made up (month + 80)."""

from __future__ import annotations

from datetime import date

import pytest

from engine.actions import identity


@pytest.mark.parametrize(
    ("typed", "number", "born"),
    [
        ("430515-2383", "194305152383", date(1943, 5, 15)),
        ("19430515-2383", "194305152383", date(1943, 5, 15)),
        ("15055960183", "15055960183", date(1859, 5, 15)),
        ("150559 60183", "15055960183", date(1859, 5, 15)),
        ("55055960096", "55055960096", date(1859, 5, 15)),
        ("15855960068", "15855960068", date(1859, 5, 15)),
        ("55855960051", "55855960051", date(1859, 5, 15)),
        ("15854100006", "15854100006", date(1941, 5, 15)),
        ("15852070088", "15852070088", date(2020, 5, 15)),
        ("15859595062", "15859595062", date(1995, 5, 15)),
    ],
)
def test_a_number_is_known_in_every_usual_way_of_writing_it_and_tells_the_birthday(
    typed: str, number: str, born: date
) -> None:
    assert identity.normalised(typed) == number
    assert identity.born_on(number) == born
    assert identity.keyed_hash(typed, "key") == identity.keyed_hash(number, "key")


@pytest.mark.parametrize(
    "typed",
    [
        "15055960184",  # the last control digit
        "15055960193",  # the first one
        "31995960071",  # no such digits at all
        "15854060071",  # no century has that serial number
        "29820160027",  # 2001 was no leap year
        "1505596018",
        "150559601834",
        "١٥٠٥٥٩٦٠١٨٣",
        "",
    ],
)
def test_a_wrong_digit_or_a_day_that_never_was_is_no_number(typed: str) -> None:
    with pytest.raises(identity.BadIdentityNumber):
        identity.normalised(typed)


def test_numbers_made_up_for_trying_are_told_from_peoples_own() -> None:
    assert identity.is_made_up("15855960068")
    assert identity.is_made_up("55855960051")
    assert not identity.is_made_up("15055960183")
    assert not identity.is_made_up("194305152383")
