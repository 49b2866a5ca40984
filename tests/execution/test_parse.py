"""What a bundle must be to run, and what a finding says of one that is not."""

from __future__ import annotations

import pytest

from engine.errors import BrokenDefinition
from engine.execution import parse
from engine.facts import InstanceEnded, TaskOpened
from tests.execution.drawn import each, end, flows, message, nodes, play, process, sub, tasks, timer

PLAIN = nodes("startEvent", "s") + tasks("a") + nodes("endEvent", "e")


def refused(inside: str, *, around: str = "", others: tuple[bytes, ...] = ()) -> dict[str, set[str]]:
    """The rules broken by a diagram, by element id."""
    files = {"routine.bpmn": process(inside, around=around)}
    files |= {f"other{number}.bpmn": data for number, data in enumerate(others)}
    with pytest.raises(BrokenDefinition) as caught:
        parse.specification(files, "p")
    found: dict[str, set[str]] = {}
    for finding in caught.value.findings:
        assert finding.line >= 1
        assert finding.path.endswith(".bpmn")
        found.setdefault(finding.element_id, set()).add(finding.rule)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_file_may_be_written_in_any_xml_encoding(encoding: str) -> None:
    text = process(PLAIN + flows("s a e")).decode().replace('name="A"', 'name="Bekräfta"')
    data = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    case = play(data).start()
    assert [fact.place.name for fact in case.told(TaskOpened)] == ["Bekräfta"]


@pytest.mark.parametrize(
    "element_id", ["Start", "End", "p.EndJoin", "a.BoundaryEventSplit", "Root", "order", "ö-1"]
)
def test_any_xml_name_is_a_good_id(element_id: str) -> None:
    inside = (
        nodes("startEvent", "s")
        + tasks(f"{element_id} a")
        + timer("t", "P1D", on="a")
        + nodes("endEvent", "e")
        + flows(f"s {element_id} a e", "t e")
    )
    case = play(process(inside)).start()
    assert case.open() == [element_id]
    assert case.do(element_id).do("a").ended


def test_each_process_of_a_file_can_be_run() -> None:
    first = PLAIN + flows("s a e")
    second = nodes("startEvent", "s2") + tasks("b") + nodes("endEvent", "e2") + flows("s2 b e2")
    head, _, tail = process(first).decode().partition("</definitions>")
    data = f'{head}<process id="q" isExecutable="true">{second}</process></definitions>{tail}'.encode()
    assert play(data).start().open() == ["a"]
    assert play(data, process_id="q").start().open() == ["b"]


def test_a_fault_in_a_process_that_is_not_used_keeps_nothing_from_running() -> None:
    head, _, _ = process(PLAIN + flows("s a e")).decode().partition("</definitions>")
    data = f'{head}<process id="partner"><sendTask id="x"/></process></definitions>'.encode()
    assert play(data).start().open() == ["a"]


@pytest.mark.parametrize(
    "kind",
    ["scriptTask", "task", "manualTask", "sendTask", "receiveTask", "complexGateway", "transaction", "adHocSubProcess",
     "intermediateThrowEvent", "dataStoreReference", "callChoreography"],
)  # fmt: skip
def test_an_element_outside_the_vocabulary_is_refused_where_it_stands(kind: str) -> None:
    assert refused(PLAIN + f'<{kind} id="x"/>' + flows("s a x e")) == {"x": {"not-in-vocabulary"}}


@pytest.mark.parametrize(
    ("inside", "element_id", "rule"),
    [
        (tasks("a"), "p", "no-start"),
        (PLAIN + flows("s a e a"), "e__a", "flow-source"),
        (PLAIN + flows("s a e", "a s"), "a__s", "flow-target"),
        (PLAIN + flows("s a nowhere"), "a__nowhere", "flow-target"),
        (PLAIN + flows("s a e", "nowhere e"), "nowhere__e", "flow-source"),
        (PLAIN + flows("s a [x] e"), "a__e", "condition-here"),
        (PLAIN + nodes("exclusiveGateway", "g") + flows("s g a e", "g e"), "g__e", "no-condition"),
        (PLAIN + nodes("exclusiveGateway", "g") + flows("s g [1 +] a e"), "g__a", "bad-expression"),
        (PLAIN + '<exclusiveGateway id="g" default="no"/>' + flows("s g a e"), "g", "default-flow"),
        (PLAIN + timer("t", "P1D", on="gone") + flows("s a e", "t e"), "t", "boundary-host"),
        (PLAIN + timer("t", "P1D", on="s") + flows("s a e", "t e"), "t", "boundary-host"),
        (PLAIN + timer("t", "R3/PT1H", on="a", kind="Cycle") + flows("s a e", "t e"), "t", "cycle-here"),
        (PLAIN + timer("t", "R3/PT1H", kind="Cycle") + flows("s t a e"), "t", "cycle-here"),
        (PLAIN + timer("t", "1 day") + flows("s t a e"), "t", "timer-value"),
        (PLAIN + timer("t", "P\u0661D") + flows("s t a e"), "t", "timer-value"),
        (PLAIN + timer("t", "P") + flows("s t a e"), "t", "timer-value"),
        (PLAIN + timer("t", "R0/PT1H", kind="Cycle", on="a", interrupting=False) + flows("s a e", "t e"), "t", "timer-value"),
        (PLAIN + timer("t", "= date(") + flows("s t a e"), "t", "bad-expression"),
        (PLAIN + end("x", "escalation") + flows("s a x"), "x", "event-kind"),
        (PLAIN + nodes("eventBasedGateway", "g") + flows("s g a e"), "g", "event-gateway"),
        (PLAIN + nodes("eventBasedGateway", "g") + timer("t", "P1D") + timer("u", "P2D") + flows("s g t a e", "g u a"),
         "g", "event-gateway"),
        (PLAIN + nodes("serviceTask", "x") + flows("s x a e"), "x", "no-operation"),
        (PLAIN + nodes("businessRuleTask", "x") + flows("s x a e"), "x", "unknown-decision"),
        (PLAIN + '<callActivity id="x" calledElement="q"/>' + flows("s x a e"), "x", "unknown-process"),
        (PLAIN + sub("x", tasks("b")) + flows("s x a e"), "x", "no-start"),
        (PLAIN + sub("x", nodes("startEvent", "s1 s2")) + flows("s x a e"), "x", "no-start"),
        (PLAIN + sub("x", nodes("startEvent", "s1") + tasks("b") + flows("s1 b")) + flows("s x a e", "b a"), "b__a", "flow-target"),
        (PLAIN + sub("x", nodes("startEvent", "s1"), more='triggeredByEvent="true"') + flows("s a e"), "s1", "event-subprocess"),
        (PLAIN + '<userTask id="x"><multiInstanceLoopCharacteristics/></userTask>' + flows("s x a e"), "x", "loop"),
        (PLAIN + '<userTask id="x"><standardLoopCharacteristics/></userTask>' + flows("s x a e"), "x", "loop"),
        (PLAIN + f'<serviceTask id="x" samordna:operation="o">{each("xs")}</serviceTask>' + flows("s x a e"), "x", "loop"),
        (PLAIN.replace('"a"', '"s"') + flows("s e"), "s", "duplicate-id"),
        (PLAIN + '<userTask id="1 bad"/>' + flows("s a e"), "1 bad", "bad-id"),
    ],
)  # fmt: skip
def test_what_would_not_run_as_bpmn_says_is_refused(inside: str, element_id: str, rule: str) -> None:
    assert rule in refused(inside)[element_id]


def test_an_event_sub_process_that_does_not_interrupt_or_stands_deeper_is_refused() -> None:
    start = '<startEvent id="ws" isInterrupting="false"><messageEventDefinition/></startEvent>'
    handler = sub("w", start, more='triggeredByEvent="true"')
    assert "event-subprocess" in refused(PLAIN + handler + flows("s a e"))["ws"]
    handler = handler.replace('isInterrupting="false"', "")
    deeper = sub("x", nodes("startEvent", "xs") + handler)
    assert "event-subprocess" in refused(PLAIN + deeper + flows("s x a e"))["w"]


def test_an_error_on_a_multi_instance_itself_is_refused() -> None:
    inside = sub("x", nodes("startEvent", "xs") + nodes("endEvent", "xe") + flows("xs xe") + each("xs"))
    boundary = '<boundaryEvent id="b" attachedToRef="x"><errorEventDefinition/></boundaryEvent>'
    assert "boundary-host" in refused(PLAIN + inside + boundary + flows("s x a e", "b e"))["b"]


def test_a_sub_process_of_the_same_id_in_a_called_process_is_refused() -> None:
    part = sub("part", nodes("startEvent", "ps") + nodes("endEvent", "pe") + flows("ps pe"))
    other = process(nodes("startEvent", "cs") + part + flows("cs part"), "q")
    inside = PLAIN + part + '<callActivity id="c" calledElement="q"/>' + flows("s a part c e")
    assert "duplicate-subprocess" in refused(inside, others=(other,))["part"]


def test_a_called_process_must_have_one_plain_start() -> None:
    other = process(nodes("startEvent", "s1 s2") + tasks("b") + flows("s1 b", "s2 b"), "q")
    inside = PLAIN + '<callActivity id="c" calledElement="q"/>' + flows("s a c e")
    assert "called-start" in refused(inside, others=(other,))["c"]


def test_an_unknown_process_is_told() -> None:
    with pytest.raises(BrokenDefinition, match="unknown-process gone"):
        parse.specification({"routine.bpmn": process(PLAIN + flows("s a e"))}, "gone")


def test_one_file_that_is_no_drawing_is_named() -> None:
    with pytest.raises(BrokenDefinition, match=r"x\.bpmn:1: error not-bpmn"):
        parse.specification({"x.bpmn": b"<svg/>"}, "p")


def test_a_chain_of_three_thousand_tasks_runs() -> None:
    names = [f"g{number}" for number in range(3000)]
    inside = nodes("startEvent", "s") + nodes("exclusiveGateway", " ".join(names)) + nodes("endEvent", "e")
    case = play(process(inside + flows(f"s {' '.join(names)} e")), budget=5000).start()
    assert case.ended


def test_sub_processes_may_stand_thirty_deep() -> None:
    inside = tasks("a")
    for number in range(30):
        inner_first = "a" if number == 0 else f"x{number - 1}"
        inside = sub(
            f"x{number}", nodes("startEvent", f"s{number}") + inside + flows(f"s{number} {inner_first}")
        )
    case = play(process(nodes("startEvent", "s") + inside + flows("s x29"))).start()
    assert case.do("a").ended


def test_lanes_notes_and_foreign_elements_are_for_the_reader() -> None:
    reader = (
        '<laneSet id="l"><lane id="l1"><flowNodeRef>a</flowNodeRef></lane></laneSet><textAnnotation id="n"><text>x</text></textAnnotation>'
        '<x:note xmlns:x="urn:x" id="f"/><documentation>y</documentation><group id="g"/>'
    )
    assert play(process(reader + PLAIN + flows("s a e"))).start().do("a").ended


def test_running_changes_nothing_in_the_shared_specification() -> None:
    handler = sub(
        "w",
        '<startEvent id="ws"><messageEventDefinition/></startEvent>' + tasks("b") + flows("ws b"),
        more='triggeredByEvent="true"',
    )
    first = play(process(PLAIN + message("m", on="a") + handler + flows("s a e", "m e"))).start()
    first.receive("ws").do("b")
    second = type(first)(first.spec).start()
    assert (second.open(), second.awaited()) == (["a"], ["ws", "m"])
    assert [fact.outcome for fact in second.do("a").told(InstanceEnded)] == ["e"]
