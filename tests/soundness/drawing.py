"""Random small drawings: every gateway, rounds, boundary events, sub-processes, sets, errors and ends, sound or not."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.execution.drawn import each, end, message, nodes, process, sub, tasks, timer

KINDS = (
    "userTask", "userTask", "serviceTask", "exclusiveGateway", "exclusiveGateway", "parallelGateway", "parallelGateway",
    "inclusiveGateway", "eventBasedGateway", "subProcess",
)  # fmt: skip
OUTS = dict.fromkeys(("exclusiveGateway", "parallelGateway", "inclusiveGateway"), (1, 2, 2, 3))
ERROR = '<error id="oops" errorCode="oops"/>'


@dataclass
class Drawn:
    """One level being drawn. `choices` are the flows, or sets, that the engine asks about."""

    prefix: str
    parts: list[str] = field(default_factory=list)
    flows: int = 0
    levels: list[str] = field(default_factory=list)

    def flow(self, source: str, target: str, *, asked: bool = False) -> str:
        self.flows += 1
        name = f"{self.prefix}f{self.flows}"
        condition = f'<conditionExpression>unit("{name}")</conditionExpression>' if asked else ""
        self.parts.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'
        )
        return name


@st.composite
def drawings(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """A file with one process `p`, and the ids of its embedded sub-processes."""
    drawn = draw(levels("", 1))
    return process("".join(drawn.parts), around=ERROR), drawn.levels


@st.composite
def levels(draw: st.DrawFn, prefix: str, depth: int) -> Drawn:
    """The start, some nodes in a row, and the ends; flows go on to a later node, or back to a task that waits."""
    drawn = Drawn(prefix)
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=3 if depth else 1, max_size=6 if depth else 3))
    names = [f"{prefix}n{number}" for number in range(len(kinds))]
    ends = [f"{prefix}e{number}" for number in range(draw(st.integers(1, 2)))]
    order = [*names, *ends]
    waiting = [name for name, kind in zip(names, kinds, strict=True) if kind == "userTask"]
    drawn.parts.append(nodes("startEvent", f"{prefix}s"))
    drawn.flow(f"{prefix}s", names[0])

    def target(after: int) -> str:
        if waiting and draw(st.integers(0, 5)) == 0:
            return draw(st.sampled_from(waiting))
        return draw(st.sampled_from(order[after + 1 :]))

    for number, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        _node(draw, drawn, name, kind, depth)
        if kind == "eventBasedGateway":
            for event in (message(f"{name}m"), timer(f"{name}t", "P1D")):
                drawn.parts.append(event)
            for letter in "mt":
                drawn.flow(name, f"{name}{letter}")
                drawn.flow(f"{name}{letter}", target(number))
            continue
        outs = [target(number) for _ in range(draw(st.sampled_from(OUTS.get(kind, (1,)))))]
        asked = kind in {"exclusiveGateway", "inclusiveGateway"}
        made = [drawn.flow(name, one, asked=asked and index > 0) for index, one in enumerate(outs)]
        if asked:
            drawn.parts = [
                part.replace(f'<{kind} id="{name}"/>', f'<{kind} id="{name}" default="{made[0]}"/>')
                for part in drawn.parts
            ]
        if kind in {"userTask", "subProcess"}:
            _events(draw, drawn, name, kind, lambda at=number: target(at))
    for name in ends:
        kind = draw(st.sampled_from(("", "", "terminate", *(("error",) if not depth else ()))))
        drawn.parts.append(
            end(name, kind, "oops" if kind == "error" else "") if kind else nodes("endEvent", name)
        )
    return drawn


def _node(draw: st.DrawFn, drawn: Drawn, name: str, kind: str, depth: int) -> None:
    if kind == "userTask":
        marker = each(f"if unit(&quot;{name}&quot;) then [1] else []") if draw(st.integers(0, 9)) == 0 else ""
        drawn.parts.append(tasks(name).replace("/>", f">{marker}</userTask>") if marker else tasks(name))
    elif kind == "serviceTask" or (kind == "subProcess" and not depth):
        drawn.parts.append(f'<serviceTask id="{name}" samordna:operation="x"/>')
    elif kind == "subProcess":
        inner = draw(levels(f"{name}_", depth - 1))
        marker = each(f"if unit(&quot;{name}&quot;) then [1] else []") if draw(st.integers(0, 3)) == 0 else ""
        drawn.parts.append(sub(name, marker + "".join(inner.parts)))
        drawn.levels.append(name)
        if not marker:
            drawn.parts.append(
                f'<boundaryEvent id="{name}o" attachedToRef="{name}"><errorEventDefinition errorRef="oops"/></boundaryEvent>'
            )
            drawn.parts.append(nodes("endEvent", f"{name}oe"))
            drawn.flow(f"{name}o", f"{name}oe")
    else:
        drawn.parts.append(nodes(kind, name))


def _events(draw: st.DrawFn, drawn: Drawn, name: str, kind: str, target) -> None:
    inside = next((part for part in drawn.parts if f' id="{name}"' in part), "")
    if draw(st.integers(0, 2)) or not inside.startswith(("<userTask", "<subProcess")):
        return
    if kind == "userTask" and "multiInstance" in inside:
        return
    interrupting = draw(st.booleans())
    drawn.parts.append(timer(f"{name}b", "P1D", on=name, interrupting=interrupting))
    drawn.flow(f"{name}b", target())
