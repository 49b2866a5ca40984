"""Papers are issued and set: what stands around their content, what of it a recipient may have, and the PDF of exactly that.

Enters: the ground of an action and the content a routine gives; later a kept document and the categories its reader may see. Leaves: a
numbered copy with template, hashes and all that is needed to set it anew; or the bytes of a PDF. A template that fails stops no case:
it fails when somebody wants the PDF, who is then told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import library
from engine.access import CATEGORIES, DEMANDS, Demands
from engine.actions.ground import Ground
from engine.definitions import templates
from engine.definitions.files import folder_of
from engine.definitions.routine import Routine
from engine.definitions.schema import Field
from engine.documents import pdf_of
from engine.errors import NotFound
from engine.library import Loaded
from engine.records import correspondence, directory, subjects
from engine.records.correspondence import Setting
from engine.records.documents import Document
from engine.status import Protection


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a paper is for: the lines for the window of an envelope, and the categories that may stand in it."""

    lines: tuple[str, ...] = ()
    open_to: frozenset[str] = CATEGORIES


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper before it is kept. `written` is the content as the diagram has it, which tells what each part is made of."""

    kind: str
    title: str
    content: Mapping[str, object]
    process_id: str
    written: str = ""


def for_unit(ground: Ground, unit_id: str) -> Recipient:
    """A unit gets what the case is open to it for: all where it keeps the case, else what consent covers."""
    unit = ground.unit(unit_id)
    lines = (unit.name, unit.principal_name, *(unit.address or "").splitlines()) if unit else ()
    keeping = {ground.case.unit_id, *(one.unit_id for one in ground.slots.values())}
    part = ground.about.participants.get(unit_id)
    open_to = CATEGORIES if unit_id in keeping else part.categories if part else frozenset()
    return Recipient(tuple(filter(None, lines)), open_to)


def for_other(ground: Ground, name: str, lines: tuple[str, ...]) -> Recipient:
    """Somebody without access gets what a consent in force that names them covers."""
    folded, covered = _folded(name), set[str]()
    for one in ground.standing.consents:
        in_force = one.valid_until is None or ground.today <= one.valid_until
        if in_force and folded in map(_folded, one.others):
            covered |= set(one.categories)
    for back in ground.standing.withdrawals:
        named = folded in map(_folded, back.others) or not (back.units or back.others)
        if back.scope == "all" or named:
            covered -= set(back.categories) if back.scope != "all" and back.categories else set(CATEGORIES)
    return Recipient(lines or (name,), frozenset(covered))


def issue(ground: Ground, loaded: Loaded, draft: Draft, recipient: Recipient) -> tuple[str, int]:
    """Keep a numbered copy with what stands around it; gives id and version. What the recipient may not have is not in it at all."""
    routine = loaded.routine
    by_key = templates.categories(routine, draft.written)
    content = templates.opened(draft.content, by_key, routine.categories, recipient.open_to)
    near = folder(loaded, draft.process_id)
    template = templates.find(loaded.bundle, draft.kind, near=near, region=ground.case.region_id)
    setting = None
    if template is not None:
        around = frame(ground, routine, draft, content, recipient)
        around |= {"categories": by_key, "left_out": len(content) < len(draft.content)}
        setting = Setting(loaded.bundle.hash, template, templates.own_hash(loaded.bundle, template), around)
    return correspondence.issue_document(
        ground.tx, case_id=ground.case.id, kind=draft.kind, title=draft.title, content=content, setting=setting, by=ground.who.actor_id,
        now=ground.now,
    )  # fmt: skip


def folder(loaded: Loaded, process_id: str) -> str:
    """The folder of the diagram that draws this process, where its own templates stand."""
    inside = loaded.routine.elements.get(process_id, {})
    return folder_of(next((one.path for one in inside.values()), ""))


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
        "law": law_on(settings, ground.today),
        "words": words(routine, content),
        "units": _units(ground, content),
        "people": directory.names(ground.tx, [one for one in _texts(content) if _is_id(one)]),
    }
    if "identity" in recipient.open_to:
        found["person"] = _person(ground)
    return found


def law_on(settings: Mapping[str, object], on: date) -> dict[str, str]:
    """Of each law and agreement the reference that is right on that day (S0-07)."""
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


def pdf(tx: Connection, paper: Document, data: Mapping[str, object]) -> bytes:
    """The PDF of that paper. Raises NotFound where it was kept without a template, and NotSet where the template fails."""
    if paper.bundle_hash is None or paper.template is None:
        raise NotFound
    bundle = library.loaded(tx, paper.bundle_hash).bundle
    return pdf_of(templates.readable(bundle), paper.template, data)


def content_for(tx: Connection, paper: Document, visible: frozenset[str]) -> tuple[dict[str, object], bool]:
    """What of a paper's content a reader with these categories may read, and whether that is less than all.

    A paper from before there were templates tells only by its kind who may read it.
    """
    whole = paper.content if isinstance(paper.content, Mapping) else {}
    if paper.bundle_hash is None or not isinstance(paper.frame, Mapping):
        return dict(whole), False
    by_key = paper.frame.get("categories")
    known = library.loaded(tx, paper.bundle_hash).routine.categories
    found = templates.opened(whole, by_key if isinstance(by_key, Mapping) else {}, known, visible)
    return found, len(found) < len(whole)


def data(
    tx: Connection, paper: Document, visible: frozenset[str], level: Protection, zone: ZoneInfo
) -> dict[str, object]:
    """What a reader who sees these categories gets on paper: all that was kept, less what is not theirs to see or must not be printed.

    Raises NotFound where it was kept without a template.
    """
    if paper.bundle_hash is None:
        raise NotFound
    kept = dict(paper.frame) if isinstance(paper.frame, Mapping) else {}
    content, left_out = content_for(tx, paper, visible)
    kept["left_out"] = bool(kept.get("left_out")) or left_out
    loaded = library.loaded(tx, paper.bundle_hash)
    if "identity" not in visible:
        kept.pop("person", None)
    told = shown(kept, content, loaded, level) | {"version": paper.version, "blank": False}
    made: dict[str, object] = json.loads(json.dumps(plain(told, zone)))
    return made


def shown(
    kept: Mapping[str, object], content: Mapping[str, object], loaded: Loaded, level: Protection
) -> dict[str, object]:
    """Content and what stands around it as a template gets them, less what that level of protection lets nobody print."""
    told, demands = dict(kept), DEMANDS[level]
    units, sender = told.get("units"), told.get("sender")
    told["content"] = for_level(content, demands, units if isinstance(units, Mapping) else {})
    told["logo"] = _logo(loaded, told)
    if demands.hides_unit:
        told["units"] = {}
        told["sender"] = {"principal": sender.get("principal")} if isinstance(sender, Mapping) else {}
    return told


def _logo(loaded: Loaded, kept: Mapping[str, object]) -> str | None:
    head = kept.get("letterhead")
    name = str(head.get("logo") or "") if isinstance(head, Mapping) else ""
    path = templates.logo(loaded.bundle, str(kept.get("region") or ""), name)
    return f"/{path}" if path else None


_PLACES = ("place", "address")
_UNITS = ("unit", "units", "contact", "phone")


def for_level(
    content: Mapping[str, object], demands: Demands, known: Mapping[str, object]
) -> dict[str, object]:
    """The content without what a level of protection lets nobody print: places, and units where they tell where the person lives."""
    found: dict[str, object] = {}
    for name, value in content.items():
        hidden = (demands.hides_address and _tells(name, _PLACES)) or (
            demands.hides_unit and (_tells(name, _UNITS) or (isinstance(value, str) and value in known))
        )
        if not hidden:
            found[name] = _levelled(value, demands, known)
    return found


def _levelled(value: object, demands: Demands, known: Mapping[str, object]) -> object:
    if isinstance(value, Mapping):
        return for_level(value, demands, known)
    return [_levelled(one, demands, known) for one in value] if isinstance(value, list | tuple) else value


def _tells(name: str, words: tuple[str, ...]) -> bool:
    return any(
        name == word or name.startswith(f"{word}_") or name.endswith(f"_{word}") or f"_{word}_" in name
        for word in words
    )


def plain(value: object, zone: ZoneInfo) -> object:  # noqa: PLR0911  one line a kind is the clearest table
    """A value as templates read it: dates and times as ISO texts of the region, numbers as they are."""
    match value:
        case datetime():
            return (value.astimezone(zone) if value.tzinfo else value).strftime("%Y-%m-%dT%H:%M")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.days
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {str(key): plain(one, zone) for key, one in value.items()}
        case list() | tuple():
            return [plain(one, zone) for one in value]
    return value


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
