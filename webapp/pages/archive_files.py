"""The archive of a case, made when asked for and never kept: papers as PDF, added papers, all data, the log, and a list of it all.

Enters: what stands in a case, inside an open transaction of the request. Leaves: the bytes of a zip.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import render_template
from flask_babel import gettext

from engine import library
from engine.access import CATEGORIES
from engine.actions import papers
from engine.definitions.routine import Routine
from engine.documents import NotSet, pdf
from engine.errors import NotFound
from engine.records import archiving, attachments, cases, directory, documents
from engine.status import Protection
from webapp import language, words
from webapp.pages import paperwords, telling
from webapp.session import ZONE, tx

PAPERS = Path(__file__).parents[1] / "papers"
FORMAT = "samordna-case-archive/1"
MADE = (1980, 1, 1, 0, 0, 0)  # the same content gives the same file


def build(case_id: str, content: archiving.Content) -> bytes:
    """The zip of a case."""
    case = cases.fetch(tx(), case_id)
    routine = library.loaded(tx(), cases.main_instance(tx(), case_id).bundle_hash).routine
    files = dict(_files(case, routine, content))
    told = [_told(name, file) for name, file in files.items()]
    manifest = {"format": FORMAT, "case": case.number, "content_sha256": content.digest, "files": told}
    files["forteckning.json"] = _json(manifest)
    files["SHA256SUMS"] = "".join(f"{one['sha256']}  {one['name']}\n" for one in told).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE), file, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _files(case: cases.Case, routine: Routine, content: archiving.Content) -> Iterator[tuple[str, bytes]]:
    log = archiving.log_rows(tx(), case.id)
    issued = documents.of_case(tx(), case.id)
    added = [one for one in attachments.of_case(tx(), case.id) if one.removed_at is None]
    kept = {one.id: f"bilagor/{number:03}-{one.name}" for number, one in enumerate(added, 1)}
    yield "arende.html", _page(case, routine, content, kept, log).encode()
    whole = {
        "format": FORMAT,
        "subject": content.subject,
        "written": content.written,
        "course": content.course,
    }
    yield "arende.json", _json(whole)
    yield "logg.json", _json(log)
    for paper in issued:
        yield f"papper/{paper.kind}-{paper.version}.pdf", _paper(case, routine, paper)
    for one in added:
        yield kept[one.id], attachments.content(tx(), one.id)


def _page(
    case: cases.Case,
    routine: Routine,
    content: archiving.Content,
    kept: Mapping[str, str],
    log: archiving.Rows,
) -> str:
    """All of it for people to read, in one page that needs nothing else."""
    names = directory.names(tx(), {str(one["actor_id"]) for one in log if one["actor_id"]})
    return render_template(
        "archive/case.html",
        case=case,
        title=routine.title,
        subject=content.subject,
        entries=[_entry(routine, one) for one in content.written["entries"]],
        papers=[
            (one["title"], f"papper/{one['kind']}-{one['version']}.pdf", one["issued_at"])
            for one in content.written["documents"]
        ],
        added=[(one["name"], kept[one["id"]]) for one in content.written["attachments"] if one["id"] in kept],
        others=[
            (name, rows)
            for name, rows in content.written.items()
            if rows and name not in ("entries", "case_values", "documents", "attachments")
        ],
        log=[
            (
                one["at"],
                names.get(str(one["actor_id"]), ""),
                one["unit_id"] or "",
                one["act"],
                one["page"] or "",
            )
            for one in log
        ],
    )


def _entry(routine: Routine, entry: Mapping[str, object]) -> dict[str, object]:
    data = entry["data"]
    return {
        "at": entry["at"],
        "what": entry["element_id"],
        "category": words.capital(telling.category(str(entry["category"]))),
        "by": entry["actor_id"] or "",
        "unit": entry["unit_id"] or "",
        "reason": entry["reason"] or "",
        "written": paperwords.written(routine, data if isinstance(data, dict) else {"": data}),
    }


def _paper(case: cases.Case, routine: Routine, paper: documents.Document) -> bytes:
    """As it was issued, word for word: with its own template, and plainly where it has none or that can no longer be set."""
    try:
        return papers.pdf(tx(), paper, papers.data(tx(), paper, CATEGORIES, Protection.NONE, ZONE))
    except (NotFound, NotSet):
        return _plain(case, routine, paper)


def _plain(case: cases.Case, routine: Routine, paper: documents.Document) -> bytes:
    written = paperwords.written(routine, paper.content if isinstance(paper.content, dict) else {})
    issued = paper.issued_at.astimezone(ZONE)
    facts = [
        (gettext("Case"), case.number),
        (gettext("Issued"), f"{words.full_day(issued.date())} {issued:%H.%M}"),
        (gettext("Version"), str(paper.version)),
    ]
    told = {
        "title": paper.title,
        "lang": language.now_in_use(),
        "over": routine.title,
        "facts": facts,
        "pairs": written.pairs,
        "lists": written.lists,
        "footer": f"{case.number} · SHA-256 {paper.hash[:16]}",
    }
    return pdf(PAPERS, "archive_paper.typ", told)


def _told(name: str, file: bytes) -> dict[str, object]:
    return {"name": name, "size": len(file), "sha256": hashlib.sha256(file).hexdigest()}


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()
