"""FEEL text to tree: recursive descent over the grammar of DMN 1.5, 10.3.1.2, with the names in scope.

Enters: text, the names that may hold spaces or signs, and the names of multi-word functions. Leaves: a `nodes` tree.
Raises only `FeelError`. Unknown names are not an error here: neighbouring unknown words are read as one name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from . import messages, names, nodes
from .budget import LimitExceeded
from .faults import FeelError
from .grammar_names import KEY
from .grammar_values import ValueGrammar
from .nodes import Node

T = TypeVar("T")
_COMPARISONS = re.compile(r"<=|>=|!=|<|>|=")
_OPERATORS = re.compile(r"\*\*|<=|>=|!=|[-+*/<>=]")
_LEVELS = {"or": 1, "and": 2, "between": 3, "in": 3, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
_LEVELS |= dict.fromkeys(("<=", ">=", "!=", "<", ">", "="), 3)
_COMPARING = 3


class Grammar(ValueGrammar):
    """One parse of an expression or of unary tests; raises `FeelError`."""

    # --- whole texts ----------------------------------------------------------------------------------------------

    def whole_expression(self) -> Node:
        return self._whole(self.expression)

    def whole_tests(self) -> nodes.Tests:
        return self._whole(self.unary_tests)

    def _whole(self, rule: Callable[[], T]) -> T:
        if self.scan.at_end():
            raise FeelError(messages.EMPTY, 0)
        try:
            tree = rule()
        except RecursionError:
            raise LimitExceeded(messages.TOO_NESTED) from None
        if not self.scan.at_end():
            raise self.scan.unexpected("an operator or the end")
        return tree

    def unary_tests(self) -> nodes.Tests:
        """Grammar rule 15: `-`, `not(tests)` or a list of positive unary tests."""
        scan, start = self.scan, self.scan.position
        if scan.take("-"):
            if scan.at_end():
                return nodes.Tests(())
            scan.moved_to(start)
        if scan.peek_word() == "not":
            scan.moved_to(start + 3)
            if scan.take("("):
                tests = self._tests()
                if scan.take(")") and scan.at_end():
                    return nodes.Tests(tests, negated=True)
            scan.moved_to(start)
        return nodes.Tests(self._tests())

    def _tests(self) -> tuple[Node, ...]:
        tests = [self.positive_test()]
        while self.scan.take(","):
            tests.append(self.positive_test())
        return tuple(tests)

    def positive_test(self) -> Node:
        return self._comparison_test() or self.expression()

    def _comparison_test(self) -> Node | None:
        found = self.scan.match(_COMPARISONS)
        if found is None:
            return None
        self.scan.moved_to(found.end())
        return nodes.UnaryComparison(found[0], self._additive())

    # --- expressions, loosest first -------------------------------------------------------------------------------

    def expression(self) -> Node:
        self.scan.nest()
        outer, self.in_interval = self.in_interval, False
        try:
            return self._expression()
        finally:
            self.scan.nesting -= 1
            self.in_interval = outer

    def _expression(self) -> Node:
        word = self.scan.peek_word()
        if word == "if":
            return self._if()
        if word == "for":
            return self._for()
        if word in ("some", "every"):
            return self._quantified(word)
        return self._binary(1)

    def _binary(self, floor: int) -> Node:
        """Operands joined by operators that bind at least as tightly as `floor`; all of them group to the left."""
        left = self._unary()
        while True:
            self.scan.step()
            operator = self._operator()
            level = _LEVELS.get(operator, 0)
            if level < floor:
                return left
            self.scan.moved_to(self.scan.position + len(operator))
            left = self._applied(operator, level, left)

    def _operator(self) -> str:
        found = self.scan.match(_OPERATORS)
        return found[0] if found else self.scan.peek_word()

    def _applied(self, operator: str, level: int, left: Node) -> Node:
        if operator in ("and", "or"):
            operands = [left, self._binary(level + 1)]
            while self.scan.take_word(operator):
                operands.append(self._binary(level + 1))
            return nodes.Logic(operator, tuple(operands))
        if operator == "between":
            low = self._binary(level + 1)
            self.scan.expect_word("and")
            return nodes.Between(left, low, self._binary(level + 1))
        if operator == "in":
            return nodes.In(left, self._in_tests())
        right = self._binary(level + 1)
        return (
            nodes.Comparison(operator, left, right)
            if level == _COMPARING
            else nodes.Arithmetic(operator, left, right)
        )

    def _in_tests(self) -> tuple[Node, ...]:
        """What follows `in`: one test, or several in round brackets; `(1..3)` and `(1 + 2) * 3` are one."""
        start = self.scan.position
        if self.scan.take("("):
            try:
                tests = self._tests()
                if self.scan.take(")") and (len(tests) > 1 or isinstance(tests[0], nodes.UnaryComparison)):
                    return tests
            except LimitExceeded:
                raise
            except FeelError:
                pass  # not a list of tests: read again as an expression, whose error is the one to report
            self.scan.moved_to(start)
        return (self._comparison_test() or self._additive(),)

    def _additive(self) -> Node:
        return self._binary(_COMPARING + 1)

    def _unary(self) -> Node:
        signs = 0
        while self.scan.take("-"):
            signs += 1
            self.scan.step()
        if signs > 50:
            raise LimitExceeded(messages.TOO_NESTED, self.scan.position)
        operand = self._postfix()
        while self.scan.take_word("instance"):
            self.scan.expect_word("of")
            operand = nodes.InstanceOf(operand, self.type_name())
        for _ in range(signs):
            operand = nodes.Negation(operand)
        return operand

    def _postfix(self) -> Node:
        in_interval = self.in_interval
        node = self._primary()
        while True:
            self.scan.step()
            if self.scan.looking_at(".") and not self.scan.looking_at(".."):
                self.scan.take(".")
                node = nodes.Path(node, self._member_name())
            elif self.scan.looking_at("("):
                node = self._call(node)
            elif self.scan.looking_at("["):
                filtered = self._filter(node, in_interval)
                if filtered is None:
                    return node
                node = filtered
            else:
                return node

    def _filter(self, source: Node, in_interval: bool) -> Node | None:
        """`source[condition]`; at the end of an interval the bracket may instead close it, as in `[1..10[`."""
        start = self.scan.position
        self.scan.take("[")
        try:
            condition = self.expression()
            self.scan.expect("]")
        except LimitExceeded:
            raise
        except FeelError:
            if not in_interval:
                raise
            self.scan.moved_to(start)
            return None
        return nodes.Filter(source, condition)

    def _call(self, function: Node) -> Node:
        self.scan.expect("(")
        if self.scan.take(")"):
            return nodes.Call(function, ())
        arguments: list[Node] = []
        given: list[str] = []
        while True:
            found = self.scan.match(KEY)
            if found is not None:
                given.append(names.normalised(found[1]))
                self.scan.moved_to(found.end())
            arguments.append(self.expression())
            if not self.scan.take(","):
                break
        self.scan.expect(")")
        if given and len(given) != len(arguments):
            raise FeelError(messages.MIXED_ARGUMENTS, self.scan.position)
        if len(set(given)) != len(given):
            twice = next(name for name in given if given.count(name) > 1)
            raise FeelError(messages.DUPLICATE_ARGUMENT.format(name=twice), self.scan.position)
        return nodes.Call(function, tuple(arguments), tuple(given) if given else None)
