"""Dates, times and durations as the standard writes them (XML Schema lexical forms, plus `@Zone/Name`), both ways.

Enters: text. Leaves: a value, or None when the text is not exactly of that form. Never raises.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from . import temporal
from .temporal import (
    SECOND,
    AnyDate,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    BigDate,
    FineDateTime,
    FineTime,
    YearsMonths,
)

_DATE = r"(?P<year>-?(?:\d{4}|[1-9]\d{4,8}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?"
    r"(?P<zone>[Zz]|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][A-Za-z0-9_+\-/]*)?"
)
_DATE_FORM = re.compile(_DATE, re.ASCII)
_TIME_FORM = re.compile(_TIME, re.ASCII)
_DATETIME_FORM = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_MONTHS_FORM = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)
_DAYS_FORM = re.compile(r"(-)?P(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?", re.ASCII)
_MAX_OFFSET = 14 * 3600


def read_date(text: str) -> AnyDate | None:
    found = _DATE_FORM.fullmatch(text)
    return None if found is None else _date(found)


def read_time(text: str) -> AnyTime | None:
    found = _TIME_FORM.fullmatch(text)
    return None if found is None else _time(found)[0]


def read_datetime(text: str) -> AnyDateTime | None:
    """A date and time; a date alone is its midnight, local."""
    found = _DATETIME_FORM.fullmatch(text)
    if found is None:
        alone = read_date(text)
        return None if alone is None else temporal.make_datetime(alone, time(0))
    day = _date(found)
    clock, next_day = _time(found)
    if day is None or clock is None:
        return None
    made = temporal.make_datetime(day, clock)
    return (
        temporal.from_local((temporal.days_of(made) + 1) * temporal.DAY, clock.tzinfo) if next_day else made
    )


def read_duration(text: str) -> AnyDuration | YearsMonths | None:
    found = _MONTHS_FORM.fullmatch(text)
    if found is not None and (found[2] or found[3]) and len(text) < 40:
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonths(-months if found[1] else months) if months <= temporal.MAX_MONTHS else None
    found = _DAYS_FORM.fullmatch(text)
    if found is None or len(text) > 80 or found[3] == "T" or not (found[2] or found[3]):
        return None
    seconds = (
        int(found[2] or 0) * 86_400 + int(found[4] or 0) * 3600 + int(found[5] or 0) * 60 + int(found[6] or 0)
    )
    nanos = seconds * SECOND + int(((found[7] or "") + "0" * 9)[:9])
    return temporal.make_duration(-nanos if found[1] else nanos)


def read_any(text: str) -> AnyDate | AnyTime | AnyDateTime | AnyDuration | YearsMonths | None:
    """What `@"..."` means: the one form of the five that the text has."""
    if "P" in text[:2]:
        return read_duration(text)
    if "T" in text:
        return read_datetime(text)
    return read_time(text) if ":" in text[:3] else read_date(text)


def _date(found: re.Match[str]) -> AnyDate | None:
    return temporal.make_date(int(found["year"]), int(found["month"]), int(found["day"]))


def _time(found: re.Match[str]) -> tuple[AnyTime | None, bool]:
    """The time, and whether it is the 24:00:00 that XML Schema allows for the midnight that ends the day."""
    zone, known = _zone(found["zone"])
    if not known:
        return None, False
    nano = int(((found["fraction"] or "") + "0" * 9)[:9])
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"])
    if hour == 24 and not (minute or second or nano):
        return temporal.make_time(0, 0, 0, 0, zone), True
    return temporal.make_time(hour, minute, second, nano, zone), False


def _zone(text: str | None) -> tuple[tzinfo | None, bool]:
    if text is None:
        return None, True
    if text in ("Z", "z"):  # the standard's own examples write it small
        return UTC, True
    if text[0] == "@":
        zone = named_zone(text[1:])
        return zone, zone is not None
    parts = [int(part) for part in text[1:].split(":")] + [0]
    seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
    if parts[1] > 59 or parts[2] > 59 or seconds > _MAX_OFFSET:
        return None, False
    return offset_zone(-seconds if text[0] == "-" else seconds), True


def offset_zone(seconds: int) -> tzinfo:
    return UTC if seconds == 0 else timezone(timedelta(seconds=seconds))


@lru_cache(maxsize=1000)
def named_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def write_date(value: AnyDate | AnyDateTime) -> str:
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def write_time(value: AnyTime | AnyDateTime) -> str:
    clock = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{_fraction(temporal.nanosecond(value))}"
    name = temporal.zone_name(value.tzinfo)
    if name is not None:
        return f"{clock}@{name}"
    offset = temporal.offset_of(value)
    if offset is None:
        return clock
    if offset == 0:
        return clock + "Z"
    size = abs(offset)
    seconds = f":{size % 60:02d}" if size % 60 else ""
    return f"{clock}{'-' if offset < 0 else '+'}{size // 3600:02d}:{size // 60 % 60:02d}{seconds}"


def write_datetime(value: AnyDateTime) -> str:
    return f"{write_date(value)}T{write_time(value)}"


def write_months(value: YearsMonths) -> str:
    years, months = divmod(abs(value.total), 12)
    if value.total == 0:
        return "P0M"
    return f"{'-' if value.total < 0 else ''}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"


def write_duration(value: AnyDuration) -> str:
    nanos = temporal.duration_nanos(value)
    seconds, fraction = divmod(abs(nanos), SECOND)
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    clock = f"{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}"
    if seconds or fraction:
        clock += f"{seconds}{_fraction(fraction)}S"
    if not nanos:
        return "PT0S"
    return f"{'-' if nanos < 0 else ''}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


def write(value: object) -> str | None:
    """The text of a temporal value, None for any other."""
    if isinstance(value, (datetime, FineDateTime)):
        return write_datetime(value)
    if isinstance(value, (date, BigDate)):
        return write_date(value)
    if isinstance(value, (time, FineTime)):
        return write_time(value)
    if isinstance(value, YearsMonths):
        return write_months(value)
    if isinstance(value, (timedelta, temporal.FineDuration)):
        return write_duration(value)
    return None


def _fraction(nano: int) -> str:
    return f".{nano:09d}".rstrip("0") if nano else ""
