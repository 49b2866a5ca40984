"""What begins with a word in FEEL text: `if`, `for`, `some`, `every` and `function`, each with the names it brings into scope.

Enters: text at that word. Leaves: nodes.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from . import names, nodes
from .grammar_names import NameGrammar
from .nodes import Node

_VARIABLE = re.compile(f"({names.LOOSE})[{names.SPACE}]+in(?![{names.PART}])")
_PARAMETER = re.compile(f"({names.LOOSE})[{names.SPACE}]*(?=[,:)])")


class WordGrammar(NameGrammar, ABC):
    """One parse, in which whoever builds on it says what an expression is."""

    @abstractmethod
    def expression(self) -> Node:
        """Any expression."""

    def _if(self) -> Node:
        self.scan.expect_word("if")
        condition = self.expression()
        self.scan.expect_word("then")
        then = self.expression()
        self.scan.expect_word("else")
        return nodes.If(condition, then, self.expression())

    def _for(self) -> Node:
        self.scan.expect_word("for")
        outer = self.known
        iterators = self._iterators()
        self.scan.expect_word("return")
        body = self.expression()
        self.known = outer
        return nodes.For(iterators, body)

    def _quantified(self, quantifier: str) -> Node:
        self.scan.expect_word(quantifier)
        outer = self.known
        iterators = self._iterators()
        self.scan.expect_word("satisfies")
        condition = self.expression()
        self.known = outer
        return nodes.Quantified(quantifier, iterators, condition)

    def _iterators(self) -> tuple[nodes.Iterator, ...]:
        iterators = []
        while True:
            found = self.scan.match(_VARIABLE)
            if found is None:
                raise self.scan.unexpected("a name and 'in'")
            self.scan.moved_to(found.end())
            domain = self.expression()
            end = self.expression() if self.scan.take("..") else None
            name = names.normalised(found[1])
            iterators.append(nodes.Iterator(name, domain, end))
            self.known |= names.special(frozenset({name}))
            if not self.scan.take(","):
                return tuple(iterators)

    def _definition(self) -> Node:
        """After the word `function`: `(a: number, b) body`."""
        self.scan.expect("(")
        parameters: list[tuple[str, nodes.TypeName | None]] = []
        while not self.scan.take(")"):
            found = self.scan.match(_PARAMETER)
            if found is None:
                raise self.scan.unexpected("the name of a parameter")
            self.scan.moved_to(found.end())
            type_name = self.type_name() if self.scan.take(":") else None
            parameters.append((names.normalised(found[1]), type_name))
            if not self.scan.take(","):
                self.scan.expect(")")
                break
        external = self.scan.take_word("external")
        outer = self.known
        self.known |= names.special(frozenset(name for name, _ in parameters))
        body = self.expression()
        self.known = outer
        return nodes.Definition(tuple(parameters), body, external)
