"""When a deadline that was missed began, ended and was looked at: what a draft of a deviation says of it (S3-042, S3-059).

Enters: an operation that a timer led to. Leaves: one line in the region's language, with the step's name and three times, or '' where no
timer led there. Never anything of the case's content.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from engine.actions.ground import language_of
from engine.actions.operations.operation import Call
from engine.definitions.routine import Element
from engine.records import tasks
from engine.records.tasks import Task

WAITS = ("userTask", "callActivity", "subProcess", "startEvent", "receiveTask", "intermediateCatchEvent")
WORDS = {
    "sv": "{step}: började {began}, sista dag {due}, inte gjort {now}.",
    "nb": "{step}: begynte {began}, siste dag {due}, ikke gjort {now}.",
    "en": "{step}: began {began}, last day {due}, not done {now}.",
}
DAYS = {"nb": "%d.%m.%Y", "nn": "%d.%m.%Y"}


def told(call: Call) -> str:
    """The line; the times are local, the last day is the one that people were shown."""
    task = _missed(call)
    if task is None or task.due_on is None:
        return ""
    language = language_of(call.ground.case.region_settings)
    pattern = DAYS.get(language, "%Y-%m-%d")

    def moment(at: datetime) -> str:
        return at.astimezone(call.ground.zone).strftime(f"{pattern} %H.%M")

    due: date = task.due_on
    words = WORDS.get("nb" if language == "nn" else language, WORDS["en"])
    return words.format(
        step=task.name, began=moment(task.opened_at), due=due.strftime(pattern), now=moment(call.ground.now)
    )


def _missed(call: Call) -> Task | None:
    """The open step whose timer led here; the newest where it was begun anew."""
    hosts = {timer.attached_to for timer in _timers(call)}
    place = call.request.place
    found = [
        one
        for one in tasks.of_case(call.ground.tx, call.ground.case.id, open_only=True)
        if one.instance_id == call.instance.id and one.process_id == place.process_id and one.scope == place.scope
        and hosts & {one.element_id, _around(call, one)}
    ]  # fmt: skip
    return found[-1] if found else None


def _around(call: Call, task: Task) -> str:
    """The part that a step stands in; '' for none."""
    element = call.loaded.routine.element(task.process_id, task.element_id)
    return element.parent_id if element else ""


def _timers(call: Call) -> Iterator[Element]:
    """The timers at an activity from which one comes here without waiting on the way."""
    routine, process_id = call.loaded.routine, call.request.place.process_id
    flows = routine.flows[process_id]
    ahead, seen = [call.element_id], {call.element_id}
    while ahead:
        element = routine.element(process_id, ahead.pop())
        for before in [flows[flow].source for flow in element.incoming] if element else ():
            one = routine.element(process_id, before)
            if one is None or before in seen:
                continue
            seen.add(before)
            if one.attached_to:
                yield one
            elif one.kind not in WAITS:
                ahead.append(before)
