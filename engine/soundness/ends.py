"""Where a case can get stuck, or go round for ever.

Enters: a level and all its positions. Leaves: deadlocks, each with the gateway at which tokens wait for one that can no longer come,
and livelocks, each with the first step of a round that no end can be reached from. A position beyond the bound counts as good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.soundness.moves import Move
from engine.soundness.net import Kind, Level
from engine.soundness.position import Position
from engine.soundness.rings import rings
from engine.soundness.space import Space


@dataclass(frozen=True, slots=True)
class Stuck:
    """Tokens wait at `node` for ever. `never` is whether none ever gets past it; `count` in how many positions that is so."""

    node: int
    position: int
    never: bool
    count: int


@dataclass(frozen=True, slots=True)
class Round:
    """From `node` on no end is reached; `turn` is one round of what then happens for ever."""

    node: int
    position: int
    turn: tuple[tuple[Move, Position], ...]
    count: int


def deadlocks(level: Level, space: Space) -> list[Stuck]:
    """One for each gateway at which everything can come to stand."""
    passed = {move.node for moves in space.edges for move, _ in moves}
    found: dict[int, list[int]] = {}
    blamed: dict[frozenset[int], int | None] = {}
    for number in sorted(space.lost()):
        if still(space, number):
            at = space.positions[number]
            standing = frozenset(one for one, _, _ in (*at.waiting, *at.gathered))
            if standing not in blamed:
                blamed[standing] = _blamed(level, standing)
            node = blamed[standing]
            if node is not None:
                found.setdefault(node, []).append(number)
    return [
        Stuck(node, hits[0], space.complete and node not in passed, len(hits)) for node, hits in found.items()
    ]


def still(space: Space, number: int) -> bool:
    """Whether nothing can happen any more, short of a message that ends the whole process."""
    at = space.positions[number]
    return not at.ended and number not in space.open and all(move.escape for move, _ in space.edges[number])


def _blamed(level: Level, standing: frozenset[int]) -> int | None:
    """The node that all waits for: the first that no other standing one lies before; None where a part inside never ends."""
    if any(level.nodes[number].kind == Kind.HOLD for number in standing):
        return None
    behind = {number: _after(level, number) for number in standing}
    first = [one for one in standing if not any(one in behind[other] for other in standing if other != one)]
    return min(first or standing, default=None)


def _after(level: Level, number: int) -> set[int]:
    found: set[int] = set()
    todo = [number]
    while todo:
        for way in level.nodes[todo.pop()].ways:
            if way.target not in found:
                found.add(way.target)
                todo.append(way.target)
    return found


def livelocks(level: Level, space: Space) -> list[Round]:
    """One for each round that has no way out and leads into no standstill either."""
    lost = space.lost()
    standing = {number for number in lost if still(space, number)}
    endless = lost - space.behind(standing)
    found: dict[int, Round] = {}
    ahead = {
        one: [to for move, to in space.edges[one] if to in endless and not move.escape] for one in endless
    }
    for ring in sorted(rings(ahead), key=min):
        first = min(ring)
        moved = {move.node for one in ring for move, target in space.edges[one] if target in ring}
        node = _entered(level, space, first, moved)
        if node not in found:
            turn = tuple((move, space.positions[target]) for move, target in _turn(space, first, ring))
            found[node] = Round(node, first, turn, len(ring))
    return list(found.values())


def _turn(space: Space, number: int, among: set[int]) -> list[tuple[Move, int]]:
    """The shortest way from a position back to itself; empty where there is none."""
    came: dict[int, tuple[int, Move]] = {}
    todo = [number]
    for source in todo:
        for move, target in space.edges[source]:
            if target == number:
                return [*_back(came, number, source), (move, number)]
            if target in among and target not in came and not move.escape:
                came[target] = (source, move)
                todo.append(target)
    return []


def _back(came: dict[int, tuple[int, Move]], first: int, last: int) -> Iterator[tuple[Move, int]]:
    run = []
    while last != first:
        source, move = came[last]
        run.append((move, last))
        last = source
    return reversed(run)


def _entered(level: Level, space: Space, number: int, moved: set[int]) -> int:
    """The step at which the round begins: a step that a token stands at and that takes part in it, else the next that does."""
    at = space.positions[number]
    here = [one for one, *_ in (*at.moving, *at.waiting) if one in moved]
    taking = [one for one in here if level.nodes[one].is_step] or [
        one for start in here for one in next_steps(level, start) if one in moved
    ]
    return next(iter(taking or here or sorted(moved)))


def next_steps(level: Level, number: int) -> list[int]:
    """The first steps after a gateway."""
    found: list[int] = []
    seen, todo = {number}, [number]
    while todo:
        for way in level.nodes[todo.pop(0)].ways:
            if way.target in seen:
                continue
            seen.add(way.target)
            if level.nodes[way.target].is_step:
                found.append(way.target)
            else:
                todo.append(way.target)
    return found
