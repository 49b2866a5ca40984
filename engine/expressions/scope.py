"""What an expression sees while it runs: variables, innermost first, and the state of one evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from .budget import MAX_MESSAGES, Budget
from .types import Type


class State:
    """One evaluation: what it may still use, what it is told (now, functions, types) and what it has to say."""

    __slots__ = ("account", "budget", "errors", "functions", "messages", "now", "types")

    def __init__(
        self,
        functions: Mapping[str, Callable[..., object]],
        budget: Budget | None,
        now: datetime | None,
        types: Mapping[str, Type],
    ) -> None:
        self.functions = functions
        self.budget = Budget() if budget is None else budget
        self.now = now
        self.types = types
        self.messages: list[str] = []
        self.errors: list[str] = []  # those messages after which a decision has no result that may be used
        self.account: list[object] = []  # `tables.Match`, one for each table decided

    def say(self, message: str) -> None:
        if len(self.messages) < MAX_MESSAGES and message not in self.messages:
            self.messages.append(message)

    def fail(self, message: str) -> None:
        self.say(message)
        self.errors.append(message)


class Scope:
    """Variables with the scope around them."""

    __slots__ = ("parent", "state", "variables")
    foreign = False

    def __init__(self, variables: Mapping[str, object], parent: Scope | None, state: State) -> None:
        self.variables = variables
        self.parent = parent
        self.state = state

    def inner(self, variables: Mapping[str, object]) -> Scope:
        return Scope(variables, self, self.state)


class ForeignScope(Scope):
    """Variables that come from outside, such as the entries of a context, and are made FEEL values when they are read."""

    __slots__ = ()
    foreign = True


Run = Callable[[Scope], object]
