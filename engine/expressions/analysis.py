"""Findings about a decision model."""

from __future__ import annotations

from engine.errors import Finding

from .requirements import Graph


def findings(graph: Graph, functions: frozenset[str]) -> list[Finding]:
    """All findings of a model."""
    return [
        Finding("", one.line, "error" if one.broken else "warning", one.rule, one.element_id, one.message)
        for one in graph.notes.problems
    ]
