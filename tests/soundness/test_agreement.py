"""The token game says what the engine does: random small drawings, judged by both.

The engine plays each drawing to exhaustion (`exhausted`). `SAMORDNA_TEST_DRAWINGS` says how many drawings are made.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from hypothesis import HealthCheck, event, given, settings

from engine.definitions import files
from engine.definitions.checks import model
from engine.definitions.checks.soundness import net_of
from engine.soundness import ends, reach
from engine.soundness.moves import Move, Outcome, Rules
from engine.soundness.net import Kind, Level, Net, Node
from engine.soundness.reduced import reducible
from engine.soundness.space import Space, all_positions, in_turns
from engine.soundness.verdict import Fault, judge
from tests.soundness.drawing import drawings
from tests.soundness.exhausted import Exhausted, TooMany, exhaust
from tests.soundness.replayed import Replayed

MOST_POSITIONS = 2_000
ASKED_FOR = os.environ.get("SAMORDNA_TEST_DRAWINGS")


@settings(
    max_examples=int(ASKED_FOR or "60"),
    derandomize=ASKED_FOR is None,  # of every day the same; others where somebody asks for a number
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(drawn=drawings())
def test_the_game_and_the_engine_agree_on_every_random_drawing(drawn: tuple[bytes, list[str]]) -> None:
    data, hosts = drawn
    try:
        played = exhaust(data)
    except TooMany:
        event("too many states for the engine")
        return
    if any(len(set(open_)) < len(open_) for open_ in played.opened.values()):
        event("two of one part open at once")
        return
    spaces = judged(data)
    if spaces is None:
        event("more tokens than are counted")
        return
    event("sound" if not played.bad() else "unsound")
    levels, found = spaces
    assert lost(levels, found) == lost_in_the_engine(played, hosts)
    reached = taken(levels, found)
    assert played.passed <= reached
    # What ends all before anything rests also ends what has just begun inside a part, which is played by itself.
    assert all("_" in one for one in reached - played.passed)
    fewer = in_turns_where_that_may_be(levels, found)
    assert lost(levels, fewer) == lost(levels, found)
    assert taken(levels, fewer) == taken(levels, found)
    for fault in judge(Net(levels)).faults:
        see_that_the_engine_shows(fault, data)


def see_that_the_engine_shows(fault: Fault, data: bytes) -> None:
    """The run of the fault, played in the engine, ends where it says."""
    if fault.rule not in {"deadlock", "livelock", "runs-twice"}:
        return
    again = Replayed(data, fault.run)
    if fault.rule == "deadlock":
        told = [place.flow_id for place in fault.run.steps[-1].places if place.element_id == fault.element_id]
        assert sorted(set(again.waiting_at(fault.element_id))) == sorted(told)
    elif fault.rule == "livelock":
        before = Replayed(data, fault.run, fault.run.turns_to)
        assert before.open() == again.open()
        assert len(again.facts) > len(before.facts)
    else:
        assert again.passed(fault.cause or fault.element_id) > 1


def judged(data: bytes) -> tuple[Mapping[str, Level], dict[str, Space]] | None:
    """The levels of the drawing with all their positions; None where more tokens gather than are told apart."""
    read, _ = model.read(files.bundle({"p.bpmn": data}, "p"), conventions=False, operations=None)
    levels = net_of(read).levels
    spaces: dict[str, Space] = {}
    outcomes: dict[str, Outcome] = {}
    for key, level in levels.items():
        rules = Rules(level, outcomes)
        spaces[key] = all_positions(rules, MOST_POSITIONS)
        outcomes[key] = spaces[key].outcome()
        if rules.crowded or not spaces[key].complete:
            return None
    return levels, spaces


def in_turns_where_that_may_be(levels: Mapping[str, Level], spaces: dict[str, Space]) -> dict[str, Space]:
    """The same, with as few positions as will do."""
    outcomes = {key: space.outcome() for key, space in spaces.items()}
    rules = {key: Rules(level, outcomes) for key, level in levels.items()}
    return {
        key: in_turns(rules[key], MOST_POSITIONS) if reducible(rules[key]) else spaces[key] for key in levels
    }


def lost(levels: Mapping[str, Level], spaces: Mapping[str, Space]) -> set[str]:
    """The levels in which a token can come to where no end is reached any more, and not because a part inside never ends."""
    alive = reach.alive(levels, spaces)
    return {
        key.partition("/")[2]
        for key, level in levels.items()
        if key in alive and (ends.deadlocks(level, spaces[key]) or ends.livelocks(level, spaces[key]))
    }


def lost_in_the_engine(played: Exhausted, hosts: list[str]) -> set[str]:
    """The same from the engine's states: a state is lost outside when it is, and no part that never ends at all explains it."""
    inside = {host: played.lost_inside(host) for host in hosts}
    endless = {
        state
        for host, states in inside.items()
        for state in states
        if all(one in states for one, open_ in played.opened.items() if host in open_)
    }
    outside = played.bad() - set().union(*inside.values()) - played.behind(endless)
    return {host for host, states in inside.items() if states} | ({""} if outside else set())


def taken(levels: Mapping[str, Level], spaces: Mapping[str, Space]) -> set[str]:
    """The elements that a token leaves in some level that some case comes to."""
    alive = reach.alive(levels, spaces)
    found: set[str] = set()
    for key in alive:
        nodes = levels[key].nodes
        moved = {
            move.node for moves in spaces[key].edges for move, _ in moves if _leaves(nodes[move.node], move)
        }
        moved |= {
            n
            for n, one in enumerate(nodes)
            if one.kind == Kind.RACE and moved & {way.target for way in one.ways}
        }
        found |= {nodes[number].id for number in moved}
    return found


def _leaves(node: Node, move: Move) -> bool:
    return move.what not in {"opens", "gathers"} and (move.what != "throws" or node.kind != Kind.HOLD)
