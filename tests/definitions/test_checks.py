"""Each rule: the whole valid routine passes, and one change is found, at the right element and line."""

# ruff: noqa: E501 - one change a line is read more easily than broken ones

from __future__ import annotations

import pytest

from engine.definitions.checks import RULES
from tests.definitions import drawn
from tests.definitions.drawn import CALLED, MAIN, TABLE, changed

FLOW_1 = '<bpmn:sequenceFlow id="flow_1" sourceRef="begin" targetRef="register_need"/>'
REGISTER = '<bpmn:userTask id="register_need" name="Registrera behov" samordna:role="staff" samordna:clause="S3-023 S3-017">'
REMIND = (
    '<bpmn:serviceTask id="remind_unit" name="Påminn" samordna:operation="remind" samordna:result="told">'
)
LOOP = (
    '<bpmn:multiInstanceLoopCharacteristics samordna:collection="= units_wanted" samordna:item="asked_unit"'
    ' samordna:result="answers"/>'
)
DAILY = '<bpmn:sequenceFlow id="flow_18" sourceRef="each_day" targetRef="remind_unit"/>'
END = '<bpmn:endEvent id="closed" name="Avslutad"/>'
HOME = "vastmanland/sip"


def extra(*elements: str) -> tuple[str, str]:
    """Something more, drawn before the last end event of the process."""
    return END, "".join(elements) + END


def flow(name: str, source: str, target: str, condition: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{name}" name="x" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def second_timer(value: str, leads_to: str = "lift", calendar: str = "working-days") -> tuple[str, str]:
    """Another time limit of the first step, that calls the managers or reminds."""
    return extra(
        f'<bpmn:boundaryEvent id="unanswered" name="U" attachedToRef="register_need" cancelActivity="false" samordna:calendar="{calendar}">'
        f"<bpmn:timerEventDefinition>{value}</bpmn:timerEventDefinition></bpmn:boundaryEvent>",
        '<bpmn:callActivity id="lift" name="Lyft till cheferna" calledElement="shared_escalation"/>',
        flow("flow_unanswered", "unanswered", leads_to),
    )


# What is changed (old, new, and the file where it is not the main diagram), the rule that must say so, and the element it must name.
ERRORS = {
    "nothing executable": (('name="Samordnad individuell plan" isExecutable="true"', 'name="S"'), "no-executable-process", ""),
    "process not named after its folder": (("vastmanland_sip", "vastmanland_ip"), "process-id", "vastmanland_ip"),
    "second process of another region": (
        ("</bpmn:definitions>", '<bpmn:process id="orebro_sip" name="Ö"/></bpmn:definitions>'), "process-id", "orebro_sip",
    ),
    "id used twice": (('<bpmn:endEvent id="reminded" ', '<bpmn:endEvent id="reminded_once" '), "id-twice", "reminded_once"),
    "id that is a path": (('id="note"', 'id="../../note"'), "id", "../../note"),
    "no id": (('<bpmn:endEvent id="closed" name="Avslutad"/>', '<bpmn:endEvent name="Avslutad"/>'), "id", ""),
    "sub-process id of a called routine": (
        ('<bpmn:endEvent id="talked"', '<bpmn:subProcess id="round" name="R"/><bpmn:endEvent id="talked"', CALLED),
        "id-twice",
        "round",
    ),
    "flow from nowhere": (('sourceRef="begin"', 'sourceRef="beginning"'), "reference", "flow_1"),
    "flow to nowhere": (('targetRef="closed"', 'targetRef="closing"'), "reference", "flow_16"),
    "boundary event on nothing": (('id="again" name="En gång till" attachedToRef="round"', 'id="again" name="E" attachedToRef="r"'), "reference", "again"),
    "default flow of another gateway": (('default="flow_not"', 'default="flow_16"'), "reference", "is_eligible"),
    "message that is not in the file": (('messageRef="message_changed"', 'messageRef="message_x"'), "reference", "plan_changed"),
    "event without a message": ((' messageRef="message_changed"', ""), "reference", "plan_changed"),
    "error that is not in the file": (('id="again_error" errorRef="error_another_time"', 'id="again_error" errorRef="x"'), "reference", "again"),
    "call of an unknown process": (('calledElement="shared_escalation"', 'calledElement="shared_escalations"'), "call", "escalate"),
    "call of nothing": ((' calledElement="shared_escalation"', ""), "call", "escalate"),
    "call of a process that is not executable": (('name="Lyft till chefer" isExecutable="true"', 'name="L"', CALLED), "call", "escalate"),
    "call that comes back": (
        ('<bpmn:endEvent id="talked"', '<bpmn:callActivity id="back" name="B" calledElement="vastmanland_sip"/><bpmn:endEvent id="talked"', CALLED),
        "call-cycle",
        "back",
    ),
    "script task": (extra('<bpmn:scriptTask id="run_it" name="R"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>'), "element", "run_it"),
    "plain task": (extra('<bpmn:task id="do_it" name="D"/>'), "element", "do_it"),
    "send task": (extra('<bpmn:sendTask id="send_it" name="S"/>'), "element", "send_it"),
    "receive task": (extra('<bpmn:receiveTask id="get_it" name="G"/>'), "element", "get_it"),
    "complex gateway": (extra('<bpmn:complexGateway id="hard" name="H"/>'), "element", "hard"),
    "transaction": (extra('<bpmn:transaction id="deal" name="D"/>'), "element", "deal"),
    "ad-hoc sub-process": (extra('<bpmn:adHocSubProcess id="any_order" name="A"/>'), "element", "any_order"),
    "link event": (
        extra('<bpmn:intermediateThrowEvent id="jump" name="J"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateThrowEvent>'),
        "element",
        "jump",
    ),
    "signal end event": (("<bpmn:terminateEventDefinition", "<bpmn:signalEventDefinition"), "element", "receipt"),
    "escalation boundary event": (('errorEventDefinition id="again_error" errorRef="error_another_time"', 'escalationEventDefinition id="again_error"'), "element", "again"),
    "conditional event": (('<bpmn:messageEventDefinition id="plan_changed_message" messageRef="message_changed"/>', "<bpmn:conditionalEventDefinition/>"), "element", "plan_changed"),
    "compensation": (extra('<bpmn:intermediateThrowEvent id="undo" name="U"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>'), "element", "undo"),
    "two event definitions": (('errorRef="error_another_time"/></bpmn:endEvent>', 'errorRef="error_another_time"/><bpmn:terminateEventDefinition/></bpmn:endEvent>'), "element", "another_time"),
    "timer start event": (('<bpmn:startEvent id="begin" name="Behov finns"/>', '<bpmn:startEvent id="begin" name="B"><bpmn:timerEventDefinition><bpmn:timeCycle>R/P1D</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>'), "element", "begin"),
    "loop marker": ((REGISTER, REGISTER + "<bpmn:standardLoopCharacteristics/>"), "element", "register_need"),
    "data store": (extra('<bpmn:dataStoreReference id="archive" name="A"/>'), "element", "archive"),
    "foreign element": (extra('<x:robot xmlns:x="urn:x" id="robot"/>'), "element", "robot"),
    "choreography": (("<bpmn:collaboration", '<bpmn:choreography id="dance"/><bpmn:collaboration'), "element", "dance"),
    "no start event": (('<bpmn:startEvent id="begin_talk" name="Börjar"/>', '<bpmn:endEvent id="begin_talk" name="Börjar"/>', CALLED), "start", "shared_escalation"),
    "second start event": (extra('<bpmn:startEvent id="begin_too" name="B"/>', flow("flow_too", "begin_too", "both")), "start", "begin_too"),
    "sub-process without a start": (extra('<bpmn:subProcess id="hollow" name="H"/>'), "start", "hollow"),
    "sub-process with a message start": (
        ('<bpmn:startEvent id="round_begins" name="Börjar"/>', '<bpmn:startEvent id="round_begins" name="B"><bpmn:messageEventDefinition messageRef="message_changed"/></bpmn:startEvent>'),
        "start",
        "round_begins",
    ),
    "flow out of an end event": (extra(flow("flow_out", "not_eligible", "both")), "flow-end", "flow_out"),
    "flow into a start event": (extra(flow("flow_in", "goes_on", "begin")), "flow-start", "flow_in"),
    "flow into a boundary event": (extra(flow("flow_in", "goes_on", "due")), "flow-boundary", "flow_in"),
    "flow to an event sub-process": (extra(flow("flow_in", "goes_on", "withdrawal")), "flow-event-sub-process", "flow_in"),
    "flow over the border of a sub-process": (extra(flow("flow_in", "goes_on", "answer")), "flow-border", "flow_in"),
    "condition after a task": ((FLOW_1.replace("flow_1", "flow_2").replace("begin", "register_need").replace('targetRef="register_need"', 'targetRef="find_eligibility"'), flow("flow_2", "register_need", "find_eligibility", "cause = null")), "flow-condition", "flow_2"),
    "implicit split": (extra(flow("flow_also", "register_need", "both")), "implicit-split", "register_need"),
    "way that ends without an end event": (('<bpmn:sequenceFlow id="flow_19" sourceRef="remind_unit" targetRef="reminded"/>', ""), "dead-end", "remind_unit"),
    "choice without a condition": (('<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">eligible = "sip"</bpmn:conditionExpression>', ""), "condition-missing", "flow_yes"),
    "event gateway that leads to a task": (('targetRef="plan_changed"', 'targetRef="goes_on"'), "event-gateway", "what_first"),
    "event gateway with two timers": (
        ('<bpmn:messageEventDefinition id="plan_changed_message" messageRef="message_changed"/>', "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"),
        "event-gateway",
        "what_first",
    ),
    "other way to an event after an event gateway": (extra(flow("flow_in", "goes_on", "time_passes")), "event-gateway", "time_passes"),
    "boundary event on a gateway": (('name="Dags" attachedToRef="register_need"', 'name="Dags" attachedToRef="is_eligible"'), "boundary", "due"),
    "error on a task": (('attachedToRef="round"', 'attachedToRef="register_need"'), "boundary", "again"),
    "error on a multi-instance": (
        ('<bpmn:endEvent id="round_ends" name="Klart"/>', '<bpmn:endEvent id="round_ends" name="K"/><bpmn:boundaryEvent id="too_soon" name="T" attachedToRef="ask_units"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>' + flow("flow_soon", "too_soon", "round_ends")),
        "boundary",
        "too_soon",
    ),
    "message that does not interrupt": (
        (DAILY, DAILY + '<bpmn:boundaryEvent id="heard" name="H" attachedToRef="register_need" cancelActivity="false"><bpmn:messageEventDefinition messageRef="message_changed"/></bpmn:boundaryEvent>' + flow("flow_heard", "heard", "reminded")),
        "boundary",
        "heard",
    ),
    "one timer for all items of a task": ((REGISTER, REGISTER + LOOP.replace("answers", "needs")), "boundary", "due"),
    "repetition that interrupts": (('id="each_day" name="Varje dag" attachedToRef="register_need" cancelActivity="false"', 'id="each_day" name="V" attachedToRef="register_need"'), "timer-cycle", "each_day"),
    "repetition that leaves tasks behind": ((DAILY, DAILY.replace("remind_unit", "talk_daily") + '<bpmn:userTask id="talk_daily" name="T" samordna:role="staff"/>' + flow("flow_daily", "talk_daily", "remind_unit")), "timer-cycle", "each_day"),
    "repetition between steps": (('<bpmn:timeDate xsi:type="bpmn:tFormalExpression">= working days(now(), 2)</bpmn:timeDate>', "<bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>"), "timer-cycle", "time_passes"),
    "repetition without end or pause": ((">R3/P1D<", ">R/PT0S<"), "timer", "each_day"),
    "duration that is none": ((">P1D<", ">1 dag<"), "timer", "due"),
    "duration in other digits": ((">P1D<", ">P\u0661D<"), "timer", "due"),
    "duration out of order": ((">P1D<", ">P1DT2H3D<"), "timer", "due"),
    "empty duration": ((">P1D<", "><"), "timer", "due"),
    "negative duration": ((">P1D<", ">-P1D<"), "timer", "due"),
    "cron": ((">R3/P1D<", ">*/5 * * * *<"), "timer", "each_day"),
    "timer without a value": (('<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration>', ""), "timer", "due"),
    "calendar with hours": ((">P1D<", ">PT24H<"), "timer-calendar", "due"),
    "unknown calendar": (('samordna:calendar="working-days"', 'samordna:calendar="workdays"'), "timer-calendar", "due"),
    "several timers and no deadline": ((' samordna:deadline="true"', ""), "timer-deadline", "register_need"),
    "two deadlines": (('attachedToRef="register_need" cancelActivity="false">', 'attachedToRef="register_need" cancelActivity="false" samordna:deadline="true">'), "timer-deadline", "register_need"),
    "event sub-process inside another": (("</bpmn:subProcess>\n    <bpmn:boundaryEvent id=\"again\"", '<bpmn:subProcess id="deep" name="D" triggeredByEvent="true"><bpmn:startEvent id="deep_start" name="D"><bpmn:messageEventDefinition messageRef="message_changed"/></bpmn:startEvent></bpmn:subProcess></bpmn:subProcess>\n    <bpmn:boundaryEvent id="again"'), "event-sub-process", "deep"),
    "event sub-process that does not interrupt": (('<bpmn:startEvent id="withdraw" ', '<bpmn:startEvent id="withdraw" isInterrupting="false" '), "event-sub-process", "withdraw"),
    "event sub-process without a message": (('<bpmn:messageEventDefinition id="withdraw_message" messageRef="message_withdrawn"/>', ""), "event-sub-process", "withdrawal"),
    "multi-instance over nothing": ((' samordna:collection="= units_wanted"', ""), "multi-instance", "ask_units"),
    "multi-instance by number": ((LOOP, LOOP.replace("/>", "><bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>")), "multi-instance", "ask_units"),
    "multi-instance of a service task": ((REMIND, REMIND + LOOP), "multi-instance", "remind_unit"),
    "loop in which nothing can change": (
        extra(
            '<bpmn:exclusiveGateway id="turn" name="T" default="flow_c"/>',
            '<bpmn:exclusiveGateway id="back_in" name="B"/>',
            flow("flow_in", "goes_on", "back_in"),
            flow("flow_a", "back_in", "turn"),
            flow("flow_b", "turn", "back_in", "true"),
            flow("flow_c", "turn", "closed"),
        ),
        "loop",
        "flow_b",
    ),
    "error that nobody catches": (('id="another_time_error" errorRef="error_another_time"', 'id="another_time_error"'), "uncaught-error", "another_time"),
    "misspelt attribute": (('samordna:role="manager"', 'samordna:rol="manager"', CALLED), "attribute", "talk"),
    "second person of a step that is not there": (('<bpmn:userTask id="register_need"', '<bpmn:userTask id="register_need" samordna:second_person="nowhere"'), "second-person", "register_need"),
    "attribute in the wrong place": (('<bpmn:endEvent id="closed"', '<bpmn:endEvent id="closed" samordna:role="staff"'), "attribute", "closed"),
    "unknown category": (('samordna:result="told"', 'samordna:result="told" samordna:category="secret"'), "attribute", "remind_unit"),
    "clause that is none": (("S3-023 S3-017", "punkt tre"), "clause", "register_need"),
    "clause of a rule that is none": (('<rule id="rule_1"', '<rule xmlns:samordna="urn:samordna:bpmn:1" samordna:clause="tre" id="rule_1"', TABLE), "clause", "rule_1"),
    "clause of a field that is none": (('"key": "outcome"', '"key": "outcome", "properties": {"clause": "punkt tre"}', f"{HOME}/forms/answer.form"), "clause", "outcome"),
    "role with a blank": (('samordna:role="manager"', 'samordna:role="the manager"', CALLED), "attribute", "talk"),
    "prefix bound to something else": (("urn:samordna:bpmn:1", "urn:samordna:bpmn:2"), "attribute", "definitions"),
    "input given twice": (('<samordna:input name="unit" value="= case.unit"/>', '<samordna:input name="unit" value="x"/><samordna:input name="unit" value="y"/>'), "attribute", "remind_unit"),
    "input without a value": (('<samordna:input name="unit" value="= case.unit"/>', '<samordna:input name="unit"/>'), "attribute", "remind_unit"),
    "no operation": ((' samordna:operation="remind"', ""), "operation", "remind_unit"),
    "unknown operation": (('samordna:operation="remind"', 'samordna:operation="reminds"'), "operation", "remind_unit"),
    "unknown input of an operation": (('<samordna:input name="unit"', '<samordna:input name="units"'), "operation", "remind_unit"),
    "no decision": ((' samordna:decision="eligibility"', ""), "decision", "find_eligibility"),
    "unknown decision": (('samordna:decision="eligibility"', 'samordna:decision="eligible"'), "decision", "find_eligibility"),
    "decision without a result": ((' samordna:result="eligible"', ""), "decision", "find_eligibility"),
    "table that looks at nothing known": (('"reads_cause" typeRef="string"><text>cause<', '"reads_cause" typeRef="string"><text>causes<', TABLE), "unknown-name", "reads_cause"),
    "input data that nobody writes": (('<inputData id="cause" name="cause"><variable name="cause"', '<inputData id="cause" name="sake"><variable name="sake"', TABLE), "unknown-name", "cause"),
    "hit policy that does not exist": (('hitPolicy="FIRST"', 'hitPolicy="BEST"', TABLE), "hit-policy", "eligibility_table"),
    "condition that is no FEEL": (('eligible = "sip"', 'eligible == "sip"'), "expression", "flow_yes"),
    "condition on an unknown name": (('eligible = "sip"', 'eligibel = "sip"'), "unknown-name", "flow_yes"),
    "unknown function": (('eligible = "sip"', 'compute(eligible) = "sip"'), "unknown-function", "flow_yes"),
    "text compared with a number": (('eligible = "sip"', "eligible = 1"), "unlike-types", "flow_yes"),
    "list compared with a text": (('eligible = "sip"', 'units_wanted = "vc_ekdalen"'), "unlike-types", "flow_yes"),
    "what the house knows compared with a text": (('eligible = "sip"', 'subject.age &lt; "18"'), "unlike-types", "flow_yes"),
    "day compared with an instant": (('eligible = "sip"', "working days(now(), 2) > subject.born_on"), "unlike-types", "flow_yes"),
    "timer that compares unlike types": (("= working days(now(), 2)", '= if cause > 3 then now() else now() + duration("P1D")'), "unlike-types", "time_passes"),
    "unit that compares unlike types": (('samordna:unit="= asked_unit"', 'samordna:unit="= if today() > now() then asked_unit else asked_unit"'), "unlike-types", "answer"),
    "collection that compares unlike types": (("= units_wanted", "= if cause in [1..3] then units_wanted else []"), "unlike-types", "ask_units"),
    "form condition that compares unlike types": (('"key": "outcome"', '"key": "outcome", "conditional": {"hide": "= cause = true"}', f"{HOME}/forms/answer.form"), "unlike-types", "outcome"),
    "unit that is a plain text": (('samordna:unit="= asked_unit"', 'samordna:unit="asked_unit"'), "expression", "answer"),
    "timer that is no FEEL": (("= working days(now(), 2)", "= working days(now(),"), "expression", "time_passes"),
    "collection of an unknown name": (("= units_wanted", "= units_called"), "unknown-name", "ask_units"),
    "input with an unknown name": (("= case.unit", "= kase.unit"), "unknown-name", "remind_unit"),
    "task seen outside a line": (('samordna:unit="= asked_unit"', 'samordna:unit="= task.unit"'), "unknown-name", "answer"),
    "no role": ((' samordna:role="manager"', "", CALLED), "role", "talk"),
    "no name": (('name="Tala med varandra"', 'name=" "', CALLED), "name", "talk"),
    "unreadable id": (("remind_unit", "Activity_0x1"), "readable-id", "Activity_0x1"),
    "key with another type": (('"id": "outcome", "key": "outcome"', '"id": "outcome", "key": "units_wanted"', f"{HOME}/forms/answer.form"), "key", "units_wanted"),
    "key of the house": (('"id": "outcome", "key": "outcome"', '"id": "outcome", "key": "subject"', f"{HOME}/forms/answer.form"), "key", "outcome"),
    "key with another category": (('"key": "outcome"', '"key": "cause", "properties": {"category": "health"}', f"{HOME}/forms/answer.form"), "key", "cause"),
    "broken form": (('"type": "textfield"', '"type": "rocketlauncher"', f"{HOME}/forms/answer.form"), "form-component", "outcome"),
    "form condition with an unknown name": (('"key": "outcome"', '"key": "outcome", "conditional": {"hide": "= kause = null"}', f"{HOME}/forms/answer.form"), "unknown-name", "outcome"),
    "routine.toml without a title": (("title", "titel", f"{HOME}/routine.toml"), "routine-settings", ""),
    "unreadable scenario": (("title = ", "title ", f"{HOME}/scenarios/happy.toml"), "toml-syntax", ""),
    "scenario with an unknown step": (('do = "register_need"', 'do = "register_needs"', f"{HOME}/scenarios/happy.toml"), "scenario", "register_needs"),
}  # fmt: skip

WARNINGS = {
    "step that nothing leads to": (extra('<bpmn:endEvent id="island" name="I"/>'), "unreachable", "island"),
    "choice without a default": ((' default="flow_not"', ""), "default-missing", "is_eligible"),
    "gateway that does nothing": (extra('<bpmn:parallelGateway id="idle" name="I"/>', flow("flow_idle", "idle", "closed")), "gateway-idle", "idle"),
    "managers called at the moment of the deadline": (second_timer("<bpmn:timeDuration>P1D</bpmn:timeDuration>"), "timer-order", "unanswered"),
    "answer without a name": (('name="SIP" sourceRef="is_eligible"', 'sourceRef="is_eligible"'), "name", "flow_yes"),
    "lane that names nothing": (("<bpmn:flowNodeRef>register_need", "<bpmn:flowNodeRef>register"), "reference", "lane_staff"),
    "inclusive join in a loop": (
        extra(
            '<bpmn:inclusiveGateway id="in_join" name="J"/><bpmn:inclusiveGateway id="in_split" name="S" default="flow_c"/>',
            '<bpmn:userTask id="wait_here" name="W" samordna:role="staff"/>',
            flow("flow_a", "goes_on", "in_join"),
            flow("flow_d", "in_join", "wait_here"),
            flow("flow_e", "wait_here", "in_split"),
            flow("flow_b", "in_split", "in_join", "true"),
            flow("flow_c", "in_split", "closed"),
        ),
        "inclusive-loop",
        "in_join",
    ),
    "loop in which only the engine works": (
        extra(
            '<bpmn:exclusiveGateway id="turn" name="T" default="flow_c"/>',
            '<bpmn:serviceTask id="close_it" name="C" samordna:operation="close_case"/>',
            flow("flow_in", "goes_on", "close_it"),
            flow("flow_a", "close_it", "turn"),
            flow("flow_b", "turn", "close_it", "true"),
            flow("flow_c", "turn", "closed"),
        ),
        "loop",
        "flow_b",
    ),
}  # fmt: skip


def test_the_valid_routine_has_no_findings():
    assert [str(found) for found in drawn.findings(drawn.files())] == []


@pytest.mark.parametrize("name", ERRORS)
def test_is_an_error(name):
    change, rule, element = ERRORS[name]
    found = [one for one in drawn.findings(changed(*change)) if one.severity == "error"]
    assert (rule, element) in {(one.rule, one.element_id) for one in found}, [str(one) for one in found]


@pytest.mark.parametrize("name", WARNINGS)
def test_is_a_warning(name):
    change, rule, element = WARNINGS[name]
    found = [one for one in drawn.findings(changed(*change)) if one.severity == "warning"]
    assert (rule, element) in {(one.rule, one.element_id) for one in found}, [str(one) for one in found]


@pytest.mark.parametrize("name", [*ERRORS, *WARNINGS])
def test_says_the_line_of_the_element_and_what_to_do(name):
    change, rule, element = {**ERRORS, **WARNINGS}[name]
    files = changed(*change)
    found = next(one for one in drawn.findings(files) if (one.rule, one.element_id) == (rule, element))
    lines = files[found.path].decode().splitlines()
    if element and rule != "id-twice":
        assert element in "\n".join(lines[max(found.line - 3, 0) : found.line + 1])
    assert found.message.rstrip().endswith((".", "?"))
    assert len(found.message) > 20


@pytest.mark.parametrize(
    ("other", "leads_to", "calendar", "told"),
    [
        ("P3D", "lift", "working-days", False),
        ("P2D", "lift", "working-days", True),
        ("P1D", "lift", "working-days", True),
        ("P2D", "remind_unit", "working-days", True),
        ("P1D", "remind_unit", "working-days", False),
        ("P1D", "lift", "rolled-days", False),
    ],
    ids=["after", "together", "managers first", "reminder together", "reminder first", "counted otherwise"],
)
def test_only_a_time_limit_that_cannot_be_meant_beside_the_deadline_is_told(
    other: str, leads_to: str, calendar: str, told: bool
) -> None:
    files = changed(*second_timer(f"<bpmn:timeDuration>{other}</bpmn:timeDuration>", leads_to, calendar))
    files[MAIN] = files[MAIN].replace(b'tFormalExpression">P1D<', b'tFormalExpression">P2D<')
    found = [one.element_id for one in drawn.findings(files) if one.rule == "timer-order"]
    assert found == (["unanswered"] if told else [])


@pytest.mark.parametrize("name", ["register_need", "plan_changed", "withdraw"])
def test_who_is_asked_needs_a_form(name):
    files = drawn.files()
    del files[f"{HOME}/forms/{name}.form"]
    assert ("form-missing", name) in {(one.rule, one.element_id) for one in drawn.findings(files)}


@pytest.mark.parametrize(
    "condition",
    [
        'eligible = "sip" and subject.age &lt; 18',
        'list contains(units_wanted, "vc_ekdalen") and units_wanted != []',
        "subject.age in [13..18) or cause = null",
        "working days(now(), 2) > case.started_at",
        'today() - duration("P18Y") > subject.born_on',
        "some wanted in units_wanted satisfies wanted = case.unit",
    ],
)
def test_a_condition_that_compares_like_with_like_passes(condition):
    assert drawn.findings(changed('eligible = "sip"', condition)) == []


def test_a_name_whose_writers_do_not_agree_is_of_no_known_type():
    files = changed('id="find_eligibility" name="Avgör" samordna:decision="eligibility" samordna:result="eligible"',
                    'id="find_eligibility" name="Avgör" samordna:decision="eligibility" samordna:result="told"')  # fmt: skip
    files[MAIN] = files[MAIN].replace(b'eligible = "sip"', b"told = 3")
    assert [one for one in drawn.findings(files) if one.rule == "unlike-types"] == []


def test_a_form_that_nobody_asks_for_is_misnamed():
    files = drawn.files()
    files[f"{HOME}/forms/register_needs.form"] = files.pop(f"{HOME}/forms/register_need.form")
    found = {(one.rule, one.element_id) for one in drawn.findings(files)}
    assert {("form-missing", "register_need"), ("form-owner", "register_needs")} <= found


def test_a_routine_needs_its_settings():
    files = drawn.files()
    del files[f"{HOME}/routine.toml"]
    assert [one.rule for one in drawn.findings(files)] == ["routine-settings"]


def test_a_file_of_other_habits_is_not_asked_for_roles_names_and_forms():
    files = changed(' samordna:role="manager"', "", CALLED)
    files = {
        path: data.replace(b"register_need", b"Task_1")
        for path, data in files.items()
        if path.endswith((".bpmn", ".dmn"))
    }
    assert [str(one) for one in drawn.findings(files, conventions=False) if one.severity == "error"] == []


def test_an_unknown_name_is_only_a_warning_in_a_file_without_forms():
    files = changed('eligible = "sip"', 'eligibel = "sip"')
    found = [one for one in drawn.findings(files, conventions=False) if one.rule == "unknown-name"]
    assert {one.severity for one in found} == {"warning"}


def test_operations_are_not_looked_at_where_nobody_says_which_there_are():
    from engine.definitions import files as bundles
    from engine.definitions.checks import check

    bundle = bundles.bundle(
        changed('samordna:operation="remind"', 'samordna:operation="reminds"'), "vastmanland_sip"
    )
    assert check(bundle, conventions=True) == []


def test_every_rule_has_an_example_that_breaks_it():
    broken = [changed(*change) for change, _, _ in [*ERRORS.values(), *WARNINGS.values()]]
    broken.append({**drawn.files(), "../x.form": b""})
    from engine.definitions import files as bundles
    from engine.definitions.checks import model

    models = [
        model.read(bundles.bundle(files, "vastmanland_sip"), conventions=True, operations=drawn.OPERATIONS)[0]
        for files in broken
    ]
    assert [rule.__name__ for rule in RULES if not any(list(rule.check(one)) for one in models)] == []


@pytest.mark.parametrize("path", [MAIN, TABLE, CALLED])
def test_a_file_that_cannot_be_read_is_a_finding_among_the_others(path):
    files = {**drawn.files(), path: b"<broken"}
    assert ("xml-syntax", path) in {(one.rule, one.path) for one in drawn.findings(files)}
