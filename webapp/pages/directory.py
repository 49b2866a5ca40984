"""The directory as its administrators see it: principals with their units as a tree, a search, the page of a unit, the page of a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from engine.access import Act, DirectoryObject, SystemObject, may
from engine.access.actor import Role
from engine.actions import directory_changes, directory_line
from engine.actions.directory_rules import Change
from engine.errors import NotFound
from engine.reads import directory_history
from engine.records import directory_book
from engine.records.collation import search_key, sort_key
from engine.records.directory_book import Book, Row
from webapp import words
from webapp.auth import actor
from webapp.pages import admin, directory_names
from webapp.pages import directory_words as told
from webapp.session import ZONE, now, reads, today, tx

pages = Blueprint("directory", __name__, url_prefix="/admin/directory")
MOST_HITS = 50
BEGINNING = date(1970, 1, 1)
"""The first day of whatever was there before the directory was kept here."""


@pages.get("/")
@reads
def page() -> str:
    """The tree."""
    book = opened()
    return _listing(book, "", None)


@pages.post("/search")
@reads
def search() -> str:
    """Units and persons by words of their names or ids; names never stand in an address."""
    book, asked = opened(), request.form.get("q", "").strip()[:100]
    return _listing(book, asked, _hits(book, asked) if asked else None)


@pages.get("/units/<unit_id>")
@reads
def unit(unit_id: str) -> str:
    """One unit: who leads it, who works there, what stands below and above."""
    book = opened()
    row = book.get("unit", unit_id)
    if row is None:
        raise NotFound
    people = _working(book, [one for one in book.all("membership") if one["unit"] == unit_id])
    below = [one for one in book.all("unit") if one["parent"] == unit_id]
    functions = [one for one in book.all("function") if one["unit"] == unit_id]
    return render_template(
        "admin/directory/unit.html", unit=row, facts=_unit_facts(book, row), people=people, may_change=changes(book, Change("unit", row)),
        below=[_unit_link(one) for one in _by_name(below)], functions=[_function(book, one) for one in functions],
        line=_line(book, unit_id), history=_history(unit_id), closed=bool(row["valid_to"]), **admin.frame("directory"),
    )  # fmt: skip


@pages.get("/persons/<person_id>")
@reads
def person(person_id: str) -> str:
    """One person: how they are reached, and where they work and have worked."""
    book = opened()
    row = book.get("person", person_id)
    if row is None:
        raise NotFound
    held = [one for one in book.all("membership") if one["person"] == person_id]
    functions = [one for one in book.all("function") if one["person"] == person_id]
    principal = book.get("principal", row["principal"]) if row["principal"] else None
    known = [
        (told.label("person", "id"), row["id"]), (told.label("person", "title"), row["title"]),
        (told.label("person", "phone"), row["phone"]), (told.label("person", "email"), row["email"]),
        (told.label("person", "address"), row["address"]), (told.label("person", "reached_by"),
         told.choice("person", "reached_by", row["reached_by"])),
        (told.label("person", "principal"), principal["name"] if principal else ""),
    ]  # fmt: skip
    return render_template(
        "admin/directory/person.html", person=row, facts=[pair for pair in known if pair[1]], places=_working(book, held),
        functions=[_function(book, one) for one in functions], may_change=changes(book, Change("person", row)),
        history=_history(person_id), **admin.frame("directory"),
    )  # fmt: skip


def region_id() -> str:
    """The region whose directory the person keeps."""
    held = (Role.REGION_ADMINISTRATOR, Role.ADMINISTRATOR)
    found = [one.region_id for role in held for one in actor().memberships if role in one.roles]
    return found[0] if found else str(admin.mine().region_id)


def opened() -> Book:
    """The region's directory; NotAllowed for those who keep no part of it."""
    may(actor(), Act.ADMIN_DIRECTORY, SystemObject(region_id())).required()
    return directory_book.load(tx(), region_id())


def changes(book: Book, change: Change) -> bool:
    """Whether the person may change that row."""
    return directory_changes.allowed(actor(), book, change, today())


def _listing(book: Book, asked: str, hits: list[dict[str, object]] | None) -> str:
    region_wide = bool(may(actor(), Act.DIRECTORY_MANAGE, DirectoryObject(book.region_id)))
    principals = [_principal(book, one) for one in _by_name(book.all("principal")) if not one["valid_to"]]
    return render_template(
        "admin/directory/listing.html", principals=principals, query=asked, hits=hits, search_url=url_for("directory.search"),
        new_principal_url=url_for("directory_forms.new", kind="principal") if region_wide else "",
        new_person_url=url_for("directory_forms.new", kind="person"), file_url=url_for("directory_files.page"),
        days_url=url_for("directory_days.page") if region_wide else "", **admin.frame("directory"),
    )  # fmt: skip


def _principal(book: Book, row: Row) -> dict[str, object]:
    mine = [one for one in book.all("unit") if one["principal"] == row["id"]]
    children: dict[str | None, list[Row]] = {}
    ids = {one["id"] for one in mine}
    for one in mine:
        children.setdefault(one["parent"] if one["parent"] in ids else None, []).append(one)
    kept = bool(may(actor(), Act.DIRECTORY_MANAGE, DirectoryObject(book.region_id, frozenset({row["id"]}))))
    organisations = [
        one for one in book.all("organisation") if one["principal"] == row["id"] and not one["valid_to"]
    ]
    return {
        "name": row["name"], "type": told.choice("principal", "type", row["type"]), "tree": _tree(children, None, set()),
        "organisations": [
            {"name": one["name"], "type": told.choice("organisation", "type", one["type"]),
             "url": url_for("directory_forms.change", kind="organisation", key=one["id"]) if kept else ""}
            for one in _by_name(organisations)
        ],
        "new_unit_url": url_for("directory_forms.new", kind="unit", principal=row["id"]) if kept else "",
        "new_organisation_url": url_for("directory_forms.new", kind="organisation", principal=row["id"]) if kept else "",
        "change_url": url_for("directory_forms.change", kind="principal", key=row["id"])
        if changes(book, Change("principal", row)) else "",
    }  # fmt: skip


def _tree(
    children: dict[str | None, list[Row]], parent: str | None, seen: set[str]
) -> list[dict[str, object]]:
    found = []
    for one in _by_name(children.get(parent, ())):
        if one["id"] in seen or (one["valid_to"] and one["id"] not in children):
            continue
        below = _tree(children, one["id"], {*seen, one["id"]})
        found.append(_unit_link(one) | {"below": below})
    return found


def _unit_link(row: Row) -> dict[str, object]:
    return {
        "name": row["name"],
        "type": told.unit_type(row["type"]),
        "url": url_for("directory.unit", unit_id=row["id"]),
        "closed": bool(row["valid_to"]),
    }


def _hits(book: Book, asked: str) -> list[dict[str, object]]:
    wanted = search_key(asked)
    found: list[dict[str, object]] = []
    for kind in ("unit", "person"):
        for row in _by_name(book.all(kind)):
            if wanted in search_key(str(row["name"])) or wanted == search_key(str(row["id"])):
                address = url_for(f"directory.{kind}", **{f"{kind}_id": row["id"]})
                found.append(
                    {"name": row["name"], "kind": told.kind(kind), "url": address, "closed": _over(row)}
                )
    return found[: MOST_HITS + 1]


def _working(book: Book, rows: Iterable[Row]) -> list[dict[str, object]]:
    """Memberships as lines, those in force first."""
    found = []
    for one in rows:
        person, unit = book.get("person", one["person"]), book.get("unit", one["unit"])
        change = Change("membership", one)
        name, place = (person or {}).get("name", one["person"]), (unit or {}).get("name", one["unit"])
        over = bool(one["valid_to"] and one["valid_to"] < today())
        found.append(
            {
                "person": name, "person_url": url_for("directory.person", person_id=one["person"]), "unit": place,
                "unit_url": url_for("directory.unit", unit_id=one["unit"]), "role": told.role(one["role"]),
                "period": _period(one), "over": over,
                "change_url": url_for("directory_forms.change", kind="membership", key=key(change)) if changes(book, change) else "",
            }
        )  # fmt: skip
    return sorted(found, key=lambda one: (one["over"], sort_key(str(one["person"])), str(one["role"])))


def _function(book: Book, row: Row) -> dict[str, object]:
    holder = book.get("person", row["person"]) if row["person"] else book.get("unit", row["holder_unit"])
    unit, change = book.get("unit", row["unit"]), Change("function", row)
    return {
        "name": told.function(row["type"]), "holder": (holder or {}).get("name", ""), "unit": (unit or {}).get("name", ""),
        "period": _period(row), "over": bool(row["valid_to"] and row["valid_to"] < today()),
        "change_url": url_for("directory_forms.change", kind="function", key=key(change)) if changes(book, change) else "",
    }  # fmt: skip


def key(change: Change) -> str:
    """The row's key as a part of an address."""
    return "~".join(change.key)


def _unit_facts(book: Book, row: Row) -> list[tuple[str, object]]:
    principal = book.get("principal", row["principal"])
    organisation = book.get("organisation", row["organisation"]) if row["organisation"] else None
    successor = book.get("unit", row["successor"]) if row["successor"] else None
    found = [
        (told.label("unit", "id"), row["id"]), (told.label("unit", "type"), told.unit_type(row["type"])),
        (told.label("unit", "principal"), (principal or {}).get("name", "")),
        (told.label("unit", "organisation"), (organisation or {}).get("name", "")), (told.label("unit", "phone"), row["phone"]),
        (told.label("unit", "address"), row["address"]), (gettext("Closed"), _day(row["valid_to"])),
        (gettext("Taken over by"), (successor or {}).get("name", "")),
    ]  # fmt: skip
    return [(name, text) for name, text in found if text]


def _line(book: Book, unit_id: str) -> list[dict[str, object]]:
    """The posts above the unit as they are filled now."""
    parents: dict[str, str | None] = {str(one["id"]): one["parent"] for one in book.all("unit")}
    above: dict[str, str | None] = {}
    here: str | None = unit_id
    while here is not None and here in parents and here not in above:
        above[here] = parents[here]
        here = parents[here]
    posts = directory_line.posts(tx(), above, on=today(), now=now())
    names = {str(one["id"]): str(one["name"]) for kind in ("unit", "person") for one in book.all(kind)}
    found, level = [], 0
    for post in directory_line.above(posts, unit_id):
        level += 1 if post.present else 0
        found.append(
            {
                "unit": names[post.unit_id], "level": level if post.present else 0,
                "people": words.listed([names.get(one, one) for one in post.present]),
                "why": "" if post.present else gettext("All managers are away, so the line passes on") if post.managers
                else gettext("No manager, so the line passes on"),
            }
        )  # fmt: skip
    return found


def _history(row_id: str) -> list[dict[str, object]]:
    rows = directory_history.of(tx(), row_id)
    people = directory_names.people((one.actor_id, one.acting_for_id) for one in rows)
    how = {
        "directory_added": gettext("Added"), "directory_changed": gettext("Changed"), "directory_ended": gettext("Ended"),
        "closing_days_changed": gettext("Closing days changed"), "absence_registered": gettext("Absence registered"),
        "absence_ended": gettext("Absence ended"),
    }  # fmt: skip
    return [
        {
            "when": words.moment(one.at, now(), ZONE), "what": _what(how.get(one.kind, one.kind), one.data),
            "by": people[one.actor_id, one.acting_for_id] or gettext("From the command line"),
        }
        for one in rows
    ]  # fmt: skip


def _what(how: str, data: Any) -> str:
    kind, fields = str(data.get("kind", "")), data.get("fields", {})
    if not kind:
        return how
    names = words.listed([told.label(kind, name) for name in fields]) if how == gettext("Changed") else ""
    return ": ".join(part for part in (f"{told.kind(kind)} – {words.small(how)}", names) if part)


def _period(row: Row) -> str:
    """`5 november 2026 till 4 december 2026`; what has held since records begin has no first day to tell."""
    first, last = row["valid_from"], _day(row["valid_to"])
    if first <= BEGINNING:
        return gettext("until and including %(last)s", last=last) if last else gettext("since always")
    if last:
        return gettext("%(first)s to %(last)s", first=_day(first), last=last)
    return gettext("from %(first)s", first=_day(first))


def _day(day: date | None) -> str:
    return words.full_day(day) if day else ""


def _by_name(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: sort_key(str(row["name"])))


def _over(row: Row) -> bool:
    return bool(row.get("valid_to")) or row.get("active") is False
