"""Inclusive gateways: every flow that holds, and a join that waits for what can still come and for nothing else."""

from __future__ import annotations

import itertools

import pytest

from engine.errors import StepFailed
from tests.execution.drawn import Played, flows, message, nodes, play, process, sub, tasks, timer

START_END = nodes("startEvent", "s") + nodes("endEvent", "e")
OR_SPLIT = '<inclusiveGateway id="g" default="g__d"/>' + tasks("a b d")
SPLIT_FLOWS = ("s g [a] a j", "g [b] b j", "g d j")
pytestmark = pytest.mark.parametrize("reload", [False, True], ids=["live", "reloaded"])


def started(inside: str, reload: bool, **data: object) -> Played:
    case = play(process(inside), reload=reload)
    case.values[""].update(data)
    return case.start()


@pytest.mark.parametrize(("a", "b"), list(itertools.product([True, False], repeat=2)))
def test_the_join_waits_for_exactly_the_branches_that_were_taken(a: bool, b: bool, reload: bool) -> None:
    inside = START_END + OR_SPLIT + nodes("inclusiveGateway", "j") + tasks("z") + flows(*SPLIT_FLOWS, "j z e")
    taken = [name for name, holds in (("a", a), ("b", b)) if holds] or ["d"]
    for order in itertools.permutations(taken):
        case = started(inside, reload, a=a, b=b)
        assert case.open() == taken
        for name in order:
            assert "z" not in case.open()
            case.do(name)
        assert case.open() == ["z"]
        assert case.do("z").ended


def test_no_flow_holds_and_no_default_is_an_incident(reload: bool) -> None:
    inside = START_END + nodes("inclusiveGateway", "g") + tasks("a b") + flows("s g [a] a e", "g [b] b e")
    with pytest.raises(StepFailed) as caught:
        started(inside, reload, a=False, b=False)
    assert caught.value.element_id == "g"


def test_a_branch_that_goes_round_is_waited_for_however_long(reload: bool) -> None:
    again = '<exclusiveGateway id="m"/><exclusiveGateway id="x" default="x__j"/>'
    inside = START_END + OR_SPLIT + again + nodes("inclusiveGateway", "j") + tasks("z")
    inside += flows("s g [a] m a x [again] m", "x j", "g [b] b j", "g d j", "j z e")
    case = started(inside, reload, a=True, b=True).do("b")
    for _ in range(30):
        assert case.do("a", again=True).open() == ["a"]
    assert len(case.rows) == 3
    assert case.do("a", again=False).open() == ["z"]


def test_a_branch_that_leaves_for_another_end_is_no_longer_waited_for(reload: bool) -> None:
    inside = (
        START_END + OR_SPLIT + '<exclusiveGateway id="x" default="x__j"/>' + nodes("inclusiveGateway", "j")
    )
    inside += (
        nodes("endEvent", "other")
        + tasks("z")
        + flows("s g [a] a x [away] other", "x j", "g [b] b j", "g d j", "j z e")
    )
    case = started(inside, reload, a=True, b=True).do("b")
    assert case.open() == ["a"]
    assert case.do("a", away=True).open() == ["z"]


@pytest.mark.parametrize("host", ["sub", "timer", "gateway"])
def test_tokens_inside_and_upon_hosts_are_waited_for(host: str, reload: bool) -> None:
    """A sub-process, a task that a timer may divert, and a waiting event gateway are each one token."""
    part = sub("h", nodes("startEvent", "hs") + tasks("t") + flows("hs t"))
    hosts = {
        "sub": part,
        "timer": tasks("h") + timer("late", "P1D", on="h") + nodes("endEvent", "gone") + flows("late gone"),
        "gateway": nodes("eventBasedGateway", "h") + timer("late", "P1D") + message("m"),
    }
    out = ("h late j", "h m j2 j") if host == "gateway" else ("h j",)
    inside = (
        START_END
        + nodes("parallelGateway", "g")
        + hosts[host]
        + tasks("b z")
        + nodes("inclusiveGateway", "j")
    )
    inside += nodes("exclusiveGateway", "j2") + flows("s g h", *out, "g b j z e")
    case = started(inside, reload).do("b")
    assert "z" not in case.open()
    move = {
        "sub": lambda: case.do("t"),
        "timer": lambda: case.fire("late"),
        "gateway": lambda: case.receive("m"),
    }
    move[host]()
    assert case.open() == ["z"]


def test_a_join_with_a_way_back_to_itself_does_not_wait_for_itself(reload: bool) -> None:
    gateways = nodes("inclusiveGateway", "j") + '<inclusiveGateway id="x" default="x__e"/>'
    inside = START_END + gateways + tasks("a") + flows("s j a x [again] j", "x e")
    case = started(inside, reload)
    for _ in range(5):
        case.do("a", again=True)
    assert case.do("a", again=False).ended


def test_two_joins_one_after_the_other_each_wait_for_their_own(reload: bool) -> None:
    inside = START_END + nodes("parallelGateway", "g") + tasks("a b c z") + nodes("inclusiveGateway", "j1 j2")
    inside += flows("s g a j1 j2 z e", "g b j1", "g c j2")
    for order in itertools.permutations("abc"):
        case = started(inside, reload)
        for name in order:
            assert "z" not in case.open()
            case.do(name)
        assert case.open() == ["z"]
        assert case.do("z").ended


def test_joins_in_different_items_do_not_see_one_another(reload: bool) -> None:
    item = (
        nodes("startEvent", "is")
        + nodes("parallelGateway", "g")
        + tasks("a b")
        + nodes("inclusiveGateway", "j")
        + nodes("endEvent", "ie")
    )
    loop = '<multiInstanceLoopCharacteristics samordna:collection="= [1, 2]"/>'
    case = started(START_END + sub("u", item + flows("is g a j ie", "g b j") + loop) + flows("s u e"), reload)
    case.do("a", 0).do("b", 1)
    assert sorted(case.open()) == ["a", "b"]
    assert case.do("a").do("b").ended
