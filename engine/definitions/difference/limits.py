"""The times that a drawing says: how long, counted in which days, and which of a step's time limits is its deadline.

Enters: a drawing and its parts. Leaves: spans and answers; nothing is compared here.
"""

from __future__ import annotations

from engine.definitions.difference.drawing import Drawing, Part
from engine.definitions.difference.values import Span

TIMER = "timerEventDefinition"
TIMES = ("timeDuration", "timeDate", "timeCycle")


def span(part: Part) -> Span:
    """What a timer says; without text where it says nothing."""
    text = next((part.get(f"{TIMER}/{one}") for one in TIMES if part.get(f"{TIMER}/{one}")), "")
    return Span(text, part.get(f"{TIMER}@calendar") or part.get("calendar")) if text else Span("")


def is_limit(part: Part) -> bool:
    """Whether it is a timer on the border of a step."""
    return part.tag == "boundaryEvent" and TIMER in part.says


def is_named(part: Part) -> bool:
    """Whether its label says more than the time."""
    return bool(part.name) and not part.name[:1].isdigit()


def deadlines(drawing: Drawing) -> dict[str, str]:
    """By id of a timer the step whose deadline it is (decision 7): the marked one, or the only one."""
    beside: dict[str, list[Part]] = {}
    for part in drawing.parts.values():
        if is_limit(part):
            beside.setdefault(part.get("attachedToRef"), []).append(part)
    found: dict[str, str] = {}
    for step, limits in beside.items():
        marked = [one for one in limits if _marked(one)]
        found |= dict.fromkeys((one.id for one in marked or limits[:1] if marked or len(limits) == 1), step)
    return found


def _marked(part: Part) -> bool:
    return part.get(f"{TIMER}@deadline") == "true" or part.get("deadline") == "true"
