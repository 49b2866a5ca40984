"""What has been written in a case, by form with its corrections; papers, notes, and who has read."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine import library
from engine.access import CATEGORIES, Act, CategoryObject, may
from engine.actions import cases
from engine.definitions.schema import Form
from engine.records import documents, entries
from webapp import once, words
from webapp.auth import actor
from webapp.pages import (
    added_papers,
    answers,
    case_reading,
    deviation_files,
    directory_names,
    levels,
    own_shared,
    paper_files,
    telling,
    twice,
)
from webapp.pages.casehead import Seen, head, see, unit_name
from webapp.session import now, tx, writes

pages = Blueprint("papers", __name__)
MOST_READINGS = 200
NOTE = "situation"  # the category of what staff note beside the forms


@pages.get("/cases/<case_id>/data")
@writes
def page(case_id: str) -> str:
    """Everything written that I may read."""
    return drawn(see(case_id, "data"))


def drawn(seen: Seen, problem: str = "") -> str:
    """The same, with what is wrong with a paper that somebody wanted to add."""
    case_id = seen.ground.case.id
    found = entries.of_case(tx(), case_id, seen.visible)
    names = directory_names.people((one.actor_id, one.acting_for_id) for one in found)
    shown = [_entry(seen, rows, names) for rows in _by_task(found)]
    notes = [
        {
            "when": words.moment(one.at, now(), seen.ground.zone),
            "by": _by(one, names),
            "text": str(one.data.get("note", "")),
        }
        for one in found
        if one.source == "note"
    ]
    papers = paper_files.papers_issued(seen)
    may_note = bool(may(actor(), Act.CASE_NOTE, CategoryObject(seen.about, NOTE)))
    return render_template(
        "case_data.html", section="cases", case=head(seen, "papers"), entries=shown[::-1], papers=papers, notes=notes[::-1],
        own=own_shared.in_case(seen.ground, seen.visible),
        note_action=url_for("papers.note", case_id=case_id) if may_note else None, test_case=seen.ground.case.is_test,
        meetings=paper_files.meetings(seen), forms=paper_files.forms(seen), sent=paper_files.sent(seen),
        files=deviation_files.offered(seen),
        attachments=added_papers.listed(seen), attach_as=added_papers.offered(seen), problem=problem, attach_to=case_id,
        paper_note=levels.paper_note(seen.ground.case.protection),
        reading=case_reading.listed(seen), reading_offered=case_reading.offered(seen),
        reading_action=url_for("case_reading.attach", case_id=case_id),
    )  # fmt: skip


@pages.post("/cases/<case_id>/notes")
@writes
def note(case_id: str) -> ResponseReturnValue:
    """Write a note."""
    text = request.form.get("text", "").strip()[:10_000]
    address = url_for("papers.page", case_id=case_id)
    if not text:
        return redirect(address)
    first = once.earlier()
    if first is None:
        cases.note(tx(), actor(), case_id, text, NOTE, now=now())
    elif not once.same(first):
        opened = {"url": address, "words": gettext("Data and papers")}
        return twice.handed_in_before(first, opened), 409
    flash(gettext("The note is saved."))
    return redirect(address)


@pages.get("/cases/<case_id>/readers")
@writes
def readers(case_id: str) -> str:
    """Who has read what, and with what right."""
    seen = see(case_id, "readers")
    may(actor(), Act.CASE_SEE_READERS, seen.about).required()
    rows = documents.readings(tx(), case_id, limit=MOST_READINGS)
    names = directory_names.people((row.actor_id, row.acting_for_id) for row in rows)
    shown = [
        {
            "when": words.moment(row.at, now(), seen.ground.zone),
            "who": names[row.actor_id, row.acting_for_id],
            "unit": unit_name(row.unit_id),
            "what": _read(row.categories),
            "why": reason(row.reason),
        }
        for row in rows
    ]
    return render_template(
        "reads.html", section="cases", case=head(seen, "reads"), reads=shown, more_url=None
    )


def _read(categories: object) -> str:
    known = [str(one) for one in categories] if isinstance(categories, list) else []
    if set(known) >= CATEGORIES:
        return gettext("Everything in the case")
    return words.capital(words.listed([telling.category(one) for one in known]))


def reason(key: str) -> str:
    """On which ground somebody was shown something, in words."""
    return {
        "own-unit": gettext("Works at the unit that keeps the case"),
        "convener": gettext("Convenes the case"),
        "coordinator": gettext("Holds the plan together"),
        "consent": gettext("The person's consent"),
        "your-role": gettext("Reviews the log"),
        "manager-above": gettext("Answers for the unit"),
        "summoned": gettext("Is summoned"),
        "by-law": gettext("A law opens the notice of admission"),
        "reported-on": gettext("Works at the unit that the deviation is about"),
        "task": gettext("Has a task in the case"),
        "archive": gettext("Took it out to the archive"),
        "person": gettext("It is their own case"),
        "guardian": gettext("Guardian of a child"),
        "representative": gettext("Legal representative"),
        "relative": gettext("Relative whom the consent names"),
    }.get(key, key)


def _entry(
    seen: Seen, rows: list[entries.Entry], names: Mapping[tuple[str | None, str | None], str]
) -> dict[str, object]:
    last = max(rows, key=lambda one: one.id)
    times = sorted({one.at for one in rows})
    newest: dict[str, object] = {}
    for one in sorted(rows, key=lambda one: one.id):
        newest.update(one.data)
    form = _form(last)
    routine = library.loaded(tx(), last.bundle_hash).routine if last.bundle_hash else seen.routine
    named = (
        inside[last.element_id].name for inside in routine.elements.values() if last.element_id in inside
    )
    own = [
        (one.label, str(newest[one.key]))
        for one in answers.fields(form)
        if one.own_words and isinstance(newest.get(one.key), str) and newest[one.key]
    ]
    plain = {
        key: value
        for key, value in newest.items()
        if key not in {one.key for one in answers.fields(form) if one.own_words}
    }
    correctable = last.task_id and all(
        may(actor(), Act.CASE_CORRECT, CategoryObject(seen.about, one.category, one.unit_id)) for one in rows
    )
    earlier = [[one for one in rows if one.at == at] for at in times[:-1]]
    return {
        "id": last.id,
        "title": next(named, "") or routine.title,
        "by": _by(last, names),
        "when": words.moment(last.at, now(), seen.ground.zone),
        "version_words": gettext("Version %(number)s", number=len(times)) if len(times) > 1 else "",
        "reason": last.reason,
        "correct_url": url_for("correcting.correct_page", handed_in_id=last.task_id) if correctable else None,
        "pairs": answers.pairs(form, plain),
        "lists": answers.lists(form, newest),
        "own_words": own,
        "hidden": "",
        "earlier": [
            {
                "when": words.moment(old[0].at, now(), seen.ground.zone),
                "by": _by(old[0], names),
                "reason": old[0].reason,
                "pairs": answers.pairs(form, _merged(old)),
            }
            for old in earlier[::-1]
        ],
    }


def _form(one: entries.Entry) -> Form | None:
    return (
        library.loaded(tx(), one.bundle_hash).routine.forms.get(one.element_id) if one.bundle_hash else None
    )


def _merged(rows: list[entries.Entry]) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in rows:
        found.update(one.data)
    return found


def _by_task(found: list[entries.Entry]) -> list[list[entries.Entry]]:
    """What was handed in together, corrections with what they correct; results of the routine itself are not for reading here."""
    groups: dict[tuple[str, str], list[entries.Entry]] = {}
    for one in found:
        if one.source in ("form", "correction", "message", "start"):
            groups.setdefault(
                (one.task_id or f"{one.element_id}@{one.at.isoformat()}", one.element_id), []
            ).append(one)
    return list(groups.values())


def _by(one: entries.Entry, names: Mapping[tuple[str | None, str | None], str]) -> str:
    by = ", ".join(part for part in (names[one.actor_id, one.acting_for_id], unit_name(one.unit_id)) if part)
    if isinstance(one.on_behalf, dict):
        return gettext("%(by)s, as %(who)s said", by=by, who=str(one.on_behalf.get("who", "")))
    return by
