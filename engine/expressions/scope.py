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
    """Variables with the scope around them. `foreign` variables come from outside and are made FEEL values when read."""

    __slots__ = ("foreign", "parent", "state", "variables")

    def __init__(
        self, variables: Mapping[str, object], parent: Scope | None, state: State, *, foreign: bool = False
    ) -> None:
        self.variables = variables
        self.parent = parent
        self.state = state
        self.foreign = foreign

    def inner(self, variables: Mapping[str, object]) -> Scope:
        return Scope(variables, self, self.state)

    def of_entries(self, variables: Mapping[str, object]) -> Scope:
        """A scope whose variables are the entries of a context, which may have come from outside."""
        return Scope(variables, self, self.state, foreign=True)


Run = Callable[[Scope], object]
