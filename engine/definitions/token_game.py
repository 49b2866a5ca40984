"""The drawings of a bundle as the net that `engine.soundness` plays.

Enters: processes as drawn, the messages between them, and what each element asks for. Leaves: a Net. Lenient as the reading itself: a
flow that leads nowhere is left out, a call of what is not at hand may end in any way. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from engine import xml
from engine.definitions import diagram, token_choices
from engine.definitions.diagram import SUB_PROCESSES, Diagram, Node, Process
from engine.definitions.formula import FormulaError, is_formula
from engine.definitions.routine import called_element
from engine.definitions.schema import Form
from engine.definitions.token_choices import parsed
from engine.definitions.vocabulary import FORMULAS, SYSTEM_NAMES, TASK_NAMES
from engine.soundness import net
from engine.soundness.net import Kind, Level, Net, Way

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("userTask", "manualTask", "task", "receiveTask", "intermediateCatchEvent"), Kind.WAIT),
    **dict.fromkeys(("callActivity", *SUB_PROCESSES), Kind.HOLD),
    **dict.fromkeys(("inclusiveGateway", "complexGateway"), Kind.GATHER),
    "parallelGateway": Kind.JOIN,
    "eventBasedGateway": Kind.RACE,
}
_STEPS = diagram.TASKS | diagram.SUB_PROCESSES | {"intermediateCatchEvent"}


@dataclass(frozen=True)
class Drawn:
    """What the net is made of. `forms` are by the element that asks, `known` the names that have a value from the
    start, None where others may have written anything before."""

    processes: Mapping[str, Process]
    diagrams: tuple[Diagram, ...]
    forms: Mapping[tuple[str, str], Form]  # by path of the diagram and id of the element
    known: frozenset[str] | None


def of(drawn: Drawn) -> Net:
    """The net of everything that is drawn."""
    channels = dict(_channels(drawn))
    groups = _groups(drawn.processes, channels)
    keys = {process_id: group[0] for group in groups for process_id in group}
    made = {
        group[0]: _Board(drawn, [drawn.processes[one] for one in group], keys, channels) for group in groups
    }
    levels = {key: level for board in made.values() for key, level in board.levels()}
    known = None if drawn.known is None else drawn.known | frozenset(SYSTEM_NAMES) | TASK_NAMES
    return Net(dict(_inside_first(levels)), known)


def _inside_first(levels: Mapping[str, Level]) -> Iterator[tuple[str, Level]]:
    """Each level after those inside it; a call that leads back to itself is cut off, as if what it calls were not at hand."""
    done: dict[str, Level] = {}
    under_way: set[str] = set()
    for first in levels:
        todo = [(first, False)]
        while todo:
            key, leaving = todo.pop()
            if leaving:
                nodes = tuple(
                    replace(one, inner=None) if one.inner is not None and one.inner not in done else one
                    for one in levels[key].nodes
                )
                done[key] = replace(levels[key], nodes=nodes)
            elif key in levels and key not in under_way:
                under_way.add(key)
                todo.append((key, True))
                todo += [(one.inner, False) for one in levels[key].nodes if one.inner is not None]
    yield from done.items()


# --- messages between pools -------------------------------------------------------------------------------------------


def _channels(drawn: Drawn) -> Iterator[tuple[tuple[str, str], int]]:
    """Each message flow between elements of two processes that are drawn here, with a number."""
    home = {
        node.id: process.id
        for process in drawn.processes.values()
        for node in process.nodes.values()
        if not node.parent_id
    }
    flows = [flow for one in drawn.diagrams for flow in one.root.iter(xml.bpmn("messageFlow"))]
    for number, flow in enumerate(flows):
        source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
        if source in home and target in home and home[source] != home[target]:
            yield (source, target), number


def _groups(processes: Mapping[str, Process], channels: Mapping[tuple[str, str], int]) -> list[list[str]]:
    """The processes that send one another messages, together; every other by itself."""
    groups = {process_id: [process_id] for process_id in processes}
    home = {node: process.id for process in processes.values() for node in process.nodes}
    for source, target in channels:
        one, other = groups[home[source]], groups[home[target]]
        if one is not other:
            one.extend(other)
            groups.update(dict.fromkeys(other, one))
    return list({id(group): group for group in groups.values()}.values())


# --- one process, or several that send one another messages -----------------------------------------------------------


class _Board:
    """The levels of a group of processes."""

    def __init__(
        self,
        drawn: Drawn,
        processes: list[Process],
        keys: Mapping[str, str],
        channels: Mapping[tuple[str, str], int],
    ) -> None:
        self.drawn, self.processes, self.keys, self.channels = drawn, processes, keys, channels

    def levels(self) -> Iterator[tuple[str, Level]]:
        top = [(process, node) for process in self.processes for node in process.inside("")]
        if top:
            key = self.keys[self.processes[0].id]
            yield key, self._level(key, top, None)
            yield from self._below(key, top)

    def _below(self, key: str, inside: list[tuple[Process, Node]]) -> Iterator[tuple[str, Level]]:
        for number, (process, node) in enumerate(inside):
            if node.kind in SUB_PROCESSES and node.id:
                own = f"{process.id}/{node.id}"
                within = [(process, one) for one in process.inside(node.id)]
                yield own, self._level(own, within, (key, number))
                yield from self._below(own, within)

    def _level(self, key: str, inside: list[tuple[Process, Node]], host: tuple[str, int] | None) -> Level:
        numbers = {node.id: number for number, (_, node) in enumerate(inside)}
        flows = list(dict.fromkeys(flow for _, node in inside for flow in node.outgoing))
        places = {flow: number for number, flow in enumerate(flows)}
        made = [self._node(process, node, numbers, places) for process, node in inside]
        incoming: dict[int, list[int]] = {}
        for one, _ in made:
            for way in one.ways:
                incoming.setdefault(way.target, []).append(way.flow)
        nodes = [replace(one, incoming=tuple(incoming.get(n, ()))) for n, (one, _) in enumerate(made)]
        starts, summoned = self._starts(inside, numbers, nodes)
        return Level(
            key=key,
            nodes=tuple(nodes),
            flows=tuple(flows),
            starts=starts,
            handlers=tuple(numbers[node.id] for _, node in inside if node.triggered),
            summoned=summoned,
            host=host,
            partial=any(partial for _, partial in made),
        )

    def _starts(
        self, inside: list[tuple[Process, Node]], numbers: Mapping[str, int], nodes: list[net.Node]
    ) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
        """The ways to begin: one start event of each pool; where none is drawn, all that nothing leads to."""
        ways: list[list[tuple[int, ...]]] = []
        summoned: list[int] = []
        for process in self.processes:
            own = [node for one, node in inside if one is process]
            starts = [numbers[node.id] for node in own if node.kind == "startEvent"]
            summoned += [one for one in starts if nodes[one].hears]
            free: list[tuple[int, ...]] = [(one,) for one in starts if not nodes[one].hears]
            if not starts:
                loose = [
                    node for node in own if not node.incoming and not node.attached_to and not node.triggered
                ]
                free = [tuple(numbers[node.id] for node in loose)] if loose else []
            if free:
                ways.append(free)
        found = (
            tuple(tuple(one for part in parts for one in part) for parts in product(*ways)) if ways else ()
        )
        return found, tuple(summoned)

    def _node(
        self, process: Process, node: Node, numbers: Mapping[str, int], places: Mapping[str, int]
    ) -> tuple[net.Node, bool]:
        ways = [
            (process.flows[flow], Way(places[flow], numbers[process.flows[flow].target]))
            for flow in node.outgoing
            if process.flows[flow].target in numbers
        ]
        choices, partial = token_choices.of(node, [flow for flow, _ in ways])
        kind = _kind(node)
        loop = node.multi_instance
        inner = self._inner(process, node)
        made = net.Node(
            id=node.id,
            process_id=process.id,
            kind=kind,
            is_step=node.kind in _STEPS,
            ways=tuple(way for _, way in ways),
            choices=choices,
            events=tuple(numbers[one.id] for one in process.boundary(node.id) if one.id in numbers),
            event="timer"
            if node.event == "timer"
            else "error"
            if node.event == "error"
            else "message"
            if node.events
            else "",
            interrupting=node.interrupting,
            repeats=node.event == "message" or node.element.find(f".//{xml.bpmn('timeCycle')}") is not None,
            host=numbers.get(node.attached_to) if node.kind == "boundaryEvent" else None,
            inner=inner,
            may_skip=loop is not None and kind in {Kind.WAIT, Kind.HOLD},
            code=_code(node) if node.event == "error" else None,
            reads=frozenset(_reads(process, node)),
            writes=frozenset(_writes(self.drawn, node)),
            gives=frozenset(_gives(node)),
            own_scope=loop is not None or (node.kind == "callActivity" and bool(node.inputs)),
            hears=tuple(number for (_, target), number in self.channels.items() if target == node.id),
            sends=tuple(number for (source, _), number in self.channels.items() if source == node.id),
        )
        return made, partial

    def _inner(self, process: Process, node: Node) -> str | None:
        if node.kind in SUB_PROCESSES:
            return f"{process.id}/{node.id}"
        return self.keys.get(called_element(node)) if node.kind == "callActivity" else None


def _kind(node: Node) -> Kind:
    if node.kind == "endEvent":
        return {"terminate": Kind.TERMINATE, "error": Kind.THROW}.get(node.event, Kind.THROUGH)
    return _KINDS.get(node.kind, Kind.THROUGH)


def _code(node: Node) -> str | None:
    """The error code that is thrown or caught; None where the event names none."""
    definition = node.definition()
    reference = definition.get("errorRef", "") if definition is not None else ""
    root = node.element.getroottree().getroot()
    for one in root.iterfind(xml.bpmn("error")):
        if reference and one.get("id") == reference:
            return one.get("errorCode") or reference
    return reference or None


# --- case data --------------------------------------------------------------------------------------------------------


def _reads(process: Process, node: Node) -> Iterator[str]:
    """The names that the element's own expressions take from case data; a set gives its own item."""
    loop = node.multi_instance
    item = _own(loop).get("item", "item") if loop is not None else ""
    texts = [own[name] for own in (node.own, _own(loop)) for name in FORMULAS & set(own)]
    texts += [value for _, value in node.inputs if is_formula(value)]
    definition = node.definition() if node.event == "timer" else None
    texts += [
        text
        for text in map(diagram.text_of, definition if definition is not None else ())
        if is_formula(text)
    ]
    default = node.element.get("default")
    texts += [
        process.flows[flow].condition or ""
        for flow in node.outgoing
        if flow != default and len(node.outgoing) > 1
    ]
    for text in texts:
        try:
            yield from parsed(text).free_names - {item} if text else ()
        except FormulaError:
            continue  # told by the rule on expressions


def _writes(drawn: Drawn, node: Node) -> Iterable[str]:
    form = drawn.forms.get((node.path, node.id))
    if form is not None:
        yield from (asked.key for asked in form.walk() if asked.key)
    yield from (own["result"] for own in (node.own, _own(node.multi_instance)) if own.get("result"))


def _gives(node: Node) -> Iterable[str]:
    if node.multi_instance is not None:
        yield _own(node.multi_instance).get("item", "item")
    if node.kind == "callActivity":
        yield from (name for name, _ in node.inputs)


def _own(element: xml.Element | None) -> Mapping[str, str]:
    return diagram.attributes(element) if element is not None else {}
