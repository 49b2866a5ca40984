"""What a form looks like, ready for the templates: fields, choices, rows and sections as values.

Enters: nothing. Leaves: frozen records that `drawing` fills and templates/forms draw; ids and the walk over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class DrawnOption:
    """One choice; `id` is the element's, `icon` the kind of unit where the source told it."""

    value: str
    label: str
    id: str
    chosen: bool
    hint: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing told about a closed row: words, with the icon of a state or of a kind of unit."""

    words: str
    state: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One row of a list. `kept` are the names and values that a closed row posts hidden; `lists` stand below it,
    open or not; where they are not drawn, `kept_below` keeps what they hold."""

    path: str
    id: str
    name: str
    open: bool
    can_close: bool
    title: str
    quote: str
    line: str
    facts: tuple[Fact, ...]
    kept: tuple[tuple[str, str], ...]
    kept_below: tuple[tuple[str, str], ...]
    fields: tuple[DrawnField, ...]
    lists: tuple[DrawnField, ...]


@dataclass(frozen=True, slots=True)
class DrawnField:
    """One component, ready to draw. `kind` is the form-js type, `path` the posted name, `id` the element's id, `value` a string
    (`on` for a ticked box). `error` is a whole sentence, `summary` the same as told above the form.
    """

    kind: str
    path: str
    id: str
    key: str
    label: str
    description: str = ""
    value: str = ""
    required: bool = False
    readonly: bool = False
    own_words: bool = False
    input_type: str = "text"
    input_mode: str = ""
    max_length: int | None = None
    rows_shown: int = 3
    options: tuple[DrawnOption, ...] = ()
    short: bool = False
    html: Markup = field(default_factory=Markup)
    children: tuple[DrawnField, ...] = ()
    rows: tuple[DrawnRow, ...] = ()
    cards: bool = False
    can_add: bool = False
    can_remove: bool = False
    add_words: str = ""
    done_words: str = ""
    show_label: bool = True
    error: str = ""
    summary: str = ""
    error_id: str = ""

    @property
    def optional(self) -> bool:
        """Required is the normal case; only what may be left empty says so."""
        return not self.required and not self.readonly and self.kind not in {"checkbox", "group", "text"}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a heading of its own; `state` is a state key, told beside the name in the outline of the form."""

    id: str
    title: str
    description: str
    fields: tuple[DrawnField, ...]
    state: str
    state_words: str
    next: Section | None = None


def walk(drawn: Sequence[DrawnField]) -> Iterator[DrawnField]:
    """Every field, those inside groups and rows too, in page order."""
    for one in drawn:
        yield one
        yield from walk(one.children)
        for row in one.rows:
            yield from walk(row.fields)
            yield from walk(row.lists)


def element_id(address: str) -> str:
    """The id of the element at an address: `goals[1].measure` becomes `goals-1-measure`."""
    return re.sub(r"[^a-z0-9_]+", "-", address.lower()).strip("-")


def is_empty(value: object) -> bool:
    """Whether nothing was answered, however deep; the page's own names begin with `_` and are no answers."""
    if isinstance(value, Mapping):
        return all(is_empty(inner) for key, inner in value.items() if not str(key).startswith("_"))
    if isinstance(value, list | tuple):
        return all(is_empty(inner) for inner in value)
    return value is None or value is False or (isinstance(value, str) and not value.strip())
