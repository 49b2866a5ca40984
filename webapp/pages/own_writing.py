"""What one writes oneself: questions and preparation, private until shared, and a proposal to whoever holds the plan together."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access.own import may_share
from engine.actions import own, own_acts, own_notes
from engine.errors import NotFound
from webapp import words
from webapp.pages import own_case
from webapp.pages.casehead import unit_name
from webapp.pages.own_case import pages
from webapp.session import house, now, tx, writes


def parts() -> dict[str, dict[str, str]]:
    """What one may write: the question, and a hint."""
    return {
        "questions": {
            "label": gettext("Questions I want to ask"),
            "hint": gettext("One on each line, so that you forget none."),
        },
        "help": {
            "label": gettext("What do I want help with?"),
            "hint": gettext("For example health, housing, leisure, work or studies, people around me."),
        },
        "goal": {
            "label": gettext("Where do I want to get?"),
            "hint": gettext("What would be better if it went well."),
        },
    }


def summary(one: own.OwnCase) -> dict[str, str] | None:
    """Whether something is written and not shared, and the way to it; nothing where the case is over or nothing may be shared."""
    if one.case.ended_at is not None or not may_share(one.visible):
        return None
    note = own_notes.mine(tx(), one, key=house().settings.lookup_key)
    saved = words.moment(note.saved_at, now(), own_case.case(one).ground.zone) if note.saved_at else ""
    return {"url": url_for("own.prepare_page", case_id=one.case.id), "saved": saved}


def shared(one: own.OwnCase) -> list[dict[str, object]]:
    """What was shared in the case, by whom, in own words; the newest first."""
    zone, named = own_case.case(one).ground.zone, parts()
    return [
        {
            "when": words.moment(each.at, now(), zone),
            "by": each.name,
            "mine": (each.capacity, each.name) == (str(one.capacity), one.name),
            "texts": [(named[part]["label"], text) for part, text in each.texts.items()],
        }
        for each in own_notes.shared(tx(), one.case.id)[::-1]
    ]


@pages.get("/cases/<case_id>/prepare")
@writes
def prepare_page(case_id: str) -> ResponseReturnValue:
    """One's own questions and preparation."""
    own_case.session()
    return _prepare(_open(case_id))


@pages.post("/cases/<case_id>/prepare")
@writes
def prepare(case_id: str) -> ResponseReturnValue:
    """Save it for oneself, go on to sharing, or share what was chosen."""
    own_case.session()
    one = _open(case_id)
    key, do = house().settings.lookup_key, request.form.get("_do", "save")
    if do == "share":
        chosen = set(request.form.getlist("part"))
        if not own_notes.share(tx(), one, chosen, key=key, now=now()):
            return _sure(one, gettext("Choose what you want to share, or go back.")), 422
        flash(gettext("It is shared. It is in the case now, and will be taken up at the next meeting."))
        return redirect(url_for("own.page"))
    own_notes.save(tx(), one, _texts(), key=key, now=now())
    if do == "look":
        return (
            _sure(one, "")
            if any(_texts().values())
            else (_prepare(one, gettext("Write something first.")), 422)
        )
    flash(gettext("Saved. Only you can see it."))
    return redirect(url_for("own.prepare_page", case_id=case_id))


@pages.post("/cases/<case_id>/prepare/draft")
@writes
def prepare_draft(case_id: str) -> ResponseReturnValue:
    """Saved while one writes."""
    own_case.session()
    one = _open(case_id)
    own_notes.save(tx(), one, _texts(), key=house().settings.lookup_key, now=now())
    at = words.clock(now(), own_case.case(one).ground.zone)
    return jsonify(words=gettext("Saved %(time)s. Only you can see it.", time=at), saved_at=at)


@pages.get("/cases/<case_id>/propose")
@writes
def propose_page(case_id: str) -> ResponseReturnValue:
    """What do you propose?"""
    own_case.session()
    return _propose(_proposing(case_id), "")


@pages.post("/cases/<case_id>/propose")
@writes
def propose(case_id: str) -> ResponseReturnValue:
    """It becomes a task of whoever holds the plan together, who must answer."""
    own_case.session()
    one = _proposing(case_id)
    text = request.form.get("text", "").strip()
    if not text:
        return _propose(one, gettext("Write what you propose.")), 422
    if not _pressed_twice(one, text):
        own_acts.propose(tx(), one, text, now=now())
    flash(gettext("Your proposal has arrived. You get an answer from the one who holds the plan together."))
    return redirect(url_for("own.page"))


def _pressed_twice(one: own.OwnCase, text: str) -> bool:
    """Whether the very same was proposed just before: a second press, or a page sent again."""
    return own_acts.proposed_lately(tx(), one, text, now=now())


def _open(case_id: str) -> own.OwnCase:
    one = own_case.one(case_id)
    if one.case.ended_at is not None or not may_share(one.visible):
        raise NotFound
    return one


def _proposing(case_id: str) -> own.OwnCase:
    one = own_case.one(case_id)
    if not own_acts.may_propose_now(tx(), one):
        raise NotFound
    return one


def _texts() -> Mapping[str, str]:
    return {part: request.form.get(part, "")[: own_notes.MOST_LETTERS] for part in own_notes.PARTS}


def _prepare(one: own.OwnCase, problem: str = "") -> str:
    note = own_notes.mine(tx(), one, key=house().settings.lookup_key)
    case_id = one.case.id
    saved = ""
    if note.saved_at is not None:
        when = words.small(words.moment(note.saved_at, now(), own_case.case(one).ground.zone))
        saved = gettext("Saved %(when)s. Only you can see it.", when=when)
    return render_template(
        "own_prepare.html", parts=parts(), texts=note.texts, saved=saved, problem=problem, action=url_for("own.prepare", case_id=case_id),
        draft_url=url_for("own.prepare_draft", case_id=case_id), back_url=url_for("own.page"), most=own_notes.MOST_LETTERS,
    )  # fmt: skip


def _sure(one: own.OwnCase, problem: str) -> str:
    """Exactly what will be shared, and who will be able to read it."""
    note, named, seen = (
        own_notes.mine(tx(), one, key=house().settings.lookup_key),
        parts(),
        own_case.case(one),
    )
    rows = [
        {"key": part, "label": named[part]["label"], "text": text}
        for part, text in note.texts.items()
        if text
    ]
    units = [unit for unit, part in seen.about.participants.items() if own_notes.CATEGORY in part.categories]
    readers = [unit_name(unit) for unit in dict.fromkeys([one.case.unit_id, *sorted(units)])]
    return render_template(
        "own_share.html", rows=rows, readers=readers, problem=problem, action=url_for("own.prepare", case_id=one.case.id),
        back_url=url_for("own.prepare_page", case_id=one.case.id),
    )  # fmt: skip


def _propose(one: own.OwnCase, problem: str) -> str:
    return render_template(
        "own_propose.html", problem=problem, text=request.form.get("text", ""), action=url_for("own.propose", case_id=one.case.id),
        back_url=url_for("own.page"), most=own_acts.MOST_LETTERS,
    )  # fmt: skip
