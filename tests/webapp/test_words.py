"""Dates and counts in Swedish words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale

from webapp import words

pytestmark = pytest.mark.usefixtures("swedish")

ZONE = ZoneInfo("Europe/Stockholm")
TODAY = date(2026, 11, 17)
NOW = datetime(2026, 11, 17, 9, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "late_for", "in_working_days", "state", "told", "on"),
    [
        (date(2026, 11, 13), 2, True, "late", "2 arbetsdagar försenad", "fre 13 november"),
        (date(2026, 11, 16), 1, True, "late", "1 arbetsdag försenad", "mån 16 november"),
        (date(2026, 11, 14), 3, False, "late", "3 dagar försenad", "lör 14 november"),
        (date(2026, 11, 17), 0, False, "near", "I dag", "tis 17 november"),
        (date(2026, 11, 18), 0, False, "near", "I morgon", "ons 18 november"),
        (date(2026, 11, 20), 0, False, "later", "Om 3 dagar", "fre 20 november"),
        (date(2027, 1, 12), 0, False, "later", "Om 56 dagar", "tis 12 januari 2027"),
        (None, 0, False, "none", "Ingen tidsgräns", ""),
    ],
)
def test_a_due_day_is_told_by_how_near_it_is(
    day: date | None, late_for: int, in_working_days: bool, state: str, told: str, on: str
) -> None:
    found = words.due(day, TODAY, late_for=late_for, in_working_days=in_working_days)
    assert (found.state, found.words, found.on) == (state, told, on)


def test_the_next_working_day_is_near_over_a_weekend() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert words.due(monday, friday, near_until=monday).state == "near"
    assert words.due(date(2026, 11, 24), friday, near_until=monday).state == "later"


def test_the_headline_says_the_day_and_how_near_it_is() -> None:
    assert words.due_headline(date(2026, 11, 18), TODAY) == "Klar senast i morgon, onsdag 18 november"
    assert words.due_headline(date(2026, 11, 16), TODAY) == "Skulle ha varit klar måndag 16 november"


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        (datetime(2026, 11, 17, 9, 42, tzinfo=UTC), "I dag 10.42"),
        (
            datetime(2026, 11, 16, 23, 30, tzinfo=UTC),
            "I dag 00.30",
        ),  # past midnight in Sweden, still yesterday in UTC
        (datetime(2026, 11, 16, 10, 20, tzinfo=UTC), "I går 11.20"),
        (datetime(2026, 10, 28, 8, 15, tzinfo=UTC), "Ons 28 okt 09.15"),
        (datetime(2025, 7, 1, 8, 15, tzinfo=UTC), "1 juli 2025 10.15"),
    ],
)
def test_a_moment_is_told_in_the_zone_people_live_in(instant: datetime, told: str) -> None:
    assert words.moment(instant, NOW, ZONE) == told


def test_the_worklist_opens_with_how_things_are() -> None:
    assert (
        words.worklist_sentence(2, 3, 9)
        == "Två uppgifter är försenade. Tre ska bli klara i dag eller i morgon."
    )
    assert words.worklist_sentence(1, 1, 2) == "En uppgift är försenad. En ska bli klar i dag eller i morgon."
    assert words.worklist_sentence(0, 14, 20) == "14 uppgifter ska bli klara i dag eller i morgon."
    assert (
        words.worklist_sentence(0, 0, 4)
        == "Inget är försenat, och inget behöver bli klart i dag eller i morgon."
    )
    assert words.worklist_sentence(0, 0, 0) == ""


def test_a_draft_of_an_earlier_day_says_which() -> None:
    assert words.draft_saved(NOW, NOW, ZONE) == "Utkast sparat 10.42. Bara du ser det."
    earlier = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
    assert words.draft_saved(earlier, NOW, ZONE) == "Utkast sparat 5 nov 10.00. Bara du ser det."


def test_names_are_listed_with_and_before_the_last() -> None:
    assert words.listed(["Birgitta", "Anna", "Maria"]) == "Birgitta, Anna och Maria"
    assert words.listed(["Birgitta"]) == "Birgitta"
    assert words.listed([]) == ""


def test_initials_are_of_the_first_and_the_last_name() -> None:
    assert words.initials("Sara Anna Lindqvist") == "SL"
    assert words.initials("Åke") == "Å"
    assert words.initials("") == ""


def test_norwegian_puts_a_full_stop_after_the_day_and_none_after_a_short_name() -> None:
    with force_locale("nb"):
        assert words.full_day(date(2026, 5, 5)) == "5. mai 2026"
        assert words.short_day(date(2026, 11, 5), TODAY) == "5. nov"
        assert words.weekday_and_day(date(2026, 11, 17), TODAY) == "tir 17. november"
