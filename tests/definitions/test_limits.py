"""No file, however large, deep or odd, holds anything up: an answer within two seconds, and always a finding."""

# ruff: noqa: E501 - the bodies are made by machine

from __future__ import annotations

import time

import pytest

from engine.definitions import files as bundles
from engine.definitions import forms
from engine.definitions.checks import check, check_path
from engine.errors import BrokenDefinition
from tests.definitions import drawn

SECONDS = 2.0
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:samordna="urn:samordna:bpmn:1" id="d">'
    '<bpmn:process id="p" isExecutable="true">'
)
TAIL = "</bpmn:process></bpmn:definitions>"


def chain(length):
    nodes = "".join(
        f'<bpmn:userTask id="t{n}"/><bpmn:sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>'
        for n in range(length)
    )
    return f'<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t0"/>{nodes}<bpmn:endEvent id="t{length}"/>'


def everything_to_everything(size):
    nodes = "".join(f'<bpmn:exclusiveGateway id="g{n}"/>' for n in range(size))
    flows = (
        f'<bpmn:sequenceFlow id="f{a}_{b}" sourceRef="g{a}" targetRef="g{b}"/>'
        for a in range(size)
        for b in range(size)
    )
    return nodes + "".join(flows)


def sub_processes(depth):
    return "".join(f'<bpmn:subProcess id="s{n}">' for n in range(depth)) + "</bpmn:subProcess>" * depth


BODIES = {
    "a chain of 8000 tasks": chain(8000),
    "every gateway leads to every other": everything_to_everything(120),
    "sub-processes 90 levels deep": sub_processes(90),
    "sub-processes 500 levels deep": sub_processes(500),
    "30000 lanes": "<bpmn:laneSet>" + "<bpmn:lane/>" * 30_000 + "</bpmn:laneSet>",
    "20000 inputs on one task": '<bpmn:serviceTask id="t"><bpmn:extensionElements>'
    + "".join(f'<samordna:input name="n{n}" value="= 1"/>' for n in range(20_000))
    + "</bpmn:extensionElements></bpmn:serviceTask>",
    "conditions of 1900 characters": "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="a" targetRef="b"><bpmn:conditionExpression>{"a + " * 470}a'
        f"</bpmn:conditionExpression></bpmn:sequenceFlow>"
        for n in range(900)
    ),
    "one condition of a million characters": f'<bpmn:sequenceFlow id="f"><bpmn:conditionExpression>{"(" * 1_000_000}</bpmn:conditionExpression></bpmn:sequenceFlow>',
    "400 unknown names": '<bpmn:userTask id="b"/><bpmn:exclusiveGateway id="a"/>'
    + "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="a" targetRef="b"><bpmn:conditionExpression>name_{n:04} = other_{n:04}'
        "</bpmn:conditionExpression></bpmn:sequenceFlow>"
        for n in range(400)
    ),
    "a long repetition": f'<bpmn:boundaryEvent id="e"><bpmn:timerEventDefinition><bpmn:timeCycle>R{"9" * 100_000}/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>',
    "blanks like a cron text": f'<bpmn:boundaryEvent id="e"><bpmn:timerEventDefinition><bpmn:timeCycle>*{" *" * 5_000}x</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>',
    "nothing at all": "",
    "sub-processes that hold each other": '<bpmn:subProcess id="a"><bpmn:subProcess id="a"><bpmn:subProcess id="a"/></bpmn:subProcess></bpmn:subProcess>',
    "an event attached to itself": '<bpmn:boundaryEvent id="e" attachedToRef="e"><bpmn:timerEventDefinition/></bpmn:boundaryEvent>',
    "elements without ids": "<bpmn:userTask/><bpmn:sequenceFlow/><bpmn:subProcess/><bpmn:boundaryEvent/><bpmn:callActivity/>"
    * 200,
    "a process in a process": '<bpmn:process id="q"><bpmn:startEvent id="x"/></bpmn:process>',
}


@pytest.mark.parametrize("name", BODIES)
def test_an_odd_drawing_is_answered_in_time(name):
    began = time.process_time()
    found = check(bundles.bundle({"x.bpmn": (HEAD + BODIES[name] + TAIL).encode()}, "p"), conventions=False)
    assert time.process_time() - began < SECONDS
    assert any(one.severity == "error" for one in found)


def test_many_processes_are_answered_in_time():
    one = '<bpmn:process id="p{0}" isExecutable="true"><bpmn:startEvent id="s{0}"/><bpmn:callActivity id="c{0}" calledElement="p{1}"/></bpmn:process>'
    body = "".join(one.format(n, (n * 7 + 1) % 5000) for n in range(5000))
    data = (HEAD.split("<bpmn:process", maxsplit=1)[0] + body + "</bpmn:definitions>").encode()
    began = time.process_time()
    found = check(bundles.bundle({"x.bpmn": data}, "p0"), conventions=False)
    assert time.process_time() - began < SECONDS
    assert "size" in {finding.rule for finding in found}


def test_a_drawing_as_large_as_allowed_is_answered_in_time():
    began = time.process_time()
    found = check(bundles.bundle({"x.bpmn": (HEAD + chain(390) + TAIL).encode()}, "p"), conventions=False)
    assert time.process_time() - began < SECONDS
    assert found == []


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"<a/>",
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
        drawn.files()[drawn.TABLE].replace(b"FIRST", b"<"),
        drawn.files()[drawn.TABLE].replace(b'"compulsory"', b"(" * 50_000),
        drawn.files()[drawn.TABLE].replace(b'"compulsory"', b"9**9**9**9"),
    ],
)
def test_an_odd_table_is_answered_in_time(table):
    began = time.process_time()
    drawn.findings({**drawn.files(), drawn.TABLE: table})
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "component",
    [
        '{"type": "textfield", "key": "a", "validate": {"pattern": "(?:(?:(?:a{99}){99}){99}){99}"}}',
        '{"type": "textfield", "key": "a", "conditional": {"hide": "= ' + "(" * 900_000 + '"}}',
        ",".join(
            f'{{"type": "textfield", "key": "a{n}", "conditional": {{"hide": "= a{n + 1} = 1"}}}}'
            for n in range(5000)
        ),
        '{"type": "select", "key": "a", "values": ['
        + ",".join(f'{{"value": "{n}"}}' for n in range(30_000))
        + "]}",
    ],
)
def test_an_odd_form_is_a_finding_in_time(component):
    began = time.process_time()
    with pytest.raises(BrokenDefinition):
        forms.read(drawn.form("f", component), "f.form")
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("name", ["a.bpmn", "a.dmn", "a.form", "region.toml"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xfe\x00",
        b"<" * 1000,
        b"{" * 1000,
        b"[" * 1000,
        "å".encode("utf-16"),
    ],
)
def test_any_bytes_under_any_name_are_a_finding(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert any(one.severity == "error" for one in check_path(tmp_path / name))
