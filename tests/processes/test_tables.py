"""Every decision table that we run is whole, and one broken on purpose is reported with rule, cell and an example."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from engine.errors import Finding
from engine.expressions import dmn
from engine.functions import NAMES

ROOT = Path(__file__).parent.parent.parent / "processes"
TABLES = sorted(ROOT.rglob("*.dmn"))
CONTACT = ROOT / "vastmanland" / "sip" / "who_to_contact.dmn"
# Findings that stand, each with its reason; there are none today.
STATED: dict[tuple[str, str], str] = {}


def below_root(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def broken(old: str, new: str) -> list[Finding]:
    text = CONTACT.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    return dmn.findings(text.replace(old, new).encode(), functions=NAMES)


@pytest.mark.parametrize("path", TABLES, ids=below_root)
def test_the_table_has_no_gap_and_no_overlap(path: Path) -> None:
    found = dmn.findings(path.read_bytes(), functions=NAMES)
    assert [str(one) for one in found if (below_root(path), one.rule) not in STATED] == []


def test_there_are_tables_and_each_stated_finding_is_still_there() -> None:
    assert len(TABLES) >= 5
    told = {
        (below_root(path), one.rule)
        for path in TABLES
        for one in dmn.findings(path.read_bytes(), functions=NAMES)
    }
    assert set(STATED) <= told


def test_a_wider_rule_is_reported_with_both_rules_and_an_input_that_fits_both() -> None:
    cell = '<inputEntry id="who_to_contact_1_in_4"><text>"no"</text></inputEntry>'
    (finding,) = broken(cell, cell.replace('"no"', "-"))
    assert (finding.severity, finding.rule, finding.element_id) == (
        "error",
        "several-results",
        "who_to_contact_rule_3",
    )
    assert "'Vem kontaktas?': rules 1 and 3 both fit" in finding.message
    assert 'Frågetecken is "yes"' in finding.message


def test_a_rule_taken_out_is_reported_with_an_input_that_no_rule_fits() -> None:
    found = broken(
        '<inputEntry id="who_to_contact_2_in_2"><text>"no"',
        '<inputEntry id="who_to_contact_2_in_2"><text>"yes"',
    )
    gap = next(one for one in found if one.rule == "gap")
    assert gap.element_id == "who_to_contact_table"
    assert 'Den som tar initiativet is "municipality"' in gap.message
    assert '"no"' in gap.message


@pytest.mark.parametrize(
    ("cell", "rule", "words"),
    [
        (
            "3",
            "unlike-types",
            "column 4 (Frågetecken): the cell tests a number, but the column holds a string",
        ),
        ('"kanske"', "value-not-allowed", "rule 1, column 4 (Frågetecken)"),
        ('"no', "expression", "rule 1, column 4"),
        ("= osaker", "unknown-name", "rule 1, column 4: uses 'osaker'"),
        ('sant("no")', "unknown-function", "sant"),
    ],
)
def test_a_broken_cell_is_reported_with_table_rule_and_cell(cell: str, rule: str, words: str) -> None:
    found = broken(
        '<inputEntry id="who_to_contact_1_in_4"><text>"no"</text>',
        f'<inputEntry id="who_to_contact_1_in_4"><text>{cell}</text>',
    )
    finding = next(one for one in found if one.rule == rule)
    assert finding.element_id == "who_to_contact_1_in_4"
    assert finding.line > 0
    assert "'Vem kontaktas?'" in finding.message
    assert words in finding.message


def test_an_example_of_a_gap_really_falls_into_it() -> None:
    """The table is asked with the example that its own finding gives."""
    data = (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m"><inputData id="i" name="age">'
        b'<variable name="age" typeRef="number"/></inputData><decision id="d" name="d"><variable name="d"/><informationRequirement id="r">'
        b'<requiredInput href="#i"/></informationRequirement><decisionTable id="t"><input id="c"><inputExpression typeRef="number">'
        b"<text>age</text></inputExpression></input><output/><rule><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>1</text>"
        b"</outputEntry></rule><rule><inputEntry><text>&gt; 18</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>"
        b"</decisionTable></decision></definitions>"
    )
    (finding,) = dmn.findings(data)
    assert "age is 18" in finding.message
    decision = dmn.read(data).decide("d", {"age": Decimal(18)})
    assert decision.value is None
    assert decision.matched[0].rules == ()
