"""Every element can be asked about, and an answer changes what it was asked about and nothing else."""

from __future__ import annotations

import pytest

from engine.actions import operations
from engine.definitions.editing import questions
from engine.definitions.editing.drawing import Drawing, NotPossible
from tests.definitions.test_editing import DRAWINGS, node, opened, read

INPUTS = operations.inputs()


def asked(drawing: Drawing, element_id: str) -> dict[str, questions.Question]:
    return {one.key: one for one in questions.of(drawing, element_id, inputs=INPUTS)}


def answer(drawing: Drawing, element_id: str, **answers: str) -> None:
    told = {key.replace("__", ":"): given for key, given in answers.items()}
    questions.answer(drawing, element_id, told, language="sv", inputs=INPUTS)


@pytest.mark.parametrize("path", DRAWINGS)
def test_handing_in_what_stands_there_changes_nothing(path: str) -> None:
    drawing = opened(path)
    before = drawing.written()
    elements = [one.id for one in read(drawing).nodes()] + [one.id for one in read(drawing).flows()]
    for element_id in elements:
        same = {key: one.value for key, one in asked(drawing, element_id).items()}
        questions.answer(drawing, element_id, same, language="sv", inputs=INPUTS)
    assert drawing.written() == before


def test_the_deadline_of_a_task_is_asked_for_at_the_task_and_written_at_its_timer() -> None:
    drawing = opened()
    found = asked(drawing, "acknowledge_summons")["deadline"]
    assert (found.kind, found.value, found.about) == (questions.LENGTH, "1 working-days", "summons_due")
    answer(drawing, "acknowledge_summons", deadline="2 working-days")
    assert drawing.element("summons_due").get("name") == "2 arbetsdagar"


@pytest.mark.parametrize(
    "given", ["", "två arbetsdagar", "0 working-days", "1000 days", "-1 days", "2 moons", "² days"]
)
def test_a_length_that_is_none_is_refused_and_nothing_changes(given: str) -> None:
    drawing = opened()
    before = drawing.written()
    with pytest.raises(NotPossible, match="no-length"):
        answer(drawing, "acknowledge_summons", deadline=given)
    assert drawing.written() == before


def test_who_does_the_step_and_what_it_is_called_are_answered_together() -> None:
    drawing = opened()
    answer(
        drawing,
        "plan_meeting",
        name="Planera mötet",
        role="coordinator",
        unit="= case.unit",
        guidance="Ring först.",
    )
    found = node(drawing, "plan_meeting")
    assert (found.name, found.own["role"], found.own["unit"], found.documentation) == (
        "Planera mötet", "coordinator", "= case.unit", "Ring först.",
    )  # fmt: skip


def test_another_operation_keeps_only_the_inputs_that_it_knows() -> None:
    drawing = opened()
    answer(drawing, "remind_of_summons", operation="note", input__text="Påmind.")
    assert node(drawing, "remind_of_summons").inputs == (("text", "Påmind."),)


def test_the_way_taken_otherwise_is_chosen_among_the_ways() -> None:
    drawing = opened()
    found = asked(drawing, "summons_consent")
    other = next(one for one in found["otherwise"].options if one != found["otherwise"].value)
    answer(drawing, "summons_consent", otherwise=other)
    again = asked(drawing, "summons_consent")
    assert again["otherwise"].value == other
    assert f"way:{other}" not in again
    assert f"way:{found['otherwise'].value}" in again


def test_an_answer_to_something_nobody_asked_is_passed_over() -> None:
    drawing = opened()
    before = drawing.written()
    answer(drawing, "plan_meeting", isExecutable="false", way__x="true")
    assert drawing.written() == before
