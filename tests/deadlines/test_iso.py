from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deadlines import iso


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P1D", iso.Duration(days=1)),
        ("PT24H", iso.Duration(clock=timedelta(hours=24))),
        ("P2W", iso.Duration(days=14)),
        ("P1Y6M", iso.Duration(months=18)),
        ("P1M", iso.Duration(months=1)),
        ("PT1M", iso.Duration(clock=timedelta(minutes=1))),
        (
            "P1Y2M3W4DT5H6M7.5S",
            iso.Duration(14, 25, timedelta(hours=5, minutes=6, seconds=7, milliseconds=500)),
        ),
        ("PT0,25S", iso.Duration(clock=timedelta(milliseconds=250))),
        ("PT0.1234567S", iso.Duration(clock=timedelta(microseconds=123456))),
        ("\n  P1D ", iso.Duration(days=1)),
        ("+P1D", iso.Duration(days=1)),
        ("PT0S", iso.Duration()),
    ],
)
def test_durations_are_read(text: str, expected: iso.Duration) -> None:
    assert iso.duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "P", "PT", "P1DT", "P1X", "1D", "P1", "PT1", "P1D2H", "P-1D", "P1.5D", "PT1.5H", "P1DT1D", "PTT1H", "p1d",
        "P1M1Y", "1 day", "P1D P1D", "PT٣S", "PT\uff13S", "P1D\u00a0", "*/5 * * * *", "P9999999999D", "P" + "9" * 100_000 + "D",
    ],
)  # fmt: skip
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        iso.duration(text)


def test_a_negative_duration_says_so() -> None:
    with pytest.raises(ValueError, match="negative"):
        iso.duration("-P1D")


def test_errors_never_repeat_what_was_read() -> None:
    for read in (iso.duration, iso.date_or_instant, iso.repetition):
        with pytest.raises(ValueError, match="ISO 8601") as refused:
            read("19121212-1212")
        assert "1212-" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("2026-12-24T12:00", datetime(2026, 12, 24, 12)),  # noqa: DTZ001 - local by intent
        ("2026-12-24T12:00:00+01:00", datetime(2026, 12, 24, 12, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-12-24T12:00:00-0130", datetime(2026, 12, 24, 12, tzinfo=timezone(-timedelta(minutes=90)))),
        ("2026-12-24T11:00:00.5Z", datetime(2026, 12, 24, 11, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-12-31T24:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates_and_instants_are_read(text: str, expected: date) -> None:
    assert iso.date_or_instant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "24 december", "2026-12", "20261224", "2026-W52-4", "2026-12-24T", "2026-12-24 12:00", "2026-13-01", "2026-02-29",
        "2026-12-24T25:00", "2026-12-24T24:01", "2026-12-24T12:00:60Z", "9999-12-31T24:00:00Z", "٢٠٢٦-12-24", "10000-01-01",
        "2026-12-24T12:00+15:00", "2026-12-24T12:00+01:99", "P1D",
    ],
)  # fmt: skip
def test_anything_else_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an ISO 8601 date|no such date|no place on earth"):
        iso.date_or_instant(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R3/PT1H", iso.Repetition(3, None, iso.Duration(clock=timedelta(hours=1)))),
        ("R/P1D", iso.Repetition(None, None, iso.Duration(days=1))),
        ("R2/2026-12-24/P1W", iso.Repetition(2, date(2026, 12, 24), iso.Duration(days=7))),
    ],
)
def test_repetitions_are_read(text: str, expected: iso.Repetition) -> None:
    assert iso.repetition(text) == expected


@pytest.mark.parametrize(
    "text",
    ["*/5 * * * *", "R3", "R3/", "R-1/PT1H", "R0/PT1H", "PT1H", "R3/PT1H/2026-12-24", "R3//PT1H", "R٣/PT1H"],
)
def test_anything_else_is_no_repetition(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence depends on the part that is wrong
        iso.repetition(text)


@given(st.integers(0, 99_999), st.integers(0, 9_999), st.integers(0, 10**12))
def test_what_is_written_reads_the_same(months: int, days: int, microseconds: int) -> None:
    value = iso.Duration(months, days, timedelta(microseconds=microseconds))
    if value != iso.Duration():
        assert iso.duration(iso.written(value)) == value


@given(st.text(alphabet="PTYMWDHS0123456789.,-+R/:Z ", max_size=30))
def test_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    for read in (iso.duration, iso.date_or_instant, iso.repetition):
        try:
            read(text)
        except ValueError:
            continue
