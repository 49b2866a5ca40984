"""Whoever uploads a routine reads in their own language what has to be mended: every rule of the checks has its sentence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from webapp.pages import finding_words

DEFINITIONS = Path(__file__).resolve().parents[2] / "engine" / "definitions"


EXPRESSIONS = DEFINITIONS.parent / "expressions"
PLACES = {
    "error": slice(1, 2), "warning": slice(1, 2), "wrong": slice(3), "told": slice(2, 3), "_told": slice(2, 3), "_finding": slice(2, 3),
    "Finding": slice(3, 4),
}  # fmt: skip
"""Where among its arguments what makes a finding names the rule."""


def rules() -> set[str]:
    """The rule of every finding that the checks and the readers of forms and tables make."""
    found = set()
    for path in [
        *DEFINITIONS.glob("checks/*.py"),
        *DEFINITIONS.glob("form_*.py"),
        EXPRESSIONS / "analysis.py",
    ]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and _made_by(call.func) in PLACES:
                asked = call.args[PLACES[_made_by(call.func)]]
                found |= {
                    one.value
                    for one in asked
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and " " not in one.value
                }
    return {one for one in found if one}


def _made_by(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def test_every_rule_of_the_checks_has_its_sentence() -> None:
    app = Flask("pages")
    Babel(app, default_locale="en")
    with app.test_request_context():
        assert len(rules()) > 40
        assert sorted(one for one in rules() if not finding_words.of(one)) == []


@pytest.mark.parametrize("rule", ["", "no-such-rule"])
def test_a_rule_without_a_sentence_is_told_by_its_own_words_alone(rule: str) -> None:
    assert finding_words.of(rule) == ""
