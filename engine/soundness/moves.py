"""The rules: from one position of a level to those that may follow.

Enters: a level, what is known of the levels inside it, and a position. Leaves: each move with the position after it. The rules are
those of `engine.execution`, node for node; the tests play both against one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.soundness.net import Kind, Level, Node
from engine.soundness.position import ENDED, MOST_ALIKE, Board, Position, Token

MOST_MOVING = 40  # tokens that move at once; beyond lies a drawing that only makes tokens


class Move(NamedTuple):
    """What happened: `what` is a word of `trace.WORDS`, `node` where, `choice` which of its ways (numbers of flows)."""

    what: str
    node: int
    flows: tuple[int, ...] = ()
    escape: bool = False  # a message that ends the whole process; nobody need ever send it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a level: how it may end before it rests, how after, and whether it ever rests; '' is without an error."""

    at_once: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    rests: bool = False


class Rules:
    """The moves of one level. Tags are carried along untouched; `twice` uses them."""

    def __init__(self, level: Level, inside: Mapping[str, Outcome]) -> None:
        self.level, self.inside = level, inside
        self.reaching = {
            n: _reaching(level, n) for n, one in enumerate(level.nodes) if one.kind == Kind.GATHER
        }
        self.crowded = False  # whether tokens were no longer counted, or a position was left alone
        self.overfull = False

    def begin(self, start: tuple[int, ...]) -> Position:
        """The position when the level is entered at a start."""
        board = Board(ENDED)
        for node in start:
            self.enter(board, node, -1, 0)
        return board.position()

    def after(self, at: Position) -> Iterator[tuple[Move, Position]]:
        """Every move that may come next; none where the level has ended or is stuck."""
        if len(at.moving) > MOST_MOVING:
            self.overfull = True
            return
        if at.moving:
            yield from self._run(at)
            return
        woken = self._wake(at)
        if woken is not None:
            yield woken
        elif not at.ended:
            yield from self._rest(at)

    # --- what moves by itself -----------------------------------------------------------------------------------------

    def _run(self, at: Position) -> Iterator[tuple[Move, Position]]:
        (number, tag), *rest = at.moving
        node, without = self.level.nodes[number], at._replace(moving=tuple(rest))
        if node.kind == Kind.HOLD:
            outcome = self.outcome_of(node)
            for code in sorted(outcome.at_once):
                yield from self._leave_inside(without, number, tag, code)
            if outcome.rests:
                yield self._open(without, number, tag)
        elif node.kind == Kind.WAIT:  # a set that may be empty
            yield from self._leave(without, "passes", number, tag)
            yield self._open(without, number, tag)
        elif node.kind == Kind.TERMINATE:
            yield Move("terminates", number), ENDED
        elif node.kind == Kind.THROW:
            yield Move("throws", number), Position(thrown=node.code or "?")
        else:
            yield from self._leave(without, "passes", number, tag)

    def _open(self, at: Position, number: int, tag: int) -> tuple[Move, Position]:
        board = Board(at)
        board.waiting.append((number, 0, tag))
        return Move("opens", number), self._settled(board)

    def _leave(
        self, at: Position, what: str, number: int, tag: int, first: tuple[int, ...] = ()
    ) -> Iterator[tuple[Move, Position]]:
        node = self.level.nodes[number]
        for choice in node.choices:
            board = Board(at)
            board.mail.extend(node.sends)
            ways = [node.ways[index] for index in choice]
            for way in ways:
                self.enter(board, way.target, way.flow, tag)
            yield Move(what, number, (*first, *(way.flow for way in ways))), self._settled(board)

    def enter(self, board: Board, number: int, flow: int, tag: int) -> None:
        """A token comes to a node."""
        node = self.level.nodes[number]
        if node.kind == Kind.JOIN:
            board.waiting.append((number, flow, tag))
            self._join(board.waiting, board, number, node)
        elif node.kind == Kind.GATHER and len(node.incoming) > 1:
            board.gathered.append((number, flow, tag))
        elif node.kind in {Kind.WAIT, Kind.RACE} and not node.may_skip:
            board.waiting.append((number, 0, tag))
        else:
            board.moving.append((number, tag))

    def _join(self, tokens: list[Token], board: Board, number: int, node: Node) -> None:
        here = sorted({flow for n, flow, _ in tokens if n == number})
        if len(here) < len(node.incoming):
            return
        board.moving.append((number, self._consume(tokens, number, here)))

    def _consume(self, tokens: list[Token], number: int, flows: Iterable[int]) -> int:
        """Take one token of each flow; the tag of the one that goes on."""
        taken = [next(one for one in tokens if one[0] == number and one[1] == flow) for flow in flows]
        for one in taken:
            tokens.remove(one)
        return self.joined([one[2] for one in taken])

    def _wake(self, at: Position) -> tuple[Move, Position] | None:
        """The first inclusive join to which nothing more can come."""
        for number in dict.fromkeys(one[0] for one in at.gathered):
            arrived = {flow for n, flow, _ in at.gathered if n == number}
            if any(
                self._can_come(number, other, arrived)
                for other, _, _ in (*at.waiting, *at.gathered)
                if other != number
            ):
                continue
            board = Board(at)
            board.moving.append((number, self._consume(board.gathered, number, sorted(arrived))))
            return Move("gathers", number), self._settled(board)
        return None

    def _can_come(self, number: int, other: int, arrived: set[int]) -> bool:
        reachable = self.reaching[number].get(other, frozenset())
        return bool(reachable - arrived) and not reachable & arrived

    # --- what somebody or some time brings about ----------------------------------------------------------------------

    def _rest(self, at: Position) -> Iterator[tuple[Move, Position]]:
        for token in dict.fromkeys(at.waiting):
            yield from self.of_token(at, token)
        yield from self.escapes(at)
        for number in self.level.summoned:
            for message, less in self._heard(at, number):
                board = Board(less)
                board.moving.append((number, 0))
                yield Move(message, number), self._settled(board)

    def of_token(self, at: Position, token: Token) -> Iterator[tuple[Move, Position]]:
        """What may happen to one waiting token."""
        for without in self._without(at, token):
            yield from self._happens(without, token)

    def escapes(self, at: Position) -> Iterator[tuple[Move, Position]]:
        """The messages that may end all else."""
        handlers = self.level.handlers
        if handlers and not {number for number, _, _ in at.waiting} & set(handlers):
            for number in handlers:
                yield Move("withdrawn", number, (), escape=True), Position(moving=((number, 0),))

    def _without(self, at: Position, token: Token) -> Iterator[Position]:
        """The position without the token; where so many are alike that more may be, also with as many as before."""
        index = at.waiting.index(token)
        yield at._replace(waiting=at.waiting[:index] + at.waiting[index + 1 :])
        if at.waiting.count(token) >= MOST_ALIKE:
            yield at

    def _happens(self, without: Position, token: Token) -> Iterator[tuple[Move, Position]]:
        number, fired, tag = token
        node = self.level.nodes[number]
        if node.kind == Kind.WAIT:
            for _, heard in self._heard(without, number):
                yield from self._leave(heard, node.event or "done", number, tag)
        elif node.kind == Kind.RACE:
            for way in node.ways:
                event = self.level.nodes[way.target]
                for _, heard in self._heard(without, way.target):
                    yield from self._leave(heard, event.event or "done", way.target, tag, (way.flow,))
        elif node.kind == Kind.HOLD:
            for code in sorted(self.outcome_of(node).later):
                yield from self._leave_inside(without, number, tag, code)
        if node.kind != Kind.JOIN:
            yield from self._events(without, token, node, fired)

    def _events(
        self, without: Position, token: Token, node: Node, fired: int
    ) -> Iterator[tuple[Move, Position]]:
        number, _, tag = token
        for bit, event in enumerate(node.events):
            drawn = self.level.nodes[event]
            if drawn.event == "error" or fired >> bit & 1:
                continue
            for _, heard in self._heard(without, event):
                board, own = Board(heard), tag
                if not drawn.interrupting:
                    board.waiting.append((number, fired if drawn.repeats else fired | 1 << bit, tag))
                    own = self.aside(tag, event)
                board.moving.append((event, own))
                yield Move(drawn.event, event), self._settled(board)

    def _heard(self, at: Position, number: int) -> Iterator[tuple[str, Position]]:
        """The position with the message taken that the node needs from another pool; as it is for one that needs none."""
        node = self.level.nodes[number]
        if not node.hears:
            yield "message", at
        for one in node.hears:
            if one in at.mail:
                index = at.mail.index(one)
                yield "message", at._replace(mail=at.mail[:index] + at.mail[index + 1 :])

    def _leave_inside(
        self, at: Position, number: int, tag: int, code: str
    ) -> Iterator[tuple[Move, Position]]:
        node = self.level.nodes[number]
        if not code:
            yield from self._leave(at, "inside", number, tag)
            return
        for event in node.events:
            if self.catches(event, code):
                board = Board(at)
                board.moving.append((event, tag))
                yield Move("error", event), self._settled(board)
                return
        yield Move("throws", number), Position(thrown=code)

    def catches(self, event: int, code: str) -> bool:
        """Whether the boundary event is for that error."""
        drawn = self.level.nodes[event]
        return drawn.event == "error" and drawn.code in {None, code}

    def outcome_of(self, node: Node) -> Outcome:
        """How what is inside the node may end."""
        found = self.inside.get(node.inner or "")
        if found is None:  # not at hand: it may end in any way that is reckoned with here
            caught = {
                self.level.nodes[event].code or "?"
                for event in node.events
                if self.level.nodes[event].event == "error"
            }
            found = Outcome(frozenset(), frozenset({"", *caught}), rests=True)
        return Outcome(found.at_once | {""}, found.later, found.rests) if node.may_skip else found

    def _settled(self, board: Board) -> Position:
        position = board.position()
        self.crowded |= board.saturated
        return ENDED if position.ended else position

    # --- tags ---------------------------------------------------------------------------------------------------------

    def joined(self, tags: list[int]) -> int:
        """The tag of a token in which several have become one."""
        return tags[0]

    def aside(self, tag: int, _event: int) -> int:
        """The tag of a token that an event sets beside one that goes on waiting."""
        return tag


def _reaching(level: Level, join: int) -> dict[int, frozenset[int]]:
    """From each node, the join's flows that can be reached without passing it; a host's events count as its own ways."""
    leading: dict[int, set[int]] = {}
    for number, node in enumerate(level.nodes):
        for way in node.ways:
            leading.setdefault(way.target, set()).update(
                {number} if node.host is None else {number, node.host}
            )
    found: dict[int, set[int]] = {}
    for number, node in enumerate(level.nodes):
        for way in node.ways:
            if way.target != join:
                continue
            todo = [number] if node.host is None else [number, node.host]
            while todo:
                source = todo.pop()
                if source != join and way.flow not in found.setdefault(source, set()):
                    found[source].add(way.flow)
                    todo.extend(leading.get(source, ()))
    return {number: frozenset(flows) for number, flows in found.items()}
