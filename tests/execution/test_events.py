"""Timers, messages, errors, event sub-processes and the gateway that waits for events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import StepFailed
from engine.facts import (
    ElementPassed,
    InstanceEnded,
    MessageAwaited,
    MessageUnawaited,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerFired,
    TimerSet,
)
from tests.execution.drawn import NOW, each, end, flows, message, nodes, play, process, sub, tasks, timer

START_END = nodes("startEvent", "s") + nodes("endEvent", "e")
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.parametrize("reload", [False, True], ids=["live", "reloaded"])


def inner(name: str, task: str) -> str:
    """A sub-process with one user task."""
    return sub(
        name,
        nodes("startEvent", f"{name}_s")
        + tasks(task)
        + nodes("endEvent", f"{name}_e")
        + flows(f"{name}_s {task} {name}_e"),
    )


CALLED = process(nodes("startEvent", "cs") + tasks("a") + nodes("endEvent", "ce") + flows("cs a ce"), "q")
HOSTS = {
    "task": tasks("h"),
    "sub-process": inner("h", "a"),
    "call": '<callActivity id="h" calledElement="q"/>',
    "multi-instance": inner("h", "a").replace("</subProcess>", each("[1, 2]") + "</subProcess>"),
}


# --- timers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drawn", "deadlines"),
    [
        (timer("t", "P1D", on="a", interrupting=False), {"t": True}),
        (timer("t", "P1D", on="a", interrupting=False, more='samordna:deadline="false"'), {"t": False}),
        (
            timer("t", "P1D", on="a", interrupting=False)
            + timer("u", "P2D", on="a", interrupting=False, more='samordna:deadline="true"'),
            {"t": False, "u": True},
        ),
    ],
    ids=["the only one", "said to be none", "one of two"],
)
def test_a_tasks_due_date_is_its_only_timer_or_the_marked_one(
    drawn: str, deadlines: dict[str, bool], reload: bool
) -> None:
    ways = "".join(flows(f"{name} e") for name in deadlines)
    case = play(process(START_END + tasks("a") + drawn + flows("s a e") + ways), reload=reload).start()
    assert {fact.place.element_id: fact.deadline for fact in case.told(TimerSet)} == deadlines


@pytest.mark.parametrize("host", HOSTS)
def test_an_interrupting_timer_ends_its_host_and_all_inside(host: str, reload: bool) -> None:
    inside = START_END + HOSTS[host] + timer("t", "P1D", on="h") + tasks("b") + flows("s h e", "t b e")
    case = play(process(inside), CALLED, reload=reload).start()
    (armed,) = case.told(TimerSet)
    assert (armed.watches, armed.due_at) == ("h", NOW + timedelta(days=1))
    assert armed.host == (case.key("h") if host == "task" else "")
    opened = case.told(TaskOpened)
    case.fire("t")
    assert case.told(TimerFired) == [TimerFired(armed.key, armed.place)]
    assert {fact.key for fact in case.told(TaskClosed)} == {fact.key for fact in opened}
    assert {fact.how for fact in case.told(TaskClosed)} == {"cancelled"}
    assert case.told(TimerCleared) == []
    assert case.open() == ["b"]
    assert case.do("b").ended
    assert "h" not in [fact.place.element_id for fact in case.told(ElementPassed)]


@pytest.mark.parametrize("host", HOSTS)
def test_a_non_interrupting_timer_leaves_its_host_open(host: str, reload: bool) -> None:
    inside = (
        START_END
        + HOSTS[host]
        + timer("t", "P1D", on="h", interrupting=False)
        + tasks("b")
        + flows("s h e", "t b e")
    )
    case = play(process(inside), CALLED, reload=reload).start()
    before = case.open()
    case.fire("t")
    assert sorted(case.open()) == sorted([*before, "b"])
    assert case.armed() == []
    for task in before:
        case.do(task)
    assert case.open() == ["b"]
    assert not case.ended
    assert case.do("b").ended


@pytest.mark.parametrize("host", HOSTS)
def test_a_timer_is_cleared_when_its_host_ends(host: str, reload: bool) -> None:
    inside = (
        START_END + HOSTS[host] + timer("t", "P1D", on="h") + timer("u", "P2D", on="h", interrupting=False)
    )
    case = play(process(inside + flows("s h e", "t e", "u e")), CALLED, reload=reload).start()
    for task in case.open():
        case.do(task)
    assert [fact.key for fact in case.told(TimerCleared)] == [fact.key for fact in case.told(TimerSet)]
    assert case.ended


def test_a_cycle_is_armed_anew_as_often_as_it_says_and_counts_from_when_it_was_due(reload: bool) -> None:
    inside = (
        START_END
        + tasks("a b")
        + timer("t", "R3/PT1H", kind="Cycle", on="a", interrupting=False)
        + flows("s a e", "t b e")
    )
    case = play(process(inside), reload=reload).start()
    for _ in range(3):
        case.now += 5 * HOUR  # late, yet no turn is lost
        case.fire("t")
    assert case.armed() == []
    assert [fact.due_at for fact in case.told(TimerSet)] == [NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR]
    assert len({fact.key for fact in case.told(TimerSet)}) == 3
    case.do("a")
    assert case.open() == ["b", "b", "b"]
    assert case.do("b").do("b").do("b").ended


def test_a_cycle_without_a_number_goes_on_until_its_host_ends(reload: bool) -> None:
    inside = (
        START_END
        + tasks("a")
        + timer("t", "R/PT1H", kind="Cycle", on="a", interrupting=False)
        + flows("s a e", "t e")
    )
    case = play(process(inside), reload=reload).start()
    for _ in range(40):
        case.fire("t")
    assert case.told(TimerSet)[-1].due_at == NOW + 41 * HOUR
    assert len(case.rows) == 3
    assert case.do("a").ended


def test_a_cycle_may_begin_at_an_instant_and_come_from_feel(reload: bool) -> None:
    inside = (
        START_END
        + tasks("a")
        + timer("t", "= cycle", kind="Cycle", on="a", interrupting=False)
        + flows("s a e", "t e")
    )
    case = play(process(inside), reload=reload)
    case.values[""]["cycle"] = "R2/2026-04-01T10:00:00+02:00/P1D"
    case.start().fire("t").fire("t")
    first = datetime(2026, 4, 1, 8, tzinfo=UTC)
    assert [fact.due_at for fact in case.told(TimerSet)] == [first, first + timedelta(days=1)]


def test_a_timer_hands_on_its_rule_and_the_unit_of_its_host(reload: bool) -> None:
    more = 'samordna:calendar="working-days" samordna:deadline="true"'
    task = '<userTask id="a" samordna:unit="= &quot;u1&quot;"/>'
    inside = START_END + task + timer("t", "P2D", on="a", more=more) + flows("s a e", "t e")
    (armed,) = play(process(inside), reload=reload).start().told(TimerSet)
    assert (armed.deadline, armed.calendar, armed.explanation) == (True, "working-days", {"unit": "u1"})


def test_an_intermediate_timer_holds_its_token(reload: bool) -> None:
    inside = START_END + timer("t", "= at", kind="Date") + flows("s t e")
    case = play(process(inside), reload=reload)
    case.values[""]["at"] = "2026-12-24T12:00:00+01:00"
    (armed,) = case.start().told(TimerSet)
    assert (armed.host, armed.watches) == ("", "t")
    assert armed.due_at == datetime(2026, 12, 24, 11, tzinfo=UTC)
    assert case.fire("t").ended


@pytest.mark.parametrize(("value", "cause"), [("= gone", "no-value"), ('= "P1X"', "timer")])
def test_a_timer_without_an_instant_stops_the_case_at_the_timer(value: str, cause: str, reload: bool) -> None:
    inside = START_END + tasks("a") + timer("t", value.replace('"', "&quot;"), on="a") + flows("s a e", "t e")
    with pytest.raises(StepFailed) as caught:
        play(process(inside), reload=reload).start()
    assert (caught.value.element_id, caught.value.cause) == ("t", cause)


def test_a_timer_keeps_its_instant_whatever_happens_to_the_data(reload: bool) -> None:
    inside = (
        START_END + nodes("parallelGateway", "g") + tasks("a b") + timer("t", "= at", kind="Date", on="a")
    )
    case = play(process(inside + flows("s g a e", "g b e", "t e")), reload=reload)
    case.values[""]["at"] = "2026-12-24T12:00:00+01:00"
    case.start().do("b", at="2027-01-01T00:00:00Z")
    assert len(case.told(TimerSet)) == 1
    assert case.fire("t").ended


def test_a_loop_arms_its_timer_anew_each_round(reload: bool) -> None:
    gateway = '<exclusiveGateway id="g" default="g__e"/><exclusiveGateway id="m"/>'
    inside = START_END + tasks("a") + gateway + timer("t", "P1D", on="a", interrupting=False)
    case = play(process(inside + flows("s m a g [again] m", "g e", "t e")), reload=reload).start()
    for _ in range(5):
        case.do("a", again=True)
    case.do("a", again=False)
    assert case.ended
    assert len(case.told(TimerSet)) == len(case.told(TimerCleared)) == 6


# --- messages ---------------------------------------------------------------------------------------------------------


def test_a_message_goes_to_one_waiting_place_only(reload: bool) -> None:
    waiting = sub(
        "x", nodes("startEvent", "xs") + message("m") + flows("xs m") + each("[1, 2, 3]", result="r")
    )
    case = play(process(START_END + waiting + flows("s x e")), reload=reload).start()
    assert case.awaited() == ["m", "m", "m"]
    assert case.receive("m", 1).awaited() == ["m", "m"]
    places = case.told(MessageAwaited)
    assert [fact.key for fact in case.told(MessageUnawaited)] == [places[1].key]
    assert (places[0].role, places[0].unit) == ("staff", None)
    assert case.receive("m").receive("m").ended


def test_a_non_interrupting_message_may_come_as_often_as_it_is_sent(reload: bool) -> None:
    inside = START_END + tasks("a b") + message("m", on="a", interrupting=False) + flows("s a e", "m b e")
    case = play(process(inside), reload=reload).start().receive("m").receive("m")
    assert case.open() == ["a", "b", "b"]
    assert len({fact.key for fact in case.told(MessageAwaited)}) == 3
    case.do("a")
    assert [fact.received for fact in case.told(MessageUnawaited)] == [True, True, False]
    assert case.do("b").do("b").ended


def test_an_interrupting_message_ends_a_big_sub_process(reload: bool) -> None:
    big = sub(
        "x",
        nodes("startEvent", "xs")
        + nodes("parallelGateway", "g")
        + inner("h", "a").replace("</subProcess>", each("[1, 2]") + "</subProcess>")
        + timer("t", "P1D", on="h", interrupting=False)
        + '<callActivity id="c" calledElement="q2"/>'
        + flows("xs g h", "g c"),
    )
    other = CALLED.replace(b'id="q"', b'id="q2"')
    inside = START_END + big + message("m", on="x") + tasks("w") + flows("s x e", "m w e")
    case = play(process(inside), other, reload=reload).start().receive("m")
    assert case.open() == ["w"]
    assert (case.armed(), case.awaited()) == ([], [])
    assert len([fact for fact in case.told(TaskClosed) if fact.how == "cancelled"]) == 3
    assert case.do("w").ended


def test_the_first_event_after_an_event_gateway_decides(reload: bool) -> None:
    gateway = nodes("eventBasedGateway", "g") + timer("t", "P1D") + message("m") + message("n")
    inside = START_END + gateway + tasks("a b c") + flows("s g t a e", "g m b e", "g n c e")
    for event, task in (("t", "a"), ("m", "b"), ("n", "c")):
        case = play(process(inside), reload=reload).start()
        assert (case.armed(), case.awaited()) == (["t"], ["m", "n"])
        case.fire(event) if event == "t" else case.receive(event)
        assert case.open() == [task]
        assert (case.armed(), case.awaited()) == ([], [])
        passed = [(fact.place.element_id, fact.flows) for fact in case.told(ElementPassed)]
        assert passed == [("s", ("s__g",)), ("g", (f"g__{event}",)), (event, (f"{event}__{task}",))]
        assert case.do(task).ended


def test_an_event_gateway_in_a_loop_waits_anew(reload: bool) -> None:
    gateway = (
        nodes("eventBasedGateway", "g") + timer("t", "P1D") + message("m") + nodes("exclusiveGateway", "x")
    )
    case = play(process(START_END + gateway + flows("s x g t x", "g m e")), reload=reload).start()
    for _ in range(5):
        case.fire("t")
    assert len(case.rows) == 4
    assert case.receive("m").ended


# --- event sub-processes ----------------------------------------------------------------------------------------------


def withdrawal(name: str = "w") -> str:
    start = f'<startEvent id="{name}_s" samordna:role="staff"><messageEventDefinition/></startEvent>'
    inside = (
        start + tasks(f"{name}_t") + nodes("endEvent", f"{name}_e") + flows(f"{name}_s {name}_t {name}_e")
    )
    return sub(name, inside, more='triggeredByEvent="true"')


def test_an_event_sub_process_ends_all_else_and_gives_the_outcome(reload: bool) -> None:
    inside = (
        START_END + nodes("parallelGateway", "g") + inner("h", "a") + timer("t", "P1D", on="h") + message("m")
    )
    case = play(
        process(inside + withdrawal() + withdrawal("d") + flows("s g h e", "g m e", "t e")), reload=reload
    ).start()
    assert case.awaited() == ["w_s", "d_s", "m"]
    case.receive("w_s")
    assert (case.open(), case.armed(), case.awaited()) == (["w_t"], [], [])
    assert [fact.received for fact in case.told(MessageUnawaited)] == [True, False, False]
    case.do("w_t")
    assert [fact.outcome for fact in case.told(InstanceEnded)] == ["w_e"]


def test_an_event_sub_process_no_longer_waits_when_the_process_has_ended(reload: bool) -> None:
    case = (
        play(process(START_END + tasks("a") + withdrawal() + flows("s a e")), reload=reload).start().do("a")
    )
    assert [fact.received for fact in case.told(MessageUnawaited)] == [False]
    assert [fact.outcome for fact in case.told(InstanceEnded)] == ["e"]


def test_an_event_sub_process_of_a_called_process_ends_the_call_only(reload: bool) -> None:
    called = process(nodes("startEvent", "cs") + tasks("a") + flows("cs a") + withdrawal(), "q")
    inside = START_END + '<callActivity id="c" calledElement="q"/>' + tasks("b") + flows("s c b e")
    case = play(process(inside), called, reload=reload).start()
    (awaited,) = case.told(MessageAwaited)
    assert (awaited.place.process_id, awaited.place.element_id, awaited.place.calls) == ("q", "w_s", ("c",))
    case.receive("w_s").do("w_t")
    assert case.open() == ["b"]
    assert [fact.outcome for fact in case.do("b").told(InstanceEnded)] == ["e"]


# --- errors and ends --------------------------------------------------------------------------------------------------

ERRORS = '<error id="E1" errorCode="one"/><error id="E2" errorCode="two"/>'


def boundary_error(name: str, on: str, reference: str = "") -> str:
    attribute = f' errorRef="{reference}"' if reference else ""
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{on}"><errorEventDefinition{attribute}/></boundaryEvent>'
    )


def throwing(name: str, code: str) -> str:
    """A sub-process with two tasks at once: `name_a` leads to the error end, `name_b` only waits."""
    inside = (
        nodes("startEvent", f"{name}_s") + nodes("parallelGateway", f"{name}_g") + tasks(f"{name}_a {name}_b")
    )
    return sub(
        name,
        inside
        + end(f"{name}_x", "error", code)
        + flows(f"{name}_s {name}_g {name}_a {name}_x", f"{name}_g {name}_b"),
    )


def test_an_error_interrupts_the_sub_process_that_catches_it(reload: bool) -> None:
    inside = (
        START_END
        + throwing("h", "E1")
        + boundary_error("b2", "h", "E2")
        + boundary_error("b1", "h", "E1")
        + tasks("r")
    )
    case = (
        play(process(inside + flows("s h e", "b1 r e", "b2 e"), around=ERRORS), reload=reload)
        .start()
        .do("h_a")
    )
    assert case.open() == ["r"]
    assert [(fact.place.element_id, fact.how) for fact in case.told(TaskClosed)] == [
        ("h_a", "completed"),
        ("h_b", "cancelled"),
    ]
    assert case.do("r").ended


def test_an_error_without_a_reference_on_the_boundary_catches_every_error(reload: bool) -> None:
    inside = START_END + throwing("h", "E1") + boundary_error("b", "h") + tasks("r") + flows("s h e", "b r e")
    assert play(process(inside, around=ERRORS), reload=reload).start().do("h_a").open() == ["r"]


def test_an_error_goes_out_through_calls_and_sub_processes_to_the_one_that_catches_it(reload: bool) -> None:
    called = process(
        nodes("startEvent", "cs") + throwing("deep", "E1") + flows("cs deep"), "q", around=ERRORS
    )
    outer = sub("x", nodes("startEvent", "xs") + '<callActivity id="c" calledElement="q"/>' + flows("xs c"))
    inside = START_END + outer + boundary_error("b", "x", "E1") + tasks("r") + flows("s x e", "b r e")
    case = play(process(inside, around=ERRORS), called, reload=reload).start().do("deep_a")
    assert case.open() == ["r"]
    assert set(case.rows) == {"instance", case.key("r")}


@pytest.mark.parametrize("boundary", ["", "E2"])
def test_an_error_that_nothing_catches_is_an_incident_at_its_end_event(boundary: str, reload: bool) -> None:
    caught_other = boundary_error("b", "h", boundary) if boundary else ""
    inside = START_END + throwing("h", "E1") + caught_other + flows("s h e", *(["b e"] if boundary else []))
    case = play(process(inside, around=ERRORS), reload=reload).start()
    with pytest.raises(StepFailed) as failure:
        case.do("h_a")
    assert (failure.value.element_id, failure.value.cause) == ("h_x", "uncaught-error")


def test_another_time_asks_every_unit_again(reload: bool) -> None:
    """An error end inside one item ends the round around all items; the next round begins anew (decision 22)."""
    gateway = '<exclusiveGateway id="g" default="g__ie"/>'
    item = (
        nodes("startEvent", "is")
        + tasks("answer")
        + gateway
        + nodes("endEvent", "ie")
        + end("again", "error", "E1")
    )
    item += timer("t", "P1D", on="answer", interrupting=False) + nodes("endEvent", "te")
    units = sub(
        "units",
        item
        + flows("is answer g ie", "g [other_time] again", "t te")
        + each("units", item="unit", result="answers"),
    )
    around = sub("round", nodes("startEvent", "rs") + units + nodes("endEvent", "re") + flows("rs units re"))
    inside = START_END + nodes("exclusiveGateway", "m") + around + boundary_error("b", "round", "E1")
    case = play(process(inside + flows("s m round e", "b m"), around=ERRORS), reload=reload)
    case.values[""]["units"] = ["a", "b", "c"]
    case.start()
    for _ in range(3):
        case.do("answer", 1, other_time=False)
        case.do("answer", 1, other_time=True)
        assert case.open() == ["answer"] * 3
        assert case.armed() == ["t"] * 3
        assert list(case.values) == [""]
    for _ in range(3):
        case.do("answer", other_time=False)
    assert case.ended
    assert case.values[""]["answers"] == [{"unit": unit, "other_time": False} for unit in "abc"]


def test_a_terminate_end_inside_one_item_ends_that_item_alone(reload: bool) -> None:
    inside = (
        nodes("startEvent", "is")
        + nodes("parallelGateway", "g")
        + tasks("answer")
        + '<callActivity id="c" calledElement="q"/>'
    )
    units = sub("units", inside + end("ie", "terminate") + flows("is g answer ie", "g c") + each("[1, 2]"))
    case = play(process(START_END + units + tasks("z") + flows("s units z e")), CALLED, reload=reload).start()
    assert sorted(case.open()) == ["a", "a", "answer", "answer"]
    assert sorted(case.do("answer", 1).open()) == ["a", "answer"]
    assert case.do("answer").open() == ["z"]
