"""Dates, times and durations as numbers of days, months and nanoseconds, and back.

Python's types are used wherever they can hold the value; `BigDate`, `FineTime`, `FineDateTime` and `FineDuration` hold the
rest (years outside 1 to 9999, nanoseconds). All functions take either kind and return Python's where possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
_EPOCH = date(1970, 1, 1).toordinal()
MAX_YEAR = 999_999_999
MAX_MONTHS = 12 * 10**11
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class BigDate:
    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class FineTime:
    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class FineDateTime:
    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None = None


@dataclass(frozen=True, slots=True, order=True)
class FineDuration:
    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years-and-months duration, as a signed number of months."""

    total: int

    @property
    def years(self) -> int:
        return _toward_zero(self.total, 12)

    @property
    def months(self) -> int:
        return self.total - 12 * self.years


AnyDate = date | BigDate
AnyTime = time | FineTime
AnyDateTime = datetime | FineDateTime
AnyDuration = timedelta | FineDuration


def _toward_zero(value: int, divisor: int) -> int:
    return value // divisor if value >= 0 else -(-value // divisor)


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar, for any year."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def civil(days: int) -> tuple[int, int, int]:
    """The inverse of `day_number`."""
    days += 719_468
    era, of_era = divmod(days, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    if not (-MAX_YEAR <= year <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else BigDate(year, month, day)


def make_time(hour: int, minute: int, second: int, nano: int, zone: tzinfo | None) -> AnyTime | None:
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59 and 0 <= nano < SECOND):
        return None
    if nano % 1000:
        return FineTime(hour, minute, second, nano, zone)
    return time(hour, minute, second, nano // 1000, tzinfo=zone)


def make_datetime(day: AnyDate, clock: AnyTime) -> AnyDateTime:
    nano = nanosecond(clock)
    if isinstance(day, BigDate) or nano % 1000:
        return FineDateTime(
            day.year, day.month, day.day, clock.hour, clock.minute, clock.second, nano, clock.tzinfo
        )
    return datetime(
        day.year,
        day.month,
        day.day,
        clock.hour,
        clock.minute,
        clock.second,
        nano // 1000,
        tzinfo=clock.tzinfo,
    )


def make_duration(nanos: int) -> AnyDuration:
    if nanos % 1000 or abs(nanos) >= 999_999_999 * DAY:
        return FineDuration(nanos)
    return timedelta(microseconds=nanos // 1000)


def nanosecond(value: AnyTime | AnyDateTime) -> int:
    return value.nanosecond if isinstance(value, (FineTime, FineDateTime)) else value.microsecond * 1000


def date_of(value: AnyDate | AnyDateTime) -> AnyDate:
    made = make_date(value.year, value.month, value.day)
    assert made is not None
    return made


def time_of(value: AnyDateTime) -> AnyTime:
    made = make_time(value.hour, value.minute, value.second, nanosecond(value), value.tzinfo)
    assert made is not None
    return made


def days_of(value: AnyDate | AnyDateTime) -> int:
    """Days since 1970-01-01."""
    if isinstance(value, date):
        return value.toordinal() - _EPOCH
    return day_number(value.year, value.month, value.day)


def clock_nanos(value: AnyTime | AnyDateTime) -> int:
    """Nanoseconds since midnight by the local clock."""
    return (value.hour * 3600 + value.minute * 60 + value.second) * SECOND + nanosecond(value)


def duration_nanos(value: AnyDuration) -> int:
    if isinstance(value, FineDuration):
        return value.nanoseconds
    return (value.days * 86_400 + value.seconds) * SECOND + value.microseconds * 1000


def offset_of(value: AnyTime | AnyDateTime) -> int | None:
    """Seconds east of UTC, or None for a local value. A time in a named zone has its offset of 1970-01-01."""
    zone = value.tzinfo
    length: timedelta | None
    if zone is None:
        return None
    if isinstance(zone, timezone):
        length = zone.utcoffset(None)
    elif isinstance(value, (time, FineTime)):
        length = datetime(1970, 1, 1, value.hour, value.minute, value.second, tzinfo=zone).utcoffset()
    elif isinstance(value, datetime):
        length = value.utcoffset()
    else:
        year = min(max(value.year, 2), 9998)
        length = datetime(year, value.month, min(value.day, 28), value.hour, tzinfo=zone).utcoffset()
    return None if length is None else round(length.total_seconds())


def instant(value: AnyDateTime) -> int:
    """Nanoseconds since 1970-01-01T00:00:00, in UTC for a zoned value and by the local clock for a local one."""
    return days_of(value) * DAY + clock_nanos(value) - (offset_of(value) or 0) * SECOND


def time_value(value: AnyTime) -> int:
    return clock_nanos(value) - (offset_of(value) or 0) * SECOND


def from_local(nanos: int, zone: tzinfo | None) -> AnyDateTime | None:
    days, clock = divmod(nanos, DAY)
    year, month, day = civil(days)
    made = make_date(year, month, day)
    seconds, nano = divmod(clock, SECOND)
    moment = make_time(seconds // 3600, seconds // 60 % 60, seconds % 60, nano, zone)
    return None if made is None or moment is None else make_datetime(made, moment)


def shift(value: AnyDateTime, nanos: int) -> AnyDateTime | None:
    """`value` moved along the time line; in a named zone over a clock change the clock reading moves, not the instant."""
    if value.tzinfo is None or isinstance(value.tzinfo, timezone):
        return from_local(days_of(value) * DAY + clock_nanos(value) + nanos, value.tzinfo)
    moved = from_local(instant(value) + nanos, UTC)
    if moved is None:
        return None
    if not isinstance(moved, datetime):
        offset = offset_of(
            FineDateTime(moved.year, moved.month, moved.day, moved.hour, 0, 0, 0, value.tzinfo)
        )
        return from_local(instant(moved) + (offset or 0) * SECOND, value.tzinfo)
    try:
        return moved.astimezone(value.tzinfo)
    except (OverflowError, ValueError):
        return None


def shift_time(value: AnyTime, nanos: int) -> AnyTime:
    seconds, nano = divmod((clock_nanos(value) + nanos) % DAY, SECOND)
    made = make_time(seconds // 3600, seconds // 60 % 60, seconds % 60, nano, value.tzinfo)
    assert made is not None
    return made


def add_months(value: AnyDate | AnyDateTime, months: int) -> AnyDate | AnyDateTime | None:
    """`value` some months on; a day that the month lacks becomes its last day."""
    years, month = divmod(value.month - 1 + months, 12)
    year = value.year + years
    made = make_date(year, month + 1, min(value.day, days_in_month(year, month + 1)))
    if made is None or not isinstance(value, (datetime, FineDateTime)):
        return made
    return make_datetime(made, time_of(value))


def months_between(start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime) -> int:
    """Whole months from start to end, rounded toward zero."""

    def rest(value: AnyDate | AnyDateTime) -> tuple[int, int]:
        return value.day, clock_nanos(value) if isinstance(value, (datetime, FineDateTime)) else 0

    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and rest(end) < rest(start):
        return months - 1
    if months < 0 and rest(end) > rest(start):
        return months + 1
    return months


def zone_name(zone: tzinfo | None) -> str | None:
    return zone.key if isinstance(zone, ZoneInfo) else None
