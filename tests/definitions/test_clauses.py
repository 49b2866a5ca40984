"""The catalogue of requirements, and the numbers that routines name from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import clauses, files
from engine.definitions.checks import check, check_path
from engine.errors import BrokenDefinition
from tests.definitions import drawn
from tests.definitions.drawn import MAIN, TABLE, changed

PROCESSES = Path(__file__).parent.parent.parent / "processes"
FILE = """
[documents]
S3 = "Överenskommelsen"
[clauses.S3-023]
section = "5"
kinds = ["task", "access"]
sentence = "Den som ser behovet börjar."
[clauses.S3-017]
section = "3"
kinds = ["field"]
sentence = "Den enskilde kan vilja något hos en annan huvudman."
note = "Finns som val."
"""
CATALOGUE = clauses.read(FILE.encode())
FORM = "vastmanland/sip/forms/answer.form"


def unknown(changed_files: dict[str, bytes]) -> list[tuple[str, str, str]]:
    bundle = files.bundle(changed_files, "vastmanland_sip")
    found = check(bundle, conventions=True, operations=drawn.OPERATIONS, clauses=CATALOGUE)
    return [(one.path, one.element_id, one.message.split()[0]) for one in found if one.rule == "clause"]


def test_a_requirement_has_its_document_section_and_sentence():
    one = CATALOGUE.clauses["S3-017"]
    assert (one.document.title, one.section, one.kinds, one.note) == (
        "Överenskommelsen",
        "3",
        ("field",),
        "Finns som val.",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('sentence = "Den som ser behovet börjar."', ""),
        ('"task", "access"', '"chore"'),
        ('kinds = ["field"]', "kinds = []"),
        ("note", "notes"),
        ("clauses.S3-023", "clauses.S9-023"),
        ("clauses.S3-023", "clauses.S3-23x"),
        ("[clauses.S3-023]", "[clauses.S3-023"),
    ],
)
def test_what_is_wrong_with_a_requirement_is_told_with_its_line(before: str, after: str):
    with pytest.raises(BrokenDefinition) as caught:
        clauses.read(FILE.replace(before, after).encode())
    assert all(one.line > 1 for one in caught.value.findings)


def test_a_routine_that_names_only_known_requirements_has_no_finding():
    assert unknown(drawn.files()) == []


def test_a_number_that_no_document_has_is_found_on_elements_rules_and_fields():
    assert unknown(changed("S3-023 S3-017", "S3-023 S3-999 L-OSL:12:2 X-E2", MAIN)) == [
        (MAIN, "register_need", "S3-999")
    ]
    rule = '<rule xmlns:samordna="urn:samordna:bpmn:1" samordna:clause="S3-018" id="rule_1"'
    assert unknown(changed('<rule id="rule_1"', rule, TABLE)) == [(TABLE, "rule_1", "S3-018")]
    field = '"key": "outcome", "properties": {"clause": "S7-001"}'
    assert unknown(changed('"key": "outcome"', field, FORM)) == [(FORM, "outcome", "S7-001")]


def test_a_rule_with_a_known_requirement_still_decides():
    rule = '<rule xmlns:samordna="urn:samordna:bpmn:1" samordna:clause="S3-017" id="rule_1"'
    bundle = files.bundle(changed('<rule id="rule_1"', rule, TABLE), "vastmanland_sip")
    assert check(bundle, conventions=True, operations=drawn.OPERATIONS, clauses=CATALOGUE) == []


def test_checking_a_folder_of_regions_looks_numbers_up_in_the_catalogue_beside_them(tmp_path: Path):
    for path, data in changed("S3-023 S3-017", "S3-023 S3-999", MAIN).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "clauses.toml").write_text(FILE, encoding="utf-8")
    assert "S3-999" in {one.message.split()[0] for one in check_path(tmp_path)}
    (tmp_path / "clauses.toml").write_text("nothing = 1", encoding="utf-8")
    assert "clauses" in {one.rule for one in check_path(tmp_path)}


def test_every_requirement_of_the_source_documents_is_in_the_catalogue():
    found = clauses.beside(PROCESSES)
    assert found is not None
    counts = {key: sum(one.startswith(key) for one in found.clauses) for key in found.documents}
    assert counts == {"S0": 33, "S1": 36, "S2": 22, "S3": 118, "S4": 82}
