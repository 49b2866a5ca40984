"""How a due date came about, in words and as a strip of days.

Enters: the explanation that `deadlines` left with the timer (keys and ISO values). Leaves: one sentence, and the days from the arming to
the last one. Every demand explains itself where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from engine.records.timers import Timer
from webapp import words

MOST_DAYS = 8  # a strip longer than this is told in words alone


def why(explanation: object, today: date) -> str:
    """`En arbetsdag från tisdag 17 november.`, with what was left out of the count."""
    told = explanation if isinstance(explanation, Mapping) else {}
    counted_from = _day(told.get("counted_from")) or _moment_day(told)
    number = int(str(told.get("n") or 0))
    if counted_from is None:
        return ""
    start = words.long_day(counted_from, today)
    match told.get("rule"):
        case "working-days":
            first = ngettext(
                "%(num)s working day from %(day)s.", "%(num)s working days from %(day)s.", number, day=start
            )
        case "rolled-days":
            first = ngettext("%(num)s day from %(day)s.", "%(num)s days from %(day)s.", number, day=start)
        case "wall-calendar" | "clock":
            return gettext("Counted from %(day)s.", day=start)
        case _:
            return ""
    return " ".join(part for part in (words.capital(first), _left_out(told)) if part)


def day_of(timer: Timer, zone: tzinfo) -> date:
    """The day people are shown: a day ends at 24:00, so what falls due then belongs to the day that ended."""
    told = timer.explanation if isinstance(timer.explanation, Mapping) else {}
    local = timer.due_at.astimezone(zone)
    ends_a_day = timer.calendar and local.time() == time()
    return _day(told.get("last_day")) or (local.date() - timedelta(days=1) if ends_a_day else local.date())


def days(explanation: object, today: date) -> list[dict[str, str]]:
    """The strip: the day the time begins, the days not counted, the last day."""
    told = explanation if isinstance(explanation, Mapping) else {}
    first, last = _moment_day(told), _day(told.get("last_day"))
    if (
        told.get("rule") not in ("working-days", "rolled-days")
        or first is None
        or last is None
        or (last - first).days >= MOST_DAYS
    ):
        return []
    skipped = {_day(one.get("day")): one for one in told.get("skipped", ()) if isinstance(one, Mapping)}
    strip = []
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if day == last:
            text, kind = gettext("last day"), "last"
        elif day in skipped:
            text, kind = gettext("not counted"), "free"
        elif day == first:
            text, kind = (
                (gettext("after closing time") if told.get("after_closing") else gettext("the time begins")),
                "",
            )
        else:
            text, kind = gettext("counted"), ""
        strip.append({"name": words.weekday_and_day(day, today), "text": text, "kind": kind})
    return strip


def _left_out(told: Mapping[str, object]) -> str:
    skipped = told.get("skipped")
    named = sorted(
        {str(one.get("name") or "") for one in skipped if isinstance(one, Mapping)} - {""}
        if isinstance(skipped, list | tuple)
        else set()
    )
    parts = []
    if told.get("after_closing"):
        parts.append(gettext("It came after closing time and is counted from the next working day."))
    if named:
        parts.append(gettext("%(days)s is not counted.", days=words.listed(named)))
    elif skipped:
        parts.append(gettext("The weekend is not counted."))
    return " ".join(parts)


def _moment_day(told: Mapping[str, object]) -> date | None:
    armed = told.get("armed_at")
    if isinstance(armed, str):
        armed = datetime.fromisoformat(armed)
    if not isinstance(armed, datetime):
        return None
    return armed.astimezone(ZoneInfo(str(told.get("zone") or "Europe/Stockholm"))).date()


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return datetime.fromisoformat(value).date() if "T" in value else date.fromisoformat(value)
    return None
