"""A diagram as text: the steps in reading order, for those who cannot or do not want to look at the picture.

Enters: a process as drawn. Leaves: a list of steps with their depth. A branch is told once, under the name of
its flow; where it comes back to something already told, it says so. Follows the drawing and knows nothing of
cases.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions.diagram import SUB_PROCESSES, Flow, Node, Process

MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the outline.

    `kind` is the BPMN element name, or `branch` for a way out of a gateway (`name` is the flow's, `condition`
    its expression), or `goto` where the way goes on at a step told elsewhere (`target`). `depth` counts from
    0.
    """

    kind: str
    element_id: str
    name: str
    depth: int
    role: str = ""
    lane: str = ""
    event: str = ""
    condition: str = ""
    target: str = ""
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class _Walk:
    """Tell what follows from `node_id` until one of `stop`."""

    node_id: str
    stop: frozenset[str]
    depth: int


def of(process: Process) -> tuple[Step, ...]:
    """The whole process, from its start events on; what nothing leads to stands last."""
    teller = _Teller(process)
    teller.scope("", 0)
    for node in process.nodes.values():
        if node.id not in teller.told and not node.attached_to:
            teller.run([_Walk(node.id, frozenset(), 0)])
    return tuple(teller.steps)


class _Teller:
    def __init__(self, process: Process) -> None:
        self.process = process
        self.steps: list[Step] = []
        self.told: set[str] = set()
        self.meetings = _Meetings(process)

    def scope(self, parent_id: str, depth: int) -> None:
        self.run(list(reversed(self.entries(parent_id, depth))))

    def entries(self, parent_id: str, depth: int) -> list[Step | _Walk]:
        """Where the telling of a scope begins: its start events, then its event sub-processes."""
        inside = self.process.inside(parent_id)
        starts = [node for node in inside if node.kind == "startEvent"]
        if not starts:
            starts = [
                node for node in inside if not node.incoming and not node.attached_to and not node.triggered
            ]
        handlers = [node for node in inside if node.triggered]
        return [_Walk(node.id, frozenset(), depth) for node in [*starts, *handlers]]

    def run(self, todo: list[Step | _Walk]) -> None:
        """A stack of what is still to tell; no recursion, since a drawing may be long."""
        while todo:
            item = todo.pop()
            if isinstance(item, Step):
                self.steps.append(item)
            else:
                todo.extend(reversed(self.walk(item)))

    def walk(self, walk: _Walk) -> list[Step | _Walk]:
        """Tell one step and give back what comes next, in order."""
        node = self.process.nodes.get(walk.node_id)
        if node is None or node.id in walk.stop:
            return []
        if node.id in self.told:
            return [Step("goto", "", node.name, walk.depth, target=node.id)]
        self.told.add(node.id)
        self.steps.append(_step(node, walk.depth))
        inner = min(walk.depth + 1, MAX_DEPTH)
        after: list[Step | _Walk] = []
        if node.kind in SUB_PROCESSES:
            after += self.entries(node.id, inner)
        stop = walk.stop | self.meetings.reached_from(node)
        for event in self.process.boundary(node.id):
            after += [_Walk(event.id, stop, inner)]
        return after + self.onward(node, walk)

    def onward(self, node: Node, walk: _Walk) -> list[Step | _Walk]:
        flows = [self.process.flows[flow] for flow in node.outgoing]
        if len(flows) == 1:
            return self.follow(flows[0], walk.stop, walk.depth)
        inner = min(walk.depth + 1, MAX_DEPTH)
        meeting = self.meetings.after(node)
        stop = walk.stop | ({meeting} if meeting else frozenset())
        after: list[Step | _Walk] = []
        for flow in flows:
            name = flow.name or (
                self.process.nodes[flow.target].name if flow.target in self.process.nodes else ""
            )
            after += [
                Step("branch", flow.id, name, inner, condition=flow.condition or "", target=flow.target)
            ]
            after += self.follow(flow, stop, min(inner + 1, MAX_DEPTH))
        if meeting and meeting not in walk.stop:
            after.append(_Walk(meeting, walk.stop, walk.depth))
        return after

    def follow(self, flow: Flow, stop: frozenset[str], depth: int) -> list[Step | _Walk]:
        target = self.process.nodes.get(flow.target)
        if target is not None and target.id in self.told and target.id not in stop:
            return [Step("goto", "", target.name, depth, target=target.id)]
        return [_Walk(flow.target, stop, depth)]


def _step(node: Node, depth: int) -> Step:
    return Step(
        kind=node.kind,
        element_id=node.id,
        name=node.name,
        depth=depth,
        role=node.own.get("role", ""),
        lane=node.lane,
        event=node.event,
        interrupting=node.interrupting,
    )


class _Meetings:
    """Where the branches of a split meet again: the nearest node that every way to an end passes (its post-
    dominator).
    """

    def __init__(self, process: Process) -> None:
        self.process = process
        self.nodes = list(process.nodes.values())
        self.index = {node.id: number for number, node in enumerate(self.nodes)}
        self.next = [[self.index[one.id] for one in process.next(node)] for node in self.nodes]
        self.passed = self._passed()

    def _passed(self) -> list[int]:
        """For each node the set, as bits, of the nodes that every way from it to an end passes, itself
        included.
        """
        everything = (1 << len(self.nodes)) - 1
        passed = [1 << number if not self.next[number] else everything for number in range(len(self.nodes))]
        changed = True
        while changed:
            changed = False
            for number in range(len(self.nodes) - 1, -1, -1):
                common = everything
                for target in self.next[number]:
                    common &= passed[target]
                if self.next[number] and (common | 1 << number) != passed[number]:
                    passed[number] = common | 1 << number
                    changed = True
        return passed

    def after(self, node: Node) -> str:
        """The id of the meeting place after a split, '' where the branches do not meet."""
        number = self.index[node.id]
        common = self.passed[number] & ~(1 << number)
        # The nearest of them is the one from which all the others are still passed.
        for other in range(len(self.nodes)):
            if (
                common >> other & 1
                and self.passed[other] & common == common
                and self.passed[other] != (1 << len(self.nodes)) - 1
            ):
                return self.nodes[other].id
        return ""

    def reached_from(self, node: Node) -> frozenset[str]:
        """What the ordinary way out of a node leads to: where a boundary event's branch joins it, the telling
        stops.
        """
        if not self.process.boundary(node.id):
            return frozenset()
        seen: set[int] = set()
        todo = list(self.next[self.index[node.id]])
        while todo:
            number = todo.pop()
            if number not in seen:
                seen.add(number)
                todo.extend(self.next[number])
        return frozenset(self.nodes[number].id for number in seen)
