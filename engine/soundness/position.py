"""Where the tokens of a level are at one time.

Enters: tokens, put down one by one. Leaves: a Position, the same for the same tokens, so that it can be looked up. Knows no rules.
"""

from __future__ import annotations

from typing import NamedTuple

MOST_ALIKE = 3  # tokens at one place that are told apart from more

Token = tuple[int, int, int]  # node; the flow it came by, or as bits the events that have fired; tag


class Position(NamedTuple):
    """Where the tokens of a level are. `waiting` is sorted; `gathered` (at inclusive joins) and `moving` are in order of arrival.

    `mail` are messages under way between pools; `thrown` is the code of the error with which the level has ended.
    """

    waiting: tuple[Token, ...] = ()
    gathered: tuple[Token, ...] = ()
    moving: tuple[tuple[int, int], ...] = ()  # node and tag
    mail: tuple[int, ...] = ()
    thrown: str | None = None

    @property
    def ended(self) -> bool:
        return not (self.waiting or self.gathered or self.moving)


ENDED = Position()


class Board:
    """A position being changed."""

    def __init__(self, at: Position) -> None:
        self.waiting, self.gathered, self.moving = list(at.waiting), list(at.gathered), list(at.moving)
        self.mail = list(at.mail)
        self.saturated = False

    def position(self) -> Position:
        self.waiting.sort()
        if len(self.waiting) - len(set(self.waiting)) >= MOST_ALIKE:
            self.waiting = self._few(self.waiting)
        if len(self.gathered) - len(set(self.gathered)) >= MOST_ALIKE:
            self.gathered = self._few(self.gathered)
        mail = tuple(sorted(one for one in set(self.mail) for _ in range(min(self.mail.count(one), 2))))
        return Position(tuple(self.waiting), tuple(self.gathered), tuple(self.moving), mail)

    def _few(self, tokens: list[Token]) -> list[Token]:
        kept: list[Token] = []
        for token in tokens:
            if kept.count(token) < MOST_ALIKE:
                kept.append(token)
            else:
                self.saturated = True
        return kept
