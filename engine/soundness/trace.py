"""A run as people can follow it: what happens, one move after another, and where the tokens are after each.

Enters: positions and moves of levels. Leaves: a Run of plain values, which `dataclasses.asdict` and JSON take as they are. What
happens inside a sub-process or a called routine is told in its place, so that a page can play the run on the diagrams.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.soundness.moves import Move
from engine.soundness.net import Level
from engine.soundness.position import Position
from engine.soundness.space import Space

WORDS = (
    "begins",  # the run begins at this start event
    "passes",  # an automatic step, a gateway or an end
    "opens",  # a sub-process, a call or a set begins and is waited for
    "done",  # somebody has done the task
    "timer",  # the time has come
    "message",  # the message has come
    "error",  # the error is caught here
    "inside",  # all inside is done, and the case goes on after it
    "gathers",  # the inclusive gateway waits no longer: nothing more can come
    "withdrawn",  # the event sub-process ends all else
    "terminates",  # the end event ends all that is open
    "throws",  # the error leaves for what is around
)
"""What may stand in `Step.what`."""

MOST_STEPS = 400  # a run that nobody can follow to its end is cut


@dataclass(frozen=True, slots=True)
class Place:
    """Where tokens stand after a move: at an element (`flow_id` is '') or, waiting for others, at the end of a flow."""

    process_id: str
    element_id: str
    flow_id: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One move: what happened (one of `WORDS`), at which element, the flows taken, and the tokens' places afterwards."""

    process_id: str
    element_id: str
    what: str
    flow_ids: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A counterexample. `turns_to` is the number of the step that the run goes back to and repeats for ever, None where it stops."""

    steps: tuple[Step, ...]
    turns_to: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A run within one level: the number of its first position, then the moves."""

    level: Level
    space: Space
    first: int
    moves: tuple[tuple[Move, Position], ...]


def within(level: Level, space: Space, number: int) -> Told:
    """The shortest run of the level to a position."""
    run = space.way_to(number)
    return Told(level, space, space.start_of(number), tuple((move, space.positions[n]) for move, n in run))


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes runs down; knows all boards that have been played."""

    levels: Mapping[str, Level]
    spaces: Mapping[str, Space]

    def run(self, told: Told, turn: tuple[tuple[Move, Position], ...] = ()) -> Run:
        """The run with what is around and inside it; `turn` is one round of what is then repeated for ever."""
        outer = tuple(self._around(told.level))
        beside = outer[-1].places[:-1] if outer else ()
        steps = [*outer, *self._level(told, beside)]
        turns_to = len(steps) if turn else None
        last = told.moves[-1][1] if told.moves else told.space.positions[told.first]
        steps.extend(self._moves(told.level, last, turn, beside))
        return Run(tuple(steps[:MOST_STEPS]), turns_to)

    def _around(self, level: Level) -> Iterator[Step]:
        """How the case comes to where this level begins, whose place stands last; a called routine is told by itself."""
        if level.host is None:
            return
        key, host = level.host
        space, around = self.spaces[key], self.levels[key]
        come = (n for n, one in enumerate(space.positions) if one.moving and one.moving[0][0] == host)
        number = next(come, None)
        if number is None:
            return
        outer = tuple(self._around(around))
        beside = outer[-1].places[:-1] if outer else ()
        yield from outer
        yield from self._level(within(around, space, number), beside)
        node = around.nodes[host]
        standing = sorted(places(around, space.positions[number]), key=lambda one: one.element_id == node.id)
        yield Step(node.process_id, node.id, "opens", (), beside + tuple(standing))

    def _level(self, told: Told, beside: tuple[Place, ...]) -> Iterator[Step]:
        first = told.space.positions[told.first]
        for token in first.moving[:1] or first.waiting[:1]:
            node = told.level.nodes[token[0]]
            yield Step(node.process_id, node.id, "begins", (), beside + places(told.level, first))
        yield from self._moves(told.level, first, told.moves, beside)

    def _moves(
        self,
        level: Level,
        before: Position,
        moves: tuple[tuple[Move, Position], ...],
        beside: tuple[Place, ...],
    ) -> Iterator[Step]:
        for move, position in moves:
            node = level.nodes[move.node]
            after = beside + places(level, position)
            yield from self._inside(level, move, before, beside)
            flows = tuple(level.flows[flow] for flow in move.flows)
            yield Step(node.process_id, node.id, move.what, flows, after)
            before = position

    def _inside(
        self, level: Level, move: Move, before: Position, beside: tuple[Place, ...]
    ) -> Iterator[Step]:
        """What happened inside a sub-process or call that has ended by this move."""
        node = level.nodes[move.node]
        host, code = (node, "") if move.what == "inside" else (None, "")
        if host is not None and host.may_skip and before.moving:
            return  # the set was empty
        if move.what == "error" and node.host is not None:
            host, code = level.nodes[node.host], node.code or "*"
        space = self.spaces.get(host.inner or "") if host is not None else None
        if host is None or space is None:
            return
        inner = self.levels[host.inner or ""]
        ended = [n for n, one in enumerate(space.positions) if one.ended and _fits(one.thrown, code)]
        if not ended:
            return
        told = within(inner, space, ended[0])
        if not before.moving and (
            run := space.way_after_rest(ended)
        ):  # it was open while other things happened
            moves = tuple((one, space.positions[number]) for one, number in run)
            told = Told(inner, space, _first(space, run), moves)
        others = tuple(one for one in places(level, before) if one.element_id != host.id)
        yield from self._level(told, beside + others)


def _first(space: Space, run: list[tuple[Move, int]]) -> int:
    """The position that a run begins at."""
    return next(n for n in space.firsts if any((move, to) == run[0] for move, to in space.edges[n]))


def _fits(thrown: str | None, code: str) -> bool:
    return thrown is not None if code == "*" else (thrown or "") == code


def places(level: Level, position: Position) -> tuple[Place, ...]:
    """The places of a position's tokens, in the order of the drawing."""
    found: dict[tuple[int, str], int] = {}
    for number, aux, _ in (*position.waiting, *position.gathered):
        node = level.nodes[number]
        flow = level.flows[aux] if node.kind in {"joins", "gathers"} and aux >= 0 else ""
        found[number, flow] = found.get((number, flow), 0) + 1
    for number, _ in position.moving:
        found[number, ""] = found.get((number, ""), 0) + 1
    return tuple(
        Place(level.nodes[number].process_id, level.nodes[number].id, flow, count)
        for (number, flow), count in sorted(found.items())
    )
