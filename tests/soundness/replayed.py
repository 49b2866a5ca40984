"""A counterexample played in the engine: the same tasks done, the same times come, the same ways chosen."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from engine.errors import StepFailed
from engine.execution import parse, run, workflow
from engine.facts import ElementPassed, Fact
from engine.soundness.trace import Run, Step
from tests.soundness.exhausted import surroundings

HAPPENS = frozenset({"done", "timer", "message"})


class Script:
    """Answers what gateways and sets ask as the run has it; no where the run says nothing."""

    def __init__(self, data: bytes, steps: Iterable[Step]) -> None:
        text = data.decode()
        self.source = dict(re.findall(r'<sequenceFlow id="(\w+)" sourceRef="(\w+)"', text))
        self.sets = set(re.findall(r"unit\(&quot;(\w+)&quot;\)", text))
        self.ways: dict[str, deque[frozenset[str]]] = defaultdict(deque)
        self.filled: dict[str, deque[bool]] = defaultdict(deque)
        self.asked: dict[str, set[str]] = defaultdict(set)
        under_way: dict[str, int] = defaultdict(int)
        for step in steps:
            if step.what == "passes":
                self.ways[step.element_id].append(frozenset(step.flow_ids))
            if step.element_id in self.sets:
                self._set(step, under_way)

    def _set(self, step: Step, under_way: dict[str, int]) -> None:
        if step.what == "opens":
            self.filled[step.element_id].append(True)
            under_way[step.element_id] += 1
        elif under_way[step.element_id]:
            under_way[step.element_id] -= 1
        elif step.what in {"passes", "inside"}:
            self.filled[step.element_id].append(False)

    def __call__(self, id: str) -> bool:
        if id in self.sets:
            return bool(self.filled[id]) and self.filled[id].popleft()
        gateway = self.source[id]
        if id in self.asked[gateway]:  # the gateway asks anew
            self.asked[gateway].clear()
            self.ways[gateway].popleft()
        self.asked[gateway].add(id)
        return bool(self.ways[gateway]) and id in self.ways[gateway][0]


class Replayed:
    """The case after the run: what waits at joins, and how often each element was passed."""

    def __init__(self, data: bytes, told: Run, upto: int | None = None) -> None:
        steps = told.steps[:upto]
        self.facts: list[Fact] = []
        self.cause = ""
        spec = parse.specification({"p.bpmn": data}, "p")
        self.instance = run.Instance(spec, workflow.Case(spec))
        self.around = surroundings(Script(data, steps))
        self._step(None)
        for step in steps:
            if step.what in HAPPENS:
                assert not self.cause, "the engine stopped before the run was over"
                self._step(step.element_id)

    def _step(self, element_id: str | None) -> None:
        try:
            with run._stepping(self.instance, self.around) as step:
                self.facts_of(step)
                if element_id is None:
                    workflow.begin(self.instance.case, run._start_event(self.instance.specification, None))
                    return
                opened = run.open_keys(self.instance).element_ids
                task = run._find(
                    self.instance,
                    next(key for key, one in opened.items() if one == element_id),
                    run._is_waiting,
                )
                if run._is_open_task(task):
                    task.run()
                    workflow.settle(task.workflow)
                else:
                    task.task_spec.happen(task)
        except StepFailed as failed:
            self.cause = failed.cause

    def facts_of(self, step: Any) -> None:
        """Keep the facts of a step, which go on growing while it runs."""
        step.facts = self.facts

    def passed(self, element_id: str) -> int:
        return sum(
            isinstance(one, ElementPassed) and one.place.element_id == element_id for one in self.facts
        )

    def waiting_at(self, element_id: str) -> list[str]:
        """The flows by which tokens wait at a gateway."""
        case = self.instance.case
        return sorted(
            task.internal_data.get("flow", "")
            for part in (case, *case.subprocesses.values())
            for task in part.tasks.values()
            if task is not part.task_tree and task.task_spec.element.id == element_id
        )

    def open(self) -> list[str]:
        return sorted(run.open_keys(self.instance).element_ids.values())
