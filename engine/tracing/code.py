"""Where code, templates and settings name a requirement, and which tests do.

Enters: the folder of the project. Leaves: mentions in the order of the files: docstrings of Python (never ordinary comments or
strings), whole texts of templates, settings of regions and routines, and what pages of guidance say they answer to. Only reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.definitions import guidance, toml
from engine.definitions.clauses import NUMBER, numbers_in

CODE, DOCUMENT, PAGE, SETTING = "code", "document", "page", "setting"
_PRODUCT = ("engine", "webapp")
_TEXTS = {".html": DOCUMENT, ".typ": DOCUMENT}
_GUIDANCE = frozenset({".md", ".toml"})
_LEFT_OUT = frozenset({"node_modules", "dist", "__pycache__", "tracing"})
_Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that names numbers; `where` is a path from the project, with `#name` or `::name` of what stands there."""

    where: str
    kind: str
    numbers: tuple[str, ...]


def in_product(project: Path) -> list[Mention]:
    """Docstrings of the product, its templates, the routines' settings and papers, and the pages of guidance."""
    found = [
        one for part in _PRODUCT for path in _files(project / part, ".py") for one in _python(project, path)
    ]
    for part in (*_PRODUCT, "processes"):
        for suffix, kind in _TEXTS.items():
            found += [one for path in _files(project / part, suffix) for one in _text(project, path, kind)]
    for path in sorted((project / "processes").glob(f"**/{guidance.FOLDER}/**/*")):
        found += _page(project, path)
    for name in ("region.toml", "routine.toml"):
        found += [
            one for path in sorted((project / "processes").rglob(name)) for one in _settings(project, path)
        ]
    return found


def in_tests(project: Path) -> dict[str, tuple[str, ...]]:
    """The tests that name a number in their name or docstring, by number. A module's docstring is not enough."""
    found: dict[str, list[str]] = {}
    for path in _files(project / "tests", ".py"):
        text = path.read_text(encoding="utf-8")
        if not NUMBER.search(text) and "_S" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, _Named) and node.name.startswith("test"):
                told = f"{node.name.replace('_', ' ')} {ast.get_docstring(node) or ''}"
                for number in numbers_in(told):
                    found.setdefault(number, []).append(f"{_below(project, path)}::{node.name}")
    return {number: tuple(sorted(tests)) for number, tests in found.items()}


def _files(folder: Path, suffix: str) -> Sequence[Path]:
    return [
        path
        for path in sorted(folder.rglob(f"*{suffix}"))
        if not _LEFT_OUT & set(path.relative_to(folder).parts)
    ]


def _python(project: Path, path: Path) -> Iterator[Mention]:
    text = path.read_text(encoding="utf-8")
    if not NUMBER.search(text):
        return
    where = _below(project, path)
    tree = ast.parse(text)
    if numbers := numbers_in(ast.get_docstring(tree) or ""):
        yield Mention(where, CODE, numbers)
    for node in ast.walk(tree):
        if isinstance(node, _Named) and (numbers := numbers_in(ast.get_docstring(node) or "")):
            yield Mention(f"{where}#{node.name}", CODE, numbers)


def _text(project: Path, path: Path, kind: str) -> Iterator[Mention]:
    if numbers := numbers_in(path.read_text(encoding="utf-8")):
        yield Mention(_below(project, path), kind, numbers)


def _settings(project: Path, path: Path) -> Iterator[Mention]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if numbers := numbers_in(line):
            yield Mention(f"{_below(project, path)}#L{number}", SETTING, numbers)


def _page(project: Path, path: Path) -> Iterator[Mention]:
    """The numbers that a page, or a list of words or papers, says of itself that it answers to (`clauses`)."""
    if path.suffix not in _GUIDANCE:
        return
    data, where = path.read_bytes(), _below(project, path)
    if path.suffix == ".md":
        numbers = guidance.read_page(data, where).clauses
    else:
        told = toml.read(data, path=where).get("clauses")
        numbers = tuple(str(one) for one in told) if isinstance(told, list) else ()
    if numbers:
        yield Mention(where, PAGE, numbers)


def _below(project: Path, path: Path) -> str:
    return path.relative_to(project).as_posix()
