"""What is signed with somebody's name: they have proved within a quarter of an hour who they are, or do so now.

Enters: the element of the diagram that a form belongs to. Leaves: nothing, or NotProved, which rolls the step back; `pages.proving` then
keeps what was sent and asks for the proof. Which forms are signed is drawn in the routine (`samordna:signed`).
"""

from __future__ import annotations

from engine.definitions.routine import Element
from engine.errors import EngineError
from webapp import auth


class NotProved(EngineError):
    """Show who you are before you sign."""


def required() -> None:
    """Raise NotProved unless the one who asks has proved lately who they are."""
    if not auth.has_just_proved():
        raise NotProved


def required_for(element: Element | None) -> None:
    """The same where the routine says that the form is signed."""
    if element is not None and element.signed:
        required()
