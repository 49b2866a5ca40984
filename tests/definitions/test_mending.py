"""A finding is mended with one act: it is gone afterwards, nothing new is found, and what the act is not about stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import xml
from engine.definitions import files as bundles
from engine.definitions.checks import check, judged, model, soundness
from engine.definitions.editing import layout, leading, mending, new_forms, offering
from engine.definitions.editing.drawing import Drawing, NotPossible
from engine.definitions.editing.offering import Mend
from engine.errors import Finding
from engine.soundness.verdict import MOST_POSITIONS
from tests.definitions import drawn

CONDITION = (
    '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">eligible = "sip"</bpmn:conditionExpression>'
)
STRAY = '<bpmn:userTask id="stray" name="Herrelös" samordna:role="staff"/><bpmn:userTask id="astray" name="Vilse" samordna:role="staff"/>'
STRAY += (
    '<bpmn:sequenceFlow id="s1" sourceRef="stray" targetRef="astray"/>'
    '<bpmn:sequenceFlow id="s2" sourceRef="astray" targetRef="stray"/>'
)
SECOND = '<bpmn:sequenceFlow id="flow_1b" sourceRef="both" targetRef="escalate"/>'
SPLIT = '<bpmn:sequenceFlow id="more" sourceRef="find_eligibility" targetRef="not_eligible"/>'
LAST = "  </bpmn:process>"
FORMS = "vastmanland/sip/forms"
UNANSWERED = (
    '<bpmn:boundaryEvent id="unanswered" name="1 arbetsdag" attachedToRef="register_need" cancelActivity="false"'
    ' samordna:calendar="working-days">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:sequenceFlow id="flow_unanswered" sourceRef="unanswered" targetRef="remind_unit"/>'
)

# What is drawn wrong (text, replaced by), the finding it gives, and what nothing but the act touches.
CASES = {
    "role": (' samordna:role="staff" samordna:clause', " samordna:clause", "role", "register_need"),
    "name": ('id="find_eligibility" name="Avgör"', 'id="find_eligibility"', "name", "find_eligibility"),
    "id": ('"find_eligibility"', '"Activity_1x"', "readable-id", "Activity_1x"),
    "default": (' default="flow_not"', "", "default-missing", "is_eligible"),
    "condition": (CONDITION, "", "condition-missing", "flow_yes"),
    "stray condition": ('id="flow_16" sourceRef="joined" targetRef="closed"/>',
                        f'id="flow_16" sourceRef="joined" targetRef="closed">{CONDITION}</bpmn:sequenceFlow>', "flow-condition", "flow_16"),
    "default condition": ('id="flow_not" name="Annat" sourceRef="is_eligible" targetRef="not_eligible"/>',
                          f'id="flow_not" name="Annat" sourceRef="is_eligible" targetRef="not_eligible">{CONDITION}</bpmn:sequenceFlow>',
                          "default-condition", "flow_not"),
    "island": (LAST, STRAY + LAST, "unreachable", "stray"),
    "split": (LAST, SPLIT + LAST, "implicit-split", "find_eligibility"),
    "deadline": (' samordna:deadline="true"', "", "timer-deadline", "register_need"),
    "order": (LAST, UNANSWERED + LAST, "timer-order", "unanswered"),
    "dead end": ('<bpmn:sequenceFlow id="flow_16" sourceRef="joined" targetRef="closed"/>', "", "dead-end", "joined"),
    "idle": (LAST, '<bpmn:exclusiveGateway id="idle"/>' + LAST, "gateway-idle", "idle"),
    "double flow": (LAST, SECOND + LAST, "double-flow", "both"),
    "join": ('<bpmn:parallelGateway id="both" name="Båda"/>', '<bpmn:exclusiveGateway id="both" name="Båda" default="flow_6"/>',
             "deadlock", "joined"),
}  # fmt: skip
ALONG = {
    "condition": (' default="flow_not"', ""),
    "join": (
        'sourceRef="both" targetRef="what_first"/>',
        f'sourceRef="both" targetRef="what_first">{CONDITION}</bpmn:sequenceFlow>',
    ),  # what is drawn so that the fault is the only one
    "idle": (
        'id="flow_16" sourceRef="joined" targetRef="closed"/>',
        'id="flow_16" sourceRef="joined" targetRef="idle"/><bpmn:sequenceFlow id="on" sourceRef="idle" targetRef="closed"/>',
    ),
    "dead end": ('<bpmn:endEvent id="closed" name="Avslutad"/>', ""),
}


def broken(case: str) -> dict[str, bytes]:
    old, new, *_ = CASES[case]
    made = drawn.changed(old, new)
    if case in ALONG:
        before, after = (one.encode() for one in ALONG[case])
        made[drawn.MAIN] = made[drawn.MAIN].replace(before, after)
    return made


def mended(of: dict[str, bytes], found: Finding, value: str = "") -> dict[str, bytes]:
    """The files after the first act that is offered."""
    drawing = Drawing(of[drawn.MAIN], drawn.MAIN)
    causes = {
        (one.element_id, one.rule): fault.cause
        for one, fault in soundness.told(
            model.read(bundles.bundle(of, "vastmanland_sip"), conventions=True, operations=None)[0]
        )
    }
    act = offering.offers(
        drawing, found.rule, found.element_id, cause=causes.get((found.element_id, found.rule), "")
    )[0]
    chosen = Mend(act.kind, act.element_id, act.value or value, act.asks)
    done = mending.mend(drawing, chosen, language="sv")
    after = {**of, drawn.MAIN: drawing.written()}
    for task, kind in done.put.asks.items():
        after[f"{FORMS}/{task}.form"] = new_forms.form(task, kind, title=task, language="sv")
    return after


def keys(found: list[Finding]) -> set[tuple[str, str]]:
    return {(one.rule, one.element_id) for one in found}


@pytest.mark.parametrize("case", CASES)
def test_a_mended_finding_is_gone_and_none_has_come_in_its_place(case: str) -> None:
    _, _, rule, element = CASES[case]
    before = broken(case)
    found = next(one for one in drawn.findings(before) if (one.rule, one.element_id) == (rule, element))
    value = {"role": "staff", "name": "Avgör vägen"}.get(case, "")
    after = mended(before, found, value)
    left = keys(drawn.findings(after))
    assert (rule, element) not in left
    assert left <= keys(drawn.findings(before))


def test_a_step_that_lacks_a_form_gets_one_to_begin_with() -> None:
    before = drawn.files()
    del before[f"{FORMS}/answer.form"]
    found = next(one for one in drawn.findings(before) if one.rule == "form-missing")
    assert keys(drawn.findings(mended(before, found))) <= keys(drawn.findings(before)) - {
        ("form-missing", "answer")
    }


def test_an_act_changes_only_the_lines_it_is_about() -> None:
    before = broken("deadline")
    found = next(one for one in drawn.findings(before) if one.rule == "timer-deadline")
    old = Drawing(before[drawn.MAIN], drawn.MAIN).written().splitlines()
    new = mended(before, found)[drawn.MAIN].splitlines()
    changed = [line for line in new if line not in old]
    assert len(new) == len(old)
    assert [b'id="due"' in line for line in changed] == [True]


def test_ways_that_meet_without_waiting_are_made_to_wait() -> None:
    before = drawn.changed(
        '<bpmn:parallelGateway id="joined" name="Samlas"/>',
        '<bpmn:exclusiveGateway id="joined" name="Samlas"/><bpmn:serviceTask id="tell" name="Säg till" samordna:operation="close_case"/>',
    )
    before[drawn.MAIN] = before[drawn.MAIN].replace(
        b'sourceRef="joined" targetRef="closed"/>',
        b'sourceRef="joined" targetRef="tell"/><bpmn:sequenceFlow id="told" sourceRef="tell" targetRef="closed"/>',
    )
    found = next(one for one in drawn.findings(before) if one.rule == "runs-twice")
    after = mended(before, found)
    assert "runs-twice" not in {one.rule for one in drawn.findings(after)}
    assert Drawing(after[drawn.MAIN], drawn.MAIN).element("joined").tag == xml.bpmn("parallelGateway")


def test_a_gateway_put_in_is_drawn_between_the_step_and_what_follows() -> None:
    root = Path(__file__).parents[2] / "processes"
    path = "vastmanland/summons/summons.bpmn"
    drawing = Drawing((root / path).read_bytes(), path)
    step = "plan_meeting"
    far = drawing.flows(target=step)[0].get("sourceRef", "")  # a way back, which makes no room less needed
    extra = leading.connect(drawing, step, far)
    stands = layout.box(drawing, step)
    assert stands is not None
    layout.add_edge(drawing, extra.get("id", ""), [stands.middle, (stands.right, 0.0)], like=step)
    mending.mend(drawing, Mend("gateway", step), language="sv")
    at, near = layout.box(drawing, f"after_{step}"), layout.box(drawing, "schedule_meeting")
    assert at is not None
    assert near is not None
    assert stands.right < at.x < at.right
    assert near.x - at.right >= layout.GAP
    assert {one.get("sourceRef") for one in drawing.flows(target="schedule_meeting")} == {f"after_{step}"}


@pytest.mark.parametrize(
    "act", [Mend("role", "register_need", asks="role"), Mend("burn", "register_need"), Mend("role", "nobody")]
)
def test_an_act_that_does_not_fit_changes_nothing(act: Mend) -> None:
    drawing = Drawing(drawn.files()[drawn.MAIN], drawn.MAIN)
    before = drawing.written()
    with pytest.raises(NotPossible):
        mending.mend(drawing, act, language="sv")
    assert drawing.written() == before


def test_less_is_tried_while_somebody_draws_and_that_is_told() -> None:
    bundle = bundles.bundle(drawn.changed('"flow_12"', '"flow_12_of_this_test"'), "vastmanland_sip")
    told = judged(bundle, conventions=True, operations=drawn.OPERATIONS, positions=3)
    assert {one.rule for one in told.findings} == {"positions"}
    assert not soundness.verdict(told.model).complete
    assert judged(bundle, conventions=True, operations=drawn.OPERATIONS).findings == ()
    again = judged(bundle, conventions=True, operations=drawn.OPERATIONS, positions=3)
    assert again.findings == ()  # all of it is known by now
    assert again.model.positions < MOST_POSITIONS


def test_a_change_of_words_does_not_play_the_game_again() -> None:
    first, second = (
        bundles.bundle(one, "vastmanland_sip")
        for one in (drawn.files(), drawn.changed("Registrera behov", "Skriv upp behovet"))
    )
    read = [model.read(one, conventions=True, operations=None)[0] for one in (first, second)]
    assert soundness.verdict(read[0]) is soundness.verdict(read[1])


def test_the_check_tells_the_run_that_shows_the_fault() -> None:
    found = next(one for one in check(bundles.bundle(broken("join"), "vastmanland_sip"), conventions=True)
                 if one.rule == "deadlock")  # fmt: skip
    assert found.message.endswith("> Tala med varandra > Klart > Lyft.")
