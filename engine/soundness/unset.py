"""Which steps read a name of case data before any step can have written it.

Enters: all levels with their positions. Leaves: each node that reads a name which on no way to it has a value, with a run to that
node. A name that some way gives a value and another leaves empty is no fault here: FEEL has null for it, and a routine may ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.soundness.moves import Move
from engine.soundness.net import Kind, Level, Net
from engine.soundness.space import Space


@dataclass(frozen=True, slots=True)
class Unset:
    """`node` of the level `key` reads `name`; `position` is where its token stands then."""

    key: str
    node: int
    name: str
    position: int


class _Names:
    """The names that something writes, as bits, so that a set of them is one number."""

    def __init__(self, net: Net) -> None:
        nodes = [node for level in net.levels.values() for node in level.nodes]
        names = sorted({name for node in nodes for name in node.writes | node.gives})
        self.bits = {name: 1 << index for index, name in enumerate(names)}
        self.known = self.of(net.known or frozenset())

    def of(self, names: frozenset[str]) -> int:
        return sum(self.bits[name] for name in names if name in self.bits)

    def list(self, bits: int) -> list[str]:
        return [name for name, bit in self.bits.items() if bits & bit]


def unset(net: Net, spaces: Mapping[str, Space]) -> list[Unset]:
    """Every such reading, each node and name once, in the levels that `spaces` has."""
    if net.known is None:
        return []
    names = _Names(net)
    given = dict.fromkeys(net.levels, names.known)
    inside = _written_inside(net, names)
    found: dict[tuple[str, int, str], Unset] = {}
    for key in reversed(list(net.levels)):  # those around before those inside
        level, space = net.levels[key], spaces.get(key)
        if space is None:
            continue
        may = _may(level, space, given[key], inside, names)
        if (
            space.reduced or not space.complete
        ):  # what may have been written beside is not known: anything of it
            may = [max(bits, 0) | inside[key] for bits in may]
        for node, bits, position in _readings(level, space, may, names):
            for name in names.list(bits):
                found.setdefault((key, node, name), Unset(key, node, name, position))
        _hand_in(level, space, may, given, names)
    return list(found.values())


def _written_inside(net: Net, names: _Names) -> dict[str, int]:
    """What is written in a level and in those inside it, as seen in that level."""
    found: dict[str, int] = {}
    for key, level in net.levels.items():
        bits = 0
        for node in level.nodes:
            bits |= names.of(node.writes)
            if node.inner is not None and not node.own_scope:
                bits |= found.get(node.inner, 0)
        found[key] = bits
    return found


def _writes(level: Level, move: Move, inside: Mapping[str, int], names: _Names) -> int:
    """What has been written when the move is over."""
    node = level.nodes[move.node]
    bits = 0
    if move.what != "opens":
        bits |= names.of(node.writes)
    part = level.nodes[node.host] if node.host is not None and node.event == "error" else node
    if part.kind == Kind.HOLD and not part.own_scope:
        bits |= inside.get(part.inner or "", 0)  # at the latest now; while it is open, anything of it may be
    return bits


def _may(level: Level, space: Space, given: int, inside: Mapping[str, int], names: _Names) -> list[int]:
    """For each position what may have a value there, on one way or another."""
    may = [-1] * len(space.positions)
    todo = list(space.firsts)
    for number in todo:
        may[number] = given
    while todo:
        number = todo.pop()
        for move, target in space.edges[number]:
            bits = may[number] | _writes(level, move, inside, names)
            if may[target] == -1 or bits & ~may[target]:
                may[target] = bits if may[target] == -1 else may[target] | bits
                todo.append(target)
    return may


def _readings(level: Level, space: Space, may: list[int], names: _Names) -> Iterator[tuple[int, int, int]]:
    """Each node with the names that it reads in vain whenever it is come to, and the first position where that is so."""
    reads = {number: names.of(node.reads) for number, node in enumerate(level.nodes) if node.reads}
    vain: dict[int, int] = {}
    where: dict[int, int] = {}
    for position, at in enumerate(space.positions):
        opened = {event for number, *_ in at.waiting for event in _armed(level, number)}
        for number in {*opened, *(n for n, *_ in (*at.waiting, *at.moving))} & reads.keys():
            where.setdefault(number, position)
            vain[number] = vain.get(number, reads[number]) & ~max(may[position], 0)
    for number, bits in vain.items():
        if bits:
            yield number, bits, where[number]


def _armed(level: Level, number: int) -> Iterator[int]:
    """The events that begin to wait when a token comes to the node."""
    node = level.nodes[number]
    yield from node.events
    if node.kind == Kind.RACE:
        yield from (way.target for way in node.ways)


def _hand_in(level: Level, space: Space, may: list[int], given: dict[str, int], names: _Names) -> None:
    """What may have a value inside, from all positions in which the part is open or about to be."""
    for position, at in enumerate(space.positions):
        for number in {n for n, *_ in (*at.waiting, *at.moving)}:
            inner = level.nodes[number].inner
            if inner is not None and inner in given:
                given[inner] |= max(may[position], 0) | names.of(level.nodes[number].gives)
