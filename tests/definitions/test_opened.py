"""What of a paper's content a category opens, also where the diagram does not say what a key is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import files, routine, templates

KNOWN = {"diagnosis": "health", "purpose": "situation"}
CONTENT = {"diagnosis": "a", "purpose": "b", "told": "c", "place": "d"}


@pytest.mark.parametrize(
    ("by_key", "open_to", "found"),
    [
        ({}, {"plan"}, {"place"}),
        ({}, {"situation"}, {"purpose", "place"}),
        ({}, {"coordination"}, {"told", "place"}),
        ({"told": []}, {"plan"}, {"told", "place"}),
        ({"told": ["health"]}, {"situation"}, {"purpose", "place"}),
        ({"*": ["health", "situation"]}, {"situation"}, {"place"}),
    ],
    ids=["nothing said", "said of the data", "the category of the unsaid", "a text", "said", "a context not written out"],
)  # fmt: skip
def test_a_key_is_opened_by_the_categories_of_what_it_is_made_of(
    by_key: dict[str, list[str]], open_to: set[str], found: set[str]
) -> None:
    assert set(templates.opened(CONTENT, by_key, KNOWN, frozenset(open_to))) == found


def test_what_a_paper_calls_otherwise_than_the_form_is_known_by_what_it_is_made_of() -> None:
    root = Path(__file__).parents[2] / "processes"
    named = routine.read(files.read_bundle(root / "steinkjer/plan", root)).issued_as
    assert named["needs_ahead"] == "plan_needs_ahead"
    assert named["period_to"] == "plan_period_to"
    assert "notice" not in named
