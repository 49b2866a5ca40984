"""Which steps no case ever comes to, though flows lead there.

Enters: a level and its positions. Leaves: the first nodes of each branch that stays dead, and a whole run of the level without it.
What lies behind a gateway or a part that nobody gets past is dead for that reason, which is told there.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.soundness.moves import Outcome
from engine.soundness.net import Kind, Level
from engine.soundness.space import Space


def alive(levels: Mapping[str, Level], spaces: Mapping[str, Space]) -> set[str]:
    """The levels that some case comes to: those that stand alone, and those whose host is taken; inner ones come first in `levels`."""
    found: set[str] = set()
    for key in reversed(list(levels)):
        host = levels[key].host
        if host is None or (host[0] in found and host[1] in taken(spaces[host[0]], levels[host[0]])):
            found.add(key)
    return found


def taken(space: Space, level: Level) -> set[int]:
    """The nodes that a token has come to."""
    found = {move.node for moves in space.edges for move, _ in moves}
    for at in space.positions:
        found.update(number for number, *_ in (*at.waiting, *at.gathered, *at.moving))
    found.update(
        way.target
        for number in list(found)
        if level.nodes[number].kind == Kind.RACE
        for way in level.nodes[number].ways
    )
    return found


def dead(level: Level, space: Space, inside: Mapping[str, Outcome]) -> list[int]:
    """The nodes that no token comes to although one comes to what leads there."""
    if not space.complete:
        return []
    alive = taken(space, level)
    passed = {move.node for moves in space.edges for move, _ in moves}
    found = []
    for number, node in enumerate(level.nodes):
        if number in alive or node.id == "":
            continue
        leading = [n for n, one in enumerate(level.nodes) if any(way.target == number for way in one.ways)]
        if node.host is not None:
            if node.host in alive:
                found.append(number)
        elif any(one in passed and _goes_on(level, one, inside) for one in leading):
            found.append(number)
    return found


def _goes_on(level: Level, number: int, inside: Mapping[str, Outcome]) -> bool:
    """Whether a token ever leaves the node by its own ways; a part that never ends is told of itself."""
    node = level.nodes[number]
    outcome = inside.get(node.inner or "") if node.kind == Kind.HOLD else None
    return outcome is None or node.may_skip or "" in outcome.at_once | outcome.later


def unconnected(level: Level) -> list[int]:
    """The nodes that no flow from a start leads to, the first in the drawing of each island."""
    seen: set[int] = set()
    todo = [*(one for start in level.starts for one in start), *level.summoned, *level.handlers]
    _follow(level, todo, seen)
    found = []
    for number in range(len(level.nodes)):
        if number not in seen:
            found.append(number)
            _follow(level, [number], seen)
    return found


def _follow(level: Level, todo: list[int], seen: set[int]) -> None:
    while todo:
        number = todo.pop()
        if number not in seen:
            seen.add(number)
            todo += [way.target for way in level.nodes[number].ways]
            todo += level.nodes[number].events


def whole(space: Space) -> int | None:
    """The nearest position at which the level has ended, else the farthest there is."""
    ends = (number for number, one in enumerate(space.positions) if one.ended)
    return next(ends, len(space.positions) - 1 if space.positions else None)
