"""Ready steps: what process owners would else draw from five elements, put in whole and rightly.

Enters: an open Drawing, the flow or step where it belongs, and words in the routine's language. Leaves: the ids of what is new, and which
of them need a form (`new_forms` writes it). What is drawn follows decision 22: the answer ends in a terminate end event, so that it also
ends the reminders and the escalation that are still open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import xml
from engine.definitions.editing import layout, leading, sequence, steps, timing
from engine.definitions.editing.drawing import Drawing, NotPossible, append, insert_after, make, put, remove
from engine.definitions.editing.layout import Box, Point
from engine.definitions.editing.timing import Length

SUMMONS, CONSENT, REMINDERS = "summons", "consent", "reminders"

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {"start": "Start", "answer": "Svar", "done": "Klart", "remind": "Påminn enheten och dess chef",
           "escalate": "Lyft till chefslinjen",
           "waits": "{} väntar på svar", "send": "Sänd kallelsen", "acknowledge": "Kvittera kallelsen", "summons": "Kallelsen",
           "text": "Ni kallas till ett möte. Kvittera inom {}.", "title": "Kallelse", "ask": "Fråga om samtycke",
           "consents": "Samtycker?",
           "yes": "ja", "no": "nej", "record": "För in samtycket", "refused": "Inget samtycke"},
    "nb": {"start": "Start", "answer": "Svar", "done": "Ferdig", "remind": "Påminn enheten og lederen",
           "escalate": "Løft til lederlinjen",
           "waits": "{} venter på svar", "send": "Send innkallingen", "acknowledge": "Kvitter innkallingen", "summons": "Innkallingen",
           "text": "Dere innkalles til et møte. Kvitter innen {}.", "title": "Innkalling", "ask": "Spør om samtykke",
           "consents": "Samtykker?",
           "yes": "ja", "no": "nei", "record": "Før inn samtykket", "refused": "Ikke samtykke"},
    "en": {"start": "Start", "answer": "Answer", "done": "Done", "remind": "Remind the unit and its manager", "escalate": "Escalate",
           "waits": "{} awaits an answer", "send": "Send the summons", "acknowledge": "Acknowledge the summons", "summons": "The summons",
           "text": "You are summoned to a meeting. Acknowledge within {}.", "title": "Summons", "ask": "Ask for consent",
           "consents": "Consents?",
           "yes": "yes", "no": "no", "record": "Record the consent", "refused": "No consent"},
}  # fmt: skip
TASK, EVENT, GATEWAY = layout.TASK, layout.EVENT, layout.GATEWAY


@dataclass(frozen=True, slots=True)
class Wording:
    """The routine's language, and the routine that its region escalates with."""

    language: str
    escalation: str = "shared_escalation"

    def __getitem__(self, key: str) -> str:
        return _WORDS.get(self.language[:2], _WORDS["en"])[key]


@dataclass(slots=True)
class Put:
    """What was put in: every new node's id, in order; `asks` are those that need a form, each with the kind of form."""

    ids: list[str] = field(default_factory=list)
    asks: dict[str, str] = field(default_factory=dict)


def summons(
    drawing: Drawing, flow_id: str, *, unit: str, remind: Length, escalate: Length, words: Wording
) -> Put:
    """A summons with acknowledgement to one unit: sent, answered in time, else reminded of and escalated."""
    flow = drawing.element(flow_id)
    ack = drawing.new_id(words["acknowledge"])
    inside = _Inside(drawing, ack, words["waits"].format(words["summons"]), words)
    send = drawing.new_id(words["send"])
    message = drawing.new_id(f"{ack}_message")
    insert_after(drawing.element(flow.get("sourceRef", "")), inside.frame)
    size = _extent(3, lower=2)
    on_line = sequence.put_on(drawing, flow, inside.frame_id, inside.frame_id, (size[0], TASK[1]))
    if on_line is not None:
        row = _open_up(drawing, flow.get("sourceRef", ""), flow_id, on_line.middle[1], size[1])
        inside.draw_frame(Box(on_line.x, row - _TOP - TASK[1] / 2, *size), like=flow.get("sourceRef", ""))
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
    inside.put.asks[ack] = "acknowledgement"
    return inside.put


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
    inside = _Inside(drawing, task_id, words["waits"].format(task.get("name", "")), words)
    insert_after(task, inside.frame)
    leading.lead_around(drawing, task_id, inside.frame_id)
    stood = layout.box(drawing, task_id)
    size = _extent(2, lower=2)
    if stood is not None:
        layout.make_room(drawing, task_id, 0, stood.right + 1, size[0] - stood.width)
        row = _open_up(drawing, task_id, into[0].get("id", ""), stood.middle[1], size[1])
        stood = layout.box(drawing, task_id) or stood
        at = Box(stood.x, row - _TOP - TASK[1] / 2, *size)
        inside.draw_frame(at, like=task_id)
        sequence.redock(drawing, inside.frame_id, stood, at)
    remove(task)
    layout.erase(drawing, task_id)
    inside.row("startEvent", words["start"])
    inside.row_existing(task)
    unit = task.get(xml.own("unit"), "") or "= case.unit"
    inside.finish(task_id, unit=unit, since="= now()", remind=remind, escalate=escalate)
    return inside.put


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


# Inside the frame: a row of steps from the left, the reminder and the escalation below it.
_PAD, _STEP, _TOP, _LOWER = 30.0, 170.0, 50.0, 100.0


def _open_up(drawing: Drawing, near: str, flow_id: str, row: float, height: float) -> float:
    """Room above and below a row of steps for a frame of that height; gives where the row stands now."""
    half = TASK[1] / 2
    before = layout.points(layout.edge(drawing, flow_id))
    layout.make_room(drawing, near, 1, row - half - 5, _TOP)
    after = layout.points(layout.edge(drawing, flow_id))
    row += after[-1][1] - before[-1][1] if before and after else 0.0
    layout.make_room(drawing, near, 1, row + half + 5, height - _TOP - TASK[1])
    return row


def _extent(columns: int, *, lower: int) -> Point:
    """How large the frame is around so many steps in a row, the start among them, with so many rows below."""
    return (
        _PAD + EVENT[0] + 40 + (columns - 1) * _STEP + 24 + _STEP + EVENT[0] + _PAD,
        _TOP + TASK[1] + 20 + lower * _LOWER + 10,
    )


class _Inside:
    """A sub-process being filled from left to right."""

    def __init__(self, drawing: Drawing, task_id: str, name: str, words: Wording) -> None:
        self.drawing, self.words = drawing, words
        self.frame_id = drawing.new_id(f"await_{task_id}")
        self.frame = make("subProcess", self.frame_id, name=name)
        self.prefix = task_id
        self.put = Put([self.frame_id])
        self.at: Box | None = None
        self.last = ""
        self.x = 0.0

    def draw_frame(self, at: Box, *, like: str) -> None:
        layout.add_shape(self.drawing, self.frame_id, at, like=like, expanded=True)
        self.at, self.x = at, at.x + _PAD

    @property
    def y(self) -> float:
        return (self.at.y if self.at else 0.0) + _TOP + TASK[1] / 2

    def row(self, kind: str, name: str, *, element_id: str = "", **own: str) -> str:
        made = make(
            kind,
            element_id or self.drawing.new_id(f"{self.prefix}_{'begins' if kind == 'startEvent' else name}"),
            name=name,
            **own,
        )
        return self.row_existing(made)

    def row_existing(self, node: xml.Element) -> str:
        """The next step in the row, with the flow that leads to it."""
        name, size = node.get("id", ""), sequence.size_of(xml.local(node))
        for ref in [one for one in node if one.tag in (xml.bpmn("incoming"), xml.bpmn("outgoing"))]:
            remove(ref)
        append(self.frame, node)
        if self.at is not None:
            layout.add_shape(
                self.drawing,
                name,
                Box(self.x, self.y - size[1] / 2, *size),
                like=self.frame_id,
                label="Event" in xml.local(node),
            )
        self._join(self.last, name)
        self.x += size[0] + (50 if size == TASK else 40)
        self.last = name
        self.put.ids.append(name)
        return name

    def finish(self, task_id: str, *, unit: str, since: str, remind: Length, escalate: Length) -> None:
        """The answer, and below it the reminder and the escalation."""
        right = self.at.right - _PAD - EVENT[0] if self.at else 0.0
        self.x = right
        end = self.row("endEvent", self.words["answer"])
        put(self.drawing.element(end), make("terminateEventDefinition", f"{end}_terminate"))
        about = self._timer(task_id, remind, 68, deadline=True)
        told = self._lower(
            "serviceTask",
            f"remind_of_{task_id}",
            self.words["remind"],
            about,
            1,
            own_operation="remind",
        )
        steps.set_inputs(self.drawing, told, [("unit", unit), ("about", task_id), ("manager", "= true")])
        self._lower_end(told, 1)
        late = self._timer(task_id, escalate, 0, deadline=False)
        lifted = self._lower("callActivity", f"escalate_{task_id}", self.words["escalate"], late, 2,
                             own_result=self.drawing.new_id(f"{task_id}_escalation"))  # fmt: skip
        steps.set_called(self.drawing, lifted, self.words.escalation)
        steps.set_inputs(self.drawing, lifted, [
            ("escalated_unit", unit), ("counterpart_unit", "= roles.convener.unit"), ("escalation_matter", "receipt_late"),
            ("escalation_since", since),
        ])  # fmt: skip
        self._lower_end(lifted, 2)

    def _timer(self, task_id: str, length: Length, offset: float, *, deadline: bool) -> str:
        """A timer on the task's lower edge."""
        name = self.drawing.new_id(f"{task_id}_{'late' if deadline else 'unanswered'}")
        event = make("boundaryEvent", name, name=length.words(self.words.language), attachedToRef=task_id, cancelActivity="false",
                     own_deadline="true" if deadline else "")  # fmt: skip
        put(event, make("timerEventDefinition", f"{name}_timer"))
        append(self.frame, event)
        timing.set_length(self.drawing, name, length, language=self.words.language)
        host = layout.box(self.drawing, task_id)
        if host is not None:
            at = Box(host.x + 8 + offset, host.bottom - 18, *EVENT)
            layout.add_shape(self.drawing, name, at, like=task_id, label=True)
            label = (at.right + 1) if deadline else (at.x - 91)
            layout.label(self.drawing, name, Box(label, at.bottom - 4, 90, 14))
        self.put.ids.append(name)
        return name

    def _lower(self, kind: str, element_id: str, name: str, event: str, row: int, **own: str) -> str:
        made = make(kind, self.drawing.new_id(element_id), name=name, **own)
        found = made.get("id", "")
        append(self.frame, made)
        at = layout.box(self.drawing, event)
        if at is not None and self.at is not None:
            host = layout.box(self.drawing, self.drawing.element(event).get("attachedToRef", ""))
            left = (host.right if host else at.right) + 24
            y = self._row(row)
            layout.add_shape(self.drawing, found, Box(left, y - TASK[1] / 2, *TASK), like=event)
            self._join(event, found, [(at.middle[0], at.bottom), (at.middle[0], y), (left, y)])
        else:
            self._join(event, found)
        self.put.ids.append(found)
        return found

    def _lower_end(self, before: str, row: int) -> None:
        end = make("endEvent", self.drawing.new_id(f"{before}_done"), name=self.words["done"])
        append(self.frame, end)
        at = layout.box(self.drawing, before)
        if at is not None and self.at is not None:
            right, y = self.at.right - _PAD - EVENT[0], self._row(row)
            layout.add_shape(
                self.drawing, end.get("id", ""), Box(right, y - EVENT[1] / 2, *EVENT), like=before, label=True
            )
            self._join(before, end.get("id", ""), [(at.right, y), (right, y)])
        else:
            self._join(before, end.get("id", ""))
        self.put.ids.append(end.get("id", ""))

    def _row(self, row: int) -> float:
        return self.y + TASK[1] / 2 + 20 + (row - 0.5) * _LOWER

    def _join(self, source: str, target: str, corners: list[Point] | None = None) -> None:
        if not source:
            return
        flow = leading.connect(self.drawing, source, target)
        one, other = layout.box(self.drawing, source), layout.box(self.drawing, target)
        if one is not None and other is not None:
            way = corners or [(one.right, one.middle[1]), (other.x, other.middle[1])]
            layout.add_edge(self.drawing, flow.get("id", ""), way, like=source)
