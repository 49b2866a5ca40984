"""Which addresses have a pace, and the count before each of them.

Enters: a request. Leaves: nothing, or TooOften before the page has done anything, which becomes a 429 that says when it goes on.
Wrong tries to sign in wait by rules of their own (`engine.actions.accounts`).
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, current_app, request

from engine.actions import pace
from engine.records.database import writing
from webapp import acts, auth
from webapp.session import house, now

SWITCH = "SAMORDNA_PACE"  # off in tests that send thousands of requests at one instant
PACED: Mapping[str, str] = {
    "start.find": "lookup",
    "cases.search": "search",
    "worklist.search": "search",
    "directory.search": "search",
    "admin_signing_in.person": "search",
    "logbook.search": "log",
    "logbook.signs": "log",
    "log_extract.make": "log",
    "log_review.start": "log",
    "letters.document": "export",
    "paper_files.document": "export",
    "paper_files.form": "export",
    "plan.print_page": "export",
    "deviations.as_rows": "export",
    "deviations.report": "export",
    "own_ways.invite": "export",
    "versions.download": "export",
    "attachments.download": "export",
    "own.paper": "export",
    "own.meeting": "export",
    "own.ask": "asking",
    "own.take_back": "own",
    "own.prepare": "own",
    "own.propose": "own",
    "public_papers.blank": "export",
    "directory_files.take_out": "export",
    "directory_files.read_in": "upload",
    "instructions.put": "upload",
    "directory_files.carry_out": "upload",
    "retention.listing": "search",
    "retention.propose": "removal",
    "retention.place": "removal",
    "retention.end": "removal",
    "retention.approve": "removal",
    "retention.refuse": "removal",
    "retention.certificate": "export",
    "retention_archive.take": "export",
    "retention_archive.confirm": "removal",
    "retention_archive.certificate": "export",
    "studio_beginning.from_files": "upload",
    "attachments.add": "upload",
    "proposing.upload": "upload",
    "signin.sign_in": "entry",
    "signin.second": "entry",
    "proving.prove": "entry",
    "own.sign_in": "entry",
    "outside.begin": "entry",
    "outside.back": "entry",
}
"""endpoint -> kind of use, as in `engine.actions.pace.LIMITS`."""


def install(app: Flask) -> None:
    """Count before the page; comes after `auth`, which says who asks."""
    app.config.setdefault(SWITCH, True)

    @app.before_request
    def count() -> None:
        kind = PACED.get(request.endpoint or "")
        if kind and app.config[SWITCH]:
            _count(kind)


def count_upload() -> None:
    """A form that has come with a file. Raises TooOften."""
    if current_app.config[SWITCH]:
        _count("upload")


def _count(kind: str) -> None:
    actor = auth.asking()
    try:
        pace.count(
            house().engine,
            kind,
            person=actor.id if actor else "",
            address=request.remote_addr or "",
            now=now(),
        )
    except pace.TooOften:
        if actor is not None:
            with writing(house().engine) as tx:
                acts.note_refusal(tx, actor, "too-often", now=now())
        raise
