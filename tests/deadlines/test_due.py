from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deadlines import LATE_AFTER, Calendar, Due, due, grace, rolled_days, working_days

STOCKHOLM, OSLO = ZoneInfo("Europe/Stockholm"), ZoneInfo("Europe/Oslo")
SWEDEN, NORWAY = Calendar("SE", STOCKHOLM), Calendar("NO", OSLO)


def local(text: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def midnight_after(day: str) -> datetime:
    return local((date.fromisoformat(day) + timedelta(days=1)).isoformat())


# --- working days: the receipt rule, S3-042 -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("armed", "last_day"),
    [
        ("2026-06-18T10:00", "2026-06-22"),  # the day before Midsummer Eve
        ("2026-12-23T10:00", "2026-12-28"),  # the day before Christmas Eve
        ("2026-12-30T10:00", "2027-01-04"),  # the day before New Year's Eve
        ("2026-11-17T09:00", "2026-11-18"),
        ("2026-11-17T16:30", "2026-11-18"),  # at closing time it is still today
        ("2026-11-17T16:30:01", "2026-11-19"),
        ("2026-11-13T17:00", "2026-11-17"),  # Friday evening counts as Monday
        ("2026-11-14T09:00", "2026-11-17"),  # Saturday counts as Monday
        ("2026-11-15T23:59", "2026-11-17"),
        ("2026-12-24T08:00", "2026-12-29"),  # Christmas Eve counts as the 28th
        ("2026-03-27T10:00", "2026-03-30"),  # the clock changes in between
        ("2026-10-23T10:00", "2026-10-26"),
    ],
)
def test_one_working_day_in_sweden(armed: str, last_day: str) -> None:
    """S3-042."""
    found = due("duration", "P1D", "working-days", armed_at=local(armed), calendar=SWEDEN)
    assert found.last_day.isoformat() == last_day
    assert found.due_at == midnight_after(last_day)
    assert found.due_at.tzinfo is UTC


def test_the_same_receipt_falls_on_another_day_in_norway() -> None:
    armed = local("2027-12-23T10:00", OSLO)
    assert due("duration", "P1D", "working-days", armed_at=armed, calendar=NORWAY).last_day == date(
        2027, 12, 24
    )
    armed = local("2027-05-14T10:00", OSLO)
    assert due("duration", "P1D", "working-days", armed_at=armed, calendar=NORWAY).last_day == date(
        2027, 5, 18
    )


def test_the_explanation_says_which_days_were_passed_over_and_why() -> None:
    found = due("duration", "P1D", "working-days", armed_at=local("2026-12-23T17:00"), calendar=SWEDEN)
    assert found.explanation == {
        "rule": "working-days",
        "n": 1,
        "armed_at": "2026-12-23T16:00:00+00:00",
        "after_closing": True,
        "counted_from": "2026-12-28",
        "skipped": [
            {"day": "2026-12-24", "why": "holiday", "name": "Julafton"},
            {"day": "2026-12-25", "why": "holiday", "name": "Juldagen"},
            {"day": "2026-12-26", "why": "weekend"},
            {"day": "2026-12-27", "why": "weekend"},
        ],
        "zone": "Europe/Stockholm",
    }


def test_a_free_evening_is_not_called_after_closing() -> None:
    found = due("duration", "P1D", "working-days", armed_at=local("2026-11-14T20:00"), calendar=SWEDEN)
    assert found.explanation["after_closing"] is False
    assert found.explanation["counted_from"] == "2026-11-16"


def test_a_long_list_of_skipped_days_is_cut_and_counted() -> None:
    found = due("duration", "P1000D", "working-days", armed_at=local("2026-01-01T10:00"), calendar=SWEDEN)
    skipped = found.explanation["skipped"]
    assert isinstance(skipped, list)
    assert len(skipped) == 60
    assert isinstance(found.explanation["skipped_more"], int)
    assert found.explanation["skipped_more"] > 300


def test_another_closing_time_moves_the_border() -> None:
    calendar = Calendar("SE", STOCKHOLM, closing_time=time(15, 0))
    found = due("duration", "P1D", "working-days", armed_at=local("2026-11-17T15:30"), calendar=calendar)
    assert found.last_day == date(2026, 11, 19)


# --- rolled days: lag 1930:173, 2 § -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("armed", "days", "last_day"),
    [
        ("2026-11-12T14:00", 2, "2026-11-16"),  # plan within two days of a Thursday meeting: Monday (S3-059)
        ("2026-11-10T14:00", 2, "2026-11-12"),
        ("2026-11-10T23:00", 2, "2026-11-12"),  # closing time does not matter
        ("2026-06-17T10:00", 2, "2026-06-22"),  # ends on Midsummer Eve
        ("2026-12-21T10:00", 3, "2026-12-28"),  # ends on Christmas Eve
        ("2026-03-27T10:00", 2, "2026-03-30"),  # over the change to summer time
    ],
)
def test_calendar_days_roll_off_free_days(armed: str, days: int, last_day: str) -> None:
    found = due("duration", f"P{days}D", "rolled-days", armed_at=local(armed), calendar=SWEDEN)
    assert found.last_day.isoformat() == last_day
    assert found.due_at == midnight_after(last_day)


def test_a_rolled_deadline_lists_only_the_days_it_was_moved_over() -> None:
    found = due("duration", "P9D", "rolled-days", armed_at=local("2026-06-10T10:00"), calendar=SWEDEN)
    assert [day["day"] for day in found.explanation["skipped"]] == [  # type: ignore[attr-defined]
        "2026-06-19",
        "2026-06-20",
        "2026-06-21",
    ]


# --- wall calendar and clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("armed", "duration", "expected"),
    [
        ("2026-03-28T10:00", "P1D", "2026-03-29T10:00"),  # 23 hours later
        ("2026-03-28T10:00", "PT24H", "2026-03-29T11:00"),
        ("2026-10-24T10:00", "P1D", "2026-10-25T10:00"),  # 25 hours later
        ("2026-10-24T10:00", "PT24H", "2026-10-25T09:00"),
        ("2026-01-31T10:00", "P1M", "2026-02-28T10:00"),
        ("2028-02-29T10:00", "P1Y", "2029-02-28T10:00"),
        ("2026-01-31T10:00", "P1M1D", "2026-03-01T10:00"),  # months first, then days
        ("2026-03-28T10:00", "P1DT2H", "2026-03-29T12:00"),
        ("2026-03-28T02:30", "P1D", "2026-03-29T03:30"),  # 02:30 is skipped that night
        ("2026-05-08T10:00", "P400D", "2027-06-12T10:00"),
    ],
)
def test_days_move_on_the_wall_and_hours_on_the_clock(armed: str, duration: str, expected: str) -> None:
    found = due("duration", duration, None, armed_at=local(armed), calendar=SWEDEN)
    assert found.due_at == local(expected)


def test_a_time_that_comes_twice_is_the_first_one() -> None:
    found = due("duration", "P1D", None, armed_at=local("2026-10-24T02:30"), calendar=SWEDEN)
    assert found.due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_armed_in_the_second_of_two_hours_the_next_autumn_is_still_the_first() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    found = due("duration", "P371D", None, armed_at=second, calendar=SWEDEN)
    assert found.due_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_hours_run_through_the_hour_that_comes_twice() -> None:
    found = due("duration", "PT1H", None, armed_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC), calendar=SWEDEN)
    assert found.due_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_feel_duration_counts_like_its_text() -> None:
    @dataclass(frozen=True)
    class YearsMonths:
        years: int
        months: int

    armed = local("2026-03-28T10:00")
    for value, text in ((timedelta(days=1, hours=2), "P1DT2H"), (YearsMonths(1, 2), "P1Y2M")):
        as_text = due("duration", text, None, armed_at=armed, calendar=SWEDEN)
        assert due("duration", value, None, armed_at=armed, calendar=SWEDEN) == as_text


@pytest.mark.parametrize(
    "value", ["PT0S", "P0D", "-P1D", timedelta(0), timedelta(days=-1), timedelta(seconds=-1)]
)
def test_a_duration_of_nothing_or_less_is_refused(value: str | timedelta) -> None:
    for rule in (None, "working-days", "rolled-days"):
        with pytest.raises(ValueError, match=r"negative|nothing"):
            due("duration", value, rule, armed_at=local("2026-11-17T10:00"), calendar=SWEDEN)


@pytest.mark.parametrize("value", ["PT24H", "P1M", "P1DT1H", timedelta(hours=1)])
def test_a_calendar_goes_only_with_whole_days(value: str | timedelta) -> None:
    with pytest.raises(ValueError, match="whole days"):
        due("duration", value, "working-days", armed_at=local("2026-11-17T10:00"), calendar=SWEDEN)


def test_a_calendar_does_not_go_with_dates_or_cycles() -> None:
    for kind, value in (("date", "2026-12-24"), ("cycle", "R3/P1D")):
        with pytest.raises(ValueError, match="goes with a duration"):
            due(kind, value, "rolled-days", armed_at=local("2026-11-17T10:00"), calendar=SWEDEN)


@pytest.mark.parametrize(
    "value", [None, 3, Decimal(3), [], date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)]
)
def test_what_is_no_duration_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="needs a duration"):
        due("duration", value, None, armed_at=local("2026-11-17T10:00"), calendar=SWEDEN)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due("duration", "P1D", None, armed_at=datetime(2026, 1, 1), calendar=SWEDEN)  # noqa: DTZ001 - that is the point


def test_an_unknown_kind_or_calendar_is_refused() -> None:
    now = local("2026-11-17T10:00")
    with pytest.raises(ValueError, match="a duration, a date or a cycle"):
        due("cron", "P1D", None, armed_at=now, calendar=SWEDEN)
    with pytest.raises(ValueError, match="working-days or rolled-days"):
        due("duration", "P1D", "lunar", armed_at=now, calendar=SWEDEN)


# --- dates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-12-24T12:00:00+01:00", datetime(2026, 12, 24, 11, tzinfo=UTC)),
        ("2026-12-24T12:00:00", datetime(2026, 12, 24, 11, tzinfo=UTC)),  # local where it has no offset
        ("2026-07-01T12:00:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-12-24", datetime(2026, 12, 23, 23, tzinfo=UTC)),  # a wait until that day ends when it begins
        (date(2026, 12, 24), datetime(2026, 12, 23, 23, tzinfo=UTC)),
        (datetime(2026, 12, 24, 12), datetime(2026, 12, 24, 11, tzinfo=UTC)),  # noqa: DTZ001 - FEEL's local date and time
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+02:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-01", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-02:00", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_a_date_is_an_instant(value: str | date, expected: datetime) -> None:
    assert due("date", value, None, armed_at=local("2026-11-17T10:00"), calendar=SWEDEN).due_at == expected


def test_year_one_is_due_at_once() -> None:
    armed = local("2026-11-17T10:00")
    assert due("date", "0001-01-01T00:00:00Z", None, armed_at=armed, calendar=SWEDEN).due_at <= armed


def test_a_plain_day_is_shown_as_that_day_whether_it_begins_or_ends_the_wait() -> None:
    armed, day = local("2026-11-17T10:00"), date(2026, 12, 24)
    waits = due("date", day, None, armed_at=armed, calendar=SWEDEN)
    lasts = due("date", day, None, armed_at=armed, calendar=SWEDEN, plain_day="ends")
    assert (waits.due_at, waits.last_day) == (local("2026-12-24"), day)
    assert (lasts.due_at, lasts.last_day) == (local("2026-12-25"), day)


def test_the_last_day_of_all_does_not_overflow() -> None:
    found = due("date", date.max, None, armed_at=local("2026-11-17T10:00"), calendar=SWEDEN, plain_day="ends")
    assert found.last_day == date.max


@pytest.mark.parametrize("value", [None, 3, time(12), timedelta(days=1), "tomorrow"])
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"needs a date|not an ISO 8601 date"):
        due("date", value, None, armed_at=local("2026-11-17T10:00"), calendar=SWEDEN)


@pytest.mark.parametrize(
    "value", ["P9999Y", "P999999999D", "P999999999W", "PT999999999H", "P999999999YT999999999S"]
)
def test_a_duration_past_the_end_of_time_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"year 9999|0 to 3660"):
        due("duration", value, None, armed_at=datetime(9000, 1, 1, tzinfo=UTC), calendar=SWEDEN)


def test_a_count_of_days_has_a_limit() -> None:
    for rule in ("working-days", "rolled-days"):
        with pytest.raises(ValueError, match="0 to 3660"):
            due("duration", "P3661D", rule, armed_at=local("2026-11-17T10:00"), calendar=SWEDEN)


# --- FEEL ---------------------------------------------------------------------------------------------------------


def test_feel_counts_working_days_from_what_happened() -> None:
    meeting_ended = datetime(2026, 11, 12, 14, tzinfo=STOCKHOLM)
    assert working_days(SWEDEN)(meeting_ended, Decimal(1)) == midnight_after("2026-11-13")
    assert rolled_days(SWEDEN)(meeting_ended, Decimal(2)) == midnight_after("2026-11-16")


def test_feel_takes_a_date_as_a_day_that_is_never_after_closing() -> None:
    assert working_days(SWEDEN)(date(2026, 11, 12), 1) == midnight_after("2026-11-13")
    assert working_days(SWEDEN)(date(2026, 11, 14), 1) == midnight_after("2026-11-17")


def test_feel_takes_a_local_date_and_time_on_the_wall_clock() -> None:
    late = datetime(2026, 11, 12, 17)  # noqa: DTZ001 - local by intent
    assert working_days(SWEDEN)(late, 1) == midnight_after("2026-11-16")


def test_no_days_is_the_end_of_the_day_itself() -> None:
    assert working_days(SWEDEN)(date(2026, 11, 12), 0) == midnight_after("2026-11-12")
    assert rolled_days(SWEDEN)(date(2026, 11, 14), 0) == midnight_after("2026-11-16")


def test_feel_ends_where_the_timer_would() -> None:
    armed = local("2026-06-18T10:00")
    assert (
        working_days(SWEDEN)(armed, 2)
        == due("duration", "P2D", "working-days", armed_at=armed, calendar=SWEDEN).due_at
    )


def test_a_timer_set_by_feel_shows_the_last_day_and_not_the_midnight_after() -> None:
    ends = working_days(SWEDEN)(date(2026, 11, 12), 1)
    assert due("date", ends, None, armed_at=local("2026-11-12T10:00"), calendar=SWEDEN).last_day == date(
        2026, 11, 13
    )


def test_feel_tells_how_the_date_came_about() -> None:
    told: list[Due] = []
    ends = working_days(SWEDEN, told.append)(date(2026, 6, 18), 1)
    assert [(found.due_at, found.explanation["counted_from"]) for found in told] == [(ends, "2026-06-18")]


@pytest.mark.parametrize(
    ("start", "n"),
    [
        (None, 1), ("2026-11-12", 1), (date(2026, 11, 12), None), (date(2026, 11, 12), True),
        (date(2026, 11, 12), Decimal("1.5")),
        (date(2026, 11, 12), Decimal("NaN")), (date(2026, 11, 12), Decimal("Infinity")), (date(2026, 11, 12), -1),
        (date(2026, 11, 12), Decimal("1e30")), (date.max, 1),
    ],
)  # fmt: skip
def test_feel_refuses_what_cannot_be_counted(start: object, n: object) -> None:
    for function in (working_days(SWEDEN), rolled_days(SWEDEN)):
        with pytest.raises(ValueError):  # noqa: PT011 - the sentence depends on the argument that is wrong
            function(start, n)


# --- after downtime -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fired", "until"),
    [
        ("2026-11-17T10:00", "2026-11-18"),
        (
            "2026-11-13T18:00",
            "2026-11-17",
        ),  # Friday evening: Monday is the day they see it, Tuesday the day they have
        ("2026-06-18T10:00", "2026-06-22"),
    ],
)
def test_people_get_a_working_day_before_the_next_timer(fired: str, until: str) -> None:
    assert grace(local(fired), SWEDEN) == midnight_after(until)


def test_an_hour_late_is_downtime() -> None:
    assert timedelta(hours=1) == LATE_AFTER


# --- properties ---------------------------------------------------------------------------------------------------

INSTANTS = st.datetimes(datetime(1995, 1, 1), datetime(2075, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
COUNTS = st.integers(1, 60)
CALENDARS = st.builds(
    Calendar,
    st.just("SE"),
    st.sampled_from(
        [STOCKHOLM, OSLO, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")]
    ),
    st.times(time(12), time(20)),
    st.frozensets(st.dates(date(1995, 1, 1), date(2075, 1, 1)), max_size=8),
) | st.just(NORWAY)


def oracle(armed_at: datetime, n: int, calendar: Calendar) -> date:
    """The receipt rule, walked day by day from the words of the rule."""
    at = armed_at.astimezone(calendar.zone)
    day, counts = at.date(), 0
    if not calendar.is_working_day(day) or at.time() > calendar.closing_time:
        day += timedelta(days=1)
        while not calendar.is_working_day(day):
            day += timedelta(days=1)
    while counts < n:
        day += timedelta(days=1)
        counts += calendar.is_working_day(day)
    return day


@given(INSTANTS, COUNTS, CALENDARS)
def test_working_days_agree_with_walking_day_by_day(armed: datetime, n: int, calendar: Calendar) -> None:
    found = due("duration", f"P{n}D", "working-days", armed_at=armed, calendar=calendar)
    assert found.last_day == oracle(armed, n, calendar)


@given(INSTANTS, COUNTS, CALENDARS, st.sampled_from(["working-days", "rolled-days"]))
def test_a_counted_deadline_never_ends_on_a_free_day_and_ends_at_local_midnight(
    armed: datetime, n: int, calendar: Calendar, rule: str
) -> None:
    found = due("duration", f"P{n}D", rule, armed_at=armed, calendar=calendar)
    assert calendar.is_working_day(found.last_day)
    assert found.due_at > armed
    just_before = (found.due_at - timedelta(microseconds=1)).astimezone(calendar.zone)
    assert just_before.date() == found.last_day


@given(INSTANTS, COUNTS, CALENDARS, st.sampled_from(["working-days", "rolled-days"]))
def test_a_counted_deadline_says_why_each_day_between_does_not_count(
    armed: datetime, n: int, calendar: Calendar, rule: str
) -> None:
    found = due("duration", f"P{n}D", rule, armed_at=armed, calendar=calendar)
    skipped = [date.fromisoformat(entry["day"]) for entry in found.explanation["skipped"]]  # type: ignore[attr-defined]
    assert not any(calendar.is_working_day(day) for day in skipped)
    assert skipped == sorted(set(skipped))
    if rule == "working-days":
        counted = date.fromisoformat(str(found.explanation["counted_from"]))
        assert calendar.working_days_between(counted, found.last_day) == n


@given(INSTANTS, INSTANTS, COUNTS, CALENDARS, st.sampled_from(["working-days", "rolled-days"]))
def test_what_is_armed_later_is_never_due_earlier(
    one: datetime, other: datetime, n: int, calendar: Calendar, rule: str
) -> None:
    dues = [
        due("duration", f"P{n}D", rule, armed_at=armed, calendar=calendar).due_at
        for armed in sorted([one, other])
    ]
    assert dues == sorted(dues)


@given(INSTANTS, COUNTS, CALENDARS, st.sampled_from([None, "working-days", "rolled-days"]))
def test_more_days_never_end_earlier(armed: datetime, n: int, calendar: Calendar, rule: str | None) -> None:
    dues = [
        due("duration", f"P{count}D", rule, armed_at=armed, calendar=calendar).due_at
        for count in range(n, n + 4)
    ]
    assert all(earlier <= later for earlier, later in pairwise(dues))
    if rule != "rolled-days":
        assert len(set(dues)) == len(dues)


@given(INSTANTS, st.integers(1, 10**6), CALENDARS)
def test_the_clock_counts_elapsed_seconds(armed: datetime, seconds: int, calendar: Calendar) -> None:
    found = due("duration", f"PT{seconds}S", None, armed_at=armed, calendar=calendar)
    assert found.due_at - armed == timedelta(seconds=seconds)


@given(INSTANTS, COUNTS, CALENDARS, st.sampled_from([None, "working-days", "rolled-days"]))
def test_the_explanation_can_be_stored_and_arrived_at_again(
    armed: datetime, n: int, calendar: Calendar, rule: str | None
) -> None:
    found = due("duration", f"P{n}D", rule, armed_at=armed, calendar=calendar)
    kept = json.loads(json.dumps(found.explanation))
    assert kept == found.explanation
    again = datetime.fromisoformat(kept["armed_at"])
    assert due("duration", f"P{n}D", rule, armed_at=again, calendar=calendar) == found


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from(
        ["P1D", "P1M", "P1Y", "PT1H", "R3/P1M", "R/PT1S", "2026-12-24", "9999-12-31", "0001-01-01"]
    ),
    st.sampled_from([SWEDEN, NORWAY, Calendar("SE", ZoneInfo("America/New_York"))]),
)
def test_no_instant_of_all_time_makes_it_fail_otherwise(
    armed: datetime, value: str, calendar: Calendar
) -> None:
    kind = "duration" if value.startswith("P") else "cycle" if value.startswith("R") else "date"
    for rule in (None, "working-days", "rolled-days"):
        try:
            found = due(kind, value, rule, armed_at=armed, calendar=calendar)
        except ValueError:
            continue
        assert found.due_at.tzinfo is UTC
