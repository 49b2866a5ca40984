"""Decision models as the house uses them: deciding, explaining, and telling the author what to mend."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.expressions import dmn, feel

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(*elements: str) -> bytes:
    return f'<definitions xmlns="{SPACE}" namespace="urn:test" name="test" id="d">{"".join(elements)}</definitions>'.encode()


def given(name: str, kind: str = "") -> str:
    return f'<inputData id="in_{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def rule(number: int, *cells: str, note: str = "") -> str:
    *tests, result = (cell.replace("&", "&amp;").replace("<", "&lt;") for cell in cells)
    inputs = "".join(
        f'<inputEntry id="c{number}_{i}"><text>{test}</text></inputEntry>' for i, test in enumerate(tests)
    )
    note = f"<annotationEntry><text>{note}</text></annotationEntry>" if note else ""
    return f'<rule id="r{number}">{inputs}<outputEntry id="o{number}"><text>{result}</text></outputEntry>{note}</rule>'


def table(
    policy: str,
    columns: dict[str, str],
    *rules: str,
    values: str = "",
    default: str = "",
    aggregation: str = "",
) -> str:
    needs = "".join(
        f'<informationRequirement><requiredInput href="#in_{name}"/></informationRequirement>'
        for name in columns
    )
    inputs = "".join(
        f'<input id="col_{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in columns.items()
    )
    values = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    default = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    return (
        f'<decision id="who" name="who to contact"><variable name="who to contact"/>{needs}'
        f'<decisionTable id="t" hitPolicy="{policy}"{extra}>{inputs}<output id="out" name="unit">{values}{default}</output>'
        f'<annotation name="why"/>{"".join(rules)}</decisionTable></decision>'
    )


AGE = {"age": "number"}
KINDS = {"age": "number", "care": "string"}


def decide(table_text: str, **inputs: object) -> dmn.Decision:
    names = [given(name) for name in inputs]
    return dmn.read(model(*names, table_text)).decide("who to contact", inputs)


OVERLAPPING = (rule(1, "< 18", '"school"'), rule(2, ">= 16", '"work"'))


def test_a_unique_table_decides_and_says_why() -> None:
    rules = (rule(1, "< 18", '"school"', note="Education Act"), rule(2, ">= 18", '"work"'))
    decision = decide(table("UNIQUE", AGE, *rules), age=17)
    assert decision.value == "school"
    (match,) = decision.matched
    assert (match.table, match.inputs) == ("who to contact", (("age", Decimal(17)),))
    (fitted,) = match.rules
    assert (fitted.number, fitted.id, fitted.outputs) == (1, "r1", {"unit": "school"})
    assert fitted.annotations == (("why", "Education Act"),)


def test_two_fitting_rules_of_a_unique_table_are_an_error_that_names_them() -> None:
    decision = decide(table("UNIQUE", AGE, *OVERLAPPING), age=17)
    assert decision.value is None
    assert "1, 2" in decision.errors[0]
    assert [one.number for one in decision.matched[0].rules] == [1, 2]


def test_any_accepts_agreeing_rules_only() -> None:
    agreeing = (rule(1, "< 18", '"a"'), rule(2, "< 20", '"a"'))
    assert decide(table("ANY", AGE, *agreeing), age=17).value == "a"
    assert decide(table("ANY", AGE, *OVERLAPPING), age=17).errors


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [("FIRST", "", 3), ("RULE ORDER", "", [3, 1, 2]), ("OUTPUT ORDER", "", [1, 2, 3]), ("PRIORITY", "", 1),
     ("COLLECT", "", [3, 1, 2]), ("COLLECT", "SUM", 6), ("COLLECT", "MIN", 1), ("COLLECT", "MAX", 3), ("COLLECT", "COUNT", 3)],
)  # fmt: skip
def test_each_hit_policy_makes_its_own_of_three_fitting_rules(
    policy: str, aggregation: str, expected: int | list[int]
) -> None:
    rules = (rule(1, "> 1", "3"), rule(2, "-", "1"), rule(3, "< 100", "2"), rule(4, "> 100", "9"))
    text = table(policy, AGE, *rules, values="1, 2, 3, 9", aggregation=aggregation)
    value = decide(text, age=50).value
    assert value == ([Decimal(one) for one in expected] if isinstance(expected, list) else Decimal(expected))


def test_without_a_fitting_rule_the_default_counts() -> None:
    assert decide(table("UNIQUE", AGE, rule(1, "< 18", '"a"'), default='"nobody"'), age=40).value == "nobody"
    assert decide(table("UNIQUE", AGE, rule(1, "< 18", '"a"')), age=40).value is None


def test_an_unknown_decision_is_an_error() -> None:
    with pytest.raises(dmn.DmnError):
        dmn.read(model()).decide("nothing", {})


def test_a_decision_that_needs_itself_is_an_error() -> None:
    text = (
        '<decision id="a" name="a"><variable name="a"/><informationRequirement><requiredDecision href="#a"/>'
        "</informationRequirement><literalExpression><text>a + 1</text></literalExpression></decision>"
    )
    assert dmn.read(model(text)).decide("a", {}).errors


def test_functions_of_a_model_that_call_each_other_without_end_are_stopped() -> None:
    def knowledge(name: str, other: str) -> str:
        return (
            f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/><encapsulatedLogic>'
            f'<formalParameter name="x"/><literalExpression><text>{other}(x)</text></literalExpression></encapsulatedLogic>'
            f'<knowledgeRequirement><requiredKnowledge href="#{other}"/></knowledgeRequirement></businessKnowledgeModel>'
        )

    with pytest.raises(feel.FeelError):
        dmn.read(model(knowledge("f", "g"), knowledge("g", "f"))).decide("f", {"x": 1})


@pytest.mark.parametrize(
    "data", [b"", b"<a/>", b"not xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', model()[:-5]]
)
def test_what_is_no_decision_model_is_refused_and_never_raises_in_findings(data: bytes) -> None:
    with pytest.raises(dmn.DmnError):
        dmn.read(data)
    assert dmn.findings(data)[0].severity == "error"


def found(*parts: str, functions: tuple[str, ...] = ()) -> dict[str, dmn.Finding]:
    return {one.rule: one for one in dmn.findings(model(*parts), functions=functions)}


def test_a_whole_table_has_no_findings() -> None:
    rules = (rule(1, "< 18", '"a"'), rule(2, "[18..65]", '"b"'), rule(3, "> 65", '"c"'))
    assert found(given("age"), table("UNIQUE", AGE, *rules)) == {}


def test_an_overlap_names_the_rules_and_an_example() -> None:
    finding = found(given("age"), table("UNIQUE", AGE, *OVERLAPPING))["overlapping-rules"]
    assert (finding.severity, finding.element_id) == ("error", "r2")
    assert "'who to contact': rules 1 and 2" in finding.message
    assert "age is 16" in finding.message


def test_a_gap_names_an_example_that_no_rule_fits() -> None:
    columns = (given("age"), given("care"))
    rules = (rule(1, "< 18", '"hospital"', '"a"'), rule(2, ">= 18", "-", '"b"'))
    text = table("UNIQUE", KINDS, *rules)
    message = found(*columns, text)["gap"].message
    assert 'care is "something else"' in message
    decision = decide(text, age=17, care="something else")
    assert decision.value is None


def test_a_rule_that_earlier_ones_cover_is_told() -> None:
    rules = (rule(1, "< 18", '"a"'), rule(2, ">= 18", '"b"'), rule(3, "[10..30]", '"c"'))
    finding = found(given("age"), table("FIRST", AGE, *rules))["unreachable-rule"]
    assert (finding.element_id, finding.severity) == ("r3", "warning")
    assert "1, 2" in finding.message


def test_an_overlap_far_down_a_long_table_is_found() -> None:
    rules = [rule(number, f"[{number}..{number + 1})", f'"{number}"') for number in range(1, 400)]
    text = table("UNIQUE", AGE, *rules, rule(400, "398.5", '"again"'))
    assert "rules 398 and 400 both fit" in found(given("age"), text)["overlapping-rules"].message


def test_a_table_beyond_the_search_says_so_instead_of_nothing() -> None:
    rules = [rule(number, f"[{number}..{number + 1})", '"a"') for number in range(1_100)]
    assert "too large" in found(given("age"), table("UNIQUE", AGE, *rules))["table-too-large"].message


def test_a_missing_value_is_tried_where_a_cell_speaks_of_it() -> None:
    both = table("UNIQUE", AGE, rule(1, "null", '"a"'), rule(2, "-", '"b"'))
    assert "when age is null" in found(given("age"), both)["overlapping-rules"].message
    assert found(given("age"), table("FIRST", AGE, rule(1, "null", '"a"'), rule(2, "-", '"b"'))) == {}
    assert (
        found(given("age"), table("UNIQUE", AGE, rule(1, "null", '"a"'), rule(2, "not(null)", '"b"'))) == {}
    )


def test_a_table_without_rules_is_told() -> None:
    assert "no rules" in found(given("age"), table("UNIQUE", AGE))["gap"].message


def test_contradicting_rules_of_an_any_table_are_told() -> None:
    assert "contradicting-rules" in found(given("age"), table("ANY", AGE, *OVERLAPPING))


@pytest.mark.parametrize(
    ("rule_name", "parts"),
    [
        ("hit-policy", (table("MAYBE", AGE, rule(1, "-", "1")),)),
        ("expression", (table("UNIQUE", AGE, rule(1, "< <", "1")),)),
        ("unlike-types", (table("UNIQUE", AGE, rule(1, '"old"', "1")),)),
        ("unknown-name", (table("UNIQUE", AGE, rule(1, "-", "other thing")),)),
        ("unknown-function", (table("UNIQUE", AGE, rule(1, "-", "working days(age, 1)")),)),
        ("duplicate-id", (table("UNIQUE", AGE, rule(1, "-", "1")), given("age"))),
        ("cell-count", (table("UNIQUE", AGE, rule(1, "-", "-", "1")),)),
        ("input-without-expression", (table("UNIQUE", {"": ""}, rule(1, "-", "1")),)),
        ("aggregation", (table("COLLECT", AGE, rule(1, "-", "1"), aggregation="MODE"),)),
        ("no-priorities", (table("PRIORITY", AGE, rule(1, "-", "1")),)),
    ],
)
def test_a_mistake_is_found_with_its_place(rule_name: str, parts: tuple[str, ...]) -> None:
    finding = found(given("age"), *parts)[rule_name]
    assert finding.severity == "error"
    assert finding.element_id
    assert finding.line


def test_functions_that_will_be_handed_in_are_known() -> None:
    text = table("UNIQUE", AGE, rule(1, "-", "working days(age, 1)"))
    assert "unknown-function" not in found(given("age"), text, functions=("working days",))


def test_a_comparison_of_unlike_types_is_told() -> None:
    text = (
        '<decision id="a" name="a"><variable name="a"/><informationRequirement><requiredInput href="#in_age"/>'
        '</informationRequirement><literalExpression id="e"><text>if age = "old" then 1 else 2</text></literalExpression></decision>'
    )
    finding = found(given("age", "number"), text)["unlike-types"]
    assert (finding.element_id, finding.severity) == ("e", "error")
    assert "number" in finding.message
    assert found(given("age", "string"), text) == {}


def importing(own: str, *others: str) -> bytes:
    """A model of the namespace `own` that imports others, with a decision `n` that gives its name."""
    imports = "".join(f'<import name="{one}" namespace="urn:{one}" importType="{SPACE}"/>' for one in others)
    return (
        f'<definitions xmlns="{SPACE}" namespace="urn:{own}" name="{own}" id="d">{imports}<decision id="n" name="n"><variable name="n"/>'
        f'<literalExpression><text>"{own}"</text></literalExpression></decision></definitions>'
    ).encode()


def test_models_that_import_one_another_are_read_and_told() -> None:
    names = [f"m{number}" for number in range(12)]
    files = [importing(own, *(one for one in names if one != own)) for own in names]
    assert dmn.load(files[0], files[1:]).evaluate("n", {}) == "m0"
    found = dmn.findings(files[0], {str(place): data for place, data in enumerate(files[1:])})
    assert [one.rule for one in found] == ["import-cycle"] * 11


def test_a_file_that_cannot_be_read_only_hurts_those_that_import_it() -> None:
    assert dmn.load(importing("a", "b"), [b"<broken", importing("b")]).evaluate("n", {}) == "a"
    assert dmn.findings(importing("a"), {"x": b"<broken"}) == []
    assert [one.rule for one in dmn.findings(importing("a", "b"), {"x": b"<broken"})] == ["import"]


def test_a_collecting_table_in_a_decision_of_one_value_must_not_fit_twice() -> None:
    one = table("COLLECT", AGE, *OVERLAPPING).replace(
        'name="who to contact"/>', 'name="who to contact" typeRef="string"/>', 1
    )
    assert found(given("age"), table("COLLECT", AGE, *OVERLAPPING)) == {}
    told = found(given("age"), one)["several-results"]
    assert (told.element_id, told.about) == ("r2", ("both-rows", "1", "2"))
    apart = one.replace("&gt;= 16", "&gt;= 18").replace(">= 16", ">= 18")
    assert found(given("age"), apart) == {}
