"""Papers are issued and set: what stands around their content, what of it a recipient may have, and the PDF of exactly that.

Enters: the ground of an action and the content a routine gives; later a kept document and the categories its reader may see. Leaves: a
numbered copy with template, hashes and all that is needed to set it anew; or the bytes of a PDF. A template that fails stops no case:
it fails when somebody wants the PDF, who is then told.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import asking, library
from engine.access import CATEGORIES, DEMANDS, Demands
from engine.access.family import folded
from engine.actions.ground import Ground
from engine.actions.paper_frames import Draft, Recipient, frame
from engine.definitions import templates
from engine.definitions.files import folder_of
from engine.documents import Sheet
from engine.errors import NotFound
from engine.library import Loaded
from engine.records import correspondence, subjects
from engine.records.correspondence import Setting
from engine.records.documents import Document
from engine.status import Protection


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
    opened = asking.opened_to_people(ground.standing, ground.today)
    open_to = opened.get(folded(name), frozenset())
    return Recipient(_addressed(ground, name, lines), open_to, "guest")


def for_person(ground: Ground, lines: tuple[str, ...] = ()) -> Recipient:
    """The person gets all of it, at the address that somebody asked for."""
    subject = subjects.fetch(ground.tx, ground.case.subject_id) if ground.case.subject_id else None
    return Recipient(_addressed(ground, subject.name if subject else "", lines), home="person")


def _addressed(ground: Ground, name: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines for the window, the name first. Where the person's data are protected the name alone: also whoever is near them may live
    where they do.
    """
    if DEMANDS[ground.case.protection].hides_address:
        return (name,) if name else ()
    return lines if not name or name in lines[:1] else (name, *lines)


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


def pdf(tx: Connection, paper: Document, data: Mapping[str, object]) -> bytes:
    """The PDF of that paper. Raises NotFound where it was kept without a template, and NotSet where the template fails."""
    return sheet(tx, paper, data).pdf()


def sheet(tx: Connection, paper: Document, data: Mapping[str, object]) -> Sheet:
    """What the PDF of that paper is set from. Raises NotFound where it was kept without a template."""
    if paper.bundle_hash is None or paper.template is None:
        raise NotFound
    bundle = library.loaded(tx, paper.bundle_hash).bundle
    return Sheet(templates.readable(bundle), paper.template, data)


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
        content = _unnamed(content, kept.pop("person", None))
        kept["to"] = [] if kept.get("home") == "person" else _name_alone(kept)
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
    if demands.hides_address:
        told["to"] = _name_alone(told)  # also where the data became protected after the paper was issued
    if demands.hides_unit:
        told["units"] = {}
        told["sender"] = {"principal": sender.get("principal")} if isinstance(sender, Mapping) else {}
    return told


def _unnamed(content: dict[str, object], person: object) -> dict[str, object]:
    """The content without the name of the person, which people also write where it is asked who came."""
    name = str(person.get("name") or "") if isinstance(person, Mapping) else ""

    def told(value: object) -> object:
        if isinstance(value, str):
            return value.replace(name, NAMELESS)
        if isinstance(value, Mapping):
            return {key: told(one) for key, one in value.items()}
        return [told(one) for one in value] if isinstance(value, list | tuple) else value

    return {key: told(one) for key, one in content.items()} if name else content


def _name_alone(kept: Mapping[str, object]) -> object:
    """The lines for the window without those that tell where somebody lives."""
    to = kept.get("to")
    return to[:1] if kept.get("home") and isinstance(to, list) else to


def _logo(loaded: Loaded, kept: Mapping[str, object]) -> str | None:
    head = kept.get("letterhead")
    name = str(head.get("logo") or "") if isinstance(head, Mapping) else ""
    path = templates.logo(loaded.bundle, str(kept.get("region") or ""), name)
    return f"/{path}" if path else None


NAMELESS = "…"
_PLACES = ("place", "address")
_UNITS = ("unit", "units", "contact", "phone")


def for_level(content: Mapping[str, object], demands: Demands, known: Collection[str]) -> dict[str, object]:
    """The content without what a level of protection lets nobody print: places, and units where they tell where the person lives."""
    found: dict[str, object] = {}
    for name, value in content.items():
        hidden = (demands.hides_address and _tells(name, _PLACES)) or (
            demands.hides_unit and (_tells(name, _UNITS) or (isinstance(value, str) and value in known))
        )
        if not hidden:
            found[name] = _levelled(value, demands, known)
    return found


def _levelled(value: object, demands: Demands, known: Collection[str]) -> object:
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
