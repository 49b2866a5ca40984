"""Which ways out of an element may be taken together.

Enters: an element and its flows. Leaves: sets of flows by number. A condition may hold or not; only two things are known of it: the
word `true` or `false` is what it says, and conditions that compare one and the same name with different texts exclude each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from engine.definitions import formula
from engine.definitions.diagram import Flow, Node
from engine.definitions.formula import FormulaError
from engine.expressions import nodes as feel

MOST_CONDITIONS = 10
Choices = tuple[tuple[int, ...], ...]

parsed = lru_cache(maxsize=4096)(formula.parse)  # the same condition is asked for by several rules


def of(node: Node, flows: Sequence[Flow]) -> tuple[Choices, bool]:
    """The choices, and whether there are more than could be listed."""
    default = node.element.get("default")
    if node.kind == "exclusiveGateway":
        return _one(flows, default) or ((),), False
    if node.kind in {"inclusiveGateway", "complexGateway"}:
        return _some(flows, default)
    return (tuple(range(len(flows))),), False


def _one(flows: Sequence[Flow], default: str | None) -> Choices:
    found: list[tuple[int, ...]] = []
    certain = False
    for number, flow in enumerate(flows):
        holds = _constant(flow) if flow.id != default else None
        if flow.id != default and not certain and holds is not False:
            found.append((number,))
            certain = holds is True
    found += [(number,) for number, flow in enumerate(flows) if flow.id == default and not certain]
    return tuple(sorted(found))


def _some(flows: Sequence[Flow], default: str | None) -> tuple[Choices, bool]:
    """Every set of conditions that can hold together; the default where none does."""
    always = [
        n
        for n, flow in enumerate(flows)
        if flow.id != default and (not flow.condition or _constant(flow) is True)
    ]
    asked = [
        n for n, flow in enumerate(flows) if flow.id != default and flow.condition and _constant(flow) is None
    ]
    otherwise = tuple(n for n, flow in enumerate(flows) if flow.id == default)
    tests = {n: _test(flows[n]) for n in asked}
    whole = len(asked) <= MOST_CONDITIONS
    sizes = range(len(asked) + 1) if whole else (0, 1, 2, len(asked))
    sets = (one for size in sizes for one in combinations(asked, size))
    found = [
        tuple(sorted((*always, *taken))) or otherwise
        for taken in sets
        if not any(_exclude(tests[a], tests[b]) for a, b in combinations(taken, 2))
    ]
    return tuple(dict.fromkeys(one for one in found if one)) or ((),), not whole


def _constant(flow: Flow) -> bool | None:
    tree = _tree(flow)
    return tree.value if isinstance(tree, feel.Literal) and isinstance(tree.value, bool) else None


def _test(flow: Flow) -> tuple[feel.Node, object] | None:
    """What a condition of the kind `name = "text"` compares."""
    tree = _tree(flow)
    if isinstance(tree, feel.Comparison) and tree.operator == "=" and isinstance(tree.right, feel.Literal):
        return tree.left, tree.right.value
    return None


def _exclude(one: tuple[feel.Node, object] | None, other: tuple[feel.Node, object] | None) -> bool:
    return one is not None and other is not None and one[0] == other[0] and one[1] != other[1]


def _tree(flow: Flow) -> feel.Node | None:
    try:
        return parsed(flow.condition).expression.tree if flow.condition else None
    except FormulaError:
        return None
