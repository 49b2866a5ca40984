"""For staff: what the one whose case it is, or whoever stands by them, has shared, in their own words: in the case and beside a task.

It stands on the list of what to take up until a meeting has been held after it. What is not shared is nowhere here.
"""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext

from engine.actions import own_notes
from engine.actions.ground import Ground
from engine.records import documents
from webapp import words
from webapp.pages import own_writing
from webapp.session import now, tx


def in_case(ground: Ground, visible: Collection[str]) -> list[dict[str, object]]:
    """All of it, the newest first, for whoever may read the person's own words."""
    if own_notes.CATEGORY not in visible:
        return []
    return [_drawn(ground, one) for one in own_notes.shared(tx(), ground.case.id)[::-1]]


def to_take_up(ground: Ground, visible: Collection[str]) -> list[dict[str, object]]:
    """Beside a task: what has come since the last meeting, a part for each question."""
    if own_notes.CATEGORY not in visible:
        return []
    held = [
        one.starts_at
        for one in documents.meetings(tx(), ground.case.id)
        if one.starts_at <= now() and one.status != "cancelled"
    ]
    since = max(held, default=None)
    found: list[dict[str, object]] = []
    for one in own_notes.shared(tx(), ground.case.id):
        if since is not None and one.at <= since:
            continue
        told = gettext("To take up at the meeting, shared by %(who)s", who=_who(one))
        for part, text in one.texts.items():
            lines = [own_writing.parts()[part]["label"]]
            found.append(
                {
                    "icon": "person",
                    "title": told,
                    "lines": lines,
                    "quiet_lines": [],
                    "own_words": text,
                    "url": "",
                    "words": "",
                }
            )
    return found


def _drawn(ground: Ground, one: own_notes.Shared) -> dict[str, object]:
    named = own_writing.parts()
    return {
        "when": words.moment(one.at, now(), ground.zone),
        "by": _who(one),
        "texts": [(named[part]["label"], text) for part, text in one.texts.items()],
    }


def _who(one: own_notes.Shared) -> str:
    return one.name or gettext("the person")
