"""A condition is asked for in the words of the routine's forms, and written as the formula that those words stand for."""

from __future__ import annotations

import json
from html import unescape

import pytest

from engine.definitions.editing.drawing import NotPossible
from tests.webapp.site import Site
from tests.webapp.test_studio import SUMMONS, begun, read
from webapp.studio import conditions

WAY = "way:summons_answered_to_another_time_proposed"
FORM = json.dumps(
    {
        "title": "Svar",
        "components": [
            {
                "type": "group",
                "components": [
                    {"type": "radio", "key": "answer", "label": "Vad svarar ni?", "values": [{"value": "1", "label": "Ja"}]},
                    {"type": "number", "key": "days", "label": "Hur länge?"},
                ],
            },
            {"type": "checklist", "key": "topics", "label": "Om vad?", "values": [{"value": "health", "label": "Hälsa"}]},
            {"type": "dynamiclist", "key": "rows", "components": [{"type": "textfield", "key": "each"}]},
        ],
    }
).encode()  # fmt: skip
KNOWN = conditions.asked({"a/forms/answer.form": FORM})


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ('= answer = "1"', ("answer", "=", "Ja")),
        ("= days >= 3", ("days", ">=", "3")),
        ('= list contains(topics, "health")', ("topics", "=", "Hälsa")),
        ('= not(list contains(topics, "health"))', ("topics", "!=", "Hälsa")),
    ],
)
def test_a_condition_is_read_and_written_in_the_words_of_its_question(
    formula: str, said: tuple[str, str, str]
) -> None:
    assert tuple(conditions.parts(formula, KNOWN).values()) == said
    assert conditions.written(*said, KNOWN) == formula


@pytest.mark.parametrize("formula", ['= elsewhere = "1"', '= answer = "1" and days > 3', "= each = 1"])
def test_what_three_parts_cannot_say_stays_a_formula(formula: str) -> None:
    assert conditions.parts(formula, KNOWN)["field"] == ""


def test_an_answer_that_the_question_does_not_have_is_refused() -> None:
    with pytest.raises(NotPossible):
        conditions.written("answer", "=", "Kanske", KNOWN)


def test_the_answers_of_a_condition_are_chosen_in_words(empty_site: Site) -> None:
    draft, step = begun(empty_site), "summons_answered"
    page = read(empty_site, f"{draft}/list?path={SUMMONS}&element={step}")
    assert "<option selected>Vi kommer, men föreslår en annan tid</option>" in page
    stands = '= summons_answer = "another_time"'
    for value, told in (
        ("Kanske", "Frågan har inget sådant svar."),
        ("Akut, ni måste planera genast", '"= urgency = "acute""'),
    ):
        given = {f"{WAY}:field": "urgency", f"{WAY}:op": "=", f"{WAY}:value": value}
        answer = empty_site.client("karin").post(
            f"{draft}/steps/{step}",
            data={"path": SUMMONS, "view": "list", f"was:{WAY}": stands, WAY: stands} | given,
            follow_redirects=True,
        )
        assert told in unescape(answer.get_data(as_text=True))
