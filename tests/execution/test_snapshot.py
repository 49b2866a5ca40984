"""A case goes on from its rows as if it had never been put away."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest
import SpiffWorkflow.task
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StaleCase, StepFailed
from engine.execution import parse, run, snapshot
from engine.facts import (
    InstanceEnded,
    MessageAwaited,
    MessageUnawaited,
    ScopeClosed,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerFired,
    TimerSet,
)
from tests.execution.drawn import (
    NOW,
    Played,
    each,
    end,
    flows,
    message,
    nodes,
    play,
    process,
    sub,
    tasks,
    timer,
)

START_END = nodes("startEvent", "s") + nodes("endEvent", "e")


def rounds() -> tuple[bytes, ...]:
    """Rounds that begin anew through an error, a cycle inside each item, and a withdrawal that ends all."""
    item = (
        nodes("startEvent", "is") + tasks("answer") + nodes("endEvent", "ie re") + end("again", "error", "E1")
    )
    item += '<exclusiveGateway id="g" default="g__ie"/>'
    item += timer("reminder", "R3/PT1H", kind="Cycle", on="answer", interrupting=False) + tasks("escalate")
    item += flows("is answer g ie", "g [yes] again", "reminder escalate re")
    units = sub("units", item + each("units", item="unit", result="answers"))
    around = sub("round", nodes("startEvent", "rs") + units + flows("rs units"))
    error = (
        '<boundaryEvent id="b" attachedToRef="round"><errorEventDefinition errorRef="E1"/></boundaryEvent>'
    )
    start = '<startEvent id="ws"><messageEventDefinition/></startEvent>'
    handler = sub("w", start + tasks("close") + flows("ws close"), more='triggeredByEvent="true"')
    inside = START_END + nodes("exclusiveGateway", "m") + around + error + handler
    return (process(inside + flows("s m round e", "b m"), around='<error id="E1" errorCode="one"/>'),)


def nested() -> tuple[bytes, ...]:
    """Items within items, a call with inputs for each, one after the other, and messages that may come again."""
    call = '<callActivity id="c" calledElement="q"><extensionElements><samordna:input name="who" value="= unit"/></extensionElements>'
    call += each("[1, 2]", item="goal", result="per_goal", sequential=True) + "</callActivity>"
    called = nodes("startEvent", "cs") + tasks("a b") + message("m", on="a", interrupting=False)
    called += timer("t", "P1D", on="b") + flows("cs a b", "m b")
    outer = sub(
        "units",
        nodes("startEvent", "us") + call + flows("us c") + each("units", item="unit", result="answers"),
    )
    inside = START_END + outer + timer("limit", "P9D", on="units") + flows("s units e", "limit e")
    return process(inside), process(called, "q")


def gateways() -> tuple[bytes, ...]:
    """Inclusive and parallel joins, an event gateway in a loop, and a terminate end that may close it all."""
    inside = START_END + nodes("parallelGateway", "p1 p2") + tasks("a b d x") + nodes("inclusiveGateway", "j")
    inside += '<inclusiveGateway id="g" default="g__d"/><exclusiveGateway id="again" default="again__p2"/>'
    inside += (
        nodes("exclusiveGateway", "m n")
        + nodes("eventBasedGateway", "w")
        + timer("t", "P1D")
        + message("msg")
    )
    inside += end("stop", "terminate") + timer("late", "P3D", on="x", interrupting=False)
    inside += flows(
        "s p1 m g [yes] a j again [yes] m",
        "again p2",
        "g [not(yes)] b j",
        "g d j",
        "p1 n w t n",
        "w msg x p2 e",
        "late stop",
    )
    return (process(inside),)


DIAGRAMS = {"rounds": rounds, "nested": nested, "gateways": gateways}
SPECS = {
    name: parse.specification({f"{number}.bpmn": data for number, data in enumerate(files())}, "p")
    for name, files in DIAGRAMS.items()
}


@pytest.fixture
def numbered(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Engine keys that count up, so that two runs can be compared byte for byte; call it to begin at one again."""

    def begin() -> None:
        numbers = count(1)
        monkeypatch.setattr(SpiffWorkflow.task, "uuid4", lambda: UUID(int=next(numbers)))

    begin()
    return begin


def whole(case: Played) -> dict[str, bytes]:
    """All rows, written from scratch."""
    rows = {task.id.hex: snapshot._bytes(snapshot._row(task)) for task in run._live(case.instance)}
    return rows | {"instance": snapshot._bytes(snapshot._head(case.instance.case))}


def walk(name: str, moves: list[tuple[int, bool]], *, reload: bool) -> list[object]:
    """Facts and rows of a case that makes these moves: whatever is open, the n-th of it, with `yes` true or false."""
    case = Played(SPECS[name], reload=reload)
    case.values[""].update(units=["u1", "u2", "u3"], yes=False)
    case.start()
    seen: list[object] = [dict(case.rows)]
    for number, yes in moves:
        found = run.open_keys(case.instance)
        keys = [*found.tasks, *found.timers, *found.messages]
        if not keys:
            break
        key = keys[number % len(keys)]
        nth = [k for k, element in found.element_ids.items() if element == found.element_ids[key]].index(key)
        act = case.do if key in found.tasks else case.fire if key in found.timers else case.receive
        try:
            act(found.element_ids[key], nth, **({"yes": yes} if key in found.tasks else {}))
        except StepFailed as failure:
            seen.append(str(failure))
            break
        assert case.rows == whole(case), "an incremental save missed something"
        see_that_nothing_is_lost(case)
        seen.append(dict(case.rows))
        seen.append(json.dumps(case.values, sort_keys=True, default=str))
    return [*case.facts, *seen]


def see_that_nothing_is_lost(case: Played) -> None:
    """What was opened, armed or awaited is open still, or was closed exactly once; scopes go with what they belong to."""
    found = run.open_keys(case.instance)
    gone = [
        fact.key
        for fact in case.facts
        if isinstance(fact, TaskClosed | TimerFired | TimerCleared | MessageUnawaited)
    ]
    come = [fact.key for fact in case.facts if isinstance(fact, TaskOpened | TimerSet | MessageAwaited)]
    assert len(set(gone)) == len(gone)
    assert sorted([*gone, *found.tasks, *found.timers, *found.messages]) == sorted(come)
    closed = [fact.scope for fact in case.told(ScopeClosed)]
    scopes = {fact.place.scope for fact in case.told(TaskOpened)} - {""}
    assert len(set(closed)) == len(closed)
    assert not case.values.keys() & set(closed)
    if case.ended:
        assert scopes <= set(closed)
        assert case.told(InstanceEnded)[-1] is case.facts[-1]
        assert set(case.rows) == {"instance"}


MOVES = st.lists(st.tuples(st.integers(0, 11), st.booleans()), max_size=25)


@pytest.mark.parametrize("name", DIAGRAMS)
@settings(max_examples=60, deadline=None)
@given(moves=MOVES)
def test_a_case_loaded_anew_before_each_step_does_the_same(name: str, moves: list[tuple[int, bool]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        results = []
        for reload in (False, True):
            numbers = count(1)
            patch.setattr(SpiffWorkflow.task, "uuid4", lambda numbers=numbers: UUID(int=next(numbers)))
            results.append(walk(name, moves, reload=reload))
    assert results[0] == results[1]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_was_just_loaded_or_saved_has_no_changes(name: str) -> None:
    case = Played(SPECS[name])
    case.values[""].update(units=["u1", "u2"], yes=False)
    case.start()
    again = snapshot.load(case.spec, dict(case.rows))
    again.case.touched.update({task.id.hex: task for task in run._live(again)})
    assert snapshot.changes(again) == snapshot.changes(case.instance) == snapshot.Changes({}, set())


def test_a_loaded_case_shares_the_specification() -> None:
    case = Played(SPECS["gateways"])
    case.values[""]["yes"] = True
    case.start()
    for task in run._live(snapshot.load(case.spec, dict(case.rows))):
        assert task.task_spec is case.spec.level.task_specs[task.task_spec.name]


def test_only_the_rows_that_differ_are_written(numbered: Callable[[], None]) -> None:
    case = play(
        process(
            START_END
            + sub("x", nodes("startEvent", "xs") + tasks("a b") + flows("xs a b") + each("[1, 2, 3]"))
            + flows("s x e")
        )
    )
    case.start()
    before = dict(case.rows)
    case.do("a")
    changed = {key for key, row in case.rows.items() if before.get(key) != row}
    assert len(changed) == 2  # the instance and the new task
    assert len(before.keys() - case.rows.keys()) == 1


def test_the_same_state_gives_the_same_bytes(numbered: Callable[[], None]) -> None:
    first = Played(SPECS["rounds"], now=NOW)
    first.values[""]["units"] = [{"b": 1, "a": 2}]
    first.start()
    numbered()
    second = Played(SPECS["rounds"])
    second.values[""]["units"] = [{"a": 2, "b": 1}]
    second.start()
    assert first.rows == second.rows


@pytest.mark.parametrize(
    "item",
    [
        {"typename": "UUID", "value": "x"}, {"typename": "SpiffWorkflow.task.Task"}, {"__class__": "x", "class": "os.system"},
        "\ud800", "\x00", "</script>", {"host": "", "parent": "", "own": {}, "order": 1}, [[[[[]]]]], 10**30, Decimal("0.1"), {"": None},
    ],
)  # fmt: skip
def test_no_item_can_make_a_case_unloadable(item: object) -> None:
    task = '<userTask id="a" samordna:role="staff"/>'
    loop = each("things", item="thing", result="out")
    case = play(
        process(
            START_END + sub("x", nodes("startEvent", "xs") + task + flows("xs a") + loop) + flows("s x e")
        ),
        reload=True,
    )
    case.values[""]["things"] = [item]
    case.start().do("a")
    assert case.ended
    assert case.values[""]["out"] == [{"thing": item}]


def test_an_item_that_could_pass_for_a_tag_is_an_incident_and_never_saved() -> None:
    inside = (
        START_END
        + sub("x", nodes("startEvent", "xs") + tasks("a") + flows("xs a") + each("things"))
        + flows("s x e")
    )
    case = play(process(inside))
    case.values[""]["things"] = [{"$": ["date", "2026-01-01"]}]
    with pytest.raises(StepFailed) as caught:
        case.start()
    assert caught.value.element_id == "x"


@pytest.mark.parametrize(
    "rows",
    [
        {}, {"instance": b""}, {"instance": b"[]"}, {"instance": b'{"format":9,"process":"p"}'},
        {"instance": b'{"ended":false,"format":1,"order":1,"outcome":["",""],"process":"other"}'},
        {"instance": b'{"ended":false,"format":1,"order":1,"outcome":["",""],"process":"p"}', "0" * 32: b'{"own":{"order":1}}'},
    ],
)  # fmt: skip
def test_rows_that_do_not_belong_to_the_specification_are_refused(rows: dict[str, bytes]) -> None:
    spec = play(process(START_END + tasks("a") + flows("s a e"))).spec
    with pytest.raises(StaleCase):
        snapshot.load(spec, rows)


def test_rows_of_a_task_that_the_diagram_no_longer_has_are_refused() -> None:
    case = play(process(START_END + tasks("a") + flows("s a e"))).start()
    other = play(process(START_END + tasks("b") + flows("s b e")))
    with pytest.raises(StaleCase):
        snapshot.load(other.spec, case.rows)


def test_an_ended_case_can_be_loaded_and_nothing_is_open_in_it() -> None:
    case = play(process(START_END + tasks("a") + flows("s a e")), reload=True).start().do("a")
    assert case.ended
    assert run.open_keys(case.instance) == run.Open((), (), (), {})
