"""Who sees which data: multi-instances, calls with inputs, and both within one another."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.errors import StepFailed
from engine.execution import run
from engine.facts import ElementPassed, ScopeClosed, TaskOpened, ValuesSet
from tests.execution.drawn import Played, each, flows, message, nodes, play, process, sub, tasks

START_END = nodes("startEvent", "s") + nodes("endEvent", "e")
pytestmark = pytest.mark.parametrize("reload", [False, True], ids=["live", "reloaded"])


def asked(loop: str, inside: str = "", more: str = "") -> str:
    """A sub-process with a task `answer` that says in its line what it sees of `unit` and `seen`."""
    task = f'<userTask id="answer" samordna:unit="= unit.id" samordna:line="= unit.id + seen"{more}/>'
    ends = nodes("startEvent", "us") + nodes("endEvent", "ue")
    return sub("units", ends + task + (inside or flows("us answer ue")) + loop)


def started(*files: bytes, reload: bool, **data: object) -> Played:
    case = play(*files, reload=reload)
    case.values[""].update(data)
    return case.start()


UNITS = [{"id": "u1"}, {"id": "u2"}, {"id": "u3"}]
LOOP = each("units", item="unit", result="answers")


def test_each_item_is_seen_only_inside_and_the_outcome_keeps_the_order_of_the_collection(
    reload: bool,
) -> None:
    inside = START_END + asked(LOOP) + tasks("z") + flows("s units z e")
    case = started(process(inside), reload=reload, units=UNITS, seen="!")
    opened = case.told(TaskOpened)
    assert [(fact.unit, fact.subject_text) for fact in opened] == [
        ("u1", "u1!"),
        ("u2", "u2!"),
        ("u3", "u3!"),
    ]
    assert len({fact.place.scope for fact in opened}) == 3
    for number in (2, 0, 0):
        case.do("answer", number, yes=number)
    outcome = [
        {"unit": {"id": "u1"}, "yes": 0},
        {"unit": {"id": "u2"}, "yes": 0},
        {"unit": {"id": "u3"}, "yes": 2},
    ]
    assert case.values == {"": {"units": UNITS, "seen": "!", "answers": outcome}}
    (written,) = case.told(ValuesSet)
    assert (written.place.scope, written.place.element_id, written.values) == (
        "",
        "units",
        {"answers": outcome},
    )
    assert [fact.scope for fact in case.told(ScopeClosed)] == [fact.place.scope for fact in opened]
    assert case.facts.index(written) < case.facts.index(case.told(ScopeClosed)[0])


def test_the_scope_of_an_open_task_is_where_its_form_writes(reload: bool) -> None:
    case = started(
        process(START_END + asked(LOOP) + flows("s units e")), reload=reload, units=UNITS, seen="!"
    )
    for number, fact in enumerate(case.told(TaskOpened)):
        assert run.scope_of(case.instance, case.key("answer", number)) == fact.place.scope


def test_what_is_written_inside_an_item_wins_there_and_only_there(reload: bool) -> None:
    inner = tasks("again") + flows(
        "us answer g [seen = &quot;new&quot;] again ue".replace("&quot;", '"'), "g ue"
    )
    inner += '<exclusiveGateway id="g" default="g__ue"/>'
    case = started(
        process(START_END + asked(LOOP, inner) + flows("s units e")), reload=reload, units=UNITS, seen="old"
    )
    case.do("answer", 1, seen="new")
    assert case.open() == ["answer", "answer", "again"]
    case.do("answer").do("answer")
    assert case.open() == ["again"]
    assert case.do("again", unit="overwritten").ended
    assert case.values[""]["seen"] == "old"
    assert case.values[""]["answers"] == [
        {"unit": {"id": "u1"}}, {"unit": "overwritten", "seen": "new"}, {"unit": {"id": "u3"}},
    ]  # fmt: skip


def test_a_sequential_multi_instance_takes_one_item_after_the_other(reload: bool) -> None:
    loop = each("units", item="unit", result="answers", sequential=True)
    case = started(
        process(START_END + asked(loop) + flows("s units e")), reload=reload, units=UNITS, seen="!"
    )
    for number in range(3):
        assert [fact.unit for fact in case.told(TaskOpened)] == ["u1", "u2", "u3"][: number + 1]
        case.do("answer", yes=number)
    assert case.ended
    assert [answer["yes"] for answer in case.values[""]["answers"]] == [0, 1, 2]  # type: ignore[attr-defined]


@pytest.mark.parametrize("sequential", [False, True])
def test_an_empty_collection_ends_at_once_with_an_empty_outcome(sequential: bool, reload: bool) -> None:
    loop = each("units", result="answers", sequential=sequential)
    case = started(process(START_END + asked(loop) + flows("s units e")), reload=reload, units=[])
    assert case.ended
    assert case.values[""]["answers"] == []


def test_the_collection_is_evaluated_once(reload: bool) -> None:
    loop = each("units[included]", item="unit", result="answers", sequential=True)
    units = [{"id": "u1", "included": True}, {"id": "u2", "included": False}, {"id": "u3", "included": True}]
    case = started(
        process(START_END + asked(loop) + flows("s units e")), reload=reload, units=units, seen="!"
    )
    case.values[""]["units"] = []
    assert case.do("answer").open() == ["answer"]
    assert case.do("answer").ended


@pytest.mark.parametrize("units", [None, "u1", {"id": "u1"}, 3])
def test_a_collection_that_is_no_list_is_an_incident_at_the_multi_instance(
    units: object, reload: bool
) -> None:
    with pytest.raises(StepFailed) as caught:
        started(process(START_END + asked(LOOP) + flows("s units e")), reload=reload, units=units)
    assert (caught.value.element_id, caught.value.cause) == ("units", "no-value")


def test_a_user_task_may_be_a_multi_instance_itself(reload: bool) -> None:
    task = f'<userTask id="answer" samordna:unit="= unit">{LOOP}</userTask>'
    case = started(process(START_END + task + flows("s answer e")), reload=reload, units=["u1", "u2"])
    for fact in case.told(TaskOpened):
        assert fact.place.scope == fact.key
    case.do("answer", 1, yes=1).do("answer", yes=0)
    assert case.values[""]["answers"] == [{"unit": "u1", "yes": 0}, {"unit": "u2", "yes": 1}]
    assert [fact.flows for fact in case.told(ElementPassed) if fact.place.element_id == "answer"] == [
        ("answer__e",)
    ]


def test_a_multi_instance_within_a_multi_instance_sees_both_items(reload: bool) -> None:
    task = '<userTask id="answer" samordna:line="= unit.id + string(goal)"/>'
    inner = sub(
        "goals",
        nodes("startEvent", "gs")
        + task
        + flows("gs answer")
        + each("unit.goals", item="goal", result="per_goal"),
    )
    outer = sub("units", nodes("startEvent", "us") + inner + flows("us goals") + LOOP)
    units = [{"id": "u1", "goals": [1, 2]}, {"id": "u2", "goals": [3]}, {"id": "u3", "goals": []}]
    case = started(process(START_END + outer + flows("s units e")), reload=reload, units=units)
    assert [fact.subject_text for fact in case.told(TaskOpened)] == ["u11", "u12", "u23"]
    case.do("answer", 2, met="c").do("answer", 0, met="a").do("answer", met="b")
    assert case.ended
    answers = case.values[""]["answers"]
    assert [answer["per_goal"] for answer in answers] == [  # type: ignore[attr-defined]
        [{"goal": 1, "met": "a"}, {"goal": 2, "met": "b"}], [{"goal": 3, "met": "c"}], [],
    ]  # fmt: skip
    assert list(case.values) == [""]


# --- calls ------------------------------------------------------------------------------------------------------------

CALL = (
    '<callActivity id="c" calledElement="q" samordna:result="outcome"><extensionElements><samordna:input name="who" value="= name"/>'
    '<samordna:input name="how" value="as told"/></extensionElements>{0}</callActivity>'
)
CALLED = process(
    nodes("startEvent", "cs") + '<userTask id="a" samordna:line="= who + how + name"/>' + message("m", on="a") + nodes("endEvent", "ce")
    + flows("cs a ce", "m ce"),
    "q",
)  # fmt: skip


def test_the_inputs_of_a_call_are_seen_inside_and_its_outcome_is_one_context(reload: bool) -> None:
    case = started(
        process(START_END + CALL.format("") + tasks("z") + flows("s c z e")), CALLED, reload=reload, name="n"
    )
    (opened,) = case.told(TaskOpened)
    assert opened.subject_text == "nas toldn"
    assert (opened.place.process_id, opened.place.calls) == ("q", ("c",))
    assert case.values[opened.place.scope] == {"who": "n", "how": "as told"}
    case.do("a", seen=True)
    assert case.values == {"": {"name": "n", "outcome": {"who": "n", "how": "as told", "seen": True}}}
    assert [fact.scope for fact in case.told(ScopeClosed)] == [opened.place.scope]
    inputs, outcome = case.told(ValuesSet)
    assert (inputs.place.scope, outcome.place.scope) == (opened.place.scope, "")


def test_a_call_without_inputs_writes_straight_into_the_case(reload: bool) -> None:
    called = process(nodes("startEvent", "cs") + tasks("a") + flows("cs a"), "q")
    case = started(
        process(START_END + '<callActivity id="c" calledElement="q"/>' + flows("s c e")),
        called,
        reload=reload,
    )
    assert case.told(TaskOpened)[0].place.scope == ""
    assert case.do("a", seen=True).values == {"": {"seen": True}}
    assert case.told(ScopeClosed) == []


def test_a_call_for_each_item_has_one_scope_with_item_and_inputs(reload: bool) -> None:
    call = CALL.replace(' samordna:result="outcome"', "").replace("= name", "= unit.id").format(LOOP)
    case = started(process(START_END + call + flows("s c e")), CALLED, reload=reload, units=UNITS, name="n")
    assert [fact.subject_text for fact in case.told(TaskOpened)] == ["u1as toldn", "u2as toldn", "u3as toldn"]
    case.do("a", 1, seen=1).receive("m").do("a", seen=3)
    base = [{"unit": unit, "who": unit["id"], "how": "as told"} for unit in UNITS]
    assert case.values[""]["answers"] == [base[0], {**base[1], "seen": 1}, {**base[2], "seen": 3}]
    assert list(case.values) == [""]


def test_a_cancelled_call_and_its_items_close_their_scopes(reload: bool) -> None:
    inner = sub(
        "x",
        nodes("startEvent", "xs")
        + CALL.format("")
        + asked(LOOP)
        + nodes("parallelGateway", "g")
        + flows("xs g c", "g units"),
    )
    case = started(process(START_END + inner + message("stop", on="x") + flows("s x e", "stop e")), CALLED, reload=reload,
                   units=UNITS, name="n", seen="!")  # fmt: skip
    case.do("answer", 1)
    scopes = {fact.place.scope for fact in case.told(TaskOpened)}
    case.receive("stop")
    assert case.ended
    assert len(case.told(ScopeClosed)) == 4
    assert {fact.scope for fact in case.told(ScopeClosed)} == scopes
    assert list(case.values) == [""]


def test_an_item_keeps_what_kind_of_value_it_is(reload: bool) -> None:
    collection = "[{on: date(&quot;2026-06-19&quot;), n: 1.5}, {on: duration(&quot;P2D&quot;), n: 3}]"
    inside = (
        START_END
        + sub("x", nodes("startEvent", "xs") + tasks("a") + flows("xs a") + each(collection, result="r"))
        + flows("s x e")
    )
    case = started(process(inside), reload=reload).do("a").do("a")
    first, second = ({"on": date(2026, 6, 19), "n": Decimal("1.5")}, {"on": timedelta(days=2), "n": 3})
    assert case.values[""]["r"] == [{"item": first}, {"item": second}]
    assert type(case.values[""]["r"][1]["item"]["n"]) is int
