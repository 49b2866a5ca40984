"""What is wrong with a routine as a game of tokens, and how much was tried.

Enters: a net. Leaves: a Verdict: faults, each with the run that leads into it, and the number of positions tried. When the bound is
reached `complete` is false: what was found holds, but more may be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.soundness import ends, reach, twice, unset
from engine.soundness.moves import Outcome, Rules
from engine.soundness.net import Kind, Level, Net
from engine.soundness.space import Space, explore
from engine.soundness.trace import Run, Teller, Told, within

MOST_POSITIONS = 50_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `rule` is `deadlock`, `livelock`, `runs-twice`, `never-reached`, `unreachable` (nothing leads there) or `unset-data`.

    `cause` is the element that brings it about, '' where no single one does; `name` the data that are read. `never` tells of a
    deadlock whether no case at all gets past. `ways` counts the positions in which the fault shows.
    """

    rule: str
    process_id: str
    element_id: str
    run: Run
    cause: str = ""
    name: str = ""
    never: bool = False
    ways: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was found; `tried` counts positions over all levels."""

    faults: tuple[Fault, ...]
    tried: int
    complete: bool

    @property
    def sound(self) -> bool:
        """Whether everything was tried and nothing found."""
        return self.complete and not self.faults


@dataclass(slots=True)
class _Played:
    """The boards that were played, and what is left of the bound."""

    left: int
    spaces: dict[str, Space] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    tried: int = 0
    complete: bool = True

    def spend(self, positions: int, *, complete: bool) -> None:
        self.tried += positions
        self.left = max(self.left - positions, 0)
        self.complete &= complete


def judge(net: Net, *, bound: int = MOST_POSITIONS) -> Verdict:
    """Play every level of the net, within `bound` positions in all."""
    played = _Played(bound)
    for key, level in net.levels.items():
        space = explore(Rules(level, played.outcomes), played.left)
        played.spaces[key], played.outcomes[key] = space, space.outcome()
        played.spend(len(space.positions), complete=space.complete)
    alive = reach.alive(net.levels, played.spaces)
    teller = Teller(net.levels, played.spaces)
    faults = [
        fault for key in net.levels if key in alive for fault in _of_level(net.levels[key], played, teller)
    ]
    faults += _of_data(net, {key: one for key, one in played.spaces.items() if key in alive}, teller)
    return Verdict(tuple(faults), played.tried, played.complete)


def _of_level(level: Level, played: _Played, teller: Teller) -> Iterator[Fault]:
    space = played.spaces[level.key]
    if not space.firsts:
        return
    for stuck in ends.deadlocks(level, space):
        run = teller.run(within(level, space, stuck.position))
        found = _fault(level, "deadlock", stuck.node, run, cause=_split(level, stuck.node), ways=stuck.count)
        yield replace(found, never=stuck.never)
    for round_ in ends.livelocks(level, space):
        run = teller.run(within(level, space, round_.position), round_.turn)
        yield _fault(level, "livelock", round_.node, run, ways=round_.count)
    doubles, tried, complete = twice.doubles(level, space, played.outcomes, played.left)
    played.spend(tried, complete=complete)
    for double in doubles:
        run = teller.run(Told(level, space, double.first, double.moves))
        yield _fault(level, "runs-twice", double.node, run, cause=level.nodes[double.meeting].id)
    last = reach.whole(space)
    without = teller.run(within(level, space, last if last is not None else space.firsts[0]))
    for number in reach.dead(level, space, played.outcomes):
        yield _fault(level, "never-reached", number, without)
    for number in reach.unconnected(level):
        yield _fault(level, "unreachable", number, without)


def _fault(level: Level, rule: str, number: int, run: Run, *, cause: str = "", ways: int = 1) -> Fault:
    node = level.nodes[number]
    return Fault(rule, node.process_id, node.id, run, "" if cause == node.id else cause, ways=ways)


def _split(level: Level, join: int) -> str:
    """The gateway that divides the ways which the join waits for, where it is one: the nearest that all of them come from."""
    if level.nodes[join].kind != Kind.JOIN:
        return ""
    behind = [_behind(level, join, flow) for flow in level.nodes[join].incoming]
    common = set.intersection(*(set(one) for one in behind)) if behind else set()
    dividing = [one for one in common if len(level.nodes[one].choices) > 1]
    nearest = min(dividing, key=lambda one: sum(way[one] for way in behind), default=None)
    return "" if nearest is None else level.nodes[nearest].id


def _behind(level: Level, join: int, flow: int) -> dict[int, int]:
    """The nodes from which the flow is come to without passing the join, with how far away they are."""
    sources = {way.flow: number for number, node in enumerate(level.nodes) for way in node.ways}
    found, todo = {sources[flow]: 0} if flow in sources else {}, [sources[flow]] if flow in sources else []
    for number in todo:
        node = level.nodes[number]
        before = [sources[one] for one in node.incoming if one in sources]
        for one in [*before, *([node.host] if node.host is not None else [])]:
            if one not in found and one != join:
                found[one] = found[number] + 1
                todo.append(one)
    return found


def _of_data(net: Net, spaces: dict[str, Space], teller: Teller) -> Iterator[Fault]:
    for one in unset.unset(net, spaces):
        level = net.levels[one.key]
        node = level.nodes[one.node]
        run = teller.run(within(level, spaces[one.key], one.position))
        yield Fault("unset-data", node.process_id, node.id, run, name=one.name)
