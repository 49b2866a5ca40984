"""A form as its author wrote it: a tree of fields.

Enters: what `form_reading` found in a file. Leaves: frozen values that the page draws and `answers` checks. Holds no answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.definitions.formula import Formula
from engine.definitions.vocabulary import DEFAULT_CATEGORY


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen: `value` is kept, `label` is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One component of a form.

    `key` is the name of the case data that it writes, '' where it writes none (guidance, a group without a
    path). `hide` is true where the component is not asked for. Lengths are in characters; `min` and `max` are
    numbers for a number and counts of rows for a list.
    """

    type: str
    key: str
    id: str
    label: str
    line: int
    description: str = ""
    text: str = ""  # guidance, in Markdown
    subtype: str = ""  # of a datetime: date, time or datetime
    options: tuple[Option, ...] = ()
    options_source: str = ""  # `units`: the choices come from the directory
    options_formula: Formula | None = None  # the choices come from case data
    required: bool = False
    min: Decimal | None = None
    max: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    decimals: int | None = None
    pattern: str = ""
    validation: str = ""  # email or phone
    past_allowed: bool = True
    readonly: bool = False
    default: object = None
    proposed: Formula | None = None  # the answer that stands there until somebody gives one, from case data
    hide: Formula | None = None
    category: str = DEFAULT_CATEGORY
    own_words: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Field, ...] = ()

    @property
    def within_case(self) -> bool:
        """Whether the day or instant cannot lie before the day on which the case began."""
        return self.properties.get("within_case") == "true"

    @property
    def asked_anew(self) -> bool:
        """Whether it is asked about each time and never filled in with what the case knows from before."""
        return self.properties.get("asked_anew") == "true"

    @property
    def value_type(self) -> str:
        """The FEEL type of what the field writes: `string`, `number`, `boolean`, `date`, `time`, `date and
        time`, `list`, `rows`, `context`.
        """
        if self.type == "datetime":
            return "date and time" if self.subtype == "datetime" else self.subtype
        return _VALUE_TYPES.get(self.type, "")


_VALUE_TYPES = {
    "textfield": "string",
    "textarea": "string",
    "number": "number",
    "checkbox": "boolean",
    "radio": "string",
    "select": "string",
    "checklist": "list",
    "dynamiclist": "rows",
    "group": "context",
}


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form, `fields` in the order of the page."""

    path: str
    id: str
    title: str
    fields: tuple[Field, ...]

    def walk(self) -> Iterator[Field]:
        """Every component, those inside groups and lists too, in page order."""
        yield from walk(self.fields)

    def top_level(self) -> Iterator[Field]:
        """The fields that write a name of case data themselves: groups without a path are opened, lists are
        not.
        """
        yield from written(self.fields)


def walk(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Every component among `fields` and inside them, in page order."""
    for one in fields:
        yield one
        yield from walk(one.children)


def written(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields among `fields` that write a name, with groups that only arrange the page opened."""
    for one in fields:
        if one.key:
            yield one
        elif one.type == "group":
            yield from written(one.children)
