"""A draft or a version as files for other programs: the folder, a drawing alone, the picture, and the steps for paper.

Enters: a draft or a version, and the path of one of its files. Leaves: the very bytes that are kept, never written anew. They are handed
out as something to save, under rules by which no browser runs anything that stands in them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from engine import library
from engine.access import Act, RoutineObject, may
from engine.errors import NotFound
from webapp.auth import actor
from webapp.session import reads, tx
from webapp.studio import outline
from webapp.studio.draft import opened
from webapp.studio.draft_head import head

pages = Blueprint("studio_export", __name__, url_prefix="/studio")
KINDS = {".bpmn": "application/bpmn+xml", ".dmn": "application/xml", ".form": "application/json"}


@pages.get("/drafts/<draft_id>/export")
@reads
def page(draft_id: str) -> str:
    """The ways to take the draft along."""
    found = opened(draft_id)
    return render_template("studio/export.html", **head(found, "export"))


@pages.get("/drafts/<draft_id>/export.zip")
@reads
def folder(draft_id: str) -> Response:
    """The draft's files as a folder, with those of the routines that it calls."""
    content = opened(draft_id).content
    return _saved(packed(content.files), f"{content.draft.process_id}.zip", "application/zip")


@pages.get("/drafts/<draft_id>/export/file")
@reads
def file(draft_id: str) -> Response:
    """One file of the draft, the one that `path` names."""
    return _file(opened(draft_id).content.files)


@pages.get("/drafts/<draft_id>/export/print")
@reads
def for_paper(draft_id: str) -> str:
    """The steps in order, for paper."""
    found = opened(draft_id)
    return render_template(
        "studio/outline_print.html", **head(found, "export"), lines=outline.lines(found, ""),
        back_to={"url": url_for("studio_export.page", draft_id=draft_id, path=found.path), "words": gettext("Take along")},
    )  # fmt: skip


@pages.get("/versions/<bundle_hash>/file")
@reads
def version_file(bundle_hash: str) -> Response:
    """One file of a version."""
    loaded = library.loaded(tx(), bundle_hash)
    may(actor(), Act.ROUTINE_SEE, RoutineObject(loaded.routine.region)).required()
    return _file(library.whole(tx(), bundle_hash))


def packed(contents: Mapping[str, bytes]) -> bytes:
    """A zip of these files, each by its path."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(contents.items()):
            archive.writestr(path, content)
    return made.getvalue()


def _file(contents: Mapping[str, bytes]) -> Response:
    path = request.args.get("path", "")
    if path not in contents:
        raise NotFound
    name = PurePosixPath(path)
    return _saved(contents[path], name.name, KINDS.get(name.suffix, "application/octet-stream"))


def _saved(data: bytes, name: str, kind: str) -> Response:
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
