"""Case data as JSON text and back, without losing what kind of value it was.

Enters: values as FEEL knows them. Leaves: JSON in which what JSON cannot hold stands as a context with the one key `$`, and the
same values read back. Form and variable names never begin with `$` (a rule of the checks), so no user data can pass for a tag,
and no class is ever looked up by a name found in data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

_MICRO = timedelta(microseconds=1)


def dump(value: object) -> str:
    """JSON text with sorted keys: equal values give equal text. TypeError for anything that is no plain FEEL value."""
    return json.dumps(_tagged(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str | bytes) -> object:
    """The value that `dump` wrote. Whole numbers come back as int, others as Decimal."""
    return json.loads(text, parse_float=Decimal, object_hook=_untagged)


def _tagged(value: object) -> object:  # noqa: PLR0911 one line a kind is the clearest table
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal() | float():
            return _number(Decimal(value) if isinstance(value, Decimal) else Decimal(repr(value)))
        case datetime():
            zone = getattr(value.tzinfo, "key", None)
            return {"$": ["datetime", value.isoformat(), zone]}
        case date():
            return {"$": ["date", value.isoformat()]}
        case time():
            return {"$": ["time", value.isoformat()]}
        case timedelta():
            return {"$": ["duration", value // _MICRO]}
        case Mapping():
            return {_key(key): _tagged(item) for key, item in value.items()}
        case list() | tuple():
            return [_tagged(item) for item in value]
    raise TypeError(f"{type(value).__name__} cannot be kept as case data")


def _key(key: object) -> str:
    if not isinstance(key, str) or key.startswith("$"):
        raise TypeError("names in case data are text and never begin with $")
    return key


def _number(number: Decimal) -> object:
    if not number.is_finite():
        raise TypeError("only finite numbers can be kept as case data")
    whole = number == number.to_integral_value() and number.adjusted() < 18
    return int(number) if whole else {"$": ["number", str(number)]}


def _untagged(found: dict[str, object]) -> object:
    tag = found.get("$")
    if tag is None or len(found) != 1:
        return found
    assert isinstance(tag, list)
    match tag:
        case ["datetime", str(text), zone]:
            return _zoned(datetime.fromisoformat(text), zone)
        case ["date", str(text)]:
            return date.fromisoformat(text)
        case ["time", str(text)]:
            return time.fromisoformat(text)
        case ["duration", int(micros)]:
            return micros * _MICRO
        case ["number", str(text)]:
            return Decimal(text)
    raise ValueError(f"unknown tag {tag[:1]!r} in stored case data")


def _zoned(moment: datetime, zone: object) -> datetime:
    named = isinstance(zone, str) and re.fullmatch(r"[A-Za-z0-9_+\-/]{1,64}", zone)
    return moment.astimezone(ZoneInfo(zone)) if named and isinstance(zone, str) else moment
