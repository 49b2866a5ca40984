"""A process owner reads each finding of a draft as a statement with the step's own name, once, and beside it the run that shows it."""

from __future__ import annotations

import pytest

from tests.definitions import drawn
from webapp.pages import finding_words, soundness_words
from webapp.studio import judging
from webapp.studio.judging import WHILE_DRAWING, Judgement

pytestmark = pytest.mark.usefixtures("swedish")

PROCESS = "vastmanland_sip"


def judged(old: str, new: str, positions: int = WHILE_DRAWING) -> Judgement:
    return judging.judge(drawn.changed(old, new), PROCESS, path=drawn.MAIN, positions=positions)


def statements(of: Judgement) -> list[str]:
    return [judging.statement(one, of) for one in of.found]


def test_a_step_without_a_role_is_told_by_its_name_and_what_it_would_come_to() -> None:
    found = judged(' samordna:role="staff" samordna:clause', " samordna:clause")
    assert "Registrera behov saknar roll." in statements(found)
    assert finding_words.reason("role") == "Ingen skulle få uppgiften."


def test_a_time_limit_at_the_deadline_is_told_by_what_it_leads_to_and_by_its_step() -> None:
    same = 'attachedToRef="register_need" cancelActivity="false" samordna:calendar="working-days">'
    found = judged(
        '<bpmn:endEvent id="closed" name="Avslutad"/>',
        f'<bpmn:boundaryEvent id="unanswered" name="1 arbetsdag" {same}<bpmn:timerEventDefinition><bpmn:timeDuration>P1D'
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:sequenceFlow id="unanswered_on" sourceRef="unanswered" targetRef="remind_unit"/>'
        '<bpmn:endEvent id="closed" name="Avslutad"/>',
    )
    assert "Påminn kommer inte efter fristen för Registrera behov." in statements(found)


def test_an_unreachable_step_has_the_run_that_passes_it_by() -> None:
    found = judged(
        "  </bpmn:process>",
        '<bpmn:userTask id="stray" name="Ring enheten" samordna:role="staff"/></bpmn:process>',
    )
    one = next(one for one in found.found if one.finding.rule == "unreachable")
    assert judging.statement(one, found) == "Inget leder till Ring enheten. Steget görs aldrig."
    assert one.fault is not None
    assert soundness_words.last(one.fault, found.names).startswith(
        "Ärendet är vid sitt slut, och Ring enheten"
    )


def test_a_gateway_that_nobody_has_named_is_called_after_what_follows_it() -> None:
    found = judged(
        '<bpmn:parallelGateway id="both" name="Båda"/>', '<bpmn:exclusiveGateway id="both" default="flow_6"/>'
    )
    one = next(one for one in found.found if one.finding.rule == "deadlock")
    assert (
        judging.statement(one, found)
        == "Samlas väntar på alla vägar, men vägvalet före Lyft öppnar inte alla."
    )
    said = soundness_words.moves(one.fault.run, found.names) if one.fault else []
    assert said[0] == "Ärendet börjar: Behov finns"
    assert "both" not in " ".join(said)


def test_every_finding_has_an_address_of_its_own() -> None:
    found = judged(' samordna:role="staff"', "")
    assert len({one.key for one in found.found}) == len(found.found) >= 2


def test_a_bound_that_is_reached_is_a_warning_and_never_silent() -> None:
    found = judged('"flow_13"', '"flow_13_of_this_test"', positions=2)
    assert [one.finding.rule for one in found.found] == ["positions"]
    assert found.verdict is not None
    assert "fler finns" in soundness_words.tried(found.verdict)


def test_files_that_are_no_routine_are_a_finding_and_no_failure() -> None:
    found = judging.judge({drawn.MAIN: b"<no"}, PROCESS, path=drawn.MAIN, positions=WHILE_DRAWING)
    assert found.found[0].finding.severity == "error"


def place_of(rule: str, old: str, new: str, path: str) -> str:
    found = judging.judge(drawn.changed(old, new, path), PROCESS, path=path, positions=WHILE_DRAWING)
    return judging.name(next(one for one in found.found if one.finding.rule == rule), found)


def test_a_fault_in_a_table_is_told_by_its_row_and_column_as_people_read_them() -> None:
    cell = '<outputEntry id="r2o"><text>"sip"</text>'
    empty = place_of("empty-cell", cell, cell.replace('"sip"', ""), drawn.TABLE)
    assert empty == "eligibility, rad 2, kolumnen ”eligibility”"
    assert (
        place_of("unknown-name", "<text>cause</text>", "<text>weather</text>", drawn.TABLE)
        == "eligibility, kolumnen ”Orsak”"
    )


def test_a_fault_in_a_form_is_told_by_its_field_as_people_read_it() -> None:
    path = "vastmanland/sip/forms/answer.form"
    assert place_of("form-component", '"textfield"', '"flux"', path) == "answer, fältet ”Svar”"
