"""All positions of a level, as far as the bound goes.

Enters: the rules of a level and how many positions may be tried. Leaves: positions in the order in which they were found, nearest to
the start first, with every move between them. Positions beyond the bound are not there, and `complete` says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from engine.soundness.moves import Move, Outcome, Rules
from engine.soundness.position import Position
from engine.soundness.reduced import Turns, reducible

MOST_UNREDUCED = 5_000
MOVES_EACH = 4  # so many moves are tried for each position that may be


@dataclass(slots=True)
class Space:
    """`edges[n]` are the moves from position n with the numbers of those after; `before[n]` is how n was found first.

    `open` are positions whose moves were not tried. `firsts` are the positions at the starts.
    """

    positions: list[Position] = field(default_factory=list)
    numbers: dict[Position, int] = field(default_factory=dict)
    edges: list[list[tuple[Move, int]]] = field(default_factory=list)
    before: list[tuple[int, Move] | None] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    open: set[int] = field(default_factory=set)
    complete: bool = True
    _before: list[list[int]] | None = None
    _lost: set[int] | None = None
    reduced: bool = False  # in which order things were written is then not known

    def number(self, position: Position, before: tuple[int, Move] | None) -> tuple[int, bool]:
        """The position's number, and whether it is new."""
        found = self.numbers.get(position)
        if found is not None:
            return found, False
        number = len(self.positions)
        self.numbers[position] = number
        self.positions.append(position)
        self.edges.append([])
        self.before.append(before)
        return number, True

    def way_to(self, number: int) -> list[tuple[Move, int]]:
        """The shortest run from a start: each move with the position after it."""
        run = []
        before = self.before[number]
        while before is not None:
            run.append((before[1], number))
            number = before[0]
            before = self.before[number]
        return list(reversed(run))

    def way_after_rest(self, wanted: Iterable[int]) -> list[tuple[Move, int]]:
        """The shortest run that rests somewhere before it comes to one of `wanted`; empty where there is none."""
        goal = set(wanted)
        came: dict[int, tuple[int, Move] | None] = {
            n: None for n in range(len(self.positions)) if self.at_rest(n)
        }
        todo = deque(came)
        while todo:
            number = todo.popleft()
            for move, target in self.edges[number]:
                if target in goal:
                    run, before = [(move, target)], came[number]
                    while before is not None:
                        run.append((before[1], number))
                        number, before = before[0], came[before[0]]
                    return [*self.way_to(number), *reversed(run)]
                if target not in came:
                    came[target] = (number, move)
                    todo.append(target)
        return []

    def start_of(self, number: int) -> int:
        """The number of the start that `way_to` begins at."""
        run = self.way_to(number)
        before = self.before[run[0][1]] if run else None
        return before[0] if before is not None else number

    def lost(self) -> set[int]:
        """The positions from which the level cannot end any more; those whose moves were not tried count as good."""
        if self._lost is None:
            ends = {number for number, one in enumerate(self.positions) if one.ended} | self.open
            self._lost = set(range(len(self.positions))) - self.behind(ends)
        return self._lost

    def behind(self, targets: Iterable[int]) -> set[int]:
        """All positions from which one of `targets` can be reached, themselves included, without an escape."""
        if self._before is None:
            self._before = [[] for _ in self.positions]
            for source, moves in enumerate(self.edges):
                for move, target in moves:
                    if not move.escape:
                        self._before[target].append(source)
        found = set(targets)
        todo = list(found)
        while todo:
            for source in self._before[todo.pop()]:
                if source not in found:
                    found.add(source)
                    todo.append(source)
        return found

    def at_rest(self, number: int) -> bool:
        """Whether nothing moves by itself there, though something is open."""
        at = self.positions[number]
        return (
            not at.moving and not at.ended and all(move.what != "gathers" for move, _ in self.edges[number])
        )

    def outcome(self) -> Outcome:
        """How the level may end, seen from outside."""
        rest = [n for n in range(len(self.positions)) if self.at_rest(n)]
        at_once = set(self._ends(self._from(self.firsts, through_rest=False)))
        late = self._from(rest, through_rest=True)
        later = set(self._ends(late))
        if not self.complete:
            later.add("")
        return Outcome(frozenset(at_once), frozenset(later), bool(rest) or not self.complete)

    def _ends(self, numbers: Iterable[int]) -> Iterator[str]:
        for number in numbers:
            if self.positions[number].ended:
                yield self.positions[number].thrown or ""

    def _from(self, firsts: Iterable[int], *, through_rest: bool) -> set[int]:
        found = set(firsts)
        todo = list(found)
        while todo:
            number = todo.pop()
            position = self.positions[number]
            if not through_rest and not position.moving and not position.gathered:
                continue
            for move, target in self.edges[number]:
                if target not in found and (through_rest or position.moving or move.what == "gathers"):
                    found.add(target)
                    todo.append(target)
        return found


def explore(rules: Rules, bound: int) -> Space:
    """All positions, breadth first; where they are many, as few of them as will do."""
    space = all_positions(rules, min(bound, MOST_UNREDUCED))
    if space.complete or rules.overfull or rules.level.partial:
        return space
    return in_turns(rules, bound) if reducible(rules) else all_positions(rules, bound)


def all_positions(rules: Rules, bound: int) -> Space:
    """Every position, up to `bound`."""
    return _explore(rules, bound, rules.after)


def in_turns(rules: Rules, bound: int) -> Space:
    """Enough positions to find every fault of a level that is `reducible`, up to `bound`."""
    space = _explore(rules, bound, Turns(rules).after)
    space.reduced = True
    return space


def _explore(
    rules: Rules, bound: int, following: Callable[[Position], Iterable[tuple[Move, Position]]]
) -> Space:
    space = Space()
    todo: deque[int] = deque()
    for start in rules.level.starts:
        number, new = space.number(rules.begin(start), None)
        if new:
            space.firsts.append(number)
            todo.append(number)
    moves = 0
    while todo:
        number = todo.popleft()
        if len(space.positions) > bound or moves > bound * MOVES_EACH:
            space.open = {number, *todo}
            space.complete = False
            break
        for move, position in following(space.positions[number]):
            target, new = space.number(position, (number, move))
            space.edges[number].append((move, target))
            moves += 1
            if new:
                todo.append(target)
    if rules.overfull or rules.level.partial:
        space.complete = False
        space.open |= {n for n, one in enumerate(space.positions) if one.moving and not space.edges[n]}
    return space
