"""The names of case data that a bundle writes: keys of forms, results, items, inputs, and what the house itself provides."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definitions import diagram
from engine.definitions.checks.model import Model
from engine.definitions.vocabulary import SYSTEM_NAMES


def of(model: Model) -> frozenset[str]:
    """Every name that some expression of the bundle may read; in which step it gets its value is not looked at."""
    return frozenset(_written(model)) | frozenset(SYSTEM_NAMES) | (model.around or frozenset())


def results(model: Model) -> Iterator[tuple[diagram.Node, str, str]]:
    """Each result with the node that writes it and its category as written."""
    for _, node in model.nodes():
        loop = node.multi_instance
        for own in (node.own, diagram.attributes(loop) if loop is not None else {}):
            if own.get("result"):
                yield node, own["result"], own.get("category", "")


def _written(model: Model) -> Iterator[str]:
    for form in model.forms:
        for asked in form.walk():
            if asked.key:
                yield asked.key
    for _, result, _ in results(model):
        yield result
    for _, node in model.nodes():
        loop = node.multi_instance
        if loop is not None:
            yield diagram.attributes(loop).get("item", "item")
        for name, _ in node.inputs if node.kind == "callActivity" else ():
            yield name
