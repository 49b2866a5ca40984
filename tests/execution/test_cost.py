"""What a step costs does not grow with the steps already taken: nothing is left behind that could make it grow."""

from __future__ import annotations

import pytest

from benchmarks.loop import MOST_ROWS, begin, finish, one_round
from engine.execution import run
from tests.execution.drawn import each, flows, nodes, play, process, sub, tasks


@pytest.mark.parametrize("reload", [False, True], ids=["live", "reloaded"])
def test_three_hundred_rounds_leave_nothing_behind(reload: bool) -> None:
    case = begin(rounds=300, reload=reload)
    sizes = set()
    for number in range(1, 301):
        one_round(case, number)
        parts = [case.instance.case, *case.instance.case.subprocesses.values()]
        held = sum(len(part.tasks) for part in parts)
        sizes.add((len(case.rows), len(parts), held, len(case.instance.saved)))
        assert len(case.instance.case.event_manager.tasks) <= 5
    assert max(rows for rows, *_ in sizes) < MOST_ROWS
    assert len(sizes) <= 3  # the same every round, but for the last
    assert finish(case)


def test_two_thousand_rounds_of_one_task_work() -> None:
    gateway = '<exclusiveGateway id="g" default="g__e"/><exclusiveGateway id="m"/>'
    inside = nodes("startEvent", "s") + tasks("a") + nodes("endEvent", "e") + gateway
    case = play(process(inside + flows("s m a g [again] m", "g e"))).start()
    for _ in range(2000):
        case.do("a", again=True)
    assert len(case.rows) == 2
    assert case.do("a", again=False).ended


def test_each_step_of_many_items_writes_only_its_own_rows() -> None:
    item = nodes("startEvent", "is") + tasks("a b") + flows("is a b")
    case = play(process(nodes("startEvent", "s") + sub("x", item + each("units")) + flows("s x")))
    case.values[""]["units"] = [{"id": number} for number in range(200)]
    case.start()
    before = dict(case.rows)
    case.do("a", 100)
    assert len([key for key, row in case.rows.items() if before.get(key) != row]) == 2
    for _ in range(199):
        case.do("a")
    for _ in range(200):
        case.do("b")
    assert case.ended
    assert run.open_keys(case.instance).tasks == ()
