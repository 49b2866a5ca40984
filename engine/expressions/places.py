"""Where an expression of a decision file stands, and what is known there.

Enters: the names in scope and the model's types. Leaves: expressions that were read with them; each is noted with its place, so that
the analysis goes through what was compiled and nothing else. What cannot be read becomes a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from . import feel, messages
from .faults import FeelError
from .items import ItemTypes
from .reading import Element, Notes
from .tables import Table
from .types import Type


@dataclass(frozen=True, slots=True)
class Use:
    """An expression or cell, the element it stands in, and the names that are in scope there."""

    where: str
    element: Element
    parsed: feel.Expression | feel.UnaryTests
    names: frozenset[str]
    variables: Mapping[str, Type]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: the element people know it by, the names in scope, the model's types and notes."""

    where: str
    names: frozenset[str]
    types: ItemTypes
    notes: Notes
    variables: Mapping[str, Type] = field(
        default_factory=dict
    )  # the types of those names whose type is declared
    uses: list[Use] = field(default_factory=list)
    tables: list[tuple[Element, Table]] = field(default_factory=list)

    def with_names(self, *names: str) -> Place:
        """The same place with more names in scope, whose types are not known."""
        known = {name: type_ for name, type_ in self.variables.items() if name not in names}
        return replace(self, names=self.names | set(names), variables=known)

    def with_variables(self, variables: Mapping[str, Type]) -> Place:
        return replace(self, names=self.names | set(variables), variables={**self.variables, **variables})

    def parse(self, text: str, element: Element) -> feel.Expression | None:
        """An expression, or None and a note."""
        try:
            parsed = feel.parse(text, self.names | self.types.components())
        except FeelError as error:
            self.notes.add(
                "expression", element, messages.BAD_EXPRESSION.format(name=self.where, reason=error)
            )
            return None
        self.note_use(element, parsed)
        return parsed

    def note_use(self, element: Element, parsed: feel.Expression | feel.UnaryTests) -> None:
        self.uses.append(Use(self.where, element, parsed, self.names, self.variables))
