"""A routine that has everything a routine may have, in memory, and the same with one thing changed.

`files()` is valid: no rule finds anything in it. Each test changes one text and says what must then be found.
"""

# ruff: noqa: E501 - the XML stands as an editor would write it

from __future__ import annotations

from collections.abc import Mapping

from engine.definitions import files as bundles
from engine.definitions.checks import check
from engine.errors import Finding

OPERATIONS = {"remind": frozenset({"unit", "about"}), "close_case": frozenset({"reason"})}
MAIN = "vastmanland/sip/sip.bpmn"
CALLED = "shared/escalation/escalation.bpmn"
TABLE = "vastmanland/sip/eligibility.dmn"

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:samordna="urn:samordna:bpmn:1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:test">
"""
_SIP = (
    _HEAD
    + """
  <bpmn:message id="message_withdrawn" name="withdrawn"/>
  <bpmn:message id="message_changed" name="changed"/>
  <bpmn:error id="error_another_time" name="Another time" errorCode="another_time"/>
  <bpmn:collaboration id="collaboration"><bpmn:participant id="pool" name="SIP" processRef="vastmanland_sip"/></bpmn:collaboration>
  <bpmn:process id="vastmanland_sip" name="Samordnad individuell plan" isExecutable="true">
    <bpmn:documentation>Planen.</bpmn:documentation>
    <bpmn:laneSet id="lanes"><bpmn:lane id="lane_staff" name="Personal"><bpmn:flowNodeRef>register_need</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="begin" name="Behov finns"/>
    <bpmn:userTask id="register_need" name="Registrera behov" samordna:role="staff" samordna:clause="S3-023 S3-017">
      <bpmn:documentation>Skriv vad som hänt.</bpmn:documentation>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="due" name="Dags" attachedToRef="register_need" cancelActivity="false" samordna:calendar="working-days" samordna:deadline="true">
      <bpmn:timerEventDefinition id="due_timer"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="reminded_once" name="Påmind"/>
    <bpmn:boundaryEvent id="each_day" name="Varje dag" attachedToRef="register_need" cancelActivity="false">
      <bpmn:timerEventDefinition id="each_day_timer"><bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R3/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:serviceTask id="remind_unit" name="Påminn" samordna:operation="remind" samordna:result="told">
      <bpmn:extensionElements><samordna:input name="unit" value="= case.unit"/><samordna:input name="about" value="register_need"/></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:endEvent id="reminded" name="Påmind igen"/>
    <bpmn:businessRuleTask id="find_eligibility" name="Avgör" samordna:decision="eligibility" samordna:result="eligible"/>
    <bpmn:exclusiveGateway id="is_eligible" name="Rätt väg?" default="flow_not"/>
    <bpmn:endEvent id="not_eligible" name="Annan väg"/>
    <bpmn:subProcess id="round" name="En omgång">
      <bpmn:startEvent id="round_begins" name="Börjar"/>
      <bpmn:subProcess id="ask_units" name="Fråga enheterna">
        <bpmn:multiInstanceLoopCharacteristics samordna:collection="= units_wanted" samordna:item="asked_unit" samordna:result="answers"/>
        <bpmn:startEvent id="asking" name="Frågas"/>
        <bpmn:userTask id="answer" name="Svara" samordna:role="staff" samordna:unit="= asked_unit" samordna:line="= task.name"/>
        <bpmn:exclusiveGateway id="what_answer" name="Vilket svar?" default="flow_receipt"/>
        <bpmn:endEvent id="receipt" name="Kvitterad"><bpmn:terminateEventDefinition id="receipt_ends"/></bpmn:endEvent>
        <bpmn:endEvent id="another_time" name="Annan tid"><bpmn:errorEventDefinition id="another_time_error" errorRef="error_another_time"/></bpmn:endEvent>
        <bpmn:sequenceFlow id="flow_10" sourceRef="asking" targetRef="answer"/>
        <bpmn:sequenceFlow id="flow_11" sourceRef="answer" targetRef="what_answer"/>
        <bpmn:sequenceFlow id="flow_receipt" name="Ja" sourceRef="what_answer" targetRef="receipt"/>
        <bpmn:sequenceFlow id="flow_other" name="Nej" sourceRef="what_answer" targetRef="another_time">
          <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= outcome = "other"</bpmn:conditionExpression>
        </bpmn:sequenceFlow>
      </bpmn:subProcess>
      <bpmn:endEvent id="round_ends" name="Klart"/>
      <bpmn:sequenceFlow id="flow_20" sourceRef="round_begins" targetRef="ask_units"/>
      <bpmn:sequenceFlow id="flow_21" sourceRef="ask_units" targetRef="round_ends"/>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="again" name="En gång till" attachedToRef="round">
      <bpmn:errorEventDefinition id="again_error" errorRef="error_another_time"/>
    </bpmn:boundaryEvent>
    <bpmn:parallelGateway id="both" name="Båda"/>
    <bpmn:callActivity id="escalate" name="Lyft" calledElement="shared_escalation" samordna:result="agreement">
      <bpmn:extensionElements><samordna:input name="reason" value="= told"/></bpmn:extensionElements>
    </bpmn:callActivity>
    <bpmn:eventBasedGateway id="what_first" name="Vad först?"/>
    <bpmn:intermediateCatchEvent id="time_passes" name="Datum">
      <bpmn:timerEventDefinition id="time_passes_timer"><bpmn:timeDate xsi:type="bpmn:tFormalExpression">= working days(now(), 2)</bpmn:timeDate></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:intermediateCatchEvent id="plan_changed" name="Planen ändrad" samordna:role="coordinator">
      <bpmn:messageEventDefinition id="plan_changed_message" messageRef="message_changed"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:exclusiveGateway id="goes_on" name="Vidare"/>
    <bpmn:parallelGateway id="joined" name="Samlas"/>
    <bpmn:endEvent id="closed" name="Avslutad"/>
    <bpmn:subProcess id="withdrawal" name="Återkallat" triggeredByEvent="true">
      <bpmn:startEvent id="withdraw" name="Återkalla" samordna:role="staff"><bpmn:messageEventDefinition id="withdraw_message" messageRef="message_withdrawn"/></bpmn:startEvent>
      <bpmn:endEvent id="withdrawn" name="Återkallad"/>
      <bpmn:sequenceFlow id="flow_30" sourceRef="withdraw" targetRef="withdrawn"/>
    </bpmn:subProcess>
    <bpmn:textAnnotation id="note"><bpmn:text>En anteckning.</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="note_on" sourceRef="note" targetRef="register_need"/>
    <bpmn:sequenceFlow id="flow_1" sourceRef="begin" targetRef="register_need"/>
    <bpmn:sequenceFlow id="flow_2" sourceRef="register_need" targetRef="find_eligibility"/>
    <bpmn:sequenceFlow id="flow_3" sourceRef="find_eligibility" targetRef="is_eligible"/>
    <bpmn:sequenceFlow id="flow_yes" name="SIP" sourceRef="is_eligible" targetRef="round">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">eligible = "sip"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="flow_not" name="Annat" sourceRef="is_eligible" targetRef="not_eligible"/>
    <bpmn:sequenceFlow id="flow_4" sourceRef="round" targetRef="both"/>
    <bpmn:sequenceFlow id="flow_5" sourceRef="again" targetRef="register_need"/>
    <bpmn:sequenceFlow id="flow_6" sourceRef="both" targetRef="escalate"/>
    <bpmn:sequenceFlow id="flow_7" sourceRef="both" targetRef="what_first"/>
    <bpmn:sequenceFlow id="flow_8" sourceRef="what_first" targetRef="time_passes"/>
    <bpmn:sequenceFlow id="flow_9" sourceRef="what_first" targetRef="plan_changed"/>
    <bpmn:sequenceFlow id="flow_12" sourceRef="time_passes" targetRef="goes_on"/>
    <bpmn:sequenceFlow id="flow_13" sourceRef="plan_changed" targetRef="goes_on"/>
    <bpmn:sequenceFlow id="flow_14" sourceRef="goes_on" targetRef="joined"/>
    <bpmn:sequenceFlow id="flow_15" sourceRef="escalate" targetRef="joined"/>
    <bpmn:sequenceFlow id="flow_16" sourceRef="joined" targetRef="closed"/>
    <bpmn:sequenceFlow id="flow_17" sourceRef="due" targetRef="reminded_once"/>
    <bpmn:sequenceFlow id="flow_18" sourceRef="each_day" targetRef="remind_unit"/>
    <bpmn:sequenceFlow id="flow_19" sourceRef="remind_unit" targetRef="reminded"/>
  </bpmn:process>
</bpmn:definitions>
"""
)
_ESCALATION = (
    _HEAD
    + """
  <bpmn:process id="shared_escalation" name="Lyft till chefer" isExecutable="true">
    <bpmn:startEvent id="begin_talk" name="Börjar"/>
    <bpmn:userTask id="talk" name="Tala med varandra" samordna:role="manager" samordna:unit="= managing unit(case.unit, 1)"/>
    <bpmn:endEvent id="talked" name="Klart"/>
    <bpmn:sequenceFlow id="to_talk" sourceRef="begin_talk" targetRef="talk"/>
    <bpmn:sequenceFlow id="to_end" sourceRef="talk" targetRef="talked"/>
  </bpmn:process>
</bpmn:definitions>
"""
)
_ELIGIBILITY = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tables" name="Tables" namespace="urn:test">
  <decision id="eligibility" name="eligibility">
    <variable name="eligibility" typeRef="string"/>
    <informationRequirement id="needs_cause"><requiredInput href="#cause"/></informationRequirement>
    <decisionTable id="eligibility_table" hitPolicy="FIRST">
      <input id="column_cause" label="Orsak"><inputExpression id="reads_cause" typeRef="string"><text>cause</text></inputExpression></input>
      <output id="gives" name="eligibility" typeRef="string"/>
      <rule id="rule_1"><inputEntry id="r1i"><text>"compulsory"</text></inputEntry><outputEntry id="r1o"><text>"not"</text></outputEntry></rule>
      <rule id="rule_2"><inputEntry id="r2i"><text>-</text></inputEntry><outputEntry id="r2o"><text>"sip"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <inputData id="cause" name="cause"><variable name="cause" typeRef="string"/></inputData>
</definitions>
"""
_FORM = '{"type": "default", "id": "%s", "components": [\n%s\n]}'


def form(name: str, *components: str) -> bytes:
    return (_FORM % (name, ",\n".join(components))).encode()


def files() -> dict[str, bytes]:
    """The whole routine as it should be."""
    text = '{"type": "textfield", "id": "%s", "key": "%s", "label": "%s"}'
    home = "vastmanland/sip"
    return {
        MAIN: _SIP.encode(),
        CALLED: _ESCALATION.encode(),
        TABLE: _ELIGIBILITY.encode(),
        f"{home}/routine.toml": b'title = "Samordnad individuell plan"\nstart_roles = ["staff"]\n',
        f"{home}/forms/register_need.form": form(
            "register_need",
            text % ("cause", "cause", "Orsak"),
            '{"type": "checklist", "id": "units_wanted", "key": "units_wanted", "properties": {"options": "units"}}',
        ),
        f"{home}/forms/answer.form": form("answer", text % ("outcome", "outcome", "Svar")),
        f"{home}/forms/plan_changed.form": form("plan_changed", text % ("change", "change", "Vad")),
        f"{home}/forms/withdraw.form": form("withdraw", text % ("said_by", "said_by", "Vem")),
        "shared/escalation/forms/talk.form": form("talk", text % ("agreed", "agreed", "Överenskommet")),
        f"{home}/scenarios/happy.toml": b'title = "Vagen"\n[[step]]\ndo = "register_need"\n',
    }


def changed(old: str, new: str, path: str = MAIN) -> dict[str, bytes]:
    """The routine with one text in one file replaced; the text must be there."""
    found = files()
    before = found[path].decode()
    assert old in before, old
    return {**found, path: before.replace(old, new).encode()}


def findings(of: Mapping[str, bytes], *, conventions: bool = True) -> list[Finding]:
    bundle = bundles.bundle(of, "vastmanland_sip")
    return check(bundle, conventions=conventions, operations=OPERATIONS)
