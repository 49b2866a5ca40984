"""The directory as a CSV file: taken out; read in, shown line by line, and applied exactly as shown."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import directory_file
from engine.actions.directory_changes import Effect, Unfit
from engine.actions.directory_file import LineError, Unreadable
from engine.errors import NotFound, StaleCase
from engine.records import directory_imports
from webapp.auth import actor
from webapp.pages import admin
from webapp.pages import directory as shown
from webapp.pages import directory_words as told
from webapp.session import now, reads, tx, writes

pages = Blueprint("directory_files", __name__, url_prefix="/admin/directory/file")
MOST_SHOWN = 500


@pages.get("")
@reads
def page() -> str:
    """Take the file out, or read one in."""
    shown.opened()
    return _page()


@pages.get("/directory.csv")
@reads
def take_out() -> Response:
    """The whole directory of the region."""
    content = directory_file.write(shown.opened())
    headers = {"Content-Disposition": f'attachment; filename="directory-{now():%Y-%m-%d}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)


@pages.post("")
@writes
def read_in() -> ResponseReturnValue:
    """Show what the file would change; nothing is changed."""
    region_id = shown.opened().region_id
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(errors=[(0, "", gettext("Choose a file"))]), 422
    try:
        content = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return _page(errors=[(0, "", gettext("The file is not UTF-8. Save it as CSV UTF-8"))]), 422
    try:
        found = directory_file.show(tx(), actor(), region_id, content, now=now())
    except Unreadable as error:
        return _page(errors=_lines(error.errors)), 422
    if found.plan.problems:
        return _page(errors=_lines(directory_file.line_errors(found.plan.problems))), 422
    kept = directory_imports.keep(tx(), region_id, content, found.fingerprint, by=actor().id, now=now())
    return _page(effects=found.plan.effects, apply_url=url_for("directory_files.carry_out", import_id=kept))


@pages.post("/<import_id>")
@writes
def carry_out(import_id: str) -> ResponseReturnValue:
    """Apply what was shown; refuse where the directory has changed since."""
    region_id = shown.opened().region_id
    kept = directory_imports.fetch(tx(), import_id)
    if kept.region_id != region_id or kept.read_by != actor().id:
        raise NotFound
    if kept.applied_at is not None:
        flash(gettext("The file has been applied already."))
        return redirect(url_for("directory_files.page"))
    try:
        directory_file.carry_out(tx(), actor(), region_id, kept.content, kept.fingerprint, now=now())
    except StaleCase:
        told_so = gettext("The directory has changed since the file was shown. Read it in again.")
        return _page(errors=[(0, "", told_so)]), 409
    except (Unfit, Unreadable):
        told_so = gettext("The file no longer fits the directory. Read it in again.")
        return _page(errors=[(0, "", told_so)]), 409
    directory_imports.applied(tx(), import_id, now=now())
    flash(gettext("The file is applied."))
    return redirect(url_for("directory.page"))


def _page(
    *, errors: list[tuple[int, str, str]] | None = None, effects: Iterable[Effect] | None = None, apply_url: str = ""
) -> str:  # fmt: skip
    rows = None if effects is None else [_effect(one) for one in effects]
    counts = {how: sum(row["how"] == how for row in rows or ()) for how in ("added", "changed", "ended")}
    return render_template(
        "admin/directory/file.html", errors=errors or [], rows=None if rows is None else rows[:MOST_SHOWN], counts=counts,
        more=max(0, len(rows or ()) - MOST_SHOWN), apply_url=apply_url, take_out_url=url_for("directory_files.take_out"),
        action=url_for("directory_files.read_in"), columns=directory_file.COLUMNS, back=url_for("directory.page"),
        **admin.frame("directory"),
    )  # fmt: skip


def _effect(one: Effect) -> dict[str, object]:
    kind = one.change.kind
    what = {"added": gettext("added"), "changed": gettext("changed"), "ended": gettext("ends")}[one.how]
    fields = [
        (told.label(kind, name), _text(before), _text(after))
        for name, (before, after) in one.fields.items()
        if one.how != "added"
    ]
    name = one.change.row.get("name") or " · ".join(part for part in one.change.key if part)
    return {
        "how": one.how, "what": what, "line": one.change.line, "kind": told.kind(kind), "name": name,
        "fields": fields, "follows": one.change.follows,
    }  # fmt: skip


def _text(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "–" if value in (None, "") else str(value)


def _lines(errors: Iterable[LineError]) -> list[tuple[int, str, str]]:
    return [(one.line, one.field, told.problem(one.message, one.detail)) for one in errors][:MOST_SHOWN]
