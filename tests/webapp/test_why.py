"""Why a task is there, as far as decision tables answer it: the fact a decision leaves is what the page reads."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask
from flask_babel import Babel

from engine import wire
from engine.definitions.table_words import TableWords
from engine.execution import formulas
from engine.execution.formulas import Sight
from tests.execution.drawn import NOW
from tests.execution.test_decisions import table
from webapp.pages import why

NO_WORDS = TableWords({}, {})


@pytest.fixture
def page() -> Flask:
    app = Flask("pages")
    Babel(app, default_locale="en")
    return app


def kept(data: bytes, age: int) -> Mapping[str, object]:
    """What a decision leaves in the case, read back as the page reads it."""
    made = formulas.decide(formulas.read_decisions(data), "need", Sight({"age": age}, {}, NOW), "d")
    read = wire.load(wire.dump({"name": "What is needed?", "matched": list(made.rules)}))
    assert isinstance(read, dict)
    return read


def test_the_page_names_the_rule_what_it_looked_at_what_it_gave_and_where_it_comes_from(page: Flask) -> None:
    data = table(("&lt; 18", '"guardian"'), ("&gt;= 18", '"person"'), label="Age in years")
    with page.test_request_context():
        (told,) = why.told_tables(kept(data, 40), NO_WORDS)
    assert told["name"] == "What is needed?"
    assert told["hits"] == [
        {"number": "2", "conditions": [("Age in years", "40", "")], "outcome": "person (clause 2)"}
    ]


def test_each_rule_of_a_collecting_table_is_a_row(page: Flask) -> None:
    data = table(("&gt; 10", '"a"'), ("&gt; 20", '"b"'), policy="COLLECT")
    with page.test_request_context():
        (told,) = why.told_tables(kept(data, 40), NO_WORDS)
    hits = told["hits"]
    assert isinstance(hits, list)
    assert [(hit["number"], hit["outcome"]) for hit in hits] == [("1", "a (clause 1)"), ("2", "b (clause 2)")]


def test_a_decision_without_a_fitting_rule_is_still_named(page: Flask) -> None:
    with page.test_request_context():
        assert why.told_tables(kept(table(("&gt; 10", '"a"')), 5), NO_WORDS) == [
            {"name": "What is needed?", "hits": []}
        ]


def test_values_are_told_in_the_words_of_forms_and_tables(page: Flask) -> None:
    words = TableWords(
        {("age_table", "Home"): "housing"}, {("housing", "own"): "Own home", ("need", "y"): "A plan"}
    )
    rule = {
        "table": "age_table",
        "number": 1,
        "inputs": {"Home": "own", "Other": "x"},
        "outputs": {"need": "y"},
    }
    with page.test_request_context():
        (told,) = why.told_tables({"name": "Need", "matched": [rule]}, words)
    assert told["hits"] == [
        {"number": "1", "conditions": [("Home", "Own home", ""), ("Other", "x", "")], "outcome": "A plan"}
    ]
