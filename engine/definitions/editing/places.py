"""What people call a file of a routine, and the place in it that an id stands for.

Enters: the bytes of a drawing, table, form or `routine.toml`. Leaves: its name in the author's words, and of an id in a table or form the
row, the column or the field, as they are seen when it is edited. Nothing is judged here: what cannot be read has no name and no places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from engine import xml
from engine.definitions import diagram
from engine.definitions.editing import settings
from engine.definitions.editing.formfields import Form
from engine.definitions.editing.table import Table
from engine.errors import BrokenDefinition, EngineError

_KEPT = 256
"""Files whose names are remembered: several routines', with everything that they call."""


@dataclass(frozen=True, slots=True)
class Place:
    """`row` counts from 1 and is 0 where it is no row, `rule` is its id; `column` and `field` are what people read, '' for none."""

    inside: str
    row: int = 0
    column: str = ""
    field: str = ""
    rule: str = ""


@lru_cache(maxsize=_KEPT)
def title(data: bytes, path: str) -> str:
    """The process, the decision, the form's heading or the routine, as its author calls it; '' where it says nothing."""
    try:
        if path.endswith(".bpmn"):
            return next((one.name for one in diagram.read(data, path).processes if one.name), "")
        if path.endswith(".dmn"):
            return next((grid.name for grid in Table(data, path).grids() if grid.name), "")
        if path.endswith(".form"):
            return Form(data, path).title
        return settings.values(data, path)["title"] if path.endswith(".toml") else ""
    except (BrokenDefinition, EngineError, etree.XMLSyntaxError):
        return ""


def place(data: bytes, path: str, element_id: str) -> Place | None:
    """Where an id stands; None for one that is no row, column or field."""
    return _places(data, path).get(element_id)


@lru_cache(maxsize=_KEPT)
def _places(data: bytes, path: str) -> Mapping[str, Place]:
    try:
        if path.endswith(".dmn"):
            return dict(_of_table(data, path))
        if path.endswith(".form"):
            form = Form(data, path)
            return {one.id: Place(form.title, field=one.label or one.key) for one in form.fields() if one.id}
    except (BrokenDefinition, EngineError, etree.XMLSyntaxError):
        pass
    return {}


def _of_table(data: bytes, path: str) -> Iterator[tuple[str, Place]]:
    """Every id of each table; of what stands in a cell or a column heading, the cell or column."""
    table = Table(data, path)
    for grid, (decision, drawn) in zip(table.grids(), table.drawn(), strict=True):
        named = grid.name or grid.id
        said = [column.said for column in grid.columns]
        for one in (decision, drawn):
            yield one.get("id", ""), Place(named)
        for number, column in enumerate(_columns(drawn)):
            yield from ((key, Place(named, column=said[number])) for key in _ids(column))
        for row, rule in enumerate(drawn.iterfind("{*}rule"), start=1):
            id_ = rule.get("id", "")
            yield id_, Place(named, row, rule=id_)
            for number, cell in enumerate(_cells(rule)):
                column_said = said[number] if number < len(said) else ""
                yield from ((key, Place(named, row, column_said, rule=id_)) for key in _ids(cell))


def _columns(drawn: xml.Element) -> list[xml.Element]:
    return [*drawn.iterfind("{*}input"), *drawn.iterfind("{*}output")]


def _cells(rule: xml.Element) -> list[xml.Element]:
    return [*rule.iterfind("{*}inputEntry"), *rule.iterfind("{*}outputEntry")]


def _ids(element: xml.Element) -> list[str]:
    return [key for one in element.iter("*") if (key := one.get("id"))]
