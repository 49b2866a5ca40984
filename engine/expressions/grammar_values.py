"""The values of FEEL text, with nothing before or after them: literals, names, brackets, lists, intervals and contexts.

Enters: text at a value. Leaves: nodes.
"""

from __future__ import annotations

from abc import abstractmethod

from . import messages, names, nodes
from .faults import FeelError
from .grammar_words import WordGrammar
from .nodes import Node
from .scanning import RESERVED


class ValueGrammar(WordGrammar):
    """One parse, in which whoever builds on it says what an expression, an operand and a comparison are."""

    @abstractmethod
    def _additive(self) -> Node:
        """An operand of a comparison."""

    @abstractmethod
    def _comparison_test(self) -> Node | None:
        """`< 10`, if that stands here."""

    def _primary(self) -> Node:
        scan = self.scan
        number = scan.number()
        if number is not None:
            return nodes.Literal(number)
        text = scan.string()
        if text is not None:
            return nodes.Literal(text)
        opening = {
            "(": self._bracketed,
            "[": self._list_or_interval,
            "]": self._list_or_interval,
            "{": self._context,
        }
        rule = opening.get(scan.text[scan.position : scan.position + 1])
        if rule is not None:
            return rule()
        if scan.take("@"):
            text = scan.string()
            if text is None:
                raise scan.unexpected("a date, time or duration in quotation marks")
            return nodes.At(text)
        return self._word()

    def _word(self) -> Node:
        scan = self.scan
        name = self._known_name()
        if name is not None:
            return nodes.Name(name)
        word = scan.peek_word()
        if word in ("true", "false", "null"):
            scan.take_word(word)
            return nodes.Literal({"true": True, "false": False, "null": None}[word])
        if word in ("if", "for", "some", "every"):
            return (
                self.expression()
            )  # e.g. `1 + if a then b else c`: generous, since it cannot mean anything else
        if not word or word in RESERVED:
            raise scan.unexpected("a value or a name")
        scan.moved_to(scan.position + len(word))
        if word == "function" and scan.looking_at("("):
            return self._definition()
        return nodes.Name(self._joined(word))

    def _bracketed(self) -> Node:
        """`(expression)`, the interval `(a..b]`, or a comparison as a value: `(< 10)`."""
        self.scan.expect("(")
        test = self._comparison_test()
        if test is not None:
            self.scan.expect(")")
            return test
        node = self.expression()
        if self.scan.looking_at(".."):
            return self._interval(node, False)
        self.scan.expect(")")
        return node

    def _list_or_interval(self) -> Node:
        opened = self.scan.text[self.scan.position]
        self.scan.take(opened)
        if opened == "[" and self.scan.take("]"):
            return nodes.ListOf(())
        items = [self._list_item()]
        if self.scan.looking_at(".."):
            return self._interval(items[0], opened == "[")
        if opened == "]":
            raise self.scan.unexpected("'..'")
        while self.scan.take(","):
            items.append(self._list_item())
        self.scan.expect("]")
        return nodes.ListOf(tuple(items))

    def _list_item(self) -> Node:
        return self._comparison_test() or self.expression()

    def _interval(self, low: Node, low_included: bool) -> Node:
        self.scan.expect("..")
        self.scan.nest()
        outer, self.in_interval = self.in_interval, True
        high = self._additive()
        self.scan.nesting -= 1
        self.in_interval = outer
        if self.scan.take("]"):
            return nodes.Interval(low, high, low_included, True)
        if self.scan.take(")") or self.scan.take("["):
            return nodes.Interval(low, high, low_included, False)
        raise self.scan.unexpected("the end of the range, ']' or ')'")

    def _context(self) -> Node:
        self.scan.expect("{")
        entries: list[tuple[str, Node]] = []
        outer = self.known
        while not self.scan.take("}"):
            key = self._key()
            if any(key == earlier for earlier, _ in entries):
                raise FeelError(messages.DUPLICATE_KEY.format(name=f"'{key}'"), self.scan.position)
            self.members |= names.special(frozenset({key}))
            entries.append((key, self.expression()))
            self.known |= names.special(frozenset({key}))
            if not self.scan.take(","):
                self.scan.expect("}")
                break
        self.known = outer
        return nodes.ContextOf(tuple(entries))
