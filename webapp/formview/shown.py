"""Answers as they stand in inputs, in one line about a row, and hidden in a row that is closed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from itertools import islice

from flask_babel import gettext

from engine.definitions.forms import Field
from webapp import words
from webapp.formview.drawn import DrawnField, Fact

FACTS = 3  # told of a closed row
TITLE = 90  # characters of a row's title
# Answers that are states of an activity, with the state they are drawn as.
STATES = {
    "planned": "planned",
    "decided": "decided",
    "running": "running",
    "ongoing": "running",
    "started": "running",
    "finished": "done",
    "completed": "done",
    "done": "done",
    "waiting": "waiting",
    "awaiting_decision": "waiting",
    "waiting_for_decision": "waiting",
}


def facts(leaves: Iterable[DrawnField], now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """The first few answers of a row, for one line: long texts and ticks are left out."""
    short = (child for child in leaves if child.kind not in {"textarea", "checkbox"})
    for child in islice(short, FACTS):
        chosen = next((option for option in child.options if option.chosen), None)
        if chosen is not None:
            state = STATES.get(chosen.value.lower(), "") if child.kind == "radio" else ""
            yield Fact(chosen.label, state, chosen.icon)
        else:
            yield Fact(_shown(child, now, zone))


def line(child: DrawnField, now: datetime, zone: tzinfo) -> str:
    """An answer with its question, as a sentence."""
    chosen = [option.label for option in child.options if option.chosen]
    return f"{child.label.rstrip(':?. ')}: {words.listed(chosen) if chosen else _shown(child, now, zone).rstrip('.')}."


def _shown(child: DrawnField, now: datetime, zone: tzinfo) -> str:
    """A value as people read it: dates in words."""
    try:
        if child.input_type == "date":
            return words.full_day(date.fromisoformat(child.value))
        if child.input_type == "datetime-local":
            return words.moment(datetime.fromisoformat(child.value).replace(tzinfo=zone), now, zone)
    except ValueError:
        return child.value
    return gettext("Yes") if child.kind == "checkbox" else child.value


def title(child: DrawnField) -> str:
    """The first line of a text, short enough for a heading."""
    first = child.value.strip().split("\n", 1)[0]
    return first if len(first) <= TITLE else first[: TITLE - 1].rstrip() + "…"


def kept(leaves: Iterable[DrawnField]) -> Iterator[tuple[str, str]]:
    """Names and values that a closed row posts, so that it reads back as it was drawn."""
    for child in leaves:
        if child.kind == "checklist":
            yield from ((child.path, option.value) for option in child.options if option.chosen)
        elif child.value and child.path and child.kind not in {"group", "text", "dynamiclist"}:
            yield child.path, child.value


def posted(one: Field, value: object, zone: tzinfo) -> str:
    """A value as an input shows it; what is not understood is shown as it was typed."""
    if one.type == "checkbox":
        return _tick(value)
    if one.type == "datetime":
        return _machine_time(value, zone)
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return format(Decimal(str(value)), "f").replace(".", ",")
    return str(value)


def input_type(one: Field, value: str) -> str:
    """The type of the input element. Numbers are text, since native number fields refuse a decimal comma; so is a date that no native
    field can show, so that what was typed is there to be mended.
    """
    if one.type != "datetime":
        return {"email": "email", "phone": "tel"}.get(one.validation, "text")
    native, readable = _NATIVE.get(one.subtype, _NATIVE["date"])
    return native if not value or readable.fullmatch(value) else "text"


_NATIVE = {
    "date": ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    "time": ("time", re.compile(r"\d\d:\d\d")),
    "datetime": ("datetime-local", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")),
}


def _tick(value: object) -> str:
    last = value[-1] if isinstance(value, list | tuple) and value else value
    return "on" if last is True or str(last).lower() in {"on", "true", "1", "yes"} else "off"


def _machine_time(value: object, zone: tzinfo) -> str:
    """Dates, times and instants (aware ones in the zone) as native inputs write them."""
    if isinstance(value, str) and "T" in value:
        value = _instant(value)
    if isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo else value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else ""


def _instant(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text
