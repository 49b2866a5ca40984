"""The board: what a diagram looks like to a token.

Enters: nothing. Leaves: frozen records that `engine.definitions.token_game` fills and all of this room reads. A level is one process
or embedded sub-process; its nodes and flows are numbers there, so that positions are small and quick to compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a node does with a token that comes."""

    THROUGH = "passes"  # lets it through: service task, start event, exclusive gateway, plain end
    WAIT = "waits"  # keeps it until somebody or some time lets it go: user task, catch event
    RACE = "races"  # keeps it until the first of its events comes
    JOIN = "joins"  # keeps it until one has come by each flow
    GATHER = "gathers"  # keeps it until no more can come
    HOLD = "holds"  # gives it to the level inside
    TERMINATE = "terminates"  # ends the level
    THROW = "throws"  # ends the level with an error


@dataclass(frozen=True, slots=True)
class Way:
    """A flow out of a node: its number in the level, and the node that it leads to."""

    flow: int
    target: int


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. `choices` are the sets of its `ways`, by number, that may be taken together.

    `events` are the boundary events on it. `inner` is the key of the level inside, None where that is not at hand. `code` is of an
    error, thrown or caught; None catches each. `reads` and `writes` are names of case data; `own_scope` says that what is written
    inside is not seen outside. `hears` and `sends` are messages between pools.
    """

    id: str
    process_id: str
    kind: Kind
    is_step: bool  # people see it as a step: an activity or an event to wait for
    ways: tuple[Way, ...] = ()
    choices: tuple[tuple[int, ...], ...] = ((),)
    incoming: tuple[int, ...] = ()
    events: tuple[int, ...] = ()
    event: str = ""  # of an event: timer, message, error
    interrupting: bool = True
    repeats: bool = False
    host: int | None = None  # of a boundary event
    inner: str | None = None
    may_skip: bool = False  # a set that may be empty
    code: str | None = None
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()  # names that only what is inside it sees
    own_scope: bool = False
    hears: tuple[int, ...] = ()
    sends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """`starts` are the ways to begin, each the nodes that get a token; `handlers` the event sub-processes that may end all else.

    `summoned` are start events that a message from another pool of the level begins. `host` is the level and the node around it.
    """

    key: str
    nodes: tuple[Node, ...]
    flows: tuple[str, ...]  # ids by number
    starts: tuple[tuple[int, ...], ...]
    handlers: tuple[int, ...] = ()
    summoned: tuple[int, ...] = ()
    host: tuple[str, int] | None = None
    partial: bool = False  # not all choices of its gateways could be listed


@dataclass(frozen=True, slots=True)
class Net:
    """All levels of a bundle by key, those inside before those around.

    `known` are the names that have a value from the start; None where anything may have one, and no reading comes too early.
    """

    levels: Mapping[str, Level]
    known: frozenset[str] | None = None
