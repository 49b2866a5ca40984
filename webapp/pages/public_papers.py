"""Blank forms for anybody, to print and write on: set from the templates in force, with the region's letterhead and nothing else (S3-054).

A form is set once and then kept in memory, since setting it costs a second of the machine's time and anybody may ask.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from threading import Lock

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import library
from engine.definitions import guidance, templates
from engine.definitions.files import SHARED
from engine.definitions.guidance import Paper
from engine.definitions.routine import Routine
from engine.documents import NotSet, Sheet
from engine.errors import NotFound
from engine.records import specs
from webapp.pages.public_place import Place, drawn, groups, place
from webapp.pages.public_routines import routines, titled
from webapp.session import After, house, reads, tx

pages = Blueprint("public_papers", __name__, url_prefix="/about/<region_id>")
log = logging.getLogger("samordna.web")
FOR_AN_HOUR = "private, max-age=3600"
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
MOST_KEPT = 100
_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


@pages.get("/forms")
@reads
def page(region_id: str) -> str:
    """The forms that may be taken home, for everybody or for a target group (S0-26, S1-30)."""
    at = place(region_id)
    rows = [
        {
            "title": one.title,
            "about": one.about,
            "url": url_for("public_papers.blank", region_id=at.id, paper=one.kind),
        }
        for one in at.library.papers
        if at.is_for(one.audience)
    ]
    failed = next((one.title for one in at.library.papers if one.kind == request.args.get("failed")), "")
    return drawn(
        at,
        "forms.html",
        endpoint="public_papers.page",
        forms=rows,
        groups=groups("public_papers.page", at),
        failed=failed,
    )


@pages.get("/forms/<paper>.pdf")
@reads
def blank(region_id: str, paper: str) -> After:
    """One of them, blank, as a PDF. Raises NotFound."""
    at = place(region_id)
    found = next((one for one in at.library.papers if one.kind == paper), None)
    if found is None:
        raise NotFound
    return After(partial(_answer, at.id, found, _sheet(at, found)))


def _sheet(at: Place, paper: Paper) -> Sheet:
    """What it is set from: a template of the guidance itself, else that of the first routine of the region that has one."""
    for one in routines(at):
        bundle = library.loaded(tx(), specs.current(tx(), one.process_id) or "").bundle
        files = templates.readable(bundle) | _own_templates()
        own = f"{SHARED}/{guidance.FOLDER}/documents/{paper.kind}.typ"
        template = own if own in files else templates.find(bundle, paper.kind, near="", region=at.id)
        if template is not None:
            head = at.settings.get("letterhead")
            name = str(head.get("logo") or "") if isinstance(head, Mapping) else ""
            logo = templates.logo(bundle, at.id, name)
            return Sheet(files, template, {**_data(at, one, paper), "logo": f"/{logo}" if logo else None})
    raise NotFound


def _own_templates() -> dict[str, bytes]:
    """Papers that no case issues: they stand with the guidance and belong to no version of a routine."""
    root = house().settings.processes
    folder = root / SHARED / guidance.FOLDER / "documents"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(folder.glob("*.typ"))}


def _data(at: Place, routine: Routine, paper: Paper) -> dict[str, object]:
    """As for a form printed from a case (`paper_forms`), less the case."""
    told = routine.settings
    return {
        "language": at.language,
        "country": at.country,
        "kind": paper.kind,
        "title": paper.title,
        "routine": {
            "title": titled(routine, at),
            "register_number": told.register_number,
            "decided_by": told.decided_by,
        },
        "letterhead": at.settings.get("letterhead") or {},
        "region": at.id,
        "sender": {},
        "to": [],
        "law": dict(at.law),
        "words": {},
        "units": {},
        "people": {},
        "content": {},
        "categories": {},
        "left_out": False,
        "blank": True,
    }


def _answer(region_id: str, paper: Paper, sheet: Sheet) -> ResponseReturnValue:
    try:
        made = _set(sheet)
    except NotSet as failed:
        log.warning("a blank form cannot be set: template %s, %s", sheet.name, failed.cause)
        return redirect(url_for("public_papers.page", region_id=region_id, failed=paper.kind))
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.kind}.pdf"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = FOR_AN_HOUR
    return answer


def _set(sheet: Sheet) -> bytes:
    """The PDF, from memory where the same was set before. Raises NotSet."""
    key = _key(sheet.files, sheet.name, sheet.data)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    made = sheet.pdf()
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _key(files: Mapping[str, bytes], name: str, data: Mapping[str, object]) -> str:
    digest = hashlib.sha256(json.dumps([name, data], sort_keys=True, default=str).encode())
    for path in sorted(files):
        digest.update(f"\0{path}\0{len(files[path])}\0".encode() + files[path])
    return digest.hexdigest()
