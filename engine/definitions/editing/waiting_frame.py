"""The sub-process that waits for an answer: a row of steps from the left, the reminder and the escalation below it.

Enters: an open Drawing, and what stands in the row. Leaves: the frame with its steps, timers and lines; the answer ends in a terminate end
event, so that it also ends the reminders and the escalation that are still open (decision 22).
"""

from __future__ import annotations

from engine import xml
from engine.definitions.editing import layout, leading, sequence, steps, timing
from engine.definitions.editing.drawing import Drawing, Put, append, make, put, remove
from engine.definitions.editing.layout import EVENT, TASK, Box, Point
from engine.definitions.editing.ready_words import Wording
from engine.definitions.editing.timing import Length

_PAD, _STEP, _TOP, _LOWER = 30.0, 170.0, 50.0, 100.0


def open_up(drawing: Drawing, near: str, flow_id: str, row: float, height: float) -> float:
    """Room above and below a row of steps for a frame of that height; gives where the row stands now."""
    half = TASK[1] / 2
    before = layout.points(layout.edge(drawing, flow_id))
    layout.make_room(drawing, near, 1, row - half - 5, _TOP)
    after = layout.points(layout.edge(drawing, flow_id))
    row += after[-1][1] - before[-1][1] if before and after else 0.0
    layout.make_room(drawing, near, 1, row + half + 5, height - _TOP - TASK[1])
    return row


def extent(columns: int, *, lower: int) -> Point:
    """How large the frame is around so many steps in a row, the start among them, with so many rows below."""
    return (
        _PAD + EVENT[0] + 40 + (columns - 1) * _STEP + 24 + _STEP + EVENT[0] + _PAD,
        _TOP + TASK[1] + 20 + lower * _LOWER + 10,
    )


class Frame:
    """A sub-process being filled from left to right; `held` is what it holds by now."""

    def __init__(self, drawing: Drawing, task_id: str, name: str, words: Wording) -> None:
        self.drawing, self.words = drawing, words
        self.frame_id = drawing.new_id(f"await_{task_id}")
        self.frame = make("subProcess", self.frame_id, name=name)
        self.prefix = task_id
        self.held = Put([self.frame_id])
        self.at: Box | None = None
        self.last = ""
        self.x = 0.0

    def draw(self, x: float, row: float, size: Point, *, like: str) -> Box:
        """The frame itself, of a size that `extent` gives, with its steps at the height `row`."""
        self.at = Box(x, row - _TOP - TASK[1] / 2, *size)
        layout.add_shape(self.drawing, self.frame_id, self.at, like=like, expanded=True)
        self.x = x + _PAD
        return self.at

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
        self.held.ids.append(name)
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
        self.held.ids.append(name)
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
        self.held.ids.append(found)
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
        self.held.ids.append(end.get("id", ""))

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
