"""The same world as the actions have."""

from __future__ import annotations

from tests.actions.conftest import world

__all__ = ["world"]
