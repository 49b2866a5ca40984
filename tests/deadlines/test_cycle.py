from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deadlines import Calendar, due, next_cycle

SWEDEN = Calendar("SE", ZoneInfo("Europe/Stockholm"))
ARMED = datetime(2026, 11, 17, 9, tzinfo=UTC)
FAR = datetime(9999, 1, 1, tzinfo=UTC)


def all_firings(value: str, armed_at: datetime = ARMED, most: int = 20) -> list[datetime]:
    firings: list[datetime] = []
    after = datetime.min.replace(tzinfo=UTC)
    while len(firings) < most and (
        found := next_cycle(value, armed_at=armed_at, after=after, calendar=SWEDEN)
    ):
        after = found.due_at
        firings.append(after)
    return firings


def test_a_cycle_fires_as_often_as_it_says_and_then_no_more() -> None:
    assert all_firings("R3/PT1H") == [ARMED + timedelta(hours=hours) for hours in (1, 2, 3)]


def test_the_first_firing_is_what_the_timer_is_armed_with() -> None:
    found = due("cycle", "R3/PT1H", None, armed_at=ARMED, calendar=SWEDEN)
    assert found == next_cycle("R3/PT1H", armed_at=ARMED, after=ARMED, calendar=SWEDEN)
    assert found.explanation == {
        "rule": "clock",
        "duration": "PT1H",
        "armed_at": "2026-11-17T09:00:00+00:00",
        "occurrence": 1,
        "times": 3,
        "zone": "Europe/Stockholm",
    }


def test_a_cycle_without_end_goes_on() -> None:
    assert len(all_firings("R/P1D")) == 20


def test_a_cycle_of_days_keeps_the_local_time_over_a_clock_change() -> None:
    armed = datetime(2026, 3, 27, 10, tzinfo=SWEDEN.zone)
    hours = [at.astimezone(SWEDEN.zone).hour for at in all_firings("R4/P1D", armed)]
    assert hours == [10, 10, 10, 10]


def test_a_cycle_of_months_does_not_drift_to_the_28th() -> None:
    armed = datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert [at.day for at in all_firings("R4/P1M", armed)] == [28, 31, 30, 31]


def test_what_downtime_missed_is_passed_over_and_counts_as_used() -> None:
    back_at = ARMED + timedelta(hours=2, minutes=30)
    found = next_cycle("R3/PT1H", armed_at=ARMED, after=back_at, calendar=SWEDEN)
    assert found is not None
    assert (found.due_at, found.explanation["occurrence"]) == (ARMED + timedelta(hours=3), 3)
    assert next_cycle("R3/PT1H", armed_at=ARMED, after=ARMED + timedelta(days=10), calendar=SWEDEN) is None


def test_with_a_start_the_first_firing_is_the_start() -> None:
    assert all_firings("R2/2026-12-24T12:00:00+01:00/P1D") == [
        datetime(2026, 12, 24, 11, tzinfo=UTC),
        datetime(2026, 12, 25, 11, tzinfo=UTC),
    ]


def test_a_start_in_the_past_keeps_the_row_but_only_what_comes_counts() -> None:
    firings = all_firings("R2/2020-01-01T00:00:00Z/P7D")
    assert len(firings) == 2
    assert firings[0] >= ARMED
    assert (firings[0] - datetime(2020, 1, 1, tzinfo=UTC)).days % 7 == 0


def test_a_start_at_the_very_instant_of_arming_fires() -> None:
    assert all_firings("R1/2026-11-17T09:00:00Z/P1D") == [ARMED]


def test_a_start_as_a_plain_day_is_its_beginning() -> None:
    assert all_firings("R1/2026-12-24/P1D") == [datetime(2026, 12, 23, 23, tzinfo=UTC)]


@pytest.mark.parametrize("value", ["*/5 * * * *", "R3/PT0S", "R/PT0.5S", "R3/-PT1H", "PT1H", ""])
def test_what_is_no_cycle_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"repetition|nothing|second|negative"):
        due("cycle", value, None, armed_at=ARMED, calendar=SWEDEN)


def test_a_cycle_given_as_something_else_than_text_is_refused() -> None:
    with pytest.raises(ValueError, match="repetition"):
        due("cycle", timedelta(hours=1), None, armed_at=ARMED, calendar=SWEDEN)


def test_a_cycle_that_never_comes_is_refused() -> None:
    with pytest.raises(ValueError, match="year 9999"):
        due("cycle", "R3/P9000Y", None, armed_at=ARMED, calendar=SWEDEN)


def test_the_end_of_time_ends_every_cycle() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert next_cycle("R/P1D", armed_at=ARMED, after=last, calendar=SWEDEN) is None
    assert next_cycle("R/PT1S", armed_at=last, after=last, calendar=SWEDEN) is None


def test_a_cycle_of_a_second_over_millennia_is_found_at_once() -> None:
    found = next_cycle("R/PT1S", armed_at=ARMED, after=FAR, calendar=SWEDEN)
    assert found is not None
    assert found.due_at == FAR + timedelta(seconds=1)


EVERY = st.sampled_from(["PT1H", "PT7M", "P1D", "P1M", "P1Y", "P1DT5H", "P3W"])


@given(EVERY, st.integers(1, 12), st.integers(0, 400 * 24 * 60))
def test_the_next_firing_is_the_first_one_of_the_row_after_the_instant(
    every: str, times: int, minutes: int
) -> None:
    after = ARMED + timedelta(minutes=minutes)
    row = all_firings(f"R{times}/{every}")
    found = next_cycle(f"R{times}/{every}", armed_at=ARMED, after=after, calendar=SWEDEN)
    assert (found.due_at if found else None) == next((at for at in row if at > after), None)


@given(EVERY, st.integers(2, 12))
def test_firings_move_forward(every: str, times: int) -> None:
    row = all_firings(f"R{times}/{every}")
    assert row == sorted(set(row))
    assert len(row) == times
