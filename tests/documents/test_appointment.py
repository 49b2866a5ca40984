"""A meeting as an entry for a calendar: it says when and where, and nothing of whom it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.documents import Appointment, calendar_file
from engine.records.documents import Meeting, chains

AT = datetime(2026, 3, 24, 13, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
ONE = Appointment(
    "a@samordna", 0, AT, AT, None, "Möte", "Rum 3; andra våningen, ö", "Regionen", "post@example.org", "Enhet"
)


def lines(one: Appointment) -> list[str]:
    """The lines of the file, unfolded."""
    return calendar_file(one).decode().replace("\r\n ", "").split("\r\n")


def test_a_meeting_is_a_request_with_its_times_in_utc() -> None:
    told = lines(ONE)
    assert told[0] == "BEGIN:VCALENDAR"
    assert {
        "METHOD:REQUEST",
        "STATUS:CONFIRMED",
        "DTSTART:20260324T120000Z",
        "DTEND:20260324T130000Z",
    } <= set(told)


def test_a_meeting_that_is_not_to_be_is_a_cancellation_of_the_same_entry() -> None:
    told = lines(replace(ONE, cancelled=True, sequence=2))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2", "UID:a@samordna"} <= set(told)


def test_signs_that_mean_something_in_a_calendar_are_escaped() -> None:
    assert "LOCATION:Rum 3\\; andra våningen\\, ö" in lines(ONE)


def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut_in_two() -> None:
    made = calendar_file(replace(ONE, place="åäö" * 60))
    assert max(len(line) for line in made.split(b"\r\n")) <= 75
    assert "åäö" * 60 in made.decode().replace("\r\n ", "")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        calendar_file(replace(ONE, starts_at=datetime(2026, 3, 24, 13)))  # noqa: DTZ001


def met(name: str, status: str, set_on: int, on: int) -> Meeting:
    set_at, starts_at = datetime(2026, 3, set_on, tzinfo=UTC), datetime(2026, 3, on, tzinfo=UTC)
    return Meeting(name, starts_at, None, None, False, None, status, set_at, ())


def test_a_meeting_that_was_moved_stays_one_meeting() -> None:
    found = chains([met("a", "moved", 1, 10), met("b", "moved", 5, 12), met("c", "planned", 8, 14)])
    assert [[one.id for one in chain] for chain in found] == [["a", "b", "c"]]


def test_the_meeting_after_one_that_was_to_be_held_already_is_another() -> None:
    found = chains([met("a", "moved", 1, 10), met("b", "planned", 20, 25)])
    assert [[one.id for one in chain] for chain in found] == [["a"], ["b"]]
