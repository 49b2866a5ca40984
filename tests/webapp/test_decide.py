"""`samordna decide`: what somebody who tries a table reads, and the exit code that a script sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.execution.test_decisions import table
from webapp import cli

ROOT = Path(__file__).resolve().parents[2]
CONTACT = ROOT / "processes" / "vastmanland" / "sip" / "who_to_contact.dmn"
ASKED = {
    "case": {"principal_kind": "municipality"},
    "need_area": {"specialist_contact": "no", "social_contact": "yes", "uncertain": "no"},
}
SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


@pytest.fixture
def need(tmp_path: Path) -> Path:
    path = tmp_path / "need.dmn"
    path.write_bytes(table(("&lt; 18", '"child"'), ("&gt;= 16", '"adult"'), label="Age"))
    return path


def written(path: Path, logic: str, *, kind: str = "", extra: str = "") -> Path:
    path.write_text(
        f'<definitions xmlns="{SPACE}" id="m" name="m" namespace="urn:m">{extra}<inputData id="in" name="from_day">'
        f'<variable name="from_day" typeRef="{kind}"/></inputData><decision id="d" name="D"><variable name="D"/>'
        '<informationRequirement id="r"><requiredInput href="#in"/></informationRequirement>'
        f"<literalExpression><text>{logic}</text></literalExpression></decision></definitions>",
        encoding="utf-8",
    )
    return path


def test_the_result_comes_with_what_was_looked_at_and_the_rule_that_fits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = json.dumps(ASKED)
    assert cli.main(["decide", str(CONTACT), "--decision", "who_to_contact", "--input", given]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == 'Result: "health_centre"'
    assert shown[2].startswith("Vem kontaktas?")
    assert '  looked at Den som tar initiativet: "municipality"' in shown
    assert '  rule 2 (who_to_contact_rule_2) fits: contact: "health_centre"' in shown
    assert "    S3-039: i övriga fall den enskildes vårdcentral" in shown


def test_a_decision_is_found_by_its_name_too(capsys: pytest.CaptureFixture[str]) -> None:
    given = json.dumps(ASKED)
    assert cli.main(["decide", str(CONTACT), "--decision", "Vem kontaktas?", "--input", given, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["value"] == "health_centre"
    assert [rule["number"] for rule in told["tables"][0]["rules"]] == [2]
    assert told["errors"] == []


def test_two_rules_of_a_unique_table_fail_and_are_named(
    need: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["decide", str(need), "--decision", "need", "--input", '{"age": 17}']) == 1
    shown = capsys.readouterr()
    assert "rules 1, 2 fit at the same time" in shown.err
    assert shown.out.startswith("Result: null")
    assert "rule 1 (r1) fits" in shown.out


def test_where_no_rule_fits_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "need.dmn"
    path.write_bytes(table(("&lt; 18", '"child"')))
    assert cli.main(["decide", str(path), "--decision", "need", "--input", '{"age": 40}']) == 0
    assert "no rule fits" in capsys.readouterr().out


def test_a_decision_that_is_not_there_is_told_with_those_that_are(
    need: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["decide", str(need), "--decision", "ned"]) == 1
    told = capsys.readouterr().err
    assert "'ned'" in told
    assert "need.dmn: need" in told


@pytest.mark.parametrize("given", ["{", "[1]", "17", '{"age": NaN}', "{age: }", "[" * 100_000, '{"a": 1} x'])
def test_input_that_cannot_be_read_is_a_wrong_call(
    need: Path, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["decide", str(need), "--decision", "need", "--input", given]) == 2
    assert "Error: the input" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", ['{"age": 12}', "{age: 12}", '{age: (date("2026-01-01") - date("2025-12-20")) / @"P1D"}']
)
def test_input_is_json_or_feel(need: Path, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["decide", str(need), "--decision", "need", "--input", given]) == 0
    assert capsys.readouterr().out.startswith('Result: "child"')


def test_a_file_that_is_no_decision_model_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.dmn"
    path.write_text("<x/>")
    assert cli.main(["decide", str(path), "--decision", "d"]) == 1
    assert "x.dmn: This is not a DMN decision model." in capsys.readouterr().err


def test_a_date_typed_as_text_is_a_date_where_one_is_declared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "d.dmn", "from_day + @&quot;P1M&quot;", kind="date")
    assert cli.main(["decide", str(path), "--decision", "d", "--input", '{"from_day": "2026-01-31"}']) == 0
    assert "Result: 2026-02-28" in capsys.readouterr().out


def test_working_days_are_those_of_the_region_around_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two working days from Wednesday the 17th: Thursday and, Midsummer Eve and the weekend being free, Monday the 22nd."""
    path = written(tmp_path / "d.dmn", "working days(from_day, 2)", kind="date")
    assert (
        cli.main(["decide", str(path), "--decision", "d", "--input", '{"from_day": "2026-06-17"}', "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["value"].startswith("2026-06-22T22:00:00")


def test_what_only_a_case_can_tell_has_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "d.dmn", "unit(from_day)")
    assert cli.main(["decide", str(path), "--decision", "d", "--input", '{"from_day": "x"}']) == 0
    assert "'unit' has no answer" in capsys.readouterr().out


def test_a_model_beside_the_file_is_imported_and_one_outside_the_folder_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    home.mkdir()
    outside.mkdir()
    knowledge = (
        f'<definitions xmlns="{SPACE}" id="k" name="k" namespace="urn:k"><decision id="limit" name="limit"><variable name="limit"/>'
        "<literalExpression><text>18</text></literalExpression></decision></definitions>"
    )
    imports = f'<import name="k" namespace="urn:k" importType="{SPACE}" locationURI="../outside/k.dmn"/>'
    path = written(home / "d.dmn", "k.limit + 1", extra=imports)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(
            'href="#in"/>',
            'href="#in"/></informationRequirement><informationRequirement id="q"><requiredDecision href="urn:k#limit"/>',
        )
    )
    (outside / "k.dmn").write_text(knowledge)
    (home / "linked.dmn").symlink_to(outside / "k.dmn")
    assert cli.main(["decide", str(path), "--decision", "d"]) == 0
    assert capsys.readouterr().out.startswith("Result: null")
    (home / "k.dmn").write_text(knowledge)
    assert cli.main(["decide", str(path), "--decision", "d"]) == 0
    assert capsys.readouterr().out.startswith("Result: 19")
