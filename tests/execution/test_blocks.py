"""Diagrams built at random from blocks run exactly the tasks that reading the blocks aloud would name, in any order of work.

A block is a task, or blocks in sequence, in parallel, one of several, some of several, repeated, or inside a sub-process or the
items of a list. Because every split has its join, nothing may be left waiting, whatever the order in which people work.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts import InstanceEnded, TaskOpened
from tests.execution.drawn import each, flows, nodes, play, process, sub, tasks


@dataclass
class Sketch:
    """A diagram being drawn at random: what it shows, and how often each task is to be done."""

    random: Random
    expected: Counter[str] = field(default_factory=Counter)
    data: dict[str, object] = field(default_factory=dict)
    rounds: dict[str, int] = field(
        default_factory=dict
    )  # tasks that end a loop's body, with the rounds still to come
    numbers: count[int] = field(default_factory=count)

    def block(self, depth: int, times: int) -> tuple[str, str, str]:
        """XML, first and last element of a random block that is gone through `times` times."""
        kinds = [self.sequence, self.parallel, self.one_of, self.some_of, self.repeated, self.embedded]
        kind = self.task if depth == 0 or self.random.random() < 0.2 else self.random.choice(kinds)
        return kind(depth - 1, times)

    def task(self, _depth: int, times: int) -> tuple[str, str, str]:
        name = f"t{next(self.numbers)}"
        self.expected[name] += times
        return tasks(name), name, name

    def sequence(self, depth: int, times: int) -> tuple[str, str, str]:
        first, second = self.block(depth, times), self.block(depth, times)
        return first[0] + second[0] + flows(f"{first[2]} {second[1]}"), first[1], second[2]

    def parallel(self, depth: int, times: int) -> tuple[str, str, str]:
        return self._split("parallelGateway", depth, times, [True] * self.random.randint(2, 3))

    def one_of(self, depth: int, times: int) -> tuple[str, str, str]:
        branches = [False] * self.random.randint(2, 3)
        branches[self.random.randrange(len(branches))] = True
        return self._split("exclusiveGateway", depth, times, branches)

    def some_of(self, depth: int, times: int) -> tuple[str, str, str]:
        branches = [self.random.random() < 0.6 for _ in range(self.random.randint(2, 3))]
        branches[0] = branches[0] or not any(branches)
        return self._split("inclusiveGateway", depth, times, branches)

    def _split(self, kind: str, depth: int, times: int, taken: list[bool]) -> tuple[str, str, str]:
        number = next(self.numbers)
        split, join = f"g{number}", f"j{number}"
        xml = nodes(kind, f"{split} {join}")
        for branch, is_taken in enumerate(taken):
            inner = self.block(depth, times if is_taken else 0)
            name = f"c{number}_{branch}"
            self.data[name] = is_taken
            condition = "" if kind == "parallelGateway" else f"[{name}] "
            xml += inner[0] + flows(f"{split} {condition}{inner[1]}", f"{inner[2]} {join}")
        return xml, split, join

    def repeated(self, depth: int, times: int) -> tuple[str, str, str]:
        if times != 1:  # the rounds of a loop within a loop would have to be planned for each of its rounds
            return self.task(depth, times)
        number, rounds = next(self.numbers), self.random.randint(1, 4)
        inner = self.block(depth, rounds)
        last = f"last{number}"
        self.expected[last] += rounds
        self.rounds[last] = rounds
        xml = (
            nodes("exclusiveGateway", f"m{number}")
            + f'<exclusiveGateway id="x{number}" default="x{number}__o{number}"/>'
        )
        xml += nodes("exclusiveGateway", f"o{number}") + tasks(last) + inner[0]
        chain = (
            f"m{number} {inner[1]}",
            f"{inner[2]} {last} x{number} [again{number}] m{number}",
            f"x{number} o{number}",
        )
        return xml + flows(*chain), f"m{number}", f"o{number}"

    def embedded(self, depth: int, times: int) -> tuple[str, str, str]:
        number, items = next(self.numbers), self.random.randint(0, 3)
        inner = self.block(depth, times * items)
        inside = nodes("startEvent", f"s{number}") + inner[0] + flows(f"s{number} {inner[1]}")
        name = f"p{number}"
        if items == 1:
            return sub(name, inside), name, name
        loop = each(f"items{number}", sequential=self.random.random() < 0.3)
        self.data[f"items{number}"] = list(range(items))
        return sub(name, inside + loop), name, name


@pytest.mark.parametrize("reload", [False, True], ids=["live", "reloaded"])
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9), depth=st.integers(1, 4))
def test_blocks_run_as_they_read(seed: int, depth: int, reload: bool) -> None:
    random = Random(seed)
    sketch = Sketch(random)
    inside, first, last = sketch.block(depth, 1)
    diagram = nodes("startEvent", "s") + nodes("endEvent", "e") + inside + flows(f"s {first}", f"{last} e")
    case = play(process(diagram), reload=reload)
    case.values[""].update(sketch.data)
    case.start()
    while tasks_open := case.open():
        nth = random.randrange(len(tasks_open))
        name = tasks_open[nth]
        data: dict[str, object] = {}
        if name in sketch.rounds:
            sketch.rounds[name] -= 1
            data[f"again{name.removeprefix('last')}"] = sketch.rounds[name] > 0
        case.do(name, tasks_open[:nth].count(name), **data)
    assert Counter(fact.place.element_id for fact in case.told(TaskOpened)) == +sketch.expected
    assert case.told(InstanceEnded) == [InstanceEnded("e", "")]
    assert set(case.rows) == {"instance"}
