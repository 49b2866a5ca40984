"""A scenario's file is read strictly, and what is wrong is told where it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.errors import BrokenDefinition
from engine.scenarios.reading import Known, read
from engine.scenarios.script import Scenario

KNOWN = Known(
    elements=frozenset({"register", "acknowledge", "conclude", "withdraw"}),
    processes=frozenset({"testland_aside"}),
    units=frozenset({"vc", "rehab"}),
    people=frozenset({"sara", "petra"}),
    zone=ZoneInfo("Europe/Stockholm"),
)
HEAD = """title = "Ett försök"
start_at = 2026-11-16T10:00:00
[case]
unit = "vc"
actor = "sara"
subject = { name = "Birgitta Holm" }
"""
STEP = '[[step]]\ndo = "register"\nactor = "sara"\n'


def parsed(text: str) -> Scenario:
    return read((HEAD + text).encode(), "routine/scenarios/one.toml", KNOWN)


def findings(text: str) -> list[str]:
    with pytest.raises(BrokenDefinition) as caught:
        parsed(text)
    return [str(one) for one in caught.value.findings]


def test_a_time_without_an_offset_is_the_regions() -> None:
    assert parsed("").start_at.astimezone(UTC) == datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def test_steps_keep_their_order_and_the_line_on_which_they_stand() -> None:
    found = parsed(STEP + '[step.data]\nunits = ["rehab"]\n[[step]]\nafter = "P1D"\n').steps
    assert [(one.number, one.line, one.target) for one in found] == [(1, 7, "register"), (2, 12, "")]
    assert found[0].data == {"units": ["rehab"]}


def test_days_and_times_among_the_answers_become_the_text_that_a_browser_posts() -> None:
    text = (
        STEP + "data = { on = 2026-03-02, rows = [ { at = 2026-03-02T10:00:00+01:00, clock = 09:30:00 } ] }\n"
    )
    assert parsed(text).steps[0].data == {
        "on": "2026-03-02",
        "rows": [{"at": "2026-03-02T10:00:00+01:00", "clock": "09:30:00"}],
    }


def test_an_expectation_that_is_empty_is_not_one_that_is_left_out() -> None:
    first, second = parsed(f"{STEP}expect = {{ open = [] }}\n{STEP}").steps
    assert (first.expect.open, second.expect.open) == ((), None)


def test_no_due_date_can_be_expected() -> None:
    found = parsed(
        STEP + 'expect = { due = { register = "none", "acknowledge@rehab" = 2026-11-17 } }\n'
    ).steps[0]
    assert found.expect.due == {"register": None, "acknowledge@rehab": date(2026, 11, 17)}


WRONG = {
    "an unknown key of a step": (STEP + 'acter = "petra"\n', 10, "acter is unknown here"),
    "an unknown key of an expectation": (STEP + "expect = { opn = [] }\n", 10, "opn is unknown here"),
    "an unknown key at the end": ('[expect]\noutcom = "x"\n', 8, "outcom is unknown here"),
    "the second step's own line": (f"{STEP}{STEP}open = []\n", 13, "open is unknown here"),
    "an element that no diagram has": (STEP.replace("register", "registre"), 8, "'registre' is no element"),
    "an element that no diagram has, expected": (STEP + 'expect = { closed = ["concluded"] }\n', 10, "'concluded' is no element"),
    "a decision of an element that no diagram has": (STEP + 'expect = { decided = { nowhere = ["x"] } }\n', 10, "'nowhere' is no element"),
    "a unit that is not in the directory": (STEP + 'unit = "x"\n', 10, "'x' is no unit"),
    "a unit after @ that is not in the directory": (STEP + 'expect = { open = ["register@x"] }\n', 10, "'x' is no unit"),
    "a user name that nobody has": (STEP.replace("sara", "sarah"), 9, "'sarah' is no user name"),
    "two deeds in one step": (STEP + 'start = "withdraw"\n', 10, "A step has one of do, start, not several"),
    "two ways to pass time": (STEP + 'after = "P1D"\ndowntime = "P1D"\n', 11, "A step has one of after, downtime"),
    "nobody acts": ('[[step]]\ndo = "register"\n', 8, "Who does it?"),
    "answers without a deed": ('[[step]]\nafter = "P1D"\ndata = { a = 1 }\n', 9, "data needs do, start, correct or removal"),
    "a step that says nothing": ('[[step]]\ncase = "main"\n', 7, "The step says nothing"),
    "a length that is none": ('[[step]]\nafter = "1 day"\n', 8, "after must be a duration"),
    "a correction without a reason": ('[[step]]\ncorrect = "register"\nactor = "sara"\n', 7, "correct needs one"),
    "a case that cannot be": (STEP + 'case = "deviation:0"\n', 10, "case must be main"),
    "something that is not counted": ("[expect]\nfacts = { deviation = 1 }\n", 8, "deviation is nothing that is counted"),
    "a number in quotation marks": ('[expect]\nfacts = { reminders = "1" }\n', 8, "reminders must be a whole number"),
    "a time in quotation marks": (STEP + 'at = "2026-11-16"\n', 10, "at must be a date and time"),
    "a year in which no days can be counted": (STEP + "at = 9999-12-31T23:00:00\n", 10, "at must be in the years from 1900 to 2199"),
    "true where a number belongs": ("[expect]\nspan_days = true\n", 8, "span_days must be a whole number"),
    "a status that there is not": ('[expect]\nstatus = "done"\n', 8, "'done' is no status"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, sentence: str) -> None:
    found = findings(text)
    assert len(found) == 1, found
    assert found[0].startswith(f"routine/scenarios/one.toml:{line}: error scenario")
    assert sentence in found[0]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert len(findings('[[step]]\ndo = "x"\nactor = "y"\nunit = "z"\n')) == 3


def test_a_file_that_is_no_toml_is_told_with_its_line() -> None:
    assert findings("[[step]\n")[0].startswith("routine/scenarios/one.toml:7: error toml-syntax")
