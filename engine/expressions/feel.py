"""FEEL, the language of conditions and tables: text in, an expression that can be evaluated many times out.

`parse` once, `evaluate` often. Evaluation never raises for what the standard calls an error: it gives None and a message;
it raises `FeelError` only for a text that does not parse or a limit that is passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import InvalidOperation
from functools import lru_cache

from . import builtins, compilation, messages, names, nodes, printing, variables
from .budget import Budget, LimitExceeded
from .faults import FeelError
from .grammar import Grammar
from .registry import Builtin
from .scope import ForeignScope, Scope, State
from .temporal import BigDate, FineDateTime, FineDuration, FineTime, YearsMonths
from .types import Type
from .values import Function, Range, deep, normal, plain
from .walking import cost_of_one_round

__all__ = [
    "BigDate", "Budget", "Expression", "FeelError", "FineDateTime", "FineDuration", "FineTime", "Function",
    "LimitExceeded", "Range", "UnaryTests", "YearsMonths", "evaluate", "evaluate_with_messages", "parse",
    "parse_unary_tests", "unary_test",
]  # fmt: skip

Functions = Mapping[str, Callable[..., object]]
_NO_FUNCTIONS: Functions = {}
_NO_TYPES: Mapping[str, Type] = {}
_CALLS = frozenset(name for name in Builtin.all if not names.is_plain(name))
_LOADED = builtins  # importing the package declares the functions


class Expression:
    """A parsed expression; immutable. `free_names` are the variables it reads, `free_functions` the unknown ones it calls."""

    __slots__ = ("_cost", "_run", "free_functions", "free_names", "text", "tree")

    def __init__(self, text: str, tree: nodes.Node, known: frozenset[str], functions: frozenset[str]) -> None:
        self.text = text
        self.tree = tree
        self._run = compilation.compiled(tree)
        self._cost = cost_of_one_round(tree)
        self.free_names, self.free_functions = variables.free(tree, known, functions)

    def evaluate(
        self,
        context: Mapping[str, object],
        functions: Functions = _NO_FUNCTIONS,
        budget: Budget | None = None,
        now: datetime | None = None,
    ) -> object:
        """The value of the expression over `context`. `now` is an aware datetime whose zone `today()` uses."""
        return self._value(ForeignScope(context, None, State(functions, budget, now, _NO_TYPES)))

    def evaluate_with_messages(
        self,
        context: Mapping[str, object],
        functions: Functions = _NO_FUNCTIONS,
        budget: Budget | None = None,
        now: datetime | None = None,
    ) -> tuple[object, list[str]]:
        """The value, and what went wrong on the way to it."""
        state = State(functions, budget, now, _NO_TYPES)
        return self._value(ForeignScope(context, None, state)), state.messages

    def run(self, scope: Scope) -> object:
        """For this room: the value in a scope that is already there, perhaps in a loop."""
        scope.state.budget.spend(self._cost)
        return self._value(scope)

    def _value(self, scope: Scope) -> object:
        try:
            value = self._run(scope)
        except RecursionError:
            raise LimitExceeded(messages.TOO_DEEP_CALLS) from None
        except InvalidOperation:  # a number from outside that is none, or has no end
            scope.state.say(messages.NOT_FINITE)
            return None
        return deep(value) if isinstance(value, (list, dict)) else value

    def __str__(self) -> str:
        return printing.expression(self.tree)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class UnaryTests:
    """A parsed cell of a decision table; immutable. `matches_anything` tells the cell `-`."""

    __slots__ = ("_test", "free_functions", "free_names", "matches_anything", "text", "tree")

    def __init__(
        self, text: str, tree: nodes.Tests, known: frozenset[str], functions: frozenset[str]
    ) -> None:
        self.text = text
        self.tree = tree
        self.matches_anything = not tree.tests
        self._test = compilation.compiled_tests(tree)
        self.free_names, self.free_functions = variables.free(tree, known, functions)

    def evaluate(
        self,
        value: object,
        context: Mapping[str, object],
        functions: Functions = _NO_FUNCTIONS,
        budget: Budget | None = None,
        now: datetime | None = None,
    ) -> bool | None:
        """Whether `value` passes; None when it cannot be compared."""
        scope = ForeignScope(context, None, State(functions, budget, now, _NO_TYPES))
        return self.run(normal(value), scope)

    def run(self, value: object, scope: Scope) -> bool | None:
        """For this room: the test in a scope that is already there."""
        try:
            return self._test(plain(value), scope.inner({"?": value}))
        except RecursionError:
            raise LimitExceeded(messages.TOO_DEEP_CALLS) from None
        except InvalidOperation:
            scope.state.say(messages.NOT_FINITE)
            return None

    def __str__(self) -> str:
        return printing.tests(self.tree)

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


def parse(text: str, names: Iterable[str] = (), functions: Iterable[str] = ()) -> Expression:
    """`text` as an expression. `names` and `functions` are those that may be used and may hold spaces or signs.

    Raises `FeelError` with the position. A name that is not known is no error: see `Expression.free_names`.
    """
    return _parse(text, frozenset(names), frozenset(functions))


def parse_unary_tests(text: str, names: Iterable[str] = (), functions: Iterable[str] = ()) -> UnaryTests:
    """`text` as a cell of a decision table: `-`, `< 10`, `"a", "b"`, `not([1..3])`, `? > 1 and ? < 5`."""
    return _parse_tests(text, frozenset(names), frozenset(functions))


@lru_cache(maxsize=4096)
def _parse(text: str, known: frozenset[str], functions: frozenset[str]) -> Expression:
    tree = _grammar(text, known, functions).whole_expression()
    return Expression(text, tree, known, functions)


@lru_cache(maxsize=4096)
def _parse_tests(text: str, known: frozenset[str], functions: frozenset[str]) -> UnaryTests:
    tree = _grammar(text, known, functions).whole_tests()
    return UnaryTests(text, tree, known, functions)


def _grammar(text: str, known: frozenset[str], functions: frozenset[str]) -> Grammar:
    return Grammar(text, names.special(known), _CALLS | names.special(functions))


def written(tree: nodes.Node) -> str:
    """A tree as text."""
    return printing.expression(tree)


def evaluate(text: str, context: Mapping[str, object] | None = None) -> object:
    """The value of `text` over `context`, for scripts and tests; parsed texts are kept."""
    return parse(text, variables.names_in(context)).evaluate(context or {})


def evaluate_with_messages(
    text: str, context: Mapping[str, object] | None = None
) -> tuple[object, list[str]]:
    """The same, with what went wrong."""
    return parse(text, variables.names_in(context)).evaluate_with_messages(context or {})


def unary_test(text: str, value: object, context: Mapping[str, object] | None = None) -> bool | None:
    """Whether `value` passes the cell `text`."""
    return parse_unary_tests(text, variables.names_in(context)).evaluate(value, context or {})
