"""What differs between two versions of a routine is told by file and element, with what stood there before and stands there now."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from engine.definitions import comparison, files
from engine.definitions.comparison import Change, Difference

DIAGRAM = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:samordna="urn:samordna:bpmn:1"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d">
  <bpmn:process id="here_sip" isExecutable="true">
    <bpmn:userTask id="ask" name="Fråga" samordna:role="staff" samordna:unit="= a.unit"><bpmn:incoming>one</bpmn:incoming></bpmn:userTask>
    <bpmn:boundaryEvent id="late" name="Sent" attachedToRef="ask">
      <bpmn:timerEventDefinition id="late_timer"><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:serviceTask id="tell" name="Säg till"><bpmn:extensionElements>
      <samordna:input name="unit" value="= case.unit"/></bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:sequenceFlow id="one" sourceRef="ask" targetRef="tell">
     <bpmn:conditionExpression>= yes</bpmn:conditionExpression></bpmn:sequenceFlow>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="picture"><bpmndi:BPMNPlane id="plane"><bpmndi:BPMNShape id="ask_di" bpmnElement="ask">
    <dc:Bounds x="100" y="80" width="100" height="80"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t">
  <decision id="who" name="Vem"><decisionTable id="tab" hitPolicy="FIRST">
    <input id="i1"><inputExpression id="ie1"><text>age</text></inputExpression></input><output id="o1" name="who"/>
    <rule id="r1"><inputEntry id="c1"><text>&lt; 18</text></inputEntry><outputEntry id="c2"><text>"guardian"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="c3"><text>-</text></inputEntry><outputEntry id="c4"><text>"person"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""
FORM = {
    "type": "default",
    "components": [
        {"id": "x1", "type": "dynamiclist", "path": "goals", "label": "Mål",
         "components": [{"id": "x2", "type": "textfield", "key": "goal", "label": "Målet", "validate": {"required": True}}]},
    ],
}  # fmt: skip
BPMN, DMN, FORMS = "here/sip/sip.bpmn", "here/sip/who.dmn", "here/sip/forms/ask.form"
WHOLE = {BPMN: DIAGRAM, DMN: TABLE, FORMS: json.dumps(FORM), "here/sip/routine.toml": 'title = "A"\n'}


def bundle(contents: Mapping[str, str]) -> files.Bundle:
    return files.bundle({path: text.encode() for path, text in contents.items()}, "here_sip")


def differences(path: str, old: str, new: str) -> tuple[Difference, ...]:
    assert old in WHOLE[path]
    return comparison.compare(bundle(WHOLE), bundle({**WHOLE, path: WHOLE[path].replace(old, new)}))


@pytest.mark.parametrize(
    ("path", "old", "new", "element", "name", "change"),
    [
        (BPMN, "= a.unit", "= b.unit", "ask", "Fråga", Change("unit", "= a.unit", "= b.unit")),
        (BPMN, "P1D", "P2D", "late", "Sent", Change("timeDuration", "P1D", "P2D")),
        (BPMN, "late_timer", "timer", "late", "Sent", Change("timerEventDefinition id", "late_timer", "timer")),
        (BPMN, "= yes", "= no", "one", "", Change("conditionExpression", "= yes", "= no")),
        (BPMN, "= case.unit", "= b.unit", "tell", "Säg till", Change("input unit", "= case.unit", "= b.unit")),
        (BPMN, "Säg till", "Säg", "tell", "Säg", Change("name", "Säg till", "Säg")),
        (BPMN, 'x="100"', 'x="120"', "", "", Change("layout")),
        (FORMS, "true", "false", "goals.goal", "Målet", Change("validate.required", "True", "False")),
        ("here/sip/routine.toml", "A", "B", "", "", Change("title", "A", "B")),
    ],
)  # fmt: skip
def test_a_change_is_told_at_its_element(
    path: str, old: str, new: str, element: str, name: str, change: Change
) -> None:
    assert differences(path, old, new) == (Difference(path, "changed", element, name, (change,)),)


def test_a_table_tells_its_rules_line_by_line() -> None:
    (found,) = differences(DMN, "&lt; 18", "&lt; 16")
    assert (found.element_id, found.name) == ("who", "Vem")
    (change,) = found.changes
    assert change.before.split("\n") == ['1: < 18 → "guardian"', '2: - → "person"']
    assert change.after.split("\n") == ['1: < 16 → "guardian"', '2: - → "person"']


def test_an_element_that_is_new_or_gone_is_told_as_a_whole() -> None:
    extra = '<bpmn:endEvent id="over" name="Slut"/></bpmn:process>'
    assert differences(BPMN, "</bpmn:process>", extra) == (Difference(BPMN, "added", "over", "Slut"),)
    old, new = bundle({**WHOLE, BPMN: DIAGRAM.replace("</bpmn:process>", extra)}), bundle(WHOLE)
    assert comparison.compare(old, new) == (Difference(BPMN, "removed", "over", "Slut"),)


def test_a_file_that_is_new_or_gone_or_cannot_be_looked_into_is_told_as_a_whole() -> None:
    letter = {**WHOLE, "here/sip/documents/letter.typ": "a"}
    assert comparison.compare(bundle(WHOLE), bundle(letter)) == (
        Difference("here/sip/documents/letter.typ", "added"),
    )
    other = {**WHOLE, "here/sip/documents/letter.typ": "b"}
    (found,) = comparison.compare(bundle(letter), bundle(other))
    assert found.changes == (Change("content"),)


def test_what_decides_nothing_is_no_difference() -> None:
    assert comparison.compare(bundle(WHOLE), bundle({**WHOLE, "here/sip/README.md": "x"})) == ()
