"""What is said of a step's heat, and which of the five colours it gets: one number for the colour, the same for the table.

Enters: a step's numbers, protected already where they must be. Leaves: words and levels; never a case.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from engine.reads.heat import Heat
from webapp import words
from webapp.pages import measure_words
from webapp.session import ZONE, today

COLOURS = ("waiting", "median", "late")
LEVELS = {"waiting": (1, 5, 10, 20), "median": (0.01, 2, 5, 10), "late": (1, 10, 20, 30)}
"""Where each of the four coloured steps begins: how many wait, days, per cent; below the first is the fifth, uncoloured."""


def days(number: float | None) -> str:
    """A length of time; a dash for none."""
    if number is None:
        return "–"
    return gettext("same day") if number < 0.5 else measure_words.in_days(number)


def value(colour: str, one: Heat) -> float | None:
    """What the colour stands for: how many, days, or per cent; None where it is not told."""
    if colour == "waiting":
        return one.waiting
    if colour == "median":
        return one.median_days
    return None if one.late is None or not one.due else one.late / one.due * 100


def level(colour: str, one: Heat) -> int:
    """From 0 (no colour) to 4."""
    found = value(colour, one)
    return 0 if found is None else sum(found >= least for least in LEVELS[colour])


def number(colour: str, one: Heat) -> str:
    """What stands at the step in the picture."""
    found = value(colour, one) or 0
    return {"waiting": f"{found:.0f}", "median": days(found), "late": f"{found:.0f} %"}[colour]


def late_share(one: Heat) -> str:
    """What stands at a deadline that was broken."""
    return gettext("%(share)s %% late", share=round((one.late or 0) / (one.due or 1) * 100))


def colour_words(colour: str) -> str:
    """What the colour shows."""
    return {
        "waiting": gettext("Waiting now"),
        "median": gettext("Median time"),
        "late": gettext("Deadlines missed"),
    }[colour]


def level_words(colour: str, level: int) -> str:
    """What one of the colours means."""
    begins = LEVELS[colour]
    if colour == "median":
        return [
            gettext("none"),
            gettext("under 2 days"),
            gettext("2 to 5 days"),
            gettext("5 to 10 days"),
            gettext("10 days or more"),
        ][level]
    unit = " %" if colour == "late" else ""
    if level == 0:
        return f"0{unit}"
    if level == 4 and unit:
        return gettext("%(share)s %% or more", share=begins[3])
    if level == 4:
        return gettext("%(number)s or more", number=begins[3])
    return f"{begins[level - 1]}–{begins[level] - 1}{unit}"


def nothing(first: datetime | None) -> str:
    """That there is nothing in the period, and when there was first something."""
    if first is None:
        return gettext("No cases in the period.")
    day = words.long_day(first.astimezone(ZONE).date(), today())
    return gettext("No cases in the period. The first case: %(day)s.", day=day)
