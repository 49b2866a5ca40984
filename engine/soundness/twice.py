"""Which steps two tokens can come to that nobody meant to be two.

Enters: the rules of a level and its positions. Leaves: for each place where ways meet without waiting for one another, a run in which
two tokens come there, neither because of the other. Going round is no fault: the second time comes of the first. Neither are two
reminders: tokens that different events set beside a waiting step are meant to be many.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.soundness.ends import next_steps
from engine.soundness.moves import Move, Outcome, Rules
from engine.soundness.net import Kind, Level
from engine.soundness.position import Position, Token
from engine.soundness.reduced import Turns
from engine.soundness.space import MOVES_EACH, Space

MOST_WATCHED = 15_000  # positions in all for one level: marks multiply them

_MARK = 1  # the lowest bit of a tag; above it stands the event, plus one, that set the token beside another


@dataclass(frozen=True, slots=True)
class Double:
    """`node` is the step done twice, `meeting` where the ways meet; `moves` the run, up to the second coming."""

    node: int
    meeting: int
    first: int
    moves: tuple[tuple[Move, Position], ...]


def doubles(
    level: Level, space: Space, inside: Mapping[str, Outcome], bound: int
) -> tuple[list[Double], int, bool]:
    """Every such place, the number of positions tried, and whether all could be."""
    found: list[Double] = []
    tried, complete, bound = 0, True, min(bound, MOST_WATCHED)
    taken: set[int] = set()
    for meeting in _meetings(level, space):
        steps = [meeting] if level.nodes[meeting].is_step else next_steps(level, meeting)
        if not steps or steps[0] in taken:
            continue
        rules = _Watched(level, inside, meeting)
        double, count, whole = _search(rules, space, steps[0], bound - tried)
        tried, complete = tried + count, complete and whole
        if double is not None:
            taken |= _following(level, meeting)
            found.append(double)
    return found, tried, complete


def _following(level: Level, meeting: int) -> set[int]:
    """What is done twice because the meeting is: told with it, not once more."""
    found, todo = {meeting}, [meeting]
    while todo:
        for way in level.nodes[todo.pop()].ways:
            if way.target not in found:
                found.add(way.target)
                todo.append(way.target)
    return found


def _meetings(level: Level, space: Space) -> list[int]:
    """Nodes with several ways in that wait for nothing, and come to while some other token is there; upstream ones first."""
    others: set[int] = set()
    order: dict[int, int] = {}
    for number, moves in enumerate(space.edges):
        at = space.positions[number]
        crowd = len(at.waiting) + len(at.gathered) + len(at.moving) > 1
        for move, _ in moves:
            order.setdefault(move.node, number)
            if crowd:
                others.add(move.node)
    meeting = [
        number
        for number, node in enumerate(level.nodes)
        if len(node.incoming) > 1 and node.kind not in {Kind.JOIN, Kind.GATHER} and number in others
    ]
    return sorted(meeting, key=lambda number: order[number])


class _Watched(Rules):
    """The same rules, with the first coming to `meeting` marked on every token beside it."""

    def __init__(self, level: Level, inside: Mapping[str, Outcome], meeting: int) -> None:
        super().__init__(level, inside)
        self.meeting = meeting

    def joined(self, tags: list[int]) -> int:
        mark = _MARK if all(tag & _MARK for tag in tags) else 0
        asides = {tag >> 1 for tag in tags}
        return mark | ((asides.pop() << 1) if len(asides) == 1 else 0)

    def aside(self, _tag: int, event: int) -> int:
        return (event + 1) << 1

    def comers(self, move: Move, at: Position) -> Iterator[int]:
        """The tags with which a token may be said to come to the meeting by this move."""
        node = self.level.nodes[self.meeting]
        firsts = [way.target for way in node.ways] if node.kind == Kind.RACE else [self.meeting]
        if move.node not in firsts:
            return
        if at.moving and node.kind != Kind.RACE:
            yield at.moving[0][1]
        elif not at.moving and node.kind != Kind.HOLD:
            yield from {tag for number, fired, tag in at.waiting if number == self.meeting and not fired}


def _search(rules: _Watched, space: Space, step: int, bound: int) -> tuple[Double | None, int, bool]:
    seen: dict[Position, tuple[Position, Move] | None] = {}
    firsts = {space.positions[number]: number for number in space.firsts}
    todo: deque[Position] = deque(firsts)
    seen.update(dict.fromkeys(firsts))
    following = Turns(rules).after if space.reduced else rules.after
    tried = 0
    while todo:
        at = todo.popleft()
        if len(seen) > bound or tried > bound * MOVES_EACH:
            return None, len(seen), False
        marked = _is_marked(at)
        for move, after in following(at):
            tried += 1
            tags = set(rules.comers(move, at))
            if marked and any(tag & _MARK for tag in tags):
                first, moves = _told(seen, firsts, at, (move, after))
                return Double(step, rules.meeting, first, moves), len(seen), True
            ahead = [after] if not marked or _is_marked(after) else []
            if not marked:
                ahead += [one for tag in tags for one in _marks(after, at, rules.meeting, tag)]
            for one in ahead:
                if one not in seen:
                    seen[one] = (at, move)
                    todo.append(one)
    return None, len(seen), not rules.overfull


def _is_marked(at: Position) -> bool:
    tags = (*(t for _, _, t in at.waiting), *(t for _, _, t in at.gathered), *(t for _, t in at.moving))
    return any(tag & _MARK for tag in tags)


def _marks(after: Position, at: Position, meeting: int, comer: int) -> Iterator[Position]:
    """The position with every token marked that was there before, beside the one that came."""
    old = [*at.waiting, *at.gathered, *((number, -1, tag) for number, tag in at.moving[1:])]
    if not at.moving:  # the one that came stood here until it was done
        old.remove((meeting, 0, comer))

    def mark(token: Token) -> Token:
        number, aux, tag = token
        if token not in old:
            return token
        old.remove(token)
        apart = tag >> 1 and comer >> 1 and tag >> 1 != comer >> 1
        return token if apart else (number, aux, tag | _MARK)

    waiting = tuple(sorted(mark(one) for one in after.waiting))
    gathered = tuple(mark(one) for one in after.gathered)
    moving = tuple((number, mark((number, -1, tag))[2]) for number, tag in after.moving)
    marked = after._replace(waiting=waiting, gathered=gathered, moving=moving)
    if _is_marked(marked):
        yield marked


def _told(
    seen: Mapping[Position, tuple[Position, Move] | None],
    firsts: Mapping[Position, int],
    at: Position,
    last: tuple[Move, Position],
) -> tuple[int, tuple[tuple[Move, Position], ...]]:
    run = [last]
    before = seen[at]
    while before is not None:
        run.append((before[1], at))
        at = before[0]
        before = seen[at]
    return firsts[at], tuple(reversed(run))
