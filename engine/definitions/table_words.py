"""What the values of decision tables are called: the labels of the forms that asked for them, and the words a table gives its results.

Enters: a checked bundle and its forms. Leaves: words for a value that a table looked at or came to, '' where the routine has none. A table
names its results in `samordna:word` elements of the `output`, since a result is no answer of a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine import xml
from engine.definitions import files
from engine.definitions.schema import Field, Form

_NAME = re.compile(r"\s*([\w.]+)\s*")


@dataclass(frozen=True, slots=True)
class TableWords:
    """`asked` is the name that an input of a table reads, by (table id, label); `called` is words by (name, value)."""

    asked: Mapping[tuple[str, str], str]
    called: Mapping[tuple[str, str], str]

    def of_input(self, table: str, label: str, value: str) -> str:
        """What an input's value is called."""
        return self.called.get((f"{table}.{label}", value)) or self.of_result(
            self.asked.get((table, label), ""), value
        )

    def of_result(self, name: str, value: str) -> str:
        """What a result is called."""
        return self.called.get((name, value), "")


def read(bundle: files.Bundle, forms: Iterable[Form]) -> TableWords:
    """The words of every table in the bundle: the answers of forms, then what the tables say themselves."""
    asked: dict[tuple[str, str], str] = {}
    called: dict[tuple[str, str], str] = {}
    for form in forms:
        for field in _all(form.top_level()):
            called |= {(field.key, one.value): one.label for one in field.options}
    for path in bundle.paths(".dmn"):
        for table in xml.read(bundle.files[path], path=path).iter("{*}decisionTable"):
            for column in table.iterchildren("{*}input"):
                key = table.get("id", ""), column.get("label", "")
                name = _NAME.fullmatch(column.findtext("{*}inputExpression/{*}text") or "")
                asked |= {key: name[1].rsplit(".", 1)[-1]} if name else {}
                called |= _words(column, ".".join(key))
            for column in table.iterchildren("{*}output"):
                called |= _words(column, column.get("name", ""))
    return TableWords(asked, called)


def _words(column: xml.Element, name: str) -> dict[tuple[str, str], str]:
    return {
        (name, word.get("value", "")): (word.text or "").strip()
        for word in column.iter(f"{{{xml.SAMORDNA}}}word")
    }


def _all(fields: Iterable[Field]) -> Iterable[Field]:
    for field in fields:
        yield field
        yield from _all(field.children)
