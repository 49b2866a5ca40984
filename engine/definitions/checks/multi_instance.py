"""Multi-instance: over a collection of case data, on a step that may run several times (decision 24)."""

from __future__ import annotations

from collections.abc import Iterable

from engine import xml
from engine.definitions import diagram
from engine.definitions.checks.model import Model, error
from engine.definitions.diagram import Node
from engine.definitions.vocabulary import NAME
from engine.errors import Finding

_HOSTS = frozenset({"subProcess", "callActivity", "userTask"})
_FOREIGN = (
    "loopCardinality",
    "completionCondition",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
)


def check(model: Model) -> Iterable[Finding]:
    """It says over what it runs, in Samordna's own attributes and in no other way."""
    for _, node in model.nodes():
        loop = node.multi_instance
        if loop is not None:
            yield from _loop(node, loop)


def _loop(node: Node, loop: xml.Element) -> Iterable[Finding]:
    own = diagram.attributes(loop)
    if node.kind not in _HOSTS:
        yield error(
            node,
            "multi-instance",
            f"A {node.kind} cannot run for several items. Put it into a sub-process that does.",
        )
    if not own.get("collection"):
        yield error(
            node,
            "multi-instance",
            'It does not say over which list it runs. Add samordna:collection="= ...".',
        )
    item = own.get("item", "item")
    if not NAME.fullmatch(item):
        yield error(
            node,
            "multi-instance",
            f"samordna:item {item!r:.60} is no name: lower-case letters, digits and _ only.",
        )
    if "result" in node.own:
        yield error(
            node,
            "multi-instance",
            "samordna:result of a multi-instance stands on its marker, not on the step. Move it.",
        )
    for name in _FOREIGN:
        if loop.find(xml.bpmn(name)) is not None:
            yield error(
                node,
                "multi-instance",
                f"{name} is not used. Say over what it runs with samordna:collection and remove it.",
            )
