"""A number of a requirement that no document has: a slip of the pen that would lead whoever asks "why" astray."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine import xml
from engine.definitions import diagram
from engine.definitions.checks.model import Model, told
from engine.definitions.vocabulary import CLAUSE
from engine.errors import Finding

RULE = "clause"
Told = tuple[str, tuple[str, ...]]
"""A message, and what it is about."""


def check(model: Model) -> Iterable[Finding]:
    """Numbers on elements, on rules of tables and on fields. Laws have no catalogue here; only their form is looked at."""
    for one in model.diagrams:
        for element in one.root.iter("*"):
            for message, about in _wrong(model, diagram.attributes(element).get("clause", "")):
                yield told(element, one.path, RULE, message, about=about)
    for path, root in model.tables.items():
        for element in root.iter("*"):
            yield from _on_table(model, path, element)
    for form in model.forms:
        for field in form.walk():
            for message, about in (
                *_shape(field.properties.get("clause", "")),
                *_wrong(model, field.properties.get("clause", "")),
            ):
                yield Finding(form.path, field.line, "error", RULE, field.id or field.key, message, about)


def _on_table(model: Model, path: str, element: xml.Element) -> Iterable[Finding]:
    for name, value in diagram.attributes(element).items():
        if name != "clause" or xml.local(element) != "rule":
            message = f"samordna:{name[:60]} has no meaning on a {xml.local(element)}. Rules of tables have samordna:clause."
            yield told(element, path, RULE, message)
            continue
        for message, about in (*_shape(value), *_wrong(model, value)):
            yield told(element, path, RULE, message, about=about)


def _shape(value: str) -> Iterable[Told]:
    """The form of references where no other rule looks at it."""
    for one in value.split():
        if not CLAUSE.fullmatch(one):
            message = f"{one[:60]!r} is no reference. Write requirements or laws divided by blanks, such as S3-042 or L-OSL:12:2."
            yield message, ("clause-form", one)


def _wrong(model: Model, value: str) -> Iterable[Told]:
    if model.clauses is None:
        return
    for one in model.clauses.unknown(re.split(r"[\s,;]+", value.strip())):
        message = (
            f"{one} is no requirement of clauses.toml. Correct the number, or add the requirement there."
        )
        yield message, ("clause-unknown", one)
