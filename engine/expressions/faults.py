"""The errors of this room: an expression or a decision model that its author must mend."""

from __future__ import annotations

from engine.errors import EngineError


class FeelError(EngineError):
    """The expression cannot be read or run. `position` is a 0-based offset in its text, or None."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position

    def __str__(self) -> str:
        return self.message if self.position is None else f"{self.message} (position {self.position + 1})"


class DmnError(EngineError):
    """The decision model cannot be read or run. `element_id` and `line` say where, when that is known."""

    def __init__(self, message: str, element_id: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.element_id = element_id
        self.line = line

    def __str__(self) -> str:
        where = f" ({self.element_id or '-'}, line {self.line})" if self.element_id or self.line else ""
        return self.message + where
