"""FEEL as it stands in a definition.

Enters: the text of an expression, with or without the leading `=`. Leaves: a Formula, parsed once, or a
FormulaError in words. The one door from this room to `engine.expressions`, so that every file reads the same
names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import functions
from engine.expressions import feel, inference, nodes, variables
from engine.expressions.faults import FeelError
from engine.expressions.types import Type

STEPS = 5_000  # of one condition of a form, which is asked for at every keystroke


class FormulaError(ValueError):
    """The text is no expression, or it cannot be evaluated; says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """An expression that was read. `free_names` are the names it takes from outside, first part only (`unit`
    of `unit.id`).
    """

    text: str
    expression: feel.Expression

    @property
    def free_names(self) -> frozenset[str]:
        return frozenset(self.expression.free_names)

    @property
    def unknown_functions(self) -> frozenset[str]:
        """The functions it calls that nobody provides."""
        return frozenset(self.expression.free_functions)

    @property
    def entries(self) -> Mapping[str, frozenset[str]]:
        """Of a context written out (`{purpose: meeting_purpose}`): by key, the names that its value takes from outside.

        Empty for any other expression.
        """
        tree, found = self.expression.tree, dict[str, frozenset[str]]()
        for key, value in tree.entries if isinstance(tree, nodes.ContextOf) else ():
            read, _ = variables.free(value, frozenset(), frozenset(functions.NAMES))
            found[key] = frozenset().union(*(found.get(name, frozenset({name})) for name in read))
        return found

    def unlike_comparisons(self, types: Mapping[str, Type]) -> list[tuple[str, str]]:
        """The kinds on both sides of each comparison that can never hold, as far as `types` of names tell."""
        return list(dict.fromkeys(inference.unlike_comparisons(self.expression.tree, types)))

    def evaluate(self, context: Mapping[str, object], *, now: datetime) -> object:
        """The value; None for FEEL's null. Raises FormulaError where a limit is passed."""
        try:
            return self.expression.evaluate(context, budget=feel.Budget(steps=STEPS), now=now)
        except FeelError as error:
            raise FormulaError(error.message) from error


def is_formula(text: str) -> bool:
    """Whether an attribute's text is FEEL rather than a text as it stands."""
    return text.lstrip().startswith("=")


def parse(text: str) -> Formula:
    """Read an expression; raises FormulaError."""
    stripped = text.strip().removeprefix("=").strip()
    if not stripped:
        raise FormulaError("there is nothing after the =")
    try:
        return Formula(stripped, feel.parse(stripped, names=(), functions=functions.NAMES))
    except FeelError as error:
        raise FormulaError(str(error)) from error
