"""The editors in the browser say everything in Swedish and in bokmål: no word is given in one language alone, or twice."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

STUDIO = Path(__file__).resolve().parents[2] / "webapp" / "frontend" / "src" / "studio"
TEXT = r'"(?:[^"\\]|\\.)*"'
ROW = re.compile(rf"\[\s*{TEXT}(?:\s*,\s*{TEXT})*\s*\]")
PAIR = re.compile(rf"({TEXT}): ({TEXT})")


def rows(name: str) -> list[list[str]]:
    """Each list of texts in the first list of the file: what the editor says, and that in each language."""
    listed = (STUDIO / name).read_text(encoding="utf-8").partition("\n];")[0]
    return [json.loads(found) for found in ROW.findall(listed)]


@pytest.mark.parametrize("name", ["formwords.js", "tablewords.js"])
def test_each_word_of_an_editor_is_given_once_and_in_both_languages(name: str) -> None:
    found = rows(name)
    said = [row[0] for row in found]
    assert len(found) > 80
    assert [row for row in found if len(row) != 3 or not all(row)] == []
    assert sorted({one for one in said if said.count(one) > 1}) == []


def test_the_canvas_knows_the_same_words_in_both_languages() -> None:
    text = (STUDIO / "words.js").read_text(encoding="utf-8")
    swedish, norwegian = re.findall(r"const (?:SV|NB) = \{(.*?)\n\};", text, re.DOTALL)
    assert len(PAIR.findall(swedish)) > 80
    assert {said for said, _ in PAIR.findall(swedish)} == {said for said, _ in PAIR.findall(norwegian)}
