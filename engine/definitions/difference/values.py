"""What a difference is made of: changes, each with the words of its sentence.

Enters: nothing. Leaves: frozen values. A sentence is named, not written: the message catalogue has it in each language, and whoever shows
it decides how a name looks. What it says follows from the two files alone, so that page, mail, log and command say the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEADLINE, ROLE, STEP, CONDITION, TABLE, FORM, DOCUMENT, SETTING, LAYOUT = (
    "deadline", "role", "step", "condition", "table", "form", "document", "setting", "layout",
)  # fmt: skip
SECTIONS = (DEADLINE, ROLE, STEP, CONDITION, TABLE, FORM, DOCUMENT, SETTING, LAYOUT)
"""In the order in which people read them."""


@dataclass(frozen=True, slots=True)
class Name:
    """What people call a step, a form, a table: bold on a page, in quotation marks elsewhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Something as it is written in the file; in quotation marks everywhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as drawn (ISO 8601 or `= FEEL`) and how its days are counted, '' on the wall calendar."""

    text: str
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of ours that each language has another word for: `kind` is `role` or `field`."""

    kind: str
    key: str


Word = Name | Text | Span | Term | str


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence. `kind` is `added`, `removed`, `changed`, `moved` or `renamed`; `element_id` is '' for a file as a whole.

    `says` names the sentence, `words` are put into it. `of` names what the sentence only mentions: the content of a file that came, the
    answers of a step that was added, the ids behind two names that are alike.
    """

    section: str
    kind: str
    path: str
    element_id: str
    says: str
    words: tuple[tuple[str, Word], ...]
    of: str = ""

    @property
    def key(self) -> str:
        """Names this very change: another change of the same element has another key, so that a mark of having read it falls."""
        told = repr((self.section, self.kind, self.path, self.element_id, self.says, self.words, self.of))
        return hashlib.sha256(told.encode()).hexdigest()


def said(section: str, kind: str, where: tuple[str, str], says: str, /, **words: Word) -> Change:
    """A change of `where`, a path and the id of an element."""
    return Change(section, kind, where[0], where[1], says, tuple(words.items()))


def fingerprint(*whole: object) -> str:
    """Names that very content."""
    return hashlib.sha256(repr(whole).encode()).hexdigest()


def field(
    section: str, where: tuple[str, str], name: Word, what: str, before: str | None, after: str | None
) -> Change:
    """Something of an element that has no sentence of its own: `what` as the file names it, None where there is nothing."""
    term = Term("field", what)
    if before is None or (before == "" and after):
        if not after:
            return said(section, "changed", where, "field-there", name=name, field=term)
        return said(section, "changed", where, "field-added", name=name, field=term, after=Text(after))
    if after is None or (after == "" and before):
        if not before:
            return said(section, "changed", where, "field-not-there", name=name, field=term)
        return said(section, "changed", where, "field-removed", name=name, field=term, before=Text(before))
    return said(
        section, "changed", where, "field-changed", name=name, field=term, before=Text(before), after=Text(after)
    )  # fmt: skip


def packed(change: Change) -> dict[str, object]:
    """The change as plain values, for the proof of a version."""
    words = [[name, type(word).__name__, *_parts(word)] for name, word in change.words]
    return {
        "key": change.key, "section": change.section, "kind": change.kind, "path": change.path, "element_id": change.element_id,
        "says": change.says, "words": words, "of": change.of,
    }  # fmt: skip


def unpacked(kept: Mapping[str, Any]) -> Change:
    """The change that `packed` made plain."""
    made = {one.__name__: one for one in (Name, Text, Span, Term, str)}
    words = tuple((name, made[kind](*parts)) for name, kind, *parts in kept["words"])
    where = (kept["section"], kept["kind"], kept["path"], kept["element_id"])
    return Change(*where, kept["says"], words, kept.get("of", ""))


def _parts(word: Word) -> list[str]:
    return [word] if isinstance(word, str) else [getattr(word, name) for name in type(word).__slots__]
