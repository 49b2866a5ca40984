"""Business rule tasks: a decision of the bundle, evaluated with FEEL, told with the rules that applied."""

from __future__ import annotations

import pytest

from engine.errors import BrokenDefinition, StepFailed
from engine.execution import parse
from engine.facts import DecisionMade, ValuesSet
from tests.execution.drawn import Played, flows, nodes, process, tasks

TASK = '<businessRuleTask id="d" samordna:decision="need" samordna:result="level"/>'
ROUTINE = process(nodes("startEvent", "s") + TASK + tasks("a") + nodes("endEvent", "e") + flows("s d a e"))


def table(*rules: tuple[str, str], policy: str = "UNIQUE") -> bytes:
    """A table over `age` that gives `need`."""
    rows = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>{test}</text></inputEntry>'
        f'<outputEntry id="o{number}"><text>{value}</text></outputEntry></rule>'
        for number, (test, value) in enumerate(rules, 1)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'
        '<inputData id="age_data" name="age"><variable name="age" typeRef="number"/></inputData>'
        '<decision id="need" name="Need"><variable name="Need"/><informationRequirement id="ir">'
        f'<requiredInput href="#age_data"/></informationRequirement><decisionTable id="t" hitPolicy="{policy}">'
        '<input id="in" label="age"><inputExpression id="ie"><text>age</text></inputExpression></input>'
        f'<output id="out" name="need"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


def decided(data: bytes, age: object) -> Played:
    case = Played(parse.specification({"r.bpmn": ROUTINE, "need.dmn": data}, "p"))
    case.values[""]["age"] = age
    return case.start()


def test_a_decision_becomes_case_data_and_tells_the_rule_that_applied() -> None:
    case = decided(table(("&lt; 18", '"child"'), ("[18..65)", '"adult"'), ("&gt;= 65", '"old"')), 70)
    (made,) = case.told(DecisionMade)
    assert (made.place.element_id, made.decision, made.value, made.inputs) == (
        "d",
        "need",
        "old",
        {"age": 70},
    )
    assert made.matched == (
        {"table": "t", "rule": "r3", "number": 3, "inputs": {"age": 70}, "outputs": {"need": "old"}},
    )
    assert [fact.values for fact in case.told(ValuesSet)] == [{"level": "old"}]
    assert case.open() == ["a"]


def test_two_rules_of_a_unique_table_are_an_incident_that_names_them() -> None:
    with pytest.raises(StepFailed) as caught:
        decided(table(("&gt; 10", '"a"'), ("&gt; 20", '"b"')), 30)
    assert (caught.value.element_id, caught.value.cause) == ("d", "uniqueness")
    assert "1" in caught.value.detail
    assert "2" in caught.value.detail
    assert "30" not in caught.value.detail


def test_no_rule_gives_null() -> None:
    assert decided(table(("&gt; 10", '"a"')), 5).values[""]["level"] is None


def test_numbers_leave_a_table_as_plain_numbers() -> None:
    case = decided(table(("&gt; 10", "3"), ("&gt; 20", "0.5"), policy="COLLECT"), 30)
    assert case.values[""]["level"] == [3, 0.5]


def test_a_decision_file_that_is_none_is_a_finding() -> None:
    with pytest.raises(BrokenDefinition, match=r"need\.dmn:\d+: error"):
        parse.specification({"r.bpmn": ROUTINE, "need.dmn": b"<x/>"}, "p")
