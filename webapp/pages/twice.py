"""What came after something was handed in already: that stands, and what is new is shown, to copy.

Enters: what was handed in first, and the request. Leaves: a page. Nothing that somebody wrote is lost by it.
"""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext

from engine.records.pressed import Pressed
from webapp import words, written
from webapp.session import ZONE, now


def handed_in_before(first: Pressed, opened: dict[str, str] | None) -> str:
    """What came again is not what was handed in: that stands, and what is new is shown, to copy."""
    when = words.small(words.moment(first.at, now(), ZONE))
    told = gettext("You handed the form in %(when)s, and that is saved.", when=when)
    came = written.by_request()
    kept = [{"text": text, "where": ""} for text in came.texts] if came else []
    return kept_page("", "once", told, kept, opened)


def kept_page(
    over: str, how: str, told: str, kept: list[dict[str, str]], opened: dict[str, str] | None
) -> str:
    """What was written and is not saved, to copy, with why and where to go."""
    back = {"url": url_for("worklist.page"), "words": gettext("To do")}
    return render_template(
        "overtaken.html", section="todo", over=over, back_to=back, how=how, sentence=told, kept=kept,
        open=opened, advice="",
    )  # fmt: skip
