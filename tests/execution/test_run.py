"""User tasks, gateways, service tasks, and what happens when a step fails."""

from __future__ import annotations

import pytest

from engine.errors import NotFound, StaleCase, StepFailed
from engine.execution import run, snapshot
from engine.facts import (
    ElementPassed,
    InstanceEnded,
    OperationPerformed,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
    ValuesSet,
)
from tests.execution.drawn import Played, each, end, flows, message, nodes, play, process, sub, tasks, timer

START_END = nodes("startEvent", "s") + nodes("endEvent", "e")
XOR = '<exclusiveGateway id="{0}" default="{0}__{1}"/>'


def failed(case: Played, *args: object) -> StepFailed:
    with pytest.raises(StepFailed) as caught:
        case.start() if not args else case.do(*args)  # type: ignore[arg-type]
    return caught.value


def test_facts_come_in_the_order_in_which_things_happened() -> None:
    inside = START_END + tasks("a b") + timer("t", "P1D", on="a") + flows("s a b e", "t e")
    case = play(process(inside)).start().do("a").do("b")
    assert [type(fact).__name__ for fact in case.facts] == [
        "ElementPassed", "TaskOpened", "TimerSet",
        "TaskClosed", "TimerCleared", "ElementPassed", "TaskOpened",
        "TaskClosed", "ElementPassed", "ElementPassed", "InstanceEnded",
    ]  # fmt: skip
    assert [(fact.place.element_id, fact.kind, fact.flows) for fact in case.told(ElementPassed)] == [
        ("s", "startEvent", ("s__a",)), ("a", "userTask", ("a__b",)),
        ("b", "userTask", ("b__e",)), ("e", "endEvent", ()),
    ]  # fmt: skip


def test_a_task_says_whose_it_is() -> None:
    task = (
        '<userTask id="a" name="Svara" samordna:role="staff" samordna:unit="= unit_id" samordna:person="= who" '
        'samordna:line="= task.name + &quot; senast &quot; + day"/>'
    )
    case = play(process(START_END + task + flows("s a e")))
    case.values[""].update(unit_id="u1", who="p1", day="fredag")
    (opened,) = case.start().told(TaskOpened)
    assert (opened.role, opened.unit, opened.person) == ("staff", "u1", "p1")
    assert opened.subject_text == "Svara senast fredag"
    assert len(opened.key) == 32
    assert opened.place.scope == ""


@pytest.mark.parametrize(
    ("unit_id", "cause"), [(None, "no-value"), (7, "unknown-unit"), ("", "unknown-unit")]
)
def test_a_unit_that_is_none_stops_the_case_at_the_task(unit_id: object, cause: str) -> None:
    task = '<userTask id="a" samordna:unit="= unit_id"/>'
    case = play(process(START_END + task + flows("s a e")))
    case.values[""]["unit_id"] = unit_id
    failure = failed(case)
    assert (failure.element_id, failure.cause) == ("a", cause)


def test_an_exclusive_gateway_takes_the_first_flow_that_holds() -> None:
    inside = (
        START_END + tasks("a b c") + XOR.format("g", "c") + flows("s g [x > 1] a e", "g [x > 0] b e", "g c e")
    )
    for x, task in ((2, "a"), (1, "b"), (0, "c")):
        case = play(process(inside))
        case.values[""]["x"] = x
        assert case.start().open() == [task]


def test_conditions_may_begin_with_an_equals_sign() -> None:
    inside = START_END + tasks("a") + XOR.format("g", "e") + flows("s g [= x = 1] a e", "g e")
    case = play(process(inside))
    case.values[""]["x"] = 1
    assert case.start().open() == ["a"]


@pytest.mark.parametrize("gateway", ["exclusiveGateway", "inclusiveGateway"])
def test_a_condition_without_a_value_names_flow_and_variable_and_no_content(gateway: str) -> None:
    inside = (
        START_END
        + tasks("a")
        + f'<{gateway} id="g" default="g__e"/>'
        + flows("s g [secret > mistyped] a e", "g e")
    )
    case = play(process(inside))
    case.values[""]["secret"] = "19121212-1212"
    failure = failed(case)
    assert (failure.element_id, failure.cause) == ("g__a", "no-value")
    assert "mistyped" in failure.detail
    assert "1212" not in str(failure)


def test_a_condition_that_is_a_text_is_no_condition() -> None:
    inside = START_END + tasks("a") + XOR.format("g", "e") + flows("s g [x] a e", "g e")
    case = play(process(inside))
    case.values[""]["x"] = "true"
    assert failed(case).cause == "no-value"


def test_no_condition_holds_and_no_default_stops_the_case_at_the_gateway() -> None:
    inside = (
        START_END + tasks("a b") + nodes("exclusiveGateway", "g") + flows("s g [x = 1] a e", "g [x = 2] b e")
    )
    case = play(process(inside))
    case.values[""]["x"] = 3
    assert failed(case).element_id == "g"


def test_a_parallel_join_waits_for_every_flow_once() -> None:
    inside = START_END + nodes("parallelGateway", "g j") + tasks("a b c") + flows("s g a j c e", "g b j")
    case = play(process(inside)).start()
    assert case.open() == ["a", "b"]
    assert case.do("b").open() == ["a"]
    assert case.do("a").open() == ["c"]
    assert case.do("c").ended


def test_two_tokens_on_one_flow_of_a_parallel_join_do_not_make_up_for_another() -> None:
    inside = (
        START_END
        + nodes("parallelGateway", "g j")
        + tasks("a b c d")
        + nodes("exclusiveGateway", "m")
        + flows("s g a m j d e", "g b m", "g c j")
    )
    case = play(process(inside)).start().do("a").do("b")
    assert case.open() == ["c"]
    assert case.do("c").open() == ["d"]


def test_a_join_that_can_never_go_on_is_an_incident_and_no_silence() -> None:
    inside = (
        START_END
        + XOR.format("g", "a")
        + nodes("parallelGateway", "j")
        + tasks("a b")
        + flows("s g a j e", "g [false] b j")
    )
    case = play(process(inside)).start()
    failure = failed(case, "a")
    assert (failure.element_id, failure.cause) == ("j", "deadlock")


def test_a_task_without_an_outgoing_flow_ends_its_token() -> None:
    case = play(process(nodes("startEvent", "s") + tasks("a") + flows("s a"))).start().do("a")
    assert case.told(InstanceEnded) == [InstanceEnded("", "")]


@pytest.mark.parametrize("gateway", ["exclusiveGateway", "inclusiveGateway", "parallelGateway"])
def test_a_gateway_without_an_outgoing_flow_ends_its_tokens(gateway: str) -> None:
    inside = nodes("startEvent", "s") + tasks("a b") + nodes("parallelGateway", "g") + nodes(gateway, "j")
    case = play(process(inside + flows("s g a j", "g b j"))).start()
    assert case.do("a").do("b").ended


def test_a_task_with_two_outgoing_flows_splits() -> None:
    case = play(process(START_END + tasks("a b c") + flows("s a b e", "a c e"))).start().do("a")
    assert case.open() == ["b", "c"]


def test_the_outcome_is_the_end_event_reached_last() -> None:
    inside = (
        nodes("startEvent", "s") + nodes("parallelGateway", "g") + tasks("a b") + nodes("endEvent", "e1 e2")
    )
    case = play(process(inside + flows("s g a e1", "g b e2"))).start().do("b").do("a")
    assert [fact.outcome for fact in case.told(InstanceEnded)] == ["e1"]


def test_a_terminate_end_closes_everything_that_is_open() -> None:
    inside = (
        nodes("startEvent", "s")
        + nodes("parallelGateway", "g")
        + tasks("a b")
        + timer("t", "P1D", on="b")
        + message("m")
        + end("e", "terminate")
        + flows("s g a e", "g b", "g m", "t b")
    )
    case = play(process(inside)).start().do("a")
    assert case.ended
    assert [(fact.place.element_id, fact.how) for fact in case.told(TaskClosed)] == [
        ("a", "completed"),
        ("b", "cancelled"),
    ]
    assert len(case.told(TimerCleared)) == len(case.told(TimerSet)) == 1
    assert set(case.rows) == {"instance"}


def test_cancelling_closes_everything_that_is_open_and_reaches_no_end() -> None:
    inside = (
        START_END
        + sub("x", nodes("startEvent", "xs") + tasks("a") + flows("xs a") + each("[1, 2]"))
        + timer("t", "P1D", on="x")
    )
    case = play(process(inside + flows("s x e", "t e"))).start().cancel()
    assert case.ended
    assert [fact.how for fact in case.told(TaskClosed)] == ["cancelled", "cancelled"]
    assert [fact.key for fact in case.told(TimerCleared)] == [fact.key for fact in case.told(TimerSet)]
    assert case.told(InstanceEnded) == []
    assert set(case.rows) == {"instance"}


def test_a_key_that_is_not_open_moves_nothing() -> None:
    case = play(
        process(START_END + tasks("a b") + timer("t", "P1D", on="a") + flows("s a b e", "t e"))
    ).start()
    key, timer_key = case.key("a"), case.key("t")
    before = len(case.facts)
    for attempt in (
        lambda: run.complete(case.instance, "0" * 32, case.surroundings()),
        lambda: run.complete(case.instance, "no key", case.surroundings()),
        lambda: run.complete(case.instance, timer_key, case.surroundings()),
        lambda: run.fire(case.instance, key, case.surroundings()),
        lambda: run.receive(case.instance, timer_key, case.surroundings()),
        lambda: run.scope_of(case.instance, "0" * 32),
    ):
        with pytest.raises(NotFound):
            attempt()
    case.do("a")
    with pytest.raises(NotFound):
        run.complete(case.instance, key, case.surroundings())
    with pytest.raises(NotFound):
        run.fire(case.instance, timer_key, case.surroundings())
    assert before < len(case.facts)
    assert case.do("b").ended


def test_several_starts_are_picked_by_name() -> None:
    inside = START_END + nodes("startEvent", "s2") + tasks("a b") + flows("s a e", "s2 b e")
    with pytest.raises(NotFound, match="s, s2"):
        play(process(inside)).start()
    with pytest.raises(NotFound):
        play(process(inside)).start("e")
    assert play(process(inside)).start("s2").open() == ["b"]


def test_a_process_that_starts_with_a_message_starts_there() -> None:
    start = '<startEvent id="m"><messageEventDefinition/></startEvent>'
    assert play(process(start + tasks("a") + flows("m a"))).start().open() == ["a"]
    both = start + nodes("startEvent", "s") + tasks("a b") + flows("m a", "s b")
    assert play(process(both)).start().open() == ["b"]
    assert play(process(both)).start("m").open() == ["a"]


# --- service tasks ----------------------------------------------------------------------------------------------------

SERVICE = (
    '<serviceTask id="x" samordna:operation="note" samordna:result="answer"><extensionElements>'
    '<samordna:input name="text" value="As it stands"/><samordna:input name="count" value="= n + 1"/>'
    '<samordna:input name="none" value="= null"/></extensionElements></serviceTask>'
)


def test_a_service_task_asks_for_its_operation_and_keeps_the_answer() -> None:
    case = play(
        process(
            START_END + SERVICE + XOR.format("g", "e") + tasks("a") + flows("s x g [answer.ok] a e", "g e")
        )
    )
    case.values[""]["n"] = 1
    case.answers["note"] = {"ok": True}
    case.start()
    (request,) = case.asked
    assert (request.operation, request.inputs) == ("note", {"text": "As it stands", "count": 2, "none": None})
    (done,) = case.told(OperationPerformed)
    assert (done.operation, done.value, done.inputs["count"]) == ("note", {"ok": True}, 2)
    assert [fact.values for fact in case.told(ValuesSet)] == [{"answer": {"ok": True}}]
    assert case.values[""]["answer"] == {"ok": True}
    assert case.open() == ["a"]


@pytest.mark.parametrize("error", [NotFound("no such unit"), KeyError("19121212-1212")])
def test_an_operation_that_fails_stops_the_case_at_its_task(error: Exception) -> None:
    case = play(process(START_END + SERVICE + flows("s x e")))
    case.values[""]["n"] = 1

    def fail(_request: run.Request) -> object:
        raise error

    case.perform = fail
    failure = failed(case)
    assert failure.element_id == "x"
    assert failure.cause == ("operation" if isinstance(error, NotFound) else "internal")
    assert "1212" not in str(failure)


def test_an_operation_may_say_itself_what_stops_the_case() -> None:
    case = play(process(START_END + SERVICE + flows("s x e")))
    case.values[""]["n"] = 1

    def fail(_request: run.Request) -> object:
        raise StepFailed("x", "unknown-unit", "the unit is gone")

    case.perform = fail
    assert failed(case).cause == "unknown-unit"


def test_errors_of_the_database_pass_through_untouched() -> None:
    case = play(process(START_END + SERVICE + flows("s x e")))
    case.values[""]["n"] = 1

    class DatabaseGoneError(Exception):
        pass

    def fail(_request: run.Request) -> object:
        raise DatabaseGoneError

    case.perform = fail
    with pytest.raises(DatabaseGoneError):
        case.start()


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_after_a_failed_step_the_instance_can_neither_go_on_nor_be_saved() -> None:
    inside = START_END + tasks("a b") + XOR.format("g", "e") + flows("s a g [unknown] b e", "g e")
    case = play(process(inside)).start()
    rows, key = dict(case.rows), case.key("a")
    failed(case, "a")
    with pytest.raises(StaleCase):
        run.cancel(case.instance, case.surroundings())
    with pytest.raises(NotFound):
        run.complete(case.instance, key, case.surroundings())
    with pytest.raises(StaleCase):
        snapshot.changes(case.instance)
    again = snapshot.load(case.spec, rows)
    case.values[""]["unknown"] = True
    facts = run.complete(again, run.open_keys(again).tasks[0], case.surroundings())
    assert [fact.place.element_id for fact in facts if isinstance(fact, TaskOpened)] == ["b"]


def test_a_loop_without_anything_to_wait_for_stops_at_the_step_budget() -> None:
    inside = nodes("startEvent", "s") + nodes("exclusiveGateway", "g h") + flows("s g h g")
    failure = failed(play(process(inside)))
    assert failure.cause == "step-budget"
    assert failure.element_id in {"g", "h"}


def test_a_split_that_multiplies_its_tokens_stops_at_the_step_budget() -> None:
    inside = (
        nodes("startEvent", "s")
        + nodes("parallelGateway", "g")
        + nodes("exclusiveGateway", "m")
        + flows("s m g m", "g m")
    )
    inside = inside.replace('id="g__m"', 'id="g__m2"', 1)
    assert failed(play(process(inside))).cause == "step-budget"


def test_a_process_that_calls_itself_without_end_stops() -> None:
    inside = nodes("startEvent", "s") + '<callActivity id="c" calledElement="p"/>' + flows("s c")
    failure = failed(play(process(inside)))
    assert (failure.element_id, failure.cause) == ("c", "step-budget")


def test_a_process_may_call_itself_as_long_as_somebody_decides_each_time() -> None:
    call = (
        '<callActivity id="c" calledElement="p"><extensionElements><samordna:input name="go" value="= false"/>'
        "</extensionElements></callActivity>"
    )
    inside = START_END + tasks("a") + XOR.format("g", "e") + call + flows("s a g [go] c e", "g e")
    case = play(process(inside)).start().do("a", go=True)
    assert case.open() == ["a"]
    (first, second) = case.told(TaskOpened)
    assert (first.place.calls, second.place.calls) == ((), ("c",))
    assert case.do("a").ended


def test_no_python_in_an_expression_is_ever_run(tmp_path) -> None:
    canary = tmp_path / "canary"
    inside = START_END + tasks("a") + XOR.format("g", "e") + flows(f"s g [open('{canary}', 'w')] a e", "g e")
    inside = inside.replace("'", "&quot;")
    with pytest.raises(StepFailed):
        play(process(inside)).start()
    assert not canary.exists()


def test_a_condition_that_would_never_end_is_stopped() -> None:
    endless = "count(for i in 1..100000, j in 1..100000 return i) > 0"
    inside = START_END + tasks("a") + XOR.format("g", "e") + flows(f"s g [{endless}] a e", "g e")
    failure = failed(play(process(inside)))
    assert (failure.element_id, failure.cause) == ("g__a", "step-budget")


def test_spiffworkflow_itself_can_evaluate_nothing() -> None:
    case = play(process(START_END + tasks("a") + flows("s a e"))).start()
    engine = case.instance.case.script_engine
    for attempt in (engine.environment.evaluate, engine.environment.execute, engine.environment.call_service):
        with pytest.raises(AssertionError):
            attempt("1 + 1", {})
