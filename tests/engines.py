"""Engines for tests, each over a database of its own, that word each statement once in a process and not once in every test.

Enters: a URL. Leaves: an engine as the product makes it, but that its dialect, and what has been compiled for that dialect, is one for all
databases of a kind; nothing that was read or written is shared.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Engine

from engine.records import database

_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def connect(url: str) -> Engine:
    """An engine of this test's own; dispose of it."""
    engine = database.connect(url)
    with engine.connect():  # a dialect learns of its server when it first meets it
        engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_compiled)
    return engine
