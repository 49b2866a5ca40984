"""One step of the board by itself: who has it, what was done about it and what happens next, with all that may be done.

Enters: somebody who answers for a unit of it. Leaves: a page without anything of the person; the case itself is a link, for those who may
see it. A step that is over leads back to the board, with a sentence.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.access import Act, may
from engine.reads import board as board_read
from engine.reads.board import Row
from webapp import words
from webapp.auth import actor
from webapp.pages import board, board_words, directory_names, following
from webapp.session import ZONE, now, reads, today, tx

pages = Blueprint("late_step", __name__)


@pages.get("/monitor/steps/<task_id>")
@reads
def page(task_id: str) -> ResponseReturnValue:
    """What a manager needs to know to act on it, or to let it be."""
    board.lead()
    kept = board.query(board.read(board.given(request.args.get("filter", ""))).wanted)
    found = board_read.one_of(tx(), actor(), [task_id], now=now())
    if not found:
        flash(gettext("That step is no longer open, or is not yours to follow."), "waiting")
        return redirect(url_for("board.page") + (f"?{kept}" if kept else ""))
    (row,) = found
    names = {key: unit.name for key, unit in directory_names.all_units().items()}
    (drawn,) = board_words.drawn(found, names, kept)
    return render_template(
        "monitor/step.html", section="monitor", row=drawn, facts=_facts(row, drawn), deeds=board_words.deeds(row), most=board_words.LAST,
        acts=_acts(row, kept), back=url_for("board.page") + (f"?{kept}" if kept else "") + f"#step-{row.task.id}", query=kept,
        case_url=_case_url(row),
        undo=board.undo_of(request.args.get("done", "")),
    )  # fmt: skip


def _facts(row: Row, drawn: dict[str, object]) -> list[tuple[str, str]]:
    due = row.task.due_on
    told = [(gettext("Waits for"), str(drawn["waits"])), (gettext("Case"), row.number)]
    told.append((gettext("Open since"), words.long_day(row.task.opened_at.astimezone(ZONE).date(), today())))
    if due is not None:
        told.append((gettext("Was due") if due < today() else gettext("Due"), words.long_day(due, today())))
    return told


def _acts(row: Row, kept: str) -> list[dict[str, object]]:
    """Each act with its address, or why it is not offered."""
    names = {
        "reassign": ("group", gettext("Give to somebody else")),
        "remind": ("clock", gettext("Remind now")),
        "take": ("person", gettext("Take over")),
        "note": ("edit", gettext("Write a note")),
        "escalate": ("up", gettext("Escalate now")),
    }
    return [
        {
            "act": act, "icon": icon, "words": told, "why_not": following.why_not(act, row),
            "url": url_for("following.page", act=act, task=row.task.id, filter=kept, one="1"),
        }
        for act, (icon, told) in names.items()
    ]  # fmt: skip


def _case_url(row: Row) -> str:
    able = may(actor(), Act.CASE_SEE_EXISTENCE, row.about.case)
    return url_for("case.page", case_id=row.task.case_id) if able else ""
