"""What somebody who plays a draft is offered: the answers of the scenario that goes furthest, with their days moved."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from engine.scenarios.example import Example, example

ZONE = ZoneInfo("Europe/Stockholm")
SHORT = b"""
start_at = 2026-03-02T09:00:00+01:00
[case]
unit = "vc"
[[step]]
do = "register"
[step.data]
why = "short"
"""
LONG = b"""
start_at = 2026-03-02T09:00:00+01:00
[case]
unit = "rehab"
subject = { name = "Birgitta Prov", born_on = 1950-05-05 }
[case.data]
asked_on = 2026-03-02
[[step]]
do = "register"
[step.data]
why = "long"
[[step]]
at = 2026-03-04T10:00:00+01:00
do = "meet"
[step.data]
meeting_at = 2026-03-16T13:00:00+01:00
follow_up_time = 13:30:00
goals = [{ by = 2026-06-01 }]
[[step]]
do = "register"
[step.data]
why = "once more"
"""
FILES = {
    "testland/six/scenarios/a.toml": SHORT,
    "testland/six/scenarios/b.toml": LONG,
    "testland/six/scenarios/c.toml": b"no = scenario = at all",
}


def test_the_scenario_with_most_steps_is_the_example_and_what_is_first_answered_there_is_offered() -> None:
    found = example(FILES, "testland/six")
    assert found.case["unit"] == "rehab"
    assert found.answered("register", date(2026, 3, 2), ZONE) == {"why": "long"}


def test_days_are_moved_with_the_day_of_the_step_and_instants_stay_at_their_time_of_day() -> None:
    found = example(FILES, "testland/six")
    summer = found.answered("meet", date(2026, 7, 4), ZONE)
    assert summer == {
        "meeting_at": "2026-07-16T13:00",
        "follow_up_time": "13:30",
        "goals": [{"by": "2026-10-01"}],
    }


def test_a_case_begins_with_the_answers_moved_and_the_person_as_old_as_before() -> None:
    begun = example(FILES, "testland/six").begun(date(2026, 3, 9), ZONE)
    assert begun["data"] == {"asked_on": "2026-03-09"}
    assert begun["subject"] == {"name": "Birgitta Prov", "born_on": date(1950, 5, 5)}


def test_a_routine_without_scenarios_and_a_step_that_none_comes_to_offer_nothing() -> None:
    assert example(FILES, "testland/other") == Example()
    assert example(FILES, "testland/six").answered("close", date(2026, 3, 2), ZONE) == {}
