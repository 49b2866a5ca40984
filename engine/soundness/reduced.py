"""Fewer positions for a level in which many things happen side by side, with the same faults.

Enters: the rules of a level. Leaves: for a position, the moves that are enough. A token that hinders no other and never comes round to
where it is goes first, with all that may happen to it, and the others wait for their turn: whatever they would have done before, they
can still do after. So each standstill, each round and each step that some order leads to is still come to. In which order things were
written is not kept. Inclusive joins and messages between pools make tokens look at each other: levels with those are not reduced.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.soundness.moves import Move, Rules
from engine.soundness.net import Kind, Node
from engine.soundness.position import Position


def reducible(rules: Rules) -> bool:
    """Whether tokens of the level never look at one another but at parallel joins."""
    nodes = rules.level.nodes
    return not any((one.kind == Kind.GATHER and len(one.incoming) > 1) or one.hears for one in nodes)


class Turns:
    """Chooses whose turn it is."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.nodes = rules, rules.level.nodes
        self._gentle: dict[int, bool] = {}

    def after(self, at: Position) -> Iterator[tuple[Move, Position]]:
        """The moves of the first token that is gentle, else all moves."""
        if not at.moving and len(set(at.waiting)) > 1:
            for token in dict.fromkeys(at.waiting):
                if self.nodes[token[0]].kind != Kind.JOIN and self.gentle(token[0]):
                    moves = list(self.rules.of_token(at, token))
                    if moves:
                        return iter([*moves, *self.rules.escapes(at)])
        return self.rules.after(at)

    def gentle(self, number: int) -> bool:
        """Whether whatever happens at the node leads away from it for good, and ends nothing else before all rests again."""
        found = self._gentle.get(number)
        if found is None:
            found = self._leads_away(number) and self._is_gentle(self.nodes[number])
            self._gentle[number] = found
        return found

    def _leads_away(self, number: int) -> bool:
        if any(
            self.nodes[one].repeats and not self.nodes[one].interrupting for one in self.nodes[number].events
        ):
            return False
        seen: set[int] = set()
        todo = [number]
        while todo:
            node = self.nodes[todo.pop()]
            ahead = {*node.events, *self._targets(node)} - seen
            if number in ahead:
                return False
            seen |= ahead
            todo += ahead
        return True

    def _is_gentle(self, node: Node) -> bool:
        todo = [event for event in node.events if self.nodes[event].event != "error"]
        if node.kind == Kind.RACE:
            todo += [target for way in node.ways for target in self._targets(self.nodes[way.target])]
        elif node.kind == Kind.HOLD:
            followed = self._after_part(node, self.rules.outcome_of(node).later)
            if followed is None:
                return False
            todo += followed
        else:
            todo += self._targets(node)
        return self._runs_gently(todo)

    def _runs_gently(self, todo: list[int]) -> bool:
        seen: set[int] = set()
        while todo:
            number = todo.pop()
            if number in seen:
                continue
            seen.add(number)
            node = self.nodes[number]
            if node.kind in {Kind.TERMINATE, Kind.THROW}:
                return False
            if node.kind == Kind.HOLD:
                followed = self._after_part(node, self.rules.outcome_of(node).at_once)
                if followed is None:
                    return False
                todo += followed
            elif node.kind not in {Kind.WAIT, Kind.RACE} or node.may_skip:
                todo += self._targets(node)
        return True

    def _after_part(self, node: Node, codes: frozenset[str]) -> list[int] | None:
        """Where tokens go on when the part ends in these ways; None where an error of it leaves the level."""
        found = self._targets(node) if "" in codes else []
        for code in codes - {""}:
            caught = [one for one in node.events if self.rules.catches(one, code)]
            if not caught:
                return None
            found.append(caught[0])
        return found

    @staticmethod
    def _targets(node: Node) -> list[int]:
        return [way.target for way in node.ways]
