"""The other files of a routine: tables, forms, documents, settings; each as a page that can be used with the keyboard alone.

Enters: requests of those who answer for the routine. Leaves: pages, and the draft with one thing changed. A file that cannot be read is
shown as its text, and what is wrong stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.actions import routine_drafts, routine_steps, trial_papers
from engine.actions.routine_drafts import Conflict
from engine.definitions import files
from engine.definitions.editing import formfields, settings, table
from engine.definitions.editing.drawing import NotPossible
from engine.documents import NotSet
from engine.errors import BrokenDefinition, NotFound
from engine.records.database import reading, writing
from webapp import words
from webapp.auth import actor
from webapp.pages import consentwords, telling
from webapp.session import After, house, now, reads
from webapp.studio import formfield, offered, partnames, partwords
from webapp.studio.draft import Opened, editable, opened
from webapp.studio.draft_head import head
from webapp.studio.editing import CANVAS_POLICY, TOLD, refusal
from webapp.studio.stepwords import FIELD_KINDS, SETTINGS, Words

pages = Blueprint("studio_parts", __name__, url_prefix="/studio/drafts/<draft_id>/parts")
EDITORS = {"table": "dmn", "form": "formeditor"}
"""Kinds of files that an editor in the browser shows, and its script."""
PAGES = {".dmn": "table", ".form": "form", ".typ": "document", ".toml": "settings"}


@pages.get("")
@reads
def listing(draft_id: str) -> str:
    """Every file of the routine, by kind."""
    found = opened(draft_id)
    return render_template("studio/parts.html", **head(found, "edit"), kinds=partnames.listed(found))


@pages.get("/file")
@reads
def page(draft_id: str) -> ResponseReturnValue:
    """One file, as what it is."""
    found = _file(draft_id)
    kind = next((name for ending, name in PAGES.items() if found.path.endswith(ending)), "text")
    kind = "text" if partnames.is_scenario(found.path) else kind
    as_text = request.args.get("view") == "text"
    try:
        shown = {} if as_text or kind == "text" else _SHOWN[kind](found)
    except BrokenDefinition as broken:
        shown, as_text = (
            {"broken": [one.message for one in broken.findings] or [gettext("The file cannot be read.")]},
            True,
        )
    in_editor = request.args.get("view") == "editor" and kind in EDITORS and not as_text
    name = "editor" if in_editor else "text" if as_text else kind
    told = {
        "name": _name(found),
        "kind": kind,
        "script": EDITORS.get(kind, ""),
        "text": found.data.decode("utf-8", errors="replace"),
    }
    answer = Response(render_template(f"studio/part_{name}.html", **head(found, "edit"), **told, **shown))
    if in_editor:
        answer.headers["Content-Security-Policy"] = CANVAS_POLICY
    return answer


@pages.get("/page.png")
@reads
def picture(draft_id: str) -> ResponseReturnValue | After:
    """The first page of a paper, set with made-up answers; what is wrong with the template, as a sentence, else."""
    found = _file(draft_id)
    bundle, language = files.bundle(found.content.files, found.content.draft.process_id), found.language

    def make() -> ResponseReturnValue:
        try:
            drawn = trial_papers.picture(bundle, found.path, language)
        except (NotSet, BrokenDefinition) as error:
            return Response(str(getattr(error, "detail", "") or error), 422, mimetype="text/plain")
        return Response(drawn, mimetype="image/png")

    return After(make)


@pages.get("/content")
@reads
def content(draft_id: str) -> Response:
    """The file as its text, with the draft's revision, for an editor in the browser."""
    found = _file(draft_id)
    return jsonify(text=found.data.decode("utf-8", errors="replace"), revision=found.content.draft.revision)


@pages.post("/content")
def save_content(draft_id: str) -> ResponseReturnValue:
    """The whole file as an editor in the browser has it."""
    data = request.form.get("text", "").encode()
    expected = int(request.form["revision"]) if request.form.get("revision", "").isdecimal() else 0
    try:
        with writing(house().engine) as tx:
            saved = routine_drafts.save_file(
                tx, actor(), draft_id, _path(), data, expected_revision=expected, now=now()
            )
    except TOLD as error:
        return jsonify(words=refusal(error)), 409
    if isinstance(saved, Conflict):
        return jsonify(conflict=url_for("studio_conflicts.conflicts", draft_id=draft_id))
    return jsonify(revision=saved.revision, words=gettext("The file is saved."))


@pages.post("/text")
def save_text(draft_id: str) -> ResponseReturnValue:
    """The whole file as its text; somebody else's change since `revision` is not overwritten."""
    data = request.form.get("text", "").replace("\r\n", "\n").encode()
    expected = int(request.form["revision"]) if request.form.get("revision", "").isdecimal() else 0
    try:
        with writing(house().engine) as tx:
            saved = routine_drafts.save_file(
                tx, actor(), draft_id, _path(), data, expected_revision=expected, now=now()
            )
    except TOLD as error:
        flash(refusal(error), "late")
        return _back(draft_id)
    if isinstance(saved, Conflict):
        return redirect(url_for("studio_conflicts.conflicts", draft_id=draft_id))
    flash(gettext("The file is saved."))
    return _back(draft_id)


@pages.post("/table")
def save_table(draft_id: str) -> AnyResponse:
    """The cells that were changed; or a rule added, removed or moved, whichever button was pressed. One comes back to that row."""
    at = f"save-{request.form.get('table', '')}"

    def change(data: bytes) -> bytes:
        nonlocal at
        held = table.Table(data, _path())
        for key, given in request.form.items():
            rule, _, column = key.removeprefix("cell:").rpartition(":")
            if (
                key.startswith("cell:")
                and column.isdecimal()
                and given.strip() != request.form.get(f"was:{key}", "").strip()
            ):
                held.set_cell(rule, int(column), given)
            if key.startswith("note:") and given.strip() != request.form.get(f"was:{key}", "").strip():
                held.set_note(key.removeprefix("note:"), given)
        deed, _, rule = request.form.get("do", "").partition(":")
        if deed == "add":
            table_id, _, after = rule.partition(":")
            at = f"row-{held.add_rule(table_id, after)}"
        elif deed == "remove":
            near = held.beside(rule)
            held.remove_rule(rule)
            at = f"row-{near}" if near else at
        elif deed in ("earlier", "later"):
            at = f"row-{rule}"
            held.move_rule(rule, later=deed == "later")
        return held.written()

    return _changed(draft_id, change, gettext("The table is saved."), at=lambda: at)


@pages.post("/form")
def save_form(draft_id: str) -> AnyResponse:
    """One field as it was changed; or a field added, removed or moved, whichever button was pressed."""
    field = opened_next = request.form.get("field", "")
    with reading(house().engine) as tx:
        texts = routine_drafts.read(tx, actor(), draft_id).files

    def change(data: bytes) -> bytes:
        nonlocal opened_next
        held = formfields.Form(data, _path())
        deed = request.form.get("do", "")
        if deed == "add":
            label = request.form.get("label", "").strip() or gettext("New field")
            opened_next = held.add(request.form.get("kind", ""), label, after=field)
        elif deed == "remove":
            held.remove(field)
        elif deed in ("earlier", "later"):
            held.move(field, later=deed == "later")
        elif deed == "title":
            held.set_title(request.form.get("title", ""))
        else:
            formfield.change(held, field, texts)
        return held.written()

    return _changed(draft_id, change, gettext("The form is saved."), field=lambda: opened_next)


@pages.post("/settings")
def save_settings(draft_id: str) -> AnyResponse:
    """The settings that were changed."""
    answers = {
        key: " ".join(filter(None, request.form.getlist(key))) for key in settings.KEYS if key in request.form
    }
    return _changed(
        draft_id, lambda data: settings.changed(data, _path(), answers), gettext("The settings are saved.")
    )


def _changed(
    draft_id: str,
    change: Callable[[bytes], bytes],
    said: str,
    *,
    field: Callable[[], str] = str,
    at: Callable[[], str] = str,
) -> AnyResponse:
    """Change the file and say so; `field` is asked afterwards, which question is then open, and `at`, where in the page one comes back."""
    try:
        with writing(house().engine) as tx:
            routine_steps.change_file(tx, actor(), draft_id, _path(), change, now=now())
        flash(said)
    except (*TOLD, NotPossible) as error:
        flash(refusal(error), "late")
    return _back(draft_id, field(), at())


def _back(draft_id: str, field: str = "", at: str = "") -> AnyResponse:
    view = request.form.get("view") or None
    anchor = f"line-{field}" if field else at or None
    return redirect(
        url_for(
            "studio_parts.page",
            draft_id=draft_id,
            path=_path(),
            field=field or None,
            view=view,
            at=at or None,
            _anchor=anchor,
        )
    )


def _path() -> str:
    return request.values.get("path", "")


def _file(draft_id: str) -> Opened:
    found = opened(draft_id)
    if found.path not in editable(found.content):
        raise NotFound
    return found


def _name(found: Opened) -> str:
    if found.path.endswith(".toml") and not partnames.is_scenario(found.path):
        return gettext("Settings")
    return partwords.called(found.data, found.path)


def _table(found: Opened) -> dict[str, object]:
    grids, at = table.Table(found.data, found.path).grids(), request.args.get("at", "")
    places = {f"save-{one.id}" for one in grids} | {f"row-{row.id}" for one in grids for row in one.rows}
    return {"grids": grids, "said": partnames.SAID, "at": at if at in places else ""}


def _form(found: Opened) -> dict[str, object]:
    held = formfields.Form(found.data, found.path)
    fields = held.fields()
    chosen = next(
        (one for one in fields if one.id == request.args.get("field", "")), fields[0] if fields else None
    )
    kinds = [(kind, _said(FIELD_KINDS, kind)) for kind in formfields.KINDS]
    return {
        "form_title": held.title,
        "fields": fields,
        "chosen": chosen,
        "hidden_when": formfield.hidden_when(found, chosen) if chosen else None,
        "new_choices": formfield.NEW_CHOICES,
        "kinds": kinds,
        "kind_names": {key: said() for key, said in FIELD_KINDS.items()},
        "categories": [(name, words.capital(telling.category(name))) for name in consentwords.ORDER],
    }


def _settings(found: Opened) -> dict[str, object]:
    held = settings.values(found.data, found.path)
    offers = {"deviation": offered.routines(found), "start_roles": offered.roles(found), "linked": offered.routines(found)}  # fmt: skip
    return {
        "settings": [(key, _said(SETTINGS, key), value) for key, value in held.items()],
        "offers": {key: _with(held[key].split(), made) for key, made in offers.items()},
        "several": settings.LISTS,
        "base": offered.base(held["based_on"]),
    }


def _with(chosen: list[str], made: list[offered.Offer]) -> list[offered.Offer]:
    """What is chosen now in its own order, also where nobody offers it, and then the rest."""
    said = dict(made)
    return [*((one, said.get(one, one)) for one in chosen), *(one for one in made if one[0] not in chosen)]


def _document(found: Opened) -> dict[str, object]:
    return {"page_url": url_for("studio_parts.picture", draft_id=found.id, path=found.path), "trouble": []}


_SHOWN: dict[str, Callable[[Opened], dict[str, object]]] = {
    "table": _table, "form": _form, "settings": _settings, "document": _document,
}  # fmt: skip


def _said(table_of: dict[str, Words], key: str) -> str:
    return table_of[key]() if key in table_of else key
