"""ROOM: when is it due? Pure arithmetic over public holidays (decision 6).

Enters: when something was armed, a duration, date or cycle, and the calendar of those who must act. Leaves:
a `Due`: the instant, the day people are shown, and how it came about. Never reads a clock, a database or a
diagram.
"""

from __future__ import annotations

from engine.deadlines.calendar import Calendar
from engine.deadlines.counted import after_rolled_days, after_working_days, rolled_days, working_days
from engine.deadlines.cycle import next_cycle
from engine.deadlines.due import LATE_AFTER, due, grace
from engine.deadlines.moments import Due

__all__ = [
    "LATE_AFTER",
    "Calendar",
    "Due",
    "after_rolled_days",
    "after_working_days",
    "due",
    "grace",
    "next_cycle",
    "rolled_days",
    "working_days",
]
