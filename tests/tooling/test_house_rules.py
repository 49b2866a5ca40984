"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.tooling.lengths import ROOT, Length, lengths, sources

# Words that say nothing of what the thing is, so that anything can be put into it.
EMPTY_WORDS = {
    "service",
    "manager",
    "helper",
    "util",
    "utils",
    "processor",
    "handler",
    "base",
    "common",
    "misc",
}


def last_word(name: str) -> str:
    """`task_helpers` -> `helpers`, `CaseService` -> `service`; `ServiceTask` is BPMN's word and fine."""
    return re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)[-1].lower()


def empty_names(path: Path) -> list[str]:
    """The module itself or classes in it whose last word says nothing; SQLAlchemy's own `Base` is its term."""
    found = [path.stem] if path.stem != "__init__" and is_empty(path.stem) else []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and is_empty(node.name):
            declarative = node.name == "Base" and any(
                "DeclarativeBase" in ast.unparse(base) for base in node.bases
            )
            found += [] if declarative else [node.name]
    return found


def is_empty(name: str) -> bool:
    word = last_word(name)
    return word in EMPTY_WORDS or word.removesuffix("s") in EMPTY_WORDS


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_each_name_says_what_the_thing_is(path: Path) -> None:
    assert empty_names(path) == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_each_module_and_function_can_be_held_in_mind(path: Path) -> None:
    assert [each for each in lengths(path) if each.lines > each.stop] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("class CaseService: ...", ["CaseService"]),
        ("class TaskHelpers: ...", ["TaskHelpers"]),
        ("class ServiceTask: ...", []),
        ("class Database: ...", []),
        ("class Base(DeclarativeBase): ...", []),
        ("class Base: ...", ["Base"]),
    ],
)
def test_the_rule_on_names_finds_what_it_should(tmp_path: Path, source: str, found: list[str]) -> None:
    path = tmp_path / "cases.py"
    path.write_text(source)
    assert empty_names(path) == found


@pytest.mark.parametrize("stem", ["utils", "case_helpers", "base"])
def test_the_rule_on_names_looks_at_modules_too(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.py"
    path.write_text("")
    assert empty_names(path) == [stem]


def test_the_rule_on_lengths_counts_a_body_without_its_docstring(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.tooling.lengths.ROOT", tmp_path)
    path = tmp_path / "long.py"
    path.write_text('def f():\n    """One.\n\n    Two."""\n' + "    x = 1\n" * 61)
    assert [each for each in lengths(path) if each.lines > each.stop] == [Length(61, "long.py:1 f", 40, 60)]
