"""One XPath regular expression to the notation of the `regex` package, by its grammar; anything else is refused."""

from __future__ import annotations

import re

_ESCAPED = frozenset("nrt\\|.?*+(){}-[]^$")
_CLASSES = frozenset("sSdDwW")
_NAME_START = r"\p{L}\p{Nl}:_"
_NAME_PART = r"\p{L}\p{Nl}:_\p{N}\p{M}.\-\xb7"
_CATEGORY = re.compile(r"\{(Is[A-Za-z0-9-]+|[A-Z][a-z]?)\}")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d{1,4})(?:,(\d{0,4}))?\})\??")
_SPACE = "\t\n\r "
_OPERATORS = frozenset("\\&|~-")  # doubled they are set operators of the target notation


class InvalidPattern(Exception):
    """The pattern is not an XPath regular expression."""


def translated(pattern: str, flags: str) -> str:
    """The pattern in the target notation; raises `InvalidPattern`."""
    return _Translation(_without_spaces(pattern) if "x" in flags else pattern, flags).whole()


def _without_spaces(pattern: str) -> str:
    """Flag x: white space counts only inside a character class."""
    kept, depth, escaped = [], 0, False
    for sign in pattern:
        if sign in _SPACE and not depth:
            continue
        if not escaped:
            depth += (sign == "[") - (sign == "]" and depth > 0)
        escaped = sign == "\\" and not escaped
        kept.append(sign)
    return "".join(kept)


class _Translation:
    """One pass over a pattern, left to right."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.flags = flags
        self.position = 0
        self.out: list[str] = []
        self.opened = 0
        self.open: list[int] = []  # numbers of the groups we stand in; 0 for one that is not counted
        self.closed: set[int] = set()

    def whole(self) -> str:
        while self.position < len(self.pattern):
            self._piece()
        if self.open:
            raise InvalidPattern
        return "".join(self.out)

    def _next(self) -> str:
        if self.position >= len(self.pattern):
            raise InvalidPattern
        sign = self.pattern[self.position]
        self.position += 1
        return sign

    def _piece(self) -> None:
        sign = self._next()
        if sign == "|":
            self.out.append("|")
            return
        if sign == "(":
            self._open_group()
            return
        if sign == ")":
            self._close_group()
        elif sign in "^$":
            self._anchor(sign)
        elif sign == "[":
            self.out.append(self._character_class())
        elif sign == ".":
            self.out.append("." if "s" in self.flags else r"[^\n\r]")
        elif sign == "\\":
            self._escape()
        elif sign in "?*+{}]":
            raise InvalidPattern
        else:
            self.out.append(re.escape(sign))
        self._quantifier()

    def _quantifier(self) -> None:
        found = _QUANTIFIER.match(self.pattern, self.position)
        if found is not None:
            if found[1] and found[2] and int(found[1]) > int(found[2]):
                raise InvalidPattern
            self.out.append(found[0])
            self.position = found.end()

    def _anchor(self, sign: str) -> None:
        many = "m" in self.flags
        if sign == "^":
            self.out.append(r"(?:(?<=\n)(?!\Z)|\A)" if many else r"\A")
        else:
            self.out.append(r"(?=\n|\Z)" if many else r"\Z")

    def _open_group(self) -> None:
        if self.pattern.startswith("?:", self.position):
            self.position += 2
            self.open.append(0)
            self.out.append("(?:")
            return
        self.opened += 1
        self.open.append(self.opened)
        self.out.append("(")

    def _close_group(self) -> None:
        if not self.open:
            raise InvalidPattern
        self.closed.add(self.open.pop())
        self.out.append(")")

    def _escape(self) -> None:
        sign = self._next()
        if sign in "123456789":
            number = int(sign)
            while self.pattern[self.position : self.position + 1].isdigit():
                longer = number * 10 + int(self.pattern[self.position])
                if longer > self.opened:
                    break
                number = longer
                self.position += 1
            if number not in self.closed:
                raise InvalidPattern
            self.out.append(f"(?:\\{number})")
            return
        self.position -= 1
        text = self._class_escape()
        self.out.append(
            f"[{text}]"
            if len(text) > 2 and not text.startswith("\\p") and not text.startswith("\\P")
            else text
        )

    def _class_escape(self) -> str:
        """An escape that may also stand in a character class."""
        sign = self._next()
        if sign in _ESCAPED or sign in _CLASSES:
            return {
                "w": r"[^\p{P}\p{Z}\p{C}]",
                "W": r"[\p{P}\p{Z}\p{C}]",
                "s": r"[\t\n\r ]",
                "S": r"[^\t\n\r ]",
            }.get(sign, f"\\{sign}")
        if sign in "iI":
            return f"[{'^' if sign == 'I' else ''}{_NAME_START}]"
        if sign in "cC":
            return f"[{'^' if sign == 'C' else ''}{_NAME_PART}]"
        if sign in "pP":
            found = _CATEGORY.match(self.pattern, self.position)
            if found is None:
                raise InvalidPattern
            self.position = found.end()
            name = found[1]
            return f"\\{sign}{{{'InBlock=' + name[2:] if name.startswith('Is') else name}}}".replace(
                "InBlock=", "Block="
            )
        raise InvalidPattern

    def _character_class(self) -> str:
        """After `[`: a group, perhaps negated, perhaps less another class: `[a-z-[aeiou]]`."""
        negated = self.pattern.startswith("^", self.position)
        self.position += negated
        parts: list[str] = []
        subtracted = ""
        while True:
            sign = self._next()
            if sign == "]":
                break
            if sign == "-" and self.pattern.startswith("[", self.position) and parts:
                self.position += 1
                subtracted = self._character_class()
                if self._next() != "]":
                    raise InvalidPattern
                break
            parts.append(self._class_part(sign, first=not parts))
        if not parts:
            raise InvalidPattern
        group = f"[{'^' if negated else ''}{''.join(parts)}]"
        return f"[{group}--{subtracted}]" if subtracted else group

    def _class_part(self, sign: str, *, first: bool) -> str:
        start, text = self._class_character(sign, first=first)
        if (
            not self.pattern.startswith("-", self.position)
            or self.pattern[self.position + 1 : self.position + 2] in "[]"
        ):
            return text
        if start is None:
            raise InvalidPattern
        self.position += 1
        end, end_text = self._class_character(self._next(), first=False)
        if end is None or start > end:
            raise InvalidPattern
        return f"{text}-{end_text}"

    def _class_character(self, sign: str, *, first: bool) -> tuple[str | None, str]:
        """One character of a class, None for an escape that stands for several, and how it is written."""
        if sign == "\\":
            text = self._class_escape()
            plain = len(text) == 2 and text[1] not in _CLASSES
            return ({"n": "\n", "r": "\r", "t": "\t"}.get(text[1], text[1]) if plain else None), text
        if sign == "[" or (sign == "-" and not first and not self.pattern.startswith("]", self.position)):
            raise InvalidPattern
        return sign, f"\\{sign}" if sign in _OPERATORS or sign in "^[]" else sign
