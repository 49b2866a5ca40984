"""A routine changed one act at a time: what comes out may run, nothing else has changed, and the picture is still whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from lxml import etree

from engine import xml
from engine.actions import operations
from engine.definitions import diagram, files
from engine.definitions.checks import check
from engine.definitions.editing import layout, moving, new_forms, ready, sequence, steps, timing
from engine.definitions.editing.drawing import Drawing, NotPossible, Put, slug
from engine.definitions.editing.ready_words import Wording
from engine.definitions.editing.timing import Length

ROOT = Path(__file__).parents[2] / "processes"
DRAWINGS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/*/*.bpmn"))
CALLERS = [
    path for path in DRAWINGS if path != "shared/escalation/escalation.bpmn"
]  # an escalation cannot call itself
SUMMONS = "vastmanland/summons/summons.bpmn"
DAY, TWO, THREE = (Length(number, timing.WORKING_DAYS) for number in (1, 2, 3))


def opened(path: str = SUMMONS) -> Drawing:
    return Drawing((ROOT / path).read_bytes(), path)


def read(drawing: Drawing) -> diagram.Diagram:
    return diagram.read(drawing.written(), drawing.path)


def node(drawing: Drawing, element_id: str) -> diagram.Node:
    return next(one for one in read(drawing).nodes() if one.id == element_id)


def order(drawing: Drawing, first: str, steps: int) -> list[str]:
    """The ids met from a node on, while there is one way only."""
    found, process = [first], read(drawing).processes[0]
    while len(found) < steps and len(after := process.next(process.nodes[found[-1]])) == 1:
        found.append(after[0].id)
    return found


def test_a_deadline_changes_from_one_working_day_to_two_and_its_label_with_it() -> None:
    drawing = opened()
    timing.set_length(drawing, "summons_due", TWO, language="sv")
    event = drawing.element("summons_due")
    assert timing.length_of(event) == TWO
    assert event.get("name") == "2 arbetsdagar"
    assert event.get(xml.own("calendar")) == "working-days"


def test_a_label_of_its_own_stays_when_the_deadline_changes() -> None:
    drawing = opened()
    steps.rename(drawing, "summons_due", "Sista dag")
    timing.set_length(drawing, "summons_due", Length(3, timing.DAYS), language="sv")
    event = drawing.element("summons_due")
    assert (event.get("name"), event.get(xml.own("calendar"))) == ("Sista dag", None)


def test_only_what_was_changed_is_written_anew() -> None:
    before, drawing = opened().written().splitlines(), opened()
    steps.rename(drawing, "plan_meeting", "Planera mötet")
    changed = [
        (old, new) for old, new in zip(before, drawing.written().splitlines(), strict=True) if old != new
    ]
    assert len(changed) == 1
    assert "Planera mötet" in changed[0][1].decode()


def test_foreign_elements_and_comments_survive() -> None:
    data = (
        (ROOT / SUMMONS)
        .read_bytes()
        .replace(
            b'<bpmn:startEvent id="summons_begins"',
            b'<!-- from a meeting --><bpmn:startEvent xmlns:x="urn:x" x:colour="red" id="summons_begins"',
        )
    )
    drawing = Drawing(data, SUMMONS)
    sequence.add(drawing, "plan_meeting_to_schedule_meeting", "userTask", "Ring")
    assert b"from a meeting" in drawing.written()
    assert b'x:colour="red"' in drawing.written()


def test_a_new_step_stands_on_the_flow_and_pushes_what_follows() -> None:
    drawing = opened()
    old = layout.box(drawing, "schedule_meeting")
    made = sequence.add(drawing, "plan_meeting_to_schedule_meeting", "userTask", "Ring den enskilde")
    assert made == "ring_den_enskilde"
    assert order(drawing, "plan_meeting", 3) == ["plan_meeting", made, "schedule_meeting"]
    at, pushed = layout.box(drawing, made), layout.box(drawing, "schedule_meeting")
    assert at is not None
    assert pushed is not None
    assert old is not None
    assert at.right < pushed.x
    assert pushed.y == old.y


def test_a_step_changes_places_with_its_neighbour_and_back() -> None:
    drawing = opened()
    made = sequence.add(drawing, "plan_meeting_to_schedule_meeting", "userTask", "Ring")
    before = {name: layout.box(drawing, name) for name in (made, "schedule_meeting")}
    sequence.move(drawing, made, later=True)
    assert order(drawing, "plan_meeting", 3) == ["plan_meeting", "schedule_meeting", made]
    sequence.move(drawing, made, later=False)
    assert order(drawing, "plan_meeting", 3) == ["plan_meeting", made, "schedule_meeting"]
    assert {name: layout.box(drawing, name) for name in before} == before


def test_a_step_does_not_move_over_a_branch_and_is_told_what_is_in_the_way() -> None:
    drawing = opened()
    before = drawing.written()
    with pytest.raises(NotPossible) as refused:
        sequence.move(drawing, "schedule_meeting", later=True)
    assert (refused.value.reason, refused.value.element_id, refused.value.nearest) == (
        "branch",
        "summons_consent",
        "schedule_meeting",
    )
    assert drawing.written() == before


def test_a_step_goes_with_its_timers_and_with_what_only_they_lead_to() -> None:
    drawing = opened()
    sequence.take_out(drawing, "acknowledge_summons")
    left = drawing.ids()
    assert not left & {
        "acknowledge_summons",
        "summons_due",
        "remind_of_summons",
        "escalate_summons",
        "summons_escalated",
    }
    assert "summons_answer_holds" in left
    assert order(drawing, "send_summons", 2) == ["send_summons", "summons_answer_holds"]
    assert_whole(drawing)


@pytest.mark.parametrize("element_id", ["summons_begins", "summon_and_invite", "summons_done"])
def test_what_others_hang_on_is_not_removed(element_id: str) -> None:
    with pytest.raises(NotPossible):
        sequence.take_out(opened(), element_id)


def test_a_condition_makes_the_other_way_out_the_one_taken_otherwise() -> None:
    drawing = opened()
    gateway = drawing.element("summons_consent")
    default = gateway.get("default", "")
    steps.set_condition(drawing, default, 'meeting_form = "digital"')
    assert gateway.get("default") is None
    steps.set_condition(drawing, default, "")
    assert gateway.get("default") == default


def test_an_operation_gets_its_inputs_in_order_and_loses_those_without_a_value() -> None:
    drawing = opened()
    steps.set_inputs(
        drawing,
        "remind_of_summons",
        [("unit", "= case.unit"), ("about", "plan_meeting"), ("manager", " ")],
    )
    assert node(drawing, "remind_of_summons").inputs == (("unit", "= case.unit"), ("about", "plan_meeting"))


def test_reminders_are_refused_where_the_step_has_timers_already() -> None:
    with pytest.raises(NotPossible, match="has-timers"):
        ready.reminders(opened(), "acknowledge_summons", remind=DAY, escalate=THREE, words=Wording("sv"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ring Åsa Ö.", "ring_asa_o"),
        ("7 dagar", "step_7_dagar"),
        ("…", "step"),
        ("x" * 90, "x" * 48),
        ("Følg opp", "folg_opp"),
    ],
)
def test_a_name_becomes_a_readable_id(name: str, expected: str) -> None:
    assert slug(name) == expected


def _ways_out(drawing: Drawing) -> list[diagram.Flow]:
    """The only ways out of user tasks."""
    process = read(drawing).processes[0]
    return [
        process.flows[one.outgoing[0]]
        for one in process.nodes.values()
        if one.kind == "userTask" and len(one.outgoing) == 1
    ]


def _places(drawing: Drawing) -> Iterator[Callable[[], Put]]:
    """What is put into each shipped drawing: every ready step, at the first place that takes it."""
    words = Wording("sv")
    tasks = [
        one.id
        for one in read(drawing).nodes()
        if one.kind == "userTask" and len(one.outgoing) == 1 and one.incoming
    ]
    free = [one for one in tasks if not drawing.boundary(one) and node(drawing, one).multi_instance is None]
    flows = [drawing.flows(source=one)[0].get("id", "") for one in tasks]
    flows.sort(
        key=lambda one: len(layout.points(layout.edge(drawing, one))) == 2
    )  # the last goes straight on, where one does
    if free:
        yield lambda: ready.reminders(drawing, free[0], remind=DAY, escalate=THREE, words=words)
    if flows:
        yield lambda: ready.summons(
            drawing, flows[-1], unit="= case.unit", remind=DAY, escalate=TWO, words=words
        )
        yield lambda: ready.consent(
            drawing, drawing.flows(source=tasks[0])[0].get("id", ""), role="staff", words=words
        )


@pytest.mark.parametrize("path", CALLERS)
def test_ready_steps_in_every_routine_bring_no_error_and_keep_the_picture(path: str) -> None:
    """What is put in may run at once, with its forms; what overlapped nothing before overlaps nothing now."""
    drawing = opened(path)
    already = overlapping(drawing)
    forms: dict[str, bytes] = {}
    straight = any(len(layout.points(layout.edge(drawing, one.id))) == 2 for one in _ways_out(drawing))
    for put_in in _places(drawing):
        done = put_in()
        for task, kind in done.asks.items():
            forms[f"{files.folder_of(path)}/forms/{task}.form"] = new_forms.form(
                task, kind, title="Steg", language="sv"
            )
    assert_whole(drawing)
    assert overlapping(drawing) <= already or not straight
    assert new_errors(path, drawing.written(), forms) == []


def new_errors(path: str, data: bytes, forms: dict[str, bytes]) -> list[str]:
    """The errors that the change brings, as text; those of the steps around it are warned of, not judged here."""
    bundle = files.read_bundle(ROOT / files.folder_of(path), ROOT)
    escalation = files.read_bundle(ROOT / "shared/escalation", ROOT)
    made = files.bundle({**escalation.files, **bundle.files, path: data, **forms}, bundle.process_id)
    found = check(made, conventions=True, operations=operations.inputs())
    return [str(one) for one in found if one.severity == "error" and one.path in {path, *forms}]


def assert_whole(drawing: Drawing) -> None:
    """Every reference is answered, and every node and flow is drawn once."""
    found = read(drawing)
    ids = drawing.ids()
    for process in found.processes:
        for flow in process.flows.values():
            assert {flow.source, flow.target} <= set(process.nodes)
        for one in process.nodes.values():
            for name, flows in (("incoming", one.incoming), ("outgoing", one.outgoing)):
                told = [each.text or "" for each in one.element.findall(xml.bpmn(name))]
                assert not told or sorted(told) == sorted(flows), one.id
        drawn = [str(one.get("bpmnElement")) for one in drawing.root.iter("*") if one.get("bpmnElement")]
        assert len(drawn) == len(set(drawn))
        assert set(drawn) <= ids
        assert {*process.nodes, *process.flows} <= set(drawn)


def overlapping(drawing: Drawing) -> frozenset[tuple[str, str]]:
    """Pairs of nodes of one scope that lie over each other; timers lie on their host's edge."""
    found: set[tuple[str, str]] = set()
    for process in read(drawing).processes:
        for parent in {one.parent_id for one in process.nodes.values()}:
            inside = [
                (one.id, box)
                for one in process.inside(parent)
                if not one.attached_to and (box := layout.box(drawing, one.id))
            ]
            for number, (name, box) in enumerate(inside):
                for other, beside in inside[number + 1 :]:
                    if (
                        box.x < beside.right
                        and beside.x < box.right
                        and box.y < beside.bottom
                        and beside.y < box.bottom
                    ):
                        found.add((min(name, other), max(name, other)))
    return frozenset(found)


def test_a_drawing_without_a_picture_can_be_changed_too() -> None:
    drawing = opened()
    for one in list(drawing.root.iter(f"{{{xml.BPMNDI}}}BPMNDiagram")):
        drawing.root.remove(one)
    sequence.add(drawing, "plan_meeting_to_schedule_meeting", "userTask", "Ring")
    ready.summons(
        drawing,
        "issue_invitation_to_post_invitation",
        unit="= case.unit",
        remind=DAY,
        escalate=TWO,
        words=Wording("nb"),
    )
    ready.reminders(drawing, "plan_meeting", remind=DAY, escalate=TWO, words=Wording("nb"))
    sequence.move(drawing, "ring", later=True)
    sequence.take_out(drawing, "ring")
    assert etree.fromstring(drawing.written()) is not None


def test_no_event_that_a_gateway_waits_for_is_moved_and_no_step_put_in_its_place() -> None:
    path = "orebro/follow_up/follow_up.bpmn"
    drawing = Drawing((ROOT / path).read_bytes(), path)
    race = next(one.get("id", "") for one in drawing.root.iter("{*}eventBasedGateway"))
    awaited = [flow.get("targetRef", "") for flow in drawing.flows(source=race)]
    for element_id in drawing.ids():
        for later in (True, False):
            with suppress(NotPossible):
                for flow_id in moving.places(drawing, element_id, later=later):
                    assert drawing.element(flow_id).get("sourceRef") != race
            with suppress(NotPossible):
                changed = Drawing(drawing.written(), path)
                sequence.move(changed, element_id, later=later)
                assert [one.get("targetRef", "") for one in changed.flows(source=race)] == awaited


def test_a_step_that_cannot_pass_a_branch_is_offered_the_places_beyond_it_and_moves_there_whole() -> None:
    drawing = opened()
    beyond, within = moving.places(drawing, "schedule_meeting", later=True)
    joined = drawing.element(beyond).get("sourceRef", "")
    assert drawing.element(within).get("sourceRef") == "summons_consent"
    moving.move_to(drawing, "schedule_meeting", beyond)
    assert order(drawing, "plan_meeting", 2) == ["plan_meeting", "summons_consent"]
    assert order(drawing, joined, 2) == [joined, "schedule_meeting"]
    at, before = layout.box(drawing, "schedule_meeting"), layout.box(drawing, joined)
    assert at is not None
    assert before is not None
    assert at.x >= before.right, "it is drawn where it now happens"
    back = moving.places(drawing, "schedule_meeting", later=False)[0]
    moving.move_to(drawing, "schedule_meeting", back)
    assert order(drawing, "plan_meeting", 3) == ["plan_meeting", "schedule_meeting", "summons_consent"]
    with pytest.raises(NotPossible):
        moving.move_to(drawing, "schedule_meeting", "plan_meeting_to_schedule_meeting")
