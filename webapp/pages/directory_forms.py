"""One form for each kind of row of the directory: a new one, a changed one, a unit that closes.

Enters: what was typed. Leaves: the change, or the same form with what has to be mended at each field and everything that was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access.actor import REGION_WIDE
from engine.actions import directory_changes, directory_handover, directory_rules
from engine.actions.directory_changes import Unfit
from engine.actions.directory_rules import Change, Problem
from engine.errors import NotAllowed, NotFound
from engine.records.directory_book import KINDS, Book, Row
from webapp import words
from webapp.auth import actor
from webapp.pages import admin, directory_choices
from webapp.pages import directory as shown
from webapp.pages import directory_words as told
from webapp.session import now, reads, today, tx, writes

pages = Blueprint("directory_forms", __name__, url_prefix="/admin/directory")
FIELDS = {
    "principal": ("name", "id", "type", "valid_to"),
    "organisation": ("principal", "name", "id", "type", "valid_from", "valid_to"),
    "unit": ("principal", "name", "id", "type", "parent", "organisation", "phone", "address"),
    "person": ("name", "id", "principal", "title", "phone", "email", "reached_by", "address", "active"),
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
DECIDES = {
    "organisation": "principal",
    "unit": "principal",
    "person": "principal",
    "membership": "unit",
    "function": "unit",
}
"""The field that says whose a row is, and so who may write it."""


@pages.get("/new/<kind>")
@reads
def new(kind: str) -> str:
    """An empty form; what the address says of principal, unit or person is filled in."""
    book = _of_kind(kind)
    _may_add(book, kind)
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
    _may_add(book, kind)
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
    return _form(book, kind, _mine(book, kind, key), key)


@pages.post("/change/<kind>/<key>")
@writes
def save(kind: str, key: str) -> ResponseReturnValue:
    """Change it to what was typed."""
    book = _of_kind(kind)
    free = [name for name in FIELDS[kind] if name not in FIXED[kind]]
    row, wrong = _typed(kind, _mine(book, kind, key), free)
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
        return _form(book, change.kind, change.row, key, [_at_its_field(one) for one in error.problems]), 422
    flash(gettext("Saved."))
    return redirect(_after(change))


def _may_add(book: Book, kind: str) -> None:
    """Whoever keeps no principal adds nothing, and a principal itself is added by those who keep the region."""
    if not (directory_choices.region_wide(book) if kind == "principal" else directory_choices.kept(book)):
        raise NotAllowed("another-principal")


def _mine(book: Book, kind: str, key: str) -> Row:
    """The row, to be changed by whom it is for. NotFound, NotAllowed."""
    row = _known(book, kind, key)
    if not shown.changes(book, Change(kind, row)):
        raise NotAllowed("another-principal")
    return row


def _at_its_field(problem: Problem) -> Problem:
    """Where to mend what one may not write: the principal or unit that was chosen, or the role."""
    if problem.message != "not-yours" or problem.field:
        return problem
    row, kind = problem.change.row, problem.change.kind
    if kind == "membership" and row.get("role") in REGION_WIDE:
        return replace(problem, field="role", message="given-by-the-region")
    field = DECIDES.get(kind, "")
    return replace(problem, field=field, message="missing" if field and not row.get(field) else "not-yours")


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
        _field(book, kind, name, row, wrong.get(name, ""), is_new=key is None)
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
    return told.adding(kind) if key is None else told.changing(kind)


def _field(book: Book, kind: str, name: str, row: Row, wrong: str, *, is_new: bool) -> dict[str, object]:
    value = row.get(name)
    field: dict[str, object] = {
        "name": name,
        "label": told.label(kind, name),
        "hint": told.hint(kind, name),
        "wrong": wrong,
    }
    choices = directory_choices.of(book, kind, name, row)
    if not is_new and name in FIXED[kind]:
        shown_as = dict(choices or ()).get(str(value), value)
        return field | {"type": "fixed", "value": "–" if shown_as in (None, "") else shown_as}
    chosen_by_region = (kind, name) == ("person", "principal") and (
        directory_choices.region_wide(book) or not (is_new or value)
    )
    needed = name in directory_rules.NEEDED[kind] or (
        (kind, name) == ("person", "principal") and not chosen_by_region
    )
    if name == "active":
        return field | {"type": "checkbox", "value": value is not False}
    if choices is not None:
        alone = needed and is_new and len(choices) == 1
        none = "" if alone else gettext("Choose") if needed else told.none(kind, name)
        value = value or (choices[0][0] if alone else "")
        return field | {"type": "select", "value": value, "choices": choices, "none": none, "needed": needed}
    return field | {"type": "date" if name in DATES else "text", "value": value or "", "needed": needed}


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
        "admin/directory/close.html",
        unit=row,
        left=left["open"],
        chosen=chosen,
        action=url_for("directory_forms.close", unit_id=unit_id),
        units=[one for one in directory_choices.named(units) if one[0] != unit_id],
        errors=[{"href": "successor", "text": text} for text in wrong.values()],
        wrong=" ".join(wrong.values()),
        back=url_for("directory.unit", unit_id=unit_id),
        **admin.frame("directory"),
    )
