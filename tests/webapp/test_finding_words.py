"""Whoever uploads a routine reads in their own language what has to be mended: every rule of the checks has its sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from tests.definitions import drawn
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


@pytest.mark.parametrize(
    ("old", "new", "rule", "sentence"),
    [
        ('eligible = "sip"', 'eligibel = "sip"', "unknown-name", "Inget i rutinen skriver ”eligibel”. Menas ”eligible”?"),
        ('eligible = "sip"', 'zzz = "sip"', "unknown-name", "Inget i rutinen skriver ”zzz”."),
        ('eligible = "sip"', "eligible = 1", "unlike-types", "En text jämförs med ett tal, och det stämmer aldrig."),
        ('eligible = "sip"', 'eligible == "sip"', "expression", "går inte att läsa som en formel: skriv = i stället för ==."),
        ('eligible = "sip"', "eligible = ", "expression", "”eligible =” går inte att läsa som en formel."),
        ('eligible = "sip"', 'compute(eligible) = "sip"', "unknown-function", "Det finns ingen funktion som heter ”compute”."),
        ("S3-023 S3-017", "punkt tre", "clause", "”punkt tre” är ingen hänvisning."),
        (">P1D<", ">1 dag<", "timer", "”1 dag” är ingen tidslängd och ingen dag."),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("swedish")
def test_what_somebody_wrote_is_told_in_their_own_language(
    old: str, new: str, rule: str, sentence: str
) -> None:
    found = next(one for one in drawn.findings(drawn.changed(old, new)) if one.rule == rule)
    assert sentence in finding_words.particular(found.about)
    assert sentence in finding_words.in_a_line(found.rule, "Steget", found.about, found.message)


@pytest.mark.usefixtures("swedish")
def test_which_rows_of_a_table_or_which_answers_are_told() -> None:
    assert finding_words.particular(("both-rows", "1", "7")) == "Rad 1 och rad 7 gäller samtidigt."
    assert (
        finding_words.particular(("gap", "Ålder", "17", "Svar", "null"))
        == "Till exempel när Ålder är 17 och Svar är inget."
    )


def test_whatever_a_finding_is_about_has_its_sentence() -> None:
    checks = (*DEFINITIONS.glob("checks/*.py"), DEFINITIONS.parent / "expressions" / "analysis.py")
    source = "".join(path.read_text(encoding="utf-8") for path in checks)
    assert [one for one in finding_words._PARTICULAR if f'"{one}"' not in source] == []
    said = set(re.findall(r'about=\(\s*"([a-z-]+)"', source))
    assert len(said) > 4
    assert said <= set(finding_words._PARTICULAR)
