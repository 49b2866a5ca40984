"""Each kind of fault in a small drawing of its own, and what looks like one and is none."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest

from engine.definitions import files
from engine.definitions.checks import check, model
from engine.definitions.checks.soundness import net_of
from engine.soundness.verdict import Fault, Verdict, judge
from tests.execution.drawn import each, end, flows, message, nodes, process, sub, tasks, timer

ENDS = nodes("startEvent", "s") + nodes("endEvent", "e f")
AND = nodes("parallelGateway", "split join")
CHOICE = '<exclusiveGateway id="x" default="x__b"/>'


def used(inside: str) -> str:
    """The drawing without the nodes above that no flow touches."""
    touched = set(re.findall(r'(?:sourceRef|targetRef)="(\w+)"', inside))
    return re.sub(
        r'<(?:startEvent|endEvent|parallelGateway|exclusiveGateway|userTask) id="(\w+)"[^>]*/>',
        lambda found: found[0] if found[1] in touched else "",
        inside,
    )


def verdict(*drawn: bytes, bound: int = 50_000) -> Verdict:
    bundle = files.bundle({f"file{number}.bpmn": data for number, data in enumerate(drawn)}, "p")
    read, broken = model.read(bundle, conventions=False, operations=None)
    assert not broken
    return judge(net_of(read), bound=bound)


def faults(inside: str, *more: bytes, around: str = "") -> list[tuple[str, str]]:
    return [(one.rule, one.element_id) for one in verdict(process(used(inside), around=around), *more).faults]


def only(inside: str, *more: bytes, around: str = "") -> Fault:
    (fault,) = verdict(process(used(inside), around=around), *more).faults
    return fault


def told(fault: Fault) -> list[str]:
    return [f"{step.what} {step.element_id}" for step in fault.run.steps]


def standing(fault: Fault, step: int = -1) -> list[str]:
    return [place.flow_id or place.element_id for place in fault.run.steps[step].places]


# --- deadlocks --------------------------------------------------------------------------------------------------------


def test_a_join_of_ways_of_which_one_is_chosen_lets_nobody_past() -> None:
    fault = only(ENDS + CHOICE + tasks("a b c") + AND + flows("s x [y] a join c e", "x b join"))
    assert (fault.rule, fault.element_id, fault.cause, fault.never) == ("deadlock", "join", "x", True)
    assert told(fault) == ["begins s", "passes s", "passes x", "done a"]
    assert standing(fault) == ["a__join"]


def test_a_join_that_some_cases_get_past_stops_the_others() -> None:
    inside = ENDS + AND + CHOICE + tasks("a b") + flows("s split a join e", "split x [y] f", "x b join")
    fault = only(inside)
    assert (fault.rule, fault.element_id, fault.never) == ("deadlock", "join", False)
    assert "passes f" in told(fault)


def test_a_standstill_inside_a_part_is_told_once_and_begins_outside() -> None:
    inner = (
        nodes("startEvent", "is")
        + nodes("endEvent", "ie")
        + CHOICE
        + tasks("a b")
        + nodes("parallelGateway", "join")
    )
    inner += flows("is x [y] a join ie", "x b join")
    outer = ENDS + nodes("parallelGateway", "split meet") + tasks("c") + sub("part", inner)
    fault = only(outer + flows("s split part meet e", "split c meet"))
    assert fault.element_id == "join"
    assert told(fault)[:4] == ["begins s", "passes s", "passes split", "opens part"]
    assert standing(fault) == ["c", "a__join"]


def test_a_message_that_ends_the_whole_routine_is_no_excuse() -> None:
    inside = ENDS + CHOICE + tasks("a b") + AND + flows("s x [y] a join e", "x b join")
    handler = '<startEvent id="w" samordna:role="staff"><messageEventDefinition/></startEvent>' + nodes(
        "endEvent", "we"
    )
    inside += sub("withdrawn", handler + flows("w we"), more='triggeredByEvent="true"')
    assert faults(inside) == [("deadlock", "join")]


def test_a_deadline_that_interrupts_is_a_way_on() -> None:
    inner = nodes("startEvent", "is") + nodes("endEvent", "ie") + tasks("a")
    inside = (
        ENDS
        + sub("part", inner + flows("is a ie"))
        + timer("late", "P1D", on="part")
        + flows("s part e", "late f")
    )
    assert faults(inside) == []


def test_an_inclusive_join_waits_for_what_was_opened() -> None:
    inside = (
        ENDS + '<inclusiveGateway id="g" default="g__b"/>' + tasks("a b c") + nodes("inclusiveGateway", "j")
    )
    assert faults(inside + flows("s g [y] a j e", "g [z] c j", "g b j")) == []


def test_conditions_on_one_name_exclude_each_other() -> None:
    """Either answer opens one way, so a parallel join after them never has all; an exclusive merge does not come to two."""
    inside = ENDS + '<inclusiveGateway id="g"/><exclusiveGateway id="m"/>' + tasks("a b c")
    exclusive = flows('s g [kind = "x"] a m c e', 'g [kind = "y"] b m')
    either = flows('s g [kind = "x"] a m c e', 'g [other = "y"] b m')
    assert faults(inside + exclusive) == []
    assert faults(inside + either) == [("runs-twice", "c")]


# --- rounds -----------------------------------------------------------------------------------------------------------


def test_a_round_without_a_way_out_is_told_with_one_turn_of_it() -> None:
    fault = only(ENDS + CHOICE + tasks("a b c") + flows("s x [y] a e", "x b c b"))
    assert (fault.rule, fault.element_id) == ("livelock", "b")
    assert fault.run.turns_to == 3
    assert told(fault)[3:] == ["done b", "done c"]


def test_a_round_beside_a_way_that_ends_is_found() -> None:
    fault = only(ENDS + AND + tasks("a b c") + flows("s split a e", "split b c b"))
    assert (fault.rule, fault.element_id) == ("livelock", "b")


def test_a_round_that_may_be_left_is_none() -> None:
    assert (
        faults(
            ENDS + CHOICE + tasks("a b") + nodes("exclusiveGateway", "m") + flows("s m a x [y] e", "x b m")
        )
        == []
    )


# --- twice ------------------------------------------------------------------------------------------------------------


def test_ways_that_meet_without_waiting_do_the_next_step_twice() -> None:
    fault = only(
        ENDS + AND + tasks("a b c") + nodes("exclusiveGateway", "m") + flows("s split a m c e", "split b m")
    )
    assert (fault.rule, fault.element_id, fault.cause) == ("runs-twice", "c", "m")
    assert told(fault).count("passes m") == 2


def test_a_reminder_that_does_not_interrupt_must_not_lead_back_into_the_way() -> None:
    inside = (
        ENDS
        + tasks("a b")
        + timer("late", "P1D", on="a", interrupting=False)
        + nodes("exclusiveGateway", "m")
    )
    assert faults(inside + flows("s a m b e", "late m")) == [("runs-twice", "b")]


def test_two_reminders_of_one_step_are_meant_to_be_two() -> None:
    inside = (
        ENDS
        + tasks("a")
        + nodes("exclusiveGateway", "m")
        + '<serviceTask id="remind" samordna:operation="x"/>'
    )
    inside += timer("first", "P1D", on="a", interrupting=False) + timer(
        "second", "P3D", on="a", interrupting=False
    )
    assert faults(inside + flows("s a e", "first m remind f", "second m")) == []


def test_ways_that_meet_at_an_end_do_nothing_twice() -> None:
    assert (
        faults(
            ENDS + AND + tasks("a b") + nodes("exclusiveGateway", "m") + flows("s split a m e", "split b m")
        )
        == []
    )


def test_a_step_that_two_ways_lead_to_is_a_meeting_itself() -> None:
    assert faults(ENDS + AND + tasks("a b c") + flows("s split a c e", "split b c")) == [("runs-twice", "c")]


# --- dead branches ----------------------------------------------------------------------------------------------------


def test_a_condition_that_never_holds_leaves_its_branch_dead() -> None:
    fault = only(ENDS + CHOICE + tasks("a b c") + flows("s x [false] a c e", "x b e"))
    assert (fault.rule, fault.element_id) == ("never-reached", "a")
    assert fault.run.steps[-1].element_id == "e"


def test_an_error_that_nothing_throws_is_never_caught() -> None:
    inner = nodes("startEvent", "is") + nodes("endEvent", "ie") + tasks("a") + flows("is a ie")
    inside = ENDS + sub("part", inner) + tasks("mend") + flows("s part e", "failed mend f")
    inside += '<boundaryEvent id="failed" attachedToRef="part"><errorEventDefinition/></boundaryEvent>'
    assert faults(inside) == [("never-reached", "failed")]


def test_what_lies_behind_a_standstill_is_told_with_it() -> None:
    assert faults(ENDS + CHOICE + tasks("a b c d") + AND + flows("s x [y] a join c d e", "x b join")) == [
        ("deadlock", "join")
    ]


def test_an_island_is_told_once_with_a_run_that_leaves_it_out() -> None:
    fault = only(ENDS + tasks("a b c") + flows("s a e", "b c b"))
    assert (fault.rule, fault.element_id) == ("unreachable", "b")
    assert told(fault) == ["begins s", "passes s", "done a", "passes e"]


# --- parts, calls, sets, pools ----------------------------------------------------------------------------------------


def test_a_called_routine_is_judged_as_drawn_and_its_errors_come_out_of_the_call() -> None:
    error = '<error id="oops" errorCode="oops"/>'
    inner = (
        nodes("startEvent", "is")
        + tasks("a")
        + '<exclusiveGateway id="cx" default="cx__ie"/>'
        + nodes("endEvent", "ie")
    )
    callee = process(
        inner + end("ie2", "error", "oops") + flows("is a cx ie", "cx [y] ie2"), "callee", around=error
    )
    inside = (
        ENDS
        + '<callActivity id="call" calledElement="callee"/>'
        + tasks("mend")
        + flows("s call e", "failed mend f")
    )
    inside += '<boundaryEvent id="failed" attachedToRef="call"><errorEventDefinition errorRef="oops"/></boundaryEvent>'
    assert faults(inside, callee, around=error) == []


def test_a_call_of_what_is_not_at_hand_may_end_in_any_way() -> None:
    inside = ENDS + '<callActivity id="call" calledElement="elsewhere"/>' + flows("s call e")
    assert faults(inside) == []


def test_a_call_that_leads_back_to_itself_is_cut_off() -> None:
    inside = ENDS + '<callActivity id="call" calledElement="p"/>' + flows("s call e")
    assert faults(inside) == []


def test_a_set_may_be_empty_and_its_fault_is_that_of_one_item() -> None:
    inner = nodes("startEvent", "is") + nodes("endEvent", "ie") + tasks("a b") + AND
    body = sub("part", each("units") + inner + CHOICE + flows("is x [y] a join ie", "x b join"))
    assert faults(ENDS + body + flows("s part e")) == [("deadlock", "join")]


def test_the_first_of_several_events_decides() -> None:
    inside = ENDS + nodes("eventBasedGateway", "g") + message("m") + timer("t", "P1D") + AND + tasks("a")
    assert faults(inside + flows("s g m a e", "g t f")) == []
    assert faults(inside + flows("s g m join e", "g t join")) == [("deadlock", "join")]


def pools(answer: str) -> bytes:
    """One pool asks and waits for an answer; the other does what `answer` says."""
    asking = (
        nodes("startEvent", "s") + nodes("sendTask", "ask") + message("answered") + nodes("endEvent", "e")
    )
    other = '<startEvent id="asked"><messageEventDefinition/></startEvent>' + answer
    links = '<messageFlow id="m1" sourceRef="ask" targetRef="asked"/>'
    links += '<messageFlow id="m2" sourceRef="reply" targetRef="answered"/>'
    around = f'<collaboration id="c">{links}</collaboration><process id="q">{other}</process>'
    return process(asking + flows("s ask answered e"), around=around)


def test_pools_that_answer_one_another_come_to_an_end() -> None:
    answer = (
        tasks("think") + nodes("sendTask", "reply") + nodes("endEvent", "qe") + flows("asked think reply qe")
    )
    assert verdict(pools(answer)).faults == ()


def test_a_pool_that_may_stay_silent_leaves_the_other_waiting() -> None:
    answer = CHOICE.replace("x__b", "x__qe") + nodes("sendTask", "reply") + nodes("endEvent", "qe")
    (fault,) = verdict(pools(answer + flows("asked x [y] reply qe", "x qe"))).faults
    assert (fault.rule, fault.process_id, fault.element_id, fault.never) == (
        "deadlock",
        "p",
        "answered",
        False,
    )


# --- data -------------------------------------------------------------------------------------------------------------


def routine(conditions: str, asks: str) -> list[str]:
    """What is said of a routine in which the task `ask` writes `consent` and a gateway reads it."""
    text = '{"type": "default", "id": "ask", "components": [{"type": "checkbox", "id": "consent", "key": "consent", "label": "?"}]}'
    bundle = files.bundle(
        {
            "testland/routine/routine.bpmn": process(ENDS + tasks(asks) + conditions, "testland_routine"),
            "testland/routine/forms/ask.form": text.encode(),
            "testland/routine/routine.toml": b'title = "T"\nstart_roles = ["staff"]\n',
        },
        "testland_routine",
    )
    return [one.element_id for one in check(bundle, conventions=True) if one.rule == "unset-data"]


@pytest.mark.parametrize(
    ("drawn", "found"),
    [
        ("s x [consent] ask e", ["x"]),
        ("s ask x [consent] a e", []),
        ("s split ask join x [consent] a e", []),
    ],
    ids=["before", "after", "beside"],
)
def test_an_answer_is_read_only_after_somebody_may_have_given_it(drawn: str, found: list[str]) -> None:
    more = {"s x [consent] ask e": "x b e"}.get(drawn, "x b e")
    inside = (
        CHOICE
        + (AND if "split" in drawn else "")
        + flows(drawn, more, *(["split c join"] if "split" in drawn else []))
    )
    assert routine(inside, "ask a b c") == found


# --- the bound, and how it is told ------------------------------------------------------------------------------------


def wide(ways: int, kind: str = "parallelGateway") -> bytes:
    """So many tasks side by side."""
    names = [f"t{number}" for number in range(ways)]
    inside = ENDS + nodes(kind, "split2 join2") + tasks(" ".join(names))
    asked = "" if kind == "parallelGateway" else "[unit(1)] "
    return process(
        used(inside + flows("s split2", "join2 e", *(f"split2 {asked}{name} join2" for name in names)))
    )


def test_every_position_is_counted() -> None:
    """The start, the gateway, every set of tasks done, the gateway again, the end event, and nothing."""
    found = verdict(wide(3))
    assert (found.tried, found.complete, found.sound) == (2 + (2**3 - 1) + 1 + 1 + 1, True, True)


def test_what_is_done_side_by_side_does_not_multiply() -> None:
    found = verdict(wide(30))
    assert (found.complete, found.sound) == (True, True)
    assert found.tried < 100


def test_a_fault_among_many_things_side_by_side_is_found() -> None:
    names = [f"t{number}" for number in range(20)]
    inside = ENDS + AND + CHOICE + tasks("a b " + " ".join(names)) + nodes("parallelGateway", "j")
    inside += flows("s split x [y] a j join e", "x b j", *(f"split {name} join" for name in names))
    (fault,) = verdict(process(used(inside))).faults
    assert (fault.rule, fault.element_id) == ("deadlock", "j")


def test_a_bound_that_is_reached_is_said_and_is_not_green() -> None:
    found = verdict(wide(8, "inclusiveGateway"), bound=500)
    assert 500 <= found.tried < 900
    assert not found.complete
    assert not found.sound
    assert found.faults == ()


MAKING_TOKENS = ENDS + nodes("exclusiveGateway", "m") + AND
MAKING_TOKENS += '<serviceTask id="a" samordna:operation="x"/><serviceTask id="b" samordna:operation="x"/>'
MAKING_TOKENS += flows("s m split a m", "split b m", "split e")


def test_a_drawing_that_only_makes_tokens_is_not_played_for_ever() -> None:
    bundle = files.bundle({"many.bpmn": process(used(MAKING_TOKENS))}, "p")
    told = [
        (one.severity, one.element_id) for one in check(bundle, conventions=False) if one.rule == "positions"
    ]
    assert told == [("warning", "p")]


def test_a_run_is_plain_values() -> None:
    fault = only(ENDS + CHOICE + tasks("a b c") + flows("s x [y] a e", "x b c b"))
    read = json.loads(json.dumps(asdict(fault)))
    assert read["run"]["steps"][2]["places"] == [
        {"process_id": "p", "element_id": "b", "flow_id": "", "count": 1}
    ]
