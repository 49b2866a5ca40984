"""SECURITY.md goes through OWASP ASVS 5.0.0 requirement by requirement: none is left out, and what it points at is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ANSWERS = {"met", "operator", "none of it", "not met"}
LEVELS = {
    "V1.1": "22",
    "V1.2": "1111122223",
    "V1.3": "112222222223",
    "V1.4": "222",
    "V1.5": "123",
    "V2.1": "122",
    "V2.2": "112",
    "V2.3": "12223",
    "V2.4": "23",
    "V3.1": "3",
    "V3.2": "113",
    "V3.3": "12223",
    "V3.4": "11222233",
    "V3.5": "11122333",
    "V3.6": "3",
    "V3.7": "22333",
    "V4.1": "12233",
    "V4.2": "23333",
    "V4.3": "22",
    "V4.4": "1222",
    "V5.1": "2",
    "V5.2": "112333",
    "V5.3": "113",
    "V5.4": "222",
    "V6.1": "122",
    "V6.2": "111111112222",
    "V6.3": "11223333",
    "V6.4": "112233",
    "V6.5": "22222333",
    "V6.6": "2223",
    "V6.7": "33",
    "V6.8": "2222",
    "V7.1": "222",
    "V7.2": "1111",
    "V7.3": "22",
    "V7.4": "11222",
    "V7.5": "223",
    "V7.6": "22",
    "V8.1": "1233",
    "V8.2": "1123",
    "V8.3": "133",
    "V8.4": "23",
    "V9.1": "111",
    "V9.2": "1222",
    "V10.1": "22",
    "V10.2": "223",
    "V10.3": "22223",
    "V10.4": "1111122222233333",
    "V10.5": "22222",
    "V10.6": "22",
    "V10.7": "222",
    "V11.1": "2233",
    "V11.2": "22233",
    "V11.3": "11233",
    "V11.4": "1222",
    "V11.5": "23",
    "V11.6": "23",
    "V11.7": "33",
    "V12.1": "12233",
    "V12.2": "11",
    "V12.3": "22223",
    "V13.1": "2333",
    "V13.2": "222223",
    "V13.3": "2233",
    "V13.4": "1222233",
    "V14.1": "22",
    "V14.2": "12223333",
    "V14.3": "122",
    "V15.1": "12233",
    "V15.2": "12233",
    "V15.3": "1222222",
    "V15.4": "3333",
    "V16.1": "2",
    "V16.2": "22222",
    "V16.3": "2222",
    "V16.4": "222",
    "V16.5": "2223",
    "V17.1": "23",
    "V17.2": "22223333",
    "V17.3": "22",
}  # section -> the levels of its requirements, in their order
ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| ([123]) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)


def wanted() -> dict[str, str]:
    """Requirement -> level, of all of level 1 and 2."""
    return {
        f"{section}.{number}": level
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, 1)
        if level in "12"
    }


def test_the_list_has_as_many_requirements_as_the_standard() -> None:
    assert Counter("".join(LEVELS.values())) == {"1": 70, "2": 183, "3": 92}


def test_each_requirement_of_level_1_and_2_has_one_row_with_its_level() -> None:
    found = ROW.findall(TEXT)
    assert [(row[0], row[1]) for row in found] == list(wanted().items())


def test_each_row_has_one_of_the_answers_and_says_where_or_why() -> None:
    assert [row[0] for row in ROW.findall(TEXT) if row[3] not in ANSWERS or not row[2] or not row[4]] == []


def test_what_is_met_by_the_product_names_a_file_a_section_or_a_command_of_it() -> None:
    bare = [
        row[0] for row in ROW.findall(TEXT) if row[3] == "met" and "`" not in row[4] and "](#" not in row[4]
    ]
    assert bare == ["V3.4.2"]  # what is never sent stands nowhere


@pytest.mark.parametrize(
    "path",
    sorted(
        {
            one
            for one in re.findall(r"`([\w./-]+)`", TEXT)
            if "/" in one or re.search(r"\w\.(lock|toml)$", one)
        }
    ),
)
def test_each_path_that_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_each_section_that_it_points_at_is_there() -> None:
    titles = {
        re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in re.findall(r"(?m)^##+ (.+)$", TEXT)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", TEXT)) - titles == set()


def test_the_counts_are_those_of_the_rows() -> None:
    counted = Counter((row[3], row[1]) for row in ROW.findall(TEXT))
    told = re.findall(r"(?m)^\| (met|operator|none of it|not met) \| (\d+) \| (\d+) \|$", TEXT)
    assert {
        (answer, level): int(number)
        for answer, *both in told
        for level, number in zip("12", both, strict=True)
    } == {(answer, level): counted[answer, level] for answer in ANSWERS for level in "12"}
