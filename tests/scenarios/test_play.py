"""A scenario goes through the real actions and the real heartbeat, and says what is not as it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.scenarios.running import play_file
from engine.scenarios.stage import Stage
from tests.scenarios.conftest import START, PlayText

REGISTER = """
[[step]]
do = "register"
actor = "sara"
data = { called_units = ["rehab", "bistand"] }
"""
CHOOSE = """
[[step]]
do = "choose"
actor = "sara"
"""


def test_what_goes_as_written_is_told_with_its_virtual_span(play_text: PlayText) -> None:
    played = play_text(REGISTER + '[[step]]\nafter = "P10D"\n[expect]\nstatus = "running"\n')
    assert (played.trouble, played.days, played.steps) == ((), 10, 2)


def test_a_failed_expectation_shows_the_step_what_was_expected_and_all_that_is_open(
    play_text: PlayText,
) -> None:
    played = play_text(REGISTER + 'expect = { open = ["acknowledge@rehab"] }\n')
    assert played.trouble[0].endswith("attempt.toml:9: step 1: do register by sara")
    assert played.trouble[1:3] == (
        "  expected open acknowledge@rehab",
        "  found    open acknowledge@bistand, acknowledge@rehab",
    )
    assert "    open     acknowledge@rehab (staff), due 2026-11-17" in played.trouble
    assert "    waits    withdraw (convener)" in played.trouble


def test_the_scenario_stops_at_the_first_step_that_does_not_fit(play_text: PlayText) -> None:
    played = play_text(REGISTER + 'expect = { status = "ended" }\n' + REGISTER)
    assert played.steps == 0
    assert len([line for line in played.trouble if "step" in line]) == 1


WRONG = {
    "a decision that gave something else": (
        REGISTER + 'expect = { decided = { choose = ["first", "second"] } }\n',
        "choose decided first, second",
        "choose decided nothing",
    ),
    "a task that is not open": (
        '[[step]]\ndo = "conclude"\nactor = "sara"\n',
        "done",
        "conclude is not open",
    ),
    "a task that is open elsewhere": (
        REGISTER + '[[step]]\ndo = "acknowledge"\nunit = "vc"\nactor = "sara"\n',
        "done",
        "acknowledge is not open at vc; it is open at rehab, bistand",
    ),
    "somebody who may not": (REGISTER.replace("sara", "maria"), "done", "refused not-your-unit"),
    "somebody who should not have been able to": (
        REGISTER + 'expect = { refused = "not-your-unit" }\n',
        "refused not-your-unit",
        "done",
    ),
    "another refusal": (
        REGISTER.replace("sara", "maria") + 'expect = { refused = "no-consent" }\n',
        "refused no-consent",
        "refused not-your-unit",
    ),
    "a form that has errors": (
        REGISTER.replace("called_units", "units"),
        "done",
        "invalid units: units unknown-field",
    ),
    "a form that should have had errors": (
        REGISTER + 'expect = { invalid = ["consent"] }\n',
        "invalid consent",
        "done",
    ),
    "other errors": (
        REGISTER.replace("called_units", "units") + 'expect = { invalid = ["consent"] }\n',
        "invalid consent",
        "invalid units: units unknown-field",
    ),
    "a due date": (
        REGISTER + "expect = { due = { acknowledge = 2026-11-18 } }\n",
        "acknowledge due 2026-11-18",
        "acknowledge@rehab due 2026-11-17",
    ),
    "a due date of what is not open": (
        REGISTER + "expect = { due = { conclude = 2026-11-18 } }\n",
        "conclude due 2026-11-18",
        "conclude is not open",
    ),
    "a due date that should not be": (
        REGISTER + 'expect = { due = { acknowledge = "none" } }\n',
        "acknowledge due never",
        "acknowledge@rehab due 2026-11-17",
    ),
    "too early to be late": (
        REGISTER + 'expect = { overdue = ["acknowledge"] }\n',
        "overdue acknowledge",
        "overdue nothing",
    ),
    "late already": (
        REGISTER + "[[step]]\nat = 2026-11-18T00:00:00\nexpect = { overdue = [] }\n",
        "overdue nothing",
        "overdue acknowledge@bistand, acknowledge@rehab",
    ),
    "closed, though open": (
        REGISTER + 'expect = { closed = ["acknowledge"] }\n',
        "acknowledge closed",
        "acknowledge open",
    ),
    "closed, though never open": (
        REGISTER + 'expect = { closed = ["conclude"] }\n',
        "conclude closed",
        "conclude was never open",
    ),
    "open among others": (
        REGISTER + 'expect = { open_includes = ["conclude"] }\n',
        "conclude open",
        "open acknowledge@bistand, acknowledge@rehab",
    ),
    "what somebody sees": (
        REGISTER + 'expect = { sees = { actor = "johanna", categories = ["plan"] } }\n',
        "johanna sees plan",
        "johanna sees nothing",
    ),
    "a status": (REGISTER + 'expect = { status = "ended" }\n', "status ended", "status running"),
    "a message that does not wait": (
        '[[step]]\nstart = "register"\nactor = "sara"\n',
        "done",
        "There is nothing here under that address.",
    ),
    "a deviation that there is not": (REGISTER + 'case = "deviation"\n', "a case deviation", "there is none"),
    "a correction of what nobody did": (
        '[[step]]\ncorrect = "register"\nactor = "sara"\nreason = "Fel"\n',
        "done",
        "nobody has completed register",
    ),
    "time that goes back": ("[[step]]\nat = 2026-11-15T00:00:00\n", "time passes", "time does not go back"),
    "the outcome": ('[expect]\noutcome = "concluded"\n', "outcome concluded", "outcome none"),
    "the span": ("[expect]\nspan_days = 1\n", "span_days 1", "span_days 0"),
    "the way": (
        REGISTER + '[expect]\npath = ["needed", "register"]\n',
        "path: register after needed",
        "the way: begun register needed record",
    ),
    "a task twice on the way": (
        REGISTER + '[expect]\npath = ["register", "register"]\n',
        "path: register after register",
        "the way: begun register",
    ),
    "a place never visited": (
        '[expect]\nvisited = ["register"]\n',
        "register visited",
        "register never passed",
    ),
    "a place that should not be visited": (
        REGISTER + '[expect]\nnot_visited = ["needed"]\n',
        "needed not visited",
        "needed passed",
    ),
    "a count": (
        REGISTER + "[expect]\nfacts = { messages_summons = 1 }\n",
        "messages_summons 1",
        "messages_summons 2",
    ),
    "an incident that does not come": (
        '[expect]\nincident = "send"\n',
        "incident at send",
        "no incident there",
    ),
}


@pytest.mark.parametrize(("text", "expected", "found"), WRONG.values(), ids=WRONG)
def test_what_is_not_as_written_is_told(play_text: PlayText, text: str, expected: str, found: str) -> None:
    played = play_text(text)
    assert f"  expected {expected}" in played.trouble
    assert any(line.startswith(f"  found    {found}") for line in played.trouble)


def test_a_case_that_stands_still_fails_with_the_element_and_the_cause(play_text: PlayText) -> None:
    data = 'data = { load = 1, tell_somebody = true, told_unit = "nowhere" }\n'
    answer = '[[step]]\nstart = "answered"\nactor = "sara"\ndata = { answer_text = "Ja" }\n'
    played = play_text(CHOOSE + data + answer, "testland_choices")
    assert any(line.startswith("  found    it stops at tell: unknown-unit") for line in played.trouble)
    assert any(line.startswith("    incident tell: unknown-unit") for line in played.trouble)


def test_an_incident_that_a_timer_leaves_behind_fails_too(play_text: PlayText) -> None:
    data = 'data = { load = 1, tell_somebody = true, told_unit = "nowhere" }\n'
    played = play_text(CHOOSE + data + '[[step]]\nafter = "P3D"\n', "testland_choices")
    assert "  expected no incident" in played.trouble
    assert played.trouble[0].endswith("step 2: time passes")


def test_a_case_that_cannot_start_is_told(ready: Stage, tmp_path: Path) -> None:
    path = tmp_path / "attempt.toml"
    path.write_text(START.replace("sara", "maria"), encoding="utf-8")
    played = play_file(ready, path, "testland_six_steps")
    assert played.trouble[0].endswith("attempt.toml:1: the start of the case")
    assert played.trouble[2] == "  found    refused not-your-unit"


def test_a_unit_is_picked_by_the_item_that_a_message_waits_in(play_text: PlayText) -> None:
    text = CHOOSE + 'data = { load = 1, asked_units = ["rehab", "bistand"] }\n[[step]]\nafter = "P2D"\n'
    text += '[[step]]\nstart = "recalled"\nunit = "rehab"\nactor = "sara"\ndata = { recall_reason = "Fel" }\n'
    text += 'expect = { open = ["reply@bistand"] }\n'
    assert play_text(text, "testland_choices").trouble == ()


def test_a_unit_that_no_message_waits_for_is_told(play_text: PlayText) -> None:
    text = CHOOSE + 'data = { load = 1, asked_units = ["rehab"] }\n[[step]]\nafter = "P2D"\n'
    text += (
        '[[step]]\nstart = "recalled"\nunit = "bistand"\nactor = "sara"\ndata = { recall_reason = "Fel" }\n'
    )
    played = play_text(text, "testland_choices")
    assert "  found    recalled waits, but not for bistand" in played.trouble


def test_no_run_sees_the_cases_of_another(play_text: PlayText) -> None:
    numbers = {play_text(REGISTER + 'expect = { status = "ended" }\n').trouble[3] for _ in range(2)}
    assert len(numbers) == 1  # the same case number, since each begins with an empty database
