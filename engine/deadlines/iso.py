"""ISO 8601 as it stands in a diagram: durations, dates, instants and repetitions.

Enters: text. Leaves: a `Duration`, a date or datetime, or a `Repetition`; ValueError with a sentence for
the process owner otherwise, which never repeats the text, since a FEEL expression may have made it from
case data. Only ASCII digits are read: other scripts' digits look alike and are a mistake or a trick. Never
does arithmetic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

# At most nine digits a number: larger ones end after year 9999 anyway, and int() of very long text is slow.
_DURATION = re.compile(
    r"(?P<sign>[+-]?)P(?=[0-9T])"
    r"(?:(?P<years>[0-9]{1,9})Y)?(?:(?P<months>[0-9]{1,9})M)?(?:(?P<weeks>[0-9]{1,9})W)?(?:(?P<days>[0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,9})(?:[.,](?P<fraction>[0-9]{1,9}))?S)?)?"
)
_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_TIME = re.compile(
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_REPETITION = re.compile(r"R(?P<times>[0-9]{0,9})/(?:(?P<start>[^/]+)/)?(?P<every>[^/]+)")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in the three parts that do not convert into one another.

    `months` and `days` are steps on the wall calendar (a year is 12 months, a week 7 days), `clock` is
    elapsed time.
    """

    months: int = 0
    days: int = 0
    clock: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Repetition:
    """`times` firings (None: no end), one `every` so often.

    The first is at `start`, or one `every` after arming where there is none.
    """

    times: int | None
    start: date | datetime | None
    every: Duration


def duration(text: str) -> Duration:
    """Read `PnYnMnWnDTnHnMnS`, any parts left out but not all.

    Only seconds may have a fraction. Raises ValueError.
    """
    found = _DURATION.fullmatch(_trimmed(text))
    if found is None:
        raise ValueError("not an ISO 8601 duration; write for example P1D, P2W, P1Y6M or PT12H")
    if found["sign"] == "-":
        raise ValueError("negative duration: a timer cannot end before it begins")
    part = {
        name: int(found[name] or 0)
        for name in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
    }
    return Duration(
        months=part["years"] * 12 + part["months"],
        days=part["weeks"] * 7 + part["days"],
        clock=timedelta(
            hours=part["hours"],
            minutes=part["minutes"],
            seconds=part["seconds"],
            microseconds=_microseconds(found["fraction"]),
        ),
    )


def date_or_instant(text: str) -> date | datetime:
    """Read `2026-12-24`, `2026-12-24T12:00` or `2026-12-24T12:00:00+01:00`; without an offset the datetime
    is naive.

    24:00 is the midnight that ends the day. Raises ValueError.
    """
    day_text, mark, time_text = _trimmed(text).partition("T")
    day, clock = _DATE.fullmatch(day_text), _TIME.fullmatch(time_text)
    if day is None or (mark and clock is None):
        raise ValueError("not an ISO 8601 date; write for example 2026-12-24 or 2026-12-24T12:00:00+01:00")
    try:
        on = date(int(day["year"]), int(day["month"]), int(day["day"]))
        return on if clock is None else _instant(on, clock)
    except (ValueError, OverflowError):
        raise ValueError("there is no such date or time") from None


def repetition(text: str) -> Repetition:
    """Read `R3/PT1H`, `R/P1D` or `R3/2026-12-24T12:00:00+01:00/P1D`.

    Raises ValueError, also for cron text.
    """
    found = _REPETITION.fullmatch(_trimmed(text))
    if found is None:
        raise ValueError("not an ISO 8601 repetition; write for example R3/PT1H, or R/P1D without end")
    times = int(found["times"]) if found["times"] else None
    if times == 0:
        raise ValueError("a repetition of 0 times never happens; write R1 or more, or R/ for no end")
    start = date_or_instant(found["start"]) if found["start"] else None
    return Repetition(times, start, duration(found["every"]))


def written(value: Duration) -> str:
    """`value` as ISO 8601 text; weeks are written as days, and clock time never as days."""
    years, months = divmod(value.months, 12)
    minutes, seconds = divmod(value.clock, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    second = f"{seconds / timedelta(seconds=1):f}".rstrip("0").rstrip(".")
    day_part = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (value.days, "D")) if n)
    time_part = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    time_part += f"{second}S" if second != "0" else ""
    return f"P{day_part}{'T' if time_part else ''}{time_part}"


def _instant(on: date, clock: re.Match[str]) -> datetime:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    micro = _microseconds(clock["fraction"])
    zone = _zone(clock["zone"])
    if hour == 24 and not (minute or second or micro):
        return datetime.combine(on + timedelta(days=1), time(0), zone)
    return datetime.combine(on, time(hour, minute, second, micro), zone)


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError("no place on earth has this offset")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _trimmed(text: str) -> str:
    """Without the white space that editors and hand-written XML leave around an expression."""
    return text.strip(" \t\r\n")
