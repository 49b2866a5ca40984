"""Everything the engine can do with a small drawing: each event in each state, with each choice of each gateway.

No rule of the token game stands here: states, moves and ends are those of `engine.execution`, and only they.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import StepFailed
from engine.execution import parse, run, snapshot, workflow
from engine.execution.specification import Specification
from engine.facts import ElementPassed, Fact
from tests.execution.drawn import due_after

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MOST_STATES = 30
MOST_STEPS = 150
MOST_ANSWERS = 24  # to the questions of one step


class TooMany(Exception):
    """The drawing has more states than a test has time for."""


@dataclass(eq=False)
class Oracle:
    """Answers each question by a script, with no beyond its end, and remembers how many were asked."""

    script: tuple[bool, ...] = ()
    asked: int = 0

    def __call__(self, id: object) -> bool:
        self.asked += 1
        return self.asked <= len(self.script) and self.script[self.asked - 1]


def surroundings(oracle: Any) -> run.Surroundings:
    return run.Surroundings(
        now=NOW, zone=ZoneInfo("Europe/Stockholm"), values={"": {}}, system={}, functions={"unit": oracle},
        due=due_after(NOW), perform=lambda _: None, step_budget=300,
    )  # fmt: skip


State = tuple[object, ...]
ENDED: State = ("ended",)
UNCAUGHT = "uncaught"  # among what was passed: an error ended everything


@dataclass(frozen=True)
class Edge:
    passed: frozenset[str]
    target: State


@dataclass
class Exhausted:
    """All states by signature with the edges from them; `stuck` are states in which the engine gave up waiting."""

    edges: dict[State, list[Edge]] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    opened: dict[State, tuple[str, ...]] = field(default_factory=dict)  # hosts of open sub-processes
    stuck: set[State] = field(default_factory=set)
    steps: int = 0
    breaking: frozenset[str] = frozenset()  # boundary events that interrupt

    def bad(self) -> set[State]:
        """The states from which no end can be reached any more."""
        return set(self.edges) - self.behind({ENDED})

    def lost_inside(self, host: str) -> set[State]:
        """The states in which the sub-process is open and can no longer end of itself."""
        inside = {state for state, hosts in self.opened.items() if host in hosts}
        good: set[State] = set()
        while True:
            more = {
                state
                for state in inside - good
                if any(
                    edge.passed & {host, f"{host}o", UNCAUGHT}
                    or (edge.target in good and not edge.passed & self.breaking)
                    for edge in self.edges[state]
                )
            }
            if not more:
                return inside - good
            good |= more

    def behind(self, found: set[State]) -> set[State]:
        """The states from which one of these can be reached, themselves included."""
        while True:
            more = {
                state
                for state, edges in self.edges.items()
                if state not in found and any(e.target in found for e in edges)
            }
            if not more:
                return found
            found = found | more


def exhaust(data: bytes) -> Exhausted:
    """Play everything; raises TooMany."""
    spec = parse.specification({"p.bpmn": data}, "p")
    found = Exhausted(
        breaking=frozenset(
            re.findall(r'<boundaryEvent id="(\w+b)" attachedToRef="\w+" cancelActivity="true"', data.decode())
        )
    )
    todo: list[tuple[State, dict[str, bytes]]] = []
    begun = list(_branches(spec, None, ""))
    found.edges[("begin",)] = []
    _take(found, ("begin",), begun, todo)
    while todo:
        state, rows = todo.pop()
        for key in run.open_keys(snapshot.load(spec, rows)).element_ids:
            _take(found, state, list(_branches(spec, rows, key)), todo)
    return found


def _take(
    found: Exhausted, state: State, branches: list[Any], todo: list[tuple[State, dict[str, bytes]]]
) -> None:
    for facts, instance, cause in branches:
        passed = frozenset(fact.place.element_id for fact in facts if isinstance(fact, ElementPassed))
        found.passed |= passed
        if cause == "uncaught-error":
            passed |= {UNCAUGHT}
        target, rows = _state(found, instance, cause)
        found.steps += 1
        if len(found.edges) > MOST_STATES or found.steps > MOST_STEPS:
            raise TooMany
        if target not in found.edges:
            found.edges[target] = []
            if rows is not None:
                todo.append((target, rows))
        found.edges[state].append(Edge(passed, target))


def _state(found: Exhausted, instance: run.Instance, cause: str) -> tuple[State, dict[str, bytes] | None]:
    if cause == "step-budget":
        raise TooMany
    if cause == "uncaught-error" or (not cause and instance.ended):
        return ENDED, None
    hosts: list[str] = []
    signature = _signature(instance.case, instance.case, hosts)
    if cause:
        assert cause == "deadlock", cause
        stuck = ("stuck", *signature)
        found.stuck.add(stuck)
        found.opened[stuck] = tuple(hosts)
        return stuck, None
    found.opened[signature] = tuple(hosts)
    instance.saved.clear()
    top = instance.case
    for part in (top, *top.subprocesses.values()):
        top.touched.update({task.id.hex: task for task in part.tasks.values() if task is not part.task_tree})
    return signature, dict(snapshot.changes(instance).written)


def _branches(
    spec: Specification, rows: dict[str, bytes] | None, key: str
) -> Iterator[tuple[list[Fact], run.Instance, str]]:
    """The event with every sequence of answers that the gateways on the way ask for."""
    scripts: list[tuple[bool, ...]] = [()]
    tried = 0
    while scripts:
        tried += 1
        if tried > MOST_ANSWERS:
            raise TooMany
        oracle = Oracle(scripts.pop())
        facts, instance, cause = happen(spec, rows, key, oracle)
        known = len(oracle.script)
        scripts += [
            (*oracle.script, *([False] * (asked - known)), True) for asked in range(known, oracle.asked)
        ]
        yield facts, instance, cause


def happen(
    spec: Specification, rows: dict[str, bytes] | None, key: str, oracle: Any
) -> tuple[list[Fact], run.Instance, str]:
    """The facts of a step, also of one that failed; the instance; and the cause of its failure."""
    around = surroundings(oracle)
    facts: list[Fact] = []
    instance = snapshot.load(spec, rows) if rows is not None else run.Instance(spec, workflow.Case(spec))
    try:
        with run._stepping(instance, around) as step:
            facts = step.facts
            if rows is None:
                workflow.begin(instance.case, run._start_event(spec, None))
            else:
                _do(instance, key, step)
    except StepFailed as failed:
        return facts, instance, failed.cause
    return facts, instance, ""


def _do(instance: run.Instance, key: str, step: Any) -> None:
    task = run._find(instance, key, run._is_waiting)
    if run._is_open_task(task):
        step.spend(task.task_spec.element.id)
        task.run()
        workflow.settle(task.workflow)
    else:
        task.task_spec.happen(task)


def _signature(case: Any, part: Any, hosts: list[str]) -> State:
    """What stands where, without the names of tasks: the same for cases that will go on alike."""
    tokens: list[Any] = []
    gathered: list[Any] = []
    for task in sorted(part.task_tree.children, key=lambda one: one.internal_data["order"]):
        told = _token(case, task, hosts)
        (gathered if task.task_spec.element.kind == "inclusiveGateway" else tokens).append(told)
    return (tuple(sorted(tokens, key=repr)), tuple(gathered))


def _token(case: Any, task: Any, hosts: list[str]) -> State:
    element = task.task_spec.element
    inner = case.subprocesses.get(task.id)
    if inner is not None and not task.task_spec.of_set:
        hosts.append(element.id)
    if element.loop is not None and not task.task_spec.of_set and element.kind == "subProcess":
        hosts.append(element.id)
    below = sorted((_token(case, child, hosts) for child in task.children), key=repr)
    inside = _signature(case, inner, hosts) if inner is not None else ()
    return (element.id, task.internal_data.get("flow", ""), tuple(below), inside)
