"""What a draft says otherwise than the version in force: in sentences with the same numbers on the drawing, each to be marked as read.

Enters: a draft. Leaves: pages; marks of reading, which belong to a person and to one change as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from engine import library
from engine.actions import publishing
from engine.actions.publishing import State
from engine.definitions import diagram
from engine.definitions.difference import Change
from engine.errors import EngineError, NotFound
from engine.reads import compared
from engine.records.database import writing
from webapp import difference_words
from webapp.auth import actor
from webapp.session import house, now, reads, tx
from webapp.studio import changed_tables, partwords
from webapp.studio.draft import Opened, opened
from webapp.studio.draft_head import drawings, head
from webapp.studio.routines import base_name

pages = Blueprint("studio_changes", __name__, url_prefix="/studio/drafts/<draft_id>/changes")
MANY = 12
"""More than these are shown in groups, of which each can be marked as read at its end."""
SIGNS = {"added": "+", "removed": "−", "changed": "~", "moved": "~", "renamed": "~"}


@pages.get("")
@reads
def page(draft_id: str) -> str:
    """The changes, the drawing with their numbers, and which of them the reader has read; with `show=unread` only the others."""
    found = opened(draft_id)
    state = publishing.state(tx(), actor(), draft_id)
    unread_only = request.args.get("show") == "unread"
    told = _with_tables(found, state)
    drawn = sorted({one.path for one in state.changes if one.path.endswith(".bpmn")})
    return render_template(
        "studio/changes.html",
        **head(found, "changes"),
        changes=told,
        groups=grouped([one for one in told if not (unread_only and one["read"])]),
        base=based_on(found),
        unread_only=unread_only,
        headline=difference_words.headline(state.changes)
        if state.changes
        else gettext("The draft says the same as the version in force."),
        counts=difference_words.counts(state.changes),
        unread=len(state.unread),
        pictures=[_drawing(found, path, state.changes) for path in drawn],
        as_text=difference_words.text(state.changes),
    )


@pages.post("/read")
def mark(draft_id: str) -> AnyResponse:
    """The changes that the form names, one or those that stood above it, are read; a script that shows that by itself is told no more.

    What has become another change since it was shown is not marked, and that is said.
    """
    keys = request.form.getlist("change")
    by_script = request.accept_mimetypes.best == "application/json"
    gone = frozenset(keys)
    with suppress(NotFound), writing(house().engine) as opened_tx:
        gone = publishing.mark_read(opened_tx, actor(), draft_id, *keys, now=now())
    if by_script:
        return Response(status=404) if gone or not keys else jsonify(read=keys)
    if gone:
        flash(_gone(len(gone), of=len(keys)), "late")
    back = "studio_publishing.page" if request.form.get("view") == "publish" else "studio_changes.page"
    show = "unread" if request.form.get("show") == "unread" else None
    return redirect(url_for(back, draft_id=draft_id, show=show, _anchor=request.form.get("place") or None))


def _gone(count: int, *, of: int) -> str:
    if of == 1:
        return gettext("The change is no longer there. Here is what differs now.")
    return ngettext(
        "One of them has become another meanwhile and is not marked as read. Here is what differs now.",
        "%(num)s of them have become others meanwhile and are not marked as read. Here is what differs now.",
        count,
    )


@pages.get("/drawing.bpmn")
@reads
def drawing(draft_id: str) -> Response:
    """The drawing of the draft, or with `side=old` that of the version whose place it is to take."""
    found = opened(draft_id)
    data = found.data if request.args.get("side") != "old" else _old(found).get(found.path)
    if data is None:
        raise NotFound
    return Response(
        data, mimetype="application/xml", headers={"Content-Security-Policy": "default-src 'none'"}
    )


@pages.get("/places.json")
@reads
def places(draft_id: str) -> Response:
    """Where on the drawing each change stands, with its number."""
    found = opened(draft_id)
    state = publishing.state(tx(), actor(), draft_id)
    old = request.args.get("side") == "old"
    marks = [
        {"element": one.element_id, "state": one.kind, "number": number}
        for number, one in enumerate(state.changes, start=1)
        if one.path == found.path and one.element_id and (one.kind == "removed") == old
    ]
    whole = {str(one["element"]) for one in marks}
    marks += [
        {"element": one, "state": "removed" if old else "added", "number": 0}
        for one in sorted(_only(found, old=old) - whole)
    ]
    return jsonify(marks=marks)


def _only(found: Opened, *, old: bool) -> set[str]:
    """The ids of what only that side draws: what belongs to a step that came or went has no sentence of its own."""
    mine, other = found.data, _old(found).get(found.path, b"")
    return _drawn(other) - _drawn(mine) if old else _drawn(mine) - _drawn(other)


def _drawn(data: bytes) -> set[str]:
    try:
        return {
            part for process in diagram.read(data, "").processes for part in (*process.nodes, *process.flows)
        }
    except EngineError:
        return set()


def _with_tables(found: Opened, state: State) -> list[dict[str, object]]:
    """The changes; the last one of a table has its rows beside it."""
    told = listed(state)
    for place, tables in changed_tables.beside(state.changes, _old(found), found.content.files).items():
        told[place]["tables"] = tables
    return told


def grouped(changes: list[dict[str, object]]) -> list[dict[str, object]]:
    """All in one, or where there are many by what they are about; what is unread of a group can be marked as read at once, below it."""
    if len(changes) <= MANY:
        return [{"name": "", "changes": changes, "unread": []}]
    groups = [(name, list(ones)) for name, ones in groupby(changes, key=lambda one: str(one["section"]))]
    return [
        {"name": name, "changes": ones, "unread": [one for one in ones if not one["read"]]}
        for name, ones in groups
    ]


def based_on(found: Opened) -> dict[str, str] | None:
    """Where the difference from the routine that a variant was made from is read; None for what is no variant."""
    named = compared.base_of_draft(tx(), found.content.draft.folder, found.content.files)
    if named is None:
        return None
    return {"title": base_name(named), "url": url_for("studio_versions.draft_base", draft_id=found.id)}


def listed(state: State) -> list[dict[str, object]]:
    """Each change as a sentence, numbered."""
    kinds = {
        "added": gettext("New"),
        "removed": gettext("Taken away"),
        "moved": gettext("Moved"),
        "renamed": gettext("Renamed"),
    }
    return [
        {
            "number": number,
            "key": one.key,
            "kind": one.kind,
            "sign": SIGNS.get(one.kind, "~"),
            "kind_words": kinds.get(one.kind, gettext("Changed")),
            "section": difference_words.section(one.section),
            "sentence": difference_words.page(one),
            "read": one.key in state.read,
        }
        for number, one in enumerate(state.changes, start=1)
    ]


def _drawing(found: Opened, path: str, changes: Sequence[Change]) -> dict[str, object]:
    removed = any(one.path == path and one.kind == "removed" and one.element_id for one in changes)
    sides = [("", gettext("The draft"))] if path in found.content.files else []
    if removed and path in _old(found):
        sides.append(("old", gettext("The version in force, with what is removed")))
    return {
        "path": path,
        "name": next(
            (one["name"] for one in drawings(found) if one["path"] == path),
            partwords.called(found.content.files.get(path, b""), path),
        ),
        "views": [
            {
                "words": said,
                "src": url_for("studio_changes.drawing", draft_id=found.id, path=path, side=side or None),
                "marks": url_for("studio_changes.places", draft_id=found.id, path=path, side=side or None),
            }
            for side, said in sides
        ],
    }


def _old(found: Opened) -> dict[str, bytes]:
    base = found.content.draft.base_hash
    return library.whole(tx(), base) if base else {}
