"""How much one parse or one evaluation may cost; a limit is a clear error, never a hang.

Enters: counts of steps, sizes and depths. Leaves: nothing, or `LimitExceeded`. Counted in steps, not in seconds, so that an
expression gives the same answer on a slow machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import messages
from .faults import FeelError

MAX_TEXT = 20_000  # characters in one expression
MAX_NESTING = 60  # brackets within brackets
MAX_HEIGHT = 120  # height of the tree, which a long chain of operators also builds
MAX_STRING = 1_000_000  # characters in one string value
MAX_MESSAGES = 50
MAX_REGEX_SECONDS = 0.05  # the one limit in time: a pattern's cost cannot be counted


class LimitExceeded(FeelError):
    """The expression asks for more than it may use."""


class Visits:
    """How many values one walk through nested lists and contexts may still look at.

    A list that holds another twice, which holds another twice, is small in memory and endless to walk.
    """

    __slots__ = ("left",)

    def __init__(self, left: int = 50_000) -> None:
        self.left = left

    def visit(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise LimitExceeded(messages.TOO_LARGE)


@dataclass(slots=True)
class Budget:
    """What is left of one evaluation. `steps` counts iterations, calls and list items touched; `depth` nested calls."""

    steps: int = 25_000
    depth: int = 40

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise LimitExceeded(messages.TOO_MANY_STEPS)

    def enter(self) -> None:
        self.spend(10)
        self.depth -= 1
        if self.depth < 0:
            raise LimitExceeded(messages.TOO_DEEP_CALLS)

    def leave(self) -> None:
        self.depth += 1
