"""Papers that people add to a case: sent in, listed beside what was written, downloaded, and removed again by whoever added them."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import CATEGORIES, Act, CategoryObject, may
from engine.actions import attaching, reading
from engine.errors import AlreadyClosed, NotFound
from engine.records import attachments
from webapp.auth import actor
from webapp.pages import papers
from webapp.pages.casehead import see, see_existence
from webapp.session import now, tx, writes

pages = Blueprint("attachments", __name__)
LONGEST_NOTE = 500
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Whoever opens a download nevertheless in a browser gets a page that may do nothing."""


@pages.post("/cases/<case_id>/attachments")
@writes
def add(case_id: str) -> ResponseReturnValue:
    """Add a paper; sent twice it is added once, since the case knows it by its content."""
    address = url_for("papers.page", case_id=case_id) + "#attachments"
    asked = [CategoryObject(see_existence(case_id).about, one) for one in sorted(CATEGORIES)]
    if not any(may(actor(), Act.CASE_ATTACH, one) for one in asked):
        may(actor(), Act.CASE_ATTACH, asked[0]).required()
    sent, category = request.files.get("file"), request.form.get("category", "")
    content = sent.read() if sent is not None else b""
    problem = "" if category in CATEGORIES else gettext("Choose what the paper is about.")
    problem = problem if sent is not None and sent.filename else gettext("Choose a file.")
    if not problem:
        given = attaching.Sent(sent.filename or "" if sent else "", content)
        try:
            note = request.form.get("note", "").strip()[:LONGEST_NOTE]
            attaching.add(tx(), actor(), case_id, given, category, note, now=now())
        except attaching.Unfit as unfit:
            problem = why(unfit)
    if problem:
        return papers.drawn(see(case_id, "data"), problem), 422
    flash(gettext("The paper is added."))
    return redirect(address)


@pages.get("/attachments/<attachment_id>")
@writes
def download(attachment_id: str) -> Response:
    """The paper as it was sent in; that it was read stands in the log."""
    one = attachments.fetch(tx(), attachment_id)
    drafted = attachments.draft_of(tx(), attachment_id)
    if drafted is not None:  # what goes with a draft is its writer's alone, like the draft
        if drafted[1] != actor().id:
            raise NotFound
        return given(one)
    seen = see_existence(one.case_id)
    verdict = may(actor(), Act.CASE_SEE_CONTENT, CategoryObject(seen.about, one.category))
    if not verdict:
        raise NotFound
    reading.note(
        tx(), actor(), one.case_id, "attachment", [one.category], verdict.reason, unit_id=verdict.detail or None, now=now()
    )  # fmt: skip
    return given(one)


def given(one: attachments.Attachment) -> Response:
    """The paper as a download that may do nothing."""
    return as_download(attachments.content(tx(), one.id), one.name, one.kind)


def as_download(content: bytes, name: str, kind: str) -> Response:
    """Something that somebody sent in, for whoever may read it; `kind` is a key of `attaching.KINDS`."""
    answer = Response(content, mimetype=attaching.KINDS[kind])
    answer.headers["Content-Disposition"] = f"attachment; {_file_name(name)}"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/attachments/<attachment_id>/remove")
@writes
def remove(attachment_id: str) -> ResponseReturnValue:
    """Take a paper away that one has added, with the reason."""
    one = attachments.fetch(tx(), attachment_id)
    see_existence(one.case_id)
    because = request.form.get("because", "").strip()[:LONGEST_NOTE]
    if not because and may(
        actor(), Act.CASE_ATTACH, CategoryObject(see_existence(one.case_id).about, one.category)
    ):
        return papers.drawn(see(one.case_id, "data"), gettext("Write why the paper is removed.")), 422
    try:
        attaching.remove(tx(), actor(), attachment_id, because, now=now())
        flash(gettext("The paper is removed."))
    except AlreadyClosed:
        flash(gettext("The paper is removed already."), "late")
    return redirect(url_for("papers.page", case_id=one.case_id) + "#attachments")


def why(unfit: attaching.Unfit) -> str:
    """What is wrong with a file, and what to do."""
    return {
        "empty": gettext("The file is empty. Choose another."),
        "too-large": gettext("The file is larger than %(most)s MB. Make it smaller, or divide it.", most=attaching.MOST_BYTES // 1_000_000),
        "kind": gettext("Only PDF, PNG, JPEG, plain text and Word documents (docx) are taken."),
        "other-content": gettext("The content of the file is not what its name says. Save it anew in the right format."),
        "macros": gettext("The document holds macros or other programs. Save it without them, or as PDF."),
        "too-many": gettext("The case holds as many papers as it can. Remove one first."),
        "case-full": gettext("The papers of the case are too large together. Remove one first."),
    }[unfit.why]  # fmt: skip


def _file_name(name: str) -> str:
    """RFC 6266: as it is, and for old programs without what is not ASCII."""
    plain = (
        unicodedata.normalize("NFKD", name)
        .encode("ascii", "ignore")
        .decode()
        .replace('"', "_")
        .replace("\\", "_")
    )
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
