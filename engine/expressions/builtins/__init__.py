"""The built-in functions of DMN 1.5, 10.3.4, by theme. Importing this package declares them all in `registry.Builtin.all`."""

from __future__ import annotations

from . import contexts, conversion, dates, intervals, lists, logic, numbers, statistics, strings

__all__ = [
    "contexts",
    "conversion",
    "dates",
    "intervals",
    "lists",
    "logic",
    "numbers",
    "statistics",
    "strings",
]
