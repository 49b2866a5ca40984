"""The archive of a case that is to be removed, given out to whoever is to decide; that it has arrived; and the certificate as a PDF.

An archive holds all that stands in a case. So it is given only to the second person, who proves anew who they are, while the proposal
waits; it is logged in the case, and made anew each time, since nothing of it is kept here.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.actions import archiving
from engine.documents import pdf
from engine.errors import AlreadyClosed, NotAllowed, NotFound, StaleCase
from engine.records import archiving as rows
from engine.records import cases, directory, disposals
from engine.records import retention as kept
from engine.records.database import writing
from webapp import language, signing, words
from webapp.auth import actor
from webapp.pages import archive_files, disposal_words
from webapp.pages import retention as page
from webapp.session import ZONE, house, now, reads, tx

pages = Blueprint("retention_archive", __name__, url_prefix="/admin/retention/disposals")


@pages.post("/<disposal_id>/archives/<case_id>")
@reads
def take(disposal_id: str, case_id: str) -> ResponseReturnValue:
    """The zip of one case."""
    signing.required()
    content = archiving.gather(tx(), actor(), disposal_id, case_id)
    file = archive_files.build(case_id, content)
    try:
        with writing(house().engine) as opened:
            archiving.taken(opened, actor(), disposal_id, case_id, content.digest, file, now=now())
    except StaleCase:
        flash(gettext("Something was written in the case just now. Take the archive out again."), "late")
        return redirect(url_for("retention.disposal", disposal_id=disposal_id))
    answer = Response(file, mimetype="application/zip")
    name = f"{cases.fetch(tx(), case_id).number}.zip"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/<disposal_id>/archived")
def confirm(disposal_id: str) -> ResponseReturnValue:
    """The archives have arrived where they are to be kept."""
    receipt = request.form.get("receipt", "").strip()[: page.LONGEST_REASON]
    if not receipt:
        problem = gettext("Write by what it can be seen that the archive has them.")
        return reads(page.drawn)(disposal_id, {"receipt": problem}), 422
    try:
        with writing(house().engine) as opened:
            archiving.confirm(opened, actor(), disposal_id, receipt, now=now())
        flash(gettext("Written down. The removal can be approved now."))
    except AlreadyClosed:
        flash(gettext("Somebody has decided already."), "late")
    except NotAllowed as error:
        if error.reason != "archive-first":
            raise
        problem = gettext("Take the archive of every case out first.")
        return reads(page.drawn)(disposal_id, {"receipt": problem}), 422
    return redirect(url_for("retention.disposal", disposal_id=disposal_id))


@pages.get("/<disposal_id>/certificate.pdf")
@reads
def certificate(disposal_id: str) -> Response:
    """The certificate for the archive of the principal."""
    one = page.seen(disposal_id)
    if one.status != "approved" or one.decided_at is None:
        raise NotFound
    answer = Response(pdf(archive_files.PAPERS, "certificate.typ", _told(one)), mimetype="application/pdf")
    day = one.decided_at.astimezone(ZONE).date().isoformat()
    answer.headers["Content-Disposition"] = f"attachment; filename=gallringsprotokoll-{day}.pdf"
    return answer


def _told(one: disposals.Disposal) -> dict[str, object]:
    shown = disposal_words.shown(one)
    listed, taken, receipt = (
        disposals.listed(tx(), one.id),
        rows.taken(tx(), one.id),
        rows.receipt(tx(), one.id),
    )
    facts = [
        (gettext("Proposed"), shown["asked_on_paper"]),
        (gettext("Why"), one.reason),
        (gettext("Approved"), shown["decided_on_paper"]),
        (gettext("Reason"), one.decision_reason),
        (gettext("Removed"), str(shown["removed"])),
        (gettext("Kept"), str(shown["kept"])),
        (
            gettext("Archive"),
            f"{receipt.receipt} ({words.full_day(receipt.confirmed_at.astimezone(ZONE).date())})"
            if receipt
            else "",
        ),
    ]
    names = directory.names(tx(), [name for name in (one.asked_by, one.decided_by) if name])
    return {
        "title": gettext("Certificate of removal"),
        "lang": language.now_in_use(),
        "controller": kept.principal(tx(), one.principal_id).name,
        "day": shown["when"],
        "lead": gettext("What stood in the cases below was removed. Nobody can bring it back."),
        "facts": [row for row in facts if row[1]],
        "digest": one.digest,
        "table": {
            "title": gettext("Cases"),
            "head": [gettext("Case"), gettext("Ground"), gettext("Due since"), gettext("What came of it")],
            "rows": [_row(case, taken.get(case.case_id)) for case in listed],
        },
        "note": gettext(
            "The hash of a case is that of all that was removed, by which a copy of it can be known again. Backups that were made "
            "before hold it until they are destroyed."
        ),
        "signed": [
            (gettext("Proposed"), names.get(one.asked_by, "")),
            (gettext("Approved"), names.get(one.decided_by or "", "")),
        ],
        "footer": gettext("Certificate of removal, %(day)s", day=shown["when"]),
    }


def _row(case: disposals.Listed, taken: rows.Taken | None) -> dict[str, object]:
    hashes = [(gettext("Removed"), case.digest or "")] if case.digest else []
    hashes += [(gettext("Archive file"), taken.file_digest)] if taken else []
    return {
        "number": case.number,
        "basis": case.basis,
        "due": words.full_day(case.due_on),
        "outcome": disposal_words.outcome(case),
        "hashes": hashes,
    }
