"""Papers in a task's form: added with whatever button was pressed, listed there, and the case's own once the task is handed in."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext

from engine.access import Act, may
from engine.actions import attaching, tasks
from engine.records import attachments
from engine.records.database import writing
from webapp import pace, words
from webapp.auth import actor
from webapp.pages import added_papers, telling
from webapp.pages import attachments as pages
from webapp.session import house, now, tx

FILE, ADD, TAKE, ABOUT = "_paper", "_attach", "_detach", "_about"


def pressed() -> bool:
    """Whether a button of the papers was pressed."""
    return bool(request.form.get(ADD) or request.form.get(TAKE))


def taken(task_id: str) -> str:
    """Add the file that came with the form, or take away the one whose button was pressed; gives what is wrong, in words.

    Raises NotAllowed, AlreadyClosed, AlreadyClaimed, TooOften.
    """
    gone, sent = request.form.get(TAKE), request.files.get(FILE)
    if gone:
        with writing(house().engine) as opened:
            attaching.take_from_task(opened, actor(), task_id, gone)
        return ""
    if sent is None or not sent.filename:
        return gettext("Choose a file.") if request.form.get(ADD) else ""
    about = request.form.get(ABOUT, "")
    if not about:
        return gettext("Choose what the paper is about.")
    pace.count_upload()
    try:
        with writing(house().engine) as opened:
            given = attaching.Sent(sent.filename, sent.read())
            attaching.add_to_task(opened, actor(), task_id, given, about, now=now())
    except attaching.Unfit as unfit:
        return pages.why(unfit)
    return ""


def part(held: tasks.Held, problem: str) -> dict[str, object] | None:
    """What the page shows of papers; None where the form cannot be handed in by whoever sees it."""
    if held.form is None or held.in_the_way or not may(actor(), Act.TASK_COMPLETE, held.about):
        return None
    offered = sorted(attaching.categories_of(held))
    return {
        "listed": [
            {
                "id": one.id,
                "name": one.name,
                "url": url_for("attachments.download", attachment_id=one.id),
                "about": words.capital(telling.category(one.category)),
                "size": added_papers.size(one.size),
            }
            for one in attachments.with_draft(tx(), held.task.id, actor().id)
        ],
        "offered": [(one, words.capital(telling.category(one))) for one in offered],
        "chosen": request.form.get(ABOUT, ""),
        "problem": problem,
    }
