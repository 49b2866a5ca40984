"""Business rule tasks: a decision of the bundle, evaluated with FEEL, told with the rules that applied."""

from __future__ import annotations

import pytest

from engine import wire
from engine.errors import BrokenDefinition, StepFailed
from engine.execution import formulas, parse
from engine.facts import DecisionMade, ValuesSet
from tests.execution.drawn import NOW, Played, flows, nodes, process, tasks

TASK = '<businessRuleTask id="d" samordna:decision="need" samordna:result="level"/>'
ROUTINE = process(nodes("startEvent", "s") + TASK + tasks("a") + nodes("endEvent", "e") + flows("s d a e"))


def table(*rules: tuple[str, str], policy: str = "UNIQUE", label: str = "age") -> bytes:
    """A table over `age` that gives `need`; each rule is annotated with its number."""
    rows = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>{test}</text></inputEntry>'
        f'<outputEntry id="o{number}"><text>{value}</text></outputEntry>'
        f"<annotationEntry><text>clause {number}</text></annotationEntry></rule>"
        for number, (test, value) in enumerate(rules, 1)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'
        '<inputData id="age_data" name="age"><variable name="age" typeRef="number"/></inputData>'
        '<decision id="need" name="Need"><variable name="Need"/><informationRequirement id="ir">'
        f'<requiredInput href="#age_data"/></informationRequirement><decisionTable id="t" hitPolicy="{policy}">'
        f'<input id="in" label="{label}"><inputExpression id="ie"><text>age</text></inputExpression></input>'
        f'<output id="out" name="need"/><annotation name="Source"/>{rows}</decisionTable></decision></definitions>'
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
    (rule,) = made.matched
    assert rule == {
        "table": "t", "name": "Need", "rule": "r3", "number": 3, "inputs": {"age": 70}, "outputs": {"need": "old"},
        "annotations": [{"name": "Source", "text": "clause 3"}],
    }  # fmt: skip
    assert wire.load(wire.dump(rule)) == rule
    assert [fact.values for fact in case.told(ValuesSet)] == [{"level": "old"}]
    assert case.open() == ["a"]


def test_two_rules_of_a_unique_table_are_an_incident_that_names_them() -> None:
    with pytest.raises(StepFailed) as caught:
        decided(table(("&gt; 10", '"a"'), ("&gt; 20", '"b"')), 30)
    assert (caught.value.element_id, caught.value.cause) == ("d", "uniqueness")
    assert "rules 1, 2" in caught.value.detail
    assert "30" not in caught.value.detail


def test_rules_of_an_any_table_that_differ_are_an_incident_that_names_them() -> None:
    agreeing = table(("&gt; 10", '"a"'), ("&gt; 20", '"a"'), ("&gt; 30", '"b"'), policy="ANY")
    assert decided(agreeing, 25).values[""]["level"] == "a"
    with pytest.raises(StepFailed) as caught:
        decided(agreeing, 40)
    assert caught.value.cause == "uniqueness"
    assert "rules 1, 2, 3" in caught.value.detail


def test_a_table_that_collects_may_fit_twice_and_a_failing_table_is_no_contradiction() -> None:
    """Another table of the model collected two rules; what fails is one that cannot be read."""
    collecting = table(("&gt; 10", "1"), ("&gt; 20", "2"), policy="COLLECT")
    failing = (
        b'<decision id="outer" name="outer"><variable name="outer"/><informationRequirement id="or"><requiredDecision href="#need"/>'
        b"</informationRequirement><literalExpression><text>Need +</text></literalExpression></decision></definitions>"
    )
    model = formulas.read_decisions(collecting.replace(b"</definitions>", failing))
    sight = formulas.Sight({"age": 30}, {}, NOW)
    with pytest.raises(StepFailed) as caught:
        formulas.decide(model, "outer", sight, "d")
    assert caught.value.cause == "no-value"


def test_labels_of_columns_are_free_text_that_can_still_be_kept() -> None:
    (made,) = decided(table(("&gt; 10", '"a"'), label="$ per day"), 30).told(DecisionMade)
    assert wire.load(wire.dump(made.inputs)) == {"per day": 30}
    assert wire.load(wire.dump(made.matched)) == [dict(rule) for rule in made.matched]


def test_no_rule_gives_null() -> None:
    assert decided(table(("&gt; 10", '"a"')), 5).values[""]["level"] is None


def test_numbers_leave_a_table_as_plain_numbers() -> None:
    case = decided(table(("&gt; 10", "3"), ("&gt; 20", "0.5"), policy="COLLECT"), 30)
    assert case.values[""]["level"] == [3, 0.5]


def test_a_decision_file_that_is_none_is_a_finding() -> None:
    with pytest.raises(BrokenDefinition, match=r"need\.dmn:\d+: error"):
        parse.specification({"r.bpmn": ROUTINE, "need.dmn": b"<x/>"}, "p")
