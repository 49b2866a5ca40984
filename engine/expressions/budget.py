"""How much one parse or one evaluation may cost; a limit is a clear error, never a hang.

Enters: counts of steps, sizes and depths. Leaves: nothing, or `LimitExceeded`. Counted in steps, not in seconds, so that an
expression gives the same answer on a slow machine; processor time is only the last resort, far above what the steps allow.
"""

from __future__ import annotations

from time import thread_time

from . import messages
from .faults import FeelError

MAX_TEXT = 20_000  # characters in one expression
MAX_NESTING = 60  # brackets within brackets
MAX_HEIGHT = 120  # height of the tree, which a long chain of operators also builds
MAX_STEPS = 25_000
MAX_STRING = 1_000_000  # characters in one string value
MAX_TEXTS = 4_000_000  # characters in all texts that one evaluation makes
MAX_MESSAGES = 50
MAX_SEARCHING = (
    0.04  # seconds of searching with patterns in one evaluation: a pattern's cost cannot be counted
)
MAX_SECONDS = 0.25  # of processor time, for whatever the steps count too low
MAX_VALUES = 50_000  # in one value that comes in or goes out, lists and contexts within it counted
_LOOK_EVERY = 100  # steps
SHORT = 15  # values or characters that may be looked at for nothing
_SHORT_TEXT = 255


class LimitExceeded(FeelError):
    """The expression asks for more than it may use."""


class Budget:
    """What is left of one evaluation.

    A step is about two microseconds: an iteration, a call, a few values touched, a few hundred characters read. `depth`
    counts calls within calls. What few evaluations touch stands in the class until it changes: one is made every time.
    """

    depth = 40
    texts = MAX_TEXTS
    searching = MAX_SEARCHING
    until = 0.0  # processor time of this thread at which it must end; 0 until it is first looked at
    floor = MAX_STEPS - _LOOK_EVERY  # with fewer steps left than this, it is time to look at the clock

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps

    def spend(self, steps: int = 1) -> None:
        self.steps = left = self.steps - steps
        if left < self.floor:
            self._pause()

    def _pause(self) -> None:
        if self.steps < 0:
            raise LimitExceeded(messages.TOO_MANY_STEPS)
        self.floor = max(self.steps - _LOOK_EVERY, 0)
        now = thread_time()
        if not self.until:
            self.until = now + MAX_SECONDS
        elif now > self.until:
            raise LimitExceeded(messages.TOO_MANY_STEPS)

    def touch(self, values: int) -> None:
        """Pays for looking at so many values once, each at the cost of a few machine words; a handful is free."""
        if values > SHORT:
            self.spend(values >> 4)

    def read(self, value: object) -> None:
        """Pays for going through a text, list or context once; short ones are free."""
        if isinstance(value, str):
            if len(value) > _SHORT_TEXT:
                self.spend(len(value) >> 8)
        elif isinstance(value, (list, dict)):
            self.touch(len(value))

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


def for_value() -> Budget:
    """What going through one value may cost, where no evaluation pays for it.

    A list that holds another twice, which holds another twice, is small in memory and endless to walk.
    """
    return Budget(MAX_VALUES)
