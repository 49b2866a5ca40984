"""One answer to one field, as a FEEL value.

Enters: a field and what was given for it, a string from a browser or a value from JSON or TOML. Leaves: str,
Decimal, bool, date, time, aware datetime or list of str; None for nothing; or a Bad with the key of what must
be mended. Only ASCII digits are numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation

import regex

from engine.definitions.schema import Field

TEXT_LENGTH = {"textfield": 500, "textarea": 20_000}
FIRST_YEAR, LAST_YEAR = 1850, 2200
PATTERN_SECONDS = 0.05

_NUMBER = re.compile(r"[-+−]?[0-9]{1,30}(?:[.,][0-9]{1,20})?")
_THOUSANDS = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_NORDIC_DATE = re.compile(r"([0-9]{1,2})[./] ?([0-9]{1,2})[./ ] ?([0-9]{4})")
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?")
_DATE_AND_TIME = re.compile(
    r"([^T ]+)[T ]+([0-9:.]+) *(Z|[-+][0-9]{2}:?[0-9]{2})?(?:\[[A-Za-z_/]+\]|@[A-Za-z_/]+)?"
)
_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s.]{1,100}(?:\.[^@\s.]{1,100}){1,10}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{4,25}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_YES, _NO = frozenset({"on", "true", "1", "yes"}), frozenset({"", "off", "false", "0", "no"})


@dataclass(frozen=True, slots=True)
class Bad:
    """The key of what is wrong, and the values that the sentence needs."""

    message: str
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What an answer is read against: the aware instant, the zone of local times, the ids that sources offer,
    whether all is asked for yet, and the aware instant at which the case began, where there is one.
    """

    now: datetime
    zone: tzinfo | None
    options: Mapping[str, Collection[str]]
    partial: bool
    begun: datetime | None = None


def is_empty(raw: object) -> bool:
    """Whether nothing was answered, however deep."""
    if isinstance(raw, Mapping):
        return all(is_empty(inner) for name, inner in raw.items() if not str(name).startswith("_"))
    if isinstance(raw, list | tuple):
        return all(is_empty(inner) for inner in raw)
    return raw is None or raw is False or (isinstance(raw, str) and not raw.strip())


def typed(one: Field, raw: object, setting: Setting, offered: Collection[str] | None) -> object:
    """The value of `raw`; `offered` are the values of a choice that is computed, None for the drawn ones."""
    if one.type == "checkbox":
        return _checkbox(one, raw, setting)
    if isinstance(raw, str) and not raw.strip():
        raw = None
    if raw is None or (is_empty(raw) and not isinstance(raw, bool)):
        if one.required and not setting.partial:
            return Bad("required")
        return [] if one.type == "checklist" else None
    if one.type in {"radio", "select", "checklist"}:
        return _choice(one, raw, setting, offered)
    return _READERS[one.type](one, raw, setting)


def _checkbox(one: Field, raw: object, setting: Setting) -> object:
    if isinstance(raw, list | tuple):
        raw = raw[-1] if raw else None  # a hidden "off" before the box is how pages post an unticked one
    ticked = raw is True or (isinstance(raw, str) and raw.strip().lower() in _YES)
    if not ticked and not (
        raw is None or raw is False or (isinstance(raw, str) and raw.strip().lower() in _NO)
    ):
        return Bad("not-understood")
    if one.required and not ticked and not setting.partial:
        return Bad("required")
    return ticked


def _text(one: Field, raw: object, _setting: Setting) -> object:
    if not isinstance(raw, str):
        return Bad("not-understood")
    text = (
        unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
        if len(raw) < 200_000
        else raw
    )
    text = text.strip() if one.type == "textfield" else text.rstrip()
    return _text_fault(one, text) or text


def _text_fault(one: Field, text: str) -> Bad | None:
    most = min(one.max_length or TEXT_LENGTH[one.type], TEXT_LENGTH["textarea"])
    if len(text) > most:
        return Bad("too-long", (("max", str(most)), ("length", str(len(text)))))
    if _CONTROL.search(text) or (one.type == "textfield" and "\n" in text):
        return Bad("not-allowed-characters")
    if one.min_length is not None and len(text) < one.min_length:
        return Bad("too-short", (("min", str(one.min_length)),))
    if one.validation == "email" and not _EMAIL.fullmatch(text):
        return Bad("not-an-email")
    if one.validation == "phone" and not _PHONE.fullmatch(text):
        return Bad("not-a-phone-number")
    return None if _matches(one.pattern, text) else Bad("pattern")


def _matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits; a pattern too costly to try does not, so that it cannot hold up the
    server.
    """
    try:
        return not pattern or regex.fullmatch(pattern, text, timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        return False


def _number(one: Field, raw: object, _setting: Setting) -> object:
    number = _decimal(raw)
    if number is None:
        return Bad("not-a-number")
    exponent = number.as_tuple().exponent
    if one.decimals is not None and isinstance(exponent, int) and -exponent > one.decimals:
        return Bad("too-many-decimals", (("max", str(one.decimals)),))
    if one.min is not None and number < one.min:
        return Bad("number-too-small", (("min", str(one.min)),))
    if one.max is not None and number > one.max:
        return Bad("number-too-large", (("max", str(one.max)),))
    return number


def _decimal(raw: object) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float | Decimal):
        raw = format(raw, "f") if isinstance(raw, Decimal) else repr(raw)
    if not isinstance(raw, str):
        return None
    text = _THOUSANDS.sub("", raw.strip()[:80])
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return None


def _choice(one: Field, raw: object, setting: Setting, offered: Collection[str] | None) -> object:
    picked = list(raw) if isinstance(raw, list | tuple) else [raw]
    picked = [
        str(value) if isinstance(value, int) and not isinstance(value, bool) else value for value in picked
    ]
    picked = (
        list(dict.fromkeys(value for value in picked if value != ""))
        if all(isinstance(v, str) for v in picked)
        else [None]
    )
    allowed: Collection[str] | None = offered
    if allowed is None:
        drawn = frozenset(option.value for option in one.options)
        source = setting.options.get(one.options_source)
        allowed = drawn if not one.options_source else None if source is None else drawn | frozenset(source)
    for value in picked:
        if (
            not isinstance(value, str)
            or len(value) > 500
            or _CONTROL.search(value)
            or (allowed is not None and value not in allowed)
        ):
            return Bad("not-an-option")
    if one.type == "checklist":
        return picked
    return picked[0] if len(picked) == 1 else Bad("not-an-option")


def _datetime(one: Field, raw: object, setting: Setting) -> object:
    if one.subtype == "date":
        found: object = as_date(raw)
        if (
            isinstance(found, date)
            and not one.past_allowed
            and found < setting.now.astimezone(setting.zone).date()
        ):
            return Bad("date-in-past")
        return _within(one, found, setting) if found is not None else Bad("not-a-date")
    if one.subtype == "time":
        found = as_time(raw)
        return found if found is not None else Bad("not-a-time")
    instant = as_instant(raw, setting.zone)
    if isinstance(instant, datetime) and not one.past_allowed and instant < setting.now:
        return Bad("date-in-past")
    return _within(one, instant, setting) if isinstance(instant, datetime) else instant


def _within(one: Field, found: object, setting: Setting) -> object:
    """The day or instant, unless it lies before the day on which the case began and cannot: most often a year that was mistyped."""
    if setting.begun is None or not one.within_case:
        return found
    first = setting.begun.astimezone(setting.zone).date()
    day = found.astimezone(setting.zone).date() if isinstance(found, datetime) else found
    return (
        Bad("before-case", (("day", first.isoformat()),)) if isinstance(day, date) and day < first else found
    )


def as_date(raw: object) -> date | None:
    """A day from `2026-06-18`, `20260618`, `18/6 2026`, `18.6.2026` or a date; None when it is none, or in no
    sensible year.
    """
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw if FIRST_YEAR <= raw.year <= LAST_YEAR else None
    if not isinstance(raw, str):
        return None
    text = raw.strip()
    if match := _DATE.fullmatch(text):
        year, month, day = (int(group) for group in match.groups() if group is not None)
    elif match := _NORDIC_DATE.fullmatch(text):
        day, month, year = (int(group) for group in match.groups())
    else:
        return None
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def as_time(raw: object) -> time | None:
    """A time of day from `9:30`, `09.30`, `09:30:00` or a time; None when it is none."""
    if isinstance(raw, time):
        return raw
    match = _TIME.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        return None
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        return None


def as_instant(raw: object, zone: tzinfo | None) -> datetime | Bad:
    """An aware instant from a day and a time (one text, or `date` and `time`); local ones are in `zone`."""
    if isinstance(raw, datetime):
        return raw if raw.tzinfo is not None else _local(raw, zone)
    if isinstance(raw, Mapping) and set(raw) <= {"date", "time"}:
        return _from_parts(raw.get("date"), raw.get("time"), None, zone)
    match = _DATE_AND_TIME.fullmatch(raw.strip()) if isinstance(raw, str) else None
    return (
        _from_parts(match[1], match[2], match[3], zone) if match is not None else Bad("not-a-date-and-time")
    )


def _from_parts(
    day_given: object, time_given: object, offset: str | None, zone: tzinfo | None
) -> datetime | Bad:
    day, clock = as_date(day_given), as_time(time_given)
    if day is None:
        return Bad("not-a-date")
    if clock is None:
        return Bad("not-a-time")
    local = datetime.combine(day, clock)
    if offset is None:
        return _local(local, zone)
    try:
        return datetime.fromisoformat(local.isoformat() + offset.replace("Z", "+00:00"))
    except ValueError:
        return Bad("not-a-date-and-time")


def _local(naive: datetime, zone: tzinfo | None) -> datetime | Bad:
    """The instant in the zone. An hour that the change to summer time skips does not exist; of one that comes
    twice the first is meant.
    """
    instant = naive.replace(tzinfo=zone or UTC, fold=0)
    if instant.astimezone(UTC).astimezone(zone or UTC).replace(tzinfo=None) != naive:
        return Bad("no-such-time")
    return instant


_READERS: Mapping[str, Callable[[Field, object, Setting], object]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _datetime,
}
