"""A decision table, changed cell by cell and row by row.

Enters: the bytes of a `.dmn` file. Leaves: a grid to show and, after a change, the bytes with nothing else touched. Cells are FEEL unary
tests and FEEL values as DMN has them; a rule has a note and a number of its own. Other decisions in the file stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine import xml
from engine.definitions.editing.drawing import NotPossible, append, insert_after, remove
from engine.errors import BrokenDefinition

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
MOST_RULES = 500


def _dmn(name: str) -> str:
    return f"{{{DMN}}}{name}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `said` is what people read, `reads` the expression or the name of the output, `values` those that a cell may hold."""

    key: str
    said: str
    reads: str
    output: bool
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its cells in the order of the columns, its note and the number of the requirement."""

    id: str
    cells: tuple[str, ...]
    note: str
    clause: str


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: its decision's name, its hit policy, its columns and rows."""

    id: str
    name: str
    hit_policy: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Table:
    """One file, open for changes. Raises BrokenDefinition for what is no DMN 1.3 file."""

    def __init__(self, data: bytes, path: str) -> None:
        xml.read(data, path=path)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        self.root: xml.Element = etree.fromstring(data, parser)
        if self.root.tag != _dmn("definitions"):
            raise BrokenDefinition(())

    def written(self) -> bytes:
        """The file as it stands now."""
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True)

    def grids(self) -> tuple[Grid, ...]:
        """Every decision table of the file."""
        return tuple(_grid(decision, table) for decision, table in self.drawn())

    def drawn(self) -> Iterator[tuple[xml.Element, xml.Element]]:
        """Each decision that has a table, with its table, in the order of the file."""
        for decision in self.root.iterfind(_dmn("decision")):
            table = decision.find(_dmn("decisionTable"))
            if table is not None:
                yield decision, table

    def set_cell(self, rule_id: str, column: int, text: str) -> None:
        """What stands in a cell; an input left empty holds for everything. Raises NotPossible."""
        cells = _cells(self._rule(rule_id))
        if not 0 <= column < len(cells):
            raise NotPossible("no-such-element", rule_id)
        held = cells[column].find(_dmn("text"))
        if held is None:
            held = etree.SubElement(cells[column], _dmn("text"))
        empty = "-" if cells[column].tag == _dmn("inputEntry") else ""
        held.text = text.strip() or empty

    def set_note(self, rule_id: str, note: str) -> None:
        """What the rule is for, in words."""
        rule = self._rule(rule_id)
        held = rule.find(_dmn("description"))
        if held is None and note.strip():
            held = etree.Element(_dmn("description"))
            rule.insert(0, held)
            held.tail = rule.text
        if held is not None:
            held.text = note.strip()

    def add_rule(self, table_id: str, after: str = "") -> str:
        """A new rule after another, or last; every input holds for everything until it is written. Gives its id."""
        decision, table = next(
            ((one, each) for one, each in self.drawn() if one.get("id") == table_id), (None, None)
        )
        if decision is None or table is None or len(table.findall(_dmn("rule"))) >= MOST_RULES:
            raise NotPossible("no-such-element", table_id)
        rule_id = self._new_id(f"{table_id}_rule")
        rule = etree.Element(_dmn("rule"), id=rule_id)
        for number, _ in enumerate(table.findall(_dmn("input")), start=1):
            _entry(rule, "inputEntry", f"{rule_id}_in_{number}", "-")
        for number, _ in enumerate(table.findall(_dmn("output")), start=1):
            _entry(rule, "outputEntry", f"{rule_id}_out_{number}", "")
        brothers = [one for one in table.findall(_dmn("rule")) if one.get("id") == after] or table.findall(
            _dmn("rule")
        )
        if brothers:
            insert_after(brothers[-1], rule)
        else:
            append(table, rule)
        return rule_id

    def beside(self, rule_id: str) -> str:
        """The rule that follows another, or else stands before it; '' where there is no other. Raises NotPossible."""
        rule = self._rule(rule_id)
        brothers = self._brothers(rule)
        place = brothers.index(rule)
        return next((one.get("id", "") for one in (*brothers[place + 1 :], *reversed(brothers[:place]))), "")

    def remove_rule(self, rule_id: str) -> None:
        """Take a rule out."""
        remove(self._rule(rule_id))

    def move_rule(self, rule_id: str, *, later: bool) -> None:
        """One place up or down; the order decides where the hit policy says so."""
        rule = self._rule(rule_id)
        brothers = self._brothers(rule)
        place = brothers.index(rule) + (1 if later else -1)
        if not 0 <= place < len(brothers):
            raise NotPossible("branch", rule_id)
        other = brothers[place]
        first, second = (rule, other) if later else (other, rule)
        tail_first, tail_second = first.tail, second.tail
        second.addnext(first)
        second.tail, first.tail = tail_first, tail_second

    def _rule(self, rule_id: str) -> xml.Element:
        for _, table in self.drawn():
            for rule in table.iterfind(_dmn("rule")):
                if rule.get("id") == rule_id:
                    return rule
        raise NotPossible("no-such-element", rule_id)

    def _brothers(self, rule: xml.Element) -> list[xml.Element]:
        parent = rule.getparent()
        return [] if parent is None else list(parent.iterfind(_dmn("rule")))

    def _new_id(self, base: str) -> str:
        used, number = {one.get("id") for one in self.root.iter("*")}, 1
        while f"{base}_{number}" in used:
            number += 1
        return f"{base}_{number}"


def _entry(rule: xml.Element, tag: str, entry_id: str, text: str) -> None:
    made = etree.SubElement(rule, _dmn(tag), id=entry_id)
    etree.SubElement(made, _dmn("text")).text = text


def _cells(rule: xml.Element) -> list[xml.Element]:
    return [*rule.findall(_dmn("inputEntry")), *rule.findall(_dmn("outputEntry"))]


def _text(element: xml.Element | None) -> str:
    held = None if element is None else element.find(_dmn("text"))
    return "" if held is None else (held.text or "").strip()


def _grid(decision: xml.Element, table: xml.Element) -> Grid:
    columns = [_input(one, number) for number, one in enumerate(table.findall(_dmn("input")))]
    columns += [
        _output(one, len(columns) + number, decision)
        for number, one in enumerate(table.findall(_dmn("output")))
    ]
    rows = tuple(
        Row(rule.get("id", ""), tuple(_text(cell) for cell in _cells(rule)), (rule.findtext(_dmn("description")) or "").strip(),
            rule.get(xml.own("clause"), ""))
        for rule in table.findall(_dmn("rule"))
    )  # fmt: skip
    return Grid(
        decision.get("id", ""),
        decision.get("name", ""),
        table.get("hitPolicy", "UNIQUE"),
        tuple(columns),
        rows,
    )


def _input(one: xml.Element, number: int) -> Column:
    reads = _text(one.find(_dmn("inputExpression")))
    return Column(
        str(number),
        one.get("label", "") or reads,
        reads,
        False,
        _values(_text(one.find(_dmn("inputValues"))), _words(one)),
    )


def _output(one: xml.Element, number: int, decision: xml.Element) -> Column:
    reads = one.get("name", "") or decision.get("name", "")
    return Column(
        str(number),
        one.get("label", "") or reads,
        reads,
        True,
        _values(_text(one.find(_dmn("outputValues"))), _words(one)),
    )


def _words(column: xml.Element) -> dict[str, str]:
    """What people read for the values of a column."""
    found = column.iterfind(f"{_dmn('extensionElements')}/{xml.own('word')}")
    return {word.get("value", ""): word.text or "" for word in found}


def _values(listed: str, words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The texts that a cell may hold, each with its word; none where the values are no plain list of texts."""
    parts = [part.strip() for part in listed.split(",")] if listed else []
    if not all(len(part) > 1 and part[0] == part[-1] == '"' for part in parts):
        return ()
    return tuple((part, words.get(part.strip('"')) or part.strip('"')) for part in parts)
