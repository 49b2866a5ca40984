"""A case can always come to an end, no step is done twice unmeant, and none stays undone for ever.

The drawing is played as a game of tokens (`engine.soundness`); every finding has a run that shows it, see `verdict`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping

from engine.definitions import token_game
from engine.definitions.checks.model import Model
from engine.definitions.diagram import Node, Process
from engine.errors import Finding
from engine.soundness.net import Net
from engine.soundness.verdict import MOST_POSITIONS, Fault, Verdict, judge

_SEVERITY = {"never-reached": "warning", "runs-twice": "warning", "unset-data": "warning"}
_KEPT = 64
_SHOWN = 8  # so many steps of a run are named in a line of text, the last ones
_judged: OrderedDict[tuple[object, ...], Verdict] = OrderedDict()


def check(model: Model) -> Iterable[Finding]:
    """Faults of the game, and a warning where not all of it could be played."""
    for finding, fault in told(model):
        if fault.rule != "unreachable":  # told by the rule `unreachable`
            yield finding
    found = verdict(model)
    first = next(model.all_processes(), None)
    if not found.complete and first is not None:
        message = f"{found.tried} positions tried, there are more. Nothing else was found so far; divide the routine by calls."
        yield Finding(first.path, first.line, "warning", "positions", first.id, message)


def told(model: Model) -> Iterator[tuple[Finding, Fault]]:
    """Each fault as a finding, beside the fault itself with the run that shows it."""
    for fault in verdict(model).faults:
        process = model.processes.get(fault.process_id)
        if process is not None:
            node = process.nodes[fault.element_id]
            severity = _SEVERITY.get(fault.rule, "error")
            message = _message(process, node, fault) + _example(model, fault)
            yield Finding(node.path, node.line, severity, fault.rule, node.id, message), fault


def verdict(model: Model) -> Verdict:
    """What the game of all drawings of a bundle comes to, within `model.positions`.

    It is kept by the board: a change of words, papers or layout asks for the same game again. What was tried in full before is
    given also where less would do.
    """
    board = net_of(model)
    drawn = (tuple(board.levels.items()), board.known)
    for bound in {MOST_POSITIONS, model.positions}:
        if bound >= model.positions and (drawn, bound) in _judged:
            return _judged[drawn, bound]
    found = judge(board, bound=model.positions)
    _judged[drawn, MOST_POSITIONS if found.complete else model.positions] = found
    while len(_judged) > _KEPT:
        _judged.popitem(last=False)
    return found


def net_of(model: Model) -> Net:
    """What is drawn in a bundle, as a board."""
    forms = {
        (node.path, node.id): form for _, node in model.nodes() if (form := model.form_of(node)) is not None
    }
    known = (model.around or frozenset()) if model.stands_alone else None
    return token_game.of(token_game.Drawn(model.processes, model.diagrams, forms, known))


def _message(process: Process, node: Node, fault: Fault) -> str:
    cause = _quoted(process, fault.cause)
    kind = "never" if fault.never else fault.rule
    return _MESSAGES[kind, bool(fault.cause)].format(
        cause=cause, name=fault.name, node=_quoted(process, node.id)
    )


def _example(model: Model, fault: Fault) -> str:
    """The run in one line: what is passed, and where it leads to. Empty where the fault is that nothing leads there."""
    if fault.rule in ("never-reached", "unreachable"):
        return ""
    names = [
        _quoted(model.processes[step.process_id], step.element_id)
        for step in fault.run.steps
        if step.process_id in model.processes
    ]
    shown = [one for number, one in enumerate(names) if number == 0 or names[number - 1] != one]
    if not shown:
        return ""
    cut = ["..."] if len(shown) > _SHOWN else []
    back = fault.run.turns_to
    again = f", then again from {names[back]}" if back is not None and back < len(names) else ""
    return f" For example: {' > '.join([*cut, *shown[-_SHOWN:]])}{again}."


def _quoted(process: Process, element_id: str) -> str:
    return (process.nodes[element_id].name or element_id) if element_id in process.nodes else element_id


_JOIN_ALIKE = "Join them as they divide."
_MESSAGES: Mapping[tuple[str, bool], str] = {
    (
        "never",
        False,
    ): "No case gets past {node}: it waits for a way that never comes. Lead only ways here that are taken.",
    ("never", True): "No case gets past {node}: it waits for ways that {cause} does not open. " + _JOIN_ALIKE,
    (
        "deadlock",
        False,
    ): "A case can come to stand at {node}, waiting for a way not taken. Join with another gateway.",
    ("deadlock", True): "{node} waits for every way, but {cause} may open fewer. " + _JOIN_ALIKE,
    ("livelock", False): "From {node} on no end is ever reached. Draw a way out of the round.",
    (
        "runs-twice",
        False,
    ): "{node} can happen twice, once for each way that leads to it. Join the ways before it.",
    (
        "runs-twice",
        True,
    ): "{node} can happen twice: the ways meeting at {cause} do not wait for each other. Join them there.",
    (
        "never-reached",
        False,
    ): "No case ever comes to {node}, though flows lead there. Correct what is before it.",
    ("unreachable", False): "Nothing leads to {node} from a start event. Connect or remove it.",
    (
        "unset-data",
        False,
    ): "{node} reads {name} before any step has written it. Ask for it in an earlier step.",
}
