"""The catalogue of requirements: which document asks for what, in our own words.

Enters: the bytes of `processes/clauses.toml`. Leaves: a frozen Catalogue, or BrokenDefinition. It belongs to the installation
and to no bundle: a sentence that is worded better makes no new version of a routine. It never holds the documents' own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from engine.definitions import toml

FILE = "clauses.toml"
NUMBER = re.compile(r"(?<![\w-])[A-Z][0-9]-[0-9]{2,3}(?![\w-])")
"""A requirement's number, such as S3-042. References to laws (`L-OSL:12:2`) and ideas of our own (`X-E2`) look otherwise."""

KINDS = frozenset(
    [
        "decision",
        "task",
        "field",
        "timer",
        "message",
        "document",
        "access",
        "record",
        "escalation",
        "guidance",
        "configuration",
    ]
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that asks for something; `title` as people know it."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement. `note` says why it cannot be met, or is met otherwise; empty for most."""

    number: str
    document: Document
    section: str
    kinds: tuple[str, ...]
    sentence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every requirement by its number, in the order of the file."""

    documents: Mapping[str, Document] = field(default_factory=dict)
    clauses: Mapping[str, Clause] = field(default_factory=dict)

    def unknown(self, references: Iterable[str]) -> list[str]:
        """Those among the references that look like a number of a requirement and are none."""
        return [one for one in references if NUMBER.fullmatch(one) and one not in self.clauses]


def read(data: bytes, *, path: str = FILE) -> Catalogue:
    """Read the file; raises BrokenDefinition with a finding for each thing to mend."""
    top = toml.Table(toml.read(data, path=path), data, path, "clauses")
    documents = {key: Document(key, title) for key, title in top.named("documents").items()}
    found: dict[str, Clause] = {}
    for number, values in top.table("clauses").items():
        document = documents.get(number.partition("-")[0])
        if not NUMBER.fullmatch(number) or document is None:
            message = "The number must be one of the documents, a hyphen and two or three figures."
            top.wrong(f"clauses.{number}", f"{number[:60]}: {message}")
            continue
        one = toml.Table(values if isinstance(values, dict) else {}, data, path, "clauses")
        found[number] = _clause(number, document, one)
        for finding in one.leftovers():  # told where the requirement begins: its lines are like everybody's
            top.wrong(f"clauses.{number}", f"{number}: {finding.message}")
    top.finish()
    return Catalogue(MappingProxyType(documents), MappingProxyType(found))


def _clause(number: str, document: Document, one: toml.Table) -> Clause:
    kinds = one.texts("kinds")
    if not kinds or set(kinds) - KINDS:
        one.wrong("kinds", f"The kinds must be some of {', '.join(sorted(KINDS))}.")
    section, sentence = one.text("section", needed=True), one.text("sentence", needed=True)
    return Clause(number, document, section, kinds, sentence, one.text("note"))


def beside(root: Path) -> Catalogue | None:
    """The catalogue of a folder of regions, None where it has none. Raises BrokenDefinition."""
    path = root / FILE
    return read(path.read_bytes(), path=FILE) if path.is_file() else None


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers that a text names, each once, in the order of the text."""
    return tuple(dict.fromkeys(NUMBER.findall(text)))
