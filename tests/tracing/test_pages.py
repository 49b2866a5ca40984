"""The numbers that pages of guidance say they answer to are counted, and each is looked at by a test."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.tracing import code

PROJECT = Path(__file__).resolve().parents[2]


def pages(project: Path) -> list[code.Mention]:
    return [one for one in code.in_product(project) if one.kind == code.PAGE]


def test_a_page_and_a_list_of_words_are_counted_with_the_numbers_they_name(tmp_path: Path) -> None:
    shared = tmp_path / "processes/shared/guidance/sv"
    shared.mkdir(parents=True)
    facts = 'title = "A"\nsummary = "B"\npart = "plan"\nclauses = ["S1-01", "S0-16"]\n'
    (shared / "what.md").write_text(
        f"+++\n{facts}+++\nNot S3-042, which the text alone names.\n", encoding="utf-8"
    )
    (shared / "words.toml").write_text('clauses = ["S3-113"]\n', encoding="utf-8")
    assert pages(tmp_path) == [
        code.Mention("processes/shared/guidance/sv/what.md", "page", ("S1-01", "S0-16")),
        code.Mention("processes/shared/guidance/sv/words.toml", "page", ("S3-113",)),
    ]


def test_every_number_that_our_pages_name_is_named_by_a_test(tmp_path: Path) -> None:
    for folder in sorted((PROJECT / "processes").glob("*/guidance")):
        shutil.copytree(folder, tmp_path / folder.relative_to(PROJECT))
    named = {number for one in pages(tmp_path) for number in one.numbers}
    assert len(named) >= 12
    assert sorted(named - set(code.in_tests(PROJECT))) == []
