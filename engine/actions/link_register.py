"""The register of links: filled from data files when it is new here, kept in the browser afterwards (S0-25, S0-28, S1-36).

Enters: an open transaction, an actor and what was typed, or the files. Leaves: rows and a fact for each change, or InvalidForm. Only
addresses of pages on the encrypted web are taken. Nothing is deleted: a link that is retired is no longer offered, and stays where a case
has it. What a body was called before stays known, so that it is found by the old name and shown by the new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from engine import asking
from engine.access import Act, Actor, SystemObject, may
from engine.definitions import knowledge
from engine.definitions.knowledge import LONGEST_NAME, THEMES, is_safe_address
from engine.errors import BrokenDefinition, FieldError, Finding, InvalidForm, NotFound
from engine.records import directory, ids, learned, links
from engine.records import facts as fact_rows

LONGEST_NOTE, MOST_DIAGNOSES = 500, 60
SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Typed:
    """A link as somebody wrote it. `publisher` is the id of a body, or where that is '' `new_publisher` its name."""

    name: str
    address: str
    theme: str
    publisher: str
    new_publisher: str = ""
    diagnoses: tuple[str, ...] = ()
    note: str = ""


def fill(tx: Connection, root: Path, *, now: datetime) -> None:
    """Take in the links that were never here, and the catalogue of courses as the files have it now.

    What administrators have changed or retired stays as they left it. Raises BrokenDefinition.
    """
    courses: list[dict[str, object]] = []
    regions = set(directory.region_ids(tx))
    for folder in sorted(path for path in root.iterdir() if path.name == SHARED or path.name in regions):
        region_id = None if folder.name == SHARED else folder.name
        path = folder / "links.toml"
        if path.is_file():
            _fill_links(tx, knowledge.read_links(path.read_bytes(), path=str(path)), region_id, path, now)
    for folder in sorted(path for path in root.iterdir() if path.name == SHARED or path.name in regions):
        path = folder / "courses.toml"
        if path.is_file():
            region_id = None if folder.name == SHARED else folder.name
            found = knowledge.read_courses(path.read_bytes(), path=str(path))
            _known(links.publishers(tx), (one.publisher for one in found), path)
            courses += [_course(one, region_id, len(courses) + place) for place, one in enumerate(found)]
    learned.put_courses(tx, courses, on=now.date())


def add(tx: Connection, actor: Actor, region_id: str | None, typed: Typed, *, now: datetime) -> str:
    """A new link of that region, or of all; its id. Raises NotAllowed, InvalidForm."""
    may(actor, Act.LINKS_KEEP, SystemObject(region_id)).required()
    _refuse_unfit(tx, typed)
    row = {
        "id": ids.new(),
        "region_id": region_id,
        "country": None,
        **_columns(tx, actor, region_id, typed, now),
    }
    links.put(tx, row, is_new=True, now=now)
    _tell(tx, actor, "link_added", str(row["id"]), region_id, (), now)
    return str(row["id"])


def change(tx: Connection, actor: Actor, link_id: str, typed: Typed, *, now: datetime) -> None:
    """The link is otherwise from now on, also where a case has it. Raises NotFound, NotAllowed, InvalidForm."""
    link = _mine(tx, actor, link_id)
    _refuse_unfit(tx, typed)
    row = {"id": link_id, **_columns(tx, actor, link.region_id, typed, now)}
    before = {
        "name": link.name, "address": link.address, "theme": link.theme, "publisher_id": link.publisher_id,
        "diagnoses": list(link.diagnoses), "note": link.note,
    }  # fmt: skip
    changed = [name for name, value in before.items() if row[name] != value]
    if changed:
        links.put(tx, row, is_new=False, now=now)
        _tell(tx, actor, "link_changed", link_id, link.region_id, changed, now)


def retire(tx: Connection, actor: Actor, link_id: str, today: date, *, now: datetime) -> None:
    """Offered no longer from today. Raises NotFound, NotAllowed."""
    link = _mine(tx, actor, link_id)
    if link.valid_to is None:
        links.retire(tx, link_id, today, now=now)
        _tell(tx, actor, "link_retired", link_id, link.region_id, (), now)


def restore(tx: Connection, actor: Actor, link_id: str, *, now: datetime) -> None:
    """Offered again. Raises NotFound, NotAllowed."""
    link = _mine(tx, actor, link_id)
    if link.valid_to is not None:
        links.retire(tx, link_id, None, now=now)
        _tell(tx, actor, "link_restored", link_id, link.region_id, (), now)


def rename(tx: Connection, actor: Actor, publisher_id: str, name: str, *, now: datetime) -> None:
    """The body has another name: every link of it is shown by that at once, and still found by the old one (S0-25).

    Raises NotFound, NotAllowed, InvalidForm.
    """
    known = links.publishers(tx).get(publisher_id)
    if known is None:
        raise NotFound
    may(actor, Act.LINKS_KEEP, SystemObject(known.region_id)).required()
    told = " ".join(name.split())
    if not told or len(told) > LONGEST_NAME:
        raise InvalidForm((FieldError("name", "missing" if not told else "too-long"),))
    if told != known.name:
        earlier = tuple(dict.fromkeys((*known.earlier, known.name)))
        links.rename(tx, publisher_id, told, tuple(one for one in earlier if one != told))
        _tell(tx, actor, "publisher_renamed", publisher_id, known.region_id, ("name",), now)


def may_keep(actor: Actor, region_id: str | None) -> bool:
    """Whether the actor keeps the links of that region; None are those that all share."""
    return bool(may(actor, Act.LINKS_KEEP, SystemObject(region_id)))


def _fill_links(
    tx: Connection, found: knowledge.Links, region_id: str | None, path: Path, now: datetime
) -> None:
    there = links.publishers(tx)
    for body in found.publishers:
        if body.id not in there:
            links.put_publisher(tx, body.id, body.name, body.earlier, region_id)
    _known(links.publishers(tx), (one.publisher for one in found.links), path)
    known = {one.id for one in links.every(tx)}
    for one in found.links:
        if one.id not in known:
            row: dict[str, object] = {"id": one.id, "region_id": region_id, "country": one.country or None}
            row |= {
                "theme": one.theme,
                "name": one.name,
                "address": one.address,
                "publisher_id": one.publisher,
            }
            row |= {"diagnoses": list(one.diagnoses), "note": one.note or None}
            links.put(tx, row, is_new=True, now=now)


def _known(there: dict[str, links.Publisher], named: Iterable[str], path: Path) -> None:
    for one in named:
        if one not in there:
            told = f"No [[publisher]] has the id {one[:60]}. Add it to links.toml."
            raise BrokenDefinition((Finding(str(path), 1, "error", "unknown-publisher", "", told),))


def _course(one: knowledge.Course, region_id: str | None, place: int) -> dict[str, object]:
    return {
        "id": one.id, "region_id": region_id, "country": one.country or None, "name": one.name, "situations": list(one.situations),
        "summary": one.summary, "address": one.address or None, "publisher_id": one.publisher, "minutes": one.minutes, "place": place,
        "valid_to": None,
    }  # fmt: skip


def _mine(tx: Connection, actor: Actor, link_id: str) -> links.Link:
    link = links.fetch(tx, link_id)
    may(actor, Act.LINKS_KEEP, SystemObject(link.region_id)).required()
    return link


def _refuse_unfit(tx: Connection, typed: Typed) -> None:
    wrong = []
    if not typed.name or len(typed.name) > LONGEST_NAME:
        wrong.append(FieldError("name", "too-long" if typed.name else "missing"))
    if not is_safe_address(typed.address):
        wrong.append(FieldError("address", "not-an-address" if typed.address else "missing"))
    if typed.theme not in THEMES:
        wrong.append(FieldError("theme", "missing"))
    if not typed.new_publisher and typed.publisher not in links.publishers(tx):
        wrong.append(FieldError("publisher", "missing"))
    if len(typed.new_publisher) > LONGEST_NAME:
        wrong.append(FieldError("new_publisher", "too-long"))
    if len(typed.diagnoses) > MOST_DIAGNOSES or any(len(one) > LONGEST_NAME for one in typed.diagnoses):
        wrong.append(FieldError("diagnoses", "too-long"))
    if len(typed.note) > LONGEST_NOTE:
        wrong.append(FieldError("note", "too-long"))
    if wrong:
        raise InvalidForm(tuple(wrong))


def _columns(
    tx: Connection, actor: Actor, region_id: str | None, typed: Typed, now: datetime
) -> dict[str, object]:
    publisher = typed.publisher
    if typed.new_publisher:
        publisher = ids.new()
        links.put_publisher(tx, publisher, typed.new_publisher, (), region_id)
        _tell(tx, actor, "publisher_added", publisher, region_id, (), now)
    row: dict[str, object] = {"name": typed.name, "address": typed.address, "theme": typed.theme}
    return row | {"publisher_id": publisher, "diagnoses": list(typed.diagnoses), "note": typed.note or None}


def _tell(
    tx: Connection, actor: Actor, kind: str, what: str, region_id: str | None, fields: Sequence[str], now: datetime
) -> None:  # fmt: skip
    row = {"case_id": None, "instance_id": None, "kind": kind, "element_id": what, "task_id": None, "at": now}
    who = asking.acting(actor).columns()
    fact_rows.insert(tx, [row | {"data": {"fields": list(fields), "region": region_id or ""}} | who])
