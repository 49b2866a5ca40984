"""What a manager does from the board, with one step or several: a sentence that says what will happen, a reason, and a way back.

Enters: the ids of steps and an act. Leaves: the steps that may have it done to them, the others named and skipped. Ids alone stand in an
address; what somebody writes is posted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from engine import ahead
from engine.access import Act, Actor, may
from engine.access.verdict import Reason
from engine.actions import actors, following, incidents, lifts
from engine.asking import who
from engine.errors import CaseStopped, EngineError, NotAllowed
from engine.reads import board as board_read
from engine.reads.board import Row
from engine.records import directory, follow_ups
from webapp import once, words
from webapp.auth import actor
from webapp.pages import board, board_words, directory_names
from webapp.session import now, reads, today, tx, writes

pages = Blueprint("following", __name__)
MOST = 200  # steps at once
ACTS = ("remind", "reassign", "take", "note", "escalate")


@dataclass(frozen=True, slots=True)
class Planned:
    """What is asked for: the act, the steps that may have it, and of the others number and why not."""

    act: str
    rows: tuple[Row, ...]
    skipped: tuple[tuple[str, str], ...]
    gone: int


@pages.get("/monitor/act")
@reads
def page() -> str:
    """What will happen, before it does."""
    return _page(request.args.get("act", ""), "")


@pages.post("/monitor/act")
def do() -> ResponseReturnValue:
    """Do it to each that may have it, and say which were skipped."""
    return _do()


@pages.post("/monitor/undo/<batch_id>")
@writes
def undo(batch_id: str) -> ResponseReturnValue:
    """Take back what was just done, as far as nothing has left the house."""
    found = following.undo(tx(), actor(), batch_id, now=now())
    if found.undone:
        flash(ngettext("%(num)s step is as it was.", "%(num)s steps are as they were.", found.undone))
    if found.kept:
        said = gettext("The rest has left the house, or has been changed since, and stays.")
        flash(said if found.undone else board.stays(batch_id), "late")
    return redirect(_back())


@writes
def _do() -> ResponseReturnValue:
    act, reason = request.form.get("act", ""), request.form.get("reason", "")
    planned = _planned(act)
    problem = _problem(act, reason)
    receiver = _receiver() if act == "reassign" else None
    if not problem and act == "reassign" and receiver is None:
        problem = gettext("Choose who takes over.")
    if problem:
        return _page(act, problem), 422
    first = once.earlier()
    if first is not None:  # pressed twice: what the first press did stands, and no second reminder goes out
        return _told_again(act, first.made_id or "")
    batch_id, number, skipped = following.new_batch(), 0, list(planned.skipped)
    held: list[datetime] = []
    for row in sorted(planned.rows, key=lambda one: (one.task.case_id, one.task.id)):
        refused = _one(act, row, receiver, batch_id, reason, held)
        number += not refused
        skipped += [(row.number, refused)] if refused else []
    once.made(batch_id)
    if number:
        flash(" ".join([_done(act, number), *([board_words.stood_still(min(held))] if held else [])]))
    for case_number, why in skipped:
        flash(gettext("%(number)s was skipped: %(why)s.", number=case_number, why=why), "waiting")
    if planned.gone:
        flash(_gone(planned.gone), "waiting")
    back = _back()
    return redirect(f"{back}{'&' if '?' in back else '?'}done={batch_id}" if number else back)


def _told_again(act: str, batch_id: str) -> ResponseReturnValue:
    done = follow_ups.of_batch(tx(), batch_id) if batch_id else []
    if done and act in ACTS:
        flash(_done(act, len(done)))
    back = _back()
    return redirect(f"{back}{'&' if '?' in back else '?'}done={batch_id}" if done else back)


def _one(act: str, row: Row, receiver: Actor | None, batch_id: str, reason: str, held: list[datetime]) -> str:
    """Do it to one step, in a part of the transaction that can fail alone; why not, or ''. Adds to `held` until when its escalation
    stands still.
    """
    task_id, more = row.task.id, {"batch_id": batch_id, "reason": reason}
    still: lifts.Held | None = None
    try:
        with tx().begin_nested():
            match act:
                case "remind":
                    following.remind(tx(), actor(), task_id, **more, now=now())
                case "escalate":
                    following.escalate(tx(), actor(), task_id, **more, now=now())
                case "reassign":
                    assert receiver is not None
                    still = following.reassign(tx(), actor(), task_id, receiver, **more, now=now())
                case "take":
                    still = following.take_over(tx(), actor(), task_id, **more, now=now())
                case "note":
                    following.note(tx(), actor(), task_id, **more, now=now())
    except CaseStopped as stopped:
        incidents.record(tx(), stopped, who=who(actor(), row.task.unit_id), now=now())
        return gettext("the routine could not take the step, and the administrator has been told")
    except NotAllowed:
        return _words()["refused"] if act != "reassign" else gettext("the one you chose may not do this step")
    except EngineError:
        return gettext("it has changed since")
    held += [still.until] if still else []
    return ""


def _planned(act: str) -> Planned:
    if not actor().leads:
        raise NotAllowed(Reason.NOT_A_MANAGER)
    asked = list(dict.fromkeys(request.values.getlist("task")))[:MOST]
    found = board_read.one_of(tx(), actor(), asked, now=now())
    able, skipped = [], []
    for row in found:
        why = why_not(act, row)
        if why:
            skipped.append((row.number, why))
        else:
            able.append(row)
    return Planned(act, tuple(able), tuple(skipped), len(asked) - len(found))


def why_not(act: str, row: Row) -> str:
    """Why the reader may not do that to the step, '' where they may."""
    me, words_ = actor(), _words()
    match act:
        case "remind" | "note":
            return ""
        case "escalate":
            return words_["stands-still"] if row.stopped else "" if row.lift else words_["nothing-drawn"]
        case "reassign":
            return "" if may(me, Act.TASK_REASSIGN, row.about) else words_["refused"]
        case "take":
            if row.task.holder_id == me.id:
                return words_["have-it"]
            taken = replace(row.about, holder_id=me.id)
            able = may(me, Act.TASK_REASSIGN, row.about) and may(me, Act.TASK_CLAIM, taken)
            return "" if able else words_["refused"]
    return words_["nothing"]


def _words() -> Mapping[str, str]:
    return {
        "stands-still": gettext("the case stands still"),
        "nothing-drawn": gettext("the routine has nothing drawn that lifts it further"),
        "have-it": gettext("you have it already"),
        "refused": gettext("the unit itself says who does it"),
        "nothing": gettext("nothing can be done to it that way"),
    }


def _problem(act: str, reason: str) -> str:
    try:
        told = following.checked(reason)
    except following.NamesAPerson:
        return gettext(
            "The text holds an identity number. Take it away: nothing about the person is written here."
        )
    if not told and act == "escalate":
        return gettext("Write why it cannot wait.")
    if act not in ACTS:
        return gettext("There is no such thing to do.")
    return gettext("Write the note.") if not told and act == "note" else ""


def _page(act: str, problem: str) -> str:
    planned = _planned(act)
    names = {key: unit.name for key, unit in directory_names.all_units().items()}
    titles = {
        "remind": gettext("Remind now"), "reassign": gettext("Give to somebody else"), "take": gettext("Take over"),
        "note": gettext("Write a note"), "escalate": gettext("Escalate now"),
    }  # fmt: skip
    return render_template(
        "monitor/act.html", section="monitor", act=act, title=titles.get(act, gettext("Nothing to do")), problem=problem,
        will=_will(act, planned.rows, names), rows=board_words.drawn(planned.rows, names), skipped=planned.skipped,
        gone=_gone(planned.gone) if planned.gone else "", back=_back(), filter=_filter(), one=request.values.get("one", ""),
        colleagues=_colleagues(planned.rows, names) if act == "reassign" else [], reason=request.form.get("reason", ""),
        must=act in ("escalate", "note"),
    )  # fmt: skip


def _will(act: str, rows: tuple[Row, ...], names: Mapping[str, str]) -> str:
    """One sentence on what will happen."""
    if not rows:
        return gettext("None of the steps can have this done to it.")
    number = len(rows)
    told = words.listed(list(dict.fromkeys(names.get(one.task.unit_id, "") for one in rows)))
    sentences: dict[str, Callable[[], str]] = {
        "remind": lambda: ngettext(
            "One step is reminded of now. %(units)s is told.", "%(num)s steps are reminded of now. %(units)s are told.", number, units=told
        ),
        "escalate": lambda: ngettext(
            "One step is lifted now instead of: %(when)s. %(units)s is told, and the managers on both sides. This cannot be undone.",
            "%(num)s steps are lifted now instead of: %(when)s. %(units)s are told, and the managers on both sides. This cannot be undone.",
            number, units=told, when=_instead_of(rows),
        ),
        "reassign": lambda: ngettext(
            "One step gets somebody else to do it. The due date stays.",
            "%(num)s steps get somebody else to do them. The due dates stay.",
            number,
        ),
        "take": lambda: ngettext(
            "One step becomes yours. The due date stays.", "%(num)s steps become yours. The due dates stay.", number
        ),
        "note": lambda: ngettext("The note stands at one step.", "The note stands at %(num)s steps.", number),
    }  # fmt: skip
    told = sentences[act]() if act in sentences else ""
    return " ".join([told, *_escalations(rows)]) if act in ("reassign", "take") else told


def _escalations(rows: tuple[Row, ...]) -> list[str]:
    """What becomes of the escalations of the late ones among them."""
    lifted = [one for one in rows if one.lift is not None and one.task.due_at and one.task.due_at <= now()]
    again = [one for one in lifted if one.lift and ahead.held_until(one.lift.timer) is not None]
    said = []
    if len(lifted) > len(again):
        said.append(
            gettext("The escalation stands still for one whole working day, and goes on if nothing is done.")
        )
    if again:
        said.append(
            ngettext(
                "The escalation of %(num)s step has stood still once already and goes on as it is.",
                "The escalations of %(num)s steps have stood still once already and go on as they are.",
                len(again),
            )
        )
    return said


def _instead_of(rows: tuple[Row, ...]) -> str:
    days = dict.fromkeys(
        words.small(board_words.when(one.lift.timer.due_at)) for one in rows if one.lift is not None
    )
    return words.listed(list(days))


def _colleagues(rows: tuple[Row, ...], names: Mapping[str, str]) -> list[dict[str, str]]:
    """Whoever could do at least one of the steps, with the unit where there are several."""
    units = list(dict.fromkeys(one.task.unit_id for one in rows))
    found: dict[str, dict[str, str]] = {}
    for unit_id in units:
        there = [one for one in rows if one.task.unit_id == unit_id]
        for person_id, name in directory.colleagues(tx(), unit_id, on=today()):
            receiver = actors.actor(tx(), person_id, on=today())
            able = receiver is not None and any(
                may(receiver, Act.TASK_CLAIM, replace(one.about, holder_id=person_id)) for one in there
            )
            if able and not all(one.task.holder_id == person_id for one in there):
                found[person_id] = {
                    "id": person_id,
                    "name": name,
                    "more": names[unit_id] if len(units) > 1 else "",
                }
    return list(found.values())


def _receiver() -> Actor | None:
    chosen = request.form.get("person", "")
    return actors.actor(tx(), chosen, on=today()) if chosen else None


def _done(act: str, number: int) -> str:
    return {
        "remind": lambda: ngettext("%(num)s step reminded of.", "%(num)s steps reminded of.", number),
        "escalate": lambda: ngettext("%(num)s step lifted.", "%(num)s steps lifted.", number),
        "reassign": lambda: ngettext("%(num)s step given on.", "%(num)s steps given on.", number),
        "take": lambda: ngettext("%(num)s step is yours.", "%(num)s steps are yours.", number),
        "note": lambda: ngettext("%(num)s note written.", "%(num)s notes written.", number),
    }[act]()


def _gone(number: int) -> str:
    return ngettext(
        "%(num)s step is no longer open, or is not yours to follow.",
        "%(num)s steps are no longer open, or are not yours to follow.",
        number,
    )


def _filter() -> str:
    return board.query(board.read(board.given(request.values.get("filter", ""))).wanted)


def _back() -> str:
    """To the page of the one step that was acted on from there, else to the board."""
    kept, asked = _filter(), request.values.getlist("task")
    if request.values.get("one") and len(asked) == 1:
        return url_for("late_step.page", task_id=asked[0], filter=kept or None)
    return url_for("board.page") + (f"?{kept}" if kept else "")
