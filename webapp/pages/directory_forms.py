"""One form for each kind of row of the directory: a new one, a changed one, a unit that closes.

Enters: what was typed. Leaves: the change, or the same form with what has to be mended at each field and everything that was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, DirectoryObject, may
from engine.actions import directory_changes, directory_handover, directory_rules
from engine.actions.directory_changes import Unfit
from engine.actions.directory_rules import Change, Problem
from engine.errors import NotAllowed, NotFound
from engine.records.collation import sort_key
from engine.records.directory_book import KINDS, Book, Row
from webapp import words
from webapp.auth import actor
from webapp.pages import admin
from webapp.pages import directory as shown
from webapp.pages import directory_words as told
from webapp.session import now, reads, today, tx, writes

pages = Blueprint("directory_forms", __name__, url_prefix="/admin/directory")
FIELDS = {
    "principal": ("id", "name", "type", "valid_to"),
    "organisation": ("principal", "id", "name", "type", "valid_from", "valid_to"),
    "unit": ("principal", "id", "name", "type", "parent", "organisation", "phone", "address"),
    "person": ("id", "name", "title", "phone", "principal", "reached_by", "address", "active"),
    "membership": ("person", "unit", "role", "valid_from", "valid_to"),
    "function": ("type", "unit", "person", "holder_unit", "valid_from", "valid_to"),
}
FIXED = {
    "principal": ("id",), "organisation": ("id", "principal"), "unit": ("id", "principal"), "person": ("id",),
    "membership": ("person", "unit", "role", "valid_from"), "function": ("type", "unit", "person", "holder_unit", "valid_from"),
}  # fmt: skip
"""What a row is known by, and so is not changed."""

NOT_WHEN_NEW = {"principal": ("valid_to",), "organisation": ("valid_to",), "person": ("active",)}
DATES = ("valid_from", "valid_to")


@pages.get("/new/<kind>")
@reads
def new(kind: str) -> str:
    """An empty form; what the address says of principal, unit or person is filled in."""
    book = _of_kind(kind)
    row = _blank(kind) | {
        name: value
        for name, value in request.args.items()
        if name in ("principal", "unit", "person", "parent")
    }
    if kind in ("membership", "function", "organisation"):
        row["valid_from"] = today()
    return _form(
        book, kind, {name: value for name, value in row.items() if name in KINDS[kind].columns}, None
    )


@pages.post("/new/<kind>")
@writes
def add(kind: str) -> ResponseReturnValue:
    """Add what was typed."""
    book = _of_kind(kind)
    row, wrong = _typed(kind, _blank(kind), FIELDS[kind])
    change = Change(kind, row)
    if not wrong and change.key in book.rows[kind]:
        wrong = [Problem(change, FIELDS[kind][0] if "id" not in row else "id", "taken")]
    return _made(book, change, wrong, None)


@pages.get("/change/<kind>/<key>")
@reads
def change(kind: str, key: str) -> str:
    """The form with what the directory says."""
    book = _of_kind(kind)
    row = _known(book, kind, key)
    if not shown.changes(book, Change(kind, row)):
        raise NotAllowed("another-principal")
    return _form(book, kind, row, key)


@pages.post("/change/<kind>/<key>")
@writes
def save(kind: str, key: str) -> ResponseReturnValue:
    """Change it to what was typed."""
    book = _of_kind(kind)
    free = [name for name in FIELDS[kind] if name not in FIXED[kind]]
    row, wrong = _typed(kind, _known(book, kind, key), free)
    return _made(book, Change(kind, row), wrong, key)


@pages.get("/units/<unit_id>/close")
@reads
def closing(unit_id: str) -> str:
    """What is still open at the unit, and who takes over."""
    return _closing(shown.opened(), unit_id, "", [])


@pages.post("/units/<unit_id>/close")
@writes
def close(unit_id: str) -> ResponseReturnValue:
    """Close the unit as of today."""
    book = shown.opened()
    row = _known(book, "unit", unit_id)
    successor = request.form.get("successor", "")
    closed = Change("unit", {**row, "valid_to": today(), "successor": successor or None})
    try:
        directory_changes.change(tx(), actor(), book.region_id, [closed], now=now())
    except Unfit as error:
        _refuse_others(error.problems)
        return _closing(book, unit_id, successor, error.problems), 422
    flash(gettext("%(unit)s is closed.", unit=row["name"]))
    return redirect(url_for("directory.unit", unit_id=unit_id))


def _of_kind(kind: str) -> Book:
    """The directory, where there are rows of that kind. NotFound."""
    book = shown.opened()
    if kind not in KINDS:
        raise NotFound
    return book


def _made(book: Book, change: Change, wrong: Sequence[Problem], key: str | None) -> ResponseReturnValue:
    if wrong:
        return _form(book, change.kind, change.row, key, wrong), 422
    try:
        directory_changes.change(tx(), actor(), book.region_id, [change], now=now())
    except Unfit as error:
        _refuse_others(error.problems)
        return _form(book, change.kind, change.row, key, error.problems), 422
    flash(gettext("Saved."))
    return redirect(_after(change))


def _refuse_others(problems: Iterable[Problem]) -> None:
    if any(one.message == "not-yours" for one in problems):
        raise NotAllowed("another-principal")


def _after(change: Change) -> str:
    """Where the row is seen."""
    match change.kind:
        case "unit":
            return url_for("directory.unit", unit_id=change.row["id"])
        case "person":
            return url_for("directory.person", person_id=change.row["id"])
        case "membership" | "function":
            return url_for("directory.unit", unit_id=change.row["unit"])
        case _:
            return url_for("directory.page")


def _form(book: Book, kind: str, row: Row, key: str | None, problems: Sequence[Problem] = ()) -> str:
    wrong: dict[str, str] = {}
    for one in problems:
        wrong.setdefault(one.field, told.problem(one.message, one.detail))
    hidden = NOT_WHEN_NEW.get(kind, ()) if key is None else ()
    fields = [
        _field(book, kind, name, row, wrong.get(name, ""), fixed=key is not None and name in FIXED[kind])
        for name in FIELDS[kind]
        if name not in hidden
    ]
    address, over = url_for("directory_forms.add", kind=kind), url_for("directory.page")
    if key is not None:
        address, over = url_for("directory_forms.save", kind=kind, key=key), _after(Change(kind, row))
    return render_template(
        "admin/directory/form.html", title=_title(kind, key), fields=fields, back=over,
        action=address,
        errors=[{"href": name, "text": _named_error(kind, name, text)} for name, text in wrong.items()], **admin.frame("directory"),
    )  # fmt: skip


def _named_error(kind: str, name: str, text: str) -> str:
    return (
        gettext("%(field)s: %(what)s", field=told.label(kind, name), what=words.small(text)) if name else text
    )


def _title(kind: str, key: str | None) -> str:
    if key is not None:
        return gettext("Change: %(what)s", what=told.kind(kind))
    return gettext("Add: %(what)s", what=told.kind(kind))


def _field(book: Book, kind: str, name: str, row: Row, wrong: str, *, fixed: bool) -> dict[str, object]:
    value = row.get(name)
    field: dict[str, object] = {
        "name": name,
        "label": told.label(kind, name),
        "hint": told.hint(kind, name),
        "wrong": wrong,
    }
    choices = _choices(book, kind, name, row)
    if fixed:
        shown_as = dict(choices or ()).get(str(value), value)
        return field | {"type": "fixed", "value": "–" if shown_as in (None, "") else shown_as}
    needed = name in directory_rules.NEEDED[kind]
    if name == "active":
        return field | {"type": "checkbox", "value": value is not False}
    if choices is not None:
        return field | {"type": "select", "value": value or "", "choices": choices, "needed": needed}
    return field | {"type": "date" if name in DATES else "text", "value": value or "", "needed": needed}


def _choices(book: Book, kind: str, name: str, row: Row) -> list[tuple[str, str]] | None:
    """What may be chosen: only what the person keeps."""
    kept = _kept(book)
    match name:
        case "principal":
            return _named(one for one in book.all("principal") if one["id"] in kept)
        case "organisation":
            mine = (
                one
                for one in book.all("organisation")
                if one["principal"] == row.get("principal") or not row.get("principal")
            )
            return _named(one for one in mine if one["principal"] in kept and not one["valid_to"])
        case "parent" | "unit" | "holder_unit":
            within = {row["principal"]} & kept if row.get("principal") and name == "parent" else kept
            return _named(
                one for one in book.all("unit") if one["principal"] in within and not one["valid_to"]
            )
        case "person":
            return _named(one for one in book.all("person") if one["active"])
        case "role":
            return [(one, told.role(one)) for one in directory_rules.ROLES]
    fixed: Sequence[str] | None = directory_rules.CHOICES.get((kind, name))
    if fixed is None and (kind, name) == ("function", "type"):
        fixed = directory_rules.FUNCTIONS
    return [(one, told.choice(kind, name, one)) for one in fixed] if fixed else None


def _kept(book: Book) -> set[str]:
    return {
        str(one["id"])
        for one in book.all("principal")
        if may(actor(), Act.DIRECTORY_MANAGE, DirectoryObject(book.region_id, frozenset({one["id"]})))
    }


def _named(rows: Iterable[Row]) -> list[tuple[str, str]]:
    return [
        (str(one["id"]), str(one["name"])) for one in sorted(rows, key=lambda row: sort_key(str(row["name"])))
    ]


def _typed(kind: str, before: Row, names: Iterable[str]) -> tuple[Row, list[Problem]]:
    row: dict[str, Any] = dict(before)
    wrong = []
    for name in names:
        if name == "active" and name in NOT_WHEN_NEW.get(kind, ()) and "_shown" not in request.form:
            continue
        text = request.form.get(name, "").strip()
        if name == "active":
            row[name] = text == "on"
        elif name in DATES:
            try:
                row[name] = date.fromisoformat(text) if text else None
            except ValueError:
                row[name] = None
                wrong.append(name)
        else:
            row[name] = text or None
    return row, [Problem(Change(kind, row), name, "not-a-date") for name in wrong]


def _blank(kind: str) -> Row:
    row: Row = dict.fromkeys(KINDS[kind].columns)
    return row | ({"reached_by": "account", "active": True} if kind == "person" else {})


def _known(book: Book, kind: str, key: str) -> Row:
    row = book.get(kind, *key.split("~"))
    if row is None:
        raise NotFound
    return row


def _closing(book: Book, unit_id: str, chosen: str, problems: Sequence[Problem]) -> str:
    row = _known(book, "unit", unit_id)
    if not shown.changes(book, Change("unit", row)) or row["valid_to"]:
        raise NotAllowed("another-principal")
    units = (one for one in book.all("unit") if one["principal"] == row["principal"] and not one["valid_to"])
    wrong = {one.field: told.problem(one.message, one.detail) for one in problems}
    left: Mapping[str, int] = {"open": directory_handover.counted(tx(), unit_id)}
    return render_template(
        "admin/directory/close.html", unit=row, left=left["open"], chosen=chosen, action=url_for("directory_forms.close", unit_id=unit_id),
        units=[one for one in _named(units) if one[0] != unit_id], errors=[{"href": "successor", "text": text} for text in wrong.values()],
        wrong=" ".join(wrong.values()), back=url_for("directory.unit", unit_id=unit_id), **admin.frame("directory"),
    )  # fmt: skip
