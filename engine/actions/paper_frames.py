"""What stands around the content of a paper on the day it is issued, so that it can be set anew in years.

Enters: the ground of an action, the paper as a draft, and whom it is for. Leaves: letterhead, sender, addressee, person, the law of the
day, and words for the keys and ids in the content. Reads; keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.access import CATEGORIES
from engine.actions.ground import Ground
from engine.definitions.routine import Routine
from engine.definitions.schema import Field
from engine.records import directory, subjects


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a paper is for: the lines for the window of an envelope, and the categories that may stand in it. `home` says whose home the
    lines tell of: the `person`'s, a `guest`'s, or '' for a unit.
    """

    lines: tuple[str, ...] = ()
    open_to: frozenset[str] = CATEGORIES
    home: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper before it is kept. `written` is the content as the diagram has it, which tells what each part is made of."""

    kind: str
    title: str
    content: Mapping[str, object]
    process_id: str
    written: str = ""


def frame(
    ground: Ground, routine: Routine, draft: Draft, content: Mapping[str, object], recipient: Recipient
) -> dict[str, object]:
    """What stands around the content, as it is this day: letterhead, sender, person, law, and the words for keys and ids in it."""
    settings = ground.case.region_settings
    languages = settings.get("languages")
    language = str(languages[0]) if isinstance(languages, list) and languages else "sv"
    found: dict[str, object] = {
        "language": language,
        "country": ground.case.country,
        "kind": draft.kind,
        "title": draft.title,
        "issued_on": ground.today,
        "reference": ground.case.number,
        "routine": _routine(routine, language),
        "letterhead": settings.get("letterhead") or {},
        "region": ground.case.region_id,
        "sender": _sender(ground),
        "to": list(recipient.lines),
        "home": recipient.home,
        "law": law_on(settings, ground.today),
        "words": words(routine, content),
        "units": _units(ground, content),
        "people": directory.names(ground.tx, [one for one in _texts(content) if _is_id(one)]),
    }
    if "identity" in recipient.open_to:
        found["person"] = _person(ground)
    return found


def law_on(settings: Mapping[str, object], on: date) -> dict[str, str]:
    """Of each law and agreement the reference that is right on that day (S0-07, S1-02, S2-21)."""
    law, found = settings.get("law"), dict[str, str]()
    for name, references in law.items() if isinstance(law, Mapping) else ():
        for one in references:
            since, until = one.get("valid_from"), one.get("valid_to")
            if (since is None or since <= on) and (until is None or on <= until):
                found[str(name)] = str(one["text"])
    return found


def _routine(routine: Routine, language: str) -> dict[str, object]:
    told = routine.settings
    return {
        "title": told.titles.get(language) or told.title,
        "register_number": told.register_number,
        "decided_by": told.decided_by,
    }


def _sender(ground: Ground) -> dict[str, object]:
    """The unit that coordinates or convenes, and whoever asked for the paper, if they work there."""
    held = ground.slots.get("coordinator") or ground.slots.get("convener")
    unit = ground.unit(held.unit_id if held else ground.case.unit_id)
    who = ground.who.actor_id if unit is not None and ground.who.unit_id == unit.id else None
    name = directory.names(ground.tx, [who]).get(who, "") if who else ""
    if unit is None:
        return {"by": name}
    told: dict[str, object] = {
        "unit": unit.name,
        "unit_address": unit.address or "",
        "unit_phone": unit.phone or "",
    }
    return told | {"principal": unit.principal_name, "by": name}


def _person(ground: Ground) -> dict[str, object]:
    subject = subjects.fetch(ground.tx, ground.case.subject_id) if ground.case.subject_id else None
    if subject is None:
        return {}
    return {"name": subject.name, "identity_number": subject.identity_number, "born_on": subject.born_on}


def words(routine: Routine, content: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """By key of the content, the label of each choice that some form of the routine offers under that key."""
    keys, found = set(_keys(content)), dict[str, dict[str, str]]()
    for one in _fields(routine):
        if one.options:
            for key in keys & {one.key, *_endings(one.key)}:
                labels = found.setdefault(key, {})
                for option in one.options:
                    labels.setdefault(option.value, option.label)
    return found


def _fields(routine: Routine) -> Iterator[Field]:
    """Those whose whole key is asked for stand first in their form."""
    for form in routine.forms.values():
        ahead = list(form.fields)
        while ahead:
            one = ahead.pop(0)
            yield one
            ahead += one.children


def _endings(key: str) -> list[str]:
    """`outcome` of `follow_up_outcome`: routines shorten names in what they issue."""
    parts = key.split("_")
    return ["_".join(parts[number:]) for number in range(1, len(parts))]


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key)
            yield from _keys(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _keys(one)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)


def _is_id(text: str) -> bool:
    return len(text) <= 80 and " " not in text and "\n" not in text


def _units(ground: Ground, content: Mapping[str, object]) -> dict[str, object]:
    """Units that the content speaks of by id."""
    found = directory.units(ground.tx, {one for one in _texts(content) if _is_id(one)})
    return {
        one.id: {"name": one.name, "principal": one.principal_name, "phone": one.phone or ""}
        for one in found.values()
    }
