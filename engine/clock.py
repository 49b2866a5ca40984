"""The only reader of the wall clock. Stands above the actions in the house, so that none of them can ask it (decision 6)."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware UTC."""
    return datetime.now(UTC)
