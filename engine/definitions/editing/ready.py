"""Ready steps: what process owners would else draw from five elements, put in whole and rightly.

Enters: an open Drawing, the flow or step where it belongs, and words in the routine's language. Leaves: the ids of what is new, and which
of them need a form (`new_forms` writes it). What waits for an answer stands in a frame of its own (`waiting_frame`).
"""

from __future__ import annotations

from engine import xml
from engine.definitions.editing import layout, leading, sequence, steps, timing
from engine.definitions.editing.drawing import Drawing, NotPossible, Put, append, insert_after, make, remove
from engine.definitions.editing.layout import EVENT, GATEWAY, TASK, Box
from engine.definitions.editing.ready_words import Wording
from engine.definitions.editing.timing import Length
from engine.definitions.editing.waiting_frame import Frame, extent, open_up

SUMMONS, CONSENT, REMINDERS = "summons", "consent", "reminders"


def summons(
    drawing: Drawing, flow_id: str, *, unit: str, remind: Length, escalate: Length, words: Wording
) -> Put:
    """A summons with acknowledgement to one unit: sent, answered in time, else reminded of and escalated."""
    flow = drawing.element(flow_id)
    ack = drawing.new_id(words["acknowledge"])
    inside = Frame(drawing, ack, words["waits"].format(words["summons"]), words)
    send = drawing.new_id(words["send"])
    message = drawing.new_id(f"{ack}_message")
    insert_after(drawing.element(flow.get("sourceRef", "")), inside.frame)
    size = extent(3, lower=2)
    on_line = sequence.put_on(drawing, flow, inside.frame_id, inside.frame_id, (size[0], TASK[1]))
    if on_line is not None:
        row = open_up(drawing, flow.get("sourceRef", ""), flow_id, on_line.middle[1], size[1])
        inside.draw(on_line.x, row, size, like=flow.get("sourceRef", ""))
    inside.row("startEvent", words["start"])
    inside.row(
        "serviceTask",
        words["send"],
        element_id=send,
        own_operation="send_message_to_unit",
        own_result=message,
    )
    steps.set_inputs(drawing, send, [
        ("unit", unit), ("kind", "summons"), ("title", words["title"]), ("text", words["text"].format(remind.words(words.language))),
        ("answer_by", f"= working days(now(), {remind.count})" if remind.unit == timing.WORKING_DAYS else ""),
    ])  # fmt: skip
    inside.row("userTask", words["acknowledge"], element_id=ack, own_role="staff", own_unit=f"= {message}.unit", own_on_behalf="convener",
              )  # fmt: skip
    inside.finish(
        ack, unit=f"= {message}.unit", since=f"= {message}.sent_at", remind=remind, escalate=escalate
    )
    inside.held.asks[ack] = "acknowledgement"
    return inside.held


def reminders(drawing: Drawing, task_id: str, *, remind: Length, escalate: Length, words: Wording) -> Put:
    """Around a user task: remind when it is late, then escalate; what is left of that ends with the answer.

    Raises NotPossible where the step is no user task, is done by several at once, or already has timers of its own.
    """
    task = drawing.node(task_id)
    if task.tag != xml.bpmn("userTask"):
        raise NotPossible("not-a-task", task_id)
    if task.find(xml.bpmn("multiInstanceLoopCharacteristics")) is not None:
        raise NotPossible("several-items", task_id)
    if drawing.boundary(task_id):
        raise NotPossible("has-timers", task_id)
    into, out = drawing.flows(target=task_id), drawing.flows(source=task_id)
    if not into or len(out) != 1:
        raise NotPossible("branch", task_id)
    inside = Frame(drawing, task_id, words["waits"].format(task.get("name", "")), words)
    insert_after(task, inside.frame)
    leading.lead_around(drawing, task_id, inside.frame_id)
    stood = layout.box(drawing, task_id)
    size = extent(2, lower=2)
    if stood is not None:
        layout.make_room(drawing, task_id, 0, stood.right + 1, size[0] - stood.width)
        row = open_up(drawing, task_id, into[0].get("id", ""), stood.middle[1], size[1])
        stood = layout.box(drawing, task_id) or stood
        at = inside.draw(stood.x, row, size, like=task_id)
        sequence.redock(drawing, inside.frame_id, stood, at)
    remove(task)
    layout.erase(drawing, task_id)
    inside.row("startEvent", words["start"])
    inside.row_existing(task)
    unit = task.get(xml.own("unit"), "") or "= case.unit"
    inside.finish(task_id, unit=unit, since="= now()", remind=remind, escalate=escalate)
    return inside.held


def consent(drawing: Drawing, flow_id: str, *, role: str, words: Wording) -> Put:
    """Ask for consent to share with units, and go on only with a yes."""
    flow = drawing.element(flow_id)
    source = flow.get("sourceRef", "")
    ask, way, record, no = (drawing.new_id(words[one]) for one in ("ask", "consents", "record", "refused"))
    scope = drawing.scope(drawing.element(source))
    nodes = (
        make("userTask", ask, name=words["ask"], own_role=role),
        make("exclusiveGateway", way, name=words["consents"]),
        make("serviceTask", record, name=words["record"], own_operation="record_consent"),
        make("endEvent", no, name=words["refused"]),
    )
    for one in nodes:
        append(scope, one)
    steps.set_inputs(drawing, record, [
        ("kinds", '= ["disclosure"]'), ("units", f"= {ask}_units"), ("categories", '= ["coordination", "consent", "identity"]'),
        ("given_by", f"= {ask}_by"), ("form", f"= {ask}_form"), ("given_on", f"= {ask}_on"),
    ])  # fmt: skip
    at = sequence.put_on(drawing, flow, ask, record, (390, TASK[1]))
    leading.connect(drawing, ask, way)
    yes = leading.connect(drawing, way, record, name=words["yes"]).get("id", "")
    refusal = leading.connect(drawing, way, no, name=words["no"]).get("id", "")
    steps.set_condition(drawing, yes, f'{ask}_answer = "yes"')
    drawing.element(way).set("default", refusal)
    if at is not None:
        _draw_consent(drawing, at, (ask, way, record, no), (yes, refusal), source)
    return Put([ask, way, record, no], {ask: "consent"})


def _draw_consent(
    drawing: Drawing, at: Box, nodes: tuple[str, str, str, str], flows: tuple[str, str], like: str
) -> None:
    ask, way, record, no = nodes
    y = at.middle[1]
    layout.make_room(drawing, like, 1, at.bottom + 1, 90)
    boxes = {
        ask: Box(at.x, at.y, *TASK),
        way: Box(at.x + 170, y - 25, *GATEWAY),
        record: Box(at.x + 270, at.y, *TASK),
        no: Box(at.x + 177, y + 75, *EVENT),
    }
    for name, box in boxes.items():
        layout.add_shape(drawing, name, box, like=like, label=name in (way, no))
    layout.label(drawing, way, Box(at.x + 150, y - 43, 90, 14))
    to_way = next(one.get("id", "") for one in drawing.flows(source=ask))
    layout.add_edge(drawing, to_way, [(at.x + 120, y), (at.x + 170, y)], like=like)
    layout.add_edge(drawing, flows[0], [(at.x + 220, y), (at.x + 270, y)], like=like)
    layout.add_edge(drawing, flows[1], [(at.x + 195, y + 25), (at.x + 195, y + 75)], like=like)
