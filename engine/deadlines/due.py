"""When a timer is due: the one question this room answers.

Enters: a timer's kind, value and calendar rule as the diagram has them, the instant of arming, the calendar
of those who must act. Leaves: a `Due`, or ValueError with a sentence for the process owner that repeats no
value. A timer is due when `due_at <= now`. Pure: the same input gives the same answer.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from engine.deadlines import iso
from engine.deadlines.calendar import Calendar
from engine.deadlines.counted import after_rolled_days, after_working_days
from engine.deadlines.cycle import next_cycle
from engine.deadlines.elapsed import later, length
from engine.deadlines.moments import FIRST, Due, end_of_day, ending_at, require_aware, start_of_day, to_utc

LATE_AFTER = timedelta(hours=1)
"""A timer that fires later than this after `due_at` was held up by downtime: see `grace` (decision 6)."""

_COUNTED = {"working-days": after_working_days, "rolled-days": after_rolled_days}


def due(
    kind: str,
    value: object,
    calendar_rule: str | None,
    *,
    armed_at: datetime,
    calendar: Calendar,
    plain_day: Literal["begins", "ends"] = "begins",
) -> Due:
    """The (first) instant at which a timer is due. `kind` is duration, date or cycle; `calendar_rule` is
    working-days, rolled-days, or None or empty for none.

    A `duration` (ISO text, timedelta, or a FEEL years-and-months duration) is counted from `armed_at`
    (aware); see `elapsed`. A `date` (ISO text, date or datetime) with a time is that instant, local where
    it has no offset. A date without a time is the beginning of that day, as one reads BPMN's timeDate; for
    the deadline of a task pass `plain_day="ends"`, then it is the whole day. A `cycle` gives its first
    firing; `next_cycle` gives the others. The `calendar_rule` goes only with a duration of whole days, at
    most 3660 (see `counted`). Raises ValueError.
    """
    require_aware(armed_at)
    if calendar_rule:
        return _counted(kind, value, calendar_rule, armed_at, calendar)
    match kind:
        case "duration":
            return _after(length(value), armed_at, calendar)
        case "date":
            return _on(value, plain_day, calendar)
        case "cycle":
            return _first(value, armed_at, calendar)
        case _:
            raise ValueError("a timer is a duration, a date or a cycle")


def grace(first_fired_at: datetime, calendar: Calendar) -> datetime:
    """The earliest instant for the next timer of a task whose last one fired late (see `LATE_AFTER`).

    The end of the first working day after the firing, so that people had a whole working day to act on it
    (decision 6).
    """
    require_aware(first_fired_at)
    return after_working_days(first_fired_at, 1, calendar).due_at


def _counted(kind: str, value: object, rule: str, armed_at: datetime, calendar: Calendar) -> Due:
    if rule not in _COUNTED:
        raise ValueError("the calendar of a timer is working-days or rolled-days")
    if kind != "duration":
        raise ValueError(
            f"{rule} goes with a duration; count from a date with the FEEL function of that name instead"
        )
    every = length(value)
    if every.months or every.clock:
        raise ValueError(f"{rule} counts whole days; write for example P2D")
    return _COUNTED[rule](armed_at, every.days, calendar)


def _after(every: iso.Duration, armed_at: datetime, calendar: Calendar) -> Due:
    explanation: dict[str, object] = {
        "rule": "wall-calendar" if every.months or every.days else "clock",
        "armed_at": armed_at.isoformat(),
        "duration": iso.written(every),
    }
    return ending_at(later(armed_at, every, 1, calendar), calendar, explanation)


def _on(value: object, plain_day: str, calendar: Calendar) -> Due:
    match iso.date_or_instant(value) if isinstance(value, str) else value:
        case datetime() as at:
            return ending_at(to_utc(at, calendar), calendar, {"rule": "date"})
        case date() as day:
            due_at = end_of_day(day, calendar) if plain_day == "ends" else start_of_day(day, calendar)
            return Due(due_at, day, {"rule": "date", "zone": calendar.zone.key})
        case _:
            raise ValueError(
                f"a timer needs a date in the years 1 to 9999 here, not a {type(value).__name__}"
            )


def _first(value: object, armed_at: datetime, calendar: Calendar) -> Due:
    text = value if isinstance(value, str) else ""  # refused like any other text that is no repetition
    first = next_cycle(text, armed_at=armed_at, after=FIRST, calendar=calendar)
    if first is None:
        raise ValueError("the cycle never happens before the end of year 9999")
    return first
