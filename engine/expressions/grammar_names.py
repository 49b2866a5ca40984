"""Names and types in FEEL text: the part of the grammar that depends on which names are in scope.

Enters: text, the names that may hold spaces or signs, and the names of multi-word functions. Leaves: names and `TypeName`s.
"""

from __future__ import annotations

import re

from . import names, nodes
from .scanning import RESERVED, Scanner

KEY = re.compile(f"({names.LOOSE})[{names.SPACE}]*:")
_MEMBERS = frozenset({"time offset", "start included", "end included"})
_TYPES = frozenset({"days and time duration", "years and months duration", "date and time"})
_JOINED_WITH_CALL = frozenset(
    {"date and time", "years and months duration"}
)  # hold `and`: names only before a bracket


class NameGrammar:
    """One parse. `known` are the special names in scope (see `names.special`), `functions` the multi-word functions."""

    def __init__(self, text: str, known: frozenset[str], functions: frozenset[str]) -> None:
        self.scan = Scanner(text)
        self.known = known
        self.members = _MEMBERS
        self.functions = functions
        self.in_interval = False

    def _known_name(self) -> str | None:
        found = self._find_known()
        if found is None:
            return None
        self.scan.moved_to(found.end)
        return found.name

    def _find_known(self) -> names.Found | None:
        """The longest known name here, of variables in scope and multi-word functions."""
        scan = self.scan
        scan.step()
        found = self._known_at(self.known)
        function = self._known_at(self.functions)
        if function is not None and function.name in _JOINED_WITH_CALL:
            rest = scan.text[function.end : function.end + 100].lstrip(names.SPACE_CHARACTERS)
            function = function if rest.startswith("(") else None
        if function is not None and (found is None or function.end > found.end):
            found = function
        return found

    def _known_at(self, known: frozenset[str]) -> names.Found | None:
        return names.finder(known).match(self.scan.text, self.scan.position)

    def _joined(self, word: str) -> str:
        """`word` with the words after it: two names side by side can only be one unknown name."""
        while (following := self.scan.peek_word()) and following not in RESERVED and following != "?":
            if self._find_known():
                break
            word += " " + following
            self.scan.moved_to(self.scan.position + len(following))
        return word

    def _member_name(self) -> str:
        scan = self.scan
        found = self._known_at(self.known | self.members)
        if found is not None:
            scan.moved_to(found.end)
            return found.name
        word = scan.peek_word()
        if not word:
            raise scan.unexpected("a name")
        scan.moved_to(scan.position + len(word))
        return self._joined(word)

    def _key(self) -> str:
        text = self.scan.string()
        if text is not None:
            self.scan.expect(":")
            return text
        found = self.scan.match(KEY)
        if found is None:
            raise self.scan.unexpected("the name of an entry and ':'")
        self.scan.moved_to(found.end())
        return names.normalised(found[1])

    def type_name(self) -> nodes.TypeName:
        self.scan.nest()
        try:
            return self._type_name()
        finally:
            self.scan.nesting -= 1

    def _type_name(self) -> nodes.TypeName:
        name = self._plain_type_name()
        if name in ("list", "range") and self.scan.take("<"):
            argument = self.type_name()
            self.scan.expect(">")
            return nodes.TypeName(name, (argument,))
        if name == "context" and self.scan.take("<"):
            return self._context_type()
        if name == "function" and self.scan.take("<"):
            arguments: list[nodes.TypeName] = []
            while not self.scan.take(">"):
                arguments.append(self.type_name())
                if not self.scan.take(","):
                    self.scan.expect(">")
                    break
            self.scan.expect("->")
            return nodes.TypeName(name, tuple(arguments), result=self.type_name())
        return nodes.TypeName(name)

    def _context_type(self) -> nodes.TypeName:
        members: list[str] = []
        types: list[nodes.TypeName] = []
        while not self.scan.take(">"):
            members.append(self._key())
            types.append(self.type_name())
            if not self.scan.take(","):
                self.scan.expect(">")
                break
        return nodes.TypeName("context", tuple(types), tuple(members))

    def _plain_type_name(self) -> str:
        found = self._known_at(_TYPES) or self._known_at(self.known)
        if found is not None:
            self.scan.moved_to(found.end)
            return found.name
        word = self.scan.peek_word()
        if not word or word in RESERVED:
            raise self.scan.unexpected("the name of a type")
        self.scan.moved_to(self.scan.position + len(word))
        name = self._joined(word)
        while self.scan.looking_at(".") and not self.scan.looking_at(".."):
            self.scan.take(".")
            name += "." + self._plain_type_name()
        return name
