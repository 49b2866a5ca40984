from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deadlines.calendar import Calendar

SWEDEN = Calendar("SE", ZoneInfo("Europe/Stockholm"))
NORWAY = Calendar("NO", ZoneInfo("Europe/Oslo"))
DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-06-19", "holiday"),  # Midsummer Eve, a Friday
        ("2026-06-20", "weekend"),  # Midsummer Day, a Saturday
        ("2026-06-18", None),
        ("2026-12-24", "holiday"),  # Christmas Eve
        ("2026-12-25", "holiday"),
        ("2026-12-28", None),
        ("2026-12-31", "holiday"),  # New Year's Eve
        ("2027-01-01", "holiday"),
        ("2026-04-02", None),  # Maundy Thursday is a working day
        ("2026-05-15", None),  # the day after Ascension is a squeeze day, not a free one
        ("2026-11-17", None),
        ("2026-11-22", "weekend"),
    ],
)
def test_swedish_free_days_are_weekends_holidays_and_the_three_eves(day: str, why: str | None) -> None:
    assert SWEDEN.why_free(date.fromisoformat(day)) == why


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2027-12-24", True),  # Christmas Eve, a Friday
        ("2027-12-31", True),  # New Year's Eve, a Friday
        ("2027-05-17", False),  # Constitution Day, a Monday
        ("2026-04-02", False),  # Maundy Thursday
        ("2026-05-25", False),  # Whit Monday
        ("2026-06-19", True),  # Midsummer Eve is Swedish
    ],
)
def test_norway_has_public_holidays_only(day: str, working: bool) -> None:
    assert NORWAY.is_working_day(date.fromisoformat(day)) is working


def test_a_unit_is_free_on_its_own_closing_days() -> None:
    squeeze_day = date(2026, 5, 15)
    closed = Calendar("SE", SWEDEN.zone, closing_days=frozenset({squeeze_day}))
    assert closed.why_free(squeeze_day) == "closing-day"
    assert closed.next_working_day(date(2026, 5, 13)) == date(2026, 5, 18)


@pytest.mark.parametrize(
    ("calendar", "day", "language", "name"),
    [
        (SWEDEN, "2026-06-19", "sv", "Midsommarafton"),
        (SWEDEN, "2026-06-19", "en", "Midsummer Eve"),
        (SWEDEN, "2026-06-19", "nb", "Midsommarafton"),
        (NORWAY, "2026-05-17", "nb", "Grunnlovsdag"),
        (NORWAY, "2026-05-17", "en", "Constitution Day"),
        (NORWAY, "2026-05-17", "sv", "Grunnlovsdag"),
        (SWEDEN, "2026-11-22", "sv", None),
    ],
)
def test_a_holiday_is_named_in_the_language_asked_for_or_the_countrys_own(
    calendar: Calendar, day: str, language: str, name: str | None
) -> None:
    assert calendar.holiday_name(date.fromisoformat(day), language) == name


def test_names_do_not_follow_the_locale_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.deadlines.calendar import _holidays

    _holidays.cache_clear()
    monkeypatch.setenv("LANGUAGE", "th")
    monkeypatch.setenv("LC_ALL", "th_TH.UTF-8")
    assert SWEDEN.holiday_name(date(2026, 12, 24), "sv") == "Julafton"


def test_a_country_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="SE and NO"):
        Calendar("DK", ZoneInfo("Europe/Copenhagen"))  # type: ignore[arg-type]


def test_no_working_day_after_the_end_of_time() -> None:
    with pytest.raises(ValueError, match="year 9999"):
        SWEDEN.next_working_day(date.max)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2026-11-13", "2026-11-16", 1),  # due Friday, today Monday: one working day late
        ("2026-11-13", "2026-11-15", 0),
        ("2026-06-18", "2026-06-23", 2),  # over Midsummer
        ("2026-11-16", "2026-11-13", -1),
        ("2026-11-17", "2026-11-17", 0),
    ],
)
def test_lateness_is_counted_in_working_days(first: str, last: str, count: int) -> None:
    assert SWEDEN.working_days_between(date.fromisoformat(first), date.fromisoformat(last)) == count


@given(DAYS, st.integers(0, 900), st.sampled_from([SWEDEN, NORWAY]), st.frozensets(DAYS, max_size=5))
def test_counting_agrees_with_walking_day_by_day(
    first: date, length: int, country: Calendar, closing: frozenset[date]
) -> None:
    calendar = Calendar(country.country, country.zone, closing_days=closing)
    last = first + timedelta(days=length)
    walked = sum(calendar.is_working_day(first + timedelta(days=step)) for step in range(1, length + 1))
    assert calendar.working_days_between(first, last) == walked


def test_counting_over_all_of_time_is_possible() -> None:
    assert SWEDEN.working_days_between(date.min, date.max) > 2_600_000
