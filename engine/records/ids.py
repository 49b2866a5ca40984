"""New ids: 32 hex digits, so that no id tells how many there are or in which order they came."""

from __future__ import annotations

from uuid import uuid4


def new() -> str:
    """A random id."""
    return uuid4().hex
