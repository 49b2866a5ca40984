"""From numbers in routines and code to what meets them, on a small project made for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import files, form_reading
from engine.definitions.checks import check
from engine.expressions import dmn
from engine.tracing import code, places, removing, report, shown
from engine.tracing.places import Place
from tests.definitions import drawn
from tests.definitions.drawn import MAIN, TABLE

FORM = "vastmanland/sip/forms/answer.form"
CATALOGUE = """
[documents]
S3 = "Överenskommelsen"
[clauses.S3-017]
section = "3"
kinds = ["task"]
sentence = "Ett."
[clauses.S3-023]
section = "5"
kinds = ["field"]
sentence = "Två."
[clauses.S3-042]
section = "5.2"
kinds = ["timer"]
sentence = "Tre."
note = "Ingen mäter det."
"""


def bundle() -> files.Bundle:
    return files.bundle(drawn.files(), "vastmanland_sip")


def element(element_id: str) -> Place:
    return Place(places.ELEMENT, MAIN, 1, element_id, "", ())


def errors(less: files.Bundle) -> list[str]:
    found = check(less, conventions=True, operations=drawn.OPERATIONS)
    return [str(one) for one in found if one.severity == "error"]


@pytest.mark.parametrize("gone", ["escalate", "due"])
def test_a_routine_without_one_of_its_steps_is_a_sound_routine(gone: str) -> None:
    less = removing.without(bundle(), element(gone))
    assert f'id="{gone}"'.encode() not in less.files[MAIN]
    assert errors(less) == []
    assert less.hash != bundle().hash


def test_without_the_gateway_where_two_ways_meet_the_join_behind_it_waits_for_both_and_the_check_says_so() -> (
    None
):
    less = removing.without(bundle(), element("goes_on"))
    assert b'id="goes_on"' not in less.files[MAIN]
    assert [one.split(" error ")[1].split(":")[0] for one in errors(less)] == ["deadlock joined"]


def test_what_only_a_boundary_event_led_to_goes_with_it() -> None:
    assert b'id="remind_unit"' not in removing.without(bundle(), element("each_day")).files[MAIN]


def test_a_table_without_one_of_its_rules_has_the_others() -> None:
    less = removing.without(bundle(), Place(places.RULE, TABLE, 1, "rule_1", "", ()))
    assert [rule.id for table in dmn.read(less.files[TABLE]).tables for rule in table.rules] == ["rule_2"]


def test_a_form_without_one_of_its_fields_has_the_others() -> None:
    before = {one.key for one in form_reading.read(bundle().files[FORM], FORM).walk()}
    less = removing.without(bundle(), Place(places.FIELD, FORM, 1, "outcome", "", (), keys=("outcome",)))
    assert {one.key for one in form_reading.read(less.files[FORM], FORM).walk()} == before - {"outcome"}


def test_what_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(KeyError):
        removing.without(bundle(), element("nowhere"))
    with pytest.raises(KeyError):
        removing.without(bundle(), Place(places.FIELD, FORM, 1, "x", "", (), keys=("nowhere",)))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the small routine, a docstring in its engine and a test."""
    written = {f"processes/{path}": data for path, data in drawn.files().items()}
    written["processes/clauses.toml"] = CATALOGUE.encode()
    written["processes/vastmanland/sip/scenarios/small.toml"] = b'title = "Liten"\n'
    written["engine/due.py"] = (
        b'"""When (S3-042)."""\n\ndef day():\n    """S3-023, S3-777."""\n    # S3-017\n'
    )
    written["tests/test_due.py"] = (
        b'def test_a_day():\n    """S3-023."""\n\ndef helper():\n    """S3-042."""\n'
    )
    for path, data in written.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    shown.write(tmp_path / "processes", {f"{MAIN}#register_need": "vastmanland/sip/scenarios/small.toml"})
    return tmp_path


def test_code_names_a_number_in_docstrings_and_a_test_shows_it(project: Path) -> None:
    mentions = {one.where: one.numbers for one in code.in_product(project) if one.kind == code.CODE}
    assert mentions == {"engine/due.py": ("S3-042",), "engine/due.py#day": ("S3-023", "S3-777")}
    assert code.in_tests(project) == {"S3-023": ("tests/test_due.py::test_a_day",)}


def test_the_report_says_where_each_requirement_is_met_and_what_shows_it(project: Path) -> None:
    found = report.of(project, project / "processes")
    task = {
        "where": "processes/vastmanland/sip/sip.bpmn#register_need",
        "kind": "element",
        "shown_by": "scenarios/small.toml",
    }
    assert found.as_json == {
        "S3-017": {"met": [task], "note": None},
        "S3-023": {
            "met": [
                task,
                {"where": "engine/due.py#day", "kind": "code", "shown_by": "tests/test_due.py::test_a_day"},
            ],
            "note": None,
        },
        "S3-042": {
            "met": [{"where": "engine/due.py", "kind": "code", "shown_by": None}],
            "note": "Ingen mäter det.",
        },
    }
    assert [one.number for one in found.unmet] == ["S3-042"]
    assert found.unknown == {"S3-777": ("engine/due.py#day",)}
    assert "remind_unit" in {one.id for one in found.unnumbered}
    assert "register_need" not in {one.id for one in found.unnumbered}


def test_a_scenario_that_is_gone_shows_nothing(project: Path) -> None:
    (project / "processes/vastmanland/sip/scenarios/small.toml").unlink()
    assert not report.of(project, project / "processes").is_met("S3-017")


def test_the_lines_for_people_name_what_is_missing(project: Path) -> None:
    told = "\n".join(report.lines(report.of(project, project / "processes")))
    for words in (
        "2 of 3 requirements are met and shown",
        "S3-042 (5.2): Ingen mäter det.",
        "no document has S3-777: engine/due.py#day",
        "remind_unit",
    ):
        assert words in told
