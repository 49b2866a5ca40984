"""How much one parse or one evaluation may cost; a limit is a clear error, never a hang.

Enters: counts of steps, sizes and depths. Leaves: nothing, or `LimitExceeded`. Counted in steps, not in seconds, so that an
expression gives the same answer on a slow machine; processor time is only the last resort, far above what the steps allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import thread_time

from . import messages
from .faults import FeelError

MAX_TEXT = 20_000  # characters in one expression
MAX_NESTING = 60  # brackets within brackets
MAX_HEIGHT = 120  # height of the tree, which a long chain of operators also builds
MAX_STRING = 1_000_000  # characters in one string value
MAX_TEXTS = 4_000_000  # characters in all texts that one evaluation makes
MAX_MESSAGES = 50
MAX_REGEX_SECONDS = 0.05  # of one search: a pattern's cost cannot be counted
MAX_SECONDS = 0.5  # of processor time, for whatever the steps count too low
_LOOK_EVERY = 8


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
    texts: int = MAX_TEXTS
    until: float = 0.0  # processor time of this thread at which it must end; 0 until it is first looked at
    spent: int = 0  # how often something was spent, so that the clock is not asked every time

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise LimitExceeded(messages.TOO_MANY_STEPS)
        self.spent += 1
        if not self.spent % _LOOK_EVERY:
            self._look_at_the_clock()

    def _look_at_the_clock(self) -> None:
        now = thread_time()
        if not self.until:
            self.until = now + MAX_SECONDS
        elif now > self.until:
            raise LimitExceeded(messages.TOO_MANY_STEPS)

    def read(self, value: object) -> None:
        """Pays for going through a text or list once; short ones are free."""
        if isinstance(value, str):
            if len(value) > 255:
                self.spend(len(value) >> 8)
        elif isinstance(value, list) and len(value) > 15:
            self.spend(len(value) >> 4)

    def write(self, text: str) -> None:
        """Pays for a new text."""
        self.texts -= len(text)
        if self.texts < 0:
            raise LimitExceeded(messages.TEXT_TOO_LARGE)

    def enter(self) -> None:
        self.spend(10)
        self.depth -= 1
        if self.depth < 0:
            raise LimitExceeded(messages.TOO_DEEP_CALLS)

    def leave(self) -> None:
        self.depth += 1
