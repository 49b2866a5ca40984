"""A case can always come to an end, no step is done twice unmeant, and none stays undone for ever.

The drawing is played as a game of tokens (`engine.soundness`); every finding has a run that shows it, see `verdict`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from engine.definitions import token_game
from engine.definitions.checks.model import Model
from engine.definitions.diagram import Node, Process
from engine.errors import Finding
from engine.soundness.net import Net
from engine.soundness.verdict import Fault, Verdict, judge

_SEVERITY = {"never-reached": "warning", "runs-twice": "warning", "unset-data": "warning"}
_KEPT = 64
_judged: OrderedDict[tuple[str, frozenset[str] | None, bool], Verdict] = OrderedDict()


def check(model: Model) -> Iterable[Finding]:
    """Faults of the game, and a warning where not all of it could be played."""
    found = verdict(model)
    for fault in found.faults:
        process = model.processes.get(fault.process_id)
        if fault.rule == "unreachable" or process is None:
            continue  # told by the rule `unreachable`
        node = process.nodes[fault.element_id]
        severity = _SEVERITY.get(fault.rule, "error")
        yield Finding(node.path, node.line, severity, fault.rule, node.id, _message(process, node, fault))
    first = next(model.all_processes(), None)
    if not found.complete and first is not None:
        message = f"{found.tried} positions tried, there are more. Nothing else was found so far; divide the routine by calls."
        yield Finding(first.path, first.line, "warning", "positions", first.id, message)


def verdict(model: Model) -> Verdict:
    """What the game of all drawings of a bundle comes to; kept, since the same bundle is asked for again and again."""
    key = (model.bundle.hash, model.around, model.stands_alone)
    found = _judged.get(key)
    if found is None:
        found = judge(net_of(model))
        _judged[key] = found
        if len(_judged) > _KEPT:
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
    (
        "unset-data",
        False,
    ): "{node} reads {name} before any step has written it. Ask for it in an earlier step.",
}
