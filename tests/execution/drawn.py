"""Small diagrams for the tests of this room, drawn in a line or two."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.execution import parse, run, snapshot
from engine.execution.elements import TimerRule
from engine.execution.specification import Specification
from engine.facts import Fact

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:samordna="urn:samordna:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">'
)


def flows(*chains: str) -> str:
    """Sequence flows: `"a b c"` leads from a to b and from b to c; `"a [x > 1] b"` on a condition; ids are `a__b`."""
    found = []
    for chain in chains:
        source, condition = "", ""
        for part in re.findall(r"\[.*?\](?= |$)|\S+", chain):
            if part.startswith("["):
                condition = part[1:-1].replace("&", "&amp;").replace("<", "&lt;")
                continue
            if source:
                inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
                found.append(
                    f'<sequenceFlow id="{source}__{part}" sourceRef="{source}" targetRef="{part}">{inner}</sequenceFlow>'
                )
            source, condition = part, ""
    return "\n".join(found)


def tasks(names: str) -> str:
    """User tasks by name."""
    return "\n".join(
        f'<userTask id="{name}" name="{name.title()}" samordna:role="staff"/>' for name in names.split()
    )


def nodes(kind: str, names: str) -> str:
    """Elements of one kind by name, without anything inside."""
    return "\n".join(f'<{kind} id="{name}"/>' for name in names.split())


def timer(
    element_id: str,
    value: str,
    *,
    on: str = "",
    interrupting: bool = True,
    kind: str = "Duration",
    more: str = "",
) -> str:
    """A boundary timer on `on`, or an intermediate one."""
    definition = f"<timerEventDefinition><time{kind}>{value}</time{kind}></timerEventDefinition>"
    if not on:
        return f'<intermediateCatchEvent id="{element_id}" {more}>{definition}</intermediateCatchEvent>'
    cancel = "true" if interrupting else "false"
    return f'<boundaryEvent id="{element_id}" attachedToRef="{on}" cancelActivity="{cancel}" {more}>{definition}</boundaryEvent>'


def message(element_id: str, *, on: str = "", interrupting: bool = True) -> str:
    """A boundary message on `on`, or an intermediate one."""
    if not on:
        return f'<intermediateCatchEvent id="{element_id}" samordna:role="staff"><messageEventDefinition/></intermediateCatchEvent>'
    cancel = "true" if interrupting else "false"
    return (
        f'<boundaryEvent id="{element_id}" attachedToRef="{on}" cancelActivity="{cancel}" samordna:role="staff">'
        "<messageEventDefinition/></boundaryEvent>"
    )


def end(element_id: str, kind: str = "", code: str = "") -> str:
    """An end event of the kinds terminate or error."""
    reference = f' errorRef="{code}"' if code else ""
    return f'<endEvent id="{element_id}"><{kind}EventDefinition{reference}/></endEvent>'


def sub(element_id: str, inside: str, *, more: str = "") -> str:
    """An embedded sub-process."""
    return f'<subProcess id="{element_id}" {more}>{inside}</subProcess>'


def each(collection: str, *, item: str = "item", result: str = "", sequential: bool = False) -> str:
    """Multi-instance characteristics."""
    name = f' samordna:result="{result}"' if result else ""
    order = ' isSequential="true"' if sequential else ""
    return f'<multiInstanceLoopCharacteristics samordna:collection="= {collection}" samordna:item="{item}"{name}{order}/>'


def process(inside: str, process_id: str = "p", *, around: str = "") -> bytes:
    """A whole file with one process; `around` stands beside it (errors, messages)."""
    return f'{_HEAD}{around}<process id="{process_id}" isExecutable="true">{inside}</process></definitions>'.encode()


_UNITS = {"D": "days", "H": "hours", "M": "minutes"}


def due_after(now: datetime) -> Callable[[TimerRule, object, str | None], run.Due]:
    """Deadlines as simple as the tests need them: whole days, hours or minutes, or an instant."""

    def due(rule: TimerRule, value: object, unit: str | None) -> run.Due:
        if rule.kind == "date":
            found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
            return run.Due(found.astimezone(UTC), {"unit": unit})
        parts = re.fullmatch(r"PT?(\d+)([DHM])", str(value))
        if parts is None:
            raise ValueError(value)
        length = timedelta(**{_UNITS[parts[2]]: int(parts[1])})
        return run.Due((rule.after or now) + length, {"unit": unit})

    return due


@dataclass
class Played:
    """A case under test: its instance, its data, its time, and all facts so far. `reload` saves and loads around each step."""

    spec: Specification
    reload: bool = False
    now: datetime = NOW
    values: dict[str, dict[str, object]] = field(default_factory=lambda: {"": {}})
    facts: list[Fact] = field(default_factory=list)
    rows: dict[str, bytes] = field(default_factory=dict)
    asked: list[run.Request] = field(default_factory=list)
    answers: dict[str, object] = field(default_factory=dict)
    budget: int = 2000
    perform: Callable[[run.Request], object] | None = None
    instance: run.Instance = field(init=False)

    def surroundings(self) -> run.Surroundings:
        return run.Surroundings(
            now=self.now,
            zone=ZoneInfo("Europe/Stockholm"),
            values=self.values,
            system={"case": {"number": "1"}, "subject": {}, "roles": {}},
            functions={},
            due=due_after(self.now),
            perform=self.perform or self._answer,
            step_budget=self.budget,
        )

    def _answer(self, request: run.Request) -> object:
        self.asked.append(request)
        return self.answers.get(request.operation)

    def start(self, start_event: str | None = None) -> Played:
        self.instance, facts = run.start(self.spec, self.surroundings(), start_event=start_event)
        return self._after(facts)

    def _after(self, facts: list[Fact]) -> Played:
        self.facts += facts
        changed = snapshot.changes(self.instance)
        self.rows.update(changed.written)
        for key in changed.removed:
            del self.rows[key]
        if self.reload:
            self.instance = snapshot.load(self.spec, dict(self.rows))
        return self

    def open(self) -> list[str]:
        """The element ids of open user tasks."""
        found = run.open_keys(self.instance)
        return [found.element_ids[key] for key in found.tasks]

    def armed(self) -> list[str]:
        found = run.open_keys(self.instance)
        return [found.element_ids[key] for key in found.timers]

    def awaited(self) -> list[str]:
        found = run.open_keys(self.instance)
        return [found.element_ids[key] for key in found.messages]

    def key(self, element_id: str, nth: int = 0) -> str:
        found = run.open_keys(self.instance)
        return [key for key, name in found.element_ids.items() if name == element_id][nth]

    def do(self, element_id: str, nth: int = 0, **data: object) -> Played:
        """Complete the user task with that element id, after writing its form's data."""
        key = self.key(element_id, nth)
        self.values.setdefault(run.scope_of(self.instance, key), {}).update(data)
        return self._after(run.complete(self.instance, key, self.surroundings()))

    def fire(self, element_id: str, nth: int = 0) -> Played:
        return self._after(run.fire(self.instance, self.key(element_id, nth), self.surroundings()))

    def receive(self, element_id: str, nth: int = 0) -> Played:
        return self._after(run.receive(self.instance, self.key(element_id, nth), self.surroundings()))

    def cancel(self) -> Played:
        return self._after(run.cancel(self.instance, self.surroundings()))

    def told(self, kind: type) -> list:
        """The facts of one kind so far."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def ended(self) -> bool:
        return self.instance.ended


def play(*files: bytes, process_id: str = "p", **more) -> Played:
    """A case of the first file's process, not yet started."""
    bundle = {f"file{number}.bpmn": data for number, data in enumerate(files)}
    return Played(parse.specification(bundle, process_id), **more)
