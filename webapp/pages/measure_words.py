"""What the measures of the co-operation are called, how each is counted, and their numbers, in words.

Enters: the key of a measure, a number, a period. Leaves: text. Whether a number may be told is for `engine.reads.guarded` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import format_decimal, gettext, ngettext

from engine.reads import guarded
from engine.reads.guarded import Share
from webapp import words


def title(key: str) -> str:
    """What the measure is called."""
    return {
        "receipts": gettext("Calls acknowledged in time"),
        "plans": gettext("Plans written within two days"),
        "follow_ups": gettext("Follow-ups kept"),
        "reviews": gettext("Yearly reviews kept"),
        "answers": gettext("Deviations answered in time"),
        "to_initiative": gettext("From need to initiative"),
        "to_meeting": gettext("From initiative to meeting"),
        "to_plan": gettext("From meeting to plan"),
        "to_answer": gettext("From deviation to answer"),
    }[key]


def means(key: str) -> str:
    """How it is counted, in words."""
    done = gettext(
        "counted are those done and those whose last day has passed; what was taken back counts nowhere"
    )
    return {
        "receipts": gettext(
            "Initiatives and summonses that the unit acknowledged by the last day of the routine, divided by all: %(done)s.",
            done=done,
        ),
        "plans": gettext(
            "Plans written by the last day, two days after the meeting, divided by all: %(done)s.", done=done
        ),
        "follow_ups": gettext("Follow-ups held by their last day, divided by all: %(done)s.", done=done),
        "reviews": gettext(
            "Yearly reviews and evaluations held by their last day, divided by all: %(done)s.", done=done
        ),
        "answers": gettext(
            "Deviations that the unit answered by the last day, divided by all: %(done)s.", done=done
        ),
        "to_initiative": gettext(
            "Median of days from when the case began to its first initiative, of initiatives sent in the period."
        ),
        "to_meeting": gettext(
            "Median of days from the first initiative to the first meeting, of meetings held in the period."
        ),
        "to_plan": gettext(
            "Median of days from the last meeting before the plan to the first plan, of plans made in the period."
        ),
        "to_answer": gettext(
            "Median of days from when the deviation was begun to the unit's answer, of answers in the period."
        ),
    }[key]


def in_days(number: float) -> str:
    """`3,5 dagar`."""
    rounded = round(number, 1) if number < 10 else round(number)
    return ngettext("%(days)s day", "%(days)s days", 1 if rounded == 1 else 2, days=format_decimal(rounded))


def percent(one: Share) -> str:
    """`75 %`, of a share that may be told."""
    return f"{round(one.part * 100)} %"


def compared(number: float, earlier: float | None, *, better: int) -> str:
    """Against the period before, None where that may not be told; `better` is 1 where more is better, -1 where less is."""
    if earlier is None:
        return ""
    was = f"{round(earlier)} %" if better > 0 else in_days(earlier)
    if round(number, 1) == round(earlier, 1):
        return gettext("unchanged")
    way = (number - earlier) * better > 0
    return gettext("better, was %(was)s", was=was) if way else gettext("worse, was %(was)s", was=was)


def too_few(total: int) -> str:
    """Why nothing is told of so many."""
    if not total:
        return gettext("Nothing of this kind in the period.")
    return gettext(
        "Too few to be told: no number below %(least)s is shown, nor one that could be worked out.",
        least=words.number(guarded.LEAST),
    )


def span(keys: Sequence[str], by: str) -> str:
    """The weeks or months of a point, whose first days are `keys`: `v. 12–14`."""
    first, last = date.fromisoformat(keys[0]), date.fromisoformat(keys[-1])
    if by == "month":
        return words.month(first) if first == last else f"{words.month(first)} – {words.month(last)}"
    weeks = [str(one.isocalendar().week) for one in (first, last)]
    return gettext("wk %(week)s", week=weeks[0] if first == last else f"{weeks[0]}–{weeks[1]}")
