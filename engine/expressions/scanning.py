"""Where a parser stands in its text: white space, comments, literal tokens, names, and the budget of one parse.

Enters: text and the names in scope. Leaves: tokens asked for one at a time, since what a token is depends on the scope.
"""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException

from . import messages, names
from .budget import MAX_NESTING, MAX_TEXT, LimitExceeded
from .faults import FeelError
from .values import DECIMAL

_SKIP = re.compile(rf"(?:[{names.SPACE}]+|//[^\n\r]*|/\*(?:[^*]|\*(?!/))*\*/)+")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "'": "'", '"': '"', "\\": "\\"}
RESERVED = frozenset(
    [
        "and",
        "or",
        "in",
        "between",
        "then",
        "else",
        "return",
        "satisfies",
        "if",
        "for",
        "some",
        "every",
        "instance",
        "true",
        "false",
        "null",
    ]
)


class Scanner:
    """A text, a position in it, and how much parsing may still cost."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_TEXT:
            raise LimitExceeded(messages.TEXT_TOO_LONG)
        self.text = text
        self.position = 0
        self.nesting = 0
        self.steps = 1_000 + 20 * len(text)
        self.skip()

    # --- budget ---------------------------------------------------------------------------------------------------

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise LimitExceeded(messages.TOO_HARD)

    def nest(self) -> None:
        self.step()
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise LimitExceeded(messages.TOO_NESTED, self.position)

    # --- moving ---------------------------------------------------------------------------------------------------

    def skip(self) -> None:
        found = _SKIP.match(self.text, self.position)
        if found:
            self.position = found.end()
        if self.text.startswith("/*", self.position):
            raise FeelError(messages.UNFINISHED_COMMENT, self.position)

    def at_end(self) -> bool:
        return self.position >= len(self.text)

    def moved_to(self, position: int) -> None:
        self.position = position
        self.skip()

    def looking_at(self, symbol: str) -> bool:
        return self.text.startswith(symbol, self.position)

    def take(self, symbol: str) -> bool:
        if self.text.startswith(symbol, self.position):
            self.moved_to(self.position + len(symbol))
            return True
        return False

    def expect(self, symbol: str) -> None:
        if not self.take(symbol):
            raise self.unexpected(f"'{symbol}'")

    def peek_word(self) -> str:
        found = names.WORD.match(self.text, self.position)
        return found[0] if found else ""

    def take_word(self, word: str) -> bool:
        if self.peek_word() == word:
            self.moved_to(self.position + len(word))
            return True
        return False

    def expect_word(self, word: str) -> None:
        if not self.take_word(word):
            raise self.unexpected(f"'{word}'")

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.text, self.position)

    def unexpected(self, expected: str) -> FeelError:
        if self.at_end():
            return FeelError(messages.UNEXPECTED_END.format(expected=expected), len(self.text))
        found = self.peek_word() or self.text[self.position]
        return FeelError(
            messages.UNEXPECTED.format(found=f"'{found[:40]}'", expected=expected), self.position
        )

    # --- tokens ---------------------------------------------------------------------------------------------------

    def number(self) -> Decimal | None:
        found = self.match(_NUMBER)
        if found is None:
            return None
        try:
            value = DECIMAL.create_decimal(found[0])
        except DecimalException:
            raise FeelError(messages.NUMBER_TOO_LARGE, self.position) from None
        self.moved_to(found.end())
        return value

    def string(self) -> str | None:
        if not self.looking_at('"'):
            return None
        found = self.match(_STRING)
        if found is None:
            raise FeelError(messages.UNFINISHED_STRING, self.position)
        start = self.position
        self.moved_to(found.end())
        return self._unescaped(found[1], start) if "\\" in found[1] else found[1]

    def _unescaped(self, raw: str, start: int) -> str:
        def replaced(found: re.Match[str]) -> str:
            code = found[1]
            if code[0] in "uU" and len(code) > 1:
                number = int(code[1:], 16)
                if number > 0x10FFFF:
                    raise FeelError(messages.UNKNOWN_ESCAPE.format(found=found[0]), start)
                return chr(number)
            # a backslash before any other character is kept: patterns such as "\\d+" are often written "\d+"
            return _PLAIN_ESCAPES.get(code, found[0])

        text = _ESCAPE.sub(replaced, raw)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
